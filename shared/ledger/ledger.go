// Package ledger records what Switchboard knows of each call: its tasks and reservations, the
// worker calls, how they ended, and what the caller said afterwards.
//
// All of it is one item, and nearly every fact is a field that is written once, with the time as
// its value. So a webhook that arrives twice or late changes nothing, and each write returns what
// all earlier ones recorded: that decides the race between a caller who leaves and a worker's phone
// that begins to ring. The table in facts.go says what each fact proves; README.md shows an item.
package ledger

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

const timeFormat = "2006-01-02T15:04:05.000Z"

// Ledger writes and reads calls.
type Ledger struct {
	Store Store
	Now   func() time.Time
}

// Offer is what the bridge function knows of a reservation when it begins.
type Offer struct {
	WorkerSID    string
	Attempt      string    // a name that no other attempt has; "" = none, see Claim
	Deadline     time.Time // when the reservation times out at the earliest
	CRM          bool      // the CRM step comes next
	DialBy       time.Time // without a CRM step: as for RecordDialing; zero = RecordDialing sets it
	Announcement string    // what the worker hears of the caller at the gate; "" = nothing
}

// Claim gives the caller the exclusive right to place the worker call, and moves the reservation to
// CRM, Dialing or Claimed, as the offer says. claimed is false if another attempt holds the claim
// or the worker cannot be connected to the caller; call is then the current item. Repeating a Claim
// with the same Offer.Attempt succeeds, so SDK retries are safe. err is as for Store.Apply.
func (l Ledger) Claim(ctx context.Context, ref Ref, offer Offer) (call Call, claimed bool, err error) {
	change, sid := l.about(ref), ref.ReservationSID
	change.Once[sid+"."+string(reservation.Claimed)] = l.now()
	change.Once[sid+"."+attempt] = offer.Attempt
	change.Once[sid+"."+workerSID] = offer.WorkerSID
	change.Once[sid+"."+deadline] = text(offer.Deadline)
	change.Once[sid+"."+announcement] = offer.Announcement
	change.Set[workerSID] = offer.WorkerSID
	delete(change.Once, taskSID)
	change.Set[taskSID] = ref.TaskSID // the call waits with it
	change.Absent = append(ref.fields(resolved), sid+"."+string(reservation.Claimed))
	to := reservation.Claimed
	switch {
	case offer.CRM:
		to = reservation.CRM
	case !offer.DialBy.IsZero():
		to = reservation.Dialing
		change.Once[sid+"."+dialBy] = text(offer.DialBy)
	}
	moving := change.moving(sid, to, l.now())
	moving.Within[sid+"."+state] = from(reservation.Claimed)
	call, claimed, err = l.apply(ctx, moving)
	claimedBefore := err == nil && offer.Attempt != "" && call.of(ref, attempt) == offer.Attempt && !call.Resolved(ref)
	return call, claimed || claimedBefore, err
}

// RecordDialing records, before the request is sent, that the worker call is about to be placed; by
// is the latest time at which the phone may begin to ring. allowed is false if the reservation is
// resolved or has a worker call: then no call may be placed. Only the attempt that holds the claim
// may ask. err is as for Store.Apply; a retry is safe.
func (l Ledger) RecordDialing(ctx context.Context, ref Ref, by time.Time) (call Call, allowed bool, err error) {
	change := l.about(ref)
	change.Once[ref.ReservationSID+"."+dialBy] = text(by)
	change.Absent = ref.fields(resolved)
	return l.apply(ctx, change.moving(ref.ReservationSID, reservation.Dialing, l.now()))
}

// RecordPlaced records the worker call that Twilio placed. The returned call says whether the
// caller left meanwhile. err is as for Store.Apply; a retry is safe.
func (l Ledger) RecordPlaced(ctx context.Context, ref Ref, workerCall string) (Call, error) {
	return l.link(ctx, ref, workerCall, dialed, reservation.Ringing)
}

