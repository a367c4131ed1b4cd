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
	call           = "CA00000000000000000000000000000001"
	task           = "WT00000000000000000000000000000001"
	otherTask      = "WT00000000000000000000000000000002"
	reserved       = "WR00000000000000000000000000000001"
	reservedNext   = "WR00000000000000000000000000000002"
	alice          = "WK00000000000000000000000000000001"
	workerCall     = "CA000000000000000000000000000000a1"
	nextWorkerCall = "CA000000000000000000000000000000a2"
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

func dial(r Ref, workerCall string) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.RecordPlaced(ctx, r, workerCall); return err }
}

func answer(r Ref, workerCall string) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.RecordAccepted(ctx, r, workerCall); return err }
}

func bridge(r Ref, workerCall string) step {
	return func(ctx context.Context, l Ledger) error { return l.RecordTalked(ctx, r, workerCall) }
}

func see(r Ref, workerCall string, ended bool) step {
	return func(ctx context.Context, l Ledger) error {
		_, err := l.RecordWorkerCall(ctx, r, workerCall, ended)
		return err
	}
}

func reject(r Ref) step {
	return func(ctx context.Context, l Ledger) error { return l.RecordRejection(ctx, r, "", false) }
}

func leave(result string, ended bool) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.LeftQueue(ctx, call, result, ended); return err }
}

// event is TaskRouter's about a reservation or, by its type, about its task.
func event(kind string, r Ref) step { return eventAt(time.Time{}, kind, r, "") }

// eventAt has a time, zero = none, and the worker call in the task's attributes: Twilio adds it for
// a dequeue instruction.
func eventAt(at time.Time, kind string, r Ref, workerCall string) step {
	event := taskrouter.Event{Type: kind, Time: at, TaskSID: r.TaskSID, ReservationSID: r.ReservationSID, WorkerSID: alice}
	event.Task.CallSID, event.Task.WorkerCallSID = r.CallSID, workerCall
	return func(ctx context.Context, l Ledger) error { _, _, err := l.Event(ctx, event); return err }
}

// after takes the steps and returns the call.
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
		{"after another reservation was rejected", []step{claim(refNext()), dial(refNext(), nextWorkerCall), event("reservation.rejected", refNext())}, true},
		{"after another task of the call was canceled", []step{event("task.canceled", Ref{call, otherTask, ""})}, true},
		{"claimed before", []step{claim(ref())}, false},
		{"accepted", []step{event("reservation.accepted", ref())}, false},
		{"reservation timed out", []step{event("reservation.timeout", ref())}, false},
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

