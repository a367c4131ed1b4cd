package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"switchboard/shared/simulator"
)

// hearing is how soon a phone stops to ring once we have heard that nobody waits any more.
const hearing = time.Second

// verdict judges a world once everything in it is over: by the state that Twilio was left in, by what went over the wire and by what
// people heard. A rule excuses only what a fault explains that struck the very call, task or reservation.
type verdict struct {
	*world
	calls        map[string]simulator.CallRecord
	tasks        map[string]simulator.TaskRecord
	reservations map[string]simulator.ReservationRecord
	events       []simulator.EventRecord
}

// verdict takes a snapshot of Twilio.
func (w *world) verdict() verdict {
	v := verdict{w, map[string]simulator.CallRecord{}, map[string]simulator.TaskRecord{}, map[string]simulator.ReservationRecord{}, w.twilio.Events()}
	for _, c := range w.twilio.Calls() {
		v.calls[c.SID] = c
	}
	for _, k := range w.twilio.Tasks() {
		v.tasks[k.SID] = k
	}
	for _, r := range w.twilio.Reservations() {
		v.reservations[r.SID] = r
	}
	return v
}

func (w *world) judge() {
	v := w.verdict()
	calls, tasks, reservations := w.twilio.Calls(), w.twilio.Tasks(), w.twilio.Reservations()
	w.legs = len(calls) - len(w.lines)
	v.judgeAlerts()
	requests := w.twilio.Requests()
	v.judgeREST(requests)
	v.judgeLegs(calls)
	for _, r := range reservations {
		v.judgeReservation(r, calls)
	}
	for _, k := range tasks {
		v.judgeTask(k)
	}
	for _, line := range w.lines {
		v.judgeCaller(v.calls[line.CallSID()])
	}
	v.judgeLeft(calls)
	v.judgeWorkers(requests)
	if w.hostile != nil {
		v.judgeHostile(requests)
	}
	for _, m := range w.dead {
		if !m.excused {
			w.breaks(noDeadLetter, "%s", m.body)
		}
	}
}

func (v verdict) judgeAlerts() {
	for _, problem := range v.twilio.Problems() {
		// Scripts are drawn without knowing what comes: that one was not followed to its end means nothing. Lost patience is judged
		// with its call.
		if !strings.HasPrefix(problem.Text, "the call of ") && !strings.Contains(problem.Text, "lost patience") {
			v.breaks(wellFormed, "the simulated Twilio stumbled: %s", problem)
		}
	}
	for _, alert := range v.twilio.Debugger() {
		if !v.explained(alert) {
			v.breaks(wellFormed, "Twilio's debugger has %d: %s", alert.Code, alert.Text)
		}
	}
}

// explained reports whether an entry of Twilio's debugger is none of our doing.
func (v verdict) explained(a simulator.Alert) bool {
	switch a.Code {
	case 11200, 15003: // no usable answer
		return v.spoiled(a.CallSID, undelivered) || v.spoiled(a.TaskSID, undelivered) || v.spoiled(a.ReservationSID, undelivered) || a.CallSID+a.TaskSID == "" && len(v.faults.struck) > 0
	case 14207: // the queue is full
		return v.maxSize > 0
	case 14215, 14217: // the worker was connected when nobody waited any more
		r := v.reservations[a.ReservationSID]
		return r.Status != "accepted" && !r.Settled.After(a.At)
	case 40001: // an empty answer to the assignment callback, under the reading that Twilio warns of it
		return v.readings.EmptyAnswerWarns
	case 20001, 40123, 40135, 40136, 40140: // the answer came when the reservation had ended
		if a.Code == 40140 && v.mangled[v.reservations[a.ReservationSID].TaskSID].losesCall(a.At) {
			return true // or a script had removed the call that the instruction is about
		}
		return !v.reservations[a.ReservationSID].Settled.After(a.At)
	}
	return false
}

func (v verdict) judgeREST(requests []simulator.Request) {
	for n, r := range requests {
		if n < len(v.askers) && v.askers[n] == nil {
			continue
		}
		if r.Status == http.StatusUnauthorized {
			v.breaks(handsOff, "%s %s was answered 401", r.Method, r.Path)
		}
		if r.Method == http.MethodGet {
			continue
		}
		if strings.Contains(r.Path, "/Members") {
			v.breaks(handsOff, "a queue's member was touched: %s", r.Path)
		}
		if status := r.Params.Get("ReservationStatus"); status != "" && status != "rejected" {
			v.breaks(handsOff, "reservation %s was set %s over REST", lastOf(r.Path), status)
		}
		if !strings.Contains(r.Path, "/Tasks/") || strings.Contains(r.Path, "/Reservations/") {
			continue
		}
		task := v.tasks[lastOf(r.Path)]
		caller := v.calls[task.CallSID]
		talked := !caller.Bridged.IsZero() && !caller.BridgeEnded.IsZero() && !caller.BridgeEnded.After(r.At) || v.hostile != nil && v.wrapped(task.SID, r.At)
		if r.Params.Get("AssignmentStatus") != "completed" || r.Params.Has("Attributes") || !talked && !v.wrapping(task.SID, r.At) {
			v.breaks(handsOff, "task %s was changed over REST: %s", task.SID, r.Params.Encode())
		}
	}
}

// wrapping reports whether Twilio had put a task whose caller was never bridged into wrapping: under one reading a dequeue that nobody
// answers does.
func (v verdict) wrapping(task string, at time.Time) bool {
	return v.calls[v.tasks[task].CallSID].Bridged.IsZero() && v.wrapped(task, at)
}

