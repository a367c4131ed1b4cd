package reconciler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/roster"
	"switchboard/shared/twilio"
)

// Standing is a worker's state in one word, for the worker and for the team lead.
type Standing string

// The standings.
const (
	Ready     Standing = "on"          // can be offered calls
	OnCall    Standing = "on a call"   // signed on, and talking or wrapping up in an activity of TaskRouter's
	WrapUp    Standing = "wrapping up" // back at State.Until
	Paused    Standing = "paused"      // after a missed call or a fault of ours; back at State.Until
	SignedOff Standing = "off"         // takes no calls until they sign on
	Elsewhere Standing = "elsewhere"   // in an activity that a person chose
)

// State is what a worker's record and Twilio say about the worker.
type State struct {
	Standing Standing
	Activity string       // its name
	Since    time.Time    // in that activity, in whole seconds
	Cause    roster.Cause // of WrapUp and Paused; "" = not known
	Until    time.Time    // when the worker is brought back; zero = not by a timer
	Misses   int          // counted missed calls in a row
	By       roster.Source
	Lead     bool // may close and open the desk by phone
}

// hangUpTime is the time in which a worker who signs on by phone ends that call: a call offered
// before would find the phone busy.
const hangUpTime = 5 * time.Second

// SignOn records that the worker wants calls, and makes them available unless they are on a call:
// then at its end, or soon after it, if it is the call by which they sign on. It returns the state
// after that. A retry is safe.
func (r Reconciler) SignOn(ctx context.Context, workerSID string, by roster.Source) (State, error) {
	return r.wish(ctx, workerSID, roster.On, by)
}

// SignOff records that the worker wants no calls, and takes them out of the routing: a phone that
// rings stops, a talk lasts. It returns the state after that. A retry is safe.
func (r Reconciler) SignOff(ctx context.Context, workerSID string, by roster.Source) (State, error) {
	return r.wish(ctx, workerSID, roster.Off, by)
}

func (r Reconciler) wish(ctx context.Context, workerSID string, wish roster.Wish, by roster.Source) (State, error) {
	now := r.Now()
	_, _, err := r.Roster.Change(ctx, workerSID, func(record *roster.Record) bool { return record.SetWish(wish, by, now) })
	if err != nil {
		return State{}, err
	}
	r.Logger.InfoContext(ctx, "wish recorded", "worker_sid", workerSID, "wish", string(wish), "by", string(by))
	if wish == roster.On && by == roster.ByPhone {
		return State{Standing: Ready, By: by}, send(ctx, r.Queue, deferred.Return{WorkerSID: workerSID}, hangUpTime)
	}
	if err := r.Reconcile(ctx, workerSID, time.Time{}); err != nil {
		return State{}, err
	}
	return r.State(ctx, workerSID)
}

// AtShift applies a boundary of a worker's shift, once. At the beginning a worker who is signed off
// is signed on; at the end the worker is signed off, after a call if they are on one. A wish made
// since the boundary holds. err is Twilio's or the roster's; a retry is safe.
func (r Reconciler) AtShift(ctx context.Context, work deferred.Shift) error {
	offline := r.Activities.Offline
	if slices.Contains(r.Activities.Away(), offline) {
		offline = "" // a worker who comes from there may be back from a pause
	}
	record, first, err := r.Roster.Change(ctx, work.WorkerSID, func(record *roster.Record) bool {
		return record.AtShift(work.At, work.On, offline, r.Activities.Available)
	})
	if err != nil {
		return fmt.Errorf("apply shift of worker %s: %w", work.WorkerSID, err)
	}
	if first {
		r.Logger.InfoContext(ctx, "shift boundary applied", "worker_sid", work.WorkerSID, "on", work.On, "wish", string(record.Wish), "by", string(record.WishedBy))
	}
	if !record.Pending {
		return nil
	}
	return r.Reconcile(ctx, work.WorkerSID, time.Time{})
}

// State returns the worker's state. A worker whom Twilio does not know has the zero State.
func (r Reconciler) State(ctx context.Context, workerSID string) (State, error) {
	worker, found, err := r.Twilio.Worker(ctx, workerSID)
	if err != nil || !found {
		return State{}, err
	}
	record, err := r.Roster.Get(ctx, workerSID)
	if err != nil {
		return State{}, err
	}
	return r.Describe(record, worker), nil
}

// Describe is State for a worker that was read before.
func (r Reconciler) Describe(record roster.Record, worker twilio.Worker) State {
	state := State{Activity: worker.ActivityName, Since: worker.Since, Misses: record.Misses, By: record.WishedBy, Lead: worker.Lead}
	absence := record.Absence
	away := absence.Cause != "" && !absence.Move && absence.Activity == worker.ActivitySID && near(absence.At, worker.Since)
	switch {
	case worker.Available && (record.WantsCalls() || !record.Pending):
		state.Standing = Ready
	case !record.WantsCalls():
		state.Standing = SignedOff
	case record.Pending:
		state.Standing = OnCall
	case away:
		state.Standing, state.Cause, state.Until = Paused, absence.Cause, absence.Until
	case worker.ActivitySID == r.Activities.PostWork:
		state.Standing, state.Cause = WrapUp, roster.Call
		if r.WrapUp != nil {
			state.Until = worker.Since.Add(*r.WrapUp)
		}
	default:
		state.Standing = Elsewhere
	}
	return state
}
