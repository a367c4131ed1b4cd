package ledger

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"switchboard/shared/taskrouter"
)

const (
	call         = "CA00000000000000000000000000000001"
	task         = "WT00000000000000000000000000000001"
	otherTask    = "WT00000000000000000000000000000002"
	reserved     = "WR00000000000000000000000000000001"
	reservedNext = "WR00000000000000000000000000000002"
	alice        = "WK00000000000000000000000000000001"
	leg          = "CA000000000000000000000000000000a1"
	legNext      = "CA000000000000000000000000000000a2"
)

func ref() Ref { return Ref{call, task, reserved} }

func refNext() Ref { return Ref{call, task, reservedNext} }

func newLedger() Ledger { return Ledger{Store: &Memory{}, Now: noon} }

// step is one thing that happens to a call.
type step func(context.Context, Ledger) error

func claim(r Ref) step {
	return func(ctx context.Context, l Ledger) error {
		_, _, err := l.Claim(ctx, r, Offer{WorkerSID: alice, CRM: true})
		return err
	}
}

func dial(r Ref, leg string) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.RecordPlaced(ctx, r, leg); return err }
}

func answer(r Ref, leg string) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.RecordAccepted(ctx, r, leg); return err }
}

func bridge(r Ref, leg string) step {
	return func(ctx context.Context, l Ledger) error { return l.RecordTalked(ctx, r, leg) }
}

func see(r Ref, leg string, over bool) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.RecordWorkerCall(ctx, r, leg, over); return err }
}

func reject(r Ref) step {
	return func(ctx context.Context, l Ledger) error { return l.RecordRejection(ctx, r, "", false) }
}

func leave(result string, over bool) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.LeftQueue(ctx, call, result, over); return err }
}

// event is TaskRouter's about a reservation, or about its task when the type says so.
func event(kind string, r Ref) step {
	told := taskrouter.Event{Type: kind, TaskSID: r.TaskSID, ReservationSID: r.ReservationSID, WorkerSID: alice}
	told.Task.CallSID = r.CallSID
	return func(ctx context.Context, l Ledger) error { _, _, err := l.Event(ctx, told); return err }
}

// after has the steps happen and returns the call as it is known then.
func after(t *testing.T, l Ledger, steps ...step) Call {
	t.Helper()
	for _, each := range steps {
		if err := each(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	known, _, err := l.ByCall(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func TestClaim(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		steps []step
		want  bool
	}{
		{"a call of which nothing is known", nil, true},
		{"a reservation just created", []step{event("task.created", ref()), event("reservation.created", ref())}, true},
		{"after another reservation was rejected", []step{claim(refNext()), dial(refNext(), legNext), event("reservation.rejected", refNext())}, true},
		{"after another task of the call was canceled", []step{event("task.canceled", Ref{call, otherTask, ""})}, true},
		{"claimed before", []step{claim(ref())}, false},
		{"accepted by somebody", []step{event("reservation.accepted", ref())}, false},
		{"reservation rejected", []step{event("reservation.rejected", ref())}, false},
		{"reservation timed out", []step{event("reservation.timeout", ref())}, false},
		{"reservation canceled", []step{event("reservation.canceled", ref())}, false},
		{"reservation rescinded", []step{event("reservation.rescinded", ref())}, false},
		{"reservation failed", []step{event("reservation.failed", ref())}, false},
		{"task canceled", []step{event("task.canceled", ref())}, false},
		{"task completed", []step{event("task.completed", ref())}, false},
		{"task deleted", []step{event("task.deleted", ref())}, false},
		{"task deleted by the system", []step{event("task.system-deleted", ref())}, false},
		{"caller hung up", []step{leave("hangup", true)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLedger()
			before := after(t, l, test.steps...)
			known, claimed, err := l.Claim(t.Context(), ref(), Offer{WorkerSID: alice})
			if err != nil || claimed != test.want {
				t.Fatalf("Claim = %t, %v, want %t", claimed, err, test.want)
			}
			switch {
			case claimed && (known.WorkerSID() != alice || known.TaskSID() != task || !known.Claimed(ref()).Equal(noon())):
				t.Errorf("worker %s, task %s, claimed %s, want %s, %s, %s", known.WorkerSID(), known.TaskSID(), known.Claimed(ref()), alice, task, noon())
			case !claimed && known.Claimed(ref()) != before.Claimed(ref()):
				t.Errorf("a refused claim wrote %s", known.Claimed(ref()))
			}
		})
	}
}

// TestAClaimThatIsAskedForTwice is the SDK's second request, after the answer to the first was lost.
func TestAClaimThatIsAskedForTwice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		first, again string // the attempts that ask
		steps        []step
		want         bool
	}{
		{"nothing happened meanwhile", "one", "one", nil, true},
		{"the reservation was told of meanwhile", "one", "one", []step{event("reservation.created", ref())}, true},
		{"the caller hung up meanwhile", "one", "one", []step{leave("hangup", true)}, false},
		{"the reservation timed out meanwhile", "one", "one", []step{event("reservation.timeout", ref())}, false},
		{"it is another attempt that asks", "one", "two", nil, false},
		{"an attempt without a name", "", "", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLedger()
			before := after(t, l, append([]step{offer(ref(), Offer{WorkerSID: alice, CRM: true, Attempt: test.first})}, test.steps...)...)
			known, claimed, err := l.Claim(t.Context(), ref(), Offer{WorkerSID: alice, CRM: true, Attempt: test.again})
			if err != nil || claimed != test.want {
				t.Errorf("Claim = %t, %v, want %t", claimed, err, test.want)
			}
			if !maps.Equal(known.fields, before.fields) {
				t.Errorf("it wrote %v, before it was %v", known.fields, before.fields)
			}
		})
	}
}

