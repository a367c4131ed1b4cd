// Package webhook is between API Gateway and a handler: it turns an HTTP API event (payload format
// 2.0) into Twilio's form request, rejects unsigned ones, and turns the answer back.
package webhook

import (
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/cause"
)

// Event and Answer are what Lambda passes and what it expects back.
type (
	Event  = events.APIGatewayV2HTTPRequest
	Answer = events.APIGatewayV2HTTPResponse
)

// Request is a webhook whose signature was right.
type Request struct {
	// BaseURL is the address under which Twilio reached us, without a slash at its end.
	BaseURL string

	// Path is the route, percent-decoded, such as "/survey/score".
	Path string

	// Form holds the parameters that Twilio posted.
	Form url.Values

	// Received is when API Gateway got the request, by its own clock; zero where the event does not
	// say. A function may start much later.
	Received time.Time
}

// URL returns the absolute address of one of our routes, for TwiML and REST.
func (r Request) URL(path string) string { return r.BaseURL + path }

// Segments returns the parts of the path below prefix, or nil if the path is not below it.
func (r Request) Segments(prefix string) []string {
	rest, found := strings.CutPrefix(r.Path, prefix+"/")
	if !found || rest == "" {
		return nil
	}
	return strings.Split(rest, "/")
}

// bases returns the addresses that Twilio may have called: the configured one first, then API
// Gateway's own, which a number that was set up before the custom domain still calls. They never
// come from a header, which the sender chooses.
func bases(event Event, public string) []string {
	own := "https://" + event.RequestContext.DomainName
	if public = strings.TrimSuffix(public, "/"); public == "" || public == own {
		return []string{own}
	}
	return []string{public, own}
}

// calledURL returns the address that Twilio called, byte for byte: Twilio signed the raw query, and
// a query rebuilt from its parameters may differ.
func calledURL(event Event, base string) string {
	called := base + event.RawPath
	if event.RawQueryString != "" {
		called += "?" + event.RawQueryString
	}
	return called
}

// header returns a header, whose name may have any case: API Gateway sends lower case, SAM's local
// one does not.
func header(event Event, name string) string {
	if value, found := event.Headers[strings.ToLower(name)]; found {
		return value
	}
	for key, value := range event.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// arrived returns the event's requestContext.timeEpoch, which is in milliseconds.
func arrived(event Event) time.Time {
	if event.RequestContext.TimeEpoch == 0 {
		return time.Time{}
	}
	return time.UnixMilli(event.RequestContext.TimeEpoch).UTC()
}

// mostBytes is the maximum size of a request's body. Twilio's largest have some 30 kB: an event
// with the attributes of a task and of a worker, of 4,096 characters each.
const mostBytes = 64 << 10

// read checks the event's address and returns its body with the parameters. It rejects what Twilio
// cannot have sent.
func read(event Event) ([]byte, []parameter, error) {
	// The signed text begins with the URL, which has no fragment, and whose path begins and ends
	// without ambiguity.
	if !strings.HasPrefix(event.RawPath, "/") || strings.ContainsAny(event.RawPath, "#?") || strings.Contains(event.RawQueryString, "#") {
		return nil, nil, errors.New("read address: Twilio calls no such address")
	}
	body, err := body(event)
	if err != nil {
		return nil, nil, err
	}
	sent, err := parameters(event, body)
	return body, sent, err
}

// body returns the body as it was sent: base64 from API Gateway, plain from SAM's local one.
func body(event Event) ([]byte, error) {
	most := mostBytes
	if event.IsBase64Encoded {
		most = base64.StdEncoding.EncodedLen(mostBytes)
	}
	if len(event.Body) > most {
		return nil, fmt.Errorf("read body: %d bytes, more than Twilio sends", len(event.Body))
	}
	if !event.IsBase64Encoded {
		return []byte(event.Body), nil
	}
	decoded, err := base64.StdEncoding.DecodeString(event.Body)
	if err != nil {
		return nil, fmt.Errorf("decode body: %w", cause.Hide(err))
	}
	if len(decoded) > mostBytes {
		return nil, fmt.Errorf("decode body: %d bytes, more than Twilio sends", len(decoded))
	}
	return decoded, nil
}

// parameter is one parameter of a form, as Twilio sent it.
type parameter struct{ name, value string }

// maxParameters limits what a sender without a token can make us allocate. Twilio sends some forty.
const maxParameters = 1000

// parameters parses a form body and keeps its order; the result is nil for a body of another type.
// It rejects what url.ParseQuery rejects, and a name that could be part of the URL: the signature
// has no separator between the two
// (https://www.twilio.com/docs/usage/security#validating-requests).
func parameters(event Event, body []byte) ([]parameter, error) {
	mediaType, _, err := mime.ParseMediaType(header(event, "Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, nil
	}
	text := string(body)
	count := strings.Count(text, "&") + 1
	if count > maxParameters || strings.Contains(text, ";") {
		return nil, fmt.Errorf("parse form: %d parameters, or a semicolon between them", count)
	}
	sent := make([]parameter, 0, count)
	for pair := range strings.SplitSeq(text, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		if name, err = url.QueryUnescape(name); err != nil {
			return nil, fmt.Errorf("parse form: %w", cause.Hide(err))
		}
		if !isName(name) {
			return nil, errors.New("parse form: a parameter's name has other characters than Twilio's")
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, fmt.Errorf("parse form: %w", cause.Hide(err))
		}
		sent = append(sent, parameter{name, value})
	}
	return sent, nil
}

// isName reports whether Twilio may send a parameter of this name.
func isName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '.', c == '-':
		default:
			return false
		}
	}
	return name != ""
}

// isFrom reports whether the request is about the account: it has AccountSid at least once, and
// each one names the account.
func isFrom(account string, sent []parameter) bool {
	found := false
	for _, p := range sent {
		if p.name != "AccountSid" {
			continue
		}
		if p.value != account {
			return false
		}
		found = true
	}
	return found && account != ""
}

// formOf returns the values of each parameter by name.
func formOf(sent []parameter) url.Values {
	form := make(url.Values, len(sent))
	for _, p := range sent {
		form.Add(p.name, p.value)
	}
	return form
}
