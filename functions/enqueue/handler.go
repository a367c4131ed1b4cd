// Package enqueue answers the number's voice webhook: it has Twilio put the caller into the
// workflow's queue.
package enqueue

import (
	"context"
	"encoding/json"
	"log/slog"

	"switchboard/shared/prompt"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// Handler answers POST /enqueue, to which VoiceUrl points, with <Enqueue>
// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls,
// https://www.twilio.com/docs/voice/twiml/enqueue).
type Handler struct {
	Edge        webhook.Edge
	WorkflowSID string
	Attributes  NumberAttributes
	Priority    *int        // nil = the workflow's
	Timeout     *int        // seconds that the task may wait; nil = TaskRouter's day
	Book        prompt.Book // what callers hear
	Logger      *slog.Logger
}

// Handle implements the Lambda function. It makes no network call while the secrets are fresh.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.enqueue)
}

func (h Handler) enqueue(ctx context.Context, request webhook.Request) webhook.Answer {
	log := h.Logger.With("call_sid", taskrouter.WholeSID("CA", request.Form.Get("CallSid")))
	document, err := h.document(request, h.Attributes.For(request.Form.Get("To")))
	if err != nil {
		log.ErrorContext(ctx, "cannot render Enqueue TwiML; check the stack's parameters", "error", err)
		return webhook.TwiML(h.Book.TakeMessage(request.URL("/survey/voicemail"), h.Book.Line(prompt.Apology, nil)))
	}
	log.InfoContext(ctx, "caller enqueued", "workflow_sid", h.WorkflowSID)
	return webhook.TwiML(document)
}

func (h Handler) document(request webhook.Request, attributes json.RawMessage) (twiml.Document, error) {
	return twiml.Enqueue{
		WorkflowSID: h.WorkflowSID,
		ActionURL:   request.URL("/survey"),
		WaitURL:     request.URL("/hold"),
		Attributes:  attributes,
		Priority:    h.Priority,
		Timeout:     h.Timeout,
	}.Document()
}
