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
)

const (
	// leastRing is the shortest ring that is worth a call: a worker has to get at their phone.
	leastRing = 5 * time.Second
	// ringsOn is by how much a phone may ring longer than Twilio is told, in "some call flows" (docs/voice/api/call-resource, Timeout).
	ringsOn = 5 * time.Second
	// placeTime is what a request to place the call gets at least.
	placeTime = 2 * time.Second
	// attemptTime is how long one attempt may still be at work, the function's timeout with a little to spare: a claim without an
	// outcome is older than this only when its attempt died. It lies below the queue's visibility timeout, so that the next
	// delivery after a crash can already act on it.
	attemptTime = 50 * time.Second
)

// job is one deferred bridge.
type job struct {
	h     Handler
	work  deferred.Bridge
	ref   ledger.Ref
	asked time.Time // the report of the caller's leaving about which Twilio was asked; zero = none
	log   *slog.Logger
}

func (h Handler) job(work deferred.Bridge) *job {
	return &job{
		h:    h,
		work: work,
		ref:  ledger.Ref{CallSID: work.CallSID, TaskSID: work.TaskSID, ReservationSID: work.ReservationSID},
		log:  h.Logger.With("call_sid", work.CallSID, "task_sid", work.TaskSID, "reservation_sid", work.ReservationSID, "worker_sid", work.WorkerSID),
	}
}

// run calls the reservation's worker, or ends the reservation. An error means that Twilio did not
// take even that: SQS delivers the message again, and the reservation is rejected then.
func (j *job) run(ctx context.Context) error {
	ring, fits := j.ring()
	known, claimed, err := j.claim(ctx, ring, fits)
	switch {
	case err != nil:
		return j.reject(ctx, failure.ClaimFailed, err)
	case !claimed:
		return j.refused(ctx, known)
	case j.callerLeft(ctx, known):
		return j.skip(ctx, known)
	case !fits:
		return j.reject(ctx, failure.MessageLate, j.tooLate())
	case j.h.CRM == nil:
		return j.dial(ctx, ring)
	}
	if err := j.tellCRM(ctx); err != nil && !j.h.CRMConnect {
		return j.reject(ctx, crmFailure(err), err)
	} else if err != nil {
		j.log.With(crmFailure(err).Fields()...).WarnContext(ctx, "CRM step failed, worker called without it", "error", err)
	}
	if ring, fits = j.ring(); !fits {
		return j.reject(ctx, failure.DialLate, j.tooLate())
	}
	known, dialling, err := j.dialling(ctx, ring)
	switch {
	case err != nil:
		return j.reject(ctx, failure.DialNotNoted, err)
	case !dialling:
		return j.refused(ctx, known)
	case j.callerLeft(ctx, known):
		return j.skip(ctx, known)
	}
	return j.dial(ctx, ring)
}

// dial places the call and notes it.
func (j *job) dial(ctx context.Context, ring time.Duration) error {
	if j.toDial(ring) < placeTime/2 {
		return j.reject(ctx, failure.DialLate, j.tooLate())
	}
	leg, err := j.place(ctx, ring)
	if err != nil {
		return j.reject(ctx, dialFailure(err), err)
	}
	log := j.log.With("worker_call_sid", leg)
	log.InfoContext(ctx, "worker's phone rings", "ring_seconds", ring.Seconds())
	noting, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	known, err := j.h.Ledger.RecordPlaced(noting, j.ref, leg)
	if err != nil {
		// The call is placed. Its own status callback tells the ledger too; working through the message again would only
		// find a call whose outcome nobody knows, and reject a worker who may be talking.
		log.ErrorContext(ctx, "worker's call not noted", "error", err)
		return nil
	}
	switch {
	case known.CannotBridge(j.ref):
		log.InfoContext(ctx, "reservation ended while the worker call was placed")
		return j.cancelCalls(ctx, known.UnansweredCallsOf(j.ref.ReservationSID))
	case j.callerLeft(ctx, known):
		return j.skip(ctx, known)
	}
	if err := j.h.succeeded(ctx); err != nil {
		log.WarnContext(ctx, "end of fault not looked for", "error", err)
	}
	return nil
}