// RecordAnswered records that the worker, or a mailbox, answered the worker call. The returned call
// says what they are to hear. err is as for Store.Apply; a retry is safe.
func (l Ledger) RecordAnswered(ctx context.Context, ref Ref, workerCall string) (Call, error) {
	call, _, err := l.move(ctx, l.aboutWorkerCall(ref, workerCall), ref.ReservationSID, reservation.Gate, l.now())
	return call, err
}

// RecordAccepted records that the worker took the call and is about to be connected. err is as for
// Store.Apply; a retry is safe.
func (l Ledger) RecordAccepted(ctx context.Context, ref Ref, workerCall string) (Call, error) {
	return l.link(ctx, ref, workerCall, answered, reservation.Gate)
}

// link records a fact about the worker call, and that the caller's call belongs with it. It does
// not link a worker call whose reservation has ended: the report may be late, or the call may have
// been placed without our knowledge and answered while the next worker talks.
func (l Ledger) link(ctx context.Context, ref Ref, workerCall, fact string, to reservation.State) (Call, error) {
	change := l.aboutWorkerCall(ref, workerCall)
	change.Once[ref.ReservationSID+"."+fact] = l.now()
	linking := change.clone()
	linking.Set[workerCallSID] = workerCall
	linking.Absent = ref.fields(cannotBridge | endsReservation)
	if fact == dialed {
		// A phone that rings for a caller who was enqueued again must not take the link from the
		// worker of the earlier talk.
		linking.Absent = append(linking.Absent, connected)
	}
	call, made, err := l.move(ctx, linking, ref.ReservationSID, to, l.now())
	if err != nil {
		return call, err
	}
	// Nor must it take the link from another worker who talks, if the webhook that ends this
	// reservation was lost.
	talks := call.TalkedWith(ref.TaskSID)
	if call.Talked(ref) {
		talks = workerCall
	}
	if talks != "" && talks != call.WorkerCallSID() {
		change.Set[workerCallSID] = talks
	} else if made {
		return call, nil
	}
	call, _, err = l.move(ctx, change, ref.ReservationSID, to, l.now())
	return call, err
}

// RecordTalked records, at the end of a talk, that worker and caller were connected. err is as for
// Store.Apply; a retry is safe.
func (l Ledger) RecordTalked(ctx context.Context, ref Ref, workerCall string) error {
	change := l.aboutWorkerCall(ref, workerCall)
	change.Once[ref.ReservationSID+"."+bridged] = l.now()
	change.Once[connected] = yes
	_, _, err := l.move(ctx, change, ref.ReservationSID, reservation.Talked, l.now())
	return err
}

// RecordWorkerCall records a status callback about the worker call, so that the call is known even
// if the function that placed it stopped before it recorded the call; ended says that the worker
// call ended. err is as for Store.Apply; a retry is safe.
func (l Ledger) RecordWorkerCall(ctx context.Context, ref Ref, workerCall string, ended bool) (Call, error) {
	change := l.aboutWorkerCall(ref, workerCall)
	if !ended {
		call, _, err := l.move(ctx, change, ref.ReservationSID, reservation.Ringing, l.now())
		return call, err
	}
	change.Once[ref.ReservationSID+"."+workerCallEnded] = l.now()
	call, _, err := l.apply(ctx, change)
	if err != nil || call.State(ref) != reservation.Talking {
		return call, err
	}
	call, _, err = l.move(ctx, l.change(ref.CallSID), ref.ReservationSID, reservation.Talked, l.now())
	return call, err
}

// RecordRejection records that we rejected the reservation. If wasPending, the state becomes end;
// "" = its own event records the end. If Twilio did not have it pending, the worker may have
// accepted: end then applies only while no worker call was placed, and none is placed after that.
// err is as for Store.Apply; a retry is safe.
func (l Ledger) RecordRejection(ctx context.Context, ref Ref, end reservation.State, wasPending bool) error {
	return l.reject(ctx, l.about(ref), ref, end, wasPending)
}

