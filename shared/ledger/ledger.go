// Package ledger keeps what Switchboard knows of each call: which task it waited with, which reservations were claimed,
// which calls to workers were placed and how they ended, and what the caller said afterwards.
//
// Nearly every fact is a field that is written once, named by what it is about, with the time as its value. So a webhook that
// comes twice or late changes nothing that is already known. How far each reservation's bridge has come is its State, moved
// beside the facts by conditional writes and only forward. All that is known of a call lies in one item: whoever writes last
// sees what everybody else wrote, which is what ends the races between a caller who leaves and a worker's phone that starts
// to ring.
//
// An item has room for 400 KB. Of a call that is offered again and again the oldest reservations that ended without a talk are
// forgotten, apart from one field by which everything that comes later about them is refused: see forgettable.
package ledger

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/taskrouter"
)

const timeFormat = "2006-01-02T15:04:05.000Z"

// Ledger writes and reads calls.
type Ledger struct {
	Store Store
	Now   func() time.Time
}

// Offer is what a bridge that begins knows of its reservation.
type Offer struct {
	WorkerSID    string
	Attempt      string    // a name that no other attempt has, "" for none; see Claim
	Deadline     time.Time // when the reservation times out at the earliest
	CRM          bool      // the CRM is told next
	DialBy       time.Time // without a CRM step: as for Dialling; zero leaves that to Dialling
	Announcement string    // what the worker hears of the caller at the gate, "" for nothing
}

// Claim takes a reservation for the one bridge that may call its worker, and moves it to CRM, to Dialling or to Claimed, as the
// offer has it. It is refused, with what is known of the call, when the reservation was claimed before or has nobody left
// to bridge. The SDK asks again where an answer was lost: a claim that finds itself made, by the name of its attempt, is not
// refused.
func (l Ledger) Claim(ctx context.Context, ref Ref, offer Offer) (Call, bool, error) {
	change := l.about(ref)
	change.Once[ref.ReservationSID+"."+claimed] = l.now()
	change.Once[ref.ReservationSID+"."+attempt] = offer.Attempt
	change.Once[ref.ReservationSID+"."+workerSID] = offer.WorkerSID
	change.Once[ref.ReservationSID+"."+deadline] = text(offer.Deadline)
	change.Once[ref.ReservationSID+"."+announcement] = offer.Announcement
	change.Set[workerSID] = offer.WorkerSID
	delete(change.Once, taskSID)
	change.Set[taskSID] = ref.TaskSID // the call waits with it
	change.Absent = append(unsettled(ref), ref.ReservationSID+"."+claimed)
	to := Claimed
	switch {
	case offer.CRM:
		to = CRM
	case !offer.DialBy.IsZero():
		to = Dialling
		change.Once[ref.ReservationSID+"."+dialBy] = text(offer.DialBy)
	}
	moving := change.moving(ref.ReservationSID, to, l.now())
	moving.Within[ref.ReservationSID+"."+state] = Claimed.from()
	call, made, err := l.apply(ctx, moving)
	return call, made || err == nil && call.claimedBy(ref, offer.Attempt), err
}

// Dialling notes, before the request goes out, that the reservation's worker is about to be called; by is the last instant at which
// the phone may begin to ring. It is refused, with what is known of the call, when nobody is left to bridge or the
// reservation is no longer ours: then no call may be placed. Only who has the claim may ask.
func (l Ledger) Dialling(ctx context.Context, ref Ref, by time.Time) (Call, bool, error) {
	change := l.about(ref)
	change.Once[ref.ReservationSID+"."+dialBy] = text(by)
	change.Absent = unsettled(ref)
	return l.apply(ctx, change.moving(ref.ReservationSID, Dialling, l.now()))
}

// Dialed notes the call that was placed to the reservation's worker. The returned Call tells whether the caller left
// meanwhile.
func (l Ledger) Dialed(ctx context.Context, ref Ref, leg string) (Call, error) {
	return l.linked(ctx, ref, leg, dialed, Ringing)
}

// AtGate notes that somebody, or a mailbox, has answered the worker's phone. The returned Call tells what to say to them.
func (l Ledger) AtGate(ctx context.Context, ref Ref, leg string) (Call, error) {
	call, _, err := l.move(ctx, l.aboutLeg(ref, leg), ref.ReservationSID, Gate, l.now())
	return call, err
}

// Answered notes that the worker takes the call and is about to be connected.
func (l Ledger) Answered(ctx context.Context, ref Ref, leg string) (Call, error) {
	return l.linked(ctx, ref, leg, answered, Gate)
}