// TestRepeatedClaim repeats a claim as the SDK does after the answer to the first was lost.
func TestRepeatedClaim(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		first, again string // the attempts that ask
		steps        []step
		want         bool
	}{
		{"nothing happened meanwhile", "one", "one", nil, true},
		{"the reservation was reported meanwhile", "one", "one", []step{event("reservation.created", ref())}, true},
		{"the caller hung up meanwhile", "one", "one", []step{leave("hangup", true)}, false},
		{"the reservation timed out meanwhile", "one", "one", []step{event("reservation.timeout", ref())}, false},
		{"another attempt", "one", "two", nil, false},
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

func TestPredicates(t *testing.T) {
	t.Parallel()
	rings := []step{claim(ref()), dial(ref(), workerCall)}
	tests := []struct {
		name             string
		steps            []step
		wantCannotBridge bool
		wantTalked       bool
		wantResolved     bool
		wantPending      bool
		wantUnanswered   []string
	}{
		{"nothing known", nil, false, false, false, true, nil},
		{"claimed", []step{claim(ref())}, false, false, false, true, nil},
		{"phone rings", rings, false, false, false, true, []string{workerCall}},
		{"phone seen to ring, by its status callback only", []step{see(ref(), workerCall, false)}, false, false, false, true, []string{workerCall}},
		{"two phones ring", append(rings, claim(refNext()), dial(refNext(), nextWorkerCall)), false, false, false, true, []string{workerCall, nextWorkerCall}},
		{"worker answers", append(rings, answer(ref(), workerCall)), false, false, false, true, []string{workerCall}},
		{"worker is bridged", append(rings, answer(ref(), workerCall), bridge(ref(), workerCall)), false, true, true, false, nil},
		{"TaskRouter says accepted", append(rings, event("reservation.accepted", ref())), false, true, true, false, nil},
		{"TaskRouter says wrapping", append(rings, event("reservation.wrapup", ref())), false, true, true, false, nil},
		{"TaskRouter says completed", append(rings, event("reservation.completed", ref())), false, true, true, false, nil},
		{"another worker was accepted", append(rings, event("reservation.accepted", refNext())), false, false, false, true, []string{workerCall}},
		{"worker call ended", append(rings, see(ref(), workerCall, true)), false, false, false, true, nil},
		{"rejected by us", append(rings, reject(ref())), false, false, true, false, []string{workerCall}},
		{"reservation rejected", append(rings, event("reservation.rejected", ref())), true, false, true, false, []string{workerCall}},
		{"reservation timed out", append(rings, event("reservation.timeout", ref())), true, false, true, false, []string{workerCall}},
		{"reservation canceled", append(rings, event("reservation.canceled", ref())), true, false, true, false, []string{workerCall}},
		{"reservation rescinded", append(rings, event("reservation.rescinded", ref())), true, false, true, false, []string{workerCall}},
		{"reservation failed", append(rings, event("reservation.failed", ref())), true, false, true, false, []string{workerCall}},
		{"the other reservation canceled", append(rings, event("reservation.canceled", refNext())), false, false, false, true, []string{workerCall}},
		{"task canceled", append(rings, event("task.canceled", ref())), true, false, true, false, []string{workerCall}},
		{"task deleted", append(rings, event("task.deleted", ref())), true, false, true, false, []string{workerCall}},
		{"task deleted by TaskRouter", append(rings, event("task.system-deleted", ref())), true, false, true, false, []string{workerCall}},
		{"task completed", append(rings, event("task.completed", ref())), true, false, true, false, []string{workerCall}},
		{"task wrapping", append(rings, event("task.wrapup", ref())), false, false, false, true, []string{workerCall}},
		{"another task canceled", append(rings, event("task.canceled", Ref{call, otherTask, ""})), false, false, false, true, []string{workerCall}},
		{"caller hung up", append(rings, leave("hangup", true)), true, false, true, true, []string{workerCall}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			known := after(t, newLedger(), test.steps...)
			cannotBridge, talked, resolved := known.CannotBridge(ref()), known.Talked(ref()), known.Resolved(ref())
			if cannotBridge != test.wantCannotBridge || talked != test.wantTalked || resolved != test.wantResolved {
				t.Errorf("cannot bridge %t, talked %t, resolved %t", cannotBridge, talked, resolved)
			}
			if pending := known.MayBePending(ref()); pending != test.wantPending {
				t.Errorf("may be pending %t, want %t", pending, test.wantPending)
			}
			if got := known.UnansweredCalls(""); !slices.Equal(got, test.wantUnanswered) {
				t.Errorf("unanswered calls %v, want %v", got, test.wantUnanswered)
			}
		})
	}
}

func TestUnansweredCalls(t *testing.T) {
	t.Parallel()
	elsewhere := Ref{call, otherTask, reservedNext}
	known := after(t, newLedger(), dial(ref(), workerCall), dial(elsewhere, nextWorkerCall))
	if got := known.UnansweredCalls(task); !slices.Equal(got, []string{workerCall}) {
		t.Errorf("of the task: %v, want %s", got, workerCall)
	}
	if got := known.UnansweredCalls(otherTask); !slices.Equal(got, []string{nextWorkerCall}) {
		t.Errorf("of the other task: %v, want %s", got, nextWorkerCall)
	}
	if got := known.UnansweredCallsOf(reservedNext); !slices.Equal(got, []string{nextWorkerCall}) {
		t.Errorf("of the reservation: %v, want %s", got, nextWorkerCall)
	}
	if got := known.WorkerCall(ref()); got != workerCall {
		t.Errorf("worker call %s, want %s", got, workerCall)
	}
}

