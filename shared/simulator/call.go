package simulator

import (
	"strings"
	"time"

	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/document"
	"switchboard/shared/simulator/script"
)

// Call statuses (https://www.twilio.com/docs/voice/api/call-resource).
const (
	callQueued     = "queued"
	callRinging    = "ringing"
	callInProgress = "in-progress"
	callCompleted  = "completed"
	callBusy       = "busy"
	callFailed     = "failed"
	callNoAnswer   = "no-answer"
	callCanceled   = "canceled"
)

// Call directions.
const (
	inbound  = "inbound"
	outbound = "outbound-api"

	outboundDial = "outbound-dial"
)

// call is one leg: a caller's call, or a call that Twilio places.
type call struct {
	sid, from, to, direction, status          string
	created, dialed, ringing, answered, ended time.Time

	person *person      // on the phone
	timer  *clock.Timer // of the current verb
	epoch  int          // rises whenever the flow is replaced; functions of an earlier epoch do nothing
	flow   flow
	gather *gather
	tape   *recording
	member *member // its place in a voice queue
	bridge *bridge

	dialing   *dialing       // the <Dial> that it executes, until a call answers
	placedBy  *dialing       // the <Dial> that placed it
	noun      *document.Node // in that <Dial>
	seat      *seat          // its place in a conference
	bridging  *bridge        // the bridge that it will join after the document of <Queue url>
	whispered func()         // runs after the document that comes before a bridge

	startURL, startMethod, startTwiML string // outbound: the document to run when it is answered
	sendDigits                        string // outbound: keys that Twilio presses before that
	fallbackURL, fallbackMethod       string
	timeout, timeLimit                time.Duration // timeLimit: 0 = none
	buffer                            time.Duration // it rings this much longer than its timeout
	limit                             *clock.Timer
	progress                          progress
	dequeue                           *reservation // the dequeue instruction's that placed it; nil = none
	postWork                          *Activity

	taskSID, reservationSID, peerSID, hungUpBy string
	bridged, bridgeEnded                       time.Time
	queueResults, heard                        []string
	exchanges                                  []exchange
	applicationError                           bool
	happened                                   map[script.Moment]bool
}

func (t *Twilio) newCall(from, to, direction, status string) *call {
	c := &call{
		sid: t.sids.next("CA"), from: from, to: to, direction: direction, status: status, created: t.loop.Now(),
		happened: map[script.Moment]bool{},
	}
	t.calls = append(t.calls, c)
	t.callBySID[c.sid] = c
	t.live++
	return c
}

// parentSID returns the SID of the leg whose <Dial> placed this one, "" if none did.
func (c *call) parentSID() string {
	if c.placedBy == nil {
		return ""
	}
	return c.placedBy.call.sid
}

func (c *call) over() bool { return !c.ended.IsZero() }

// name returns the timeline's name of the person on this leg.
func (c *call) name() string {
	if c.direction == inbound {
		return "caller " + c.from
	}
	return c.side() + " " + c.to
}

func (c *call) side() string {
	switch c.direction {
	case inbound:
		return "caller"
	case outboundDial:
		return "callee"
	}
	return "worker"
}

// Line is a call that a scripted caller makes.
type Line struct {
	t   *Twilio
	sid string
}

// CallSID returns the call's identifier, "" until the call is placed.
func (l *Line) CallSID() string {
	l.t.mu.Lock()
	defer l.t.mu.Unlock()
	return l.sid
}

// Call dials to, a number of this account, from a phone whose person follows the steps. If the
// account does not have the number, the call fails and Twilio.Problems has an entry. A call to
// anything but a number, "" included, reaches the application of SetApplication.
func (t *Twilio) Call(from, to string, steps ...script.Step) *Line {
	return t.CallAfter(0, from, to, steps...)
}

