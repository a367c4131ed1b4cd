package bridge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/rejection"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
	"switchboard/shared/workercall"
)

const (
	// minRing is the shortest ring that is worth a call: a worker has to reach their phone.
	minRing = 5 * time.Second
	// ringOverrun: a phone may ring this much longer than Timeout, in "some call flows"
	// (https://www.twilio.com/docs/voice/api/call-resource).
	ringOverrun = 5 * time.Second
	// minPlaceTimeout is the shortest timeout of a request to place the call.
	minPlaceTimeout = 2 * time.Second
	// attemptTime is the maximum duration of an attempt: the function's timeout and some seconds.
	// An older claim without an outcome belongs to an attempt that died. The queue's visibility
	// timeout is longer, so that the next delivery after a crash can act on the claim.
	attemptTime = 50 * time.Second
)

// job is one deferred bridge.
type job struct {
	handler Handler
	work    deferred.Bridge
	ref     ledger.Ref
	sent    time.Time // when SQS took the message; zero = unknown
	asked   time.Time // the report of the caller's leaving about which Twilio was asked; zero = none
	log     *slog.Logger
}

func (h Handler) job(work deferred.Bridge, sent time.Time) *job {
	return &job{
		handler: h,
		work:    work,
		sent:    sent,
		ref:     ledger.Ref{CallSID: work.CallSID, TaskSID: work.TaskSID, ReservationSID: work.ReservationSID},
		log: h.Logger.With(taskrouter.LogFields(work.CallSID)...).
			With("task_sid", work.TaskSID, "reservation_sid", work.ReservationSID, "worker_sid", work.WorkerSID),
	}
}

// run places the worker call, or rejects the reservation. err means that Twilio did not accept the
// rejection: SQS delivers the message again, and the next attempt rejects the reservation.
func (j *job) run(ctx context.Context) error {
	ring, fits := j.ring()
	known, claimed, err := j.claim(ctx, ring, fits)
	switch {
	case err != nil:
		return j.reject(ctx, failure.ClaimFailed, err)
	case !claimed:
		return j.handleRefusedClaim(ctx, known)
	}
	j.measureClaim()
	switch {
	case j.callerLeft(ctx, known):
		return j.skip(ctx, known)
	case !fits:
		return j.reject(ctx, failure.MessageLate, j.tooLate())
	case j.handler.CRM == nil:
		return j.dial(ctx, ring)
	}
	if err := j.notifyCRM(ctx); err != nil && !j.handler.CRMConnect {
		return j.reject(ctx, crmFailure(err), err)
	} else if err != nil {
		j.log.With(crmFailure(err).Fields()...).WarnContext(ctx, "CRM step failed; worker called without it", "error", err)
	}
	if ring, fits = j.ring(); !fits {
		return j.reject(ctx, failure.DialLate, j.tooLate())
	}
	known, allowed, err := j.dialing(ctx, ring)
	switch {
	case err != nil:
		return j.reject(ctx, failure.DialNotNoted, err)
	case !allowed:
		return j.handleRefusedClaim(ctx, known)
	case j.callerLeft(ctx, known):
		return j.skip(ctx, known)
	}
	return j.dial(ctx, ring)
}

// dial places the worker call and records it.
func (j *job) dial(ctx context.Context, ring time.Duration) error {
	if j.timeLeftToDial(ring) < minPlaceTimeout/2 {
		return j.reject(ctx, failure.DialLate, j.tooLate())
	}
	workerCall, queued, err := j.place(ctx, ring)
	if err != nil {
		return j.reject(ctx, dialFailure(err), err)
	}
	log := j.log.With("worker_call_sid", workerCall)
	log.InfoContext(ctx, "worker call placed", "ring_seconds", ring.Seconds())
	recording, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	known, err := j.handler.Ledger.RecordPlaced(recording, j.ref, workerCall)
	if err != nil {
		// The call's own status callback records it, too. A retry of the message would find a claim
		// without an outcome, and reject the reservation of a worker who may be talking.
		log.ErrorContext(ctx, "failed to record worker call in ledger", "error", err)
		return nil
	}
	switch {
	case known.CannotBridge(j.ref):
		log.InfoContext(ctx, "reservation ended while the worker call was placed")
		return j.stopRinging(ctx, known)
	case j.callerLeft(ctx, known):
		return j.skip(ctx, known)
	case queued > j.timeLeftToDial(ring):
		return j.takeBack(ctx, workerCall, queued)
	}
	if err := j.handler.succeeded(ctx); err != nil {
		log.WarnContext(ctx, "failed to record end of fault", "error", err)
	}
	return nil
}

