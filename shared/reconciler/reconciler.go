// Package reconciler moves workers to where they should be. A worker's place follows from what the
// worker wants, from the boundaries of their shifts, from the pause after a missed call or a fault,
// and from the wrap-up after a call.
// The reconciler moves a worker only out of an activity that we put them into, or because the
// worker has just asked for it, and only if nothing has changed since it looked: a person's "Lunch"
// wins over every timer but the end of the worker's shift.
//
// It can run for one worker any number of times, and at the same time: an SQS message makes it run
// when a pause ends, and the sweeper repeats it.
package reconciler

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Twilio reads workers and moves them.
type Twilio interface {
	Worker(ctx context.Context, sid string) (worker twilio.Worker, found bool, err error)
	MoveWorker(ctx context.Context, worker twilio.Worker, activity string, reject bool) (twilio.Move, error)
	OnCall(ctx context.Context, worker string) (bool, error)
	RoutineActivities(ctx context.Context) ([]string, error)
	Events(ctx context.Context, query twilio.EventQuery) ([]taskrouter.Event, error)
}

// Queue takes work for later.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Notifier sends one text to a worker; it decides whether one may be sent.
type Notifier interface {
	SignedOff(ctx context.Context, worker string) error
}

// Activities are the workspace's activities that the stack's parameters name, WA….
type Activities struct {
	Available string
	PostWork  string // "" = the activity stays as it is after a call
	Reject    string
	Fault     string // "" = Reject
	Offline   string // "" = Reject
}

// Complete sets the empty ones to their defaults.
func (a Activities) Complete() Activities {
	if a.Fault == "" {
		a.Fault = a.Reject
	}
	if a.Offline == "" {
		a.Offline = a.Reject
	}
	return a
}

// OfRejections returns the activities to which a rejection moves its worker.
func (a Activities) OfRejections() failure.Activities {
	return failure.Activities{Reject: a.Reject, Fault: a.Fault, Offline: a.Offline}
}

// Away lists the activities into which workers are put for a time, each once.
func (a Activities) Away() []string {
	var away []string
	for _, activity := range []string{a.PostWork, a.Reject, a.Fault} {
		if activity != "" && (len(away) == 0 || away[len(away)-1] != activity) {
			away = append(away, activity)
		}
	}
	return away
}

// Reconciler decides where workers should be, and moves them there.
type Reconciler struct {
	Roster     roster.Roster
	Twilio     Twilio
	Queue      Queue
	Notifier   Notifier // nil = no texts
	Activities Activities
	WrapUp     *time.Duration // nil = a worker who wraps up comes back by their own wish only
	Pause      time.Duration  // after a rejection of which the roster does not know the cause
	Now        func() time.Time
	Logger     *slog.Logger
}

// looks is the maximum number of times that a worker is read again because they were changed
// between our read and our write.
const looks = 3

// Reconcile brings a worker to where they should be. callEnded is when the worker's call ended, if
// that is why it runs; zero = not known. err is Twilio's or the roster's; a retry is safe.
func (r Reconciler) Reconcile(ctx context.Context, workerSID string, callEnded time.Time) error {
	return r.run(ctx, workerSID, callEnded, time.Time{})
}

// Return brings back the worker whom a message names. err is Twilio's or the roster's; a retry is
// safe.
func (r Reconciler) Return(ctx context.Context, work deferred.Return) error {
	return r.run(ctx, work.WorkerSID, time.Time{}, work.Due)
}

func (r Reconciler) run(ctx context.Context, workerSID string, callEnded, due time.Time) error {
	for range looks {
		resolved, err := r.look(ctx, workerSID, callEnded, due)
		if err != nil {
			return fmt.Errorf("reconcile worker %s: %w", workerSID, err)
		}
		if resolved {
			break
		}
	}
	return r.notify(ctx, workerSID)
}

// CallEnded brings a worker back whose wrap-up is over, and forgets the calls that they missed
// before. It asks Twilio nothing if the activity stays as it is after a call, or if Twilio has sent
// the event of the worker's return, and nothing else about the worker is to be done. A return some
// seconds after the call may be that from the call before. err is Twilio's or the roster's; a retry
// is safe.
func (r Reconciler) CallEnded(ctx context.Context, workerSID string, ended time.Time) error {
	record, _, err := r.Roster.Change(ctx, workerSID, func(record *roster.Record) bool { return record.Answered(ended) })
	if err != nil {
		return fmt.Errorf("reconcile worker %s: %w", workerSID, err)
	}
	place := record.Place
	back := place.Activity == r.Activities.Available && place.Before == r.Activities.PostWork && !place.Since.Before(ended.Add(skew))
	if open := record.Pending || record.Absence != (roster.Absence{}); !open && (r.Activities.PostWork == "" || back) {
		return nil
	}
	return r.Reconcile(ctx, workerSID, ended)
}

