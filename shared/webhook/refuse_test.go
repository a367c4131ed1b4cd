package webhook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
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

// TestObviousForgeriesReadNoSecrets has requests that Twilio cannot have sent with any token. None
// may cost a request to SSM.
func TestObviousForgeriesReadNoSecrets(t *testing.T) {
	t.Parallel()
	signedAs := func(signature string) Event {
		event := signedEvent(token)
		event.Headers["x-twilio-signature"] = signature
		return event
	}
	with := func(form url.Values) Event {
		event := posted("/survey/score", "", form)
		event.Headers["x-twilio-signature"] = signature(token, "https://"+domain+"/survey/score", form)
		return event
	}
	at := func(path, query string) Event {
		event := posted(path, query, callForm())
		called, _, _ := strings.Cut("https://"+domain+path+"?"+query, "#")
		event.Headers["x-twilio-signature"] = signature(token, strings.TrimSuffix(called, "?"), callForm())
		return event
	}
	long := callForm()
	long.Set("SpeechResult", strings.Repeat("a", 64<<10))
	plain := with(long)
	plain.Body, plain.IsBase64Encoded = long.Encode(), false
	other, twice := callForm(), callForm()
	other.Set("AccountSid", "AC00000000000000000000000000000002")
	twice.Add("AccountSid", "AC00000000000000000000000000000002")
	without := callForm()
	without.Del("AccountSid")
	named := func(name string) Event {
		form := callForm()
		form.Set(name, "x")
		return with(form)
	}
	tests := []struct {
		name       string
		event      Event
		wantStatus int
	}{
		{"no signature", posted("/survey/score", "", callForm()), 403},
		{"27 characters", signedAs("L/OH5YylLD5NRKLltdqwSvS0Bn="), 403},
		{"28 characters without padding", signedAs("L/OH5YylLD5NRKLltdqwSvS0BnU0"), 403},
		{"two paddings", signedAs("L/OH5YylLD5NRKLltdqwSvS0Bg=="), 403},
		{"URL alphabet", signedAs("L_OH5YylLD5NRKLltdqwSvS0BnU="), 403},
		{"line end inside", signedAs("L/OH5YylLD5NRK\nltdqwSvS0BnU="), 403},
		{"bits behind the 20 bytes", signedAs("L/OH5YylLD5NRKLltdqwSvS0BnV="), 403},
		{"spaces", signedAs(strings.Repeat(" ", 28)), 403},
		{"a megabyte", signedAs(strings.Repeat("A", 1<<20)), 403},
		{"body over 64 kB", with(long), 400},
		{"body over 64 kB, plain", plain, 400},
		{"another account", with(other), 403},
		{"two accounts", with(twice), 403},
		{"no account", with(without), 403},
		{"slash in a name", named("/scoreAccountSid"), 400},
		{"name in brackets", named("a[]"), 400},
		{"space in a name", named("a b"), 400},
		{"letter with an accent in a name", named("é"), 400},
		{"no name", named(""), 400},
		{"fragment in the path", at("/survey/score#x", ""), 400},
		{"query in the path", at("/survey/score?x", ""), 400},
		{"fragment in the query", at("/survey/score", "a=1#x"), 400},
		{"path without a slash", at(".example/survey/score", ""), 400},
		{"no path", at("", ""), 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			store := &vault{kept: tokens(token, ""), renewed: tokens(token, "")}
			got := serve(t, store, "", test.event)
			if got.answer.StatusCode != test.wantStatus || got.request != nil {
				t.Errorf("answered %d, answer function called: %t; want %d, and not", got.answer.StatusCode, got.request != nil, test.wantStatus)
			}
			if store.asked != 0 || store.forced != 0 {
				t.Errorf("secrets asked for %d times and renewed %d times", store.asked, store.forced)
			}
			if len(got.log) > 1000 {
				t.Errorf("the log is %d bytes long", len(got.log))
			}
		})
	}
}

