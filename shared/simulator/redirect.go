package simulator

import "net/http"

// takeElsewhere takes a call out of its queue or bridge before it executes another document.
func (t *Twilio) takeElsewhere(c *call) {
	switch {
	case c.member != nil:
		m := t.vacate(c)
		t.callerLeft(m, "redirected")
		t.redirectedAway(c, m, "redirected")
	case c.bridge != nil:
		b := c.bridge
		t.endBridge(b, c)
		if c == b.other && b.member != nil {
			t.redirectedAway(c, b.member, "redirected-from-bridged")
		}
	case c.bridging != nil:
		b := c.bridging
		t.breakOff(b, c)
		if c == b.other {
			t.redirectedAway(c, b.member, "redirected")
		}
	case c.seat != nil:
		t.leaveConference(c.seat, false)
	case c.dialing != nil:
		t.abandonDial(c.dialing)
	case c.placedBy != nil:
		t.dialLegEnded(c)
	}
}

// redirectedAway requests the action of <Enqueue> for a call that was redirected; the answer is not
// executed.
func (t *Twilio) redirectedAway(c *call, m *member, result string) {
	c.queueResults = append(c.queueResults, result)
	t.traceCall(KindCall, c, "leaves the queue: %s", result)
	ref, given := m.verb.Attrs["action"]
	if target, err := resolve(m.after.url, ref); given && err == nil {
		t.notifyCall(c, "enqueue action", m.verb.Method("method"), target, queueParams(result, m))
	}
}

// inlineTwiML returns a document as an answer of the application.
func inlineTwiML(document string) answer {
	return answer{status: http.StatusOK, contentType: "text/xml", body: []byte(document)}
}
