package simulator

import (
	"net/url"
	"strconv"
	"time"

	"switchboard/shared/simulator/document"
)

// recording is a <Record> that is running (https://www.twilio.com/docs/voice/twiml/record).
type recording struct {
	verb        *document.Node
	finishOnKey string
	timeout     time.Duration
	maxLength   time.Duration
	began       time.Time
	spoken      bool
}

func (t *Twilio) startRecording(c *call, verb *document.Node) {
	tape := &recording{
		verb: verb, finishOnKey: verb.Attr("finishOnKey", "1234567890*#"), began: t.loop.Now(),
		timeout: positive(verb.Attr("timeout", ""), 5*time.Second), maxLength: positive(verb.Attr("maxLength", ""), time.Hour),
	}
	c.tape = tape
	t.during(c, min(tape.timeout, tape.maxLength), func() { t.recorded(c, tape, "") })
	if verb.Attr("playBeep", "true") != "false" {
		t.traceCall(KindHears, c, "hears a beep")
		c.hear("beep")
	} else if c.person != nil {
		c.person.act() // a person may speak unasked
	}
}

// record speaks into the running recording for d; silence ends it after its timeout.
func (t *Twilio) record(c *call, d time.Duration) {
	tape := c.tape
	tape.spoken = true
	t.traceCall(KindDoes, c, "speaks for %s", d)
	left := tape.maxLength - t.loop.Now().Sub(tape.began)
	t.during(c, min(d+tape.timeout, left), func() { t.recorded(c, tape, "") })
}

// recorded ends a <Record>. If it is empty, Twilio executes the next verb.
func (t *Twilio) recorded(c *call, tape *recording, key string) {
	c.tape = nil
	c.timer.Stop()
	if !tape.spoken {
		t.newAbsence(c, tape)
		t.next(c)
		return
	}
	t.goTo(c, "record action", tape.verb.Attr("action", ""), tape.verb.Method("method"), t.recordingParams(c, tape, key))
}

// hangUpRecording requests the action of a recording that ended with the call; the answer is not
// executed.
func (t *Twilio) hangUpRecording(c *call, tape *recording) {
	if !tape.spoken {
		t.newAbsence(c, tape)
		return
	}
	target, err := resolve(c.flow.url, tape.verb.Attr("action", ""))
	if err != nil {
		t.alert(11100, c, "%s", err)
		return
	}
	t.notifyCall(c, "record action", tape.verb.Method("method"), target, t.recordingParams(c, tape, "hangup"))
}

func (t *Twilio) recordingParams(c *call, tape *recording, key string) url.Values {
	a := t.newAudio(c, tape)
	return url.Values{
		"RecordingSid":      {a.sid},
		"RecordingUrl":      {t.audioURL(a)},
		"RecordingDuration": {strconv.Itoa(a.seconds)},
		"Digits":            {key},
	}
}
