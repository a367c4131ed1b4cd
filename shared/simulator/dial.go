package simulator

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/document"
)

// dialing is a <Dial> that has not connected a call yet
// (https://www.twilio.com/docs/voice/twiml/dial).
type dialing struct {
	call     *call // the leg that executes it
	verb     *document.Node
	after    flow           // the verbs after <Dial>
	legs     []*call        // calls that it placed and that have not ended
	answered *call          // the leg that answered first; Twilio cancels the others
	timer    *clock.Timer   // while it waits for a call to enter a queue
	noun     *document.Node // the <Queue> that it waits at
}

// dial executes <Dial>; the nouns in it select the kind.
func (t *Twilio) dial(c *call, verb *document.Node) {
	d := &dialing{call: c, verb: verb, after: c.flow}
	nouns := verb.Children
	if len(nouns) == 0 && verb.Words() != "" {
		nouns = []*document.Node{{Name: "Number", Text: verb.Text}}
	}
	switch {
	case c.flow.whisper:
		t.documentFails(c, fetch{method: c.flow.method, url: c.flow.url, whisper: true}, 13201, "Dial: Cannot Dial out from a Dial Call Segment")
	case len(nouns) == 1 && nouns[0].Name == "Queue":
		t.dialQueue(d, nouns[0])
	case len(nouns) == 1 && nouns[0].Name == "Conference":
		t.joinConference(d, nouns[0])
	case len(nouns) > 0 && !slices.ContainsFunc(nouns, func(n *document.Node) bool { return !has("Number Client Sip", n.Name) }):
		t.dialNumbers(d, nouns)
	default:
		what := "nothing"
		if i := slices.IndexFunc(nouns, func(n *document.Node) bool { return !has("Number Client Sip", n.Name) }); i >= 0 {
			what = "<" + nouns[i].Name + ">"
		}
		t.alert(13215, c, "not simulated: <Dial> with %s", what)
		t.problem(c, "not simulated: <Dial> with %s", what)
		t.next(c)
	}
}

// dialFails ends a <Dial> that could not dequeue a call. No public source says with which status.
func (t *Twilio) dialFails(d *dialing) {
	status := cmp.Or(t.cfg.Readings.DialFailure, callFailed)
	t.afterDial(d, url.Values{"DialCallStatus": {status}}, false)
}

// afterDial continues the leg that executed <Dial>: at the action of <Dial>, or at the next verb.
func (t *Twilio) afterDial(d *dialing, params url.Values, bridged bool) {
	c := d.call
	c.dialing = nil
	d.timer.Stop()
	c.interrupt()
	c.flow = d.after
	ref, given := d.verb.Attrs["action"]
	if !given {
		t.next(c)
		return
	}
	t.goTo(c, "dial action", ref, d.verb.Method("method"), t.dialParams(params, bridged))
}

func (t *Twilio) dialParams(params url.Values, bridged bool) url.Values {
	if !t.cfg.Readings.NoDialBridged {
		params.Set("DialBridged", strconv.FormatBool(bridged))
	}
	return params
}

// dialerLeft requests the action of <Dial> for a leg that hung up, if
// Readings.DialActionAfterHangUp says so; the answer is not executed.
func (t *Twilio) dialerLeft(d *dialing, params url.Values, bridged bool) {
	ref, given := d.verb.Attrs["action"]
	target, err := resolve(d.after.url, ref)
	if t.cfg.Readings.DialActionAfterHangUp && given && err == nil {
		t.notifyCall(d.call, "dial action", d.verb.Method("method"), target, t.dialParams(params, bridged))
	}
}

// abandonDial ends a <Dial> whose leg hung up or was redirected before a call answered.
func (t *Twilio) abandonDial(d *dialing) {
	d.call.dialing = nil
	d.timer.Stop()
	params := url.Values{"DialCallStatus": {callNoAnswer}}
	for _, leg := range slices.Clone(d.legs) {
		params.Set("DialCallSid", leg.sid)
		status := callNoAnswer
		if leg == d.answered {
			status = callCompleted
		}
		t.endCall(leg, status, "twilio")
	}
	if d.call.over() {
		t.dialerLeft(d, params, false)
	}
}

