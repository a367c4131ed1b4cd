// Package rules judges calls from outside: by what went over the wire, by the final state of Twilio
// and the ledger, and by what people heard. The campaign, which plants faults, excuses what they
// explain and adds rules of its own.
package rules

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/timeline"
	"switchboard/shared/simulator"
	"switchboard/shared/workercall"
)

// The rules, by their names in reports and tests.
const (
	OneCall       = "a reservation has at most one worker call"
	InTime        = "no worker call rings past its reservation's deadline"
	Resolved      = "every reservation is resolved"
	Finished      = "every task ends, and no worker is starved"
	Cared         = "every caller is bridged, leaves, or hears why not"
	Quiet         = "no phone rings for a caller who left"
	HandsOff      = "TwiML manages reservations, tasks and queues"
	Remembered    = "the ledger agrees with Twilio"
	SignedOnly    = "no side effect without a signature"
	NoServerError = "no 5xx from a webhook"
	WellFormed    = "every answer is one that Twilio accepts"
	NoDeadLetter  = "no message reaches the dead-letter queue without a cause"
	Idle          = "the sweeper repairs nothing after a call without faults"
	Discreet      = "no log line has a number, a token or a body"
	BroughtBack   = "a worker who wants calls is brought back in time"
)

// RingOverrun is how much longer than Timeout a phone may ring
// (https://www.twilio.com/docs/voice/api/call-resource).
const RingOverrun = 5 * time.Second

// maxRing is how long a phone may ring after the bundle can know that no caller waits.
const maxRing = time.Second

// Breaks records that a rule was broken.
type Breaks func(rule, format string, values ...any)

// Broken lists broken rules as text.
type Broken []string

// Add implements Breaks.
func (b *Broken) Add(rule, format string, values ...any) {
	*b = append(*b, rule+": "+fmt.Sprintf(format, values...))
}

// Account is the final state of an account.
type Account struct {
	Calls        []simulator.CallRecord
	Tasks        []simulator.TaskRecord
	Reservations []simulator.ReservationRecord

	CallBySID        map[string]simulator.CallRecord
	TaskBySID        map[string]simulator.TaskRecord
	ReservationBySID map[string]simulator.ReservationRecord
}

// Of returns the final state of an account.
func Of(twilio *simulator.Twilio) Account {
	a := Account{
		Calls:            twilio.Calls(),
		Tasks:            twilio.Tasks(),
		Reservations:     twilio.Reservations(),
		CallBySID:        map[string]simulator.CallRecord{},
		TaskBySID:        map[string]simulator.TaskRecord{},
		ReservationBySID: map[string]simulator.ReservationRecord{},
	}
	for _, c := range a.Calls {
		a.CallBySID[c.SID] = c
	}
	for _, k := range a.Tasks {
		a.TaskBySID[k.SID] = k
	}
	for _, r := range a.Reservations {
		a.ReservationBySID[r.SID] = r
	}
	return a
}

// ReservationSID returns the reservation of a worker call; "" = not a worker call.
func ReservationSID(call simulator.CallRecord) string {
	route, _ := workercall.Parse(timeline.Path(call.URL))
	return route.Ref.ReservationSID
}

// WorkerCalls checks the calls that the bundle placed. gone returns when the bundle could know that
// no caller waits for a worker call; zero = never.
func (a Account) WorkerCalls(
	gone func(simulator.CallRecord, simulator.ReservationRecord) time.Time, breaks Breaks,
) {
	placed := map[string]int{}
	for _, call := range a.Calls {
		sid := ReservationSID(call)
		if sid == "" {
			continue
		}
		reservation := a.ReservationBySID[sid]
		if placed[sid]++; placed[sid] > 1 {
			breaks(OneCall, "reservation %s has %d worker calls", sid, placed[sid])
		}
		if late := call.Created.Add(call.Timeout + RingOverrun).Sub(reservation.Deadline); late > 0 {
			breaks(InTime, "worker call %s could ring until %s after the deadline of reservation %s", call.SID, late, sid)
		}
		if !call.Answered.IsZero() || call.Ended.IsZero() {
			continue
		}
		since := gone(call, reservation)
		if rang := call.Ended.Sub(since); !since.IsZero() && rang > maxRing {
			breaks(Quiet, "worker call %s rang for %s after its caller had left", call.SID, rang)
		}
	}
}

// CallerEnded returns when the call of a reservation's caller ended; zero = it has not ended.
func (a Account) CallerEnded(_ simulator.CallRecord, r simulator.ReservationRecord) time.Time {
	return a.CallBySID[a.TaskBySID[r.TaskSID].CallSID].Ended
}

// Requests checks that the bundle does not change over REST what TwiML manages. It manages no task
// without a call, such as that of a call back.
func (a Account) Requests(requests []simulator.Request, breaks Breaks) {
	for _, r := range requests {
		if r.Status == http.StatusUnauthorized {
			breaks(HandsOff, "%s %s was answered 401", r.Method, r.Path)
		}
		if r.Method == http.MethodGet {
			continue
		}
		if strings.Contains(r.Path, "/Members") {
			breaks(HandsOff, "a queue's member was changed: %s", r.Path)
		}
		withoutCall := a.withoutCall(r.Path)
		if status := r.Params.Get("ReservationStatus"); !withoutCall && status != "" && status != "rejected" {
			breaks(HandsOff, "a reservation was set %s over REST: %s", status, r.Path)
		}
		if status := r.Params.Get("AssignmentStatus"); !withoutCall && status != "" && status != "completed" {
			breaks(HandsOff, "a task was set %s over REST: %s", status, r.Path)
		}
		if r.Params.Has("Attributes") && !strings.HasSuffix(r.Path, "/Tasks") {
			breaks(HandsOff, "attributes were changed over REST: %s", r.Path)
		}
	}
}

