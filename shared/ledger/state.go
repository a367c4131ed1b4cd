package ledger

import (
	"context"
	"slices"
	"strings"
	"time"
)

// State is how far a reservation's bridge has come. It only moves forward, and an end is never left.
type State string

// The states in the order of an undisturbed call, then the ends. The empty State stands for a reservation that nobody has
// told of yet.
const (
	Offered  State = "offered"  // TaskRouter made the reservation
	Claimed  State = "claimed"  // a bridge has begun work on it
	CRM      State = "crm"      // the CRM is being told
	Dialling State = "dialling" // POST /Calls is under way, or nobody knows what became of it
	Ringing  State = "ringing"  // the call to the worker has a SID
	Gate     State = "gate"     // the worker has answered
	Bridged  State = "bridged"  // worker and caller talk

	Done       State = "done"        // they talked
	Rejected   State = "rejected"    // given up for this worker
	CallerLeft State = "caller_left" // given up for good: nobody waits
	Stale      State = "stale"       // its time was over
	Unknown    State = "unknown"     // given up, and nobody knows whether the worker was called
)

// Ended reports whether the state is an end.
func (s State) Ended() bool {
	return slices.Contains([]State{Done, Rejected, CallerLeft, Stale, Unknown}, s)
}

// States lists them all, in the order of an undisturbed call and then the ends.
func States() []State {
	path := path()
	return append(path[1:], Done, Rejected, CallerLeft, Stale, Unknown)
}

// path is the order of the states that are no end; it begins with nothing known.
func path() [8]State { return [...]State{"", Offered, Claimed, CRM, Dialling, Ringing, Gate, Bridged} }

// transition is what may bring a reservation into a state: it may be in any of path up to the last one. Webhooks come in any order
// and get lost, so what is in between may be passed over.
type transition struct {
	to     State
	last   State
	causes string
}

// transitions is the whole state machine, as the README shows it. It is an array, and so is path: each write to the ledger asks, and
// an array costs no allocation.
func transitions() [12]transition {
	return [...]transition{
		{Offered, "", "event `reservation.created`"},
		{Claimed, Offered, "the bridge takes the message; the same write goes on to `crm` or, without a CRM step, to `dialling`"},
		{CRM, Claimed, "the bridge begins the CRM step"},
		{Dialling, CRM, "the bridge is about to POST /Calls; refused when the caller has left or the reservation is over"},
		{Ringing, Dialling, "POST /Calls gave a CallSid; status callback of the worker's call before its end"},
		{Gate, Ringing, "the worker answers: `/worker/…/gate`, `key` or `dial`"},
		{Bridged, Gate, "event `reservation.accepted`"},
		{Done, Bridged, "Dial action after a talk; events `reservation.wrapup`, `reservation.completed`; end of the worker's call after `bridged`"},
		{Rejected, Gate, "our rejection, which found the reservation pending; event `reservation.rejected`"},
		{CallerLeft, Gate, "Enqueue action URL without a talk; events `task.canceled`, `reservation.canceled`; we send the caller to overflow; the sweeper finds the caller gone"},
		{Stale, Gate, "our rejection past the deadline, from `dialling` on only one that found the reservation pending; events `reservation.timeout`, `.rescinded`, `.failed`"},
		{Unknown, Gate, "our rejection, which found the reservation pending, where nobody knows whether the worker was called"},
	}
}

// from lists the states from which a move to the state may be made. The state itself is one, and that changes nothing: what is told
// twice, or written again because the first answer was lost, shall not cost a further write.
func (s State) from() []string {
	path := path()
	from := make([]string, 1, len(path))
	from[0] = string(s)
	for _, t := range transitions() {
		if t.to != s {
			continue
		}
		for _, state := range path[1 : slices.Index(path[:], t.last)+1] {
			from = append(from, string(state))
		}
	}
	return from
}

// stateOf is what TaskRouter's word for a reservation means for its bridge, "" for other words.
func stateOf(fact string) State {
	switch fact {
	case "created":
		return Offered
	case "accepted":
		return Bridged
	case "wrapup", "completed":
		return Done
	case "rejected":
		return Rejected
	case "canceled":
		return CallerLeft
	case "timeout", "rescinded", "failed":
		return Stale
	}
	return ""
}

// state is the name of a reservation's field.
const state = "state"

// move makes the change and with it moves the reservation's bridge to a state, which it reached at that time. Where the state does
// not allow that the change is made alone. It returns the call, and whether the change was made.
func (l Ledger) move(ctx context.Context, change Change, reservation string, to State, at string) (Call, bool, error) {
	if to == "" {
		return l.apply(ctx, change)
	}
	call, made, err := l.apply(ctx, change.moving(reservation, to, at))
	if made || err != nil || call.allows(reservation, to) {
		return call, made, err
	}
	return l.apply(ctx, change)
}

// moving returns the change with the move in it.
func (c Change) moving(reservation string, to State, at string) Change {
	moved := c.clone()
	moved.Set[reservation+"."+state] = string(to)
	if _, told := moved.Once[reservation+"."+string(to)]; !told {
		moved.Once[reservation+"."+string(to)] = at
	}
	if moved.Within == nil {
		moved.Within = map[string][]string{}
	}
	moved.Within[reservation+"."+state] = to.from()
	return moved
}

func (c Call) allows(reservation string, to State) bool {
	now := c.fields[reservation+"."+state]
	return now == "" || slices.Contains(to.from(), now)
}

// State is how far the reservation's bridge has come.
func (c Call) State(ref Ref) State { return State(c.fields[ref.ReservationSID+"."+state]) }

// At is when the reservation's bridge came into a state, zero when it never did: states can be passed over. Twilio tells of two of
// them under names of its own, and perhaps late.
func (c Call) At(ref Ref, in State) time.Time {
	at := c.time(ref.ReservationSID + "." + string(in))
	switch {
	case at.IsZero() && in == Offered:
		return c.time(ref.ReservationSID + ".created")
	case at.IsZero() && in == Bridged:
		return c.time(ref.ReservationSID + ".accepted")
	}
	return at
}

// Reservations lists the reservations of all the call's tasks, in the order in which the ledger heard of them.
func (c Call) Reservations() []Ref {
	var refs []Ref
	for _, sid := range c.reservations() {
		refs = append(refs, Ref{c.CallSID(), c.fields[sid+"."+ofTask], sid})
	}
	heard := c.heard()
	slices.SortStableFunc(refs, func(a, b Ref) int { return strings.Compare(heard[a.ReservationSID], heard[b.ReservationSID]) })
	return refs
}

// heard is the first time that is told of each task and reservation, as text: all have one format.
func (c Call) heard() map[string]string {
	heard := map[string]string{}
	for name, value := range c.fields {
		sid, _, found := strings.Cut(name, ".")
		if _, err := time.Parse(timeFormat, value); !found || err != nil {
			continue
		}
		if first := heard[sid]; first == "" || value < first {
			heard[sid] = value
		}
	}
	return heard
}
