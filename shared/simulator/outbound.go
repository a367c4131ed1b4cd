package simulator

import (
	"slices"
	"strings"
	"time"

	"switchboard/shared/simulator/script"
)

// placeOutbound queues a leg. Twilio dials it when the account's rate allows it.
func (t *Twilio) placeOutbound(c *call) {
	t.toDial = append(t.toDial, c)
	t.dialSoon()
}

// dialSoon schedules the dialing of the first queued leg. A leg that ended in the queue takes no
// place of the account's rate.
func (t *Twilio) dialSoon() {
	t.toDial = slices.DeleteFunc(t.toDial, (*call).over)
	if len(t.toDial) == 0 || t.dialing {
		return
	}
	t.dialing = true
	t.after(t.nextDial.Sub(t.loop.Now()), func() {
		t.dialing = false
		t.toDial = slices.DeleteFunc(t.toDial, (*call).over)
		if len(t.toDial) == 0 {
			return
		}
		c := t.toDial[0]
		t.toDial = t.toDial[1:]
		t.nextDial = t.loop.Now().Add(t.pace.CallInterval)
		t.dialOut(c)
		t.dialSoon()
	})
}

// queueTime returns how long a leg waits, or waited, until Twilio dials it.
func (t *Twilio) queueTime(c *call) time.Duration {
	if !c.dialed.IsZero() {
		return c.dialed.Sub(c.created)
	}
	at := t.loop.Now()
	if t.nextDial.After(at) {
		at = t.nextDial
	}
	ahead := max(slices.Index(t.toDial, c), 0)
	return at.Add(time.Duration(ahead) * t.pace.CallInterval).Sub(c.created)
}

// dialOut calls the phone.
func (t *Twilio) dialOut(c *call) {
	c.dialed = t.loop.Now()
	t.traceCall(KindCall, c, "is called")
	phone, found := t.nextPhone(c.reached())
	if !found {
		phone, found = t.nextPhone(c.to)
	}
	if !found {
		t.problem(c, "%s was called, and no phone is there", c.reached())
		phone = script.Fails()
	}
	t.reportProgress(c, "initiated")
	t.during(c, t.pace.Setup, func() {
		switch phone.Outcome {
		case script.OutcomeBusy:
			t.endCall(c, callBusy, c.side())
		case script.OutcomeFails:
			t.endCall(c, callFailed, "twilio")
		default:
			t.ring(c, phone)
		}
	})
}

func (t *Twilio) nextPhone(address string) (script.Phone, bool) {
	phones := t.phones[address]
	if len(phones) == 0 {
		return script.Phone{}, false
	}
	if len(phones) > 1 {
		t.phones[address] = phones[1:]
	}
	return phones[0], true
}

func (t *Twilio) ring(c *call, phone script.Phone) {
	c.status, c.ringing = callRinging, t.loop.Now()
	t.traceCall(KindCall, c, "has a ringing phone")
	t.reportProgress(c, "ringing")
	if phone.Outcome == script.OutcomeAnswers && phone.After < c.timeout+c.buffer {
		t.during(c, phone.After, func() { t.answer(c, phone) })
	} else {
		t.during(c, c.timeout+c.buffer, func() { t.endCall(c, callNoAnswer, "twilio") })
	}
	t.tellCaller(c, script.WorkerRings)
}

func (t *Twilio) answer(c *call, phone script.Phone) {
	c.status, c.answered = callInProgress, t.loop.Now()
	t.traceCall(KindCall, c, "answers")
	t.reportProgress(c, "answered")
	if c.timeLimit > 0 {
		t.limitCall(c, c.timeLimit)
	}
	switch {
	case c.placedBy != nil:
		t.dialAnswered(c, phone.Steps)
		return
	case c.dequeue != nil:
		t.takeUp(c, phone.Steps)
		t.tellCaller(c, script.WorkerAnswers)
		t.dequeue(&bridge{dialer: c, reservation: c.dequeue, postWork: c.postWork}, t.callBySID[c.dequeue.task.callSID])
		return
	case c.sendDigits != "":
		t.traceCall(KindHears, c, "hears the keys %s", c.sendDigits)
		t.during(c, t.pressing(c.sendDigits), func() { t.start(c, phone) })
	default:
		t.start(c, phone)
	}
}

// start executes the first document of a call that POST Calls placed, after Twilio has dialed the
// extension.
func (t *Twilio) start(c *call, phone script.Phone) {
	if c.startURL != "" {
		t.fetch(c, fetch{what: "answered call", method: c.startMethod, url: c.startURL, first: true})
	} else {
		t.load(c, fetch{what: "Twiml", method: "POST", first: true}, inlineTwiML(c.startTwiML))
	}
	if !c.over() {
		t.takeUp(c, phone.Steps)
		t.tellCaller(c, script.WorkerAnswers)
	}
}

// pressing returns the time that Twilio takes to press the keys of SendDigits, with its pauses
// (https://www.twilio.com/docs/voice/api/call-resource).
func (t *Twilio) pressing(digits string) time.Duration {
	var d time.Duration
	for _, key := range digits {
		switch key {
		case 'w':
			d += time.Second / 2
		case 'W':
			d += time.Second
		default:
			d += t.pace.KeyInterval
		}
	}
	return d
}

// reached returns the address of the phone that a call is for; with an extension: number x digits.
func (c *call) reached() string {
	if c.sendDigits == "" {
		return c.to
	}
	return c.to + "x" + c.sendDigits
}

// tellCaller reports a moment to the callers for whom this leg may have been placed: those with a
// pending reservation of a worker whose phone has this address.
func (t *Twilio) tellCaller(leg *call, m script.Moment) {
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

// isAddress reports whether Twilio can call the address: a phone number in E.164, a client or a SIP
// address.
func isAddress(address string) bool {
	if name, found := strings.CutPrefix(address, "client:"); found {
		return isClientName(name)
	}
	if name, found := strings.CutPrefix(address, "sip:"); found {
		user, host, complete := strings.Cut(name, "@")
		return complete && user != "" && host != "" && len(address) <= maxSIPAddress && !strings.ContainsAny(name, " \t\r\n<>\"")
	}
	return isPhone(address)
}

const (
	maxClientName = 121 // characters, https://www.twilio.com/docs/api/errors/31105
	maxSIPAddress = 255 // characters, https://www.twilio.com/docs/voice/twiml/sip
)

// isClientName reports whether a client may have the name: letters, digits and underscore
// (https://www.twilio.com/docs/api/errors/21211, https://www.twilio.com/docs/api/errors/31105).
func isClientName(name string) bool {
	return name != "" && len(name) <= maxClientName && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

func isPhone(address string) bool {
	if len(address) < 3 || len(address) > 16 || address[0] != '+' || address[1] == '0' {
		return false
	}
	return strings.Trim(address[1:], "0123456789") == ""
}
