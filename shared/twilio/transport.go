package twilio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/cause"
)

// errorBody is how much of an answer that is none is read, in bytes. Twilio's own errors are far
// smaller; what a proxy says may be of any length.
const errorBody = 64 << 10

const (
	// AnswerLimit is the maximum size of an answer's body, in bytes. A page of 1,000 events, the
	// largest that Twilio sends, has some 3 MB, and 11 MB if all attributes of tasks and workers
	// are as long as TaskRouter allows.
	AnswerLimit = 16 << 20

	// maxPages is how many pages of a list are requested. A page has up to 1,000 items.
	maxPages = 200
)

const (
	errLongAnswer   = cause.Text("the answer has more than 16 MiB")
	errPageTwice    = cause.Text("the pages of the list lead back to one that was read")
	errTooManyPages = cause.Text("the list has more than 200 pages")
	errForeignHost  = cause.Text("the next page is not at Twilio")
	errBaseURL      = cause.Text("the base URL is malformed")
)

// Transport gives one REST call what twilio-go leaves out: a context, another base address, the
// status as it came, and limits: to the body of an answer, to the number of a list's pages, and to
// where they are. It serves one operation, with all pages of its list.
type Transport struct {
	Context context.Context
	BaseURL string            // "" = Twilio's own hosts; a regional one stands for the same region of every product
	Next    http.RoundTripper // nil = http.DefaultTransport
	Status  int               // of the last answer; 0 = none

	sent       bool            // Twilio may have received the request
	retryAfter time.Duration   // the pause that the last answer asks for; 0 = none
	read       map[string]bool // the URLs that were read
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := t.checkPage(request); err != nil {
		return nil, err // with the status of the page before: it would return the same pages again
	}
	t.Status = 0
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
	t.sent, t.Status, t.retryAfter = true, response.StatusCode, retryAfter(response)
	if response.StatusCode >= http.StatusBadRequest {
		response.Body = detached(response.Body)
	} else {
		response.Body = &limited{ReadCloser: response.Body, left: AnswerLimit}
	}
	return response, nil
}

// retryAfter returns the seconds of the header Retry-After; 0 for none and for a malformed one.
func retryAfter(response *http.Response) time.Duration {
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 24*60*60 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// checkPage rejects a page that was read before, one too many, and one at another host than
// Twilio's, which would get our credentials: twilio-go follows the addresses in its answers.
func (t *Transport) checkPage(request *http.Request) error {
	if request.Method != http.MethodGet {
		return nil
	}
	address := request.URL.String()
	switch {
	case t.read[address]:
		return errPageTwice
	case len(t.read) == maxPages:
		return errTooManyPages
	case t.BaseURL == "" && (request.URL.Scheme != "https" || !strings.HasSuffix(request.URL.Host, ".twilio.com")):
		return errForeignHost
	}
	if t.read == nil {
		t.read = map[string]bool{}
	}
	t.read[address] = true
	return nil
}

// limited is a body that ends with an error where it is longer than what is left.
type limited struct {
	io.ReadCloser
	left int // bytes
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	// One byte more tells a body that is too long from one that just fits.
	n, err := l.ReadCloser.Read(p[:min(len(p), l.left+1)])
	if n > l.left {
		return l.left, errLongAnswer
	}
	l.left -= n
	return n, err
}

// unconnected reports whether a request failed before there was a connection.
func unconnected(err error) bool {
	var operation *net.OpError
	var lookup *net.DNSError
	return errors.As(err, &operation) && operation.Op == "dial" || errors.As(err, &lookup)
}

// detached reads a body and closes it, so that the connection serves the next request: twilio-go
// leaves the bodies of errors open. What could not be read by the context's end is cut off.
func detached(body io.ReadCloser) io.ReadCloser {
	defer body.Close()
	read, _ := io.ReadAll(io.LimitReader(body, errorBody))
	return io.NopCloser(bytes.NewReader(read))
}

// redirect sends the request to the base address. A regional one, such as
// https://api.dublin.ie1.twilio.com, stands for the same region of every product
// (https://www.twilio.com/docs/global-infrastructure); any other serves them all.
func (t *Transport) redirect(request *http.Request) error {
	base, err := url.Parse(t.BaseURL)
	if err != nil {
		return errBaseURL
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
