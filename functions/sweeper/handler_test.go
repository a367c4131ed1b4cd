package sweeper_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/sweeper"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	workflowSID    = "WW00000000000000000000000000000001"
	callSID        = "CA00000000000000000000000000000001"
	legSID         = "CA00000000000000000000000000000002"
	taskSID        = "WT00000000000000000000000000000001"
	reservationSID = "WR00000000000000000000000000000001"
	workerSID      = "WK00000000000000000000000000000001"
	rejectActivity = "WA00000000000000000000000000000002"
	faultActivity  = "WA00000000000000000000000000000005"
)

func ref() ledger.Ref {
	return ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID}
}

// fact is told to the ledger at a time before noon.
type fact struct {
	ago  time.Duration
	tell func(context.Context, ledger.Ledger, time.Time) error
}

func eventOf(kind string, at time.Time) taskrouter.Event {
	event := taskrouter.Event{SID: "EV" + kind, Type: kind, Time: at, TaskSID: taskSID, WorkerSID: workerSID}
	event.Task.CallSID = callSID
	if strings.HasPrefix(kind, "reservation.") {
		event.ReservationSID = reservationSID
	}
	return event
}

func told(kind string, ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		_, _, err := l.Event(ctx, eventOf(kind, at))
		return err
	}}
}

func dialled(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		_, _, err := l.Claim(ctx, ref(), ledger.Offer{WorkerSID: workerSID, Deadline: at.Add(2 * time.Minute), DialBy: at.Add(time.Minute)})
		if err == nil {
			_, err = l.Dialed(ctx, ref(), legSID)
		}
		return err
	}}
}

func claimedOnly(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		_, _, err := l.Claim(ctx, ref(), ledger.Offer{WorkerSID: workerSID, Deadline: at.Add(2 * time.Minute), DialBy: at.Add(time.Minute)})
		return err
	}}
}

func legOver(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		_, err := l.LegSeen(ctx, ref(), legSID, true)
		return err
	}}
}

// dequeued tells that Twilio's own call to the worker was accepted.
func dequeued(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		event := eventOf("reservation.accepted", at)
		event.Task.WorkerCallSID = legSID
		_, _, err := l.Event(ctx, event)
		return err
	}}
}

// offeredNext tells of a second reservation, and that it came to nothing.
func offeredNext(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		event := eventOf("reservation.rescinded", at)
		event.ReservationSID = "WR00000000000000000000000000000002"
		_, _, err := l.Event(ctx, event)
		return err
	}}
}

func rejected(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		return l.RejectSent(ctx, ref(), "")
	}}
}

func left(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		_, err := l.LeftQueue(ctx, callSID, "hangup", true)
		return err
	}}
}

func then(facts []fact, more ...fact) []fact { return slices.Concat(facts, more) }

// broom is a sweeper at noon, with what it sweeps.
type broom struct {
	sweeper.Handler
	ledger  ledger.Ledger
	account *account
	paused  time.Duration
	now     time.Time
}

func newBroom(t *testing.T, account *account, facts ...fact) *broom {
	t.Helper()
	b := &broom{account: account, now: noon()}
	b.ledger = ledger.Ledger{Store: &ledger.Memory{}, Now: func() time.Time { return b.now }}
	for _, fact := range facts {
		b.now = ago(fact.ago)
		if err := fact.tell(t.Context(), b.ledger, b.now); err != nil {
			t.Fatal(err)
		}
	}
	b.now = noon()
	b.Handler = sweeper.Handler{
		Ledger: b.ledger, Twilio: account, WorkflowSID: workflowSID, BaseURL: "https://switchboard.example",
		RejectActivitySID: rejectActivity, FaultActivitySID: faultActivity,
		ReservationTimeout: 2 * time.Minute, WrapUp: new(30 * time.Second),
		Now: func() time.Time { return b.now }, Logger: slog.New(slog.DiscardHandler),
		Pause: func(ctx context.Context, d time.Duration) error { b.paused += d; return ctx.Err() },
	}
	return b
}