func TestFirstWorkerCallStays(t *testing.T) {
	t.Parallel()
	known := after(t, newLedger(), see(ref(), workerCall, false), dial(ref(), nextWorkerCall))
	if got := known.WorkerCall(ref()); got != workerCall {
		t.Errorf("worker call %s, want %s", got, workerCall)
	}
}

// broken is a store that cannot be reached.
type broken struct{}

func (broken) Apply(context.Context, Change) (Fields, bool, error) {
	return nil, false, errors.New("down")
}

func (broken) Get(context.Context, string) (Fields, error) { return nil, errors.New("down") }

func (broken) Find(context.Context, Index, string) ([]Fields, error) { return nil, errors.New("down") }

func TestBrokenStore(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: broken{}, Now: noon}
	known, claimed, err := l.Claim(t.Context(), ref(), Offer{WorkerSID: alice})
	if err == nil || claimed || known.CannotBridge(ref()) || known.Ended() || known.UnansweredCalls("") != nil {
		t.Errorf("Claim = %v, %t, %v, want nothing known, refused, an error", known, claimed, err)
	}
	for name, each := range map[string]step{"dialed": dial(ref(), workerCall), "answered": answer(ref(), workerCall), "bridged": bridge(ref(), workerCall), "seen": see(ref(), workerCall, true), "rejected": reject(ref()), "left": leave("hangup", true), "event": event("task.created", ref())} {
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

// TestLateReportTakesNoLink reports the first worker call after the second one was answered.
func TestLateReportTakesNoLink(t *testing.T) {
	t.Parallel()
	second := []step{claim(refNext()), dial(refNext(), nextWorkerCall), answer(refNext(), nextWorkerCall)}
	tests := []struct {
		name   string
		before []step
		late   step
	}{
		{"answered, after the rejection", slices.Concat([]step{claim(ref()), reject(ref())}, second), answer(ref(), workerCall)},
		{"dialed, after the rejection", slices.Concat([]step{claim(ref()), reject(ref())}, second), dial(ref(), workerCall)},
		{"answered, the rejection is not known", slices.Concat([]step{claim(ref())}, second, []step{bridge(refNext(), nextWorkerCall)}), answer(ref(), workerCall)},
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
			if err != nil || !found || known.WorkerCallSID() != nextWorkerCall {
				t.Errorf("worker call = %q, %t, %v, want %s", known.WorkerCallSID(), found, err, nextWorkerCall)
			}
			if known.WorkerCall(ref()) != workerCall {
				t.Errorf("call of the first reservation = %q, want %s", known.WorkerCall(ref()), workerCall)
			}
		})
	}
}

// TestLinkOfACallPutBack has a caller who talked and was enqueued again: the call stays linked with
// the worker of the talk until the next one takes it.
func TestLinkOfACallPutBack(t *testing.T) {
	t.Parallel()
	l, next := newLedger(), Ref{call, otherTask, reservedNext}
	known := after(t, l, claim(ref()), dial(ref(), workerCall), bridge(ref(), workerCall), claim(next), dial(next, nextWorkerCall))
	if known.WorkerCallSID() != workerCall {
		t.Errorf("while the next phone rings: %s, want %s", known.WorkerCallSID(), workerCall)
	}
	if known = after(t, l, answer(next, nextWorkerCall)); known.WorkerCallSID() != nextWorkerCall {
		t.Errorf("the next worker took the call: %s, want %s", known.WorkerCallSID(), nextWorkerCall)
	}
	if first, second := known.TalkedWith(task), known.TalkedWith(otherTask); first != workerCall || second != "" {
		t.Errorf("talked with %q and %q, want %s and none yet", first, second, workerCall)
	}
}

