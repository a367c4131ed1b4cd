package sweeper

import (
	"context"
	"slices"

	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// reservation clears one reservation and the call to its worker away, unless the two talk or still may. It reports whether
// somebody may be on that call afterwards.
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
	found, err := r.h.Twilio.Reservation(ctx, ref.TaskSID, ref.ReservationSID)
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

// reason is why a reservation must not stay pending, "" when it may, with what becomes of its worker and of its bridge.
type reason struct {
	why, activity string
	end           ledger.State
}

// reasonToReject finds one. The fault is ours but where the worker did not take the call.
func (r *run) reasonToReject(known ledger.Call, ref ledger.Ref, leg leg, callerGone bool) reason {
	switch {
	case !known.MayBePending(ref):
		return reason{}
	case leg.sid != "" && leg.record.Over():
		return reason{"the call to its worker is over: " + recorded(leg.record.Status), r.h.Activities.Reject, ledger.Rejected}
	case callerGone || known.CannotBridge(ref):
		return reason{"its caller has gone", r.h.Activities.Fault, ledger.CallerLeft}
	case !r.overdue(known, ref):
		return reason{}
	case known.State(ref) == ledger.Dialling:
		return reason{"it was left pending past its deadline, and nobody knows whether its worker was called", r.h.Activities.Fault, ledger.Unknown}
	}
	return reason{"it was left pending past its deadline", r.h.Activities.Fault, ledger.Stale}
}

// leg is the call to a reservation's worker as Twilio has it; without a SID where none is known to go on.
type leg struct {
	sid    string
	record twilio.CallRecord
	recent bool // it has just ended: its webhook is on the way
}

func (l leg) alive() bool { return l.sid != "" && !l.record.Over() }

// leg reads the call, and tells the ledger when it is over.
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
	_, err = r.h.Ledger.RecordWorkerCall(ctx, ref, found.sid, true)
	return found, err
}

// maybeTalks reports that, while the caller is on the phone, a worker's call must be left alone although its reservation has ended, or is
// gone with its task: its webhooks are on their way, or an operator ended the task of two who talk.
func (r *run) maybeTalks(found twilio.Reservation, leg leg) bool {
	if found.Status == "" {
		return leg.record.Answered()
	}
	return r.since(found.Updated) < grace
}

// reject gives a reservation up. One that we have no reason to reject, for the ledger has it rejected, is left for the next run.
func (r *run) reject(ctx context.Context, ref ledger.Ref, reason reason) (bool, error) {
	if reason.why == "" {
		return false, nil
	}
	if err := r.may(ctx); err != nil {
		return false, err
	}
	rejected, err := r.h.Twilio.RejectReservation(ctx, ref.TaskSID, ref.ReservationSID, reason.activity)
	if err != nil || !rejected {
		return false, err
	}
	r.done(ctx, reservationRejected, reason.why, ref, "")
	return true, r.h.Ledger.RecordRejection(ctx, ref, reason.end, true)
}

// endLeg ends a call to a worker that is for nobody. What Twilio has as ringing is stopped as that: should it have been answered by now, the
// next run sees. The status callback tells that the call has ended; until then it counts.
func (r *run) endLeg(ctx context.Context, ref ledger.Ref, leg leg, callerGone bool) error {
	if !leg.alive() {
		return nil
	}
	if err := r.may(ctx); err != nil {
		return err
	}
	end := r.h.Twilio.CancelCall
	if leg.record.Answered() {
		end = r.h.Twilio.EndCall
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

// leave tells of a worker's call that goes on without its caller.
func (r *run) leave(ctx context.Context, why string, ref ledger.Ref, leg leg, callerGone bool) {
	if leg.alive() && callerGone {
		r.left(ctx, legLeft, why, ref, leg.sid)
	}
}