// takeBack rejects the reservation of a worker call that Twilio's own queue would keep until it
// rings too late, and ends the call. Left there, it would use up its place in the queue, and a busy
// desk's calls would all ring too late. If Twilio does not end it, the status callback of its
// beginning does.
func (j *job) takeBack(ctx context.Context, workerCall string, queued time.Duration) error {
	err := j.reject(ctx, failure.RingLate, fmt.Errorf("queue worker call: Twilio dials it in %s", queued))
	if ended := j.handler.Twilio.CancelCall(ctx, workerCall); ended != nil {
		j.log.WarnContext(ctx, "failed to end queued worker call", "error", ended)
	}
	return err
}

// callerLeft asks Twilio whether the caller still waits, if Twilio has reported that they left a
// queue, or they want to be called back. The report may be about an earlier queue, or late, and the
// caller of this task may wait in the next queue; of two copies of the caller's answer one may have
// recorded the wish, and the other have failed, so that they wait on. If Twilio does not answer,
// callerLeft assumes that the caller waits, and asks again after the next step.
func (j *job) callerLeft(ctx context.Context, known ledger.Call) bool {
	reported := known.LeftQueueSince()
	if wanted := known.CallbackWanted(); known.LeavesForCallback() && wanted.After(reported) {
		reported = wanted
	}
	if reported.IsZero() || reported.Equal(j.asked) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	waiting, err := j.handler.Twilio.Waiting(ctx, j.ref.CallSID)
	if err != nil {
		j.log.WarnContext(ctx, "failed to read queue; caller assumed to wait", "error", err)
		return false
	}
	j.asked = reported
	return !waiting
}

// skip ends the work on a reservation whose caller left. Twilio cancels it with its task.
func (j *job) skip(ctx context.Context, known ledger.Call) error {
	j.log.InfoContext(ctx, "bridge skipped: caller left the queue")
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	if err := j.handler.Ledger.MarkBridgesCallerLeft(ctx, j.ref); err != nil {
		j.log.ErrorContext(ctx, "failed to mark bridge as caller_left", "error", err)
	}
	return j.stopRinging(ctx, known)
}

// handleRefusedClaim decides what to do if the ledger refused the claim: another delivery holds it,
// the assignment fallback does, or the caller left.
func (j *job) handleRefusedClaim(ctx context.Context, known ledger.Call) error {
	if known.CannotBridge(j.ref) {
		j.log.InfoContext(ctx, "bridge skipped: caller left the queue")
		return j.stopRinging(ctx, known)
	}
	if known.WorkerCall(j.ref) != "" || known.Resolved(j.ref) {
		j.log.InfoContext(ctx, "bridge skipped: worker call already placed")
		return nil
	}
	if age := j.handler.Now().Sub(known.Claimed(j.ref)); age < attemptTime {
		return fmt.Errorf("bridge reservation %s: another attempt is %s old and may still run", j.ref.ReservationSID, age)
	}
	switch known.State(j.ref) {
	case reservation.Claimed, reservation.CRM:
		if j.left() < 0 {
			return j.reject(ctx, failure.MessageLate, j.tooLate())
		}
		return j.reject(ctx, failure.AttemptDied, errors.New("an earlier attempt ended before it called the worker"))
	}
	return j.reject(ctx, failure.OutcomeUnknown, errors.New("an earlier attempt ended without an outcome: it may have called the worker"))
}

// stopRinging cancels the reservation's worker call if it still rings. The worker of an answered
// one hears at the gate that the caller left, or talks although an operator completed the task.
func (j *job) stopRinging(ctx context.Context, known ledger.Call) error {
	return workercall.EndAll(ctx, known.UnansweredCallsOf(j.ref.ReservationSID), j.handler.Twilio.CancelCall)
}

func (j *job) reject(ctx context.Context, why failure.Failure, cause error) error {
	return j.handler.Rejecter.Reject(ctx, rejection.Rejection{
		Ref: j.ref, Worker: j.work.WorkerSID, Why: why, Cause: cause, BaseURL: j.work.BaseURL, Deadline: j.work.Deadline, Log: j.log,
	})
}

// ring returns how long the worker's phone may ring, in whole seconds. fits is false if that is not
// worth a call.
func (j *job) ring() (ring time.Duration, fits bool) {
	ring = min(j.handler.Ring, (j.timeLeftToDial(0) - minPlaceTimeout).Truncate(time.Second))
	return ring, ring >= minRing
}

// dialBy returns the last instant at which a phone that rings for so long may begin to ring.
func (j *job) dialBy(ring time.Duration) time.Time { return j.work.Deadline.Add(-ring - ringOverrun) }

// timeLeftToDial returns the time until dialBy.
func (j *job) timeLeftToDial(ring time.Duration) time.Duration {
	return j.dialBy(ring).Sub(j.handler.Now())
}

func (j *job) left() time.Duration { return j.work.Deadline.Sub(j.handler.Now()) }

func (j *job) tooLate() error {
	return fmt.Errorf("the reservation may end at %s: %s are left to place a call and let it ring", j.work.Deadline.Format(time.RFC3339), max(j.left(), 0))
}
