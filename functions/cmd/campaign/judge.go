package main

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/simulator"
)

// verdict judges a world after everything in it has ended: by Twilio's final state, by the
// requests, and by what people heard. A rule excuses only a fault that struck the same call, task
// or reservation.
type verdict struct {
	*world
	account      rules.Account
	calls        map[string]simulator.CallRecord
	tasks        map[string]simulator.TaskRecord
	reservations map[string]simulator.ReservationRecord
	events       []simulator.EventRecord
}

// verdict returns a verdict with Twilio's present state.
func (w *world) verdict() verdict {
	a := rules.Of(w.twilio)
	return verdict{w, a, a.CallBySID, a.TaskBySID, a.ReservationBySID, w.twilio.Events()}
}

func (w *world) judge() {
	v := w.verdict()
	calls := v.account.Calls
	w.workerCalls = len(calls) - len(w.lines) - customerCalls(calls)
	v.judgeAlerts()
	requests := w.twilio.Requests()
	v.judgeREST(requests)
	v.account.WorkerCalls(v.knewGone, w.breaks)
	for _, r := range v.account.Reservations {
		v.judgeTimeout(r, calls)
	}
	v.account.Ends(rules.Open{
		Foreign:  func(task string) bool { return v.foreign[task] != nil },
		Wrapping: w.wrapUp == nil,
	}, w.breaks)
	for _, line := range w.lines {
		v.judgeCaller(v.calls[line.CallSID()])
		if w.own != nil {
			v.judgeFarewell(v.calls[line.CallSID()])
		}
	}
	v.judgeLeft()
	if w.requests != nil {
		v.judgeRequests()
	}
	if w.survey != nil {
		v.judgeSurvey()
	}
	v.judgeWorkers(requests)
	if w.hostile != nil {
		v.judgeHostile(requests)
	}
	rules.DeadLetters(slices.DeleteFunc(w.recordings.Dead, func(m *trigger.Message) bool { return w.recordings.excused[m] }), w.breaks)
	rules.DeadLetters(slices.DeleteFunc(w.queue.Dead, func(m *trigger.Message) bool { return w.queue.excused[m] }), w.breaks)
}

func (v verdict) judgeAlerts() {
	for _, problem := range v.twilio.Problems() {
		// Scripts are random, so an unfinished script means nothing. judgePatience handles lost
		// patience.
		if !strings.HasPrefix(problem.Text, "the call of ") && !strings.Contains(problem.Text, "lost patience") {
			v.breaks(rules.WellFormed, "the simulated Twilio reports a problem: %s", problem)
		}
	}
	for _, alert := range v.twilio.Debugger() {
		if !v.explained(alert) {
			v.breaks(rules.WellFormed, "Twilio's debugger has %d: %s", alert.Code, alert.Text)
		}
	}
}

// explained reports whether something other than the functions caused an entry of Twilio's
// debugger.
func (v verdict) explained(a simulator.Alert) bool {
	switch a.Code {
	case 11200, 15003: // no usable answer
		return v.damaged(a.CallSID, undelivered) || v.damaged(a.TaskSID, undelivered) || v.damaged(a.ReservationSID, undelivered) || a.CallSID+a.TaskSID == "" && len(v.faults.struck) > 0
	case 14207: // the queue is full
		return v.maxSize > 0
	case 14215, 14217: // the worker was connected after the caller left
		r := v.reservations[a.ReservationSID]
		return r.Status != "accepted" && !r.Settled.After(a.At)
	case 40001: // a reading: Twilio warns of an empty answer to the assignment callback
		return v.readings.EmptyAnswerWarns
	case 20001, 40123, 40135, 40136, 40140: // the answer came after the reservation ended
		if a.Code == 40140 && v.mangled[v.reservations[a.ReservationSID].TaskSID].losesCall(a.At) {
			return true // or a script had removed the instruction's call
		}
		return !v.reservations[a.ReservationSID].Settled.After(a.At)
	}
	return false
}

func (v verdict) judgeREST(requests []simulator.Request) {
	var ours []simulator.Request
	for n, r := range requests {
		if n >= len(v.askers) || v.askers[n] != nil {
			ours = append(ours, r)
		}
	}
	v.account.Requests(ours, v.breaks)
	for _, r := range ours {
		if r.Method == http.MethodGet || !strings.Contains(r.Path, "/Tasks/") || strings.Contains(r.Path, "/Reservations/") {
			continue
		}
		task := v.tasks[lastOf(r.Path)]
		if _, isRequest := markOf(task); isRequest {
			continue
		}
		caller := v.calls[task.CallSID]
		talked := !caller.Bridged.IsZero() && !caller.BridgeEnded.IsZero() && !caller.BridgeEnded.After(r.At) || v.hostile != nil && v.wrapped(task.SID, r.At)
		if !talked && !v.wrapping(task.SID, r.At) {
			v.breaks(rules.HandsOff, "task %s was changed over REST: %s", task.SID, r.Params.Encode())
		}
	}
}