// linked notes a fact about the worker's call, and that it is the one that the caller's belongs with. That it does not become when its
// reservation is over: the note may come late, and a call placed without our knowing may be answered while the next worker talks.
func (l Ledger) linked(ctx context.Context, ref Ref, leg, fact string, to State) (Call, error) {
	change := l.aboutLeg(ref, leg)
	change.Once[ref.ReservationSID+"."+fact] = l.now()
	link := change.clone()
	link.Set[workerCallSID] = leg
	link.Absent = append(over(ref), ref.ReservationSID+"."+rejecting)
	if fact == dialed {
		// A phone that rings for a caller who was put back takes no link from the worker of the
		// talk before.
		link.Absent = append(link.Absent, connected)
	}
	call, made, err := l.move(ctx, link, ref.ReservationSID, to, l.now())
	if err != nil {
		return call, err
	}
	// Nor when another worker is known to talk, though no webhook said that this reservation is
	// over.
	talks := call.TalkedWith(ref.TaskSID)
	if call.Connected(ref) {
		talks = leg
	}
	if talks != "" && talks != call.WorkerCallSID() {
		change.Set[workerCallSID] = talks
	} else if made {
		return call, nil
	}
	call, _, err = l.move(ctx, change, ref.ReservationSID, to, l.now())
	return call, err
}

// Bridged notes, at the end of a bridge, that worker and caller were connected.
func (l Ledger) Bridged(ctx context.Context, ref Ref, leg string) error {
	change := l.aboutLeg(ref, leg)
	change.Once[ref.ReservationSID+"."+bridged] = l.now()
	change.Once[connected] = yes
	_, _, err := l.move(ctx, change, ref.ReservationSID, Done, l.now())
	return err
}

// LegSeen notes a status callback about the worker's call, so that the call is known even when whoever placed it died
// before writing it down; over says that the call is at its end.
func (l Ledger) LegSeen(ctx context.Context, ref Ref, leg string, over bool) (Call, error) {
	change := l.aboutLeg(ref, leg)
	if !over {
		call, _, err := l.move(ctx, change, ref.ReservationSID, Ringing, l.now())
		return call, err
	}
	change.Once[ref.ReservationSID+"."+legEnded] = l.now()
	call, _, err := l.apply(ctx, change)
	if err != nil || call.State(ref) != Bridged {
		return call, err
	}
	call, _, err = l.move(ctx, l.change(ref.CallSID), ref.ReservationSID, Done, l.now())
	return call, err
}

// RejectSent notes that we asked Twilio to reject the reservation, and as what it ends: Rejected, CallerLeft, Stale, Unknown or, where others
// tell, "". pending is Twilio's answer, that it was pending until then. What was not may have been accepted: it ends here only where its worker
// was not called, and after this note nobody calls them. From Dialling on the worker may talk, also one whose call is not known yet.
func (l Ledger) RejectSent(ctx context.Context, ref Ref, end State, pending bool) error {
	return l.rejectSent(ctx, l.about(ref), ref, end, pending)
}

// RejectedFor is RejectSent with the failure that led to it.
func (l Ledger) RejectedFor(ctx context.Context, ref Ref, why failure.Failure, end State, pending bool) error {
	return l.rejectSent(ctx, l.failing(ref, why), ref, end, pending)
}

func (l Ledger) rejectSent(ctx context.Context, change Change, ref Ref, end State, pending bool) error {
	change.Once[ref.ReservationSID+"."+rejecting] = l.now()
	if pending || end == "" {
		_, _, err := l.move(ctx, change, ref.ReservationSID, end, l.now())
		return err
	}
	ending := change.moving(ref.ReservationSID, end, l.now())
	ending.Within[ref.ReservationSID+"."+state] = CRM.from()
	_, made, err := l.apply(ctx, ending)
	if made || err != nil {
		return err
	}
	_, _, err = l.apply(ctx, change)
	return err
}

// Failed records why the reservation's bridge failed, before the reservation is rejected:
// TaskRouter offers the task to the next worker at the same time, and the bridge of that offer must
// see it. The returned Call has the failures of the task's other reservations.
func (l Ledger) Failed(ctx context.Context, ref Ref, why failure.Failure) (Call, error) {
	call, _, err := l.apply(ctx, l.failing(ref, why))
	return call, err
}