// TestWhereACallStands asks what a call is known to be, for one reservation of two.
func TestWhereACallStands(t *testing.T) {
	t.Parallel()
	rings := []step{claim(ref()), dial(ref(), leg)}
	tests := []struct {
		name          string
		steps         []step
		wantOver      bool
		wantConnected bool
		wantSettled   bool
		wantOpen      []string
	}{
		{"nothing known", nil, false, false, false, nil},
		{"claimed", []step{claim(ref())}, false, false, false, nil},
		{"phone rings", rings, false, false, false, []string{leg}},
		{"phone seen to ring, by its status callback only", []step{see(ref(), leg, false)}, false, false, false, []string{leg}},
		{"two phones ring", append(rings, claim(refNext()), dial(refNext(), legNext)), false, false, false, []string{leg, legNext}},
		{"worker answers", append(rings, answer(ref(), leg)), false, false, false, []string{leg}},
		{"worker is bridged", append(rings, answer(ref(), leg), bridge(ref(), leg)), false, true, true, nil},
		{"TaskRouter says accepted", append(rings, event("reservation.accepted", ref())), false, true, true, nil},
		{"TaskRouter says wrapping", append(rings, event("reservation.wrapup", ref())), false, true, true, nil},
		{"TaskRouter says completed", append(rings, event("reservation.completed", ref())), false, true, true, nil},
		{"another worker was accepted", append(rings, event("reservation.accepted", refNext())), false, false, false, []string{leg}},
		{"worker's call is over", append(rings, see(ref(), leg, true)), false, false, false, nil},
		{"rejected by us", append(rings, reject(ref())), false, false, true, []string{leg}},
		{"reservation rejected", append(rings, event("reservation.rejected", ref())), true, false, true, []string{leg}},
		{"reservation timed out", append(rings, event("reservation.timeout", ref())), true, false, true, []string{leg}},
		{"reservation canceled", append(rings, event("reservation.canceled", ref())), true, false, true, []string{leg}},
		{"reservation rescinded", append(rings, event("reservation.rescinded", ref())), true, false, true, []string{leg}},
		{"reservation failed", append(rings, event("reservation.failed", ref())), true, false, true, []string{leg}},
		{"the other reservation canceled", append(rings, event("reservation.canceled", refNext())), false, false, false, []string{leg}},
		{"task canceled", append(rings, event("task.canceled", ref())), true, false, true, []string{leg}},
		{"task deleted", append(rings, event("task.deleted", ref())), true, false, true, []string{leg}},
		{"another task canceled", append(rings, event("task.canceled", Ref{call, otherTask, ""})), false, false, false, []string{leg}},
		{"caller hung up", append(rings, leave("hangup", true)), true, false, true, []string{leg}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			known := after(t, newLedger(), test.steps...)
			if over, connected, settled := known.CannotBridge(ref()), known.Talked(ref()), known.Resolved(ref()); over != test.wantOver || connected != test.wantConnected || settled != test.wantSettled {
				t.Errorf("over %t, connected %t, settled %t, want %t, %t, %t", over, connected, settled, test.wantOver, test.wantConnected, test.wantSettled)
			}
			if got := known.UnansweredCalls(""); !slices.Equal(got, test.wantOpen) {
				t.Errorf("open legs %v, want %v", got, test.wantOpen)
			}
		})
	}
}

