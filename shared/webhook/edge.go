package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"switchboard/shared/metric"
	"switchboard/shared/secrets"
)

// Secrets returns the tokens that Twilio may sign with; Renew reads them from SSM again, if it may.
type Secrets interface {
	Get(context.Context) (secrets.Set, error)
	Renew(context.Context) (secrets.Set, error)
}

// Edge verifies the signature of a webhook and parses it before it calls the handler.
type Edge struct {
	Secrets       Secrets
	AccountSID    string // AC…; whose webhooks are let in
	PublicBaseURL string // where Twilio calls, "" = as API Gateway names itself; a request to API Gateway's own domain is let in too
	Release       string // git's name of what is deployed; "" = unknown
	Metrics       *metric.Recorder
	Logger        *slog.Logger
}

// ReleaseHeader is the header in which answers to signed requests name the release. Others learn
// nothing of it.
const ReleaseHeader = "X-Switchboard-Release"

// answerReserve is the part of the function's time that is kept for the answer. A handler may wait
// for the rest.
const answerReserve = time.Second

// Serve checks the event's signature and calls answer only if it is right. It answers 403 for a
// wrong signature or another account, 503 if there is no token to check with, and 400 for a body
// that is not a form of Twilio's. It rejects what Twilio cannot have sent before it reads the
// secrets. err is always nil: Twilio would get a Go error as a 500 without a body.
func (e Edge) Serve(ctx context.Context, event Event, answer func(context.Context, Request) Answer) (Answer, error) {
	if deadline, found := ctx.Deadline(); found {
		early, cancel := context.WithDeadline(ctx, deadline.Add(-answerReserve))
		defer cancel()
		ctx = early
	}
	signature := header(event, "X-Twilio-Signature")
	if !looksSigned(signature) {
		return e.refuse(ctx, http.StatusForbidden, "signature missing, or not 20 bytes in base64", nil), nil
	}
	body, sent, err := read(event)
	if err != nil {
		return e.refuse(ctx, http.StatusBadRequest, "malformed request", err), nil
	}
	if sent != nil && !isFrom(e.AccountSID, sent) {
		const reason = "another account, or none: is TwilioAccountSid the account that the webhook is set up in?"
		return e.refuseSigned(ctx, reason), nil
	}
	known, err := e.Secrets.Get(ctx)
	if err != nil {
		return e.refuse(ctx, http.StatusServiceUnavailable, "no secrets to check signatures with", err), nil
	}
	bases := bases(event, e.PublicBaseURL)
	received := make([]signed, len(bases))
	for i, base := range bases {
		received[i] = signed{url: calledURL(event, base), form: sent, body: body}
	}
	// No token makes a malformed form right, so it must not use up a renewal.
	if !validByAny(received, known, signature) && (sent == nil || !e.validWhenRenewed(ctx, received, signature)) {
		return e.refuseSigned(ctx, "signature mismatch: is PublicBaseUrl the address that Twilio calls, and auth-token its token?"), nil
	}
	if sent == nil {
		return e.refuse(ctx, http.StatusBadRequest, "signed, but no form", nil), nil
	}
	made := answer(ctx, Request{BaseURL: bases[0], Path: event.RawPath, Form: formOf(sent), Received: arrived(event)})
	if e.Release != "" {
		made.Headers[ReleaseHeader] = e.Release
	}
	return made, nil
}

// validWhenRenewed checks with renewed secrets: an operator may have replaced the token since they
// were read.
func (e Edge) validWhenRenewed(ctx context.Context, received []signed, signature string) bool {
	renewed, err := e.Secrets.Renew(ctx)
	return err == nil && validByAny(received, renewed, signature)
}

func validByAny(received []signed, set secrets.Set, signature string) bool {
	valid := false
	for _, token := range set.AuthTokens() {
		// With an empty token any sender could sign.
		if token.Empty() {
			continue
		}
		for _, each := range received {
			valid = each.validBy(token.Reveal(), signature) || valid
		}
	}
	return valid
}

// refuseSigned counts what it refuses: with a wrong token or address, all of Twilio's requests are
// among them, and each invocation succeeds.
func (e Edge) refuseSigned(ctx context.Context, reason string) Answer {
	e.Metrics.Record(metric.Count(metric.SignedRequestsRefused, 1))
	return e.refuse(ctx, http.StatusForbidden, reason, nil)
}

func (e Edge) refuse(ctx context.Context, status int, reason string, err error) Answer {
	e.Logger.WarnContext(ctx, "webhook refused", "status", status, "reason", reason, "error", err)
	return plain(status)
}
