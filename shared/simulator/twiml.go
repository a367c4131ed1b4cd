package simulator

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/simulator/document"
)

// execute runs one verb (https://www.twilio.com/docs/voice/twiml). It returns true if the next verb
// may follow immediately; if not, this verb schedules what follows.
func (t *Twilio) execute(c *call, verb *document.Node) bool {
	if c.flow.waiting && !has("Play Say Pause Hangup Redirect Leave Gather", verb.Name) {
		t.alert(12200, c, "<%s> is not allowed in a wait document", verb.Name)
		t.leaveQueue(c, "error")
		return false
	}
	if c.flow.whisper && !t.mayWhisper(c, verb) {
		return true
	}
	if c.flow.holding && !has("Play Say Pause Redirect", verb.Name) {
		t.alert(13238, c, "Dial->Conference: Invalid Verb used in waitUrl: <%s>", verb.Name)
		return true
	}
	for _, fault := range document.Check(verb) {
		if fault.Code == 0 {
			t.problem(c, "%s", fault.Text)
		} else {
			t.alert(fault.Code, c, "%s", fault.Text)
		}
	}
	switch verb.Name {
	case "Say":
		return t.say(c, verb, func() { t.next(c) })
	case "Play":
		return t.play(c, verb, func() { t.next(c) })
	case "Pause":
		return t.wait(c, verb, func() { t.next(c) })
	case "Gather":
		t.startGather(c, verb)
	case "Record":
		t.startRecording(c, verb)
	case "Redirect":
		t.goTo(c, "redirect", verb.Words(), verb.Method("method"), nil)
	case "Enqueue":
		t.enqueue(c, verb)
	case "Leave":
		return t.leave(c)
	case "Dial":
		t.dial(c, verb)
	case "Hangup":
		t.endCall(c, callCompleted, "twilio")
	case "Reject":
		t.reject(c, verb)
	default:
		t.alert(12200, c, "not simulated: <%s>", verb.Name)
		t.problem(c, "not simulated: <%s>", verb.Name)
		return true
	}
	return false
}

// mayWhisper reports whether a document before a bridge may have the verb, on the queued call's
// side or on the called party's.
func (t *Twilio) mayWhisper(c *call, verb *document.Node) bool {
	if c.bridging != nil {
		if !has("Play Say Pause Redirect", verb.Name) {
			t.alert(12200, c, "<%s> is not allowed in the document of <Queue url>", verb.Name)
			return false
		}
		return true
	}
	if !has("Play Say Pause Redirect Gather Record Hangup Dial", verb.Name) {
		t.problem(c, "not simulated: <%s> in the document of the called party", verb.Name)
		return false
	}
	return true
}

func (t *Twilio) say(c *call, verb *document.Node, then func()) bool {
	text := verb.Words()
	if text == "" {
		t.alert(13520, c, "<Say> without text")
		return true
	}
	t.speak(c, text, verb.Attr("language", ""), timesOf(verb), then)
	return false
}

// speak says text, as often as times. language is "" for Twilio's default.
func (t *Twilio) speak(c *call, text, language string, times time.Duration, then func()) {
	t.traceSound(c, Entry{Words: text, Language: language}, "hears: %s", text)
	t.during(c, t.speaking(text)*times, func() {
		c.hear(text)
		then()
	})
}

func (t *Twilio) speaking(text string) time.Duration {
	return time.Duration(float64(len([]rune(text))) / t.pace.CharactersPerSecond * float64(time.Second))
}

func (t *Twilio) wait(c *call, verb *document.Node, then func()) bool {
	length := seconds(verb.Attr("length", "1"), time.Second)
	if length == 0 {
		return true
	}
	t.during(c, length, then)
	return false
}

// forever is the number of repetitions for loop="0".
const forever = 1000

func timesOf(verb *document.Node) time.Duration {
	n, err := strconv.Atoi(verb.Attr("loop", "1"))
	switch {
	case err != nil || n < 0:
		return 1
	case n == 0:
		return forever
	}
	return time.Duration(n)
}

// seconds reads a whole number of seconds; any other text means fallback.
func seconds(text string, fallback time.Duration) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 {
		return fallback
	}
	return time.Duration(n) * time.Second
}

// positive reads a positive number of seconds; 0 and any other text mean fallback.
func positive(text string, fallback time.Duration) time.Duration {
	if d := seconds(text, fallback); d > 0 {
		return d
	}
	return fallback
}

func (t *Twilio) reject(c *call, verb *document.Node) {
	status := callNoAnswer
	switch {
	case !c.answered.IsZero():
		status = callCompleted
	case verb.Attr("reason", "rejected") == "busy":
		status = callBusy
	}
	t.endCall(c, status, "twilio")
}

func has(list, name string) bool {
	for word := range strings.FieldsSeq(list) {
		if word == name {
			return true
		}
	}
	return false
}

// queueParams returns the parameters about the queue of a call that was in one.
func queueParams(result string, m *member) url.Values {
	params := url.Values{"QueueResult": {result}}
	if m != nil {
		params.Set("QueueSid", m.queue.sid)
		params.Set("QueueTime", strconv.Itoa(int(m.waited.Seconds())))
	}
	return params
}