// callerLeft asks Twilio whether the caller still waits where the ledger cannot tell: Twilio
// reported that they left a queue. That may have been an earlier queue, or a late report of it, and
// the caller of this task waits in the next one. If Twilio does not answer, the bridge is tried,
// and Twilio is asked again after its next step.
func (j *job) callerLeft(ctx context.Context, known ledger.Call) bool {
	reported := known.LeftQueueSince()
	if reported.IsZero() || reported.Equal(j.asked) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	waiting, err := j.h.Voice.Waiting(ctx, j.h.WorkflowSID, j.ref.CallSID)
	if err != nil {
		j.log.WarnContext(ctx, "queue not read; caller taken to wait", "error", err)
		return false
	}
	j.asked = reported
	return !waiting
}

// skip ends the work on a reservation whose caller left: Twilio cancels it with its task.
func (j *job) skip(ctx context.Context, known ledger.Call) error {
	j.log.InfoContext(ctx, "bridge skipped: caller left the queue")
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	if err := j.h.Ledger.MarkBridgesCallerLeft(ctx, j.ref); err != nil {
		j.log.ErrorContext(ctx, "caller's leaving not recorded", "error", err)
	}
	return j.cancelCalls(ctx, known.UnansweredCallsOf(j.ref.ReservationSID))
}

// refused finds out what became of the reservation when it is not this attempt's to bridge: another delivery of the message, or the
// fallback's of the same reservation, was at it, or nobody waits any more.
func (j *job) refused(ctx context.Context, known ledger.Call) error {
	if known.CannotBridge(j.ref) {
		j.log.InfoContext(ctx, "nothing to bridge: nobody waits any more")
		return j.cancelCalls(ctx, known.UnansweredCallsOf(j.ref.ReservationSID))
	}
	if known.WorkerCall(j.ref) != "" || known.Resolved(j.ref) {
		j.log.InfoContext(ctx, "nothing to bridge: the worker was called before")
		return nil
	}
	if age := j.h.Now().Sub(known.Claimed(j.ref)); age < attemptTime {
		return fmt.Errorf("bridge reservation %s: another attempt is %s old and may still be at work", j.ref.ReservationSID, age)
	}
	switch known.State(j.ref) {
	case ledger.Claimed, ledger.CRM:
		if j.left() < 0 {
			return j.reject(ctx, failure.MessageLate, j.tooLate())
		}
		return j.reject(ctx, failure.AttemptDied, errors.New("an earlier attempt ended before it called the worker"))
	}
	return j.reject(ctx, failure.OutcomeUnknown, errors.New("an earlier attempt ended without an outcome: nobody knows whether it called the worker"))
}

// cancelCalls stops a phone that rings for nobody. One that has been answered is left alone: its next webhook tells whoever is at the gate,
// and a worker may talk whose task an operator has completed.
func (j *job) cancelCalls(ctx context.Context, legs []string) error {
	var failures []error
	for _, leg := range legs {
		failures = append(failures, j.h.Voice.CancelCall(ctx, leg))
	}
	return errors.Join(failures...)
}

func (j *job) reject(ctx context.Context, why failure.Failure, cause error) error {
	return j.h.Rejecter.Reject(ctx, rejection.Rejection{
		Ref: j.ref, Worker: j.work.WorkerSID, Why: why, Cause: cause, BaseURL: j.work.BaseURL, Deadline: j.work.Deadline, Log: j.log,
	})
}

// ring is how long the worker's phone may ring, in whole seconds; false when that is not worth a call.
func (j *job) ring() (time.Duration, bool) {
	ring := min(j.h.Ring, (j.toDial(0) - placeTime).Truncate(time.Second))
	return ring, ring >= leastRing
}

// dialBy is the last instant at which a phone may begin to ring that rings for so long.
func (j *job) dialBy(ring time.Duration) time.Time { return j.work.Deadline.Add(-ring - ringsOn) }

// toDial is how long that is from now.
func (j *job) toDial(ring time.Duration) time.Duration { return j.dialBy(ring).Sub(j.h.Now()) }

func (j *job) left() time.Duration { return j.work.Deadline.Sub(j.h.Now()) }

func (j *job) tooLate() error {
	return fmt.Errorf("the reservation may end at %s: %s are left to place a call and let it ring", j.work.Deadline.Format(time.RFC3339), max(j.left(), 0))
}
