package simulator

import (
	"net/url"
	"strconv"
	"time"
)

// progress holds the status callback of a call
// (https://www.twilio.com/docs/voice/api/call-resource, "StatusCallback").
type progress struct {
	url, method string
	events      map[string]bool
	sequence    int
	taskCallSID string // of a dequeue instruction
}

// reportProgress sends a status callback if the call subscribes to the event. The event of every
// end is "completed". A leg that was canceled while it was queued has no status callback.
func (t *Twilio) reportProgress(c *call, event string) {
	if c.progress.url == "" || !c.progress.events[event] || (c.over() && c.dialed.IsZero()) {
		return
	}
	params := t.voiceParams(c)
	if event == "initiated" {
		params.Set("CallStatus", event)
	}
	params.Set("CallbackSource", "call-progress-events")
	params.Set("Timestamp", t.loop.Now().UTC().Format(time.RFC1123Z))
	params.Set("SequenceNumber", strconv.Itoa(c.progress.sequence))
	c.progress.sequence++
	if c.progress.taskCallSID != "" {
		params.Set("taskCallSid", c.progress.taskCallSID)
		if t.cfg.Readings.SIDsInDequeueCallback {
			params.Set("TaskSid", t.reservedBySID[c.reservationSID].task.sid)
			params.Set("ReservationSid", c.reservationSID)
		}
	}
	if event == callCompleted {
		t.addOutcome(c, params)
	}
	w := webhook{
		what: "status callback " + params.Get("CallStatus"), method: c.progress.method, url: c.progress.url, params: params,
		limit: voiceLimit, subject: c,
	}
	t.send(w, func(a answer) {
		switch {
		case a.ok():
		case a.err == nil:
			t.alertWebhook(15003, w, "Call Progress: Warning Response to Callback URL: %s %s: %s", w.method, w.url, a)
		default:
			t.alertWebhook(a.code(), w, "%s: %s %s: %s", a.kind(), w.method, w.url, a)
		}
	})
}

func (t *Twilio) addOutcome(c *call, params url.Values) {
	var talked time.Duration
	if !c.answered.IsZero() {
		talked = c.ended.Sub(c.answered)
	}
	params.Set("CallDuration", strconv.Itoa(int(talked.Seconds())))
	switch c.status {
	case callCompleted:
		params.Set("Duration", strconv.Itoa(int((talked+time.Minute-1)/time.Minute)))
		params.Set("SipResponseCode", "200")
	case callBusy:
		params.Set("SipResponseCode", "486")
	case callFailed:
		params.Set("SipResponseCode", "404")
	case callNoAnswer, callCanceled:
		params.Set("SipResponseCode", "487")
	}
}
