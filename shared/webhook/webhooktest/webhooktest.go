// Package webhooktest makes what API Gateway hands over when Twilio calls a webhook, signature and
// all, for tests of handlers. It signs by code of its own, written from
// https://www.twilio.com/docs/usage/security, so that a mistake in package webhook is not made a
// second time here.
package webhooktest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/webhook"
)

const (
	// Token signs events, those of the project's events folder too. It is the one of Twilio's
	// documented examples.
	Token = "12345"

	// AccountSID is whose events they are.
	AccountSID = "AC00000000000000000000000000000001"

	// BaseURL is where the events arrive, a handler's own address when it has no PublicBaseURL.
	BaseURL = "https://" + domain

	domain = "abcd1234.execute-api.us-east-1.amazonaws.com"
)

// Option makes an event differ from what API Gateway delivers for a request of Twilio's.
type Option func(*delivery)

type delivery struct {
	plain    bool
	token    string
	unsigned bool
}

// Plain leaves the body as it is and the header names in capitals, as SAM's local API does.
func Plain() Option { return func(d *delivery) { d.plain = true } }

// SignedWith signs with another token.
func SignedWith(token string) Option { return func(d *delivery) { d.token = token } }

// Unsigned leaves the signature out.
func Unsigned() Option { return func(d *delivery) { d.unsigned = true } }

// Event is a POST of the form to BaseURL and the path: its signature right, its body in base64. A
// form without an AccountSid gets this package's.
func Event(path string, form url.Values, options ...Option) webhook.Event {
	sent := delivery{token: Token}
	for _, option := range options {
		option(&sent)
	}
	if !form.Has("AccountSid") {
		form = maps.Clone(form)
		if form == nil {
			form = url.Values{}
		}
		form.Set("AccountSid", AccountSID)
	}
	event := webhook.Event{
		Version:  "2.0",
		RouteKey: "POST " + path,
		RawPath:  path,
		Headers:  map[string]string{sent.header("Content-Type"): "application/x-www-form-urlencoded; charset=UTF-8"},
		Body:     form.Encode(),
	}
	event.RequestContext.DomainName = domain
	event.RequestContext.HTTP.Method = http.MethodPost
	event.RequestContext.HTTP.Path = path
	if !sent.unsigned {
		event.Headers[sent.header("X-Twilio-Signature")] = signature(sent.token, BaseURL+path, form)
	}
	if !sent.plain {
		event.Body = base64.StdEncoding.EncodeToString([]byte(event.Body))
		event.IsBase64Encoded = true
	}
	return event
}

// header spells a name as HTTP/2 does, in lower case, or as SAM's local API does.
func (d delivery) header(name string) string {
	if d.plain {
		return name
	}
	return strings.ToLower(name)
}

// File reads one of the project's events.
func File(t testing.TB, path string) webhook.Event {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var event webhook.Event
	if err := json.Unmarshal(data, &event); err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return event
}

// signature is X-Twilio-Signature: the URL, then each parameter's name and value by order of name,
// under HMAC-SHA1.
func signature(token, address string, form url.Values) string {
	var pairs [][2]string
	for name, values := range form {
		for _, value := range values {
			pairs = append(pairs, [2]string{name, value})
		}
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(address))
	for _, pair := range slices.Compact(pairs) {
		mac.Write([]byte(pair[0] + pair[1]))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