// CallAfter places the call of Call d from now.
func (t *Twilio) CallAfter(d time.Duration, from, to string, steps ...script.Step) *Line {
	t.mu.Lock()
	defer t.mu.Unlock()
	line := &Line{t: t}
	t.planned++
	t.after(d, func() {
		t.planned--
		line.sid = t.placeInbound(from, to, steps).sid
	})
	return line
}

func (t *Twilio) placeInbound(from, to string, steps []script.Step) *call {
	c := t.newCall(from, to, inbound, callRinging)
	c.dialed, c.ringing = c.created, c.created
	t.traceCall(KindCall, c, "dials %s", to)
	number := t.numbers[to]
	if !strings.HasPrefix(to, "+") && number == nil {
		number = t.application
	}
	if number == nil {
		t.problem(c, "caller %s dialed %s, which is not a number of this account", from, to)
		t.endCall(c, callFailed, "twilio")
		return c
	}
	if number.VoiceURL == "" {
		t.problem(c, "not simulated: a call to %s, which has no VoiceUrl", to)
		t.endCall(c, callFailed, "twilio")
		return c
	}
	c.fallbackURL, c.fallbackMethod = number.FallbackURL, number.FallbackMethod
	if number.StatusCallback != "" {
		c.progress = progress{url: number.StatusCallback, method: number.StatusMethod, events: map[string]bool{"completed": true}}
	}
	t.takeUp(c, steps)
	t.fetch(c, fetch{what: "voice webhook", method: number.VoiceMethod, url: number.VoiceURL, first: true})
	return c
}

// interrupt stops the call's document.
func (c *call) interrupt() {
	c.epoch++
	c.timer.Stop()
	c.timer = nil
	c.gather = nil
	c.tape = nil
}

// during runs fn d from now unless another flow has started by then. It replaces the call's timer.
func (t *Twilio) during(c *call, d time.Duration, fn func()) {
	c.timer.Stop()
	epoch := c.epoch
	c.timer = t.after(d, func() {
		if c.epoch == epoch {
			fn()
		}
	})
}

// endCall ends a leg with its recording, its place in a queue, its bridge and its <Dial>. by is
// caller, worker, callee, twilio or rest.
func (t *Twilio) endCall(c *call, status, by string) {
	if c.over() {
		return
	}
	if status == callCompleted && by == "caller" && c.answered.IsZero() {
		status = callNoAnswer // the call was not answered (https://www.twilio.com/docs/voice/api/call-resource)
	}
	tape := c.tape
	c.interrupt()
	c.limit.Stop()
	c.status, c.ended, c.hungUpBy = status, t.loop.Now(), by
	t.live--
	t.traceCall(KindCall, c, "%s", farewell(status, by))
	switch {
	case tape != nil:
		t.hangUpRecording(c, tape)
	case c.member != nil:
		t.leaveQueue(c, "hangup")
	case c.bridge != nil:
		t.endBridge(c.bridge, c)
	case c.bridging != nil:
		t.breakOff(c.bridging, c)
	case c.seat != nil:
		t.leaveConference(c.seat, false)
	case c.dialing != nil:
		t.abandonDial(c.dialing)
	}
	if c.placedBy != nil {
		t.dialLegEnded(c)
	}
	if c.dequeue != nil {
		t.dequeueLegEnded(c)
	}
	t.reportProgress(c, callCompleted)
	if c.person != nil {
		c.person.finish()
	}
}

func farewell(status, by string) string {
	switch {
	case status == callNoAnswer && by == "caller":
		return "hangs up unanswered"
	case status != callCompleted:
		return "ends: " + status
	case by == "caller" || by == "worker" || by == "callee":
		return "hangs up"
	}
	return "is hung up by " + by
}

// limitCall ends a call d after it was answered.
func (t *Twilio) limitCall(c *call, d time.Duration) {
	c.limit.Stop()
	c.limit = t.after(c.answered.Add(d).Sub(t.loop.Now()), func() { t.endCall(c, callCompleted, "twilio") })
}
