// Package webhook is the edge between API Gateway and a handler: it turns an HTTP API event
// (payload format 2.0) into Twilio's form request, lets only signed ones through, and turns an
// answer back.
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

// Event and Answer are what Lambda hands over and takes back.
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

// URL is the absolute address of one of our routes, for use in TwiML and REST.
func (r Request) URL(path string) string { return r.BaseURL + path }

// Segments returns the parts of the path below prefix, none when the path lies elsewhere.
func (r Request) Segments(prefix string) []string {
	rest, found := strings.CutPrefix(r.Path, prefix+"/")
	if !found || rest == "" {
		return nil
	}
	return strings.Split(rest, "/")
}

// bases are the addresses that Twilio may have called: the configured one first, and API Gateway's
// own, which a number that was set up before the custom domain still calls. They never come from a
// header, which the sender chooses.
func bases(event Event, public string) []string {
	own := "https://" + event.RequestContext.DomainName
	if public = strings.TrimSuffix(public, "/"); public == "" || public == own {
		return []string{own}
	}
	return []string{public, own}
}

// calledURL is the address that Twilio called, byte for byte: the raw query is what was signed, and
// a query rebuilt from its parameters need not be.
func calledURL(event Event, base string) string {
	called := base + event.RawPath
	if event.RawQueryString != "" {
		called += "?" + event.RawQueryString
	}
	return called
}

// header looks a header up without regard to case: API Gateway sends lower case, SAM's local one
// does not.
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

// arrived reads the event's requestContext.timeEpoch, milliseconds.
func arrived(event Event) time.Time {
	if event.RequestContext.TimeEpoch == 0 {
		return time.Time{}
	}
	return time.UnixMilli(event.RequestContext.TimeEpoch).UTC()
}

// mostBytes bounds a request's body. Twilio's largest have some 30 kB: an event with the attributes
// of a task and of a worker, of 4,096 characters each.
const mostBytes = 64 << 10

// read checks an event's address and takes its body, and the parameters in it, as far as Twilio can
// have sent them.
func read(event Event) ([]byte, []parameter, error) {
	// What is signed begins with the URL, which has no fragment and leaves no doubt where its path
	// begins and ends.
	if !strings.HasPrefix(event.RawPath, "/") || strings.ContainsAny(event.RawPath, "#?") || strings.Contains(event.RawQueryString, "#") {
		return nil, nil, errors.New("read address: it is none that Twilio calls")
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

// parameter is one of a form, as it was sent.
type parameter struct{ name, value string }

// maxParameters limits what a sender without a token can make us allocate. Twilio sends some
// forty.
const maxParameters = 1000

// parameters reads a form body, in the order in which it was sent; they are nil for a body of
// another type. What url.ParseQuery refuses is refused, and a name that could be read as part of
// the URL: the signature has no separator between the two
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

// isName reports whether a parameter may be called so.
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

// isFrom reports whether the request is about the account: all its parameters AccountSid, and one
// at least, say so.
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
