package simulator

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// assign sends the assignment callback of a new reservation, and the fallback if that fails
// (docs/taskrouter/handle-assignment-callbacks). Without a URL the reservation waits for somebody to act.
func (t *Twilio) assign(r *reservation) {
	primary, fallback := r.task.workflow.AssignmentCallbackURL, r.task.workflow.FallbackAssignmentCallbackURL
	if primary == "" {
		return
	}
	t.callAssignment(r, "assignment callback", primary, func(reason string) {
		t.alertReservation(11200, r, "assignment callback %s: %s", primary, reason)
		if fallback == "" {
			t.assignmentFails(r)
			return
		}
		t.callAssignment(r, "assignment fallback", fallback, func(reason string) {
			t.alertReservation(11200, r, "assignment fallback %s: %s", fallback, reason)
			t.assignmentFails(r)
		})
	})
}

func (t *Twilio) assignmentFails(r *reservation) {
	if r.status == reservationPending {
		t.endReservation(r, reservationCanceled, nil)
	}
}

func (t *Twilio) callAssignment(r *reservation, what, target string, fail func(reason string)) {
	t.send(webhook{
		what: what, method: http.MethodPost, url: target, params: t.assignmentParams(r), limit: assignmentLimit, reservation: r,
	}, func(a answer) {
		media, _, _ := mime.ParseMediaType(a.contentType)
		switch {
		case a.err != nil || a.status != http.StatusOK:
			fail(a.String())
		case media != "application/json":
			t.alertReservation(40000, r, "the answer has Content-Type %q, not application/json", a.contentType)
			fail("not application/json")
		case len(strings.TrimSpace(string(a.body))) > 0:
			t.instruct(r, a.body)
		}
	})
}

func (t *Twilio) assignmentParams(r *reservation) url.Values {
	now := t.loop.Now()
	k := r.task
	return url.Values{
		"Timestamp": {strconv.FormatInt(now.Unix(), 10)}, "AccountSid": {t.cfg.AccountSID}, "WorkspaceSid": {t.cfg.WorkspaceSID},
		"WorkflowSid": {k.workflow.SID}, "TaskQueueSid": {k.queue.sid}, "WorkerSid": {r.worker.sid}, "WorkerAttributes": {r.worker.json},
		"TaskSid": {k.sid}, "TaskAttributes": {k.json}, "TaskAge": {k.ageSeconds(now)}, "TaskPriority": {strconv.Itoa(k.priority)},
		"ReservationSid": {r.sid},
	}
}

// instruction is an assignment instruction, with the fields of those that are simulated.
type instruction struct {
	Instruction      string  `json:"instruction"`
	ActivitySID      string  `json:"activity_sid"`
	To               string  `json:"to"`
	From             string  `json:"from"`
	PostWorkActivity string  `json:"post_work_activity_sid"`
	Timeout          integer `json:"timeout"`
	Record           string  `json:"record"`
	StatusURL        string  `json:"status_callback_url"`
	StatusEvents     string  `json:"status_callback_events"`
}

// instruct executes an answer to an assignment callback. A bad one leaves the reservation pending and an entry in the debugger.
func (t *Twilio) instruct(r *reservation, body []byte) {
	var in instruction
	if err := json.Unmarshal(body, &in); err != nil {
		t.alertReservation(40001, r, "the answer cannot be parsed as JSON: %s", err)
		return
	}
	switch in.Instruction {
	case "":
		t.alertReservation(40005, r, "the answer has no instruction")
	case "reject":
		t.instructReject(r, in)
	case "dequeue":
		t.instructDequeue(r, in)
	case "accept", "call", "redirect", "conference", "supervise":
		t.alertReservation(55555, r, "not simulated: instruction %s", in.Instruction)
		t.problem(t.callBySID[r.task.callSID], "not simulated: instruction %s", in.Instruction)
	default:
		t.alertReservation(55555, r, "unknown instruction %q", in.Instruction)
	}
}

func (t *Twilio) instructReject(r *reservation, in instruction) {
	activity := t.activity(in.ActivitySID)
	if in.ActivitySID != "" && activity == nil {
		t.alertReservation(40100, r, "reject: no activity %s", in.ActivitySID)
		return
	}
	if r.status != reservationPending {
		t.alertReservation(40136, r, "reject: the reservation is %s", r.status)
		return
	}
	t.endReservation(r, reservationRejected, activity)
}

// instructDequeue calls the worker and bridges when the call is answered.
func (t *Twilio) instructDequeue(r *reservation, in instruction) {
	caller := t.callBySID[r.task.callSID]
	leg := dequeueLeg{to: in.To, from: in.From}
	if code, reason := t.prepareDequeue(r, caller, in, &leg); code != 0 {
		t.alertReservation(code, r, "dequeue: %s", reason)
		return
	}
	if in.Record != "" && in.Record != "do-not-record" {
		t.problem(caller, "not simulated: record %q of the dequeue instruction", in.Record)
	}
	c := t.newCall(leg.from, leg.to, outbound, callQueued)
	c.timeout, c.dequeue, c.postWork = leg.timeout, r, leg.postWork
	c.reservationSID = r.sid
	if in.StatusURL != "" {
		c.progress = progress{url: in.StatusURL, method: http.MethodGet, events: eventSet(in.StatusEvents), taskCallSID: r.task.callSID}
	}
	r.leg = c
	t.setWorkerCallSID(r.task, c.sid)
	t.dialOut(c)
}

type dequeueLeg struct {
	to, from string
	timeout  time.Duration
	postWork *Activity
}

// prepareDequeue fills in what the instruction leaves out, or gives the debugger's code and the reason why it cannot be followed.
func (t *Twilio) prepareDequeue(r *reservation, caller *call, in instruction, leg *dequeueLeg) (code int, reason string) {
	if r.status != reservationPending {
		return 40135, "the reservation is " + r.status
	}
	if caller == nil || caller.member == nil {
		return 40140, "the task has no call in a queue"
	}
	if leg.to == "" {
		leg.to, _ = r.worker.attributes["contact_uri"].(string)
	}
	if leg.from == "" {
		leg.from = caller.to
	}
	if !isAddress(leg.to) {
		return 40131, fmt.Sprintf("invalid to %q", leg.to)
	}
	if t.numbers[leg.from] == nil {
		return 40132, fmt.Sprintf("from %q is not a number of this account", leg.from)
	}
	if in.PostWorkActivity != "" {
		if leg.postWork = t.activity(in.PostWorkActivity); leg.postWork == nil {
			return 40130, "no activity " + in.PostWorkActivity
		}
	}
	leg.timeout = time.Minute
	if in.Timeout > 0 {
		leg.timeout = time.Duration(min(in.Timeout, 999)) * time.Second
	}
	return 0, ""
}

// dequeueLegEnded is a dequeue instruction's call that ended. If it was not bridged the reservation ends with it, as if it had timed out.
func (t *Twilio) dequeueLegEnded(c *call) {
	r := c.dequeue
	if r.status == reservationPending && r.leg == c {
		r.leg = nil
		t.expire(r)
	}
}

// eventSet reads a list of call progress events; the default is completed alone.
func eventSet(list string) map[string]bool {
	events := map[string]bool{}
	for event := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		events[event] = true
	}
	if len(events) == 0 {
		events[callCompleted] = true
	}
	return events
}
