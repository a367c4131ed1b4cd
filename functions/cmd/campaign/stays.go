package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/rules"
	"switchboard/shared/simulator"
)

// stay is one stay of a caller in a queue.
type stay struct {
	caller simulator.CallRecord
	task   simulator.TaskRecord
	until  time.Time
	result string
	known  bool      // Twilio reported how it ended to an action URL
	next   time.Time // when the caller's next task was created; zero = none
}

// stays returns a caller's stays in order. Twilio does not report how a stay ended if the <Enqueue>
// has no action URL or the call was cut.
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

// waitedOn returns how long the caller stayed in the queue after the task ended.
func (s stay) waitedOn() time.Duration {
	if s.task.Status != "canceled" || !s.known || !slices.Contains([]string{"hangup", "leave", "redirected"}, s.result) {
		return 0
	}
	return s.until.Sub(s.task.Ended)
}

// judgeStay checks that neither the events nor the sweeper leave a caller in a queue without a
// task.
func (v verdict) judgeStay(s stay) {
	waited, k := s.waitedOn(), s.task
	if waited <= left {
		return
	}
	damaged := v.damaged(k.SID, undelivered, "task.canceled") || v.damaged(k.SID, unreached, "task.canceled")
	if edit, found := v.mangled[k.SID]; found && edit.edit.losesCall() {
		// The event does not name the call. The ledger knows it if it recorded an earlier event.
		damaged = damaged || v.damaged(k.SID, undelivered) || v.damaged(k.SID, unwritten)
	}
	if !damaged && !v.atRescue(s.until, k) {
		v.breaks(rules.Cared, "caller %s waited for %s after task %s had ended, and left by %s",
			s.caller.SID, waited, k.SID, s.result)
	}
	for _, sweep := range v.sweeps {
		if sweep.clean() && sweep.came.Sub(k.Ended) > sweepGrace && s.until.Sub(sweep.ended) > left {
			v.breaks(sweptClean, "the sweeper left caller %s waiting: task %s had ended %s before",
				s.caller.SID, k.SID, sweep.came.Sub(k.Ended))
		}
	}
}

// sweepGrace is how long the sweeper leaves a call to the other functions.
const sweepGrace = time.Minute + maxLatency

// judgeOverflow checks that a caller is sent to overflow once, and only if their task has ended or
// they cannot be served.
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

// judgeReason checks why an invocation sent a caller to overflow.
func (v verdict) judgeReason(s stay, i *invocation, address string, at time.Time) {
	_, reason, _ := strings.Cut(address, "/survey/overflow")
	switch lives := (s.task.Ended.IsZero() || !s.task.Ended.Before(at)) && !v.wrapped(s.task.SID, at); {
	case !lives || s.task.Created.After(i.came) || v.lostCall(s.task):
	case v.mangled[s.task.SID].losesCall(at) && len(i.faults) > 0:
		// Twilio finds no task of the call, and the ledger, which knows it, failed.
	case reason == "":
		v.breaks(live, "caller %s was sent to overflow by %s%s while task %s was %s", s.caller.SID, i.function, i.path, s.task.SID, s.task.Status)
	case !v.unserved(s, at):
		v.breaks(live, "caller %s was sent to overflow for %s, and nothing had failed", s.caller.SID, reason)
	}
}

// unserved reports whether something other than a worker kept the caller from being served until
// then.
func (v verdict) unserved(s stay, until time.Time) bool {
	if _, edited := v.mangled[s.task.SID]; edited || s.caller.To == "" || v.refusedByCRM(s.task.SID) || v.harmed(s.task.SID) {
		return true
	}
	for _, r := range v.reservations {
		if r.TaskSID != s.task.SID || r.Settled.After(until) {
			continue
		}
		// Twilio cancels the reservation of a worker who moves away while the bridge fails, and
		// that of a caller who is sent to overflow.
		failed := r.Status == "rejected" || r.Status == "canceled"
		if r.Status == "rejected" && !v.workersOwn(r) || failed && v.struck(r) {
			return true
		}
	}
	return slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		return i.crmFailed && !i.came.After(until) && strings.Contains(i.body, s.task.SID)
	})
}

// judgeStops checks that the functions stop a worker call only when its caller has left or its
// reservation has ended, and not because another task of the caller ended.
func (v verdict) judgeStops(stays []stay, requests []simulator.Request) {
	for n, r := range requests {
		i := v.askers[n]
		if i == nil || r.Method != http.MethodPost || r.Params.Get("Status") == "" || r.Status != http.StatusOK {
			continue
		}
		workerCall, found := v.calls[strings.TrimSuffix(lastOf(r.Path), ".json")]
		reserved := v.reservations[rules.ReservationSID(workerCall)]
		if !found || reserved.SID == "" || !workerCall.Ended.Equal(r.At) {
			continue
		}
		at := slices.IndexFunc(stays, func(s stay) bool { return s.task.SID == reserved.TaskSID })
		if at < 0 {
			continue
		}
		s := stays[at]
		over := func(end time.Time) bool { return !end.IsZero() && !end.After(r.At.Add(maxLatency)) }
		dialed := workerCall.Dialed
		if dialed.IsZero() {
			dialed = r.At
		}
		late := dialed.Add(workerCall.Timeout + rules.RingOverrun + largestSkew).After(reserved.Deadline)
		if over(reserved.Settled) || over(s.task.Ended) || over(s.until) || late || len(i.faults) > 0 || v.harmed(reserved.SID) {
			continue
		}
		v.breaks(steady, "worker call %s of task %s was stopped by %s%s while caller %s waited",
			workerCall.SID, s.task.SID, i.function, i.path, s.caller.SID)
	}
}

// toldUs reports whether Twilio told an action URL of ours how the caller left a queue.
func (w *world) toldUs(call string) bool {
	return w.hostile == nil || slices.ContainsFunc(w.leaves[call], func(l leaving) bool { return l.ours })
}

// talkedAgain reports whether the ledger cannot know which worker talked last with a caller who was
// in several queues. That is so if the caller talked with several workers, if Twilio accepts a
// reservation before it bridges the dequeue and the last worker did not answer, or if a worker
// answered just before the caller hung up.
func (v verdict) talkedAgain(c simulator.CallRecord, workerCall string) bool {
	if v.hostile == nil || v.enqueued(c.SID) < 2 {
		return false
	}
	early := !v.deferred && v.readings.AcceptedAtInstruction
	return early || v.calls[workerCall].PeerSID == c.SID || !v.calls[workerCall].Answered.IsZero()
}

// enqueued returns how many tasks the caller had.
func (v verdict) enqueued(call string) (times int) {
	for _, k := range v.tasks {
		if k.CallSID == call {
			times++
		}
	}
	return times
}
