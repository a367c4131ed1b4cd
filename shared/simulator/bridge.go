package simulator

import (
	"net/url"
	"strconv"
	"time"

	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/document"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// bridge is two calls that talk to each other, or are about to.
type bridge struct {
	dialer        *call        // executes <Dial>, or was placed by a dequeue instruction
	other         *call        // was in a queue, or was placed by <Dial>
	member        *member      // the place that other had in the queue; nil if it was placed by <Dial>
	reservation   *reservation // nil without TaskRouter
	dial          *dialing     // nil after a dequeue instruction
	postWork      *Activity
	whisperURL    string // of <Queue>
	whisperMethod string // GET or POST
	began         time.Time
	limit         *clock.Timer
}

// talkLimit is how long a bridge lasts when <Dial> has no timeLimit.
const talkLimit = 4 * time.Hour

func (t *Twilio) prepareWhisper(b *bridge, noun *document.Node) (code int, reason string) {
	b.whisperMethod = noun.Method("method")
	if asked := noun.Attr("method", "POST"); !document.IsMethod(asked) {
		return 14210, "invalid whisper method " + asked
	}
	ref := noun.Attr("url", "")
	if ref == "" {
		return 0, ""
	}
	target, err := resolve(b.dialer.flow.url, ref)
	if err != nil || !isWebURL(target) {
		return 14211, "invalid whisper url " + ref
	}
	b.whisperURL = target
	return 0, ""
}

// dequeue takes a waiting call out of its queue and bridges it. If <Queue> has a url, its document
// runs first.
func (t *Twilio) dequeue(b *bridge, waiting *call) {
	b.other = waiting
	b.member = t.vacate(waiting)
	b.dialer.interrupt()
	if b.dial != nil {
		b.dialer.dialing = nil
		b.dial.timer.Stop()
	}
	if b.whisperURL == "" {
		t.connect(b)
		return
	}
	b.dialer.bridging, waiting.bridging = b, b
	t.traceCall(KindCall, waiting, "is about to be bridged with %s", b.dialer.name())
	waiting.whispered = func() { t.whisperOver(b) }
	t.fetch(waiting, fetch{what: "queue whisper", method: b.whisperMethod, url: b.whisperURL, whisper: true, extra: b.queueParams()})
}

// queueParams returns the parameters of a request to <Queue url>. The action of the <Dial> around
// it gets them, too (https://www.twilio.com/docs/voice/twiml/queue,
// https://www.twilio.com/docs/voice/twiml/dial).
func (b *bridge) queueParams() url.Values {
	return url.Values{
		"QueueSid": {b.member.queue.sid}, "QueueTime": {strconv.Itoa(int(b.member.waited.Seconds()))},
		"DequeingCallSid": {b.dialer.sid}, // Twilio's spelling
	}
}

// whisperOver bridges after the document of <Queue url>, unless the reservation ended while it ran.
func (t *Twilio) whisperOver(b *bridge) {
	if r := b.reservation; r != nil && r.status != reservationPending {
		t.problem(b.other, "not simulated: reservation %s became %s during the document of <Queue url>", r.sid, r.status)
		t.breakOff(b, nil)
		return
	}
	b.dialer.bridging, b.other.bridging = nil, nil
	t.connect(b)
}

// breakOff ends a bridge before its calls talk, because one side (gone) hung up or was redirected.
func (t *Twilio) breakOff(b *bridge, gone *call) {
	b.dialer.bridging, b.other.bridging, b.other.whispered = nil, nil, nil
	result := "bridging-in-process"
	if b.other.over() && t.cfg.Readings.HangUpInWhisper {
		result = "hangup"
	}
	t.callerLeft(b.member, result)
	if gone != b.other || gone.over() {
		b.other.interrupt()
		b.other.flow = b.member.after
		t.afterQueue(b.other, b.member.verb, result, b.member)
	}
	switch {
	case gone != b.dialer:
		t.dialFails(b.dial)
	case gone.over():
		t.dialerLeft(b.dial, url.Values{"DialCallStatus": {callNoAnswer}}, false)
	}
}

// connect bridges two legs, which accepts the reservation.
func (t *Twilio) connect(b *bridge) {
	b.dialer.interrupt()
	b.other.interrupt()
	b.began = t.loop.Now()
	for _, leg := range []*call{b.other, b.dialer} {
		leg.bridge, leg.bridged = b, b.began
	}
	b.other.peerSID, b.dialer.peerSID = b.dialer.sid, b.other.sid
	t.traceCall(KindCall, b.other, "and %s are bridged", b.dialer.name())
	if b.reservation != nil {
		b.dialer.reservationSID = b.reservation.sid
		t.acceptReservation(b.reservation)
	}
	limit := talkLimit
	if b.dial != nil {
		limit = positive(b.dial.verb.Attr("timeLimit", ""), talkLimit)
	}
	b.limit = t.after(limit, func() { t.endBridge(b, nil) })
	b.other.notice(script.Bridged)
	b.dialer.notice(script.Bridged)
}

// endBridge separates the two legs. gone is the leg that left, nil at the time limit. A queued call
// continues at the action of <Enqueue>, a call that <Dial> placed ends, and the leg that executed
// <Dial> continues at the action of <Dial>.
func (t *Twilio) endBridge(b *bridge, gone *call) {
	b.limit.Stop()
	now := t.loop.Now()
	for _, leg := range []*call{b.other, b.dialer} {
		leg.bridge, leg.bridgeEnded = nil, now
		leg.interrupt()
		if leg.person != nil {
			leg.person.bridgeEnds()
		}
	}
	switch {
	case gone == b.other && !gone.over():
	case b.member == nil:
		t.endCall(b.other, callCompleted, "twilio")
	default:
		b.other.flow = b.member.after
		t.afterQueue(b.other, b.member.verb, "bridged", b.member)
	}
	switch {
	case gone == b.dialer && gone.over() && b.dial != nil:
		t.dialerLeft(b.dial, t.outcome(b), true)
	case gone == b.dialer:
	case b.dial == nil:
		t.endCall(b.dialer, callCompleted, "twilio")
	default:
		t.afterDial(b.dial, t.outcome(b), true)
	}
	if b.reservation != nil {
		t.afterTalk(b.reservation, b.postWork)
	}
}

// postWorkDelay is the time from the end of the call to the post-work activity under PostWorkLate.
const postWorkDelay = 4 * time.Second

// afterTalk ends the worker's part of a bridge: it wraps up or completes the task and moves the
// worker to the post-work activity. With to = nil the worker's activity stays.
func (t *Twilio) afterTalk(r *reservation, to *Activity) {
	move := func() {
		if to != nil && (r.chosen == r.worker.chosen || !t.cfg.Readings.PostWorkSparesMoved) {
			t.moveWorker(r.worker, to)
		}
	}
	switch t.cfg.Readings.PostWork {
	case reading.PostWorkBeforeWrapUp:
		move()
		t.afterCall(r.task)
	case reading.PostWorkLate:
		t.afterCall(r.task)
		t.after(postWorkDelay, move)
	default:
		t.afterCall(r.task)
		move()
	}
}

// outcome returns the parameters about a bridge that Twilio sends to the action of <Dial>.
func (t *Twilio) outcome(b *bridge) url.Values {
	params := url.Values{}
	switch readings := t.cfg.Readings; {
	case b.member == nil || readings.NoQueueAtDialAction:
	case readings.QueueResultAtDialAction:
		params = queueParams("bridged", b.member)
	default:
		params = b.queueParams()
	}
	params.Set("DialCallStatus", callCompleted)
	params.Set("DialCallSid", b.other.sid)
	params.Set("DialCallDuration", strconv.Itoa(int(b.other.bridgeEnded.Sub(b.began).Seconds())))
	return params
}

// hangsUpOnStar reports whether * ends the bridge: only the leg whose <Dial> has hangupOnStar can
// end it so.
func (b *bridge) hangsUpOnStar(c *call) bool {
	return c == b.dialer && b.dial != nil && b.dial.verb.Attr("hangupOnStar", "false") == "true"
}
