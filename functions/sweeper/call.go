package sweeper

import (
	"context"
	"slices"
	"strings"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// call sweeps one call that the ledger knows.
func (r *run) call(ctx context.Context, known ledger.Call) error {
	if known.IsRequest() {
		return r.request(ctx, known)
	}
	if r.swept[known.CallSID()] {
		return nil
	}
	r.swept[known.CallSID()] = true
	if r.isOver(known) {
		return r.closeOver(ctx, known)
	}
	if r.live[known.CallSID()] {
		if err := r.wrapUps(ctx, known); err != nil {
			return err
		}
	}
	if r.sound(known) {
		r.report.Sound++
		return nil
	}
	known, err := r.backfill(ctx, known)
	switch {
	case err != nil:
		return err
	case r.isOver(known):
		return r.close(ctx, known, "Twilio's events tell the rest")
	}
	caller, err := r.record(ctx, known.CallSID())
	switch {
	case err != nil:
		return err
	case !caller.HasEnded():
		return r.callerThere(ctx, known)
	case r.since(caller.Ended) < grace:
		return nil
	}
	return r.callerGone(ctx, known, caller)
}

// isOver reports whether a call can be closed. A caller in our survey has left the queue with
// nothing pending, but can be enqueued again as long as they are on the phone.
func (r *run) isOver(known ledger.Call) bool {
	return known.NothingPending() && !r.live[known.CallSID()]
}

func (r *run) closeOver(ctx context.Context, known ledger.Call) error {
	made, err := r.handler.Ledger.Close(ctx, known.CallSID(), "complete")
	if made {
		r.report.Closed++
	}
	return err
}

// sound reports whether a call's facts agree with the lists: the caller is on the phone, no worker
// call rings for a reservation that has ended, and no reservation is overdue. The run has looked at
// callers who wait without a task before (see caller).
func (r *run) sound(known ledger.Call) bool {
	return r.live[known.CallSID()] && r.inOrder(known)
}

// inOrder reports whether no worker call of a call or a request rings for a reservation that has
// ended, and no reservation is overdue.
func (r *run) inOrder(known ledger.Call) bool {
	for _, ref := range known.Reservations() {
		overdue := known.MayBePending(ref) && r.overdue(known, ref)
		rings := len(known.UnansweredCallsOf(ref.ReservationSID)) > 0
		_, listed := r.tasks[ref.TaskSID]
		if overdue || rings && (known.CannotBridge(ref) || !known.MayBePending(ref) || !listed || !r.live[known.WorkerCall(ref)]) {
			return false
		}
	}
	return !slices.ContainsFunc(known.Tasks(), func(sid string) bool {
		task := r.tasks[sid]
		return task.Status == "reserved" && r.since(task.Updated) >= r.handler.ReservationTimeout+grace
	})
}

// overdue reports whether a reservation should have ended.
func (r *run) overdue(known ledger.Call, ref ledger.Ref) bool {
	deadline := known.Deadline(ref)
	if deadline.IsZero() {
		deadline = known.Reserved(ref).Add(r.handler.ReservationTimeout)
	}
	return r.since(deadline) >= grace
}

// backfill records the events of the call's tasks that the ledger lacks.
func (r *run) backfill(ctx context.Context, known ledger.Call) (ledger.Call, error) {
	for _, task := range known.Tasks() {
		if err := r.may(ctx); err != nil {
			return known, err
		}
		// A call may wait for a day before TaskRouter creates its task. Twilio keeps events for 30
		// days.
		events, err := r.handler.Twilio.Events(ctx, twilio.EventQuery{TaskSID: task, Since: known.FirstSeen().Add(-24 * time.Hour)})
		if err != nil {
			return known, err
		}
		for _, event := range slices.Backward(events) {
			if !isOfCall(event) || known.Knows(event) {
				continue
			}
			event.Task.CallSID = known.CallSID() // attributes may have been redacted
			if known, _, err = r.handler.Ledger.Event(ctx, event); err != nil {
				return known, err
			}
		}
	}
	return known, nil
}

// isOfCall reports whether the ledger records events of this type.
func isOfCall(event taskrouter.Event) bool {
	ofReservation := strings.HasPrefix(event.Type, "reservation.") && event.ReservationSID != ""
	return event.TaskSID != "" && (ofReservation || slices.Contains(taskrouter.TaskEvents(), event.Type))
}

func (r *run) record(ctx context.Context, call string) (twilio.CallRecord, error) {
	if err := r.may(ctx); err != nil {
		return twilio.CallRecord{}, err
	}
	return r.handler.Twilio.CallRecord(ctx, call)
}

// callerThere sweeps a call whose caller is on the phone. It ends only reservations and worker
// calls that no longer serve this caller.
func (r *run) callerThere(ctx context.Context, known ledger.Call) error {
	for _, ref := range known.Reservations() {
		if _, err := r.reservation(ctx, known, ref, false); err != nil {
			return err
		}
	}
	return nil
}

// callerGone sweeps a call whose caller has hung up. It closes the call if its tasks and worker
// calls have ended, too.
func (r *run) callerGone(ctx context.Context, known ledger.Call, caller twilio.CallRecord) error {
	known, err := r.handler.Ledger.RecordCallerEnded(ctx, known.CallSID(), caller.Status, caller.Ended)
	if err != nil {
		return err
	}
	if err := r.handler.Ledger.MarkCallerLeft(ctx, known, ""); err != nil {
		return err
	}
	if err := r.stuckTasks(ctx, known); err != nil {
		return err
	}
	onPhone := false
	for _, ref := range known.Reservations() {
		alive, err := r.reservation(ctx, known, ref, true)
		if err != nil {
			return err
		}
		onPhone = onPhone || alive
	}
	// Twilio itself calls a worker by the instruction dequeue.
	if workerCall := known.WorkerCallSID(); !onPhone && r.live[workerCall] {
		record, err := r.record(ctx, workerCall)
		if err != nil {
			return err
		}
		onPhone = !record.HasEnded()
	}
	live, err := r.finishedTasks(ctx, known, caller, onPhone)
	if err != nil || onPhone || live {
		return err
	}
	return r.close(ctx, known, "Twilio's record of it: "+recorded(caller.Status))
}

func (r *run) close(ctx context.Context, known ledger.Call, why string) error {
	made, err := r.handler.Ledger.Close(ctx, known.CallSID(), why)
	if made {
		r.done(ctx, CallClosed, why, ledger.Ref{CallSID: known.CallSID(), TaskSID: known.TaskSID()}, "")
	}
	return err
}

// recorded returns the status of Twilio's record of a call in words; "" = there is no record.
func recorded(status string) string {
	if status == "" {
		return "there is none"
	}
	return status
}
