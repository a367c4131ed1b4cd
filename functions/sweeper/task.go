package sweeper

import (
	"context"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// task sweeps a task that belongs to no open call: the ledger has closed its call, or never heard of it.
func (r *run) task(ctx context.Context, task twilio.Task) error {
	if r.ofOpen[task.SID] || r.since(task.Created) < grace {
		return nil
	}
	known, found, err := r.h.Ledger.ByTask(ctx, task.SID)
	if err != nil {
		return err
	}
	if found {
		return r.call(ctx, known)
	}
	if r.learned >= mostLearned {
		r.report.Postponed++
		return nil
	}
	r.learned++
	known, found, err = r.learn(ctx, task)
	switch {
	case err != nil:
		return err
	case !found:
		r.report.Foreign++
		return nil
	}
	return r.call(ctx, known)
}

// learn has the ledger hear of a task by Twilio's own record. It finds nothing for a task of which
// no event has what <Enqueue> adds to a call's task: the call and our account. Such a task is
// another program's, and may name a call that it did not enqueue.
func (r *run) learn(ctx context.Context, task twilio.Task) (known ledger.Call, found bool, err error) {
	if err := r.may(ctx); err != nil {
		return known, false, err
	}
	events, err := r.h.Twilio.Events(ctx, twilio.EventQuery{TaskSID: task.SID, Since: task.Created.Add(-grace)})
	if err != nil {
		return known, false, err
	}
	for _, event := range slices.Backward(events) {
		if !tellsOfCall(event) || !event.AboutCall() || event.Task.AccountSID != r.h.AccountSID {
			continue
		}
		if known, _, err = r.h.Ledger.Event(ctx, event); err != nil {
			return known, false, err
		}
		found = true
	}
	return known, found, nil
}

// stuckTasks lists the tasks that wait for a worker though their caller has gone, or ends them where that is wanted.
func (r *run) stuckTasks(ctx context.Context, known ledger.Call) error {
	for _, sid := range known.Tasks() {
		task, goesOn := r.tasks[sid]
		if !goesOn || task.Status != "pending" && task.Status != "reserved" {
			continue
		}
		ref := ledger.Ref{CallSID: known.CallSID(), TaskSID: sid}
		if !r.h.EndStuckTasks {
			r.left(ctx, taskLeft, "it is "+task.Status+", and its caller has gone (EndStuckTasks is no)", ref, "")
			continue
		}
		if err := r.may(ctx); err != nil {
			return err
		}
		canceled, err := r.h.Twilio.CancelTask(ctx, sid, "its call is over")
		if err != nil {
			return err
		}
		if canceled {
			r.done(ctx, taskCanceled, "it was "+task.Status+", and its caller has gone", ref, "")
		}
	}
	return nil
}

// finishedTasks completes the tasks of a call that is over once their workers had time to wrap up, which no event will have done
// any more. It reports whether a task of the call goes on.
func (r *run) finishedTasks(ctx context.Context, known ledger.Call, caller twilio.CallRecord, onPhone bool) (goesOn bool, err error) {
	for _, sid := range known.Tasks() {
		task, listed := r.tasks[sid]
		if !listed {
			continue
		}
		goesOn = true
		if onPhone || !r.wrappedUp(task, caller.Ended) {
			continue
		}
		if err := r.may(ctx); err != nil {
			return true, err
		}
		if err := r.h.Twilio.CompleteTask(ctx, sid, "wrap-up time is over"); err != nil {
			return true, err
		}
		r.done(ctx, taskCompleted, "it was "+task.Status+" when nobody was on the phone any more", ledger.Ref{CallSID: known.CallSID(), TaskSID: sid}, "")
	}
	return goesOn, nil
}

// wrappedUp reports that the time to wrap up is over. Workers hang up soon after their caller, if not before.
func (r *run) wrappedUp(task twilio.Task, ended time.Time) bool {
	if r.h.WrapUp == nil || task.Status != "assigned" && task.Status != "wrapping" {
		return false
	}
	if task.Updated.After(ended) {
		ended = task.Updated
	}
	return r.since(ended) >= *r.h.WrapUp+grace
}
