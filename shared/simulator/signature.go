package simulator

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Sign returns the X-Twilio-Signature of a request: base64 of the HMAC-SHA1, keyed with the auth token, of the URL followed by each
// form parameter's name and value, in the byte order of the names. A name that occurs more than once contributes each distinct value,
// sorted. params is nil for a GET (docs/usage/webhooks/webhooks-security).
func Sign(authToken, url string, params url.Values) string {
	names := slices.Sorted(maps.Keys(params))
	sorted := make([]parameter, 0, len(names))
	for _, name := range names {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(params[name]))) {
			sorted = append(sorted, parameter{name, value})
		}
	}
	return signature(authToken, url, sorted)
}

func signature(authToken, url string, sorted []parameter) string {
	size := len(url)
	for _, p := range sorted {
		size += len(p.name) + len(p.value)
	}
	text := append(make([]byte, 0, size), url...)
	for _, p := range sorted {
		text = append(append(text, p.name...), p.value...)
	}
	mac := hmac.New(sha1.New, []byte(authToken))
	mac.Write(text)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func encodeForm(parameters []parameter) string {
	size := 0
	for _, p := range parameters {
		size += len(p.name) + len(p.value) + 2
	}
	text := make([]byte, 0, size+size/2)
	for i, p := range parameters {
		if i > 0 {
			text = append(text, '&')
		}
		text = append(appendEscaped(text, p.name), '=')
		text = appendEscaped(text, p.value)
	}
	return string(text)
}

// appendEscaped is url.QueryEscape without an allocation: a webhook has some forty parameters.
func appendEscaped(text []byte, value string) []byte {
	const digits = "0123456789ABCDEF"
	plain := 0 // where what needs no escape begins
	for i := range len(value) {
		b := value[i]
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == '.' || b == '~' {
			continue
		}
		text = append(text, value[plain:i]...)
		plain = i + 1
		if b == ' ' {
			text = append(text, '+')
		} else {
			text = append(text, '%', digits[b>>4], digits[b&15])
		}
	}
	return append(text, value[plain:]...)
}

// newSignedRequest makes a webhook's HTTP request of parameters that are sorted. target has no
// fragment; user and password in it become basic authentication. keepPort is for texts: Twilio signs
// the port of their URLs.
func newSignedRequest(
	ctx context.Context, method, target string, sorted []parameter, authToken string, keepPort bool,
) (*http.Request, error) {
	form := encodeForm(sorted)
	body := form
	if method == http.MethodGet {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		if form != "" {
			target += separator + form
		}
		sorted, body = nil, ""
	}
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make webhook request: %w", err)
	}
	if request.URL.Host == "" || (request.URL.Scheme != "http" && request.URL.Scheme != "https") {
		return nil, fmt.Errorf("make webhook request: %q is not an http or https URL", target)
	}
	values := [...]string{"*/*", "TwilioProxy/1.1", signature(authToken, signedURL(request.URL, target, keepPort), sorted), "application/x-www-form-urlencoded; charset=UTF-8"}
	request.Header = http.Header{"Accept": values[:1:1], "User-Agent": values[1:2:2], "X-Twilio-Signature": values[2:3:3]}
	if method != http.MethodGet {
		request.Header["Content-Type"] = values[3:]
	}
	if user := request.URL.User; user != nil {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
	return request, nil
}

// sortedByName orders a query's parameters by their names.
func sortedByName(query string) string {
	parameters := strings.Split(query, "&")
	slices.SortStableFunc(parameters, func(a, b string) int {
		a, _, _ = strings.Cut(a, "=")
		b, _, _ = strings.Cut(b, "=")
		return strings.Compare(a, b)
	})
	return strings.Join(parameters, "&")
}

// signedURL drops user and password, and over HTTPS the port as well unless it is to be kept, as
// Twilio does for voice. Anything else stays byte for byte.
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
