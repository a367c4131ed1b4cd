package ledger

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

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

func dialling(r Ref, by time.Time) step {
	return func(ctx context.Context, l Ledger) error { _, _, err := l.RecordDialing(ctx, r, by); return err }
}

func atGate(r Ref, leg string) step {
	return func(ctx context.Context, l Ledger) error { _, err := l.RecordAnswered(ctx, r, leg); return err }
}

func rejectAs(r Ref, end State) step {
	return func(ctx context.Context, l Ledger) error { return l.RecordRejection(ctx, r, end, true) }
}

// rejectInVain finds a reservation that was not pending any more.
func rejectInVain(r Ref, end State) step {
	return func(ctx context.Context, l Ledger) error { return l.RecordRejection(ctx, r, end, false) }
}

func giveUp(task string) step {
	return func(ctx context.Context, l Ledger) error {
		known, _, err := l.ByCall(ctx, call)
		if err != nil {
			return err
		}
		return l.MarkCallerLeft(ctx, known, task)
	}
}

// TestTheStateOfABridge tells what happens to a reservation, and where that brings it.
func TestTheStateOfABridge(t *testing.T) {
	t.Parallel()
	soon := noon().Add(time.Minute)
	told := func(kind string) step { return event("reservation."+kind, ref()) }
	tests := []struct {
		name  string
		steps []step
		want  State
	}{
		{"nothing known", nil, ""},
		{"reservation made", []step{told("created")}, Offered},
		{"claimed, the CRM comes first", []step{told("created"), offer(ref(), Offer{CRM: true})}, CRM},
		{"claimed, about to be dialled", []step{told("created"), offer(ref(), Offer{DialBy: soon})}, Dialling},
		{"claimed, and no more", []step{told("created"), offer(ref(), Offer{})}, Claimed},
		{"claimed before the event came", []step{offer(ref(), Offer{CRM: true}), told("created")}, CRM},
		{"about to be dialled", []step{offer(ref(), Offer{CRM: true}), dialling(ref(), soon)}, Dialling},
		{"placed", []step{offer(ref(), Offer{DialBy: soon}), dial(ref(), leg)}, Ringing},
		{"seen by its status callback", []step{offer(ref(), Offer{DialBy: soon}), see(ref(), leg, false)}, Ringing},
		{"at the gate", []step{dial(ref(), leg), atGate(ref(), leg)}, Gate},
		{"at the gate before the answer to POST /Calls", []step{atGate(ref(), leg), dial(ref(), leg), see(ref(), leg, false)}, Gate},
		{"pressed 1", []step{atGate(ref(), leg), answer(ref(), leg)}, Gate},
		{"without a gate", []step{dial(ref(), leg), answer(ref(), leg)}, Gate},
		{"talking", []step{answer(ref(), leg), told("accepted")}, Bridged},
		{"talking, when the worker's call is told to ring", []step{told("accepted"), see(ref(), leg, false), atGate(ref(), leg)}, Bridged},
		{"dequeued by Twilio", []step{told("created"), told("accepted")}, Bridged},
		{"talked, says the Dial action", []step{told("accepted"), bridge(ref(), leg)}, Done},
		{"talked, says the Dial action alone", []step{answer(ref(), leg), bridge(ref(), leg)}, Done},
		{"talked, says wrap-up", []step{answer(ref(), leg), told("wrapup"), told("accepted")}, Done},
		{"talked, says completion", []step{told("completed"), told("wrapup"), told("accepted")}, Done},
		{"talked, and the worker's call is over", []step{told("accepted"), see(ref(), leg, true)}, Done},
		{"the worker's call is over before a talk", []step{dial(ref(), leg), see(ref(), leg, true)}, Ringing},
		{"rejected by us, no longer pending then", []step{dial(ref(), leg), rejectInVain(ref(), "")}, Ringing},
		{"rejected in vain before anything was known", []step{rejectInVain(ref(), Stale)}, Stale},
		{"rejected in vain before it was claimed", []step{told("created"), rejectInVain(ref(), Stale)}, Stale},
		{"rejected in vain when it was claimed", []step{offer(ref(), Offer{}), rejectInVain(ref(), Stale)}, Stale},
		{"rejected in vain during the CRM step, which is not over", []step{offer(ref(), Offer{CRM: true}), rejectInVain(ref(), Stale), dialling(ref(), soon)}, Stale},
		{"rejected in vain, twice", []step{rejectInVain(ref(), Stale), rejectInVain(ref(), Stale)}, Stale},
		{"rejected in vain, and claimed late", []step{rejectInVain(ref(), Stale), offer(ref(), Offer{DialBy: soon})}, Stale},
		{"rejected in vain when the worker may have been called", []step{offer(ref(), Offer{DialBy: soon}), rejectInVain(ref(), Unknown)}, Dialling},
		{"rejected in vain, and the worker's call is heard of later", []step{offer(ref(), Offer{DialBy: soon}), rejectInVain(ref(), Unknown), see(ref(), leg, false)}, Ringing},
		{"rejected in vain while the phone rings", []step{dial(ref(), leg), rejectInVain(ref(), Rejected)}, Ringing},
		{"rejected in vain, the worker may talk", []step{answer(ref(), leg), rejectInVain(ref(), Stale)}, Gate},
		{"rejected in vain, and told to talk later", []step{answer(ref(), leg), rejectInVain(ref(), Stale), told("accepted")}, Bridged},
		{"rejected in vain, and told to have talked", []step{offer(ref(), Offer{DialBy: soon}), rejectInVain(ref(), Unknown), bridge(ref(), leg)}, Done},
		{"rejected in vain, and told to have timed out", []step{dial(ref(), leg), rejectInVain(ref(), Rejected), told("timeout")}, Stale},
		{"rejected by us", []step{dial(ref(), leg), rejectAs(ref(), Rejected), told("rejected")}, Rejected},
		{"rejected", []step{dial(ref(), leg), told("rejected")}, Rejected},
		{"rejected by us past the deadline", []step{offer(ref(), Offer{CRM: true}), rejectAs(ref(), Stale), told("rejected")}, Stale},
		{"rejected with an unknown outcome", []step{offer(ref(), Offer{DialBy: soon}), rejectAs(ref(), Unknown), told("rejected"), atGate(ref(), leg)}, Unknown},
		{"rejected after having been accepted", []step{told("accepted"), rejectAs(ref(), Rejected)}, Bridged},
		{"timed out", []step{dial(ref(), leg), told("timeout")}, Stale},
		{"rescinded", []step{dial(ref(), leg), told("rescinded")}, Stale},
		{"failed", []step{dial(ref(), leg), told("failed")}, Stale},
		{"canceled", []step{dial(ref(), leg), told("canceled")}, CallerLeft},
		{"task canceled", []step{dial(ref(), leg), event("task.canceled", ref()), giveUp(task)}, CallerLeft},
		{"another task canceled", []step{dial(ref(), leg), giveUp(otherTask)}, Ringing},
		{"caller hung up", []step{dial(ref(), leg), leave("hangup", true), giveUp("")}, CallerLeft},
		{"caller hung up while talking", []step{told("accepted"), leave("bridged", true), giveUp("")}, Bridged},
		{"caller hung up, and TaskRouter's word of the talk is all there is", []step{told("wrapup"), giveUp("")}, Done},
		{"caller hung up before the message was taken", []step{told("created"), leave("hangup", true), giveUp(""), offer(ref(), Offer{DialBy: soon})}, CallerLeft},
		{"caller hung up during the CRM step", []step{offer(ref(), Offer{CRM: true}), leave("hangup", true), giveUp(""), dialling(ref(), soon)}, CallerLeft},
		{"accepted after the caller had left", []step{dial(ref(), leg), leave("hangup", true), giveUp(""), told("accepted")}, CallerLeft},
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
			if ended := slices.Contains([]State{Rejected, CallerLeft, Stale, Unknown}, test.want); ended && !known.CannotBridge(ref()) {
				t.Error("an end without a talk, but somebody is left to bridge")
			}
			if test.want != "" && known.At(ref(), test.want).IsZero() {
				t.Errorf("nobody wrote when it came to %q", test.want)
			}
		})
	}
}

