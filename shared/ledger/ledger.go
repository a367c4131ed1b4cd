// Package ledger keeps what Switchboard knows of each call: which task it waited with, which reservations were claimed,
// which calls to workers were placed and how they ended, and what the caller said afterwards.
//
// Nearly every fact is a field that is written once, named by what it is about, with the time as its value. So a webhook that
// comes twice or late changes nothing that is already known, and state only moves forward. All facts of a call lie in
// one item: whoever writes last sees what everybody else wrote, which is what ends the races between a caller who
// leaves and a worker's phone that starts to ring.
package ledger

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/taskrouter"
)

const timeFormat = "2006-01-02T15:04:05.000Z"

// Ledger writes and reads calls.
type Ledger struct {
	Store Store
	Now   func() time.Time
}

// Claim takes a reservation for the one bridge that may call its worker. It is refused, with what is known of the call,
// when the reservation was claimed before or has nobody left to bridge.
func (l Ledger) Claim(ctx context.Context, ref Ref, worker string) (Call, bool, error) {
	change := l.about(ref)
	change.Once[ref.ReservationSID+"."+claimed] = l.now()
	change.Once[ref.ReservationSID+"."+workerSID] = worker
	change.Set[workerSID] = worker
	change.Absent = over(ref)
	for _, fact := range slices.Concat([]string{claimed, rejecting}, connections()) {
		change.Absent = append(change.Absent, ref.ReservationSID+"."+fact)
	}
	return l.apply(ctx, change)
}

// Dialed notes the call that was placed to the reservation's worker. The returned Call tells whether the caller left
// meanwhile.
func (l Ledger) Dialed(ctx context.Context, ref Ref, leg string) (Call, error) {
	return l.linked(ctx, ref, leg, dialed)
}

// Answered notes that the worker takes the call and is about to be connected.
func (l Ledger) Answered(ctx context.Context, ref Ref, leg string) (Call, error) {
	return l.linked(ctx, ref, leg, answered)
}

// linked notes a fact about the worker's call, and that it is the one that the caller's belongs with. That it does not become when its
// reservation is over: the note may come late, and a call placed without our knowing may be answered while the next worker talks.
func (l Ledger) linked(ctx context.Context, ref Ref, leg, fact string) (Call, error) {
	change := l.aboutLeg(ref, leg)
	change.Once[ref.ReservationSID+"."+fact] = l.now()
	link := change
	link.Set = maps.Clone(change.Set)
	link.Set[workerCallSID] = leg
	link.Absent = append(over(ref), ref.ReservationSID+"."+rejecting)
	call, made, err := l.apply(ctx, link)
	if err != nil {
		return call, err
	}
	// Nor when another worker is known to talk, though nobody told that this reservation is over.
	if talks := call.connectedLeg(ref.TaskSID); talks != "" && talks != call.WorkerCallSID() {
		change.Set[workerCallSID] = talks
	} else if made {
		return call, nil
	}
	call, _, err = l.apply(ctx, change)
	return call, err
}

// Bridged notes that worker and caller were connected.
func (l Ledger) Bridged(ctx context.Context, ref Ref, leg string) error {
	change := l.aboutLeg(ref, leg)
	change.Once[ref.ReservationSID+"."+bridged] = l.now()
	_, _, err := l.apply(ctx, change)
	return err
}

// LegSeen notes a status callback about the worker's call, so that the call is known even when whoever placed it died
// before writing it down; over says that the call is at its end.
func (l Ledger) LegSeen(ctx context.Context, ref Ref, leg string, over bool) (Call, error) {
	change := l.aboutLeg(ref, leg)
	if over {
		change.Once[ref.ReservationSID+"."+legEnded] = l.now()
	}
	call, _, err := l.apply(ctx, change)
	return call, err
}

// RejectSent notes that the reservation was rejected by us.
func (l Ledger) RejectSent(ctx context.Context, ref Ref) error {
	change := l.about(ref)
	change.Once[ref.ReservationSID+"."+rejecting] = l.now()
	_, _, err := l.apply(ctx, change)
	return err
}

// LeftQueue notes that the caller is no longer in the queue, the last time that counts where a call is enqueued again; over
// says that nobody can be bridged to them any more.
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
// counted before, and the call as it is known either way.
func (l Ledger) Event(ctx context.Context, event taskrouter.Event) (Call, bool, error) {
	change := l.change(event.Task.CallSID)
	change.EventSID = event.SID
	change.Set[taskSID] = event.TaskSID
	at := l.now()
	if !event.Time.IsZero() {
		at = event.Time.UTC().Format(timeFormat)
	}
	resource, fact, _ := strings.Cut(event.Type, ".")
	switch resource {
	case "task":
		change.Once[event.TaskSID+"."+fact] = at
	case "reservation":
		change.Once[event.ReservationSID+"."+fact] = at
		change.Once[event.ReservationSID+"."+ofTask] = event.TaskSID
		change.Once[event.ReservationSID+"."+workerSID] = event.WorkerSID
	}
	// Only now does worker_call_sid speak of the worker who took the call: while a task is offered again it may still be
	// the one of a worker who did not answer.
	if fact == "accepted" || fact == "wrapup" || fact == "completed" {
		change.Set[workerSID] = event.WorkerSID
		change.Set[workerCallSID] = event.Task.WorkerCallSID
	}
	return l.apply(ctx, change)
}

// over names the facts each of which says that nobody is left to bridge for the reservation.
func over(ref Ref) []string {
	facts := []string{ended}
	for _, death := range taskDeaths() {
		facts = append(facts, ref.TaskSID+"."+death)
	}
	for _, death := range reservationDeaths() {
		facts = append(facts, ref.ReservationSID+"."+death)
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
		Once:    Fields{day: now.Format(time.DateOnly), firstSeen: now.Format(timeFormat)},
		Set:     Fields{},
	}
}

func (l Ledger) about(ref Ref) Change {
	change := l.change(ref.CallSID)
	change.Set[taskSID] = ref.TaskSID
	change.Once[ref.ReservationSID+"."+ofTask] = ref.TaskSID
	return change
}

func (l Ledger) aboutLeg(ref Ref, leg string) Change {
	change := l.about(ref)
	change.Once[ref.ReservationSID+"."+workerCallSID] = leg
	return change
}

// apply leaves empty values out: nothing is known by them, and an index takes none.
func (l Ledger) apply(ctx context.Context, change Change) (Call, bool, error) {
	isEmpty := func(_, value string) bool { return value == "" }
	maps.DeleteFunc(change.Once, isEmpty)
	maps.DeleteFunc(change.Set, isEmpty)
	fields, made, err := l.Store.Apply(ctx, change)
	return Call{fields}, made, err
}

func (l Ledger) now() string { return l.Now().UTC().Format(timeFormat) }
