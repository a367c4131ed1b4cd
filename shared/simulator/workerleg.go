package simulator

import (
	"net/http"
	"strings"
	"time"

	"switchboard/shared/simulator/reading"
)

// legCodes are the error codes of an instruction that calls the worker.
type legCodes struct{ to, from, api, pending int }

// workerLeg holds the parameters of an instruction's call to a worker.
type workerLeg struct {
	to, from string
	timeout  time.Duration
	status   string // URL of status callbacks
}

const (
	maxRing    = 999 * time.Second // https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
	maxSIPRing = 600 * time.Second
)

// followDequeue calls the worker and bridges the call when the worker answers.
func (t *Twilio) followDequeue(r *reservation, in instruction) *refusal {
	caller := t.callBySID[r.task.callSID]
	leg, refused := t.prepareLeg(r, in, legCodes{to: 40131, from: 40132, api: 40133, pending: 40135})
	switch {
	case refused != nil:
		return refused
	case r.task.attributes["call_sid"] == nil || caller == nil || caller.member == nil:
		return refuseWith(40140, "dequeue: the task has no call in a queue")
	}
	postWork := t.activity(in.PostWorkActivity)
	if in.PostWorkActivity != "" && postWork == nil {
		return refuseWith(40130, "dequeue: no activity %s", in.PostWorkActivity)
	}
	for event := range eventSet(in.StatusEvents) {
		if !has("initiated ringing answered completed", event) {
			return refuseWith(40134, "dequeue: no status callback event %q", event)
		}
	}
	c := t.callWorker(r, leg, in)
	c.dequeue, c.postWork = r, postWork
	r.leg = c
	if t.cfg.Readings.AcceptedAtInstruction {
		t.acceptReservation(r)
	}
	t.dialOut(c)
	return nil
}

// followCall calls the worker with a document of the application. From then on the call and the
// reservation do not depend on each other.
func (t *Twilio) followCall(r *reservation, in instruction) *refusal {
	leg, refused := t.prepareLeg(r, in, legCodes{to: 40110, from: 40111, api: 40113, pending: 40114})
	switch {
	case refused != nil:
		return refused
	case in.From == "":
		return refuseWith(40111, "call: no from")
	case !isWebURL(in.URL):
		return refuseWith(40112, "call: invalid url %q", in.URL)
	}
	c := t.callWorker(r, leg, in)
	c.startURL, c.startMethod = in.URL, http.MethodPost
	if in.Accept {
		t.acceptReservation(r)
	}
	t.dialOut(c)
	return nil
}

// prepareLeg fills in the instruction's missing parameters: the worker's contact_uri, the number
// that the caller dialed, 60 s.
func (t *Twilio) prepareLeg(r *reservation, in instruction, codes legCodes) (leg workerLeg, refused *refusal) {
	if r.status != reservationPending {
		return leg, refuseWith(codes.pending, "%s: the reservation is %s", in.Instruction, r.status)
	}
	leg = workerLeg{to: in.To, from: in.From, timeout: time.Minute}
	if leg.to == "" {
		leg.to, _ = r.worker.attributes["contact_uri"].(string)
	}
	if caller := t.callBySID[r.task.callSID]; leg.from == "" && caller != nil {
		leg.from = caller.to
	}
	if !isAddress(leg.to) {
		return leg, refuseWith(codes.to, "%s: invalid to %q", in.Instruction, leg.to)
	}
	if t.forbidden(leg.to) {
		return leg, refuseWith(codes.api, "%s: geo permissions do not allow a call to %s", in.Instruction, leg.to)
	}
	if !t.mayCallFrom(leg.from) && (strings.HasPrefix(leg.to, "+") || !isAddress(leg.from)) {
		return leg, refuseWith(codes.from, "%s: from %q is not a number of this account", in.Instruction, leg.from)
	}
	switch in.Record {
	case "", "do-not-record":
	case "record-from-answer":
		t.problem(t.callBySID[r.task.callSID], "not simulated: record %q of the %s instruction", in.Record, in.Instruction)
	default:
		return leg, refuseWith(codes.api, "%s: invalid record %q", in.Instruction, in.Record)
	}
	if in.StatusURL != nil {
		leg.status, _ = in.StatusURL.(string)
		if !isWebURL(leg.status) {
			return leg, refuseWith(40157, "%s: invalid status_callback_url %v", in.Instruction, in.StatusURL)
		}
	}
	longest := maxRing
	if strings.HasPrefix(leg.to, "sip:") {
		longest = maxSIPRing
	}
	if in.Timeout < 0 || time.Duration(in.Timeout)*time.Second > longest {
		t.problem(t.callBySID[r.task.callSID], "not simulated: timeout %d of the %s instruction: Twilio documents up to %s", in.Timeout, in.Instruction, longest)
	}
	if in.Timeout > 0 {
		leg.timeout = min(time.Duration(in.Timeout)*time.Second, longest)
	}
	return leg, nil
}

// callWorker queues the call and links it to the task. Status callbacks are GET requests.
func (t *Twilio) callWorker(r *reservation, leg workerLeg, in instruction) *call {
	c := t.newCall(leg.from, leg.to, outbound, callQueued)
	c.timeout, c.reservationSID = leg.timeout, r.sid
	if leg.status != "" {
		c.progress = progress{url: leg.status, method: http.MethodGet, events: eventSet(in.StatusEvents), taskCallSID: r.task.callSID}
	}
	t.setWorkerCallSID(r.task, c.sid)
	return c
}

// dequeueLegEnded handles the end of a dequeue instruction's call. If the call was not bridged, a
// pending reservation ends as Readings.UnansweredDequeue says, and an accepted one ends as after a
// call.
func (t *Twilio) dequeueLegEnded(c *call) {
	r := c.dequeue
	if r.leg != c || !c.bridged.IsZero() {
		return
	}
	r.leg = nil
	if r.status == reservationAccepted {
		t.afterCall(r.task)
		return
	}
	if r.status != reservationPending {
		return
	}
	switch t.cfg.Readings.UnansweredDequeue {
	case reading.DequeueTimesOut:
		t.expire(r)
	case reading.DequeueCancels:
		t.endReservation(r, reservationCanceled, nil)
	case reading.DequeueFails:
		t.failReservation(r)
	case reading.DequeueStaysPending:
	}
}