// SentToOverflow records that the caller was sent to overflow because of a failure that the next
// worker could not change. Every other reservation of the task is over with that.
func (l Ledger) SentToOverflow(ctx context.Context, ref Ref, why failure.Failure) error {
	change := l.failing(ref, why)
	change.Once[ref.TaskSID+"."+unserved] = l.now()
	_, _, err := l.move(ctx, change, ref.ReservationSID, CallerLeft, l.now())
	return err
}

func (l Ledger) failing(ref Ref, why failure.Failure) Change {
	change, row := l.about(ref), why.Row()
	change.Once[ref.ReservationSID+"."+failed] = row.Step + "/" + row.Name
	change.Once[ref.ReservationSID+"."+chargedTo] = string(row.Charge)
	return change
}

// GiveUp marks the reservations of a call whose caller no longer waits as CallerLeft: those of one
// task or, with "", of all, apart from those that ended or in which a worker was connected.
func (l Ledger) GiveUp(ctx context.Context, call Call, task string) error {
	var refs []Ref
	for _, ref := range call.Reservations() {
		if !call.State(ref).Ended() && !call.Connected(ref) && (task == "" || ref.TaskSID == task) {
			refs = append(refs, ref)
		}
	}
	return l.MarkCallerLeft(ctx, refs...)
}

