package linkedcalls

import (
	"cmp"
	"context"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
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

func fromLedger(call ledger.Call) Link {
	return Link{
		CallSID: call.CallSID(), WorkerCallSID: call.WorkerCallSID(), TaskSID: call.TaskSID(), WorkerSID: call.WorkerSID(),
		Enqueued: call.Enqueued(), Bridged: call.Bridged(), LeftQueue: call.LeftQueue(), QueueResult: call.QueueResult(),
		Score: call.Score(), Sources: []string{"ledger"},
	}
}

// gap reports whether events may know more than the link: of a caller who left unserved there is no more to know.
func (l Link) gap() bool {
	unserved := l.QueueResult != "" && l.QueueResult != "bridged"
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

func (h Handler) byTask(ctx context.Context, task string) ([]Link, error) {
	call, found, err := h.Ledger.ByTask(ctx, task)
	if err != nil {
		return nil, err
	}
	var links []Link
	if found {
		links = append(links, fromLedger(call))
	}
	if found && !links[0].gap() {
		return links, nil
	}
	return h.fill(ctx, links, twilio.EventQuery{TaskSID: task, Since: h.Now().Add(-eventsReach)}, func(event taskrouter.Event) bool { return event.TaskSID == task })
}

func (h Handler) byCall(ctx context.Context, sid string) ([]Link, error) {
	call, found, err := h.Ledger.ByCall(ctx, sid)
	if err != nil {
		return nil, err
	}
	if found {
		if link := fromLedger(call); link.gap() && link.TaskSID != "" {
			return h.byTask(ctx, link.TaskSID)
		} else if !link.gap() {
			return []Link{link}, nil
		}
	}
	// Events cannot be asked for by call: those of accepted reservations name both of its legs.
	query := twilio.EventQuery{Type: taskrouter.ReservationAccepted, Since: h.Now().Add(-eventsReach)}
	return h.fill(ctx, nil, query, func(event taskrouter.Event) bool {
		return event.Task.CallSID == sid || event.Task.WorkerCallSID == sid
	})
}

func (h Handler) since(ctx context.Context, from time.Time) ([]Link, error) {
	calls, err := h.Ledger.Since(ctx, from)
	if err != nil {
		return nil, err
	}
	links := make([]Link, 0, len(calls))
	for _, call := range calls {
		links = append(links, fromLedger(call))
	}
	return h.fill(ctx, links, twilio.EventQuery{Type: taskrouter.ReservationAccepted, Since: from}, func(taskrouter.Event) bool { return true })
}

// fill reads events and adds those that are wanted to the links, a new one for each call that none of them is about.
func (h Handler) fill(ctx context.Context, links []Link, query twilio.EventQuery, wanted func(taskrouter.Event) bool) ([]Link, error) {
	events, err := h.Events.Events(ctx, query)
	if err != nil {
		return nil, err
	}
	for _, event := range events {
		ours := event.AboutCall() && (event.WorkflowSID == "" || event.WorkflowSID == h.WorkflowSID)
		if !ours || !wanted(event) {
			continue
		}
		at := slices.IndexFunc(links, func(link Link) bool { return link.CallSID == event.Task.CallSID })
		if at < 0 {
			at, links = len(links), append(links, Link{})
		}
		if links[at].gap() {
			links[at].add(event)
		}
	}
	slices.SortStableFunc(links, func(a, b Link) int { return cmp.Or(a.first().Compare(b.first()), cmp.Compare(a.CallSID, b.CallSID)) })
	return links, nil
}

// first is the earliest time known of a call.
func (l Link) first() time.Time {
	if l.Enqueued.IsZero() {
		return l.Bridged
	}
	return l.Enqueued
}
