package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/rules"
	"switchboard/shared/simulator"
	"switchboard/shared/taskrouter"
)

// judgeHostile checks the rules that only a hostile world can break.
func (v verdict) judgeHostile(requests []simulator.Request) {
	tasks := v.twilio.Tasks()
	for _, line := range v.lines {
		c := v.calls[line.CallSID()]
		stays := v.stays(c, tasks)
		for _, s := range stays {
			v.judgeStay(s)
			v.judgeOverflow(s, requests)
		}
		v.judgeStops(stays, requests)
		v.judgeCharges(c, stays, requests)
	}
	v.judgeForeign(requests)
	for _, c := range v.calls {
		if c.To == premiumNumber {
			v.breaks(contact, "worker call %s went to %s, which is no contact_uri", c.SID, premiumNumber)
		}
	}
}

// judgeCharges checks that only a worker's own failure moves them to an activity. A caller may take
// away one worker for each time that they were enqueued, and none if the caller cannot be served.
func (v verdict) judgeCharges(c simulator.CallRecord, stays []stay, requests []simulator.Request) {
	away := map[string]bool{}
	for _, r := range v.movedByUs(requests) {
		switch {
		case v.tasks[r.TaskSID].CallSID != c.SID || v.workersOwn(r) || v.struck(r):
		case v.callsFault(c, r):
			v.breaks(oneWorker, "caller %s (From %q), who cannot be served, took worker %s away, who had done nothing wrong", c.SID, c.From, r.WorkerName)
		default:
			away[r.WorkerSID] = true
		}
	}
	if len(away) > len(stays) {
		v.breaks(oneWorker, "caller %s (From %q) took away %d workers who had done nothing wrong, and was enqueued %d times", c.SID, c.From, len(away), len(stays))
	}
}

// movedByUs returns the reservations that we rejected with an activity for the worker.
func (v verdict) movedByUs(requests []simulator.Request) (moved []simulator.ReservationRecord) {
	unavailable := []string{account.UnavailableSID, faultlessSID}
	for n, r := range requests {
		if v.askers[n] != nil && r.Status == http.StatusOK && r.Params.Get("ReservationStatus") == "rejected" && slices.Contains(unavailable, r.Params.Get("WorkerActivitySid")) {
			moved = append(moved, v.reservations[lastOf(r.Path)])
		}
	}
	for _, i := range v.invocations {
		var instruction struct {
			Instruction string `json:"instruction"`
			Activity    string `json:"activity_sid"`
		}
		if i.answer == "" || i.forged || json.Unmarshal([]byte(i.answer), &instruction) != nil {
			continue
		}
		r := v.reservations[i.field("ReservationSid")]
		if instruction.Instruction == "reject" && r.Status == "rejected" && slices.Contains(unavailable, instruction.Activity) {
			moved = append(moved, r)
		}
	}
	return moved
}

// workersOwn reports whether a reservation failed because of the worker: the worker cannot be
// called, was busy, did not answer, declined, pressed no key, or hung up.
func (v verdict) workersOwn(r simulator.ReservationRecord) bool {
	for _, c := range v.calls {
		if rules.ReservationSID(c) == r.SID {
			if c.Answered.IsZero() {
				return slices.Contains([]string{"busy", "no-answer", "failed"}, c.Status)
			}
			return c.ReservationSID != r.SID
		}
	}
	at := slices.IndexFunc(v.workers, func(m member) bool { return m.name == r.WorkerName })
	return at >= 0 && !v.workers[at].canBeCalled()
}

func (m member) canBeCalled() bool {
	return strings.HasPrefix(m.contact, "+1415555") || strings.HasPrefix(m.contact, "client:") || strings.HasPrefix(m.contact, "sip:")
}

// struck reports whether a fault that can excuse the functions struck this reservation.
func (v verdict) struck(r simulator.ReservationRecord) bool {
	if v.harmed(r.SID) {
		return true
	}
	return slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		return (len(i.faults) > 0 || i.killed) && (strings.Contains(i.path, r.SID) || strings.Contains(i.body, r.SID))
	})
}

// callsFault reports whether no such worker could have taken the call: the CRM refused the caller,
// or there is no number to show.
func (v verdict) callsFault(c simulator.CallRecord, r simulator.ReservationRecord) bool {
	return v.refusedByCRM(r.SID) || c.To == "" && !(strings.HasPrefix(c.From, "client:") && v.showsClients(r.WorkerName))
}

// showsClients reports whether the worker is called at an address that can show a client's name.
func (v verdict) showsClients(worker string) bool {
	return slices.ContainsFunc(v.workers, func(m member) bool { return m.name == worker && !strings.HasPrefix(m.contact, "+") })
}

// refusedByCRM reports whether the CRM refused the caller of a task or reservation, so that no
// worker was to be called.
func (v verdict) refusedByCRM(sid string) bool {
	return !v.hostile.connect && slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		return i.crmRefused && strings.Contains(i.body, sid)
	})
}

// judgeForeign checks that the functions leave alone the tasks of other programs, their workers,
// and the resources that their attributes name.
func (v verdict) judgeForeign(requests []simulator.Request) {
	for n, r := range requests {
		if v.askers[n] == nil {
			continue
		}
		for part := range strings.SplitSeq(r.Path, "/") {
			if v.foreign[part] != nil && r.Method != http.MethodGet {
				v.breaks(foreign, "%s %s by %s: %s", r.Method, r.Path, v.askers[n].function, r.Params.Encode())
			}
		}
		if rest, found := strings.CutPrefix(r.Path, callsPath); found && !isCall(strings.TrimSuffix(rest, ".json")) {
			v.breaks(foreign, "a request named the call %.60q", rest)
		}
	}
	for _, i := range v.invocations {
		if i.answer != "" && v.foreign[i.field("TaskSid")] != nil && strings.Contains(i.answer, "instruction") {
			v.breaks(foreign, "the assignment callback for task %s was answered %s", i.field("TaskSid"), i.answer)
		}
	}
	for call := range v.before {
		if !isCall(call) && !isRequest(call) {
			v.breaks(foreign, "the ledger has an item for %.60q, which is no call", call)
		}
	}
}

// isRequest reports whether an item is a request, or about what a caller recorded.
func isRequest(sid string) bool { return taskrouter.KindOf(sid) != "" }

func isCall(sid string) bool { return len(sid) == 34 && sid[:2] == "CA" && isSubject(sid) }