// MarkCallerLeft moves reservations to CallerLeft, with a write for each, as long as ctx lasts. One
// that ended or in which a worker was connected stays as it is.
func (l Ledger) MarkCallerLeft(ctx context.Context, refs ...Ref) error {
	var failures []error
	for _, ref := range refs {
		if ctx.Err() != nil {
			return errors.Join(append(failures, ctx.Err())...)
		}
		change := l.change(ref.CallSID).moving(ref.ReservationSID, CallerLeft, l.now())
		change.Absent = []string{ref.ReservationSID + "." + forgotten}
		for _, fact := range connections() {
			change.Absent = append(change.Absent, ref.ReservationSID+"."+fact)
		}
		_, _, err := l.apply(ctx, change)
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// Overflowed records why the caller could not be served, when they reach overflow; the last time
// counts.
func (l Ledger) Overflowed(ctx context.Context, call string, why failure.Failure) error {
	return l.set(ctx, call, overflow, why.Path()[1:])
}

// LeftQueue records that the caller left a queue; the last report counts. over says that the call
// itself is over. A caller whose call is not may be enqueued again, or may already wait with
// another task.
func (l Ledger) LeftQueue(ctx context.Context, call, result string, over bool) (Call, error) {
	change := l.change(call)
	change.Set[queueResult] = result
	change.Set[leftQueue] = l.now()
	if over {
		change.Once[ended] = l.now()
	}
	known, _, err := l.apply(ctx, change)
	return known, err
}

// Scored notes the caller's score, 1 to 5.
func (l Ledger) Scored(ctx context.Context, call string, points int) error {
	return l.set(ctx, call, score, strconv.Itoa(points))
}

// Remarked notes the recording (RE…) of what the caller said in the survey.
func (l Ledger) Remarked(ctx context.Context, call, recording string) error {
	return l.set(ctx, call, remark, recording)
}

// LeftVoicemail notes the recording (RE…) of what the caller said instead of waiting.
func (l Ledger) LeftVoicemail(ctx context.Context, call, recording string) error {
	return l.set(ctx, call, voicemail, recording)
}

// Event notes what TaskRouter said about a task or a reservation of a call. It returns false for an event that was
// counted before, and the call as it is known either way. It may be told long after another task of the call has begun.
func (l Ledger) Event(ctx context.Context, event taskrouter.Event) (Call, bool, error) {
	change := l.change(event.Task.CallSID)
	change.EventSID = event.SID
	change.Once[taskSID] = event.TaskSID
	at := l.now()
	if !event.Time.IsZero() {
		at = text(event.Time)
	}
	resource, fact, _ := strings.Cut(event.Type, ".")
	var to State
	switch resource {
	case "task":
		change.Once[event.TaskSID+"."+fact] = at
	case "reservation":
		change.Once[event.ReservationSID+"."+fact] = at
		change.Once[event.ReservationSID+"."+ofTask] = event.TaskSID
		change.Once[event.ReservationSID+"."+workerSID] = event.WorkerSID
		change.EventOf = event.ReservationSID
		change.Absent = []string{event.ReservationSID + "." + forgotten}
		to = stateOf(fact)
	}
	// Only now does worker_call_sid speak of the worker who took the call: while a task is offered again it may still be
	// the one of a worker who did not answer.
	talks := fact == "accepted" || fact == "wrapup" || fact == "completed"
	if talks && resource == "reservation" {
		change.Once[connected] = yes
	}
	if talks {
		change.Set[workerSID] = event.WorkerSID
		change.Set[workerCallSID] = event.Task.WorkerCallSID
		change.Within = map[string][]string{taskSID: {event.TaskSID}}
	}
	call, made, err := l.move(ctx, change, event.ReservationSID, to, at)
	// The call's link belongs to its last talk, and a late event of an earlier task has none to set.
	if another := call.TaskSID() != event.TaskSID; talks && !made && another && err == nil {
		change.Within = nil
		if call.talkedSince(event.TaskSID, at) {
			delete(change.Set, workerSID)
			delete(change.Set, workerCallSID)
			talks = false
		}
		call, made, err = l.move(ctx, change, event.ReservationSID, to, at)
	}
	if err != nil {
		return call, made, err
	}
	// The task's attributes may still name the worker call of an earlier dequeue instruction.
	if leg := call.fields[event.ReservationSID+"."+workerCallSID]; talks && made && leg != "" && leg != call.WorkerCallSID() {
		relink := l.change(event.Task.CallSID)
		relink.Set[workerCallSID] = leg
		if call, _, err = l.apply(ctx, relink); err != nil {
			return call, made, err
		}
	}
	if begins := fact == "created" || fact == "accepted"; !begins || call.TaskSID() == event.TaskSID {
		return call, made, err
	}
	if last := call.lastTask(event.TaskSID); last != call.TaskSID() {
		change = l.change(event.Task.CallSID)
		change.Set[taskSID] = last
		call, _, err = l.apply(ctx, change)
	}
	return call, made, err
}

// over names the facts each of which says that nobody is left to bridge for the reservation.
func over(ref Ref) []string {
	facts := []string{ended, ref.TaskSID + "." + unserved}
	for _, death := range taskDeaths() {
		facts = append(facts, ref.TaskSID+"."+death)
	}
	for _, death := range reservationDeaths() {
		facts = append(facts, ref.ReservationSID+"."+death)
	}
	return facts
}

// unsettled names the facts none of which may be there while the reservation is ours to bridge.
func unsettled(ref Ref) []string {
	facts := append(over(ref), ref.ReservationSID+"."+rejecting)
	for _, connection := range connections() {
		facts = append(facts, ref.ReservationSID+"."+connection)
	}
	return facts
}

func (l Ledger) set(ctx context.Context, call, name, value string) error {
	change := l.change(call)
	change.Set[name] = value
	_, _, err := l.apply(ctx, change)
	return err
}

func (l Ledger) change(call string) Change {
	now := l.Now().UTC()
	return Change{
		CallSID: call,
		Once:    Fields{day: now.Format(time.DateOnly), firstSeen: now.Format(timeFormat), phase: phaseOpen},
		Set:     Fields{},
	}
}

func (l Ledger) about(ref Ref) Change {
	change := l.change(ref.CallSID)
	change.Once[taskSID] = ref.TaskSID
	change.Once[ref.ReservationSID+"."+ofTask] = ref.TaskSID
	change.Absent = []string{ref.ReservationSID + "." + forgotten}
	return change
}

// aboutLeg writes nothing if another worker call is known for the reservation: there is one at
// most, and a request about another contradicts what is known.
func (l Ledger) aboutLeg(ref Ref, leg string) Change {
	change := l.about(ref)
	change.Once[ref.ReservationSID+"."+workerCallSID] = leg
	change.Within = map[string][]string{ref.ReservationSID + "." + workerCallSID: {leg}}
	return change
}

// apply leaves empty values out: nothing is known by them, and an index takes none.
func (l Ledger) apply(ctx context.Context, change Change) (Call, bool, error) {
	isEmpty := func(_, value string) bool { return value == "" }
	maps.DeleteFunc(change.Once, isEmpty)
	maps.DeleteFunc(change.Set, isEmpty)
	fields, made, err := l.Store.Apply(ctx, change)
	if errors.Is(err, ErrItemFull) {
		fields, made, err = l.applyToFull(ctx, change)
	}
	known := Call{fields}
	if made {
		// The change is made in any case, and the next one forgets what this one could not.
		_, _ = l.forget(ctx, known, keptReservations+forgetBatch)
	}
	return known, made, err
}

func (l Ledger) now() string { return text(l.Now()) }

// text is "" for the zero time.
func text(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(timeFormat)
}
