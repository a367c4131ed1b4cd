package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"switchboard/shared/secrets"
)

const (
	token   = "0123456789abcdef0123456789abcdee"
	second  = "fedcba9876543210fedcba9876543210"
	account = "AC00000000000000000000000000000001"
	domain  = "abcd1234.execute-api.us-east-1.amazonaws.com"
	phone   = "14155550123"
)

// vault stands in for the secrets' store, and counts.
type vault struct {
	kept, renewed secrets.Set
	err, renewErr error
	asked, forced int
}

func (v *vault) Get(context.Context) (secrets.Set, error) { v.asked++; return v.kept, v.err }

func (v *vault) Renew(context.Context) (secrets.Set, error) { v.forced++; return v.renewed, v.renewErr }

func tokens(first, second string) secrets.Set {
	return secrets.Set{AuthToken: secrets.New(first), AuthTokenSecondary: secrets.New(second)}
}

// signature is made as https://www.twilio.com/docs/usage/security says, on its own: not by the code
// under test.
func signature(token, called string, form url.Values) string {
	text := called
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			text += name + value
		}
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func callForm() url.Values {
	return url.Values{"AccountSid": {account}, "CallSid": {"CA00000000000000000000000000000001"}, "From": {"+" + phone}, "SpeechResult": {"It's 5 & <b>, 😀"}, "Digits": {""}}
}

// posted is an event as API Gateway delivers it, unsigned: the form in base64, header names in
// lower case.
func posted(path, query string, form url.Values) Event {
	var event Event
	event.RawPath, event.RawQueryString = path, query
	event.Headers = map[string]string{"content-type": "application/x-www-form-urlencoded; charset=UTF-8", "host": "another.example"}
	event.RequestContext.DomainName = domain
	event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(form.Encode())), true
	return event
}

// signedEvent is posted with the signature that Twilio makes for it.
func signedEvent(token string) Event {
	event := posted("/survey/score", "", callForm())
	event.Headers["x-twilio-signature"] = signature(token, "https://"+domain+"/survey/score", callForm())
	return event
}

// served is what became of an event.
type served struct {
	answer  Answer
	request *Request // nil = the answer function was never called
	log     string
}

func serve(t *testing.T, store Secrets, public string, event Event) served {
	t.Helper()
	var got served
	var log bytes.Buffer
	edge := Edge{Secrets: store, AccountSID: account, PublicBaseURL: public, Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	answer, err := edge.Serve(t.Context(), event, func(_ context.Context, request Request) Answer {
		got.request = &request
		return Received()
	})
	if err != nil {
		t.Errorf("err = %v: a webhook handler returns none", err)
	}
	got.answer, got.log = answer, log.String()
	return got
}

func TestSignedRequestsAreAnswered(t *testing.T) {
	t.Parallel()
	const public = "https://voice.example/switchboard"
	raw := "b=2&a=%7e1+x&flag&a=%2F"
	tests := []struct {
		name, public string
		event        func() Event
		wantBase     string
	}{
		{"base64 body", "", func() Event { return signedEvent(token) }, "https://" + domain},
		{"plain body", "", func() Event {
			event := signedEvent(token)
			event.Body, event.IsBase64Encoded = callForm().Encode(), false
			return event
		}, "https://" + domain},
		{"header names in another case", "", func() Event {
			event := signedEvent(token)
			event.Headers = map[string]string{"Content-Type": event.Headers["content-type"], "X-TWILIO-Signature": event.Headers["x-twilio-signature"]}
			return event
		}, "https://" + domain},
		{"type without charset", "", func() Event {
			event := signedEvent(token)
			event.Headers["content-type"] = "Application/X-WWW-form-urlencoded"
			return event
		}, "https://" + domain},
		{"secondary token", "", func() Event { return signedEvent(second) }, "https://" + domain},
		{"public address", public, func() Event {
			event := posted("/survey/score", "", callForm())
			event.Headers["x-twilio-signature"] = signature(token, public+"/survey/score", callForm())
			return event
		}, public},
		{"public address with a slash at its end", public + "/", func() Event {
			event := posted("/survey/score", "", callForm())
			event.Headers["x-twilio-signature"] = signature(token, public+"/survey/score", callForm())
			return event
		}, public},
		{"public address configured, own domain called", public, func() Event { return signedEvent(token) }, public},
		{"query, byte for byte", "", func() Event {
			event := posted("/survey/score", raw, callForm())
			event.Headers["x-twilio-signature"] = signature(token, "https://"+domain+"/survey/score?"+raw, callForm())
			return event
		}, "https://" + domain},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			store := &vault{kept: tokens(token, second)}
			got := serve(t, store, test.public, test.event())
			if got.request == nil {
				t.Fatalf("refused with %d: %s", got.answer.StatusCode, got.log)
			}
			if got.request.BaseURL != test.wantBase || got.request.Path != "/survey/score" || !maps.EqualFunc(got.request.Form, callForm(), slices.Equal[[]string]) {
				t.Errorf("request = %+v, want base %s", got.request, test.wantBase)
			}
			if got.answer.StatusCode != http.StatusNoContent || got.log != "" {
				t.Errorf("answered %d, log %q; want the answer function's, and no log", got.answer.StatusCode, got.log)
			}
			if store.asked != 1 || store.forced != 0 {
				t.Errorf("secrets asked for %d times and renewed %d times, want once and never", store.asked, store.forced)
			}
		})
	}
}

func TestTokenRotatedMeanwhile(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		store      vault
		wantStatus int
	}{
		{"renewed", vault{kept: tokens("11111", ""), renewed: tokens(token, "")}, http.StatusNoContent},
		{"renewed, now the secondary one", vault{kept: tokens("11111", ""), renewed: tokens("22222", token)}, http.StatusNoContent},
		{"renewed, and still wrong", vault{kept: tokens("11111", ""), renewed: tokens("22222", "")}, http.StatusForbidden},
		{"not renewed", vault{kept: tokens("11111", ""), renewErr: errors.New("throttled")}, http.StatusForbidden},
		{"right token and an error", vault{kept: tokens("11111", ""), renewed: tokens(token, ""), renewErr: errors.New("throttled")}, http.StatusForbidden},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := serve(t, &test.store, "", signedEvent(token))
			if got.answer.StatusCode != test.wantStatus || (got.request != nil) != (test.wantStatus == http.StatusNoContent) {
				t.Errorf("answered %d, answer function called: %t; want %d", got.answer.StatusCode, got.request != nil, test.wantStatus)
			}
			if test.store.forced != 1 {
				t.Errorf("renewed %d times, want once", test.store.forced)
			}
		})
	}
}

// TestReleaseOnlyForTwilio: answers to requests that Twilio did not sign say nothing about what is
// deployed.
func TestReleaseOnlyForTwilio(t *testing.T) {
	t.Parallel()
	for signed, want := range map[string]string{token: "v1.2-3-g0123abc", second: ""} {
		edge := Edge{Secrets: &vault{kept: tokens(token, ""), renewed: tokens(token, "")}, AccountSID: account, Release: "v1.2-3-g0123abc", Logger: slog.New(slog.DiscardHandler)}
		answer, err := edge.Serve(t.Context(), signedEvent(signed), func(context.Context, Request) Answer { return Received() })
		if err != nil || answer.Headers[ReleaseHeader] != want {
			t.Errorf("status %d names release %q, want %q (%v)", answer.StatusCode, answer.Headers[ReleaseHeader], want, err)
		}
	}
}
