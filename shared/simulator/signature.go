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
	return signature(authToken, url, params, slices.Sorted(maps.Keys(params)))
}

func signature(authToken, url string, params url.Values, names []string) string {
	text := make([]byte, 0, 2048)
	text = append(text, url...)
	for _, name := range names {
		values := params[name]
		if len(values) > 1 {
			values = slices.Compact(slices.Sorted(slices.Values(values)))
		}
		for _, value := range values {
			text = append(text, name...)
			text = append(text, value...)
		}
	}
	mac := hmac.New(sha1.New, []byte(authToken))
	mac.Write(text)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// encodeForm is params.Encode for names that are sorted already.
func encodeForm(params url.Values, names []string) string {
	text := make([]byte, 0, 2048)
	for _, name := range names {
		for _, value := range params[name] {
			if len(text) > 0 {
				text = append(text, '&')
			}
			text = appendEscaped(text, name)
			text = append(text, '=')
			text = appendEscaped(text, value)
		}
	}
	return string(text)
}

// appendEscaped is url.QueryEscape without an allocation: a webhook has some forty parameters.
func appendEscaped(text []byte, value string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(value) {
		switch b := value[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-', b == '_', b == '.', b == '~':
			text = append(text, b)
		case b == ' ':
			text = append(text, '+')
		default:
			text = append(text, '%', digits[b>>4], digits[b&15])
		}
	}
	return text
}

// newSignedRequest makes a webhook's HTTP request. target has no fragment; user and password in it become basic authentication.
func newSignedRequest(ctx context.Context, method, target string, params url.Values, authToken string) (*http.Request, error) {
	names := slices.Sorted(maps.Keys(params))
	form := encodeForm(params, names)
	body := form
	if method == http.MethodGet {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		if form != "" {
			target += separator + form
		}
		names, body = nil, ""
	}
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make webhook request: %w", err)
	}
	if request.URL.Host == "" || (request.URL.Scheme != "http" && request.URL.Scheme != "https") {
		return nil, fmt.Errorf("make webhook request: %q is not an http or https URL", target)
	}
	if method != http.MethodGet {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	if user := request.URL.User; user != nil {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
	request.Header.Set("Accept", "*/*")
	request.Header.Set("User-Agent", "TwilioProxy/1.1")
	request.Header.Set("X-Twilio-Signature", signature(authToken, signedURL(request.URL, target), params, names))
	return request, nil
}

// signedURL drops user and password, and over HTTPS the port as well, as Twilio does for voice. Anything else stays byte for byte.
func signedURL(parsed *url.URL, target string) string {
	dropPort := parsed.Scheme == "https" && parsed.Port() != ""
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
