// Package taskevents listens to the workspace's events: it links the caller's call with the worker's in the ledger, stops
// phones that ring for nobody, takes a caller whose task has died out of the queue, and has tasks that stay in wrapping
// completed later.
package taskevents

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

// Ledger counts an event once, knows the call that it is about, and notes which bridges are in vain.
type Ledger interface {
	Event(ctx context.Context, event taskrouter.Event) (ledger.Call, bool, error)
	GiveUp(ctx context.Context, call ledger.Call, task string) error
}

// Voice has what is done about calls.
type Voice interface {
	Legs
	Callers
}

// Legs ends our own calls to workers: EndCall in any case, CancelCall as long as nobody has answered.
type Legs interface {
	EndCall(ctx context.Context, sid string) error
	CancelCall(ctx context.Context, sid string) error
}

// Callers reads who waits, and redirects a caller.
type Callers interface {
	Waiting(ctx context.Context, queueName, call string) (bool, error)
	RedirectCall(ctx context.Context, sid, url string) (bool, error)
}

// Queue takes work for later.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Handler answers POST /events (docs/taskrouter/api/event/reference): 204 once all that the event asks for is done, 503
// when Twilio should deliver it again.
type Handler struct {
	Edge        webhook.Edge
	Ledger      Ledger
	Voice       Voice
	Queue       Queue
	WorkflowSID string
	WrapUp      *time.Duration // how long a task may stay in wrapping; nil = for ever
	Logger      *slog.Logger
}

// Handle implements the Lambda function. Most events make one network call, the ledger's write; the workspace's many
// others make none.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.receive)
}

func (h Handler) receive(ctx context.Context, request webhook.Request) webhook.Answer {
	if workflow := request.Form.Get("WorkflowSid"); workflow != "" && workflow != h.WorkflowSID {
		return webhook.Received()
	}
	event, err := taskrouter.ParseEvent(request.Form)
	if err != nil {
		h.Logger.WarnContext(ctx, "event not understood", "error", err)
		return webhook.Malformed()
	}
	if !concerns(event) {
		return webhook.Received()
	}
	log := h.Logger.With("event_type", event.Type, "call_sid", event.Task.CallSID, "task_sid", event.TaskSID, "reservation_sid", event.ReservationSID, "worker_sid", event.WorkerSID)
	known, first, err := h.Ledger.Event(ctx, event)
	if err != nil {
		log.ErrorContext(ctx, "event not noted", "error", err)
	} else {
		log.InfoContext(ctx, "event", "first", first, "worker_call_sid", known.WorkerCallSID())
	}
	// What follows is right to do again, and is done even when nothing could be noted: a caller waits for it.
	if err := errors.Join(err, h.act(ctx, log, request, event, known)); err != nil {
		log.ErrorContext(ctx, "event not done with", "error", err)
		return webhook.Unavailable()
	}
	return webhook.Received()
}

// concerns reports whether the event belongs to the story of a call.
func concerns(event taskrouter.Event) bool {
	if !event.AboutCall() {
		return false
	}
	return slices.Contains(taskrouter.TaskEvents(), event.Type) ||
		event.ReservationSID != "" && slices.Contains(taskrouter.ReservationEvents(), event.Type)
}
