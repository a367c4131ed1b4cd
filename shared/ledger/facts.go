package ledger

import (
	"strings"

	"switchboard/shared/reservation"
)

// A fact is one field of a call's item that is written once; its value is the time at which it
// happened. The item keeps a call's own facts under their names, and a task's or a reservation's
// behind its SID: "WR….accepted".
type fact struct {
	name  string
	owner owner
	by    source
	state reservation.State // where it moves the owner's bridge; "" = nowhere
	proof proof
}

// owner is what a fact is about. The text is the first half of TaskRouter's event types.
type owner string

const (
	ofCall        owner = "call"
	ofTask        owner = "task"
	ofReservation owner = "reservation"
)

// source is who reports a fact.
type source string

const (
	byUs         source = "Switchboard"
	byTaskRouter source = "TaskRouter" // an event "task.name" or "reservation.name"
)

// proof is what a fact proves, as a set.
type proof uint

const (
	// talked: worker and caller were connected.
	talked proof = 1 << iota

	// endsReservation: TaskRouter no longer has the reservation pending, or soon will not.
	endsReservation

	// endsTask: the task has ended. Its caller may wait with another one.
	endsTask

	// cannotBridge: no worker can be connected to the caller for the owner, which for a task are
	// all its reservations and for a call all its tasks. A worker call for it must end.
	cannotBridge

	// namesWorker: the event's attributes name the worker who talked, and the worker call.
	namesWorker

	// begins: a task, a reservation or a talk begins at the fact's time.
	begins
)

// resolved: the reservation needs nothing from us.
const resolved = talked | endsReservation | cannotBridge

// Names of facts that code reads or writes by name.
const (
	ended           = "ended"    // the caller's call ended
	callback        = "callback" // the caller wants to leave the line and be called back
	callbackTask    = "callback_task"
	over            = "over" // the request ended
	unserved        = "unserved"
	created         = "created"
	accepted        = "accepted"
	wrapup          = "wrapup"
	canceled        = "canceled"
	completed       = "completed"
	dialed          = "dialed"
	answered        = "answered"
	bridged         = "bridged"
	workerCallEnded = "leg_ended"
	rejectSent      = "reject_sent"
	forgotten       = "forgotten"
)

// facts is the one table of what the ledger knows: each predicate and each condition of a write
// follows from it, and README.md shows it.
var facts = []fact{
	{ended, ofCall, byUs, "", cannotBridge},
	{over, ofCall, byUs, "", cannotBridge},

	{created, ofTask, byTaskRouter, "", begins},
	{wrapup, ofTask, byTaskRouter, "", namesWorker},
	{canceled, ofTask, byTaskRouter, "", endsTask | cannotBridge},
	{completed, ofTask, byTaskRouter, "", endsTask | cannotBridge | namesWorker},
	{"deleted", ofTask, byTaskRouter, "", endsTask | cannotBridge},
	{"system-deleted", ofTask, byTaskRouter, "", endsTask | cannotBridge},
	{unserved, ofTask, byUs, "", cannotBridge},

	{created, ofReservation, byTaskRouter, reservation.Offered, begins},
	{accepted, ofReservation, byTaskRouter, reservation.Talking, talked | namesWorker | begins},
	{wrapup, ofReservation, byTaskRouter, reservation.Talked, talked | namesWorker},
	{completed, ofReservation, byTaskRouter, reservation.Talked, talked | namesWorker},
	{"rejected", ofReservation, byTaskRouter, reservation.Rejected, endsReservation | cannotBridge},
	{canceled, ofReservation, byTaskRouter, reservation.CallerLeft, endsReservation | cannotBridge},
	{"timeout", ofReservation, byTaskRouter, reservation.Expired, endsReservation | cannotBridge},
	{"rescinded", ofReservation, byTaskRouter, reservation.Expired, endsReservation | cannotBridge},
	{"failed", ofReservation, byTaskRouter, reservation.Expired, endsReservation | cannotBridge},

	{string(reservation.Claimed), ofReservation, byUs, reservation.Claimed, 0},
	{dialed, ofReservation, byUs, reservation.Ringing, 0},
	{answered, ofReservation, byUs, reservation.Gate, 0},
	{bridged, ofReservation, byUs, reservation.Talked, talked},
	{workerCallEnded, ofReservation, byUs, "", 0},
	{rejectSent, ofReservation, byUs, "", endsReservation},
	{string(reservation.CallerLeft), ofReservation, byUs, reservation.CallerLeft, cannotBridge},
	{string(reservation.Expired), ofReservation, byUs, reservation.Expired, cannotBridge},
	{string(reservation.Unknown), ofReservation, byUs, reservation.Unknown, cannotBridge},
	{forgotten, ofReservation, byUs, "", endsReservation | cannotBridge},
}

// field returns the name of the item's field for the fact about a reservation, its task or its
// call.
func (f fact) field(ref Ref) string {
	switch f.owner {
	case ofCall:
		return f.name
	case ofReservation:
		return ref.ReservationSID + "." + f.name
	}
	return ref.TaskSID + "." + f.name
}

// fields names the fields each of which proves one of what is asked about the reservation.
func (r Ref) fields(asked proof) []string {
	var names []string
	for _, f := range facts {
		if f.proof&asked != 0 {
			names = append(names, f.field(r))
		}
	}
	return names
}

// proves reports whether the ledger knows a fact that proves one of what is asked about the
// reservation.
func (c Call) proves(ref Ref, asked proof) (proven bool) {
	for _, f := range facts {
		if f.proof&asked != 0 && c.has(f.field(ref)) {
			return true
		}
	}
	return false
}

// reportedBy returns the fact that an event of TaskRouter reports, by the event's type. One that is
// not in the table proves nothing.
func reportedBy(eventType string) fact {
	subject, name, _ := strings.Cut(eventType, ".")
	for _, f := range facts {
		if f.by == byTaskRouter && string(f.owner) == subject && f.name == name {
			return f
		}
	}
	return fact{name: name, owner: owner(subject)}
}
