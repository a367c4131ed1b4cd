package simulator

import (
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"switchboard/shared/simulator/document"
)

const (
	textLimit     = 15 * time.Second // https://www.twilio.com/docs/messaging/guides/webhook-request
	maxTextLength = 1600             // characters
	repliesToText = 10               // https://www.twilio.com/docs/api/errors/14109
)

// textFetch is a request to the application for the answer to a text.
type textFetch struct {
	what, method, url string
	extra             url.Values
	fallback          bool // this is the fallback URL already
	hops              int  // of <Redirect>
}

// fetchReply requests a document for a text and follows it
// (https://www.twilio.com/docs/messaging/guides/webhook-request).
func (t *Twilio) fetchReply(m *message, f textFetch) {
	params := url.Values{
		"MessageSid": {m.sid}, "SmsSid": {m.sid}, "SmsMessageSid": {m.sid}, "SmsStatus": {textReceived}, "Body": {m.body}, "NumMedia": {"0"},
		"NumSegments": {strconv.Itoa(segments(m.body))}, "AccountSid": {t.cfg.AccountSID}, "ApiVersion": {"2010-04-01"},
	}
	t.setAddress(params, "From", m.from)
	t.setAddress(params, "To", m.to)
	m.setService(params)
	if m.service != nil && m.optOutType != "" {
		params.Set("OptOutType", m.optOutType)
	}
	maps.Copy(params, f.extra)
	w := webhook{what: f.what, method: f.method, url: f.url, params: params, limit: textLimit, text: m}
	t.send(w, func(a answer) { t.loadReply(m, f, a) })
}

// loadReply checks an answer by Twilio's rules and sends its replies.
func (t *Twilio) loadReply(m *message, f textFetch, a answer) {
	if !a.ok() {
		t.replyFails(m, f, a.code(), fmt.Sprintf("%s: %s", a.kind(), a))
		return
	}
	f.url = a.url // after redirects
	media, _, err := mime.ParseMediaType(a.contentType)
	switch {
	case a.status == http.StatusNoContent:
		return
	case err != nil:
		media = ""
	case len(a.body) > twimlLimit:
		t.replyFails(m, f, 11750, "TwiML response body too large")
		return
	}
	if media == "text/plain" { // https://www.twilio.com/docs/api/twiml/sms/your_response
		t.reply(m, f, &document.Node{Name: "Message", Text: string(a.body)})
		return
	}
	root, code, err := document.Parse(media, a.body)
	if err != nil {
		t.replyFails(m, f, code, err.Error())
		return
	}
	t.followReply(m, f, root.Children)
}

// replyFails requests the fallback URL, if the number has one.
func (t *Twilio) replyFails(m *message, f textFetch, code int, reason string) {
	t.alertWebhook(code, webhook{method: f.method, url: f.url, text: m}, "%s %s: %s", f.method, f.url, reason)
	number := t.numbers[m.to]
	if f.fallback || number == nil || number.SMSFallbackURL == "" {
		return
	}
	t.fetchReply(m, textFetch{
		what: "text fallback", method: number.SMSFallbackMethod, url: number.SMSFallbackURL, fallback: true,
		extra: url.Values{"ErrorCode": {strconv.Itoa(code)}, "ErrorUrl": {strip(f.url)}},
	})
}

// followReply executes the verbs of a document (https://www.twilio.com/docs/messaging/twiml).
func (t *Twilio) followReply(m *message, f textFetch, verbs []*document.Node) {
	sent := 0
	for _, verb := range verbs {
		switch verb.Name {
		case "Message":
			if sent++; sent > repliesToText {
				t.alertText(m, 14109, "TwiML reply message limit exceeded")
				return
			}
			t.reply(m, f, verb)
		case "Redirect":
			t.redirectReply(m, f, verb)
			return
		default:
			t.alertText(m, 12200, "schema warning: <%s> is no verb for a text", verb.Name)
		}
	}
}

func (t *Twilio) redirectReply(m *message, f textFetch, verb *document.Node) {
	target, err := resolve(f.url, verb.Words())
	switch {
	case err != nil:
		t.replyFails(m, f, 11100, err.Error())
	case f.hops >= redirects:
		t.problem(nil, "the documents of %s redirect in circles", f.url)
	default:
		t.fetchReply(m, textFetch{what: "text redirect", method: verb.Method("method"), url: target, hops: f.hops + 1, fallback: f.fallback})
	}
}

// reply sends the text of a <Message> (https://www.twilio.com/docs/messaging/twiml/message).
func (t *Twilio) reply(m *message, f textFetch, verb *document.Node) {
	body, ok := t.replyBody(m, verb)
	if !ok {
		return
	}
	out := &message{from: verb.Attr("from", m.to), to: verb.Attr("to", m.from)}
	callback := verb.Attr("statusCallback", "")
	if callback != "" {
		resolved, err := resolve(f.url, callback)
		if err != nil || !isWebURL(resolved) {
			t.alertText(m, 14105, "invalid statusCallback %q", callback)
			return
		}
		callback = resolved
	}
	number := t.numbers[out.from]
	switch {
	case !isPhone(out.to):
		t.alertText(m, 14101, "invalid to %q", out.to)
		return
	case number == nil || number.NoSMS:
		t.alertText(m, 14102, "invalid from %q", out.from)
		return
	case !document.IsMethod(verb.Attr("method", "POST")):
		t.alertText(m, 14104, "invalid method %q", verb.Attrs["method"])
		return
	}
	service, outcome := t.serviceOf(out.from), t.outcomeOf(out.from, out.to)
	if t.optedOut[optOutOf(service, out.from, out.to)] {
		outcome.Refused = 21610
	}
	if outcome.Refused != 0 {
		t.alertText(m, outcome.Refused, "%s", refusedText(outcome.Refused, out.from, out.to))
		return
	}
	out = t.newText(out.from, out.to, body, textReply, textQueued)
	out.service, out.outcome, out.callback = service, outcome, callback
	t.postText(out)
}

// replyBody returns the text of a <Message>, its own or that of its <Body>; ok is false if it
// cannot be sent.
func (t *Twilio) replyBody(m *message, verb *document.Node) (body string, ok bool) {
	for _, name := range slices.Sorted(maps.Keys(verb.Attrs)) {
		switch {
		case name == "action":
			t.problem(nil, "not simulated: action on <Message>")
		case !has("to from method statusCallback", name):
			t.alertText(m, 12200, "schema warning: <Message> has no attribute %q", name)
		}
	}
	body = verb.Text
	for _, child := range verb.Children {
		switch child.Name {
		case "Body":
			body = child.Text
		case "Media":
			t.problem(nil, "not simulated: <Media> in a <Message>")
		default:
			t.alertText(m, 12200, "schema warning: <Message> has no <%s>", child.Name)
		}
	}
	body = strings.TrimSpace(body)
	if body == "" || utf8.RuneCountInString(body) > maxTextLength {
		t.alertText(m, 14103, "a <Message> has 1 to %d characters, not %d", maxTextLength, utf8.RuneCountInString(body))
		return "", false
	}
	return body, true
}
