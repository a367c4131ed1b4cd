package simulator

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/simulator/document"
)

// gather is a <Gather> that is listening (https://www.twilio.com/docs/voice/twiml/gather).
type gather struct {
	verb        *document.Node
	dtmf        bool
	speech      bool
	numDigits   int // 0: any number
	finishOnKey string
	timeout     time.Duration
	prompts     []*document.Node
	digits      string
}

func (t *Twilio) startGather(c *call, verb *document.Node) {
	input := verb.Attr("input", "dtmf")
	g := &gather{
		verb: verb, dtmf: strings.Contains(input, "dtmf"), speech: strings.Contains(input, "speech"),
		finishOnKey: verb.Attr("finishOnKey", "#"), timeout: seconds(verb.Attr("timeout", ""), 5*time.Second), prompts: verb.Children,
	}
	g.numDigits, _ = strconv.Atoi(verb.Attr("numDigits", "0"))
	c.gather = g
	t.prompt(c, g)
}

// prompt plays the verbs inside a <Gather>, which already listens, and then waits for its timeout.
func (t *Twilio) prompt(c *call, g *gather) {
	for len(g.prompts) > 0 {
		verb := g.prompts[0]
		g.prompts = g.prompts[1:]
		then := func() { t.prompt(c, g) }
		var instant bool
		switch verb.Name {
		case "Say":
			instant = t.say(c, verb, then)
		case "Play":
			instant = t.play(c, verb, then)
		case "Pause":
			instant = t.wait(c, verb, then)
		default:
			t.problem(c, "not simulated: <%s> in <Gather>", verb.Name)
			instant = true
		}
		if !instant {
			return
		}
	}
	t.during(c, g.timeout, func() { t.gathered(c, g, g.digits, "") })
}

// pressed handles a key that the person on the call presses.
func (t *Twilio) pressed(c *call, key string) {
	switch g := c.gather; {
	case key == "*" && c.bridge != nil && c.bridge.hangsUpOnStar(c):
		t.traceCall(KindDoes, c, "presses *, which ends the bridge")
		t.endBridge(c.bridge, nil)
	case c.tape != nil:
		t.traceCall(KindDoes, c, "presses %s", key)
		if strings.Contains(c.tape.finishOnKey, key) {
			t.recorded(c, c.tape, key)
		}
	case g != nil && g.dtmf:
		t.traceCall(KindDoes, c, "presses %s", key)
		t.gatherKey(c, g, key)
	default:
		t.traceCall(KindDoes, c, "presses %s, which nothing listens for", key)
	}
}

// gatherKey adds a key to the <Gather> and stops the prompts.
func (t *Twilio) gatherKey(c *call, g *gather, key string) {
	if strings.Contains(g.finishOnKey, key) {
		t.gathered(c, g, g.digits, "")
		return
	}
	g.digits += key
	if len(g.digits) == g.numDigits {
		t.gathered(c, g, g.digits, "")
		return
	}
	t.during(c, g.timeout, func() { t.gathered(c, g, g.digits, "") })
}

// spoken handles words that the person on the call says.
func (t *Twilio) spoken(c *call, words string) {
	g := c.gather
	t.traceSays(c, words)
	if g == nil || !g.speech || g.digits != "" {
		return
	}
	silence := seconds(g.verb.Attr("speechTimeout", "auto"), t.pace.SpeechEnd)
	t.during(c, t.speaking(words)+silence, func() { t.gathered(c, g, "", words) })
}

// gathered ends a <Gather>: Twilio requests its action with the input, or executes the next verb if
// there was none.
func (t *Twilio) gathered(c *call, g *gather, digits, speech string) {
	c.gather = nil
	c.timer.Stop()
	extra := url.Values{}
	switch {
	case speech != "":
		extra.Set("SpeechResult", speech)
		extra.Set("Confidence", fmt.Sprintf("%.8f", 0.9))
	case digits != "" || g.verb.Attr("actionOnEmptyResult", "false") == "true":
		extra.Set("Digits", digits)
	default:
		t.next(c)
		return
	}
	t.goTo(c, "gather action", g.verb.Attr("action", ""), g.verb.Method("method"), extra)
}