func TestOpenLegsOfOneTaskOrReservation(t *testing.T) {
	t.Parallel()
	elsewhere := Ref{call, otherTask, reservedNext}
	known := after(t, newLedger(), dial(ref(), leg), dial(elsewhere, legNext))
	if got := known.UnansweredCalls(task); !slices.Equal(got, []string{leg}) {
		t.Errorf("of the task: %v, want %s", got, leg)
	}
	if got := known.UnansweredCalls(otherTask); !slices.Equal(got, []string{legNext}) {
		t.Errorf("of the other task: %v, want %s", got, legNext)
	}
	if got := known.UnansweredCallsOf(reservedNext); !slices.Equal(got, []string{legNext}) {
		t.Errorf("of the reservation: %v, want %s", got, legNext)
	}
	if got := known.WorkerCall(ref()); got != leg {
		t.Errorf("leg = %s, want %s", got, leg)
	}
}

func TestTheFirstCallOfAReservationIsItsLeg(t *testing.T) {
	t.Parallel()
	known := after(t, newLedger(), see(ref(), leg, false), dial(ref(), legNext))
	if got := known.WorkerCall(ref()); got != leg {
		t.Errorf("leg = %s, want %s", got, leg)
	}
}

// broken is a store that cannot be reached.
type broken struct{}

func (broken) Apply(context.Context, Change) (Fields, bool, error) {
	return nil, false, errors.New("down")
}

func (broken) Get(context.Context, string) (Fields, error) { return nil, errors.New("down") }

func (broken) Find(context.Context, Index, string) ([]Fields, error) { return nil, errors.New("down") }

// TestAStoreThatFails leaves a call of which nothing is known, and says so.
func TestAStoreThatFails(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: broken{}, Now: noon}
	known, claimed, err := l.Claim(t.Context(), ref(), Offer{WorkerSID: alice})
	if err == nil || claimed || known.CannotBridge(ref()) || known.Ended() || known.UnansweredCalls("") != nil {
		t.Errorf("Claim = %v, %t, %v, want nothing known, refused, an error", known, claimed, err)
	}
	for name, each := range map[string]step{"dialed": dial(ref(), leg), "answered": answer(ref(), leg), "bridged": bridge(ref(), leg), "seen": see(ref(), leg, true), "rejected": reject(ref()), "left": leave("hangup", true), "event": event("task.created", ref())} {
		if err := each(t.Context(), l); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, found := range []func() (Call, bool, error){
		func() (Call, bool, error) { return l.ByCall(t.Context(), call) },
		func() (Call, bool, error) { return l.ByTask(t.Context(), task) },
	} {
		if _, found, err := found(); found || err == nil {
			t.Errorf("found %t, %v, want an error", found, err)
		}
	}
	if calls, err := l.Between(t.Context(), noon().Add(-time.Hour), noon()); err == nil {
		t.Errorf("Between = %v, want an error", calls)
	}
}

// TestALateNoteTakesNoCall: what is about the first worker's call comes when the second has the caller.
func TestALateNoteTakesNoCall(t *testing.T) {
	t.Parallel()
	second := []step{claim(refNext()), dial(refNext(), legNext), answer(refNext(), legNext)}
	tests := []struct {
		name   string
		before []step
		late   step
	}{
		{"answered, after the rejection", slices.Concat([]step{claim(ref()), reject(ref())}, second), answer(ref(), leg)},
		{"dialed, after the rejection", slices.Concat([]step{claim(ref()), reject(ref())}, second), dial(ref(), leg)},
		{"answered, the rejection is not known", slices.Concat([]step{claim(ref())}, second, []step{bridge(refNext(), legNext)}), answer(ref(), leg)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLedger()
			for _, happens := range append(test.before, test.late) {
				if err := happens(t.Context(), l); err != nil {
					t.Fatal(err)
				}
			}
			known, found, err := l.ByCall(t.Context(), call)
			if err != nil || !found || known.WorkerCallSID() != legNext {
				t.Errorf("worker's call = %q, %t, %v, want %s", known.WorkerCallSID(), found, err, legNext)
			}
			if known.WorkerCall(ref()) != leg {
				t.Errorf("call of the first reservation = %q, want %s", known.WorkerCall(ref()), leg)
			}
		})
	}
}