// TestASignatureFitsNoShorterPath moves the end of a signed URL into the first parameter's name:
// the text that is signed stays the same.
func TestASignatureFitsNoShorterPath(t *testing.T) {
	t.Parallel()
	genuine := signedEvent(token)
	for cut := 1; cut < len("/survey/score"); cut++ {
		path, moved := "/survey/score"[:cut], "/survey/score"[cut:]
		form := callForm()
		form.Del("AccountSid")
		form.Set(moved+"AccountSid", account)
		event := posted(path, "", form)
		event.Headers["x-twilio-signature"] = genuine.Headers["x-twilio-signature"]
		if got := serve(t, &vault{kept: tokens(token, "")}, "", event); got.request != nil {
			t.Errorf("%s got in with the signature of /survey/score", path)
		}
	}
}

func TestWhatIsNoFormRenewsNothing(t *testing.T) {
	t.Parallel()
	store := &vault{kept: tokens(token, ""), renewed: tokens(token, "")}
	if got := serve(t, store, "", jsonEvent(`{"a":1}`, `{}`)); got.answer.StatusCode != http.StatusForbidden || store.forced != 0 {
		t.Errorf("answered %d and renewed %d times, want 403 and never", got.answer.StatusCode, store.forced)
	}
}

// TestLargestBodies are let in: 64 kB as they were sent.
func TestLargestBodies(t *testing.T) {
	t.Parallel()
	form := callForm()
	form.Set("SpeechResult", "")
	form.Set("SpeechResult", strings.Repeat("a", mostBytes-len(form.Encode())))
	for _, isBase64 := range []bool{true, false} {
		event := posted("/survey/score", "", form)
		event.Headers["x-twilio-signature"] = signature(token, "https://"+domain+"/survey/score", form)
		if !isBase64 {
			event.Body, event.IsBase64Encoded = form.Encode(), false
		}
		if got := serve(t, &vault{kept: tokens(token, "")}, "", event); got.request == nil {
			t.Errorf("refused with %d (base64: %t): %s", got.answer.StatusCode, isBase64, got.log)
		}
	}
}

// An Edge without an account lets no request in, not even one that names none.
func TestAnEdgeWithoutAccountIsClosed(t *testing.T) {
	t.Parallel()
	form := callForm()
	form.Set("AccountSid", "")
	event := posted("/survey/score", "", form)
	event.Headers["x-twilio-signature"] = signature(token, "https://"+domain+"/survey/score", form)
	answer, _ := Edge{Secrets: &vault{kept: tokens(token, "")}, Logger: slog.New(slog.DiscardHandler)}.Serve(t.Context(), event, func(context.Context, Request) Answer {
		t.Error("got in")
		return Received()
	})
	if answer.StatusCode != http.StatusForbidden {
		t.Errorf("answered %d, want 403", answer.StatusCode)
	}
}

// TestAnEdgeShowsNoToken prints one in every way that a log line could.
func TestAnEdgeShowsNoToken(t *testing.T) {
	t.Parallel()
	edge := Edge{Secrets: &vault{kept: tokens(token, second)}, AccountSID: account}
	holders := []any{edge, &edge, edge.Secrets, *edge.Secrets.(*vault), struct{ edge Edge }{edge}, struct{ vault vault }{vault{kept: tokens(token, second)}}}
	for _, holder := range holders {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "holder", holder)
		shown := log.String()
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			shown += fmt.Sprintf(verb, holder)
		}
		if strings.Contains(shown, token) || strings.Contains(shown, second) {
			t.Errorf("%T shows a token: %s", holder, shown)
		}
	}
}

func TestWithoutSecretsNobodyGetsIn(t *testing.T) {
	t.Parallel()
	for name, event := range map[string]Event{"signed": signedEvent(token), "signed with nothing": signedEvent("")} {
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

func TestRefusalsQuoteNothing(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"From=%2B" + phone + "&x=%" + phone[:1] + "z", "%" + phone[:1] + "z=1"} {
		event := signedEvent(token)
		event.Body, event.IsBase64Encoded = body, false
		got := serve(t, &vault{kept: tokens(token, "")}, "", event)
		if got.answer.StatusCode != http.StatusBadRequest || strings.Contains(got.log, "%"+phone[:1]) {
			t.Errorf("answered %d, log %s", got.answer.StatusCode, got.log)
		}
	}
}
