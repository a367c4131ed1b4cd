package webhook

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"iter"
	"net/url"
	"slices"
	"strings"
)

// signed is the input of X-Twilio-Signature (https://www.twilio.com/docs/usage/security).
type signed struct {
	url  string      // as Twilio called it, without fragment
	form []parameter // nil when the body is not a form
	body []byte      // judged by the URL's bodySHA256 when form is nil
}

// Sign returns the X-Twilio-Signature of a request: base64 of the HMAC-SHA1, keyed with the auth
// token, of the URL followed by each form parameter's name and value, in the byte order of the
// names. A name that occurs more than once contributes each distinct value, sorted. form is nil for
// a GET (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
func Sign(token, called string, form url.Values) string {
	var s signed
	for name, values := range form {
		for _, value := range values {
			s.form = append(s.form, parameter{name, value})
		}
	}
	mac := hmac.New(sha1.New, []byte(token))
	return string(sum(mac, called, s.formText()))
}

// sum signs a URL and a form with the token in mac.
func sum(mac hash.Hash, called string, form []byte) []byte {
	mac.Reset()
	mac.Write([]byte(called))
	mac.Write(form)
	return base64.StdEncoding.AppendEncode(nil, mac.Sum(nil))
}

// looksSigned reports whether a signature can be one: the 20 bytes of a SHA-1 in base64.
func looksSigned(given string) bool {
	if len(given) != base64.StdEncoding.EncodedLen(sha1.Size) {
		return false
	}
	sum, err := base64.StdEncoding.Strict().DecodeString(given)
	return err == nil && len(sum) == sha1.Size
}

// validBy reports whether the given signature was made with token. twilio-go has a validator too;
// it takes only the first value of a repeated parameter, where Twilio's other libraries and Twilio
// itself take each distinct one.
func (s signed) validBy(token, given string) bool {
	if s.form == nil && !s.bodyMatches() {
		return false
	}
	tail := s.formText()
	mac := hmac.New(sha1.New, []byte(token))
	for u := range spellings(s.url) {
		if subtle.ConstantTimeCompare(sum(mac, u, tail), []byte(given)) == 1 {
			return true
		}
	}
	return false
}

// formText joins names and values, sorted by byte, each distinct value of a name once. Twilio sends
// most forms in that order.
func (s signed) formText() []byte {
	sorted := s.form
	if !slices.IsSortedFunc(sorted, inOrder) {
		sorted = slices.SortedFunc(slices.Values(sorted), inOrder)
	}
	text := make([]byte, 0, len(s.body))
	for i, p := range sorted {
		if i == 0 || p != sorted[i-1] {
			text = append(append(text, p.name...), p.value...)
		}
	}
	return text
}

func inOrder(a, b parameter) int {
	if order := strings.Compare(a.name, b.name); order != 0 {
		return order
	}
	return strings.Compare(a.value, b.value)
}

// bodyMatches compares a body that is not a form with the hash that Twilio signed as part of the
// URL. A request with neither body nor hash (a GET) has nothing to compare.
func (s signed) bodyMatches() bool {
	_, query, _ := strings.Cut(s.url, "?")
	parameters, err := url.ParseQuery(query)
	if err != nil {
		return false
	}
	if !parameters.Has("bodySHA256") {
		return len(s.body) == 0
	}
	sum := sha256.Sum256(s.body)
	return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(strings.ToLower(parameters.Get("bodySHA256")))) == 1
}

// spellings yields the URLs that Twilio may have signed for the one that it called: the product and
// the scheme decide which port it keeps, and its Node library writes %27 for an apostrophe in a
// query.
func spellings(called string) iter.Seq[string] {
	called, _, _ = strings.Cut(called, "#")
	return func(yield func(string) bool) {
		if !yield(called) {
			return
		}
		if other := otherPort(called); other != "" && !yield(other) {
			return
		}
		if path, query, _ := strings.Cut(called, "?"); strings.Contains(query, "'") {
			yield(path + "?" + strings.ReplaceAll(query, "'", "%27"))
		}
	}
}

// otherPort returns the URL without its port, or with the default port that it omits; "" if that is
// not known.
func otherPort(called string) string {
	scheme, rest, found := strings.Cut(called, "://")
	if !found {
		return ""
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, tail := rest[:end], rest[end:]
	if colon := strings.LastIndexByte(host, ':'); colon > strings.LastIndexAny(host, "@]") {
		return scheme + "://" + host[:colon] + tail
	}
	if port := defaultPort(scheme); port != "" {
		return scheme + "://" + host + ":" + port + tail
	}
	return ""
}

func defaultPort(scheme string) string {
	switch strings.ToLower(scheme) {
	case "https":
		return "443"
	case "http":
		return "80"
	}
	return ""
}
