package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/rules"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
)

// stay is one time that a caller was in a queue.
type stay struct {
	caller simulator.CallRecord
	task   simulator.TaskRecord
	until  time.Time
	result string
	known  bool      // Twilio reported how it ended
	next   time.Time // when the next task of the caller was created; zero = none was
}

// stays returns the stays of a caller, in order. A stay without an action URL ends untold, as does
// one whose call was cut.
func (v verdict) stays(c simulator.CallRecord, tasks []simulator.TaskRecord) (stays []stay) {
	for _, k := range tasks {
		if k.CallSID == c.SID {
			stays = append(stays, stay{caller: c, task: k})
		}
	}
	left := slices.DeleteFunc(slices.Clone(v.leaves[c.SID]), func(l leaving) bool { return l.result == "queue-full" })
	if v.hostile.ownTwiML == twoVerbs && len(stays) > 0 {
		left = append([]leaving{{}}, left...)
	}
	for n := range stays {
		s := &stays[n]
		if n+1 < len(stays) {
			s.next = stays[n+1].task.Created
		}
		switch {
		case n < len(left) && left[n].result != "":
			s.until, s.result, s.known = left[n].at, left[n].result, true
		case s.next.IsZero():
			s.until = c.Ended
		default:
			s.until = s.next
		}
		if s.result == "hangup" {
			s.until = c.Ended
		}
	}
	return stays
}

// waitedOn is how long a caller stayed in the queue after the task had died.
func (s stay) waitedOn() time.Duration {
	if s.task.Status != "canceled" || !s.known || !slices.Contains([]string{"hangup", "leave", "redirected"}, s.result) {
		return 0
	}
	return s.until.Sub(s.task.Ended)
}

// judgeStay: no caller is left in a queue without a task, neither by the events nor by the sweeper.
func (v verdict) judgeStay(s stay) {
	waited, k := s.waitedOn(), s.task
	if waited <= left {
		return
	}
	spoiled := v.spoiled(k.SID, undelivered, "task.canceled") || v.spoiled(k.SID, unreached, "task.canceled")
	if edit, found := v.mangled[k.SID]; found && edit.edit.losesCall() {
		// The event does not name the call. The ledger knows it, if it took an earlier event.
		spoiled = spoiled || v.spoiled(k.SID, undelivered) || v.spoiled(k.SID, unwritten)
	}
	if !spoiled && !v.atRescue(s.until, k) {
		v.breaks(rules.Cared, "caller %s waited for %s after task %s had died, and left by %s", s.caller.SID, waited, k.SID, s.result)
	}
	for _, sweep := range v.sweeps {
		if sweep.clean() && sweep.came.Sub(k.Ended) > sweepGrace && s.until.Sub(sweep.ended) > left {
			v.breaks(mended, "the sweeper came by and left caller %s waiting: task %s had died %s before", s.caller.SID, k.SID, sweep.came.Sub(k.Ended))
		}
	}
}

// sweepGrace is how long the sweeper leaves something to the other functions.
const sweepGrace = time.Minute + maxLatency

// judgeOverflow: a caller is sent to overflow if their task has ended or if they cannot be served,
// and once.
func (v verdict) judgeOverflow(s stay, requests []simulator.Request) {
	sent, excused := 0, false
	for n, r := range requests {
		i := v.askers[n]
		if i == nil || r.Status != http.StatusOK || r.Path != callsPath+s.caller.SID+".json" || !strings.Contains(r.Params.Get("Url"), "/survey/overflow") {
			continue
		}
		if r.At.Before(s.task.Created) || !s.next.IsZero() && !r.At.Before(s.next) {
			continue
		}
		sent++
		excused = excused || len(i.faults) > 0
		v.judgeReason(s, i, r.Params.Get("Url"), r.At)
	}
	for _, i := range v.invocations {
		if i.forged || !strings.Contains(i.answer, "/survey/overflow") || i.field("TaskSid") != s.task.SID {
			continue
		}
		var redirect struct{ URL string }
		if json.Unmarshal([]byte(i.answer), &redirect) == nil {
			v.judgeReason(s, i, redirect.URL, i.ended)
		}
	}
	if sent > 1 && !excused {
		v.breaks(onceOver, "caller %s was sent to overflow %d times for task %s", s.caller.SID, sent, s.task.SID)
	}
}

