package wire

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"switchboard/shared/webhook"
)

// Webhook is a request that Twilio makes to an application.
type Webhook struct {
	Method, URL string // the URL has no fragment; a user and password in it become basic authentication
	Params      url.Values
	AuthToken   string // signs the request
	KeepPort    bool   // sign the port of an https URL: Twilio does so for texts, and not for voice
}

// Request returns the signed HTTP request. Its error names the URL that Twilio cannot request.
func (w Webhook) Request(ctx context.Context) (*http.Request, error) {
	target, signed, body := w.URL, w.Params, w.Params.Encode()
	if w.Method == http.MethodGet {
		if body != "" {
			separator := "?"
			if strings.Contains(target, "?") {
				separator = "&"
			}
			target += separator + body
		}
		signed, body = nil, ""
	}
	request, err := http.NewRequestWithContext(ctx, w.Method, target, strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make webhook request: %w", err)
	}
	if request.URL.Host == "" || (request.URL.Scheme != "http" && request.URL.Scheme != "https") {
		return nil, fmt.Errorf("make webhook request: %q is not an http or https URL", target)
	}
	request.Header.Set("Accept", "*/*")
	request.Header.Set("User-Agent", "TwilioProxy/1.1")
	request.Header.Set("X-Twilio-Signature", webhook.Sign(w.AuthToken, signedURL(request.URL, target, w.KeepPort), signed))
	if w.Method != http.MethodGet {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	if user := request.URL.User; user != nil {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
	return request, nil
}

// SortedQuery sorts a query's parameters by name and leaves them unchanged.
func SortedQuery(query string) string {
	parameters := strings.Split(query, "&")
	slices.SortStableFunc(parameters, func(a, b string) int {
		a, _, _ = strings.Cut(a, "=")
		b, _, _ = strings.Cut(b, "=")
		return strings.Compare(a, b)
	})
	return strings.Join(parameters, "&")
}

// signedURL removes user and password, and over HTTPS the port unless keepPort is set. The rest
// stays byte for byte.
func signedURL(parsed *url.URL, target string, keepPort bool) string {
	dropPort := !keepPort && parsed.Scheme == "https" && parsed.Port() != ""
	if parsed.User == nil && !dropPort {
		return target
	}
	scheme, rest, _ := strings.Cut(target, "://")
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host := rest[:end]
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	if dropPort {
		host = strings.TrimSuffix(host, ":"+parsed.Port())
	}
	return scheme + "://" + host + rest[end:]
}
