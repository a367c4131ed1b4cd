// Package hold answers Enqueue's waitUrl while a caller waits: their place in the line, the
// expected wait, and music.
package hold

import (
	"context"
	"strconv"
	"time"

	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// leaveKey is the key with which a caller leaves the queue to record a message.
const leaveKey = "*"

// Handler answers POST /hold, Enqueue's waitUrl (https://www.twilio.com/docs/voice/twiml/enqueue).
// Twilio requests it again after each document, so the caller hears their current place.
type Handler struct {
	Edge     webhook.Edge
	MusicURL string // "" = speech and short pauses
	Limit    *Limit
}

// Handle implements the Lambda function. It makes no network call while the secrets are fresh and
// the queue has the wanted size: the request contains position, expected wait and size.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.hold)
}

func (h Handler) hold(ctx context.Context, request webhook.Request) webhook.Answer {
	h.Limit.check(ctx, request)
	if request.Form.Get("Digits") == leaveKey {
		return webhook.TwiML(twiml.Leave())
	}
	return webhook.TwiML(twiml.Hold(twiml.HoldParams{
		KeyURL:      request.URL("/hold"),
		MusicURL:    h.MusicURL,
		Position:    number(request, "QueuePosition"),
		AverageWait: time.Duration(number(request, "AvgQueueTime")) * time.Second,
	}))
}

// number returns a parameter; 0 = unknown.
func number(request webhook.Request, name string) int {
	value, err := strconv.Atoi(request.Form.Get(name))
	if err != nil || value < 0 {
		return 0
	}
	return value
}