// RecordRejectionFor is RecordRejection with the failure that led to it. err is as for Store.Apply;
// a retry is safe.
func (l Ledger) RecordRejectionFor(
	ctx context.Context, ref Ref, why failure.Failure, end reservation.State, wasPending bool,
) error {
	return l.reject(ctx, l.failing(ref, why), ref, end, wasPending)
}

func (l Ledger) reject(ctx context.Context, change Change, ref Ref, end reservation.State, wasPending bool) error {
	change.Once[ref.ReservationSID+"."+rejectSent] = l.now()
	if wasPending || end == "" {
		_, _, err := l.move(ctx, change, ref.ReservationSID, end, l.now())
		return err
	}
	ending := change.moving(ref.ReservationSID, end, l.now())
	ending.Within[ref.ReservationSID+"."+state] = from(reservation.CRM)
	_, made, err := l.apply(ctx, ending)
	if made || err != nil {
		return err
	}
	_, _, err = l.apply(ctx, change)
	return err
}

// Failed records why the reservation's bridge failed, before the reservation is rejected:
// TaskRouter offers the task to the next worker at the same time, and the bridge of that offer must
// see the failure. The returned call has the failures of the task's other reservations. err is as
// for Store.Apply; a retry is safe.
func (l Ledger) Failed(ctx context.Context, ref Ref, why failure.Failure) (Call, error) {
	call, _, err := l.apply(ctx, l.failing(ref, why))
	return call, err
}

// SentToOverflow records that the caller was sent to overflow because of a failure that the next
// worker could not change. That ends every other bridge of the task. err is as for Store.Apply; a
// retry is safe.
func (l Ledger) SentToOverflow(ctx context.Context, ref Ref, why failure.Failure) error {
	change := l.failing(ref, why)
	change.Once[ref.TaskSID+"."+unserved] = l.now()
	_, _, err := l.move(ctx, change, ref.ReservationSID, reservation.CallerLeft, l.now())
	return err
}

func (l Ledger) failing(ref Ref, why failure.Failure) Change {
	change, row := l.about(ref), why.Row()
	change.Once[ref.ReservationSID+"."+failed] = row.Step + "/" + row.Name
	change.Once[ref.ReservationSID+"."+chargedTo] = string(row.Charge)
	return change
}

// MarkCallerLeft moves the reservations of a task, "" = of all tasks, to CallerLeft, as
// MarkBridgesCallerLeft does.
func (l Ledger) MarkCallerLeft(ctx context.Context, call Call, task string) error {
	var refs []Ref
	for _, ref := range call.Reservations() {
		if !call.State(ref).Ended() && !call.Talked(ref) && (task == "" || ref.TaskSID == task) {
			refs = append(refs, ref)
		}
	}
	return l.MarkBridgesCallerLeft(ctx, refs...)
}

