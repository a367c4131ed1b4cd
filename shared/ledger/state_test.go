package ledger

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// counting counts a store's writes.
type counting struct {
	Store
	writes int
}

func (c *counting) Apply(ctx context.Context, change Change) (Fields, bool, error) {
	c.writes++
	return c.Store.Apply(ctx, change)
}

func offer(r Ref, o Offer) step {
	return func(ctx context.Context, l Ledger) error { _, _, err := l.Claim(ctx, r, o); return err }
}

func dialing(r Ref, by time.Time) step {
	return func(ctx context.Context, l Ledger) error { _, _, err := l.RecordDialing(ctx, r, by); return err }
}

func atGate(r Ref, workerCall string) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.RecordAnswered(ctx, r, workerCall); return err }
}

func rejectAs(r Ref, end reservation.State) step {
	return func(ctx context.Context, l Ledger) error { return l.RecordRejection(ctx, r, end, true) }
}

// rejectLate rejects a reservation that is no longer pending.
func rejectLate(r Ref, end reservation.State) step {
	return func(ctx context.Context, l Ledger) error { return l.RecordRejection(ctx, r, end, false) }
}

func callerLeft(task string) step {
	return func(ctx context.Context, l Ledger) error {
		known, _, err := l.ByCall(ctx, call)
		if err != nil {
			return err
		}
		return l.MarkCallerLeft(ctx, known, task)
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	soon := noon().Add(time.Minute)
	report := func(kind string) step { return event("reservation."+kind, ref()) }
	tests := []struct {
		name  string
		steps []step
		want  reservation.State
	}{
		{"nothing known", nil, ""},
		{"reservation made", []step{report("created")}, reservation.Offered},
		{"claimed, the CRM comes first", []step{report("created"), offer(ref(), Offer{CRM: true})}, reservation.CRM},
		{"claimed, about to be placed", []step{report("created"), offer(ref(), Offer{DialBy: soon})}, reservation.Dialing},
		{"claimed, and no more", []step{report("created"), offer(ref(), Offer{})}, reservation.Claimed},
		{"claimed before the event came", []step{offer(ref(), Offer{CRM: true}), report("created")}, reservation.CRM},
		{"about to be placed", []step{offer(ref(), Offer{CRM: true}), dialing(ref(), soon)}, reservation.Dialing},
		{"placed", []step{offer(ref(), Offer{DialBy: soon}), dial(ref(), workerCall)}, reservation.Ringing},
		{"seen by its status callback", []step{offer(ref(), Offer{DialBy: soon}), see(ref(), workerCall, false)}, reservation.Ringing},
		{"at the gate", []step{dial(ref(), workerCall), atGate(ref(), workerCall)}, reservation.Gate},
		{"at the gate before the answer to POST /Calls", []step{atGate(ref(), workerCall), dial(ref(), workerCall), see(ref(), workerCall, false)}, reservation.Gate},
		{"pressed 1", []step{atGate(ref(), workerCall), answer(ref(), workerCall)}, reservation.Gate},
		{"without a gate", []step{dial(ref(), workerCall), answer(ref(), workerCall)}, reservation.Gate},
		{"talking", []step{answer(ref(), workerCall), report("accepted")}, reservation.Talking},
		{"talking, ringing reported late", []step{report("accepted"), see(ref(), workerCall, false), atGate(ref(), workerCall)}, reservation.Talking},
		{"dequeued by Twilio", []step{report("created"), report("accepted")}, reservation.Talking},
		{"talked, says the Dial action", []step{report("accepted"), bridge(ref(), workerCall)}, reservation.Talked},
		{"talked, says the Dial action alone", []step{answer(ref(), workerCall), bridge(ref(), workerCall)}, reservation.Talked},
		{"talked, says wrap-up", []step{answer(ref(), workerCall), report("wrapup"), report("accepted")}, reservation.Talked},
		{"talked, says completion", []step{report("completed"), report("wrapup"), report("accepted")}, reservation.Talked},
		{"talked, and the worker call ended", []step{report("accepted"), see(ref(), workerCall, true)}, reservation.Talked},
		{"the worker call ended before a talk", []step{dial(ref(), workerCall), see(ref(), workerCall, true)}, reservation.Ringing},
		{"rejected by us, no longer pending then", []step{dial(ref(), workerCall), rejectLate(ref(), "")}, reservation.Ringing},
		{"rejected late, nothing known", []step{rejectLate(ref(), reservation.Expired)}, reservation.Expired},
		{"rejected late before it was claimed", []step{report("created"), rejectLate(ref(), reservation.Expired)}, reservation.Expired},
		{"rejected late when it was claimed", []step{offer(ref(), Offer{}), rejectLate(ref(), reservation.Expired)}, reservation.Expired},
		{"rejected late during the CRM step, which lasts", []step{offer(ref(), Offer{CRM: true}), rejectLate(ref(), reservation.Expired), dialing(ref(), soon)}, reservation.Expired},
		{"rejected late, twice", []step{rejectLate(ref(), reservation.Expired), rejectLate(ref(), reservation.Expired)}, reservation.Expired},
		{"rejected late, and claimed late", []step{rejectLate(ref(), reservation.Expired), offer(ref(), Offer{DialBy: soon})}, reservation.Expired},
		{"rejected late when the worker may have been called", []step{offer(ref(), Offer{DialBy: soon}), rejectLate(ref(), reservation.Unknown)}, reservation.Dialing},
		{"rejected late, worker call reported later", []step{offer(ref(), Offer{DialBy: soon}), rejectLate(ref(), reservation.Unknown), see(ref(), workerCall, false)}, reservation.Ringing},
		{"rejected late while the phone rings", []step{dial(ref(), workerCall), rejectLate(ref(), reservation.Rejected)}, reservation.Ringing},
		{"rejected late, the worker may talk", []step{answer(ref(), workerCall), rejectLate(ref(), reservation.Expired)}, reservation.Gate},
		{"rejected late, talk reported later", []step{answer(ref(), workerCall), rejectLate(ref(), reservation.Expired), report("accepted")}, reservation.Talking},
		{"rejected late, talk reported", []step{offer(ref(), Offer{DialBy: soon}), rejectLate(ref(), reservation.Unknown), bridge(ref(), workerCall)}, reservation.Talked},
		{"rejected late, timeout reported", []step{dial(ref(), workerCall), rejectLate(ref(), reservation.Rejected), report("timeout")}, reservation.Expired},
		{"rejected by us", []step{dial(ref(), workerCall), rejectAs(ref(), reservation.Rejected), report("rejected")}, reservation.Rejected},
		{"rejected", []step{dial(ref(), workerCall), report("rejected")}, reservation.Rejected},
		{"rejected by us past the deadline", []step{offer(ref(), Offer{CRM: true}), rejectAs(ref(), reservation.Expired), report("rejected")}, reservation.Expired},
		{"rejected with an unknown outcome", []step{offer(ref(), Offer{DialBy: soon}), rejectAs(ref(), reservation.Unknown), report("rejected"), atGate(ref(), workerCall)}, reservation.Unknown},
		{"rejected after having been accepted", []step{report("accepted"), rejectAs(ref(), reservation.Rejected)}, reservation.Talking},
		{"timed out", []step{dial(ref(), workerCall), report("timeout")}, reservation.Expired},
		{"rescinded", []step{dial(ref(), workerCall), report("rescinded")}, reservation.Expired},
		{"failed", []step{dial(ref(), workerCall), report("failed")}, reservation.Expired},
		{"canceled", []step{dial(ref(), workerCall), report("canceled")}, reservation.CallerLeft},
		{"task canceled", []step{dial(ref(), workerCall), event("task.canceled", ref()), callerLeft(task)}, reservation.CallerLeft},
		{"another task canceled", []step{dial(ref(), workerCall), callerLeft(otherTask)}, reservation.Ringing},
		{"caller hung up", []step{dial(ref(), workerCall), leave("hangup", true), callerLeft("")}, reservation.CallerLeft},
		{"caller hung up while talking", []step{report("accepted"), leave("bridged", true), callerLeft("")}, reservation.Talking},
		{"caller hung up, only TaskRouter reported the talk", []step{report("wrapup"), callerLeft("")}, reservation.Talked},
		{"caller hung up before the message was taken", []step{report("created"), leave("hangup", true), callerLeft(""), offer(ref(), Offer{DialBy: soon})}, reservation.CallerLeft},
		{"caller hung up during the CRM step", []step{offer(ref(), Offer{CRM: true}), leave("hangup", true), callerLeft(""), dialing(ref(), soon)}, reservation.CallerLeft},
		{"accepted after the caller had left", []step{dial(ref(), workerCall), leave("hangup", true), callerLeft(""), report("accepted")}, reservation.CallerLeft},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			known := after(t, newLedger(), test.steps...)
			if got := known.State(ref()); got != test.want {
				t.Errorf("state = %q, want %q", got, test.want)
			}
			if known.State(refNext()) != "" {
				t.Error("another reservation was moved")
			}
			if ended := slices.Contains([]reservation.State{reservation.Rejected, reservation.CallerLeft, reservation.Expired, reservation.Unknown}, test.want); ended && !known.CannotBridge(ref()) {
				t.Error("an end without a talk, but a worker could be connected")
			}
			if test.want != "" && known.At(ref(), test.want).IsZero() {
				t.Errorf("no time of %q", test.want)
			}
		})
	}
}