// withoutCall reports whether a path is that of a task without a call.
func (a Account) withoutCall(path string) bool {
	_, below, _ := strings.Cut(path, "/Tasks/")
	sid, _, _ := strings.Cut(below, "/")
	task, found := a.TaskBySID[sid]
	return found && task.CallSID == ""
}

// Open says which tasks may be left open.
type Open struct {
	Foreign  func(taskSID string) bool // tasks of other programs; nil = none
	Wrapping bool                      // the operator completes tasks by hand
}

// Ends checks that no call, task or reservation was left open.
func (a Account) Ends(may Open, breaks Breaks) {
	foreign := func(task string) bool { return may.Foreign != nil && may.Foreign(task) }
	for _, r := range a.Reservations {
		if r.Settled.IsZero() && !foreign(r.TaskSID) {
			breaks(Resolved, "reservation %s was left %s", r.SID, r.Status)
		}
	}
	for _, k := range a.Tasks {
		ended := k.Status == "completed" || k.Status == "canceled" || may.Wrapping && k.Status == "wrapping"
		if !ended && !foreign(k.SID) {
			breaks(Finished, "task %s was left %s", k.SID, k.Status)
		}
	}
	for _, c := range a.Calls {
		if c.Ended.IsZero() {
			breaks(Cared, "call %s was left %s", c.SID, c.Status)
		}
		if c.HungUpBy == "rest" && !c.Bridged.IsZero() && (c.BridgeEnded.IsZero() || c.BridgeEnded.Equal(c.Ended)) {
			breaks(HandsOff, "worker call %s was ended while it was bridged", c.SID)
		}
	}
}

// Caller checks what a caller heard. heard says whether they heard anything, maxSilence how long
// they may hear nothing.
func Caller(c simulator.CallRecord, heard bool, maxSilence time.Duration, breaks Breaks) {
	switch {
	case c.ApplicationError:
		breaks(Cared, "caller %s heard that an application error has occurred", c.SID)
	case !heard && c.Bridged.IsZero() && c.Ended.Sub(c.Created) > maxSilence:
		breaks(Cared, "caller %s heard nothing for %s", c.SID, c.Ended.Sub(c.Created))
	case c.HungUpBy == "twilio" && !saidGoodbye(c):
		breaks(Cared, "caller %s was cut off; the last they heard was %q", c.SID, c.Heard)
	}
}

// saidGoodbye reports whether the last text that a caller heard was for a caller who no longer
// waits.
func saidGoodbye(c simulator.CallRecord) (is bool) {
	if len(c.Heard) == 0 {
		return false
	}
	last := c.Heard[len(c.Heard)-1]
	return !strings.HasPrefix(last, "https://") && !strings.Contains(last, "Thank you for waiting")
}

// Callers checks what the callers heard, by a timeline. A caller who hangs up within a second need
// not hear anything: Twilio requests the wait document only once the caller is in the queue.
func (a Account) Callers(entries []simulator.Entry, breaks Breaks) {
	heard := map[string]bool{}
	for _, entry := range entries {
		heard[entry.CallSID] = heard[entry.CallSID] || entry.Kind == simulator.KindHears
	}
	for _, c := range a.Calls {
		if c.Direction == "inbound" {
			Caller(c, heard[c.SID], time.Second, breaks)
		}
	}
}

// Timeouts checks that no reservation timed out, because Twilio then moves the worker to an
// activity.
func (a Account) Timeouts(breaks Breaks) {
	for _, r := range a.Reservations {
		if r.Status == "timeout" {
			breaks(Resolved, "reservation %s was left to time out", r.SID)
		}
	}
}

// Workers checks that in the end no worker is in an activity that the bundle uses for a time.
func Workers(workers []simulator.WorkerRecord, ours []string, breaks Breaks) {
	for _, w := range workers {
		if slices.Contains(ours, w.ActivitySID) {
			breaks(BroughtBack, "%s was left in the activity %s", w.Name, w.ActivityName)
		}
	}
}

// Answers checks the answers to webhooks.
func Answers(entries []simulator.Entry, breaks Breaks) {
	for _, entry := range entries {
		if entry.Kind != simulator.KindAnswer {
			continue
		}
		path := timeline.Path(entry.URL)
		switch {
		case entry.Status >= http.StatusInternalServerError:
			breaks(NoServerError, "%s was answered %d", path, entry.Status)
		case entry.Status/100 != 2:
			breaks(WellFormed, "%s was answered %d", path, entry.Status)
		case strings.HasPrefix(path, "/assignment") && (entry.Status != http.StatusOK || entry.ContentType != "application/json"):
			breaks(WellFormed, "%s was answered %d %s", path, entry.Status, entry.ContentType)
		}
	}
}

// Undisturbed checks an account without planted faults: Twilio reports no problem, and answers
// every request.
func Undisturbed(twilio *simulator.Twilio, requests []simulator.Request, breaks Breaks) {
	for _, problem := range twilio.Problems() {
		breaks(WellFormed, "the simulated Twilio reports a problem: %s", problem)
	}
	for _, alert := range twilio.Debugger() {
		breaks(WellFormed, "Twilio's debugger has %d: %s", alert.Code, alert.Text)
	}
	for _, r := range requests {
		if r.Status >= http.StatusInternalServerError {
			breaks(WellFormed, "%s %s was answered %d", r.Method, r.Path, r.Status)
		}
	}
}