// MarkBridgesCallerLeft moves reservations to CallerLeft, with a write for each, as long as ctx
// lasts. One that ended or in which a worker talked stays as it is. err joins those of all writes,
// each as for Store.Apply, and that of ctx; a retry is safe.
func (l Ledger) MarkBridgesCallerLeft(ctx context.Context, refs ...Ref) error {
	var failures []error
	for _, ref := range refs {
		if ctx.Err() != nil {
			return errors.Join(append(failures, ctx.Err())...)
		}
		change := l.change(ref.CallSID).moving(ref.ReservationSID, reservation.CallerLeft, l.now())
		change.Absent = append(ref.fields(talked), ref.ReservationSID+"."+forgotten)
		_, _, err := l.apply(ctx, change)
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// Overflowed records why the caller could not be served, when they reach overflow; the last time
// counts. err is as for Store.Apply; a retry is safe.
func (l Ledger) Overflowed(ctx context.Context, call string, why failure.Failure) error {
	return l.set(ctx, call, overflow, why.Path()[1:])
}

// LeftQueue records that the caller left a queue; the last report counts. callEnded says that the
// call itself ended. A caller whose call has not may be enqueued again, or may already wait with
// another task. err is as for Store.Apply; a retry is safe.
func (l Ledger) LeftQueue(ctx context.Context, call, result string, callEnded bool) (Call, error) {
	change := l.change(call)
	change.Set[queueResult] = result
	change.Set[leftQueue] = l.now()
	if callEnded {
		change.Once[ended] = l.now()
	}
	known, _, err := l.apply(ctx, change)
	return known, err
}

// Scored records the caller's score, 1 to 5. err is as for Store.Apply; a retry is safe.
func (l Ledger) Scored(ctx context.Context, call string, points int) error {
	return l.set(ctx, call, score, strconv.Itoa(points))
}

// Remarked records the recording (RE…) of what the caller said in the survey. err is as for
// Store.Apply; a retry is safe.
func (l Ledger) Remarked(ctx context.Context, call, recording string) error {
	return l.set(ctx, call, remark, recording)
}

// LeftVoicemail records the recording (RE…) of what the caller said instead of waiting. err is as
// for Store.Apply; a retry is safe.
func (l Ledger) LeftVoicemail(ctx context.Context, call, recording string) error {
	return l.set(ctx, call, voicemail, recording)
}

// WantsElsewhere records that a waiting caller is about to leave the queue to be connected to
// another number. err is as for Store.Apply; a retry is safe.
func (l Ledger) WantsElsewhere(ctx context.Context, call string) error {
	return l.set(ctx, call, elsewhere, l.now())
}

func (l Ledger) set(ctx context.Context, call, name, value string) error {
	change := l.change(call)
	change.Set[name] = value
	_, _, err := l.apply(ctx, change)
	return err
}

func (l Ledger) change(call string) Change {
	now := l.Now().UTC()
	change := Change{
		CallSID: call,
		Once:    Fields{day: now.Format(time.DateOnly), firstSeen: now.Format(timeFormat), phase: phaseOpen},
		Set:     Fields{},
	}
	if taskrouter.IsRequest(call) {
		delete(change.Once, day) // by which calls are exported
		change.Once[phase] = phaseRequest
	}
	return change
}

func (l Ledger) about(ref Ref) Change {
	change := l.change(ref.CallSID)
	change.Once[taskSID] = ref.TaskSID
	change.Once[ref.ReservationSID+"."+taskOf] = ref.TaskSID
	change.Absent = []string{ref.ReservationSID + "." + forgotten}
	return change
}

// aboutWorkerCall writes nothing if the reservation has another worker call: it has at most one,
// and a request about another contradicts what is known.
func (l Ledger) aboutWorkerCall(ref Ref, workerCall string) Change {
	change := l.about(ref)
	change.Once[ref.ReservationSID+"."+workerCallSID] = workerCall
	change.Within = map[string][]string{ref.ReservationSID + "." + workerCallSID: {workerCall}}
	return change
}

// apply leaves empty values out: they say nothing, and an index takes none.
func (l Ledger) apply(ctx context.Context, change Change) (call Call, made bool, err error) {
	isEmpty := func(_, value string) bool { return value == "" }
	maps.DeleteFunc(change.Once, isEmpty)
	maps.DeleteFunc(change.Set, isEmpty)
	fields, made, err := l.Store.Apply(ctx, change)
	if errors.Is(err, ErrItemFull) {
		fields, made, err = l.applyToFull(ctx, change)
	}
	call = Call{fields}
	if made {
		// The change is made in any case, and the next one forgets what this one could not.
		_, _ = l.forget(ctx, call, keptReservations+forgetBatch)
	}
	return call, made, err
}

func (l Ledger) now() string { return text(l.Now()) }

// text is "" for the zero time.
func text(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(timeFormat)
}

// parse returns the zero time for a text that is not a time.
func parse(text string) time.Time {
	at, err := time.Parse(timeFormat, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