func TestUndisturbedCallWritesOnceAStop(t *testing.T) {
	t.Parallel()
	store := &counting{Store: &Memory{}}
	l := Ledger{Store: store, Now: noon}
	for i, stop := range []step{
		event("reservation.created", ref()), offer(ref(), Offer{CRM: true}), dialing(ref(), noon()), dial(ref(), workerCall), see(ref(), workerCall, false), atGate(ref(), workerCall), answer(ref(), workerCall),
		event("reservation.accepted", ref()), bridge(ref(), workerCall), see(ref(), workerCall, true), event("reservation.wrapup", ref()), event("reservation.completed", ref()), leave("bridged", false),
	} {
		if err := stop(t.Context(), l); err != nil || store.writes != i+1 {
			t.Fatalf("stop %d: %d writes by now, %v, want %d", i, store.writes, err, i+1)
		}
	}
}

// TestRecordDialing has each reason to place no call. A refused request changes nothing.
func TestRecordDialing(t *testing.T) {
	t.Parallel()
	claimed := offer(ref(), Offer{WorkerSID: alice, CRM: true})
	tests := []struct {
		name  string
		steps []step
		want  bool
	}{
		{"nothing happened meanwhile", nil, true},
		{"another reservation ended", []step{event("reservation.timeout", refNext())}, true},
		{"the same attempt again", []step{dialing(ref(), noon())}, true},
		{"the caller hung up", []step{leave("hangup", true)}, false},
		{"the caller hung up, and the reservation says so", []step{leave("hangup", true), callerLeft("")}, false},
		{"the task was canceled", []step{event("task.canceled", ref())}, false},
		{"the reservation timed out", []step{event("reservation.timeout", ref())}, false},
		{"another delivery rejected it", []step{rejectAs(ref(), reservation.Rejected)}, false},
		{"another delivery rejected it late", []step{rejectLate(ref(), "")}, false},
		{"another delivery rejected it late, past the deadline", []step{rejectLate(ref(), reservation.Expired)}, false},
		{"it was accepted", []step{event("reservation.accepted", ref())}, false},
		{"its phone rings", []step{see(ref(), workerCall, false)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLedger()
			before := after(t, l, append([]step{claimed}, test.steps...)...)
			by := noon().Add(90 * time.Second)
			known, allowed, err := l.RecordDialing(t.Context(), ref(), by)
			if err != nil || allowed != test.want {
				t.Fatalf("RecordDialing = %t, %v, want %t", allowed, err, test.want)
			}
			if !allowed && (known.State(ref()) != before.State(ref()) || !known.DialBy(ref()).Equal(before.DialBy(ref()))) {
				t.Errorf("a refused request wrote: %s until %s", known.State(ref()), known.DialBy(ref()))
			}
			if allowed && known.State(ref()) != reservation.Dialing {
				t.Errorf("state = %s, want %s", known.State(ref()), reservation.Dialing)
			}
		})
	}
}