func (b *broom) sweep(t *testing.T) sweeper.Report {
	t.Helper()
	report, err := b.Handle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (b *broom) closed(t *testing.T) bool {
	t.Helper()
	known, _, err := b.ledger.ByCall(t.Context(), callSID)
	if err != nil {
		t.Fatal(err)
	}
	return known.Closed()
}

func task(status string, updated time.Duration) []twilio.Task {
	return []twilio.Task{{SID: taskSID, Status: status, Created: ago(time.Hour), Updated: ago(updated)}}
}

func over(ended time.Duration) twilio.CallRecord {
	return twilio.CallRecord{Status: "completed", Ended: ago(ended)}
}

func is(status string) twilio.CallRecord { return twilio.CallRecord{Status: status} }

func calls(caller, leg twilio.CallRecord) map[string]twilio.CallRecord {
	return map[string]twilio.CallRecord{callSID: caller, legSID: leg}
}

func reservation(status string, updated time.Duration) map[string]twilio.Reservation {
	return map[string]twilio.Reservation{reservationSID: {Status: status, Updated: ago(updated)}}
}

const (
	end       = "end " + legSID
	hush      = "cancel " + legSID
	rejectOur = "reject to WA05 " + reservationSID
	rejectOwn = "reject to WA02 " + reservationSID
	complete  = "complete " + taskSID
	cancel    = "cancel " + taskSID
	redirect  = "redirect to https://switchboard.example/survey/overflow " + callSID
)

// TestSweep has a row for each state in which a call can be found.
func TestSweep(t *testing.T) {
	t.Parallel()
	waits := []fact{told("task.created", time.Hour)}
	ringing := then(waits, told("reservation.created", 10*time.Minute), dialled(10*time.Minute))
	justRings := then(waits, told("reservation.created", time.Minute), dialled(time.Minute))
	talks := then(ringing, told("reservation.accepted", 9*time.Minute))
	tests := []struct {
		name       string
		facts      []fact
		account    account
		settings   func(*sweeper.Handler)
		wantActs   []string
		wantLeft   []string
		wantClosed bool
		wantAsked  int // requests; 0 = not counted
	}{
		// Sound calls cost nothing but the lists: two requests of this account, four of Twilio's.
		{name: "the caller waits", facts: waits, account: account{tasks: task("pending", time.Hour), calls: calls(is("in-progress"), over(0))}, wantAsked: 2},
		{name: "the phone rings", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), is("ringing"))}, wantAsked: 2},
		{name: "they talk", facts: talks, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(is("in-progress"), is("in-progress"))}, wantAsked: 2},
		{name: "the survey is taken", facts: then(talks, left(time.Minute), legOver(time.Minute)), account: account{tasks: task("wrapping", time.Minute), calls: calls(is("in-progress"), over(time.Minute))}, wantAsked: 2},
		{name: "all is known", facts: then(talks, left(2*time.Minute), legOver(2*time.Minute), told("task.completed", time.Minute)), wantClosed: true, wantAsked: 2},
		{name: "young", facts: []fact{told("task.created", 59*time.Second)}, account: account{calls: calls(over(30*time.Second), over(0))}, wantAsked: 2},

		// Worker's calls.
		{name: "a phone rings, the reservation timed out", facts: ringing, account: account{tasks: task("pending", 8*time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reservation("timeout", 8*time.Minute)}, wantActs: []string{hush}},
		{name: "a phone rings, its reservation has just ended", facts: then(justRings, told("reservation.timeout", 10*time.Second)), account: account{tasks: task("pending", 10*time.Second), calls: calls(is("in-progress"), is("ringing")), reservations: reservation("timeout", 10*time.Second)}},
		{name: "a phone rings past the deadline", facts: ringing, account: account{tasks: task("reserved", 10*time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reservation("pending", 10*time.Minute)}, wantActs: []string{rejectOur, hush}},
		{name: "they talk, and nobody told", facts: ringing, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(is("in-progress"), is("in-progress")), reservations: reservation("accepted", 9*time.Minute)}},
		{name: "they talk, and Twilio's events tell", facts: ringing, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(is("in-progress"), is("in-progress")), events: []taskrouter.Event{eventOf("reservation.accepted", ago(9*time.Minute))}}},
		{name: "they talk, an operator completed the task", facts: ringing, account: account{calls: calls(is("in-progress"), is("in-progress"))}},
		{name: "a phone rings, the task is gone", facts: ringing, account: account{calls: calls(is("in-progress"), is("ringing"))}, wantActs: []string{hush}},
		{name: "the phone is down, nobody told", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), over(time.Minute)), reservations: reservation("pending", time.Minute)}, wantActs: []string{rejectOwn}},
		{name: "the phone has just gone down", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), over(59*time.Second)), reservations: reservation("pending", time.Minute)}},
		{name: "the list of calls lags", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), is("ringing")), unlisted: []string{callSID, legSID}, reservations: reservation("pending", time.Minute)}, wantAsked: 5},
		{name: "the caller has gone, a phone rings", facts: justRings, account: account{calls: calls(over(time.Minute), is("ringing")), reservations: reservation("canceled", time.Minute)}, wantActs: []string{hush}},
		{name: "the caller has gone, somebody is at the gate", facts: justRings, account: account{calls: calls(over(time.Minute), is("in-progress")), reservations: reservation("canceled", time.Minute)}, wantActs: []string{end}},
		{name: "the caller has gone, a phone rings for a reservation that is pending", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(over(time.Minute), is("ringing")), reservations: reservation("pending", time.Minute)}, wantActs: []string{rejectOur, hush}, wantLeft: []string{"task is stuck"}},
		{name: "we rejected, Twilio has it pending still", facts: then(ringing, rejected(9*time.Minute)), account: account{tasks: task("reserved", 10*time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reservation("pending", 10*time.Minute)}},
		{name: "the caller has gone, the worker is still on the phone", facts: talks, account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), is("in-progress"))}, wantLeft: []string{"worker's call goes on"}},
		{name: "the caller has gone, and the reservation was accepted unheard", facts: ringing, account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), is("in-progress")), reservations: reservation("wrapping", 5*time.Minute)}, wantLeft: []string{"worker's call goes on"}},
		{name: "a phone rings for a caller who leaves a message", facts: then(justRings, left(30*time.Second), told("task.canceled", 30*time.Second)), account: account{calls: calls(is("in-progress"), is("ringing")), reservations: reservation("canceled", time.Minute)}, wantActs: []string{hush}, wantAsked: 7},
		{name: "a phone rings for a caller who left the queue, and nobody told of the task", facts: then(justRings, left(30*time.Second)), account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reservation("canceled", time.Minute)}, wantActs: []string{hush}},
		{name: "a reservation is pending for a caller who left the queue", facts: then(justRings, left(30*time.Second)), account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reservation("pending", time.Minute)}, wantActs: []string{rejectOur, hush}},
		{name: "a phone rings, and we rejected", facts: then(justRings, rejected(50*time.Second)), account: account{tasks: task("pending", time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reservation("rejected", time.Minute)}, wantActs: []string{hush}},
		{name: "the caller has gone, the worker whom Twilio called has not", facts: then(waits, told("reservation.created", 10*time.Minute), dequeued(9*time.Minute)), account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), is("in-progress"))}},
		{name: "the caller and the worker whom Twilio called have gone", facts: then(waits, told("reservation.created", 10*time.Minute), dequeued(9*time.Minute)), account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), over(5*time.Minute))}, wantActs: []string{complete}},
		{name: "the caller has gone, the first of two workers has not", facts: then(talks, offeredNext(8*time.Minute)), account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), is("in-progress"))}, wantLeft: []string{"worker's call goes on"}},
		{name: "the caller has just gone", facts: justRings, account: account{calls: calls(over(59*time.Second), is("ringing"))}},

		// Reservations.
		{name: "nobody worked on the reservation", facts: then(waits, told("reservation.created", 3*time.Minute)), account: account{tasks: task("reserved", 3*time.Minute), calls: calls(is("in-progress"), over(0)), reservations: reservation("pending", 3*time.Minute)}, wantActs: []string{rejectOur}},
		{name: "the reservation may still be worked on", facts: then(waits, told("reservation.created", 3*time.Minute-time.Second)), account: account{tasks: task("reserved", 2*time.Minute), calls: calls(is("in-progress"), over(0))}, wantAsked: 2},
		{name: "the bridge died", facts: then(waits, claimedOnly(3*time.Minute)), account: account{tasks: task("reserved", 3*time.Minute), calls: calls(is("in-progress"), over(0)), reservations: reservation("pending", 3*time.Minute)}, wantActs: []string{rejectOur}},
		{name: "nobody told of the reservation", facts: waits, account: account{tasks: task("reserved", 3*time.Minute), calls: calls(is("in-progress"), over(0)), reservations: reservation("pending", 3*time.Minute),
			events: []taskrouter.Event{eventOf("reservation.created", ago(3*time.Minute))}}, wantActs: []string{rejectOur}},

		// Tasks.
		{name: "wrapping, the wrap-up time is over", facts: then(talks, left(5*time.Minute), legOver(5*time.Minute)), account: account{tasks: task("wrapping", 90*time.Second), calls: calls(over(5*time.Minute), over(5*time.Minute))}, wantActs: []string{complete}, wantAsked: 5},
		{name: "wrapping, the message may still come", facts: then(talks, left(2*time.Minute), legOver(2*time.Minute)), account: account{tasks: task("wrapping", 89*time.Second), calls: calls(over(2*time.Minute), over(2*time.Minute))}},
		{name: "assigned, nobody is on the phone", facts: talks, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(over(90*time.Second), over(90*time.Second))}, wantActs: []string{complete}},
		{name: "assigned, they have just hung up", facts: talks, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(over(89*time.Second), over(89*time.Second))}},
		{name: "wrapping, others complete it", facts: talks, settings: func(h *sweeper.Handler) { h.WrapUp = nil }, account: account{tasks: task("wrapping", 9*time.Minute), calls: calls(over(9*time.Minute), over(9*time.Minute))}},
		{name: "stuck", facts: waits, account: account{tasks: task("pending", time.Hour), calls: calls(over(2*time.Minute), over(0))}, wantLeft: []string{"task is stuck"}},
		{name: "stuck, to be ended", facts: waits, settings: func(h *sweeper.Handler) { h.EndStuckTasks = true }, account: account{tasks: task("pending", time.Hour), calls: calls(over(time.Minute), over(0))}, wantActs: []string{cancel}},
		{name: "its caller has just gone", facts: waits, settings: func(h *sweeper.Handler) { h.EndStuckTasks = true }, account: account{tasks: task("pending", time.Hour), calls: calls(over(59*time.Second), over(0))}},
		{name: "nobody knows its call", settings: func(h *sweeper.Handler) { h.EndStuckTasks = true }, account: account{tasks: task("pending", time.Hour)}, wantLeft: []string{"task is stuck"}},
		{name: "a chat's", account: account{tasks: task("pending", time.Hour), events: []taskrouter.Event{{SID: "EV1", Type: "task.created", Time: ago(time.Hour), TaskSID: taskSID}}}},
		{name: "the ledger never heard of it", account: account{tasks: task("wrapping", 9*time.Minute), calls: calls(over(9*time.Minute), over(0)), events: []taskrouter.Event{eventOf("task.created", ago(time.Hour)), eventOf("reservation.accepted", ago(50*time.Minute))}}, wantActs: []string{complete}},
		{name: "the ledger has not heard of it yet", account: account{tasks: []twilio.Task{{SID: taskSID, Status: "pending", Created: ago(30 * time.Second)}}}, wantAsked: 2},

		// Callers.
		{name: "the task died, the caller waits", facts: waits, account: account{calls: calls(is("in-progress"), over(0)), waiting: true}, wantActs: []string{redirect}},
		{name: "the task died, the caller is elsewhere", facts: waits, account: account{calls: calls(is("in-progress"), over(0))}},

		// Calls.
		{name: "nobody told that the call is over", facts: then(waits, told("task.canceled", 50*time.Minute)), account: account{calls: calls(over(50*time.Minute), over(0))}, wantClosed: true},
		{name: "Twilio knows no such call", facts: then(waits, told("task.canceled", 50*time.Minute)), wantClosed: true},
		{name: "Twilio's events tell that the task is over", facts: then(waits, left(50*time.Minute)), account: account{events: []taskrouter.Event{eventOf("task.canceled", ago(50*time.Minute))}, calls: calls(over(50*time.Minute), over(0))}, wantClosed: true, wantAsked: 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBroom(t, &test.account, test.facts...)
			if test.settings != nil {
				test.settings(&b.Handler)
			}
			report := b.sweep(t)
			if !slices.Equal(b.account.acts, test.wantActs) {
				t.Errorf("did %q, want %q", b.account.acts, test.wantActs)
			}
			var gotLeft []string
			for _, finding := range report.Left {
				gotLeft = append(gotLeft, finding.What)
			}
			if !slices.Equal(gotLeft, test.wantLeft) {
				t.Errorf("left %q, want %q", gotLeft, test.wantLeft)
			}
			if got := b.closed(t); got != test.wantClosed {
				t.Errorf("closed %t, want %t", got, test.wantClosed)
			}
			if test.wantAsked > 0 && b.account.asked != test.wantAsked {
				t.Errorf("made %d requests, want %d", b.account.asked, test.wantAsked)
			}
			if len(report.Failed) > 0 || report.Stopped != "" {
				t.Errorf("report %+v", report)
			}
		})
	}
}

