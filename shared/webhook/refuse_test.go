package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// jsonEvent is a request with a JSON body, which Twilio signs by a hash in its URL.
func jsonEvent(sent, hashed string) Event {
	sum := sha256.Sum256([]byte(hashed))
	event := posted("/events", "bodySHA256="+hex.EncodeToString(sum[:]), nil)
	event.Headers["content-type"] = "application/json"
	event.Body, event.IsBase64Encoded = sent, false
	event.Headers["x-twilio-signature"] = signature(token, "https://"+domain+"/events?"+event.RawQueryString, nil)
	return event
}

// refusals lists what never reaches the answer function.
func refusals() map[string]struct {
	event      Event
	wantStatus int
} {
	edit := func(event Event, change func(*Event)) Event { change(&event); return event }
	type refusal = struct {
		event      Event
		wantStatus int
	}
	return map[string]refusal{
		"another token":   {signedEvent("12345"), 403},
		"no signature":    {posted("/survey/score", "", callForm()), 403},
		"empty signature": {edit(signedEvent(token), func(e *Event) { e.Headers["x-twilio-signature"] = "" }), 403},
		"signature in lower case": {edit(signedEvent(token), func(e *Event) {
			e.Headers["x-twilio-signature"] = strings.ToLower(e.Headers["x-twilio-signature"])
		}), 403},
		"another path": {edit(signedEvent(token), func(e *Event) { e.RawPath = "/survey/remark" }), 403},
		"query added":  {edit(signedEvent(token), func(e *Event) { e.RawQueryString = "a=1" }), 403},
		"another host": {edit(signedEvent(token), func(e *Event) { e.RequestContext.DomainName = "evil.example" }), 403},
		"another form": {edit(signedEvent(token), func(e *Event) { e.Body, e.IsBase64Encoded = "From=%2B"+phone, false }), 403},
		"no body":      {edit(signedEvent(token), func(e *Event) { e.Body = "" }), 403},
		"no type":      {edit(signedEvent(token), func(e *Event) { delete(e.Headers, "content-type") }), 403},
		"no headers":   {edit(signedEvent(token), func(e *Event) { e.Headers = nil }), 403},
		"nothing":      {Event{}, 403},
		"query rebuilt": {edit(signedEvent(token), func(e *Event) {
			e.RawQueryString = "a=1&b=2"
			e.Headers["x-twilio-signature"] = signature(token, "https://"+domain+"/survey/score?b=2&a=1", callForm())
		}), 403},
		"JSON that was changed": {
			jsonEvent(`{"From":"+`+phone+`"}`, `{}`), 403},
		"malformed base64":              {edit(signedEvent(token), func(e *Event) { e.Body = "%%" + e.Body }), 400},
		"malformed form":                {edit(signedEvent(token), func(e *Event) { e.Body, e.IsBase64Encoded = "From=%2B"+phone+"&x=%zz", false }), 400},
		"semicolon in form":             {edit(signedEvent(token), func(e *Event) { e.Body, e.IsBase64Encoded = "From=%2B"+phone+";x=1", false }), 400},
		"a thousand and one parameters": {edit(signedEvent(token), func(e *Event) { e.Body, e.IsBase64Encoded = "From=%2B"+phone+strings.Repeat("&", 1000), false }), 400},
		"JSON, signed":                  {jsonEvent(`{"From":"+`+phone+`"}`, `{"From":"+`+phone+`"}`), 400},
		"a GET, signed": {edit(posted("/events", "From=%2B"+phone, nil), func(e *Event) {
			e.Headers = map[string]string{"x-twilio-signature": signature(token, "https://"+domain+"/events?From=%2B"+phone, nil)}
			e.Body, e.IsBase64Encoded = "", false
		}), 400},
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range refusals() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &vault{kept: tokens(token, second), renewed: tokens(token, second)}
			got := serve(t, store, "", test.event)
			if got.answer.StatusCode != test.wantStatus || got.request != nil {
				t.Errorf("answered %d, answer function called: %t; want %d, and not", got.answer.StatusCode, got.request != nil, test.wantStatus)
			}
			if got.answer.Body != http.StatusText(test.wantStatus) || got.answer.Headers["Content-Type"] != "text/plain; charset=utf-8" {
				t.Errorf("answer = %+v", got.answer)
			}
			if !strings.Contains(got.log, `"level":"WARN"`) || !strings.Contains(got.log, `"reason":`) {
				t.Errorf("log = %s, want a warning with its reason", got.log)
			}
			for _, hidden := range []string{token, second, phone, test.event.Headers["x-twilio-signature"], test.event.Body} {
				if hidden != "" && strings.Contains(got.log, hidden) {
					t.Errorf("the log shows %q: %s", hidden, got.log)
				}
			}
		})
	}
}

// Whoever sends nothing to check must not cause calls of SSM.
func TestAnUnsignedRequestRenewsNothing(t *testing.T) {
	t.Parallel()
	store := &vault{kept: tokens(token, "")}
	if got := serve(t, store, "", posted("/survey/score", "", callForm())); got.answer.StatusCode != http.StatusForbidden || store.forced != 0 {
		t.Errorf("answered %d and renewed %d times, want 403 and never", got.answer.StatusCode, store.forced)
	}
}

func TestWithoutSecretsNobodyGetsIn(t *testing.T) {
	t.Parallel()
	for name, event := range map[string]Event{"signed": signedEvent(token), "unsigned": posted("/survey/score", "", callForm()), "signed with nothing": signedEvent("")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &vault{err: errors.New("no SSM parameter /switchboard/auth-token")}
			got := serve(t, store, "", event)
			if got.answer.StatusCode != http.StatusServiceUnavailable || got.request != nil {
				t.Errorf("answered %d, answer function called: %t; want 503, and not", got.answer.StatusCode, got.request != nil)
			}
			if !strings.Contains(got.log, "/switchboard/auth-token") || strings.Contains(got.log, phone) {
				t.Errorf("log = %s, want one that names the parameter and no number", got.log)
			}
		})
	}
}

func TestAnEmptyTokenSignsNothing(t *testing.T) {
	t.Parallel()
	if got := serve(t, &vault{}, "", signedEvent("")); got.request != nil {
		t.Error("a request signed with an empty token got in")
	}
}

func FuzzServe(f *testing.F) {
	event := signedEvent(token)
	f.Add(event.RawPath, event.RawQueryString, event.Headers["content-type"], event.Body, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", true)
	f.Add("/events", "bodySHA256=00", "application/json", "{}", "", false)
	f.Add("", "%zz", "application/x-www-form-urlencoded", "a=%zz", "x", false)
	f.Fuzz(func(t *testing.T, path, query, contentType, body, signature string, isBase64 bool) {
		var event Event
		event.RawPath, event.RawQueryString, event.Body, event.IsBase64Encoded = path, query, body, isBase64
		event.Headers = map[string]string{"content-type": contentType, "x-twilio-signature": signature}
		got := serve(t, &vault{kept: tokens(token, second), renewed: tokens(token, second)}, "", event)
		if got.request != nil || (got.answer.StatusCode != http.StatusForbidden && got.answer.StatusCode != http.StatusBadRequest) {
			t.Errorf("answered %d to a guess", got.answer.StatusCode)
		}
	})
}