func TestOfferIsRecorded(t *testing.T) {
	t.Parallel()
	until, by := noon().Add(115*time.Second), noon().Add(100*time.Second)
	known := after(t, newLedger(), offer(ref(), Offer{WorkerSID: alice, Deadline: until, DialBy: by, Announcement: "billing"}), offer(refNext(), Offer{}))
	if !known.Deadline(ref()).Equal(until) || !known.DialBy(ref()).Equal(by) || known.Announcement(ref()) != "billing" {
		t.Errorf("deadline %s, dial by %s, announcement %q", known.Deadline(ref()), known.DialBy(ref()), known.Announcement(ref()))
	}
	if !known.Deadline(refNext()).IsZero() || !known.DialBy(refNext()).IsZero() || known.Announcement(refNext()) != "" {
		t.Errorf("the next reservation: deadline %s, dial by %s, announcement %q, want none", known.Deadline(refNext()), known.DialBy(refNext()), known.Announcement(refNext()))
	}
}

func TestReservationsAreInOrder(t *testing.T) {
	t.Parallel()
	now := noon()
	l := Ledger{Store: &Memory{}, Now: func() time.Time { return now }}
	later := Ref{call, otherTask, "WR00000000000000000000000000000000"}
	after(t, l, claim(refNext()))
	now = now.Add(time.Minute)
	after(t, l, claim(ref()))
	now = now.Add(time.Minute)
	if got, want := after(t, l, claim(later)).Reservations(), []Ref{refNext(), ref(), later}; !slices.Equal(got, want) {
		t.Errorf("reservations %v, want %v", got, want)
	}
}

