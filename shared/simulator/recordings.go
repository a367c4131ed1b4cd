package simulator

import (
	"net/http"
	"net/url"
	"strings"

	"switchboard/shared/simulator/document"
	"switchboard/shared/twiml"
)

// AddRecordings declares recordings, by absolute URL, that <Play> finds without a request. The
// simulator requests each other recording from Config.Web once, except those on Twilio's own hosts.
func (t *Twilio) AddRecordings(urls ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, each := range urls {
		t.recordings[each] = true
	}
}

// apiHost has the recordings of <Record>, which are refused without the account's credentials.
const apiHost = "api.twilio.com"

// isTwilios reports whether Twilio hosts a recording that everybody may hear. Twilio's hold music
// and examples always exist.
func isTwilios(target string) bool {
	parsed, err := url.Parse(target)
	if err != nil {
		return false
	}
	host := parsed.Hostname()
	return host != apiHost && strings.HasSuffix(host, ".twilio.com") ||
		strings.HasPrefix(host, "com.twilio.") && strings.HasSuffix(host, ".amazonaws.com")
}

func needsCredentials(target string) bool {
	parsed, err := url.Parse(target)
	return err == nil && parsed.Hostname() == apiHost && parsed.User == nil
}

// play executes <Play>. A recording that is missing or is no audio causes an application error
// (https://www.twilio.com/docs/api/errors/11200, https://www.twilio.com/docs/api/errors/13420).
func (t *Twilio) play(c *call, verb *document.Node, then func()) bool {
	source := verb.Words()
	if source == "" {
		t.alert(13420, c, "<Play> without a URL")
		return true
	}
	target, err := resolve(c.flow.url, source)
	start := func() {
		t.traceSound(c, Entry{Recording: target}, "hears a recording: %s", source)
		t.during(c, t.pace.Play*timesOf(verb), then)
		c.hear(source)
	}
	switch {
	case err != nil:
		t.during(c, 0, func() { t.playFails(c, 11100, source, err.Error()) })
		return false
	case needsCredentials(target):
		t.during(c, 0, func() { t.playFails(c, 11200, source, "401 "+http.StatusText(http.StatusUnauthorized)) })
		return false
	case t.recordings[target] || isTwilios(target):
		start()
		return false
	}
	t.during(c, voiceLimit*2, then) // until the request, which may take no longer than voiceLimit, is answered
	waits, listens := c.timer, c.gather != nil
	t.send(webhook{what: "recording", method: http.MethodGet, url: target, params: url.Values{}, limit: voiceLimit, subject: c}, func(a answer) {
		found := a.ok() && twiml.PlaysAudio(a.contentType)
		if found {
			t.recordings[target] = true
		}
		switch {
		case c.timer != waits: // the call was redirected, or a key was pressed
		case found:
			start()
		case !a.ok():
			t.playFails(c, a.code(), target, a.kind()+": "+a.String())
		case listens:
			t.playFails(c, 13325, target, "Gather->Play: invalid Content-Type "+a.contentType)
		default:
			t.playFails(c, 13420, target, "Play: invalid Content-Type "+a.contentType)
		}
	})
	return false
}

// playFails ends a call whose recording cannot be played. A participant of a conference waits in
// silence instead.
func (t *Twilio) playFails(c *call, code int, target, reason string) {
	t.alertWebhook(code, webhook{method: http.MethodGet, url: target, subject: c}, "GET %s: %s", target, reason)
	if !c.flow.holding {
		t.applicationError(c)
	}
}
