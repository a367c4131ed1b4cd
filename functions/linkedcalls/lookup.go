package linkedcalls

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

func (h Handler) byTask(ctx context.Context, task string) (Report, error) {
	call, found, err := h.Ledger.ByTask(ctx, task)
	if err != nil {
		return Report{}, err
	}
	var links []Link
	if found {
		link, err := h.link(ctx, call)
		if err != nil {
			return Report{}, err
		}
		if links = []Link{link}; call.IsRequest() {
			return Report{Calls: links}, nil
		}
	}
	return h.ofTask(ctx, task, links)
}

// link returns the link that the ledger knows, with the call back of the call. Of a call back it
// returns the link of the call in which it was asked for.
func (h Handler) link(ctx context.Context, call ledger.Call) (Link, error) {
	request := call
	if call.IsRequest() {
		sid := taskrouter.CallOf(call.CallSID())
		asked, found, err := h.Ledger.ByCall(ctx, sid)
		if err != nil {
			return Link{}, err
		}
		if call = asked; !found {
			return Link{CallSID: sid, Sources: []string{"ledger"}, Callback: callbackOf(request)}, nil
		}
	}
	link := fromLedger(call)
	if call.CallbackWanted().IsZero() {
		return link, nil
	}
	request, found, err := h.Ledger.ByCall(ctx, taskrouter.CallbackKey(call.CallSID()))
	if found {
		link.Callback = callbackOf(request)
	}
	return link, err
}

func (h Handler) byCall(ctx context.Context, sid string) (Report, error) {
	call, found, err := h.Ledger.ByEitherCall(ctx, sid)
	if err != nil {
		return Report{}, err
	}
	var links []Link
	if found {
		link, err := h.link(ctx, call)
		if err != nil {
			return Report{}, err
		}
		if links = []Link{link}; call.IsRequest() {
			return Report{Calls: links}, nil
		}
		if task := call.TaskSID(); task != "" {
			return h.ofTask(ctx, task, links)
		}
	}
	// Twilio cannot list events by call; those of accepted reservations name both calls.
	query := twilio.EventQuery{Type: taskrouter.ReservationAccepted, Since: h.Now().Add(-eventsReach)}
	return h.fill(ctx, links, query, func(event taskrouter.Event) bool {
		return event.Task.CallSID == sid || event.Task.WorkerCallSID == sid
	})
}

func (h Handler) since(ctx context.Context, from time.Time) (Report, error) {
	calls, err := h.Ledger.Between(ctx, from, h.Now().Add(skew))
	if err != nil {
		return Report{}, err
	}
	links := make([]Link, 0, len(calls))
	for _, call := range calls {
		link, err := h.link(ctx, call)
		if err != nil {
			return Report{}, err
		}
		links = append(links, link)
	}
	report, err := h.fill(ctx, links, twilio.EventQuery{Type: taskrouter.ReservationAccepted, Since: from}, func(taskrouter.Event) bool { return true })
	if err != nil {
		return Report{}, err
	}
	return report, fits(report, from)
}

// fits rejects a report that is too long for Lambda, whose own error would not say what to do.
func fits(report Report, from time.Time) error {
	encoded, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("encode %d calls: %w", len(report.Calls), err)
	}
	if len(encoded) > textLimit {
		return fmt.Errorf(`%d calls since then are too many for one answer: export them by the day, as with {"day": %q, "format": "jsonl"}`,
			len(report.Calls), from.UTC().Format(time.DateOnly))
	}
	return nil
}

// ofTask reads the task's events only if the ledger's link has a gap.
func (h Handler) ofTask(ctx context.Context, task string, links []Link) (Report, error) {
	if len(links) == 1 && !links[0].gap() {
		return Report{Calls: links}, nil
	}
	query := twilio.EventQuery{TaskSID: task, Since: h.Now().Add(-eventsReach)}
	return h.fill(ctx, links, query, func(event taskrouter.Event) bool { return event.TaskSID == task })
}

// fill reads events and merges the wanted ones into the links, with a new link for a call that has
// none. If Twilio does not answer, the links keep what the ledger knows.
func (h Handler) fill(ctx context.Context, links []Link, query twilio.EventQuery, wanted func(taskrouter.Event) bool) (Report, error) {
	events, err := h.events(ctx, query)
	if err != nil && len(links) == 0 {
		return Report{}, err
	}
	report := Report{Calls: []Link{}}
	if err != nil {
		report.Warning = "only the ledger was read: " + err.Error()
	}
	for _, event := range events {
		if !wanted(event) {
			continue
		}
		at := slices.IndexFunc(links, func(link Link) bool { return link.CallSID == event.Task.CallSID })
		if at < 0 {
			at, links = len(links), append(links, Link{})
		}
		links[at].merge(event)
	}
	slices.SortStableFunc(links, func(a, b Link) int { return cmp.Or(a.first().Compare(b.first()), cmp.Compare(a.CallSID, b.CallSID)) })
	report.Calls = append(report.Calls, links...)
	return report, nil
}

// events returns the events about calls of the workflows, oldest first.
func (h Handler) events(ctx context.Context, query twilio.EventQuery) ([]taskrouter.Event, error) {
	events, err := h.Events.Events(ctx, query)
	events = slices.DeleteFunc(events, func(event taskrouter.Event) bool {
		return !event.AboutCall() || event.WorkflowSID != "" && !h.Workflows.Has(event.WorkflowSID)
	})
	slices.SortStableFunc(events, func(a, b taskrouter.Event) int { return a.Time.Compare(b.Time) })
	return events, err
}