// TestLinkOfACallPutBack has a caller who talked and was enqueued again: the call stays linked with
// the worker of the talk until the next one takes it.
func TestLinkOfACallPutBack(t *testing.T) {
	t.Parallel()
	l, next := newLedger(), Ref{call, otherTask, reservedNext}
	known := after(t, l, claim(ref()), dial(ref(), leg), bridge(ref(), leg), claim(next), dial(next, legNext))
	if known.WorkerCallSID() != leg {
		t.Errorf("while the next phone rings: %s, want %s", known.WorkerCallSID(), leg)
	}
	if known = after(t, l, answer(next, legNext)); known.WorkerCallSID() != legNext {
		t.Errorf("the next worker took the call: %s, want %s", known.WorkerCallSID(), legNext)
	}
	if first, second := known.TalkedWith(task), known.TalkedWith(otherTask); first != leg || second != "" {
		t.Errorf("talked with %q and %q, want %s and none yet", first, second, leg)
	}
}

// dequeued is an event of a reservation whose task names a worker call: Twilio's own, by a dequeue
// instruction.
func dequeued(kind string, r Ref, workerCall string) step {
	told := taskrouter.Event{Type: kind, TaskSID: r.TaskSID, ReservationSID: r.ReservationSID, WorkerSID: alice}
	told.Task.CallSID, told.Task.WorkerCallSID = r.CallSID, workerCall
	return func(ctx context.Context, l Ledger) error { _, _, err := l.Event(ctx, told); return err }
}

// TestRingingPhoneKeepsLastTalkLinked has Twilio dequeue the first talk, of which only the event's
// attributes name the worker call, and a phone ring for the caller's next task.
func TestRingingPhoneKeepsLastTalkLinked(t *testing.T) {
	t.Parallel()
	next := Ref{call, otherTask, reservedNext}
	known := after(t, newLedger(), dequeued("reservation.accepted", ref(), leg), claim(next), dial(next, legNext))
	if known.WorkerCallSID() != leg {
		t.Errorf("while the next phone rings: %s, want %s", known.WorkerCallSID(), leg)
	}
}

// TestLinkIsRightAfterEachWrite has the function die after any write: none links the call with a
// phone that rings, if the caller has talked to a worker.
func TestLinkIsRightAfterEachWrite(t *testing.T) {
	t.Parallel()
	l, next := newLedger(), Ref{call, otherTask, reservedNext}
	after(t, l, claim(ref()), dial(ref(), leg), bridge(ref(), leg), claim(next))
	watched := &linkWatch{Store: l.Store}
	after(t, Ledger{Store: watched, Now: noon}, dial(next, legNext))
	for _, link := range watched.links {
		if link != leg {
			t.Errorf("links %v, want %s after each write", watched.links, leg)
		}
	}
}

// linkWatch is a store that keeps the worker call with which each write left the call linked.
type linkWatch struct {
	Store
	links []string
}

func (w *linkWatch) Apply(ctx context.Context, change Change) (Fields, bool, error) {
	fields, made, err := w.Store.Apply(ctx, change)
	w.links = append(w.links, fields[workerCallSID])
	return fields, made, err
}

// TestStaleAttributesTakeNoLink has a task whose attributes name the worker call of a dequeue
// instruction that came to nothing. Then we placed the worker call ourselves.
func TestStaleAttributesTakeNoLink(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"reservation.accepted", "reservation.wrapup", "reservation.completed"} {
		known := after(t, newLedger(), claim(ref()), dial(ref(), leg), answer(ref(), leg), dequeued(kind, ref(), legNext))
		if known.WorkerCallSID() != leg {
			t.Errorf("%s: linked with %s, want %s", kind, known.WorkerCallSID(), leg)
		}
	}
}

