package twilio

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// Transport gives one REST call what twilio-go leaves out: a context, another base address, and the status as it came.
type Transport struct {
	Context context.Context
	BaseURL string            // "" = Twilio's own hosts; a regional one stands for the same region of every product
	Next    http.RoundTripper // nil = http.DefaultTransport
	Status  int               // of the last answer; 0 when none came
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	t.Status = 0 // of the page before, where a list has several
	request = request.Clone(t.Context)
	if t.BaseURL != "" {
		if err := t.redirect(request); err != nil {
			return nil, err
		}
	}
	next := t.Next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(request)
	if err == nil {
		t.Status = response.StatusCode
	}
	return response, err
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
