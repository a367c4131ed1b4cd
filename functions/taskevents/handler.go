// Package taskevents records TaskRouter's events in the ledger. It also ends worker calls whose
// caller cannot be bridged, redirects a caller whose task has ended to overflow, and has the bridge
// function complete tasks that stay in wrapping.
package taskevents

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

// Ledger counts an event once, finds the call that it is about, and records bridges whose caller
// left.
type Ledger interface {
	ByTask(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	Event(ctx context.Context, event taskrouter.Event) (call ledger.Call, first bool, err error)
	MarkCallerLeft(ctx context.Context, call ledger.Call, task string) error
}

// Twilio ends worker calls (CancelCall only those that were not answered), reads who waits without
// a task, and redirects callers.
type Twilio interface {
	EndCall(ctx context.Context, sid string) error
	CancelCall(ctx context.Context, sid string) error
	Stranded(ctx context.Context, call string, created time.Time) (bool, error)
	TaskStatus(ctx context.Context, task string) (string, error)
	RedirectCall(ctx context.Context, sid, url string) (redirected bool, err error)
}

// Roster records the activities that workers are in, and that they talked.
type Roster interface {
	Moved(ctx context.Context, workerSID string, place roster.Place) error
	Answered(ctx context.Context, workerSID string, ended time.Time) error
}

// Requests ends tries whose task was canceled.
type Requests interface {
	Missed(ctx context.Context, seen ledger.Request, why string, soon bool) (again time.Time, err error)
}

// Queue takes work for later.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Outlook takes what events show of what callers can expect. It logs its failures.
type Outlook interface {
	Note(ctx context.Context, facts outlook.Outlook)
}

// Handler answers POST /events (https://www.twilio.com/docs/taskrouter/api/event/reference): 204 if
// it did what the event requires, 503 if Twilio is to deliver the event again.
type Handler struct {
	Edge       webhook.Edge
	Ledger     Ledger
	Twilio     Twilio
	Queue      Queue
	Requests   Requests
	Roster     Roster
	Activities reconciler.Activities
	Outlook    Outlook
	Workflows  taskrouter.Workflows
	WrapUp     *time.Duration // how long a task may stay in wrapping; nil = without limit
	PostWork   bool           // the worker's activity changes after a call
	Now        func() time.Time
	Logger     *slog.Logger
}

// retryTime is the time after an event in which Twilio may deliver it again because our answer
// failed: 15 s (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides), plus the
// difference of two clocks. A retry is handled like the first delivery, which may have died after
// its write.
const retryTime = 20 * time.Second

// Handle implements the Lambda function. Most events make one network call, the ledger's write.
// Once a minute one makes two more, for the outlook. The many other events of the workspace make
// none.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.receive)
}

func (h Handler) receive(ctx context.Context, request webhook.Request) webhook.Answer {
	if workflow := request.Form.Get("WorkflowSid"); workflow != "" && !h.Workflows.Has(workflow) {
		return webhook.Received()
	}
	event, err := taskrouter.ParseEvent(request.Form)
	switch {
	case err != nil:
		h.Logger.WarnContext(ctx, "failed to decode event", "error", err)
		return webhook.Malformed()
	case request.Older(webhook.Lifetime, h.Now()):
		h.Logger.WarnContext(ctx, "event ignored: it is hours old", "event_type", event.Type)
		return webhook.Malformed()
	case event.Type == taskrouter.WorkerActivityUpdate && event.WorkerSID != "":
		return h.moved(ctx, event)
	case !concerns(event):
		return webhook.Received()
	}
	mark, isRequest := event.Task.Request()
	if isRequest {
		event.Task.CallSID = mark.Key
	} else if !event.Task.EnqueuedBy(request.Form.Get("AccountSid")) {
		known, err := h.named(ctx, request, event)
		if err != nil {
			h.Logger.ErrorContext(ctx, "failed to look up task", "task_sid", event.TaskSID, "error", err)
			return webhook.Unavailable()
		}
		if event.Task.CallSID = known.CallSID(); event.Task.CallSID == "" {
			return webhook.Received()
		}
	}
	return h.handle(ctx, request, event)
}

// moved records the activity that a worker is in now.
func (h Handler) moved(ctx context.Context, event taskrouter.Event) webhook.Answer {
	place := roster.Place{Activity: event.ActivitySID, Before: event.PreviousActivitySID, Since: event.Time}
	if err := h.Roster.Moved(ctx, event.WorkerSID, place); err != nil {
		h.Logger.ErrorContext(ctx, "failed to record activity", "worker_sid", event.WorkerSID, "error", err)
		return webhook.Unavailable()
	}
	h.Outlook.Note(ctx, h.showsWorker(event))
	return webhook.Received()
}

// named finds the call of a task whose attributes do not name it: a script may have replaced them.
// It returns the zero Call for another program's task.
func (h Handler) named(ctx context.Context, request webhook.Request, event taskrouter.Event) (ledger.Call, error) {
	if !taskrouter.CallChannel(request.Form.Get("TaskChannelUniqueName")) {
		return ledger.Call{}, nil
	}
	known, _, err := h.Ledger.ByTask(ctx, event.TaskSID)
	return known, err
}

// handle records the event, and does what it requires at its first delivery and at Twilio's
// retries. A later copy of the request changes nothing. If the ledger fails, handle acts, too: to
// act twice does less harm than to leave a caller waiting.
func (h Handler) handle(ctx context.Context, request webhook.Request, event taskrouter.Event) webhook.Answer {
	log := h.Logger.With(taskrouter.LogFields(event.Task.CallSID)...).With("event_type", event.Type, "task_sid", event.TaskSID, "reservation_sid", event.ReservationSID, "worker_sid", event.WorkerSID)
	known, first, err := h.Ledger.Event(ctx, event)
	if err == nil {
		log.InfoContext(ctx, "event recorded", "first", first, "worker_call_sid", known.WorkerCallSID())
	}
	if err == nil && !first && h.Now().Sub(event.Time) > retryTime {
		return webhook.Received()
	}
	if err := errors.Join(err, h.act(ctx, log, request, event, known)); err != nil {
		log.ErrorContext(ctx, "failed to handle event", "error", err)
		return webhook.Unavailable()
	}
	h.Outlook.Note(ctx, shows(event, known))
	return webhook.Received()
}

// concerns reports whether an event of its type belongs to the story of a call.
func concerns(event taskrouter.Event) bool {
	if event.TaskSID == "" {
		return false
	}
	return slices.Contains(taskrouter.TaskEvents(), event.Type) ||
		event.ReservationSID != "" && slices.Contains(taskrouter.ReservationEvents(), event.Type)
}
