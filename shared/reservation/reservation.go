// Package reservation names how far the bridge of one TaskRouter reservation has come. The ledger
// stores these states and moves between them; the failure table says in which of them each failure
// ends. shared/ledger/README.md has the table of states.
package reservation

import "slices"

// State is how far a reservation's bridge has come. It only moves forward. The zero value stands
// for a reservation that nothing is known of. The text is what the ledger stores.
type State string

// The states in the order of an undisturbed call, then the ends.
const (
	Offered State = "offered"  // TaskRouter made the reservation
	Claimed State = "claimed"  // the bridge function has begun work on it
	CRM     State = "crm"      // the CRM step is under way
	Dialing State = "dialling" // POST /Calls is under way, or its outcome is unknown
	Ringing State = "ringing"  // the worker call has a SID
	Gate    State = "gate"     // the worker, or a mailbox, has answered
	Talking State = "bridged"  // worker and caller talk

	Talked     State = "done"        // they talked
	Rejected   State = "rejected"    // TaskRouter offers the task to the next worker
	CallerLeft State = "caller_left" // the caller no longer waits with this task
	Expired    State = "stale"       // the reservation ran out of time, or TaskRouter took it back
	Unknown    State = "unknown"     // rejected, and a worker call may have been placed
)

// states has each state with the latest one from which a reservation may come into it; "" = only
// from nothing known. Webhooks come in any order and get lost, so states can be passed over.
var states = []struct {
	state, latest State
	end           bool
}{
	{Offered, "", false},
	{Claimed, Offered, false},
	{CRM, Claimed, false},
	{Dialing, CRM, false},
	{Ringing, Dialing, false},
	{Gate, Ringing, false},
	{Talking, Gate, false},

	{Talked, Talking, true},
	{Rejected, Gate, true},
	{CallerLeft, Gate, true},
	{Expired, Gate, true},
	{Unknown, Gate, true},
}

// States lists all states: those of an undisturbed call in their order, then the ends.
func States() []State {
	var all []State
	for _, each := range states {
		all = append(all, each.state)
	}
	return all
}

// Ended reports whether the state is an end, which a reservation never leaves.
func (s State) Ended() (ended bool) {
	for _, each := range states {
		ended = ended || each.state == s && each.end
	}
	return ended
}

// From lists the states from which a reservation may come into this one: first the state itself, so
// that a repeated write succeeds, then the earlier ones in their order.
func (s State) From() []State {
	all := States()
	latest := slices.Index(all, states[slices.Index(all, s)].latest)
	return append([]State{s}, all[:latest+1]...)
}
