// Package messages answers the text messages of workers: one word signs them on or off, and the
// reply tells them their state.
package messages

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// Twilio finds the workers who have a number.
type Twilio interface {
	WorkersAt(ctx context.Context, number string) ([]twilio.Worker, error)
}

// Workers signs workers on and off, and reads their state.
type Workers interface {
	SignOn(ctx context.Context, workerSID string, by roster.Source) (reconciler.State, error)
	SignOff(ctx context.Context, workerSID string, by roster.Source) (reconciler.State, error)
	State(ctx context.Context, workerSID string) (reconciler.State, error)
}

// Handler answers POST /messages for an incoming text
// (https://www.twilio.com/docs/messaging/guides/webhook-request), and POST
// /messages/status/{WorkerSid} for the status callback of a text that we sent.
type Handler struct {
	Edge    webhook.Edge
	Twilio  Twilio
	Workers Workers
	Roster  roster.Roster
	Now     func() time.Time
	Logger  *slog.Logger
}

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.route)
}

func (h Handler) route(ctx context.Context, request webhook.Request) webhook.Answer {
	sid := request.Form.Get("MessageSid")
	if !twilio.IsMessageSID(sid) || request.Older(webhook.Lifetime, h.Now()) {
		return webhook.Malformed()
	}
	log := h.Logger.With("message_sid", sid)
	if worker, found := strings.CutPrefix(request.Path, texts.StatusPath); found && taskrouter.ValidSID("WK", worker) {
		return h.delivered(ctx, request, worker, log.With("worker_sid", worker))
	}
	if request.Path != "/messages" {
		return webhook.NotFound()
	}
	return h.received(ctx, request, log)
}

// received answers only texts from workers: a reply to a stranger costs money, and may reach a
// program that replies as well.
func (h Handler) received(ctx context.Context, request webhook.Request, log *slog.Logger) webhook.Answer {
	text, from := request.Form.Get("Body"), request.Form.Get("From")
	answered, again := h.twilioAnswers(request)
	if !taskrouter.IsNumber(from) || answered && !again {
		return webhook.TwiML(twiml.Empty())
	}
	found, err := h.Twilio.WorkersAt(ctx, from)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "failed to look up sender", "error", err)
		return webhook.Unavailable()
	case len(found) == 0:
		return webhook.TwiML(twiml.Empty())
	case again:
		return h.mayText(ctx, found, log)
	}
	// Always the same worker, so that help texts are also counted for a number of several workers.
	first := slices.MinFunc(found, func(a, b twilio.Worker) int { return strings.Compare(a.SID, b.SID) })
	read := workerText{handler: h, message: request.Form.Get("MessageSid"), worker: first.SID, log: log.With("worker_sid", first.SID)}
	if len(found) > 1 {
		read.log.WarnContext(ctx, "worker not signed on or off: several have the number")
		return read.help(ctx, texts.SharedNumber)
	}
	return read.obey(ctx, orderOf(text))
}

// twilioAnswers reports whether Twilio itself has answered the text, and whether that opted the
// sender in again.
func (h Handler) twilioAnswers(request webhook.Request) (answered, again bool) {
	text, kind := request.Form.Get("Body"), request.Form.Get("OptOutType")
	return kind != "" || isOneOf(twilios, text), kind == "START" || kind == "" && isOneOf(optsIn, text)
}

// mayText records that Twilio delivers texts again to the workers with a number.
func (h Handler) mayText(ctx context.Context, found []twilio.Worker, log *slog.Logger) webhook.Answer {
	for _, worker := range found {
		_, changed, err := h.Roster.Change(ctx, worker.SID, func(record *roster.Record) bool { return record.AllowTexts() })
		if err != nil {
			log.ErrorContext(ctx, "failed to clear refusal of texts", "worker_sid", worker.SID, "error", err)
			return webhook.Unavailable()
		}
		if changed {
			log.InfoContext(ctx, "refusal of texts cleared", "worker_sid", worker.SID)
		}
	}
	return webhook.TwiML(twiml.Empty())
}
