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
	h    Handler
	work deferred.Bridge
	ref  ledger.Ref
	log  *slog.Logger
}

// run calls the reservation's worker, or rejects the reservation. An error means that not even the rejection went
// through: the message comes again, and rejects again.
func (j job) run(ctx context.Context) error {
	ring, fits := j.ring()
	known, claimed, err := j.claim(ctx, ring, fits)
	switch {
	case err != nil:
		return j.reject(ctx, failure.ClaimFailed, err)
	case !claimed:
		return j.refused(ctx, known)
	case !fits:
		return j.reject(ctx, failure.MessageLate, j.tooLate())
	case j.h.CRM == nil:
		return j.dial(ctx, ring)
	}
	if err := j.tellCRM(ctx); err != nil {
		return j.reject(ctx, crmFailure(err), err)
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
	}
	return j.dial(ctx, ring)
}

// dial places the call and notes it.
func (j job) dial(ctx context.Context, ring time.Duration) error {
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
	known, err := j.h.Ledger.Dialed(noting, j.ref, leg)
	if err != nil {
		// The call is placed. Its own status callback tells the ledger too; working through the message again would only
		// find a call whose outcome nobody knows, and reject a worker who may be talking.
		log.ErrorContext(ctx, "worker's call not noted", "error", err)
		return nil
	}
	if known.Over(j.ref) {
		log.InfoContext(ctx, "caller left while the call was placed")
		return j.cancelCalls(ctx, known.OpenLegsOf(j.ref.ReservationSID))
	}
	return nil
}

// refused finds out what became of the reservation when it is not this attempt's to bridge: another delivery of the message, or the
// fallback's of the same reservation, was at it, or nobody waits any more.
func (j job) refused(ctx context.Context, known ledger.Call) error {
	if known.Over(j.ref) {
		j.log.InfoContext(ctx, "nothing to bridge: nobody waits any more")
		return j.cancelCalls(ctx, known.OpenLegsOf(j.ref.ReservationSID))
	}
	if known.Leg(j.ref) != "" || known.Settled(j.ref) {
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
func (j job) cancelCalls(ctx context.Context, legs []string) error {
	var failures []error
	for _, leg := range legs {
		failures = append(failures, j.h.Voice.CancelCall(ctx, leg))
	}
	return errors.Join(failures...)
}

// reject gives the reservation up, and has its end noted where Twilio had it pending until then. One that had ended before is told of by
// others, but hardly past the deadline.
func (j job) reject(ctx context.Context, why failure.Failure, reason error) error {
	rejecting, cancel := context.WithTimeout(ctx, rejectTime)
	defer cancel()
	pending, err := j.h.Tasks.RejectReservation(rejecting, j.ref.TaskSID, j.ref.ReservationSID, j.h.Activities.For(why))
	if err != nil {
		j.log.With(failure.RejectFailed.Fields()...).ErrorContext(ctx, "reservation not rejected", "error", err, "reason", reason)
		return fmt.Errorf("%w (rejected because: %w)", err, reason)
	}
	j.log.With(why.Fields()...).WarnContext(ctx, "reservation rejected", "error", reason, "was_pending", pending)
	var end ledger.State
	switch {
	case pending:
		end = ledger.State(why.Row().Reservation)
	case j.left() < 0:
		end = ledger.Stale
	}
	noting, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	if err := j.h.Ledger.RejectSent(noting, j.ref, end, pending); err != nil {
		j.log.ErrorContext(ctx, "rejection not noted", "error", err)
	}
	return nil
}

// ring is how long the worker's phone may ring, in whole seconds; false when that is not worth a call.
func (j job) ring() (time.Duration, bool) {
	ring := min(j.h.Ring, (j.toDial(0) - placeTime).Truncate(time.Second))
	return ring, ring >= leastRing
}

// dialBy is the last instant at which a phone may begin to ring that rings for so long.
func (j job) dialBy(ring time.Duration) time.Time { return j.work.Deadline.Add(-ring - ringsOn) }

// toDial is how long that is from now.
func (j job) toDial(ring time.Duration) time.Duration { return j.dialBy(ring).Sub(j.h.Now()) }

func (j job) left() time.Duration { return j.work.Deadline.Sub(j.h.Now()) }

func (j job) tooLate() error {
	return fmt.Errorf("the reservation may end at %s: %s are left to place a call and let it ring", j.work.Deadline.Format(time.RFC3339), max(j.left(), 0))
}
