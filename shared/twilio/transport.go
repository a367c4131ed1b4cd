package twilio

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// transport gives one REST call what twilio-go leaves out: a context, another base address, and the status as it came.
type transport struct {
	ctx    context.Context
	base   string
	next   http.RoundTripper
	status int
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	t.status = 0 // of the page before, where a list has several
	request = request.WithContext(t.ctx)
	if t.base != "" {
		request = request.Clone(t.ctx)
		if err := t.redirect(request); err != nil {
			return nil, err
		}
	}
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(request)
	if err == nil {
		t.status = response.StatusCode
	}
	return response, err
}

// redirect sends the request to the base address. A regional one, such as https://api.dublin.ie1.twilio.com, stands for
// the same region of every product (docs/global-infrastructure); any other serves them all.
func (t *transport) redirect(request *http.Request) error {
	base, err := url.Parse(t.base)
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