// TestAnUndisturbedCallCostsOneWriteAStop is what the states may not add to.
func TestAnUndisturbedCallCostsOneWriteAStop(t *testing.T) {
	t.Parallel()
	store := &counting{Store: &Memory{}}
	l := Ledger{Store: store, Now: noon}
	for i, stop := range []step{
		event("reservation.created", ref()), offer(ref(), Offer{CRM: true}), dialling(ref(), noon()), dial(ref(), leg), see(ref(), leg, false), atGate(ref(), leg), answer(ref(), leg),
		event("reservation.accepted", ref()), bridge(ref(), leg), see(ref(), leg, true), event("reservation.wrapup", ref()), event("reservation.completed", ref()), leave("bridged", false),
	} {
		if err := stop(t.Context(), l); err != nil || store.writes != i+1 {
			t.Fatalf("stop %d: %d writes by now, %v, want %d", i, store.writes, err, i+1)
		}
	}
}

// TestDiallingIsRefused says when no call may be placed, and leaves the call as it was.
func TestDiallingIsRefused(t *testing.T) {
	t.Parallel()
	claimed := offer(ref(), Offer{WorkerSID: alice, CRM: true})
	tests := []struct {
		name  string
		steps []step
		want  bool
	}{
		{"nothing happened meanwhile", nil, true},
		{"another reservation ended", []step{event("reservation.timeout", refNext())}, true},
		{"asked again by who asked before", []step{dialling(ref(), noon())}, true},
		{"the caller hung up", []step{leave("hangup", true)}, false},
		{"the caller hung up, noted on the reservation too", []step{leave("hangup", true), giveUp("")}, false},
		{"the task died", []step{event("task.canceled", ref())}, false},
		{"the reservation timed out", []step{event("reservation.timeout", ref())}, false},
		{"another delivery rejected it", []step{rejectAs(ref(), Rejected)}, false},
		{"another delivery rejected it in vain", []step{rejectInVain(ref(), "")}, false},
		{"another delivery rejected it in vain, past the deadline", []step{rejectInVain(ref(), Stale)}, false},
		{"it was accepted", []step{event("reservation.accepted", ref())}, false},
		{"its phone rings", []step{see(ref(), leg, false)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLedger()
			before := after(t, l, append([]step{claimed}, test.steps...)...)
			by := noon().Add(90 * time.Second)
			known, allowed, err := l.RecordDialing(t.Context(), ref(), by)
			if err != nil || allowed != test.want {
				t.Fatalf("Dialling = %t, %v, want %t", allowed, err, test.want)
			}
			if !allowed && (known.State(ref()) != before.State(ref()) || !known.DialBy(ref()).Equal(before.DialBy(ref()))) {
				t.Errorf("a refused request wrote: %s until %s", known.State(ref()), known.DialBy(ref()))
			}
			if allowed && known.State(ref()) != Dialling {
				t.Errorf("state = %s, want %s", known.State(ref()), Dialling)
			}
		})
	}
}