// wrapping reports whether Twilio had moved the task of a caller who was never bridged to wrapping.
// Under one reading an unanswered dequeue does that.
func (v verdict) wrapping(task string, at time.Time) bool {
	return v.calls[v.tasks[task].CallSID].Bridged.IsZero() && v.wrapped(task, at)
}

// wrapped reports whether Twilio had moved the task to wrapping.
func (v verdict) wrapped(task string, at time.Time) bool {
	return slices.ContainsFunc(v.events, func(e simulator.EventRecord) bool {
		return e.Type == "task.wrapup" && e.TaskSID == task && !e.At.After(at)
	})
}

func lastOf(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// knewGone returns when the functions knew that no caller waited for a worker call: a clean
// invocation had recorded the worker call, and another had received that the caller left. Zero =
// never.
func (v verdict) knewGone(call simulator.CallRecord, r simulator.ReservationRecord) time.Time {
	heard, certain := v.heardGone(r)
	known := v.knewWorkerCall(call, r, func(at time.Time) bool { return certain || !at.After(heard) })
	if heard.IsZero() || known.IsZero() {
		return time.Time{}
	}
	return latest(heard, known)
}

// heardGone returns when a clean invocation first received that the reservation has no caller left
// to bridge. certain is false for an action URL of a call that continues: the caller may wait in
// the next queue, and only who asks Twilio knows.
func (v verdict) heardGone(r simulator.ReservationRecord) (at time.Time, certain bool) {
	caller := v.tasks[r.TaskSID].CallSID
	for _, i := range v.invocations {
		if i.forged || !i.clean() {
			continue
		}
		switch {
		case isAction(i.path):
			if v.hostile != nil && (!i.signed.Add(-maxLatency).After(v.tasks[r.TaskSID].Created) || v.enqueuedAfter(caller, i.signed)) {
				continue // about one of several queues, since an operator enqueued the caller again
			}
			result := i.field("QueueResult")
			gone := i.field("CallStatus") == "completed" || !slices.Contains([]string{"bridged", "bridging-in-process", "redirected", "redirected-from-bridged"}, result)
			if gone && result != "bridged" && i.field("CallSid") == caller {
				return i.began, i.field("CallStatus") == "completed"
			}
		case i.path == "/events":
			about := i.field("ReservationSid") == r.SID && slices.Contains([]string{"reservation.rejected", "reservation.timeout", "reservation.canceled", "reservation.rescinded"}, i.field("EventType"))
			if v.untraceable(r.TaskSID) {
				continue
			}
			if about || i.field("EventType") == "task.canceled" && i.field("TaskSid") == r.TaskSID {
				return i.began, true
			}
		}
	}
	return time.Time{}, false
}

// enqueuedAfter reports whether a task was created for a caller after a time.
func (v verdict) enqueuedAfter(caller string, at time.Time) bool {
	for _, task := range v.tasks {
		if task.CallSID == caller && task.Created.After(at) {
			return true
		}
	}
	return false
}

// knewWorkerCall returns when a clean invocation first recorded the worker call: the bridge that
// placed it, or its status callback at a time that counts.
func (v verdict) knewWorkerCall(
	workerCall simulator.CallRecord, r simulator.ReservationRecord, counts func(time.Time) bool,
) time.Time {
	for _, i := range v.invocations {
		if i.forged || !i.clean() {
			continue
		}
		status := strings.HasSuffix(i.path, "/status") && i.field("CallSid") == workerCall.SID && counts(i.ended)
		placed := i.function == bridgeFunction && strings.Contains(i.body, `"reservation_sid":"`+r.SID) &&
			!i.began.After(workerCall.Created) && !workerCall.Created.After(i.ended)
		if status || placed {
			return i.ended
		}
	}
	return time.Time{}
}

func (v verdict) judgeTimeout(r simulator.ReservationRecord, calls []simulator.CallRecord) {
	if v.foreign[r.TaskSID] != nil || r.Settled.IsZero() {
		return
	}
	// A reservation times out early only because both assignment URLs failed, under one reading of
	// that.
	early := r.Settled.Before(r.Deadline)
	if edit, found := v.mangled[r.TaskSID]; found && edit.edit.losesCall() {
		return
	}
	if r.Status != "timeout" || !v.deferred || early && v.damaged(r.SID, undelivered, "/assignment", fallbackFunction) || v.damaged(r.SID, undelivered, bridgeFunction, "/worker/") || v.damaged(r.SID, unreached, bridgeFunction, "/worker/") {
		return
	}
	answered := slices.ContainsFunc(calls, func(workerCall simulator.CallRecord) bool {
		return rules.ReservationSID(workerCall) == r.SID && !workerCall.Answered.IsZero()
	})
	atWork := slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		about := i.function == "/worker/" && strings.Contains(i.path, r.SID) || i.function == bridgeFunction && strings.Contains(i.body, r.SID)
		return about && !i.came.After(r.Settled) && !i.ended.Before(r.Settled)
	})
	if !answered && !atWork {
		v.breaks(rules.Resolved, "reservation %s was left to time out", r.SID)
	}
}
