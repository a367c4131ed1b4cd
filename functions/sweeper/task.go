package sweeper

import (
	"context"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// task sweeps a task that belongs to no open call: the ledger has closed its call, or does not know
// it.
func (r *run) task(ctx context.Context, task twilio.Task) error {
	if r.ofOpen[task.SID] || r.since(task.Created) < grace {
		return nil
	}
	known, found, err := r.handler.Ledger.ByTask(ctx, task.SID)
	if err != nil {
		return err
	}
	if found {
		return r.call(ctx, known)
	}
	if r.learned >= maxLearned {
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

// learn records, from Twilio's events, a task that the ledger does not know. found is false if no
// event has what <Enqueue> adds to a call's task: the call and our account. Such a task belongs to
// another program, and may name a call that it did not enqueue.
func (r *run) learn(ctx context.Context, task twilio.Task) (known ledger.Call, found bool, err error) {
	if err := r.may(ctx); err != nil {
		return known, false, err
	}
	events, err := r.handler.Twilio.Events(ctx, twilio.EventQuery{TaskSID: task.SID, Since: task.Created.Add(-grace)})
	if err != nil {
		return known, false, err
	}
	for _, event := range slices.Backward(events) {
		if !isOfCall(event) || !event.AboutCall() || event.Task.AccountSID != r.handler.AccountSID {
			continue
		}
		if known, _, err = r.handler.Ledger.Event(ctx, event); err != nil {
			return known, false, err
		}
		found = true
	}
	return known, found, nil
}

// stuckTasks reports the tasks that wait for a worker although their caller left. It cancels them
// if EndStuckTasks is set.
func (r *run) stuckTasks(ctx context.Context, known ledger.Call) error {
	for _, sid := range known.Tasks() {
		task, listed := r.tasks[sid]
		if !listed || task.Status != "pending" && task.Status != "reserved" {
			continue
		}
		ref := ledger.Ref{CallSID: known.CallSID(), TaskSID: sid}
		if !r.handler.EndStuckTasks {
			r.left(ctx, taskLeft, "it is "+task.Status+", and its caller has gone (EndStuckTasks is no)", ref, "")
			continue
		}
		if err := r.may(ctx); err != nil {
			return err
		}
		canceled, err := r.handler.Twilio.CancelTask(ctx, sid, "its call is over")
		if err != nil {
			return err
		}
		if canceled {
			r.done(ctx, taskCanceled, "it was "+task.Status+", and its caller has gone", ref, "")
		}
	}
	return nil
}

// finishedTasks completes the tasks of a call that has ended, after the wrap-up time: no event will
// do it. live reports whether a task of the call still lives.
func (r *run) finishedTasks(ctx context.Context, known ledger.Call, caller twilio.CallRecord, onPhone bool) (live bool, err error) {
	for _, sid := range known.Tasks() {
		task, listed := r.tasks[sid]
		if !listed {
			continue
		}
		live = true
		if onPhone || !r.wrappedUp(task, caller.Ended) {
			continue
		}
		if err := r.complete(ctx, known, task, "it was "+task.Status+" after both calls had ended"); err != nil {
			return true, err
		}
	}
	return live, nil
}

// wrapUps completes the tasks of a caller on the phone whose wrap-up time has passed: the
// caller was enqueued again after the talk, and the worker would get no call until this caller
// hangs up.
func (r *run) wrapUps(ctx context.Context, known ledger.Call) error {
	for _, sid := range known.Tasks() {
		task := r.tasks[sid]
		if task.Status != "wrapping" || r.live[known.TalkedWith(sid)] || !r.wrappedUp(task, time.Time{}) {
			continue
		}
		if err := r.complete(ctx, known, task, "it was wrapping after the worker call had ended"); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) complete(ctx context.Context, known ledger.Call, task twilio.Task, why string) error {
	if err := r.may(ctx); err != nil {
		return err
	}
	if err := r.handler.Twilio.CompleteTask(ctx, task.SID, "wrap-up time is over"); err != nil {
		return err
	}
	r.done(ctx, taskCompleted, why, ledger.Ref{CallSID: known.CallSID(), TaskSID: task.SID}, "")
	return nil
}

// wrapUp moves the task of a request to wrapping, as Twilio does with that of a call. Without a
// wrap-up time of ours the worker's own program completes it.
func (r *run) wrapUp(ctx context.Context, known ledger.Call, task twilio.Task) error {
	if err := r.may(ctx); err != nil {
		return err
	}
	if err := r.handler.Twilio.WrapUpTask(ctx, task.SID); err != nil {
		return err
	}
	r.done(ctx, taskWrappedUp, "it was assigned after its try had ended", ledger.Ref{CallSID: known.CallSID(), TaskSID: task.SID}, "")
	return nil
}

// wrappedUp reports whether the wrap-up time has passed. Workers hang up soon after their caller.
func (r *run) wrappedUp(task twilio.Task, ended time.Time) bool {
	if r.handler.WrapUp == nil || task.Status != "assigned" && task.Status != "wrapping" {
		return false
	}
	return min(r.since(task.Updated), r.since(ended)) >= *r.handler.WrapUp+grace
}