// many returns an account with n tasks whose calls are over, and each of which needs four requests.
func many(n int) *account {
	a := &account{calls: map[string]twilio.CallRecord{}}
	for i := range n {
		sid := fmt.Sprintf("%032x", i+16)
		event := eventOf("task.created", ago(time.Hour))
		event.SID, event.TaskSID, event.Task.CallSID = "EV"+sid, "WT"+sid, "CA"+sid
		a.events = append(a.events, event)
		a.tasks = append(a.tasks, twilio.Task{SID: "WT" + sid, Status: "wrapping", Created: ago(time.Hour), Updated: ago(time.Hour)})
		a.calls["CA"+sid] = over(time.Hour)
	}
	return a
}

func throttled(from, to int) func(int) error {
	return func(asked int) error {
		if asked >= from && asked < to {
			return &twilio.Error{What: "fetch", Status: http.StatusTooManyRequests}
		}
		return nil
	}
}

// TestBounds: a run stops before it takes too long or asks too much, and says so; the next one goes on.
func TestBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		tasks       int
		fails       func(*broom) func(int) error
		wantStopped string
		wantFailed  int
		wantMost    int // requests
	}{
		{"few", 5, nil, "", 0, 22},
		{"as many as may be asked", 100, nil, "the run has made all its requests", 0, 152},
		{"the time is over", 100, func(b *broom) func(int) error {
			return func(int) error { b.now = b.now.Add(10 * time.Second); return nil }
		}, "the run's time is over", 0, 8},
		{"Twilio throttles", 100, func(*broom) func(int) error { return throttled(5, 1000) }, "Twilio throttles us", 1, 5},
		{"one request fails", 5, func(*broom) func(int) error {
			return func(asked int) error {
				if asked == 4 {
					return errors.New("connection reset by peer")
				}
				return nil
			}
		}, "", 1, 22},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBroom(t, many(test.tasks))
			if test.fails != nil {
				b.account.fails = test.fails(b)
			}
			report := b.sweep(t)
			if report.Stopped != test.wantStopped || len(report.Failed) != test.wantFailed || b.account.asked > test.wantMost {
				t.Errorf("stopped %q after %d requests with %d failures, want %q, %d, %d at most", report.Stopped, b.account.asked, len(report.Failed), test.wantStopped, test.wantFailed, test.wantMost)
			}
			if pace := b.paused / time.Duration(b.account.asked-2); b.account.asked > 2 && pace < time.Second/3 {
				t.Errorf("a request each %s, want 3 a second at most", pace)
			}
			b.account.fails = nil
			for range 10 {
				b.now = b.now.Add(5 * time.Minute)
				b.sweep(t)
			}
			slices.Sort(b.account.acts)
			if done := slices.Compact(b.account.acts); len(done) != test.tasks {
				t.Errorf("%d tasks completed in the end, want %d", len(done), test.tasks)
			}
		})
	}
}

