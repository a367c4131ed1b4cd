package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"switchboard/shared/secrets"
)

// Secrets gives the tokens that Twilio may sign with; Renew asks for them anew where it may.
type Secrets interface {
	Get(context.Context) (secrets.Set, error)
	Renew(context.Context) (secrets.Set, error)
}

// Edge is the door that every webhook comes through.
type Edge struct {
	Secrets       Secrets
	PublicBaseURL string // "" = as API Gateway names itself
	Logger        *slog.Logger
}

// answerReserve is what is kept of a function's time for its answer: what a handler waits for may take the rest.
const answerReserve = time.Second

// Serve checks the event's signature and lets answer see it only when that is right: 403 for a wrong signature, 503
// while there is no token to check with, 400 for what is no form. The error is always nil: a Go error would reach
// Twilio as a 500 without a body.
func (e Edge) Serve(ctx context.Context, event Event, answer func(context.Context, Request) Answer) (Answer, error) {
	if deadline, found := ctx.Deadline(); found {
		early, cancel := context.WithDeadline(ctx, deadline.Add(-answerReserve))
		defer cancel()
		ctx = early
	}
	body, err := body(event)
	if err != nil {
		return e.refuse(ctx, http.StatusBadRequest, "malformed request", err), nil
	}
	sent, err := parameters(event, body)
	if err != nil {
		return e.refuse(ctx, http.StatusBadRequest, "malformed request", err), nil
	}
	request := Request{BaseURL: base(event, e.PublicBaseURL), Path: event.RawPath, Form: formOf(sent), Received: received(event)}
	known, err := e.Secrets.Get(ctx)
	if err != nil {
		return e.refuse(ctx, http.StatusServiceUnavailable, "no secrets to check signatures with", err), nil
	}
	received := signed{url: calledURL(event, request.BaseURL), form: sent, body: body}
	signature := header(event, "X-Twilio-Signature")
	if !validByAny(received, known, signature) && !e.validWhenRenewed(ctx, received, signature) {
		return e.refuse(ctx, http.StatusForbidden, "signature mismatch: is PublicBaseUrl the address that Twilio calls, and auth-token its token?", nil), nil
	}
	if sent == nil {
		return e.refuse(ctx, http.StatusBadRequest, "signed, but no form", nil), nil
	}
	return answer(ctx, request), nil
}

// validWhenRenewed covers a token that was rotated since the secrets were read.
func (e Edge) validWhenRenewed(ctx context.Context, received signed, signature string) bool {
	if signature == "" {
		return false
	}
	renewed, err := e.Secrets.Renew(ctx)
	return err == nil && validByAny(received, renewed, signature)
}

func validByAny(received signed, set secrets.Set, signature string) bool {
	valid := false
	for _, token := range set.AuthTokens() {
		// With an empty token anybody could sign.
		valid = (!token.Empty() && received.validBy(token.Reveal(), signature)) || valid
	}
	return valid
}

func (e Edge) refuse(ctx context.Context, status int, reason string, err error) Answer {
	e.Logger.WarnContext(ctx, "webhook refused", "status", status, "reason", reason, "error", err)
	return plain(status)
}
