package bridge

import (
	"context"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/reservation"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
)

// missed has a worker put away, and brought back, whose reservation ended without a talk. The
// rejections of our own functions are recorded by then, and nothing is left to do.
func (h Handler) missed(ctx context.Context, miss deferred.Miss) error {
	known, _, err := h.Ledger.ByCall(ctx, miss.CallSID)
	if err != nil {
		return err
	}
	if failed(miss, known, failure.GateSignedOff) {
		return h.Absences.SignOff(ctx, miss.WorkerSID, miss.At)
	}
	if miss.Event == taskrouter.ReservationCanceled {
		// Most are canceled because the caller left.
		status, err := h.Twilio.TaskStatus(ctx, miss.TaskSID)
		if err != nil || !taskrouter.TaskLives(status) {
			return err
		}
	}
	cause, err := h.causeOf(ctx, miss, known)
	if err != nil || cause == "" {
		return err
	}
	absence := roster.Absence{Cause: cause, ReservationSID: miss.ReservationSID, At: miss.At, Move: true}
	if miss.Event != taskrouter.ReservationRejected {
		// TaskRouter may leave the worker available and offer the same call again.
		absence.Activity = h.RejectActivitySID
	}
	return h.Absences.PutAway(ctx, miss.WorkerSID, absence)
}

// failed reports whether the ledger has that failure of the reservation.
func failed(miss deferred.Miss, known ledger.Call, as failure.Failure) bool {
	why, _ := known.Failure(ledger.Ref{CallSID: miss.CallSID, TaskSID: miss.TaskSID, ReservationSID: miss.ReservationSID})
	named, found := failure.Parse(why)
	return found && named == as
}

// causeOf is why a reservation came to nothing: by the ledger, or by Twilio's record of its own
// worker call; "" if its caller left, which is no miss. A reservation that timed out had its
// caller: Twilio stopped the phone because of that.
func (h Handler) causeOf(ctx context.Context, miss deferred.Miss, known ledger.Call) (roster.Cause, error) {
	ref := ledger.Ref{CallSID: miss.CallSID, TaskSID: miss.TaskSID, ReservationSID: miss.ReservationSID}
	if why, _ := known.Failure(ref); why != "" {
		if named, found := failure.Parse(why); found {
			return reconciler.CauseOf(named), nil
		}
	}
	claimed := !known.Claimed(ref).IsZero()
	switch {
	case miss.Event == taskrouter.ReservationRejected:
		return roster.Declined, nil
	case claimed && !known.At(ref, reservation.Gate).IsZero() && !known.WorkerAccepted(ref):
		return roster.Missed, nil // the worker, or a mailbox, pressed no key
	case claimed:
		return roster.Fault, nil // a step of ours failed, and so did its rejection
	case miss.WorkerCallSID == "":
		return roster.Missed, nil
	}
	record, err := h.Twilio.CallRecord(ctx, miss.WorkerCallSID)
	if err != nil {
		return "", err
	}
	// A task keeps the call of an earlier reservation's worker until Twilio places the next one.
	other := miss.Event == taskrouter.ReservationCanceled && record.Ended.Sub(miss.At).Abs() > ringEnd
	switch {
	case record.Status == "canceled" && miss.Event != taskrouter.ReservationTimeout || other:
		return "", nil
	case record.Status == "busy":
		return roster.Busy, nil
	}
	return roster.Missed, nil
}

// ringEnd is how far the end of a worker call may be from the end of its reservation.
const ringEnd = 5 * time.Second

// succeeded records that the worker call was placed: our steps work.
func (h Handler) succeeded(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return h.Faults.Succeeded(ctx)
}
