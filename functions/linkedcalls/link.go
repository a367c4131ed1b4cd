package linkedcalls

import (
	"cmp"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// Link is what belongs together. Fields that nobody knows are left out.
type Link struct {
	CallSID       string    `json:"call_sid"`
	WorkerCallSID string    `json:"worker_call_sid,omitempty"` // "" where no worker took the call, or no source tells
	TaskSID       string    `json:"task_sid,omitempty"`
	WorkerSID     string    `json:"worker_sid,omitempty"`
	Enqueued      time.Time `json:"enqueued,omitzero"`
	Bridged       time.Time `json:"bridged,omitzero"`
	LeftQueue     time.Time `json:"left_queue,omitzero"`
	QueueResult   string    `json:"queue_result,omitempty"`
	Score         string    `json:"score,omitempty"`
	Sources       []string  `json:"sources"` // "ledger", "events"
}

// fromLedger leaves out a worker who was called, but did not get to talk to the caller.
func fromLedger(call ledger.Call) Link {
	link := Link{
		CallSID: call.CallSID(), TaskSID: call.TaskSID(), Enqueued: call.Enqueued(), Bridged: call.Bridged(),
		LeftQueue: call.LeftQueue(), QueueResult: call.QueueResult(), Score: call.Score(), Sources: []string{"ledger"},
	}
	if !link.Bridged.IsZero() {
		link.WorkerCallSID, link.WorkerSID = call.WorkerCallSID(), call.WorkerSID()
	}
	return link
}

// gap reports whether events may know more than the link: of a caller who left unserved there is no more to know.
func (l Link) gap() bool {
	unserved := l.QueueResult != "" && !taskrouter.QueueResult(l.QueueResult).Talked()
	return l.TaskSID == "" || !unserved && (l.Bridged.IsZero() || l.WorkerCallSID == "")
}

// add fills what is missing from an event of the same call.
func (l *Link) add(event taskrouter.Event) {
	l.CallSID = cmp.Or(l.CallSID, event.Task.CallSID)
	l.TaskSID = cmp.Or(l.TaskSID, event.TaskSID)
	switch event.Type {
	case taskrouter.TaskCreated:
		if l.Enqueued.IsZero() {
			l.Enqueued = event.Time
		}
	case taskrouter.ReservationAccepted, taskrouter.TaskCompleted:
		l.WorkerSID = cmp.Or(event.WorkerSID, l.WorkerSID)
		l.WorkerCallSID = cmp.Or(l.WorkerCallSID, event.Task.WorkerCallSID)
		if event.Type == taskrouter.ReservationAccepted && l.Bridged.IsZero() {
			l.Bridged = event.Time
		}
	}
	if !slices.Contains(l.Sources, "events") {
		l.Sources = append(l.Sources, "events")
	}
}

// first is the earliest time known of a call.
func (l Link) first() time.Time {
	if l.Enqueued.IsZero() {
		return l.Bridged
	}
	return l.Enqueued
}