// TestEventTimeIsTaskRouters expects the event's time for the state that it leads to.
func TestEventTimeIsTaskRouters(t *testing.T) {
	t.Parallel()
	l := newLedger()
	at := noon().Add(-1500 * time.Millisecond)
	if known := after(t, l, eventAt(at, taskrouter.ReservationTimeout, ref(), "")); !known.At(ref(), reservation.Expired).Equal(at) {
		t.Errorf("expired at %s, want %s", known.At(ref(), reservation.Expired), at)
	}
}

// TestRefusedStateCountsEventOnce has an event whose state is refused: its second write must not
// count it again.
func TestRefusedStateCountsEventOnce(t *testing.T) {
	t.Parallel()
	l := newLedger()
	after(t, l, rejectAs(ref(), reservation.Expired))
	report := taskrouter.Event{SID: "EV00000000000000000000000000000001", Type: taskrouter.ReservationRejected, TaskSID: task, ReservationSID: reserved}
	report.Task.CallSID = call
	for _, want := range []bool{true, false, false} {
		known, first, err := l.Event(t.Context(), report)
		if err != nil || first != want || known.State(ref()) != reservation.Expired || known.At(ref(), reservation.Rejected).IsZero() {
			t.Errorf("Event = %t, %v in state %s, rejected %s; want %t, state stale, and the fact", first, err, known.State(ref()), known.At(ref(), reservation.Rejected), want)
		}
	}
}

// TestAnyOrderMovesForward reports everything about a reservation in any order, any number of
// times.
func TestAnyOrderMovesForward(t *testing.T) {
	t.Parallel()
	soon := noon().Add(time.Minute)
	report := func(kind string) step { return event("reservation."+kind, ref()) }
	stops := map[string]step{
		"created": report("created"), "accepted": report("accepted"), "rejected": report("rejected"), "timeout": report("timeout"), "canceled": report("canceled"),
		"rescinded": report("rescinded"), "failed": report("failed"), "wrapup": report("wrapup"), "completed": report("completed"), "task canceled": event("task.canceled", ref()),
		"claim": offer(ref(), Offer{CRM: true}), "claim, dialing": offer(ref(), Offer{DialBy: soon}), "claim alone": offer(ref(), Offer{}), "dialing": dialing(ref(), soon),
		"dialed": dial(ref(), workerCall), "initiated": see(ref(), workerCall, false), "gate": atGate(ref(), workerCall), "dial": answer(ref(), workerCall), "dialed action": bridge(ref(), workerCall), "worker call ended": see(ref(), workerCall, true),
		"reject": rejectAs(ref(), reservation.Rejected), "reject late": rejectLate(ref(), ""), "reject late, stale": rejectLate(ref(), reservation.Expired), "reject, stale": rejectAs(ref(), reservation.Expired), "reject, unknown": rejectAs(ref(), reservation.Unknown),
		"caller left": leave("hangup", true), "given up": callerLeft(task),
	}
	names := make([]string, 0, len(stops))
	for name := range stops {
		names = append(names, name)
	}
	slices.Sort(names)
	order := []reservation.State{"", reservation.Offered, reservation.Claimed, reservation.CRM, reservation.Dialing, reservation.Ringing, reservation.Gate, reservation.Talking}
	for seed := range uint64(3000) {
		d := rand.New(rand.NewPCG(seed, 6))
		l, was := newLedger(), reservation.State("")
		var story []string
		for range 1 + d.IntN(25) {
			name := names[d.IntN(len(names))]
			story = append(story, name)
			is := after(t, l, stops[name]).State(ref())
			if is != was && (was.Ended() || !is.Ended() && slices.Index(order, is) < slices.Index(order, was)) {
				t.Fatalf("seed %d: from %q to %q by %q", seed, was, is, story)
			}
			was = is
		}
	}
}

// TestMarkCallerLeftStopsInTime has no time left: a call can have hundreds of bridges.
func TestMarkCallerLeftStopsInTime(t *testing.T) {
	t.Parallel()
	l := newLedger()
	known := after(t, l, claim(ref()), claim(refNext()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.MarkCallerLeft(ctx, known, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("MarkCallerLeft = %v, want %v", err, context.Canceled)
	}
	known, _, err := l.ByCall(t.Context(), call)
	if err != nil || known.State(ref()) != reservation.CRM || known.State(refNext()) != reservation.CRM {
		t.Errorf("the bridges are %s and %s, %v, want both crm", known.State(ref()), known.State(refNext()), err)
	}
}
