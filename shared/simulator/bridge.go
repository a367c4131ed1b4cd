package simulator

import (
	"net/url"
	"strconv"
	"time"
)

// bridge is two calls that talk to each other.
type bridge struct {
	caller, worker *call
	member         *member // the place that the caller had in the queue
	reservation    *reservation
	dial           *node // the worker's <Dial>; nil after a dequeue instruction
	after          flow  // what follows <Dial>
	postWork       *Activity
	began          time.Time
	limit          *Timer
}

// dial executes <Dial><Queue reservationSid>, the only form that is simulated (docs/voice/twiml/queue).
func (t *Twilio) dial(c *call, verb *node) {
	if len(verb.children) != 1 || verb.children[0].name != "Queue" || verb.children[0].attrs["reservationSid"] == "" {
		t.alert(12200, c, "not simulated: <Dial> without <Queue reservationSid>")
		t.problem(c, "not simulated: <Dial> without <Queue reservationSid>")
		t.next(c)
		return
	}
	queue := verb.children[0]
	sid := queue.attrs["reservationSid"]
	r, code, reason := t.dequeueable(sid)
	c.reservationSID = sid
	if code != 0 {
		t.alert(code, c, "Dial->Queue: reservation %s: %s", sid, reason)
		t.dialFails(c, verb)
		return
	}
	b := &bridge{worker: c, reservation: r, dial: verb, after: c.flow}
	if activity := queue.attr("postWorkActivitySid", ""); activity != "" {
		if b.postWork = t.activity(activity); b.postWork == nil {
			t.alert(14218, c, "no activity %s to go to after the call", activity)
		}
	}
	if t.cfg.Readings.WorkerCallSIDOnDialQueue {
		t.setWorkerCallSID(r.task, c.sid)
	}
	t.bridge(b, seconds(verb.attr("timeLimit", ""), 4*time.Hour))
}

// dequeueable finds the reservation of a Dial->Queue whose caller is still waiting, or gives the debugger's code and reason.
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

func (t *Twilio) dialFails(c *call, verb *node) {
	t.afterDial(c, verb, url.Values{"DialCallStatus": {callFailed}, "DialBridged": {"false"}})
}

// afterDial goes on with the worker's leg: at the action of <Dial>, or at the next verb.
func (t *Twilio) afterDial(c *call, verb *node, extra url.Values) {
	ref, given := verb.attrs["action"]
	if !given {
		t.next(c)
		return
	}
	t.goTo(c, "dial action", ref, verb.attr("method", "POST"), extra)
}

// bridge connects a worker's leg with the caller who waits for its reservation, which is thereby accepted.
func (t *Twilio) bridge(b *bridge, limit time.Duration) {
	b.caller = t.callBySID[b.reservation.task.callSID]
	b.member = t.vacate(b.caller)
	b.worker.interrupt()
	b.began = t.loop.Now()
	b.worker.reservationSID = b.reservation.sid
	for _, leg := range []*call{b.caller, b.worker} {
		leg.bridge, leg.bridged = b, b.began
	}
	b.caller.peerSID, b.worker.peerSID = b.worker.sid, b.caller.sid
	t.traceCall(KindCall, b.caller, "and %s are bridged", b.worker.name())
	t.acceptReservation(b.reservation)
	b.limit = t.after(limit, func() { t.endBridge(b, nil) })
	b.caller.notice(Bridged)
	b.worker.notice(Bridged)
}

// endBridge parts the two legs. gone is the leg that left, nil at the time limit. The caller's leg goes on at the action of <Enqueue>, the
// worker's at the action of <Dial>.
func (t *Twilio) endBridge(b *bridge, gone *call) {
	b.limit.Stop()
	now := t.loop.Now()
	for _, leg := range []*call{b.caller, b.worker} {
		leg.bridge, leg.bridgeEnded = nil, now
		leg.interrupt()
		if leg.person != nil {
			leg.person.bridgeEnds()
		}
	}
	if gone != b.caller || gone.over() {
		b.caller.flow = b.member.after
		t.afterQueue(b.caller, b.member.verb, "bridged", b.member)
	}
	switch {
	case gone == b.worker:
	case b.dial == nil:
		t.endCall(b.worker, callCompleted, "twilio")
	default:
		b.worker.flow = b.after
		t.afterDial(b.worker, b.dial, t.dialParams(b))
	}
	t.afterCall(b.reservation.task)
	if b.postWork != nil {
		t.moveWorker(b.reservation.worker, b.postWork)
	}
}

func (t *Twilio) dialParams(b *bridge) url.Values {
	params := queueParams("bridged", b.member)
	params.Set("DialCallStatus", callCompleted)
	params.Set("DialCallSid", b.caller.sid)
	params.Set("DialCallDuration", strconv.Itoa(int(b.caller.bridgeEnded.Sub(b.began).Seconds())))
	params.Set("DialBridged", "true")
	return params
}
