// Package webhook is the edge between API Gateway and a handler: it turns an HTTP API event (payload format 2.0) into
// Twilio's form request, lets only signed ones through, and turns an answer back.
package webhook

import (
	"encoding/base64"
	"fmt"
	"mime"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
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

	// Received is when API Gateway got the request, by its own clock; zero where the event does not say. A function may start much later.
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

// base returns the public address: the configured one, or API Gateway's own. It never comes from a header, which the
// sender chooses.
func base(event Event, public string) string {
	if public != "" {
		return strings.TrimSuffix(public, "/")
	}
	return "https://" + event.RequestContext.DomainName
}

// calledURL is the address that Twilio called, byte for byte: the raw query is what was signed, and a query rebuilt from
// its parameters need not be.
func calledURL(event Event, base string) string {
	called := base + event.RawPath
	if event.RawQueryString != "" {
		called += "?" + event.RawQueryString
	}
	return called
}

// header looks a header up without regard to case: API Gateway sends lower case, SAM's local one does not.
func header(event Event, name string) string {
	for key, value := range event.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// received reads the event's requestContext.timeEpoch, milliseconds.
func received(event Event) time.Time {
	if event.RequestContext.TimeEpoch == 0 {
		return time.Time{}
	}
	return time.UnixMilli(event.RequestContext.TimeEpoch).UTC()
}

// body returns the body as it was sent: base64 from API Gateway, plain from SAM's local one.
func body(event Event) ([]byte, error) {
	if !event.IsBase64Encoded {
		return []byte(event.Body), nil
	}
	decoded, err := base64.StdEncoding.DecodeString(event.Body)
	if err != nil {
		return nil, fmt.Errorf("decode body: %w", err)
	}
	return decoded, nil
}

// form parses a form body; it is nil for one of another type.
func form(event Event, body []byte) (url.Values, error) {
	mediaType, _, err := mime.ParseMediaType(header(event, "Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, nil
	}
	parameters, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fmt.Errorf("parse form: %w", err)
	}
	return parameters, nil
}
