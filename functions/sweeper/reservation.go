package sweeper

import (
	"context"
	"slices"

	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/twilio"
)

// reservation ends one reservation and its worker call, unless the two talk or still may. onPhone
// reports whether the worker may still be on that call.
func (r *run) reservation(ctx context.Context, known ledger.Call, ref ledger.Ref, callerGone bool) (onPhone bool, err error) {
	leg, err := r.leg(ctx, known, ref)
	if err != nil || leg.recent {
		return true, err
	}
	reason := r.reasonToReject(known, ref, leg, callerGone)
	switch {
	case leg.alive() && known.Talked(ref):
		r.leave(ctx, "worker and caller were connected", ref, leg, callerGone)
		return true, nil
	case reason.why == "" && (!leg.alive() || known.MayBePending(ref)): // nothing is wrong
		return leg.alive(), nil
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
		r.leave(ctx, "the reservation is "+found.Status, ref, leg, callerGone)
		return leg.alive(), nil
	case !callerGone && r.maybeTalks(found, leg):
		return true, nil
	}
	return leg.alive(), r.endLeg(ctx, ref, leg, callerGone)
}

// reason is why a reservation must not stay pending ("" = it may), the worker's activity after the
// rejection, and the state of the bridge.
type reason struct {
	why, activity string
	end           reservation.State
}

// reasonToReject returns the reason. The fault is ours unless the worker did not take the call.
func (r *run) reasonToReject(known ledger.Call, ref ledger.Ref, leg leg, callerGone bool) reason {
	switch {
	case !known.MayBePending(ref):
		return reason{}
	case leg.sid != "" && leg.record.Over():
		return reason{"the call to its worker is over: " + recorded(leg.record.Status), r.handler.Activities.Reject, reservation.Rejected}
	case callerGone || known.CannotBridge(ref):
		return reason{"its caller has gone", r.handler.Activities.Fault, reservation.CallerLeft}
	case !r.overdue(known, ref):
		return reason{}
	case known.State(ref) == reservation.Dialing:
		return reason{"it was left pending past its deadline, and its worker may have been called", r.handler.Activities.Fault, reservation.Unknown}
	}
	return reason{"it was left pending past its deadline", r.handler.Activities.Fault, reservation.Expired}
}

// leg is the worker call of a reservation in Twilio's record. sid is "" if none is known to be
// live.
type leg struct {
	sid    string
	record twilio.CallRecord
	recent bool // it has just ended: its webhook is on the way
}

func (l leg) alive() bool { return l.sid != "" && !l.record.Over() }

// leg reads the worker call, and records its end in the ledger.
func (r *run) leg(ctx context.Context, known ledger.Call, ref ledger.Ref) (leg, error) {
	found := leg{sid: known.WorkerCall(ref)}
	if found.sid == "" || known.WorkerCallEnded(ref) {
		return leg{}, nil
	}
	var err error
	if found.record, err = r.record(ctx, found.sid); err != nil || !found.record.Over() {
		return found, err
	}
	if found.recent = r.since(found.record.Ended) < grace; found.recent {
		return found, nil
	}
	_, err = r.handler.Ledger.RecordWorkerCall(ctx, ref, found.sid, true)
	return found, err
}

// maybeTalks reports whether, while the caller is on the phone, a worker call must not be ended
// although its reservation has ended or was deleted: its webhooks are on their way, or an operator
// ended the task of two who talk.
func (r *run) maybeTalks(found twilio.Reservation, leg leg) bool {
	if found.Status == "" {
		return leg.record.Answered()
	}
	return r.since(found.Updated) < grace
}

// reject rejects a reservation. Without a reason, because the ledger says that it was rejected, it
// is left to the next run.
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

// endLeg ends a worker call whose caller cannot be bridged. It only cancels a call that Twilio
// lists as ringing: if the worker has just answered, the next run ends it. The status callback
// records that the call ended.
func (r *run) endLeg(ctx context.Context, ref ledger.Ref, leg leg, callerGone bool) error {
	if !leg.alive() {
		return nil
	}
	if err := r.may(ctx); err != nil {
		return err
	}
	end := r.handler.Twilio.CancelCall
	if leg.record.Answered() {
		end = r.handler.Twilio.EndCall
	}
	if err := end(ctx, leg.sid); err != nil {
		return err
	}
	why := "its reservation is over"
	if callerGone {
		why = "its caller has gone"
	}
	r.done(ctx, legEnded, why, ref, leg.sid)
	return nil
}

// leave reports a worker call that continues without its caller.
func (r *run) leave(ctx context.Context, why string, ref ledger.Ref, leg leg, callerGone bool) {
	if leg.alive() && callerGone {
		r.left(ctx, legLeft, why, ref, leg.sid)
	}
}
