package simulator

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/simulator/document"
	"switchboard/shared/simulator/script"
)

// simultaneous is the maximum number of phones that one <Dial> rings
// (https://www.twilio.com/docs/voice/twiml/dial).
const simultaneous = 10

// dialNumbers executes <Dial> with <Number>, <Client> and <Sip>: all phones ring together, and
// Twilio connects the first that answers.
func (t *Twilio) dialNumbers(d *dialing, nouns []*document.Node) {
	c := d.call
	from := d.verb.Attr("callerId", c.from)
	code, reason := t.checkDial(c, from, nouns)
	if code != 0 {
		t.alert(code, c, "Dial: %s", reason)
		t.afterDial(d, url.Values{"DialCallStatus": {callFailed}}, false)
		return
	}
	if c.direction == inbound && d.verb.Attr("answerOnBridge", "false") == "true" {
		t.problem(c, "not simulated: answerOnBridge=\"true\" on <Dial>: the caller's call is answered already")
	}
	c.dialing = d
	for _, noun := range nouns {
		leg := t.newCall(from, dialedAddress(noun), outboundDial, callQueued)
		leg.placedBy, leg.noun = d, noun
		leg.timeout = min(positive(d.verb.Attr("timeout", ""), dialTimeout), 600*time.Second)
		if target, err := resolve(c.flow.url, noun.Attr("statusCallback", "")); err == nil && noun.Attr("statusCallback", "") != "" {
			leg.progress = progress{url: target, method: noun.Method("statusCallbackMethod"), events: eventSet(noun.Attr("statusCallbackEvent", ""))}
		}
		d.legs = append(d.legs, leg)
	}
	t.traceCall(KindHears, c, "hears ringing")
	c.hear("ringing")
	for _, leg := range slices.Clone(d.legs) {
		t.dialOut(leg)
	}
}

func (t *Twilio) checkDial(c *call, from string, nouns []*document.Node) (code int, reason string) {
	if len(nouns) > simultaneous {
		return 13215, "more than 10 nouns"
	}
	if code, reason := t.checkCallerID(c, from, nouns); code != 0 {
		return code, reason
	}
	for _, noun := range nouns {
		to := dialedAddress(noun)
		switch {
		case noun.Name == "Number" && isLocalNumber(to):
			t.problem(c, "not simulated: dialing %q, which is not in E.164", to)
			return 13223, "not simulated: phone number " + to
		case noun.Name == "Sip" && !strings.HasPrefix(to, "sip:"):
			return 13243, "invalid SIP URI " + to
		case noun.Name == "Number" && !strings.HasPrefix(to, "+"), !isAddress(to):
			return 13223, "invalid phone number " + to
		case t.forbidden(to):
			return 13227, "geo permissions do not allow a call to " + to
		}
	}
	return 0, ""
}

// checkCallerID checks the caller ID of a <Dial>: it must be the calling number, the called number,
// or a number of the account; a call that does not come from a phone number has to name one
// (https://www.twilio.com/docs/api/errors/13214). Any number or client may call a client or SIP
// address, but Twilio warns about a client as callerId.
func (t *Twilio) checkCallerID(c *call, from string, nouns []*document.Node) (code int, reason string) {
	named := from != c.from
	switch {
	case isPhone(from) && (t.mayCallFrom(from) || from == c.from || from == c.to):
		return 0, ""
	case isPhone(from), slices.ContainsFunc(nouns, func(n *document.Node) bool { return n.Name == "Number" }):
		return 13214, "invalid callerId " + from
	case named:
		t.alert(13214, c, "Dial: invalid callerId %s, taken for a client", from)
	}
	return 0, ""
}

// isLocalNumber reports whether Twilio would accept a number in a national spelling such as
// 415-123-4567.
func isLocalNumber(number string) bool {
	digits := strings.NewReplacer("-", "", " ", "", "(", "", ")", "", ".", "").Replace(number)
	return len(digits) >= 10 && strings.Trim(digits, "0123456789") == ""
}

// dialedAddress returns the address in a noun.
func dialedAddress(noun *document.Node) string {
	if noun.Name == "Client" && !strings.HasPrefix(noun.Words(), "client:") {
		return "client:" + noun.Words()
	}
	return noun.Words()
}

// dialAnswered connects the first phone of a <Dial> that answers. If the noun has a url, its
// document runs first.
func (t *Twilio) dialAnswered(leg *call, steps []script.Step) {
	d := leg.placedBy
	d.answered = leg
	for _, other := range slices.Clone(d.legs) {
		if other != leg {
			t.endCall(other, callCanceled, "twilio")
		}
	}
	t.takeUp(leg, steps)
	connect := func() {
		d.call.dialing = nil
		t.connect(&bridge{dialer: d.call, other: leg, dial: d})
	}
	ref := leg.noun.Attr("url", "")
	if ref == "" {
		connect()
		return
	}
	target, err := resolve(d.after.url, ref)
	if err != nil {
		t.alert(11100, leg, "%s", err)
		t.endCall(leg, callFailed, "twilio")
		return
	}
	leg.whispered = connect
	t.fetch(leg, fetch{what: "called party's document", method: leg.noun.Method("method"), url: target, whisper: true})
}

// dialLegEnded handles the end of a leg that a <Dial> placed and did not connect. The <Dial> ends
// with its last leg, or with the leg that had answered.
func (t *Twilio) dialLegEnded(leg *call) {
	d := leg.placedBy
	if d.call.dialing != d {
		return
	}
	d.legs = slices.DeleteFunc(d.legs, func(other *call) bool { return other == leg })
	if len(d.legs) > 0 || d.answered != nil && d.answered != leg {
		return
	}
	params := url.Values{"DialCallStatus": {leg.status}, "DialCallSid": {leg.sid}}
	if !leg.over() {
		params.Set("DialCallStatus", callCompleted) // the REST API gave it another document
	} else if leg.status == callCompleted {
		params.Set("DialCallDuration", strconv.Itoa(int(leg.ended.Sub(leg.answered).Seconds())))
	}
	t.afterDial(d, params, false)
}
