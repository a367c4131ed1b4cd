// Package survey answers Enqueue's action URL, which hears how a caller left the queue: a survey after a talk, a mailbox
// instead of one, or nothing for a caller who has gone.
package survey

import (
	"context"
	"log/slog"
	"strings"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// Ledger keeps how the call ended and what the caller said.
type Ledger interface {
	Leaving
	Answers
}

// Leaving notes that a caller left the queue, and which bridges are in vain then.
type Leaving interface {
	LeftQueue(ctx context.Context, call, result string, over bool) (ledger.Call, error)
	GiveUp(ctx context.Context, call ledger.Call, task string) error
}

// Answers notes what the caller said.
type Answers interface {
	Scored(ctx context.Context, call string, points int) error
	Remarked(ctx context.Context, call, recording string) error
	LeftVoicemail(ctx context.Context, call, recording string) error
}

// Voice ends our own calls to workers.
type Voice interface {
	EndCall(ctx context.Context, sid string) error
}

// Handler answers POST /survey and what lies below it: overflow, for a caller whose task has died; score, score/again and
// remark, the two questions; voicemail.
type Handler struct {
	Edge   webhook.Edge
	Ledger Ledger
	Voice  Voice
	Logger *slog.Logger
}

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.route)
}

func (h Handler) route(ctx context.Context, request webhook.Request) webhook.Answer {
	if !taskrouter.ValidSID("CA", request.Form.Get("CallSid")) {
		return webhook.Malformed()
	}
	visit := visit{h: h, request: request, call: request.Form.Get("CallSid"), log: h.Logger.With("call_sid", request.Form.Get("CallSid"))}
	switch strings.Join(request.Segments("/survey"), "/") {
	case "":
		return webhook.TwiML(visit.left(ctx))
	case "overflow":
		return webhook.TwiML(visit.overflow())
	case "score":
		return webhook.TwiML(visit.score(ctx, false))
	case "score/again":
		return webhook.TwiML(visit.score(ctx, true))
	case "remark":
		return webhook.TwiML(visit.recorded(ctx, h.Ledger.Remarked))
	case "voicemail":
		return webhook.TwiML(visit.recorded(ctx, h.Ledger.LeftVoicemail))
	}
	return webhook.NotFound()
}

// visit is one request about one caller's call.
type visit struct {
	h       Handler
	request webhook.Request
	call    string
	log     *slog.Logger
}

func (v visit) overflow() twiml.Document { return twiml.Overflow(v.request.URL("/survey/voicemail")) }

// inProgress reports whether somebody is there to hear the answer. A status that does not say that the call is over
// counts, a missing one too: too much said hurts nobody.
func (v visit) inProgress() bool {
	return !taskrouter.CallStatus(v.request.Form.Get("CallStatus")).Ended()
}
