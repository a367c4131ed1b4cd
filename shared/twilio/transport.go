package twilio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// errorBody is how much of an answer that is none is read, in bytes. Twilio's own errors are far smaller; what a proxy says
// may be of any length.
const errorBody = 64 << 10

// Transport gives one REST call what twilio-go leaves out: a context, another base address, the status as it came, and an
// end to the bodies of errors.
type Transport struct {
	Context context.Context
	BaseURL string            // "" = Twilio's own hosts; a regional one stands for the same region of every product
	Next    http.RoundTripper // nil = http.DefaultTransport
	Status  int               // of the last answer; 0 when none came
	sent    bool              // something of the request may have reached Twilio
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	t.Status = 0 // of the page before, where a list has several
	request = request.WithContext(t.Context)
	if t.BaseURL != "" {
		request = request.Clone(t.Context)
		if err := t.redirect(request); err != nil {
			return nil, err
		}
	}
	next := t.Next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(request)
	if err != nil {
		t.sent = t.sent || !unconnected(err)
		return nil, err
	}
	t.sent, t.Status = true, response.StatusCode
	if response.StatusCode >= http.StatusBadRequest {
		response.Body = detached(response.Body)
	}
	return response, nil
}

// unconnected reports that a request failed before there was a connection to send it over.
func unconnected(err error) bool {
	var operation *net.OpError
	var lookup *net.DNSError
	return errors.As(err, &operation) && operation.Op == "dial" || errors.As(err, &lookup)
}

// detached reads a body and closes it, so that the connection serves the next request: twilio-go leaves the bodies of errors
// open. What could not be read by the context's end is cut off.
func detached(body io.ReadCloser) io.ReadCloser {
	defer body.Close()
	read, _ := io.ReadAll(io.LimitReader(body, errorBody))
	return io.NopCloser(bytes.NewReader(read))
}

// redirect sends the request to the base address. A regional one, such as https://api.dublin.ie1.twilio.com, stands for
// the same region of every product (docs/global-infrastructure); any other serves them all.
func (t *Transport) redirect(request *http.Request) error {
	base, err := url.Parse(t.BaseURL)
	if err != nil {
		return err
	}
	product, _, _ := strings.Cut(request.URL.Host, ".")
	request.URL.Scheme, request.URL.Host = base.Scheme, base.Host
	if _, region, found := strings.Cut(base.Host, "."); found && (region == "twilio.com" || strings.HasSuffix(region, ".twilio.com")) {
		request.URL.Host = product + "." + region
	}
	request.URL.Path = strings.TrimSuffix(base.Path, "/") + request.URL.Path
	request.Host = request.URL.Host
	return nil
}