func TestWithoutTheListsNothingIsDone(t *testing.T) {
	t.Parallel()
	for number, name := range []string{"tasks", "calls"} {
		b := newBroom(t, many(3))
		b.account.fails = throttled(number+1, number+2)
		if report, err := b.Handle(t.Context()); err == nil || len(b.account.acts) > 0 {
			t.Errorf("no %s: %+v, %v, did %q; want an error for the alarm, and nothing done", name, report, err, b.account.acts)
		}
	}
	b := newBroom(t, many(3))
	b.Ledger = ledger.Ledger{Store: broken{}, Now: noon}
	if report, err := b.Handle(t.Context()); err == nil || len(b.account.acts) > 0 {
		t.Errorf("no ledger: %+v, %v, did %q; want an error for the alarm, and nothing done", report, err, b.account.acts)
	}
}

// broken is a table that cannot be reached.
type broken struct{ ledger.Store }

func (broken) Find(context.Context, ledger.Index, string) ([]ledger.Fields, error) {
	return nil, errors.New("table unreachable")
}

// TestWhatTheLedgerLearns: the ends of bridges, and the end of the call, are in the ledger afterwards.
func TestWhatTheLedgerLearns(t *testing.T) {
	t.Parallel()
	waits := []fact{told("task.created", time.Hour)}
	pending := account{tasks: task("reserved", 3*time.Minute), calls: calls(is("in-progress"), over(3*time.Minute)), reservations: reservation("pending", 3*time.Minute)}
	tests := []struct {
		name    string
		facts   []fact
		account account
		want    ledger.State
	}{
		{"nobody worked on it", then(waits, told("reservation.created", 3*time.Minute)), pending, ledger.Stale},
		{"nobody knows whether the worker was called", then(waits, claimedOnly(3*time.Minute)), pending, ledger.Unknown},
		{"the worker did not answer", then(waits, dialled(3*time.Minute)), pending, ledger.Rejected},
		{"the caller has gone", then(waits, dialled(3*time.Minute)), account{calls: calls(over(2*time.Minute), over(2*time.Minute))}, ledger.CallerLeft},
		{"they talked", then(waits, dialled(10*time.Minute), told("reservation.accepted", 9*time.Minute)), account{calls: calls(over(2*time.Minute), over(2*time.Minute))}, ledger.Done},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBroom(t, &test.account, test.facts...)
			b.sweep(t)
			known, _, err := b.ledger.ByCall(t.Context(), callSID)
			if err != nil || known.State(ref()) != test.want {
				t.Errorf("state %s, %v, want %s", known.State(ref()), err, test.want)
			}
		})
	}
}