// TestRingingPhoneKeepsLastTalkLinked has Twilio dequeue the first talk, of which only the event's
// attributes name the worker call, and a phone ring for the caller's next task.
func TestRingingPhoneKeepsLastTalkLinked(t *testing.T) {
	t.Parallel()
	next := Ref{call, otherTask, reservedNext}
	known := after(t, newLedger(), eventAt(time.Time{}, "reservation.accepted", ref(), workerCall), claim(next), dial(next, nextWorkerCall))
	if known.WorkerCallSID() != workerCall {
		t.Errorf("while the next phone rings: %s, want %s", known.WorkerCallSID(), workerCall)
	}
}

// TestLinkIsRightAfterEachWrite checks each write, as the function may stop after any: none links
// the call with a ringing phone if the caller has talked to a worker.
func TestLinkIsRightAfterEachWrite(t *testing.T) {
	t.Parallel()
	l, next := newLedger(), Ref{call, otherTask, reservedNext}
	after(t, l, claim(ref()), dial(ref(), workerCall), bridge(ref(), workerCall), claim(next))
	watched := &linkWatch{Store: l.Store}
	after(t, Ledger{Store: watched, Now: noon}, dial(next, nextWorkerCall))
	for _, link := range watched.links {
		if link != workerCall {
			t.Errorf("links %v, want %s after each write", watched.links, workerCall)
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
// instruction that failed. Then we placed the worker call ourselves.
func TestStaleAttributesTakeNoLink(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"reservation.accepted", "reservation.wrapup", "reservation.completed"} {
		known := after(t, newLedger(), claim(ref()), dial(ref(), workerCall), answer(ref(), workerCall), eventAt(time.Time{}, kind, ref(), nextWorkerCall))
		if known.WorkerCallSID() != workerCall {
			t.Errorf("%s: linked with %s, want %s", kind, known.WorkerCallSID(), workerCall)
		}
	}
}

// TestLateEventOfEarlierTask has the sweeper read the end of the first talk after the second one,
// both dequeued by Twilio: attributes alone name their worker calls.
func TestLateEventOfEarlierTask(t *testing.T) {
	t.Parallel()
	at := func(after time.Duration, kind string, r Ref, workerCall string) step {
		return eventAt(noon().Add(after), kind, r, workerCall)
	}
	next := Ref{call, otherTask, reservedNext}
	talks := []step{
		at(0, "task.created", ref(), ""), at(time.Second, "reservation.accepted", ref(), workerCall),
		at(time.Minute, "task.created", next, ""), at(2*time.Minute, "reservation.accepted", next, nextWorkerCall),
	}
	for _, kind := range []string{"task.completed", "reservation.wrapup", "reservation.completed"} {
		known := after(t, newLedger(), append(slices.Clone(talks), at(time.Minute, kind, ref(), workerCall))...)
		if known.WorkerCallSID() != nextWorkerCall {
			t.Errorf("%s: linked with %s, want %s", kind, known.WorkerCallSID(), nextWorkerCall)
		}
	}
	// The first event of the second task is the talk's.
	known := after(t, newLedger(), talks[0], talks[1], talks[3])
	if known.WorkerCallSID() != nextWorkerCall || known.TaskSID() != otherTask {
		t.Errorf("linked with %s, task %s; want %s, %s", known.WorkerCallSID(), known.TaskSID(), nextWorkerCall, otherTask)
	}
}

// TestLatePlacedReportLinksTalk has the event of the acceptance arrive before our own reports.
func TestLatePlacedReportLinksTalk(t *testing.T) {
	t.Parallel()
	known := after(t, newLedger(), claim(ref()), event("reservation.accepted", ref()), dial(ref(), workerCall))
	if known.WorkerCallSID() != workerCall {
		t.Errorf("linked with %q, want %s", known.WorkerCallSID(), workerCall)
	}
}

// TestLatestTaskIsTheCalls enqueues a call again while its first worker wraps up: events of the
// first task arrive last.
func TestLatestTaskIsTheCalls(t *testing.T) {
	t.Parallel()
	next := Ref{call, otherTask, reservedNext}
	talked := []step{event("task.created", ref()), event("reservation.created", ref()), claim(ref()), dial(ref(), workerCall), event("reservation.accepted", ref())}
	tests := []struct {
		name string
		next step
	}{
		{"created", event("task.created", next)},
		{"its first event was lost", event("reservation.created", next)},
		{"the bridge reports it first", claim(next)},
		{"Twilio dequeues, and all events but one were lost", event("reservation.accepted", next)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			known := after(t, newLedger(), append(talked, test.next,
				bridge(ref(), workerCall), see(ref(), workerCall, true), event("reservation.wrapup", ref()), event("task.wrapup", ref()), event("reservation.completed", ref()), event("task.completed", ref()))...)
			if known.TaskSID() != otherTask {
				t.Errorf("task = %s, want %s", known.TaskSID(), otherTask)
			}
			if want := []string{task, otherTask}; !slices.Equal(known.Tasks(), want) {
				t.Errorf("tasks %v, want %v", known.Tasks(), want)
			}
		})
	}
}

// TestEarlierTaskIsNotTheLatest has the sweeper find the beginning of a task when the call waits
// with its next one.
func TestEarlierTaskIsNotTheLatest(t *testing.T) {
	t.Parallel()
	next := Ref{call, otherTask, reservedNext}
	before := func(kind string) step { return eventAt(noon().Add(-time.Minute), kind, ref(), "") }
	for _, known := range []string{"task.created", "reservation.created"} {
		for _, lost := range []string{"task.created", "reservation.created", "reservation.accepted"} {
			after := after(t, newLedger(), event(known, next), before(lost))
			if after.TaskSID() != otherTask {
				t.Errorf("%s, then %s: task = %s, want %s", known, lost, after.TaskSID(), otherTask)
			}
		}
	}
}

// TestNamesAreRecordedAtTheEnd has a caller who was enqueued again and talks to a second worker.
func TestNamesAreRecordedAtTheEnd(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: &Memory{}, Now: noon}
	named := func(kind string, r Ref, worker, name string) step {
		event := taskrouter.Event{SID: kind + name, Type: kind, TaskSID: r.TaskSID, ReservationSID: r.ReservationSID, WorkerSID: worker, WorkerName: name, Queue: name + "'s"}
		event.Task.CallSID, event.Task.To = r.CallSID, "+12065550100"
		return func(ctx context.Context, l Ledger) error { _, _, err := l.Event(ctx, event); return err }
	}
	const bob = "WK00000000000000000000000000000002"
	known := after(t, l, named(taskrouter.ReservationAccepted, ref(), alice, "Alice"))
	if known.WorkerName(ref()) != "" || known.Dialed() != "" {
		t.Errorf("during the talk: %q, dialed %q", known.WorkerName(ref()), known.Dialed())
	}
	known = after(t, l, named(taskrouter.ReservationCompleted, ref(), alice, "Alice"))
	if known.WorkerName(ref()) != "Alice" || known.Dialed() != "+12065550100" || known.Queue(task) != "Alice's" {
		t.Errorf("after the talk: %q, dialed %q, queue %q", known.WorkerName(ref()), known.Dialed(), known.Queue(task))
	}
	known = after(t, l, named(taskrouter.ReservationAccepted, refNext(), bob, "Bob"))
	if known.WorkerName(ref()) != "Alice" || known.WorkerName(refNext()) != "" {
		t.Errorf("during the second talk: %q, %q", known.WorkerName(ref()), known.WorkerName(refNext()))
	}
}
