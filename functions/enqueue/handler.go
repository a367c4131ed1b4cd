// Package enqueue answers the number's voice webhook. It has Twilio put the caller into the
// workflow's queue, after a menu if the desk has one, unless the desk is closed.
package enqueue

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"switchboard/shared/outlook"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// Settings returns the desk's settings, from memory while they are fresh.
type Settings interface {
	Get(ctx context.Context) settings.Settings
}

// Outlook returns what callers can expect, from memory while it is fresh.
type Outlook interface {
	Get(ctx context.Context) outlook.Outlook
}

// Handler answers POST /enqueue, to which VoiceUrl points, with <Enqueue>
// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls,
// https://www.twilio.com/docs/voice/twiml/enqueue), and the stops of the menu below it.
type Handler struct {
	Edge        webhook.Edge
	Settings    Settings
	Outlook     Outlook
	WorkflowSID string
	Priority    *int // nil = the workflow's
	Timeout     *int // seconds that the task may wait; nil = TaskRouter's day
	Now         func() time.Time
	Logger      *slog.Logger
}

// Handle implements the Lambda function. It makes no network call while the secrets are fresh.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.route)
}

func (h Handler) route(ctx context.Context, request webhook.Request) webhook.Answer {
	arrival := arrival{
		handler:  h,
		request:  request,
		settings: h.Settings.Get(ctx),
		log:      h.Logger.With("call_sid", taskrouter.WholeSID("CA", request.Form.Get("CallSid"))),
	}
	arrival.number = arrival.settings.Number(request.Form.Get("To"))
	arrival.language = arrival.number.Language
	switch segments := request.Segments("/enqueue"); {
	case segments == nil && arrival.isListed(ctx):
		return webhook.TwiML(twiml.Redirect(request.URL("/survey/callback/" + againStop)))
	case segments == nil, len(segments) == 1 && segments[0] == againStop:
		return webhook.TwiML(arrival.begin(ctx))
	case segments[0] == menuStop:
		return arrival.answered(ctx, segments[1:])
	case len(segments) == 1 && segments[0] == dialedStop:
		return webhook.TwiML(arrival.dialed())
	}
	return webhook.NotFound()
}

// arrival is one request about a caller who is not in the queue yet.
type arrival struct {
	handler  Handler
	request  webhook.Request
	settings settings.Settings
	number   settings.Number // that the caller dialed
	language string          // of the number, or the one that the caller chose
	log      *slog.Logger
}

// begin answers a caller who has just dialed.
func (a arrival) begin(ctx context.Context) twiml.Document {
	if document, closed := a.closed(ctx); closed {
		return document
	}
	if document, deserted := a.deserted(ctx); deserted {
		return document
	}
	if menu, found := a.settings.Menus[a.number.Menu]; found {
		return a.ask(menu, "", 0)
	}
	return a.enqueue(ctx, nil)
}

// againStop is where a caller continues who was asked whether to keep their call back.
const againStop = "again"

// isListed reports whether the caller's number may have an open call back. The survey function asks
// the ledger.
func (a arrival) isListed(ctx context.Context) bool {
	return a.settings.CallsBack(a.request.Form.Get("To")) &&
		a.handler.Outlook.Get(ctx).Callbacks.Has(a.request.Form.Get("From"))
}

// survey is the address of the stops of a caller who is not, or no longer, in the queue.
func (a arrival) survey() string { return a.request.URL("/survey" + a.chosenLanguage()) }

func (a arrival) book() prompt.Book { return a.settings.Book(a.language) }

// enqueue puts the caller into the queue, with the attributes of the number and of what the caller
// chose from menus.
func (a arrival) enqueue(ctx context.Context, chosen []settings.Choice) twiml.Document {
	document, err := a.document(ctx, chosen)
	if err != nil {
		a.log.ErrorContext(ctx, "Enqueue TwiML not rendered; check the desk's settings and the stack's parameters", "error", err)
		return a.book().TakeMessage(a.survey(), a.book().Line(prompt.Apology, nil))
	}
	a.log.InfoContext(ctx, "caller enqueued", "workflow_sid", a.handler.WorkflowSID)
	return document
}

func (a arrival) document(ctx context.Context, chosen []settings.Choice) (twiml.Document, error) {
	attribute, told := a.expects(ctx)
	objects, priority := []json.RawMessage{a.languageAttribute(), attribute, a.number.Attributes}, a.handler.Priority
	if a.number.Priority != nil {
		priority = a.number.Priority
	}
	for _, choice := range chosen {
		objects = append(objects, choice.Attributes)
		if choice.Priority != nil {
			priority = choice.Priority
		}
	}
	attributes, err := settings.Merge(objects...)
	if err != nil {
		return "", err
	}
	return twiml.Enqueue{
		WorkflowSID: a.handler.WorkflowSID,
		ActionURL:   a.survey(),
		WaitURL:     a.request.URL("/hold" + a.chosenLanguage() + told),
		Attributes:  attributes,
		Priority:    priority,
		Timeout:     a.handler.Timeout,
	}.Document()
}

// languageAttribute tells workflows and workers the caller's language. nil if the desk speaks one
// language only, and so has set none.
func (a arrival) languageAttribute() json.RawMessage {
	if a.language == "" {
		return nil
	}
	return json.RawMessage(`{"language":"` + a.language + `"}`)
}

// chosenLanguage is the segment by which later stops know the language that the caller chose; "" if
// it is the number's, which they know from To.
func (a arrival) chosenLanguage() string {
	if a.language == a.number.Language {
		return ""
	}
	return "/" + a.language
}