// TestWhatCannotBeMendedDoesNotHideTheRest: more stuck tasks than a run can ask about come before the one that can be completed.
func TestWhatCannotBeMendedDoesNotHideTheRest(t *testing.T) {
	t.Parallel()
	a := many(120)
	for i := range a.tasks[:119] {
		a.tasks[i].Status = "pending"
	}
	b := newBroom(t, a)
	for range 20 {
		b.now = b.now.Add(5 * time.Minute)
		b.sweep(t)
	}
	if !slices.Contains(a.acts, "complete "+a.tasks[119].SID) {
		t.Error("the last task was never reached")
	}
}

// table is a store that counts, and takes a second for each write.
type table struct {
	ledger.Memory
	broom         *broom
	writes, finds int
}

func (t *table) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	t.writes++
	t.broom.now = t.broom.now.Add(time.Second)
	return t.Memory.Apply(ctx, change)
}

func (t *table) Find(ctx context.Context, index ledger.Index, value string) ([]ledger.Fields, error) {
	t.finds++
	return t.Memory.Find(ctx, index, value)
}

func (b *broom) on(t *table) {
	t.broom = b
	b.ledger.Store = t
	b.Ledger = b.ledger
}

// TestWhatIsKnownIsNotToldAgain: Twilio's events are written only where they are news, and tasks of open calls are not looked up.
func TestWhatIsKnownIsNotToldAgain(t *testing.T) {
	t.Parallel()
	kinds := []string{"task.created", "reservation.created", "reservation.accepted"}
	a := &account{tasks: task("assigned", 10*time.Minute), calls: calls(is("in-progress"), over(0)), unlisted: []string{callSID}}
	kept := &table{}
	b := newBroom(t, a)
	b.on(kept)
	for _, kind := range kinds[:2] {
		if err := told(kind, 10*time.Minute).tell(t.Context(), b.ledger, ago(10*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range kinds {
		a.events = append(a.events, eventOf(kind, ago(10*time.Minute)))
	}
	b.now = noon().Add(5 * time.Minute)
	kept.writes, kept.finds = 0, 0
	b.sweep(t)
	if kept.writes != 1 || kept.finds != 1 {
		t.Errorf("%d writes and %d queries, want 1 for the news and 1 for the open calls", kept.writes, kept.finds)
	}
}

// TestTheTimeIsOverWithoutARequest: closing calls of which all is known takes time, too.
func TestTheTimeIsOverWithoutARequest(t *testing.T) {
	t.Parallel()
	kept := &table{}
	b := newBroom(t, &account{})
	b.on(kept)
	for i := range 100 {
		if _, err := b.ledger.LeftQueue(t.Context(), fmt.Sprintf("CA%032x", i), "hangup", true); err != nil {
			t.Fatal(err)
		}
	}
	for run, want := range []struct {
		closed  int
		stopped string
	}{{60, "the run's time is over"}, {40, ""}} {
		b.now = b.now.Add(5 * time.Minute)
		if report := b.sweep(t); report.Closed != want.closed || report.Stopped != want.stopped {
			t.Errorf("run %d closed %d and stopped %q, want %d and %q", run+1, report.Closed, report.Stopped, want.closed, want.stopped)
		}
	}
}
