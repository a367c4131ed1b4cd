package ledger

import (
	"cmp"
	"context"
	"slices"

	"switchboard/shared/taskrouter"
)

// Event records what TaskRouter reported about a task or a reservation of a call. first is false
// for an event that was recorded before, and call is the current item either way. The event may be
// about an earlier task than the one that the caller waits with. err is as for Store.Apply; a retry
// is safe, though first may then be false.
func (l Ledger) Event(ctx context.Context, event taskrouter.Event) (call Call, first bool, err error) {
	change := l.change(event.Task.CallSID)
	change.EventSID = event.SID
	change.Once[taskSID] = event.TaskSID
	change.Once[event.TaskSID+"."+language] = event.Task.Language()
	at := l.now()
	if !event.Time.IsZero() {
		at = text(event.Time)
	}
	ref, fact := Ref{event.Task.CallSID, event.TaskSID, event.ReservationSID}, reportedBy(event.Type)
	switch fact.owner {
	case ofTask:
		change.Once[fact.field(ref)] = at
	case ofReservation:
		change.Once[fact.field(ref)] = at
		change.Once[ref.ReservationSID+"."+taskOf] = ref.TaskSID
		change.Once[ref.ReservationSID+"."+workerSID] = event.WorkerSID
		change.EventOf = ref.ReservationSID
		change.Absent = []string{ref.ReservationSID + "." + forgotten}
	}
	if fact.proof&talked != 0 {
		change.Once[connected] = yes
	}
	if fact.name == completed || fact.proof&endsTask != 0 {
		change.describe(ref, event)
	}
	// Other events may still name the worker call of a worker who did not answer.
	names := fact.proof&namesWorker != 0
	if names {
		change.Set[workerSID] = event.WorkerSID
		change.Set[workerCallSID] = event.Task.WorkerCallSID
		change.Within = map[string][]string{taskSID: {event.TaskSID}}
	}
	call, first, err = l.move(ctx, change, ref.ReservationSID, fact.state, at)
	// A late event of an earlier task must not take the link from the worker of the last talk.
	if another := call.TaskSID() != event.TaskSID; names && !first && another && err == nil {
		change.Within = nil
		if call.talkedSince(event.TaskSID, at) {
			delete(change.Set, workerSID)
			delete(change.Set, workerCallSID)
			names = false
		}
		call, first, err = l.move(ctx, change, ref.ReservationSID, fact.state, at)
	}
	if err != nil {
		return call, first, err
	}
	// The task's attributes may still name the worker call of an earlier dequeue instruction.
	if own := call.WorkerCall(ref); names && first && own != "" && own != call.WorkerCallSID() {
		relink := l.change(ref.CallSID)
		relink.Set[workerCallSID] = own
		if call, _, err = l.apply(ctx, relink); err != nil {
			return call, first, err
		}
	}
	if fact.proof&begins == 0 || call.TaskSID() == event.TaskSID {
		return call, first, err
	}
	if last := call.lastTask(event.TaskSID); last != call.TaskSID() {
		change = l.change(ref.CallSID)
		change.Set[taskSID] = last
		call, _, err = l.apply(ctx, change)
	}
	return call, first, err
}

// describe adds what reports count calls by. DynamoDB charges each write by the size of the item,
// so that is recorded when task and reservation end: most of a call's writes come before.
func (c *Change) describe(ref Ref, event taskrouter.Event) {
	c.Once[ref.TaskSID+"."+queue] = event.Queue
	c.Once[ref.TaskSID+"."+expected] = event.Task.ExpectedWait()
	if ref.ReservationSID != "" {
		c.Once[ref.ReservationSID+"."+workerName] = event.WorkerName
	}
	if !taskrouter.IsRequest(ref.CallSID) {
		c.Once[dialedNumber] = event.Task.Dialed()
	}
}

// lastTask returns the task that began last; the given one if no other began later.
func (c Call) lastTask(last string) string {
	began := c.began()
	for _, task := range c.Tasks() {
		if began[task] > began[last] {
			last = task
		}
	}
	return last
}

// talkedSince reports whether the caller talked to a worker with a task that began after this one;
// at is when this one began, as text, if nothing is known of it.
func (c Call) talkedSince(task, at string) bool {
	began := c.began()
	start := cmp.Or(began[task], at)
	return slices.ContainsFunc(c.Reservations(), func(ref Ref) bool {
		return began[ref.TaskSID] > start && c.Talked(ref)
	})
}