// judgeReason judges one address of overflow to which an invocation sent a caller.
func (v verdict) judgeReason(s stay, i *invocation, address string, at time.Time) {
	_, reason, _ := strings.Cut(address, "/survey/overflow")
	switch lives := (s.task.Ended.IsZero() || !s.task.Ended.Before(at)) && !v.wrapped(s.task.SID, at); {
	case !lives || s.task.Created.After(i.came) || v.lostCall(s.task):
	case v.mangled[s.task.SID].losesCall(at) && len(i.faults) > 0:
		// Twilio finds no task of the call's, and the ledger, which knows the task, failed.
	case reason == "":
		v.breaks(live, "caller %s was sent to overflow by %s%s while task %s was %s", s.caller.SID, i.function, i.path, s.task.SID, s.task.Status)
	case !v.unserved(s, at):
		v.breaks(live, "caller %s was sent to overflow for %s, and nothing had failed", s.caller.SID, reason)
	}
}

// unserved reports whether something other than a worker kept a caller from being served until
// then.
func (v verdict) unserved(s stay, until time.Time) bool {
	if _, edited := v.mangled[s.task.SID]; edited || s.caller.To == "" || v.refusedByCRM(s.task.SID) || v.spoiled(s.task.SID, undelivered) || v.spoiled(s.task.SID, unreached) || v.spoiled(s.task.SID, unwritten) {
		return true
	}
	for _, r := range v.reservations {
		if r.TaskSID == s.task.SID && r.Status == "rejected" && !r.Settled.After(until) && (!v.workersOwn(r) || v.struck(r)) {
			return true
		}
	}
	return slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		return i.crmFailed && !i.came.After(until) && strings.Contains(i.body, s.task.SID)
	})
}

// judgeStops: a worker's phone is stopped when its caller has left or its reservation is over, and
// not for the end of another task of the same call.
func (v verdict) judgeStops(stays []stay, requests []simulator.Request) {
	for n, r := range requests {
		i := v.askers[n]
		if i == nil || r.Method != http.MethodPost || r.Params.Get("Status") == "" || r.Status != http.StatusOK {
			continue
		}
		leg, found := v.calls[strings.TrimSuffix(lastOf(r.Path), ".json")]
		reserved := v.reservations[rules.ReservationSID(leg)]
		if !found || reserved.SID == "" || !leg.Ended.Equal(r.At) {
			continue
		}
		at := slices.IndexFunc(stays, func(s stay) bool { return s.task.SID == reserved.TaskSID })
		if at < 0 {
			continue
		}
		s := stays[at]
		over := func(end time.Time) bool { return !end.IsZero() && !end.After(r.At.Add(maxLatency)) }
		dialed := leg.Dialed
		if dialed.IsZero() {
			dialed = r.At
		}
		late := dialed.Add(leg.Timeout + rules.RingOverrun + largestSkew).After(reserved.Deadline)
		if over(reserved.Settled) || over(s.task.Ended) || over(s.until) || late || len(i.faults) > 0 || v.spoiled(reserved.SID, undelivered) || v.spoiled(reserved.SID, unreached) || v.spoiled(reserved.SID, unwritten) {
			continue
		}
		v.breaks(steady, "worker call %s of task %s was stopped by %s%s while caller %s waited", leg.SID, s.task.SID, i.function, i.path, s.caller.SID)
	}
}

// toldUs reports whether an action URL of ours was sent how a caller left a queue.
func (w *world) toldUs(call string) bool {
	return w.hostile == nil || slices.ContainsFunc(w.leaves[call], func(l leaving) bool { return l.ours })
}

// talkedAgain reports whether the ledger cannot know with which worker a caller talked who was in
// several queues, whether or not Twilio reported how they left each: with several of them, any of
// whom may be the one of the link; or Twilio accepts a reservation before its dequeue is bridged,
// and the last one accepted had a worker who did not answer; or a worker has just taken the call
// when its caller hangs up.
func (v verdict) talkedAgain(c simulator.CallRecord, leg string) bool {
	if v.hostile == nil || v.enqueued(c.SID) < 2 {
		return false
	}
	early := !v.deferred && v.readings.DequeueAccepts != reading.AcceptedAtBridge
	return early || v.calls[leg].PeerSID == c.SID || !v.calls[leg].Answered.IsZero()
}

// enqueued is how many tasks a caller waited with.
func (v verdict) enqueued(call string) (times int) {
	for _, k := range v.tasks {
		if k.CallSID == call {
			times++
		}
	}
	return times
}