// dialQueue executes <Dial><Queue>: with reservationSid, or with the name of a plain queue
// (https://www.twilio.com/docs/voice/twiml/queue).
func (t *Twilio) dialQueue(d *dialing, noun *document.Node) {
	c := d.call
	if noun.Attr("callSid", "") != "" {
		t.problem(c, "not simulated: callSid on <Queue>, which Twilio does not document")
	}
	b := &bridge{dialer: c, dial: d}
	fail := func(code int, reason string) {
		t.alert(code, c, "Dial->Queue: %s", reason)
		t.dialFails(d)
	}
	if code, reason := t.prepareWhisper(b, noun); code != 0 {
		fail(code, reason)
		return
	}
	if sid, given := noun.Attrs["reservationSid"]; given {
		t.dialReservation(b, noun, sid)
		return
	}
	name := noun.Words()
	queue := t.voiceQueueNamed(name)
	switch {
	case name == "":
		fail(14212, "queue name too short")
	case len(name) > queueNameLimit:
		fail(14213, "queue name too long")
	case isSID("WW", name):
		t.problem(c, "not simulated: <Dial> of a workflow's queue by its name, without reservationSid")
		t.dialFails(d)
	case queue == nil:
		t.dialFails(d)
	case len(queue.members) > 0:
		t.dequeue(b, queue.members[0].call)
	default:
		d.noun, c.dialing = noun, d
		queue.dialers = append(queue.dialers, d)
		d.timer = t.after(positive(d.verb.Attr("timeout", ""), dialTimeout), func() {
			if c.dialing == d {
				t.afterDial(d, url.Values{"DialCallStatus": {callNoAnswer}}, false)
			}
		})
	}
}

// dialTimeout is how long <Dial> waits for an answer, or for a call to enter an empty queue.
const dialTimeout = 30 * time.Second

// nextDialer removes and returns the leg that has waited longest for a call to enter the queue.
func (q *voiceQueue) nextDialer() *dialing {
	for len(q.dialers) > 0 {
		d := q.dialers[0]
		q.dialers = q.dialers[1:]
		if d.call.dialing == d {
			return d
		}
	}
	return nil
}

func (t *Twilio) dialReservation(b *bridge, noun *document.Node, sid string) {
	c := b.dialer
	r, code, reason := t.dequeueable(sid)
	c.reservationSID = sid
	if code != 0 {
		t.alert(code, c, "Dial->Queue: reservation %s: %s", sid, reason)
		t.dialFails(b.dial)
		return
	}
	b.reservation = r
	if activity := noun.Attr("postWorkActivitySid", ""); activity != "" {
		if b.postWork = t.activity(activity); b.postWork == nil {
			t.alert(14218, c, "no activity %s to go to after the call", activity)
		}
	}
	if t.cfg.Readings.WorkerCallSIDOnDialQueue {
		t.setWorkerCallSID(r.task, c.sid)
	}
	t.dequeue(b, t.callBySID[r.task.callSID])
}

// dequeueable returns the reservation of a Dial->Queue whose caller still waits, or the debugger's
// code and reason.
func (t *Twilio) dequeueable(sid string) (r *reservation, code int, reason string) {
	if !isSID("WR", sid) {
		return nil, 14215, "not a reservation's identifier"
	}
	r = t.reservedBySID[sid]
	if r == nil {
		return nil, 14217, "not found"
	}
	waiting := t.callBySID[r.task.callSID]
	switch {
	case r.status == reservationCanceled || r.status == reservationRescinded:
		return r, 14217, "it is " + r.status
	case r.status != reservationPending:
		return r, 14215, "it is " + r.status
	case waiting == nil || waiting.member == nil:
		return r, 14215, "its call is not in the queue"
	}
	return r, 0, ""
}
