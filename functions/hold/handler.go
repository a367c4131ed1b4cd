// Package hold answers Enqueue's waitUrl while a caller waits: their place in the line, and music.
package hold

import (
	"context"
	"strconv"

	"switchboard/shared/prompt"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// leaveKey is the key with which a caller leaves the queue to record a message.
const leaveKey = "*"

// Handler answers POST /hold, Enqueue's waitUrl (https://www.twilio.com/docs/voice/twiml/enqueue).
// Twilio requests it again after each document, so the caller hears their current place.
type Handler struct {
	Edge     webhook.Edge
	MusicURL string      // "" = speech and short pauses
	Book     prompt.Book // what callers hear
	Limit    *Limit
}

// Handle implements the Lambda function. It makes no network call while the secrets are fresh and
// the queue has the wanted size: the request contains position and size.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.hold)
}

func (h Handler) hold(ctx context.Context, request webhook.Request) webhook.Answer {
	h.Limit.check(ctx, request)
	if request.Form.Get("Digits") == leaveKey {
		return webhook.TwiML(twiml.Leave())
	}
	return webhook.TwiML(twiml.Hold(twiml.HoldParams{
		Lines: []twiml.Line{
			h.Book.Line(prompt.Waiting, nil),
			h.Book.Position(position(request)),
			h.Book.Line(prompt.OfferMessage, nil),
		},
		KeyURL:   request.URL("/hold"),
		MusicURL: h.MusicURL,
	}))
}

// position returns the caller's place in the line, from 1; 0 = unknown.
func position(request webhook.Request) int {
	place, err := strconv.Atoi(request.Form.Get("QueuePosition"))
	if err != nil || place < 0 {
		return 0
	}
	return place
}