// wrapped reports whether Twilio had put a task into wrapping.
func (v verdict) wrapped(task string, at time.Time) bool {
	return slices.ContainsFunc(v.events, func(e simulator.EventRecord) bool {
		return e.Type == "task.wrapup" && e.TaskSID == task && !e.At.After(at)
	})
}

func lastOf(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// reservationOf finds the reservation in the address of a worker's webhook.
func reservationOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	parts := strings.Split(parsed.Path, "/")
	if len(parts) != 6 || parts[1] != "worker" {
		return ""
	}
	return parts[4]
}

// ringsOn is by how much a phone may ring longer than Twilio is told (docs/voice/api/call-resource, Timeout). Not every reading has it; the
// functions have to reckon with it under each.
const ringsOn = 5 * time.Second

func (v verdict) judgeLegs(calls []simulator.CallRecord) {
	dialled := map[string]int{}
	for _, leg := range calls {
		sid := reservationOf(leg.URL)
		if sid == "" {
			continue
		}
		r := v.reservations[sid]
		if dialled[sid]++; dialled[sid] > 1 {
			v.breaks(oneCall, "reservation %s has %d worker calls", sid, dialled[sid])
		}
		if latest := leg.Created.Add(leg.Timeout + ringsOn); latest.After(r.Deadline) {
			v.breaks(inTime, "worker call %s could ring until %s after the deadline of reservation %s", leg.SID, latest.Sub(r.Deadline), sid)
		}
		v.judgeRing(leg, r)
	}
}

// judgeRing holds a leg that nobody answered against what clean invocations had heard and known.
func (v verdict) judgeRing(leg simulator.CallRecord, r simulator.ReservationRecord) {
	if !leg.Answered.IsZero() || leg.Ended.IsZero() {
		return
	}
	heard, known := v.heardGone(r), v.knewLeg(leg, r)
	if heard.IsZero() || known.IsZero() {
		return
	}
	if known.After(heard) {
		heard = known
	}
	if rang := leg.Ended.Sub(heard); rang > hearing {
		v.breaks(quiet, "worker call %s rang for %s more after we had heard that nobody waits", leg.SID, rang)
	}
}

// heardGone is when a clean invocation first heard that the reservation has nobody left to bridge.
func (v verdict) heardGone(r simulator.ReservationRecord) time.Time {
	caller := v.tasks[r.TaskSID].CallSID
	for _, i := range v.invocations {
		if i.forged || !i.clean() {
			continue
		}
		switch i.path {
		case "/survey":
			if v.hostile != nil && !i.signed.Add(-maxLatency).After(v.tasks[r.TaskSID].Created) {
				continue // another queue, before they were put back
			}
			result := i.field("QueueResult")
			gone := i.field("CallStatus") == "completed" || !slices.Contains([]string{"bridged", "bridging-in-process", "redirected", "redirected-from-bridged"}, result)
			if gone && result != "bridged" && i.field("CallSid") == caller {
				return i.began
			}
		case "/events":
			about := i.field("ReservationSid") == r.SID && slices.Contains([]string{"reservation.rejected", "reservation.timeout", "reservation.canceled", "reservation.rescinded"}, i.field("EventType"))
			if v.untraceable(r.TaskSID) {
				continue
			}
			if about || i.field("EventType") == "task.canceled" && i.field("TaskSid") == r.TaskSID {
				return i.began
			}
		}
	}
	return time.Time{}
}

// knewLeg is when a clean invocation first had noted the worker's call.
func (v verdict) knewLeg(leg simulator.CallRecord, r simulator.ReservationRecord) time.Time {
	for _, i := range v.invocations {
		if i.forged || !i.clean() {
			continue
		}
		status := strings.HasSuffix(i.path, "/status") && i.field("CallSid") == leg.SID
		placed := i.function == bridgeFunction && strings.Contains(i.body, `"reservation_sid":"`+r.SID) && !i.began.After(leg.Created) && !leg.Created.After(i.ended)
		if status || placed {
			return i.ended
		}
	}
	return time.Time{}
}

func (v verdict) judgeReservation(r simulator.ReservationRecord, calls []simulator.CallRecord) {
	if v.foreign[r.TaskSID] != nil {
		return
	}
	if r.Settled.IsZero() {
		v.breaks(settled, "reservation %s was left %s", r.SID, r.Status)
		return
	}
	// Before its time is over a reservation only "times out" because both assignment URLs failed, under one reading of that.
	early := r.Settled.Before(r.Deadline)
	if edit, found := v.mangled[r.TaskSID]; found && edit.edit.losesCall() {
		return
	}
	if r.Status != "timeout" || !v.deferred || early && v.spoiled(r.SID, undelivered, "/assignment") || v.spoiled(r.SID, undelivered, bridgeFunction, "/worker/") || v.spoiled(r.SID, unreached, bridgeFunction, "/worker/") {
		return
	}
	answered := slices.ContainsFunc(calls, func(leg simulator.CallRecord) bool {
		return reservationOf(leg.URL) == r.SID && !leg.Answered.IsZero()
	})
	atWork := slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		about := i.function == "/worker/" && strings.Contains(i.path, r.SID) || i.function == bridgeFunction && strings.Contains(i.body, r.SID)
		return about && !i.came.After(r.Settled) && !i.ended.Before(r.Settled)
	})
	if !answered && !atWork {
		v.breaks(settled, "reservation %s was left to time out", r.SID)
	}
}

func (v verdict) judgeTask(k simulator.TaskRecord) {
	switch {
	case k.Status == "completed" || k.Status == "canceled" || v.foreign[k.SID] != nil:
	case k.Status == "wrapping" && v.wrapUp == nil:
	default:
		v.breaks(finished, "task %s was left %s", k.SID, k.Status)
	}
}