// look reads the worker and moves them once. resolved is false if the worker was changed meanwhile.
// due is the end of the absence whose message started this run; zero = another reason.
func (r Reconciler) look(ctx context.Context, workerSID string, callEnded, due time.Time) (resolved bool, err error) {
	record, err := r.Roster.Get(ctx, workerSID)
	if err != nil {
		return false, err
	}
	worker, found, err := r.Twilio.Worker(ctx, workerSID)
	if err != nil || !found {
		return true, err
	}
	d, err := r.decide(ctx, record, worker, callEnded)
	if err != nil {
		return false, err
	}
	if d.first != nil {
		if _, changed, err := r.Roster.Change(ctx, workerSID, d.first); err != nil || !changed {
			return false, err
		}
	}
	if d.to != "" && d.to != worker.ActivitySID {
		move, err := r.Twilio.MoveWorker(ctx, worker, d.to, d.reject)
		switch {
		case err != nil:
			return false, err
		case move.Lost:
			_, _, err := r.Roster.Change(ctx, workerSID, func(current *roster.Record) bool { return r.repeatWish(current, record) })
			return false, err
		case !move.Made && d.first != nil:
			_, _, err := r.Roster.Change(ctx, workerSID, d.refused)
			return false, err
		case !move.Made:
			return false, nil
		}
		d.then = d.made(move)
		r.Logger.InfoContext(ctx, "worker moved", "worker_sid", workerSID, "from", worker.ActivitySID, "to", d.to, "reason", d.why)
		d.then = r.moved(d.then, record, worker.ActivitySID, d.to)
	}
	switch late := callEnded.Add(skew); {
	case !r.isLate(worker, callEnded):
	case d.due.IsZero() || d.due.After(late):
		d.due = late
	default: // an absence ends before; the look at its end does not know of the call
		if err := returnAt(ctx, r.Queue, workerSID, late, r.Now()); err != nil {
			return false, err
		}
	}
	current, err := r.record(ctx, workerSID, record, d, due)
	return current.WishedAt.Equal(record.WishedAt), err
}

// record writes what the decision leaves behind, asks for the next look, and returns the record
// after that. A wish that was made meanwhile needs no later look: it is applied in the next one.
// came is the end for which the message of this run was sent; zero = none was.
func (r Reconciler) record(ctx context.Context, workerSID string, read roster.Record, d decision, came time.Time) (roster.Record, error) {
	if d.then == nil && d.due.IsZero() {
		return read, nil
	}
	asking := asking{r.Roster, r.Queue, r.Now}
	return asking.change(ctx, workerSID, came, func(current *roster.Record) (changed bool, due time.Time) {
		changed = d.then != nil && d.then(current)
		if !current.WishedAt.Equal(read.WishedAt) {
			return changed, time.Time{}
		}
		return changed, d.due
	})
}

// isLate reports whether Twilio may still apply the post-work activity, some seconds after the
// call: that could undo what we have just done.
func (r Reconciler) isLate(worker twilio.Worker, callEnded time.Time) bool {
	applied := worker.ActivitySID == r.Activities.PostWork && coincides(callEnded, worker.Since)
	return r.Activities.PostWork != "" && !applied && !callEnded.IsZero() && r.Now().Before(callEnded.Add(skew))
}

// repeatWish has a wish that the worker made during our move applied after the move, which may have
// undone it. A wish for no calls counts from now on: or else the event of a move from offline to
// available would count as a person's later decision.
func (r Reconciler) repeatWish(current *roster.Record, read roster.Record) (changed bool) {
	if current.WishedAt.Equal(read.WishedAt) {
		return false
	}
	changed = !current.Pending
	current.Pending = true
	if now := r.now(); !current.WantsCalls() && now.After(current.WishedAt) {
		current.WishedAt, changed = now, true
	}
	return changed
}

// moved adds to the change of a record that we moved the worker. The event of the move may get
// lost; its time is left to the event.
func (r Reconciler) moved(then func(*roster.Record) bool, read roster.Record, from, to string) func(*roster.Record) bool {
	return func(current *roster.Record) bool {
		changed := then != nil && then(current)
		changed = r.repeatWish(current, read) || changed
		if current.Place.Activity == from {
			current.Place.Activity, current.Place.Before, changed = to, from, true
		}
		if current.Put == read.Put && current.Put.Activity == from {
			current.Put, changed = roster.Put{}, true // a person may choose that activity next
		}
		return changed
	}
}

// notify sends one text to a worker whom missed calls signed off. It writes that to the record
// before it sends the text: a second text would be worse than none.
func (r Reconciler) notify(ctx context.Context, workerSID string) error {
	if r.Notifier == nil {
		return nil
	}
	due := func(record *roster.Record) bool {
		if record.WantsCalls() || record.WishedBy != roster.ByMisses || record.Told {
			return false
		}
		record.Told = true
		return true
	}
	_, first, err := r.Roster.Change(ctx, workerSID, due)
	if err != nil || !first {
		return err
	}
	if err := r.Notifier.SignedOff(ctx, workerSID); err != nil {
		r.Logger.WarnContext(ctx, "text not sent", "worker_sid", workerSID, "error", err)
	}
	return nil
}