// TestLateEventOfEarlierTask has the sweeper read the end of the first talk after the second one,
// both dequeued by Twilio: attributes alone name their worker calls.
func TestLateEventOfEarlierTask(t *testing.T) {
	t.Parallel()
	at := func(after time.Duration, kind string, r Ref, workerCall string) step {
		told := taskrouter.Event{Type: kind, Time: noon().Add(after), TaskSID: r.TaskSID, ReservationSID: r.ReservationSID, WorkerSID: alice}
		told.Task.CallSID, told.Task.WorkerCallSID = r.CallSID, workerCall
		return func(ctx context.Context, l Ledger) error { _, _, err := l.Event(ctx, told); return err }
	}
	next := Ref{call, otherTask, reservedNext}
	talks := []step{
		at(0, "task.created", ref(), ""), at(time.Second, "reservation.accepted", ref(), leg),
		at(time.Minute, "task.created", next, ""), at(2*time.Minute, "reservation.accepted", next, legNext),
	}
	for _, kind := range []string{"task.completed", "reservation.wrapup", "reservation.completed"} {
		known := after(t, newLedger(), append(slices.Clone(talks), at(time.Minute, kind, ref(), leg))...)
		if known.WorkerCallSID() != legNext {
			t.Errorf("%s: linked with %s, want %s", kind, known.WorkerCallSID(), legNext)
		}
	}
	// The first event of the second task is the talk's.
	known := after(t, newLedger(), talks[0], talks[1], talks[3])
	if known.WorkerCallSID() != legNext || known.TaskSID() != otherTask {
		t.Errorf("linked with %s, task %s; want %s, %s", known.WorkerCallSID(), known.TaskSID(), legNext, otherTask)
	}
}

// TestLateDialedNoteLinksTheTalk has the event of the acceptance come before both notes of our own.
func TestLateDialedNoteLinksTheTalk(t *testing.T) {
	t.Parallel()
	known := after(t, newLedger(), claim(ref()), event("reservation.accepted", ref()), dial(ref(), leg))
	if known.WorkerCallSID() != leg {
		t.Errorf("linked with %q, want %s", known.WorkerCallSID(), leg)
	}
}

// TestTheLatestTaskIsTheCalls: a call is enqueued again while its first worker wraps up, and what is told of the first task then comes last.
func TestTheLatestTaskIsTheCalls(t *testing.T) {
	t.Parallel()
	next := Ref{call, otherTask, reservedNext}
	talked := []step{event("task.created", ref()), event("reservation.created", ref()), claim(ref()), dial(ref(), leg), event("reservation.accepted", ref())}
	tests := []struct {
		name string
		next step
	}{
		{"created", event("task.created", next)},
		{"the event of its creation was lost", event("reservation.created", next)},
		{"the bridge tells of it first", claim(next)},
		{"Twilio dequeues, and all events but one were lost", event("reservation.accepted", next)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			known := after(t, newLedger(), append(talked, test.next,
				bridge(ref(), leg), see(ref(), leg, true), event("reservation.wrapup", ref()), event("task.wrapup", ref()), event("reservation.completed", ref()), event("task.completed", ref()))...)
			if known.TaskSID() != otherTask {
				t.Errorf("task = %s, want %s", known.TaskSID(), otherTask)
			}
			if want := []string{task, otherTask}; !slices.Equal(known.Tasks(), want) {
				t.Errorf("tasks %v, want %v", known.Tasks(), want)
			}
		})
	}
}

// TestATaskThatBeganBeforeIsNotTheLatest: Twilio's own events tell the sweeper of a lost beginning when the call waits with its next task.
func TestATaskThatBeganBeforeIsNotTheLatest(t *testing.T) {
	t.Parallel()
	next := Ref{call, otherTask, reservedNext}
	before := func(kind string) step {
		told := taskrouter.Event{Type: kind, Time: noon().Add(-time.Minute), TaskSID: task, ReservationSID: reserved}
		told.Task.CallSID = call
		return func(ctx context.Context, l Ledger) error { _, _, err := l.Event(ctx, told); return err }
	}
	for _, known := range []string{"task.created", "reservation.created"} {
		for _, lost := range []string{"task.created", "reservation.created", "reservation.accepted"} {
			after := after(t, newLedger(), event(known, next), before(lost))
			if after.TaskSID() != otherTask {
				t.Errorf("%s, then %s: task = %s, want %s", known, lost, after.TaskSID(), otherTask)
			}
		}
	}
}
