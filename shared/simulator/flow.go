package simulator

import (
	"fmt"
	"maps"
	"mime"
	"net/url"
	"strings"
	"time"

	"switchboard/shared/simulator/document"
	"switchboard/shared/twiml"
)

// flow is the rest of a document that a call is executing.
type flow struct {
	url, method string // where the document came from; relative URLs start here
	verbs       []*document.Node
	waiting     bool // a wait document, which a queued call hears
	whisper     bool // a document before a bridge
	holding     bool // the document that a participant hears before a conference starts
	loaded      time.Time
}

// fetch is a request to the application for a document.
type fetch struct {
	what        string
	method, url string
	extra       url.Values
	waiting     bool
	whisper     bool
	holding     bool
	fallback    bool // this is the fallback URL already
	first       bool // the call's first document, or one from the REST API
}

func (f fetch) flow(verbs []*document.Node) flow {
	return flow{url: strip(f.url), method: f.method, verbs: verbs, waiting: f.waiting, whisper: f.whisper, holding: f.holding}
}

// twimlLimit is the maximum size of a TwiML document in bytes.
const twimlLimit = 64 << 10

// fetch requests a document and executes it. It replaces the call's current document.
func (t *Twilio) fetch(c *call, f fetch) {
	c.interrupt()
	epoch := c.epoch
	params := t.voiceParams(c)
	maps.Copy(params, f.extra)
	t.send(webhook{what: f.what, method: f.method, url: f.url, params: params, limit: voiceLimit, subject: c}, func(a answer) {
		if c.epoch == epoch {
			t.load(c, f, a)
		}
	})
}

// load checks an answer by Twilio's rules and starts its document.
func (t *Twilio) load(c *call, f fetch, a answer) {
	if !a.ok() {
		t.documentFails(c, f, a.code(), fmt.Sprintf("%s: %s", a.kind(), a))
		return
	}
	if a.url != "" {
		f.url = a.url // after redirects; relative URLs start there
	}
	media, _, err := mime.ParseMediaType(a.contentType)
	if err != nil {
		media = ""
	}
	if twiml.PlaysAudio(media) {
		t.recordings[strip(f.url)] = true
		t.run(c, f.flow([]*document.Node{{Name: "Play", Text: strip(f.url)}}))
		return
	}
	if len(a.body) > twimlLimit {
		t.documentFails(c, f, 11750, "TwiML response body too large")
		return
	}
	root, code, err := document.Parse(media, a.body)
	if err != nil {
		t.documentFails(c, f, code, err.Error())
		return
	}
	t.run(c, f.flow(root.Children))
}

// documentFails handles a fetch without a usable document: the call of a wait document leaves the
// queue with QueueResult=error; other calls go to the fallback URL, or hear that an application
// error has occurred.
func (t *Twilio) documentFails(c *call, f fetch, code int, reason string) {
	t.alertWebhook(code, webhook{method: f.method, url: f.url, subject: c}, "%s %s: %s", f.method, f.url, reason)
	if f.waiting && c.member != nil {
		t.leaveQueue(c, "error")
		return
	}
	if f.holding {
		return // the participant waits in silence
	}
	if c.fallbackURL != "" && !f.fallback && (f.first || !t.cfg.Readings.FallbackForFirstDocument) {
		extra := url.Values{"ErrorCode": {fmt.Sprint(code)}, "ErrorUrl": {strip(f.url)}}
		maps.Copy(extra, f.extra)
		t.fetch(c, fetch{what: "fallback URL", method: c.fallbackMethod, url: c.fallbackURL, extra: extra, fallback: true, whisper: f.whisper})
		return
	}
	if f.whisper && c.bridging != nil {
		t.problem(c, "not simulated: a call whose <Queue url> fails")
		c.whispered()
		return
	}
	t.applicationError(c)
}

// applicationError speaks Twilio's error announcement to the call and hangs up.
func (t *Twilio) applicationError(c *call) {
	t.pickUp(c)
	c.applicationError = true
	c.interrupt()
	t.speak(c, "We are sorry, an application error has occurred. Goodbye.", "", 1, func() { t.endCall(c, callCompleted, "twilio") })
}

// run executes a document. It replaces the call's current document.
func (t *Twilio) run(c *call, f flow) {
	c.interrupt()
	f.loaded = t.loop.Now()
	c.flow = f
	if len(f.verbs) == 0 || f.verbs[0].Name != "Reject" {
		t.pickUp(c)
	}
	t.next(c)
}

// pickUp answers a caller's call, as Twilio does before the first verb that a caller hears.
func (t *Twilio) pickUp(c *call) {
	if c.direction == inbound && c.status == callRinging {
		c.status, c.answered = callInProgress, t.loop.Now()
	}
}

// next executes verbs until one takes time or redirects the call.
func (t *Twilio) next(c *call) {
	for !c.over() {
		if len(c.flow.verbs) == 0 {
			t.documentEnds(c)
			return
		}
		verb := c.flow.verbs[0]
		c.flow.verbs = c.flow.verbs[1:]
		if !t.execute(c, verb) {
			return
		}
	}
}

func (t *Twilio) documentEnds(c *call) {
	if c.flow.whisper {
		c.whispered()
		return
	}
	if c.flow.holding {
		wait := time.Second // of silence, if the document takes no time
		if t.loop.Now().After(c.flow.loaded) {
			wait = 0
		}
		t.during(c, wait, func() { t.waitForConference(c.seat) })
		return
	}
	if !c.flow.waiting {
		t.endCall(c, callCompleted, "twilio")
		return
	}
	if t.loop.Now().After(c.flow.loaded) {
		t.fetchWait(c, "", "")
		return
	}
	if !c.member.circled {
		c.member.circled = true
		t.problem(c, "the wait document of %s takes no time: Twilio would request it in a tight loop", c.flow.url)
	}
	t.during(c, time.Second, func() { t.fetchWait(c, "", "") })
}

// goTo requests a document that the current one names. An empty ref names the current document.
func (t *Twilio) goTo(c *call, what, ref, method string, extra url.Values) {
	target, err := resolve(c.flow.url, ref)
	if err != nil {
		t.documentFails(c, fetch{method: method, url: ref, waiting: c.flow.waiting, whisper: c.flow.whisper, holding: c.flow.holding}, 11100, err.Error())
		return
	}
	if c.flow.waiting {
		t.fetchWait(c, target, method, extra)
		return
	}
	t.fetch(c, fetch{what: what, method: method, url: target, extra: extra, whisper: c.flow.whisper, holding: c.flow.holding})
}

// resolve makes a reference absolute. It keeps the reference's own fragment, which holds connection
// overrides.
func resolve(base, ref string) (string, error) {
	target, err := url.Parse(ref)
	if err != nil {
		return "", fmt.Errorf("invalid URL %q: %w", ref, err)
	}
	if target.IsAbs() {
		return ref, nil
	}
	from, err := url.Parse(base)
	if err != nil || !from.IsAbs() {
		return "", fmt.Errorf("relative URL %q without an absolute one before it", ref)
	}
	if ref == "" {
		return base, nil
	}
	return from.ResolveReference(target).String(), nil
}

func strip(raw string) string {
	target, _, _ := strings.Cut(raw, "#")
	return target
}

func isWebURL(raw string) bool {
	parsed, err := url.Parse(raw)
	return err == nil && parsed.Host != "" && (parsed.Scheme == "http" || parsed.Scheme == "https")
}
