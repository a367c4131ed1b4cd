package main

import (
	"slices"
	"strings"
	"time"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/reservation"
	"switchboard/shared/simulator"
)

// checkOutcome: the call came to what it should, and the ledger tells the same as Twilio.
func (t *take) checkOutcome(check check) {
	caller, worker := t.caller(), t.worker()
	check(worker.To == t.Call.Talks, "%q talked to the caller, want %q", worker.To, t.Call.Talks)
	check(strings.Join(caller.QueueResults, ",") == t.Call.QueueResult, "QueueResult was %v, want %s", caller.QueueResults, t.Call.QueueResult)
	if offers, dialled := t.offers(), t.dialled(); t.Call.Offers != nil {
		check(slices.Equal(offers, t.Call.Offers), "the reservations ended %v, want %v", offers, t.Call.Offers)
		check(slices.Equal(dialled, t.Call.Dialled), "called were %v, want %v", dialled, t.Call.Dialled)
	}
	t.checkSecond(check)
	if t.Link.CallSID == "" {
		return
	}
	check(t.Link.CallSID == caller.SID && t.Link.TaskSID == caller.TaskSID, "the ledger links call %s and task %s, want %s and %s", t.Link.CallSID, t.Link.TaskSID, caller.SID, caller.TaskSID)
	if t.Call.Talks != "" {
		check(t.Link.WorkerCallSID == worker.SID, "the ledger links worker's call %s, want %s", t.Link.WorkerCallSID, worker.SID)
		check(!t.Link.Bridged.IsZero(), "the ledger does not know of the bridge")
	}
	check(t.Link.QueueResult == t.Call.QueueResult, "the ledger has QueueResult %q, want %q", t.Link.QueueResult, t.Call.QueueResult)
	check(t.Link.Score == t.Call.Score, "the ledger has score %q, want %q", t.Link.Score, t.Call.Score)
	t.checkTries(check)
}

// returnTime is what a worker's return may take, once the wrap-up is over.
const returnTime = 5 * time.Second

// checkSecond: the worker talked to the earlier caller, wrapped up, and was then offered this call without delay.
func (t *take) checkSecond(check check) {
	if t.World.earlier == nil {
		return
	}
	first := t.find(func(c simulator.CallRecord) bool { return c.SID == t.World.earlier.CallSID() })
	worker := t.find(func(c simulator.CallRecord) bool { return first.PeerSID != "" && c.SID == first.PeerSID })
	check(worker.To == t.Call.Talks, "%q talked to the earlier caller, want %q", worker.To, t.Call.Talks)
	for _, reservation := range t.reservations() {
		free := first.BridgeEnded.Add(t.Call.Before.WrapUp)
		late := reservation.Created.Sub(free)
		check(late >= 0, "the worker was offered the second call %s before the wrap-up was over", -late)
		check(late <= returnTime, "the worker was offered the second call %s after the wrap-up was over", late)
	}
}

// reservations are those of the caller's task.
func (t *take) reservations() []simulator.ReservationRecord {
	task := t.caller().TaskSID
	return slices.DeleteFunc(t.World.Reservations(), func(r simulator.ReservationRecord) bool { return r.TaskSID != task })
}

// checkTries: the ledger has each reservation as it ended in Twilio, and the call to its worker that we placed.
func (t *take) checkTries(check check) {
	legs := map[string]string{}
	for _, leg := range t.World.Calls() {
		legs[reservationIn(leg.URL)] = leg.SID
	}
	tries := map[string]linkedcalls.Try{}
	for _, try := range t.Link.Tries {
		tries[try.ReservationSID] = try
	}
	reservations := t.reservations()
	check(len(tries) == len(reservations), "the ledger has %d reservations of %d", len(tries), len(reservations))
	for _, reservation := range reservations {
		try := tries[reservation.SID]
		check(try.State == endOf(reservation.Status), "reservation %s is %q in the ledger, and %s in Twilio", reservation.SID, try.State, reservation.Status)
		check(try.WorkerSID == reservation.WorkerSID && try.TaskSID == reservation.TaskSID, "reservation %s is of %s for %s in the ledger", reservation.SID, try.WorkerSID, try.TaskSID)
		check(try.WorkerCallSID == legs[reservation.SID], "the ledger has call %q for reservation %s, want %q", try.WorkerCallSID, reservation.SID, legs[reservation.SID])
	}
}

// endOf is the state in which the ledger has a reservation that ended with a status in Twilio.
func endOf(status string) reservation.State {
	switch status {
	case "wrapping", "completed":
		return reservation.Talked
	case "rejected":
		return reservation.Rejected
	case "canceled":
		return reservation.CallerLeft
	}
	return reservation.Expired
}

func (t *take) caller() simulator.CallRecord {
	return t.find(func(c simulator.CallRecord) bool { return c.SID == t.World.line.CallSID() })
}

// worker is the leg that the caller was bridged with, an empty one when there is none.
func (t *take) worker() simulator.CallRecord {
	peer := t.caller().PeerSID
	return t.find(func(c simulator.CallRecord) bool { return peer != "" && c.SID == peer })
}

// offers tells how each reservation ended, in the order in which they were made.
func (t *take) offers() []string {
	var ends []string
	for _, reservation := range t.reservations() {
		ends = append(ends, reservation.Status)
	}
	return ends
}

// dialled lists who was called, in order.
func (t *take) dialled() []string {
	var contacts []string
	for _, call := range t.World.Calls() {
		if call.Direction != "inbound" {
			contacts = append(contacts, call.To)
		}
	}
	return contacts
}

// lastLeg is the last call that was placed to a worker.
func (t *take) lastLeg() (leg simulator.CallRecord) {
	for _, call := range t.World.Calls() {
		if call.SID != t.World.line.CallSID() {
			leg = call
		}
	}
	return leg
}

func (t *take) find(wanted func(simulator.CallRecord) bool) simulator.CallRecord {
	for _, call := range t.World.Calls() {
		if wanted(call) {
			return call
		}
	}
	return simulator.CallRecord{}
}
