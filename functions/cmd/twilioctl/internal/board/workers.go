package board

import (
	"slices"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/staff"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/reservation"
)

// State is what a worker does.
type State string

// The states, in the order in which the board shows them.
const (
	Available State = "available"
	Ringing   State = "ringing" // the worker's phone rings, or is about to
	Talking   State = "talking"
	Wrapping  State = "wrapping up"
	Away      State = "away"
	Off       State = "signed off"
)

// states lists them in that order.
func states() []State { return []State{Available, Ringing, Talking, Wrapping, Away, Off} }

// Worker is a worker of the desk.
type Worker struct {
	Name   string    `json:"name"`
	State  State     `json:"state"`
	Since  time.Time `json:"since,omitzero"`
	Until  time.Time `json:"until,omitzero"`   // when Switchboard brings the worker back
	Detail string    `json:"detail,omitempty"` // the caller, the activity or the reason
	Missed *int      `json:"missed,omitempty"` // calls in a row; null = not known
	Shift  string    `json:"shift,omitempty"`
}

// day is what follows from the facts at one moment.
type day struct {
	facts    Facts
	desk     staff.Desk
	now      time.Time
	calls    map[string]ledger.Call // by task
	requests map[string]bool        // tasks of messages and call backs
	numbers  map[string]string      // of callers, by call
	engaged  map[string]engagement  // by worker
	rings    map[string]string      // worker's name by task
	idle     map[string]time.Time   // when each worker's last talk ended
}

// engagement is what a worker does about a call.
type engagement struct {
	state        State
	since, until time.Time
	with, task   string
}

func newDay(facts Facts, desk staff.Desk, now time.Time) *day {
	d := &day{
		facts: facts, desk: desk, now: now, calls: map[string]ledger.Call{}, requests: map[string]bool{}, numbers: map[string]string{},
		engaged: map[string]engagement{}, rings: map[string]string{}, idle: map[string]time.Time{},
	}
	for _, call := range facts.Calls {
		d.numbers[call.SID] = call.From
	}
	for _, call := range facts.Requests {
		d.requests[call.Request().TaskSID] = true
	}
	if facts.Today != nil {
		for worker, at := range facts.Today.lastTalk {
			d.idle[worker] = at
		}
	}
	for _, call := range slices.Concat(facts.Open, facts.Requests) {
		for _, task := range call.Tasks() {
			d.calls[task] = call
		}
		for _, ref := range call.Reservations() {
			d.engage(call, ref)
		}
	}
	for _, row := range facts.Workers {
		if e := d.engaged[row.SID]; e.state == Ringing {
			d.rings[e.task] = printable(row.Name)
		}
	}
	return d
}

// longestRing is how long a reservation can keep a phone ringing: the ledger may not have heard of
// the end of an older one yet.
const longestRing = 5 * time.Minute

// engage records what a reservation has its worker do. Of several, a talk counts before a ringing
// phone, and that before a wrap-up.
func (d *day) engage(call ledger.Call, ref ledger.Ref) {
	e := engagement{task: ref.TaskSID}
	state, request := call.State(ref), call.Request()
	switch {
	case call.IsRequest() && request.State == ledger.Talking && request.Talking == ref.ReservationSID:
		e.state, e.since, e.with = Talking, request.Since, "call back"
		if request.CustomerCallSID == "" && !strings.HasPrefix(request.Key, "CB") {
			e.with = "message"
		}
	case state == reservation.Talking && !call.Ended():
		e.state, e.since, e.with = Talking, call.At(ref, reservation.Talking), d.number(call.CallSID())
	case state == reservation.Talked:
		if e.since = call.At(ref, reservation.Talked); !d.wraps(call, ref, &e) {
			worker := call.Worker(ref)
			if e.since.After(d.idle[worker]) {
				d.idle[worker] = e.since
			}
			return
		}
	case !state.Ended() && !call.Resolved(ref) && call.MayBePending(ref) && d.now.Sub(call.Reserved(ref)) < longestRing:
		e.state, e.since, e.with = Ringing, call.Reserved(ref), d.number(call.CallSID())
	default:
		return
	}
	worker := call.Worker(ref)
	before, found := d.engaged[worker]
	rank := []State{Wrapping, Ringing, Talking}
	if !found || slices.Index(rank, e.state) > slices.Index(rank, before.state) || e.state == before.state && e.since.After(before.since) {
		d.engaged[worker] = e
	}
}

// wraps reports whether the task of a talk that is over still keeps the worker from the next call.
func (d *day) wraps(call ledger.Call, ref ledger.Ref, e *engagement) bool {
	if !slices.Contains(call.LiveTasks(), ref.TaskSID) || e.since.IsZero() {
		return false
	}
	e.state = Wrapping
	if wrapUp := d.desk.Reconciler.WrapUp; wrapUp != nil {
		e.until = e.since.Add(*wrapUp)
		// The event of the task's end may be on its way, or lost.
		return d.now.Sub(e.until) < time.Minute
	}
	return true
}

// workers lists the workers by name.
func (d *day) workers() []Worker {
	rows := slices.Clone(d.facts.Workers)
	if d.facts.Records != nil {
		d.desk.Describe(d.facts.Records, rows)
	}
	all := []Worker{}
	for _, row := range rows {
		all = append(all, d.worker(row))
	}
	return all
}

func (d *day) worker(row staff.Row) Worker {
	w := Worker{Name: printable(row.Name), Since: row.Since, Missed: row.MissedCalls, Shift: printable(row.Shift)}
	e, engaged := d.engaged[row.SID]
	switch {
	case engaged:
		w.State, w.Since, w.Until, w.Detail = e.state, e.since, e.until, e.with
	case row.Standing == reconciler.WrapUp:
		w.State, w.Until = Wrapping, row.Until
	case row.Available:
		w.State = Available
		if idle := d.idle[row.SID]; idle.After(w.Since) {
			w.Since = idle
		}
	case row.Standing == reconciler.SignedOff || row.ActivitySID == d.desk.Reconciler.Activities.Offline && row.Standing != reconciler.Paused:
		w.State, w.Detail = Off, printable(row.Why)
	default:
		w.State, w.Detail, w.Until = Away, printable(row.Activity), row.Until
		if row.Standing == reconciler.Paused {
			w.Detail = printable(row.Why)
		}
	}
	return w
}