func TestWhatABridgeKnowsOfItsReservation(t *testing.T) {
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

func TestReservationsInTheOrderInWhichTheyCame(t *testing.T) {
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

// TestAnEventsTimeIsTaskRouters: also the time of the state that it brings.
func TestAnEventsTimeIsTaskRouters(t *testing.T) {
	t.Parallel()
	l := newLedger()
	told := taskrouter.Event{Type: taskrouter.ReservationTimeout, Time: noon().Add(-1500 * time.Millisecond), TaskSID: task, ReservationSID: reserved}
	told.Task.CallSID = call
	if known, _, err := l.Event(t.Context(), told); err != nil || !known.At(ref(), Stale).Equal(told.Time) {
		t.Errorf("stale since %s, %v, want %s", known.At(ref(), Stale), err, told.Time)
	}
}

// TestAnEventCountsOnceThoughItsStateIsRefused: the second write that this costs must not take the event for a new one.
func TestAnEventCountsOnceThoughItsStateIsRefused(t *testing.T) {
	t.Parallel()
	l := newLedger()
	after(t, l, rejectAs(ref(), Stale))
	told := taskrouter.Event{SID: "EV00000000000000000000000000000001", Type: taskrouter.ReservationRejected, TaskSID: task, ReservationSID: reserved}
	told.Task.CallSID = call
	for _, want := range []bool{true, false, false} {
		known, first, err := l.Event(t.Context(), told)
		if err != nil || first != want || known.State(ref()) != Stale || known.At(ref(), Rejected).IsZero() {
			t.Errorf("Event = %t, %v in state %s, rejected %s; want %t, state stale, and the fact", first, err, known.State(ref()), known.At(ref(), Rejected), want)
		}
	}
}

// TestAnyOrderMovesForward lets everything that can be told about a reservation come in any order, and any number of times.
func TestAnyOrderMovesForward(t *testing.T) {
	t.Parallel()
	soon := noon().Add(time.Minute)
	told := func(kind string) step { return event("reservation."+kind, ref()) }
	stops := map[string]step{
		"created": told("created"), "accepted": told("accepted"), "rejected": told("rejected"), "timeout": told("timeout"), "canceled": told("canceled"),
		"rescinded": told("rescinded"), "failed": told("failed"), "wrapup": told("wrapup"), "completed": told("completed"), "task canceled": event("task.canceled", ref()),
		"claim": offer(ref(), Offer{CRM: true}), "claim, dialling": offer(ref(), Offer{DialBy: soon}), "claim alone": offer(ref(), Offer{}), "dialling": dialling(ref(), soon),
		"dialed": dial(ref(), leg), "initiated": see(ref(), leg, false), "gate": atGate(ref(), leg), "dial": answer(ref(), leg), "dialed action": bridge(ref(), leg), "leg ended": see(ref(), leg, true),
		"reject": rejectAs(ref(), Rejected), "reject in vain": rejectInVain(ref(), ""), "reject in vain, stale": rejectInVain(ref(), Stale), "reject, stale": rejectAs(ref(), Stale), "reject, unknown": rejectAs(ref(), Unknown),
		"caller left": leave("hangup", true), "given up": giveUp(task),
	}
	names := make([]string, 0, len(stops))
	for name := range stops {
		names = append(names, name)
	}
	slices.Sort(names)
	order := []State{"", Offered, Claimed, CRM, Dialling, Ringing, Gate, Bridged}
	for seed := range uint64(3000) {
		d := rand.New(rand.NewPCG(seed, 6))
		l, was := newLedger(), State("")
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

// TestGivingUpStopsInTime: a call that was offered to hundreds of workers has as many bridges, and whoever gives them up may have no time.
func TestGivingUpStopsInTime(t *testing.T) {
	t.Parallel()
	l := newLedger()
	known := after(t, l, claim(ref()), claim(refNext()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.MarkCallerLeft(ctx, known, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("GiveUp = %v, want %v", err, context.Canceled)
	}
	known, _, err := l.ByCall(t.Context(), call)
	if err != nil || known.State(ref()) != CRM || known.State(refNext()) != CRM {
		t.Errorf("the bridges are %s and %s, %v, want both crm", known.State(ref()), known.State(refNext()), err)
	}
}
