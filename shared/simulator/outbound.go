package simulator

import (
	"strings"
)

// placeOutbound queues a leg; it is dialled when the account's rate allows it.
func (t *Twilio) placeOutbound(c *call) {
	now := t.loop.Now()
	at := now
	if t.nextDial.After(now) {
		at = t.nextDial
	}
	t.nextDial = at.Add(t.pace.CallInterval)
	t.during(c, at.Sub(now), func() { t.dialOut(c) })
}

// dialOut calls the phone.
func (t *Twilio) dialOut(c *call) {
	c.dialled = t.loop.Now()
	t.traceCall(KindCall, c, "is called")
	phone, found := t.nextPhone(c.to)
	if !found {
		t.problem(c, "%s was called, and no phone is there", c.to)
		phone = Fails()
	}
	t.reportProgress(c, "initiated")
	t.during(c, t.pace.Setup, func() {
		switch phone.outcome {
		case busy:
			t.endCall(c, callBusy, c.side())
		case fails:
			t.endCall(c, callFailed, "twilio")
		default:
			t.ring(c, phone)
		}
	})
}

func (t *Twilio) nextPhone(address string) (Phone, bool) {
	phones := t.phones[address]
	if len(phones) == 0 {
		return Phone{}, false
	}
	if len(phones) > 1 {
		t.phones[address] = phones[1:]
	}
	return phones[0], true
}

func (t *Twilio) ring(c *call, phone Phone) {
	c.status, c.ringing = callRinging, t.loop.Now()
	t.traceCall(KindCall, c, "has a ringing phone")
	t.reportProgress(c, "ringing")
	if phone.outcome == answers && phone.after < c.timeout+c.buffer {
		t.during(c, phone.after, func() { t.answer(c, phone) })
	} else {
		t.during(c, c.timeout+c.buffer, func() { t.endCall(c, callNoAnswer, "twilio") })
	}
	t.tellCaller(c, WorkerRings)
}

func (t *Twilio) answer(c *call, phone Phone) {
	c.status, c.answered = callInProgress, t.loop.Now()
	t.traceCall(KindCall, c, "answers")
	t.reportProgress(c, "answered")
	if c.timeLimit > 0 {
		t.limitCall(c, c.timeLimit)
	}
	switch {
	case c.placedBy != nil:
		t.dialAnswered(c, phone.steps)
		return
	case c.dequeue != nil:
		t.takeUp(c, phone.steps)
		t.tellCaller(c, WorkerAnswers)
		t.dequeue(&bridge{dialer: c, reservation: c.dequeue, postWork: c.postWork}, t.callBySID[c.dequeue.task.callSID])
		return
	case c.startURL != "":
		t.fetch(c, fetch{what: "answered call", method: c.startMethod, url: c.startURL, first: true})
	default:
		t.load(c, fetch{what: "Twiml", method: "POST", first: true}, inlineTwiML(c.startTwiML))
	}
	if !c.over() {
		t.takeUp(c, phone.steps)
		t.tellCaller(c, WorkerAnswers)
	}
}

// tellCaller notices a moment for the callers for whom this leg may have been placed: those with a pending reservation of a worker
// who is called at this address.
func (t *Twilio) tellCaller(leg *call, m Moment) {
	if leg.placedBy != nil {
		return
	}
	for _, k := range t.routable {
		if !k.isOfferedAt(leg) {
			continue
		}
		if caller := t.callBySID[k.callSID]; caller != nil && !caller.over() {
			caller.notice(m)
		}
	}
}

// isAddress reports whether Twilio can call it: a phone number in E.164, a client or a SIP address.
func isAddress(address string) bool {
	if strings.HasPrefix(address, "client:") || strings.HasPrefix(address, "sip:") {
		return len(address) > len("client:")
	}
	if len(address) < 3 || len(address) > 16 || address[0] != '+' || address[1] == '0' {
		return false
	}
	return strings.Trim(address[1:], "0123456789") == ""
}
