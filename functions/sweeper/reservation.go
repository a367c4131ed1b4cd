package sweeper

import (
	"context"
	"slices"

	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/twilio"
)

// reservation ends one reservation and its worker call, unless the two talk or may talk. onPhone
// reports whether the worker may still be on the phone.
func (r *run) reservation(ctx context.Context, known ledger.Call, ref ledger.Ref, callerGone bool) (onPhone bool, err error) {
	workerCall, err := r.workerCall(ctx, known, ref)
	if err != nil || workerCall.recent {
		return true, err
	}
	reason := r.reasonToReject(known, ref, workerCall, callerGone)
	switch {
	case workerCall.alive() && known.Talked(ref):
		r.leave(ctx, "worker and caller were connected", ref, workerCall, callerGone)
		return true, nil
	case reason.why == "" && (!workerCall.alive() || known.MayBePending(ref)): // nothing is wrong
		return workerCall.alive(), nil
	}
	if err := r.may(ctx); err != nil {
		return true, err
	}
	found, err := r.handler.Twilio.Reservation(ctx, ref.TaskSID, ref.ReservationSID)
	switch {
	case err != nil:
		return true, err
	case found.Status == "pending":
		rejected, err := r.reject(ctx, ref, reason)
		if err != nil || !rejected {
			return true, err
		}
	case slices.Contains([]string{"accepted", "wrapping", "completed"}, found.Status):
		r.leave(ctx, "the reservation is "+found.Status, ref, workerCall, callerGone)
		return workerCall.alive(), nil
	case !callerGone && r.maybeTalks(found, workerCall):
		return true, nil
	}
	return workerCall.alive(), r.endWorkerCall(ctx, ref, workerCall, callerGone)
}

// reason is why a reservation must not stay pending ("" = it may), the activity that its worker
// gets with the rejection, and the state of the bridge after it.
type reason struct {
	why, activity string
	end           reservation.State
}

// reasonToReject returns the reason. The fault is ours, except if the worker did not take the call.
func (r *run) reasonToReject(known ledger.Call, ref ledger.Ref, workerCall workerCall, callerGone bool) reason {
	switch {
	case !known.MayBePending(ref):
		return reason{}
	case workerCall.sid != "" && workerCall.record.HasEnded():
		return reason{"the call to its worker has ended: " + recorded(workerCall.record.Status), r.handler.Activities.Reject, reservation.Rejected}
	case callerGone || known.CannotBridge(ref):
		return reason{"its caller has gone", r.handler.Activities.Fault, reservation.CallerLeft}
	case !r.overdue(known, ref):
		return reason{}
	case known.State(ref) == reservation.Dialing:
		return reason{"it was left pending past its deadline, and its worker may have been called", r.handler.Activities.Fault, reservation.Unknown}
	}
	return reason{"it was left pending past its deadline", r.handler.Activities.Fault, reservation.Expired}
}

// workerCall is the worker call of a reservation in Twilio's record. sid is "" if the ledger knows
// none that may be live.
type workerCall struct {
	sid    string
	record twilio.CallRecord
	recent bool // it has just ended; its webhook is on the way
}

func (c workerCall) alive() bool { return c.sid != "" && !c.record.HasEnded() }

// workerCall reads the worker call from Twilio, and records its end in the ledger.
func (r *run) workerCall(ctx context.Context, known ledger.Call, ref ledger.Ref) (workerCall, error) {
	found := workerCall{sid: known.WorkerCall(ref)}
	if found.sid == "" || known.WorkerCallEnded(ref) {
		return workerCall{}, nil
	}
	var err error
	if found.record, err = r.record(ctx, found.sid); err != nil || !found.record.HasEnded() {
		return found, err
	}
	if found.recent = r.since(found.record.Ended) < grace; found.recent {
		return found, nil
	}
	_, err = r.handler.Ledger.RecordWorkerCall(ctx, ref, found.sid, true)
	return found, err
}

// maybeTalks reports whether a worker call must not be ended although its reservation has ended or
// was deleted, and the caller is on the phone: its webhooks may be on their way, or an operator may
// have ended the task of two who talk.
func (r *run) maybeTalks(found twilio.Reservation, workerCall workerCall) bool {
	if found.Status == "" {
		return workerCall.record.Answered()
	}
	return r.since(found.Updated) < grace
}

// reject rejects a reservation. Without a reason it leaves it to the next run: the ledger says that
// it was rejected.
func (r *run) reject(ctx context.Context, ref ledger.Ref, reason reason) (bool, error) {
	if reason.why == "" {
		return false, nil
	}
	if err := r.may(ctx); err != nil {
		return false, err
	}
	rejected, err := r.handler.Twilio.RejectReservation(ctx, ref.TaskSID, ref.ReservationSID, reason.activity)
	if err != nil || !rejected {
		return false, err
	}
	r.done(ctx, reservationRejected, reason.why, ref, "")
	return true, r.handler.Ledger.RecordRejection(ctx, ref, reason.end, true)
}

// endWorkerCall ends a worker call whose caller cannot be bridged. A call that Twilio lists as
// ringing is only canceled: if the worker has just answered, the next run ends it. The status
// callback records that the call ended.
func (r *run) endWorkerCall(ctx context.Context, ref ledger.Ref, workerCall workerCall, callerGone bool) error {
	if !workerCall.alive() {
		return nil
	}
	if err := r.may(ctx); err != nil {
		return err
	}
	end := r.handler.Twilio.CancelCall
	if workerCall.record.Answered() {
		end = r.handler.Twilio.EndCall
	}
	if err := end(ctx, workerCall.sid); err != nil {
		return err
	}
	why := "its reservation has ended"
	if callerGone {
		why = "its caller has gone"
	}
	r.done(ctx, workerCallEnded, why, ref, workerCall.sid)
	return nil
}

// leave reports a worker call that continues without its caller.
func (r *run) leave(ctx context.Context, why string, ref ledger.Ref, workerCall workerCall, callerGone bool) {
	if workerCall.alive() && callerGone {
		r.left(ctx, workerCallLeft, why, ref, workerCall.sid)
	}
}
