package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
)

// instruction is an assignment instruction
// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks), with the fields of the
// simulated instructions.
type instruction struct {
	Instruction      string  `json:"instruction"`
	ActivitySID      string  `json:"activity_sid"`
	To               string  `json:"to"`
	From             string  `json:"from"`
	URL              string  `json:"url"`
	CallSID          string  `json:"call_sid"`
	Accept           bool    `json:"accept"`
	PostWorkActivity string  `json:"post_work_activity_sid"`
	Timeout          integer `json:"timeout"`
	Record           string  `json:"record"`
	StatusURL        any     `json:"status_callback_url"` // any: a value that is no URL has an error code of its own
	StatusEvents     string  `json:"status_callback_events"`
}

// refusal is the reason why an instruction cannot be followed, with its code in the debugger or the
// REST API.
type refusal struct {
	code   int
	reason string
}

func refuseWith(code int, format string, args ...any) *refusal {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// instruct executes an answer to an assignment callback. An invalid answer leaves the reservation
// pending.
func (t *Twilio) instruct(r *reservation, body []byte) *refusal {
	var in instruction
	if err := decodeExactly(body, &in); err != nil {
		return refuseWith(40001, "the answer cannot be parsed as JSON: %s", err)
	}
	if in.Instruction == "" {
		var fields map[string]any
		if t.cfg.Readings.EmptyAnswerWarns && json.Unmarshal(body, &fields) == nil && len(fields) == 0 {
			return nil
		}
		return refuseWith(40005, "the answer has no instruction")
	}
	return t.follow(r, in)
}

// follow executes an instruction from an answer or from the REST API.
func (t *Twilio) follow(r *reservation, in instruction) *refusal {
	switch in.Instruction {
	case "accept":
		return t.followAccept(r)
	case "reject":
		return t.followReject(r, in)
	case "dequeue":
		return t.followDequeue(r, in)
	case "call":
		return t.followCall(r, in)
	case "redirect":
		return t.followRedirect(r, in)
	case "conference", "supervise":
		t.problem(t.callBySID[r.task.callSID], "not simulated: instruction %s", in.Instruction)
		return refuseWith(55555, "not simulated: instruction %s", in.Instruction)
	}
	return refuseWith(55555, "unknown instruction %q", in.Instruction)
}

// settledCode is the code for accepting or rejecting a reservation that is no longer pending.
// Twilio documents such a code for the other instructions only; this one is that of conference
// (https://www.twilio.com/docs/api/errors/40136).
const settledCode = 40136

// notPending returns the refusal of an update that only a pending reservation allows.
func notPending(code int, r *reservation, status string) *refusal {
	return refuseWith(code, "Reservation %s is already in state [%s] and cannot be updated to [%s]", r.sid, r.status, status)
}

func (t *Twilio) followAccept(r *reservation) *refusal {
	if r.status != reservationPending {
		return notPending(settledCode, r, reservationAccepted)
	}
	t.acceptReservation(r)
	return nil
}

func (t *Twilio) followReject(r *reservation, in instruction) *refusal {
	activity := t.activity(in.ActivitySID)
	if in.ActivitySID != "" && activity == nil {
		return refuseWith(40100, "reject: no activity %s", in.ActivitySID)
	}
	if r.status != reservationPending {
		return notPending(settledCode, r, reservationRejected)
	}
	t.endReservation(r, reservationRejected, activity)
	return nil
}

// followRedirect redirects a call, usually the caller's, to another document. If the caller leaves
// the queue while the reservation is pending, Twilio cancels the task; if the reservation was
// accepted before, the task ends as after a call.
func (t *Twilio) followRedirect(r *reservation, in instruction) *refusal {
	c := t.callBySID[in.CallSID]
	switch {
	case r.status != reservationPending:
		return refuseWith(40123, "redirect: the reservation is %s", r.status)
	case !isWebURL(in.URL):
		return refuseWith(40120, "redirect: invalid url %q", in.URL)
	case !isSID("CA", in.CallSID):
		return refuseWith(40121, "redirect: invalid call_sid %q", in.CallSID)
	case c == nil || c.status != callInProgress:
		return refuseWith(40122, "redirect: call %s is not in progress", in.CallSID)
	}
	if in.Accept {
		t.acceptReservation(r)
	}
	t.takeElsewhere(c)
	t.fetch(c, fetch{what: "redirected call", method: "POST", url: in.URL})
	return nil
}

// eventSet reads a list of call progress events; the default is "completed" alone.
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
