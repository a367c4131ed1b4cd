package sweeper_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// many returns an account with n tasks whose calls are over, and each of which needs four requests.
func many(n int) *account {
	a := &account{calls: map[string]twilio.CallRecord{}}
	for i := range n {
		sid := fmt.Sprintf("%032x", i+16)
		event := eventOf("task.created", ago(time.Hour))
		event.SID, event.TaskSID, event.Task.CallSID = "EV"+sid, "WT"+sid, "CA"+sid
		a.events = append(a.events, event)
		a.tasks = append(a.tasks, twilio.Task{SID: "WT" + sid, Status: "wrapping", Created: ago(time.Hour), Updated: ago(time.Hour)})
		a.calls["CA"+sid] = endedCall(time.Hour)
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

// TestBounds: a run stops before it takes too long or asks too much, and says so; the next one goes
// on.
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
		{"few", 5, nil, "", 0, 23},
		{"as many as may be asked", 100, nil, "the run has made all its requests", 0, 153},
		{"the time is over", 100, func(b *broom) func(int) error {
			return func(int) error { b.now = b.now.Add(10 * time.Second); return nil }
		}, "the run's time is up", 0, 9},
		{"Twilio throttles", 100, func(*broom) func(int) error { return throttled(6, 1000) }, "Twilio throttles us", 1, 6},
		{"one request fails", 5, func(*broom) func(int) error {
			return func(asked int) error {
				if asked == 5 {
					return errors.New("connection reset by peer")
				}
				return nil
			}
		}, "", 1, 23},
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
			if pace := b.paused / time.Duration(b.account.asked-3); b.account.asked > 3 && pace < time.Second/3 {
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
	for number, name := range []string{"queue", "tasks", "calls"} {
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

// TestFailedItemDoesNotStopRun: more stuck tasks than a run can ask about come before the one that
// can be completed.
func TestFailedItemDoesNotStopRun(t *testing.T) {
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

// TestKnownEventsAreNotRecordedAgain: Twilio's events are written only where they are news, and
// tasks of open calls are not looked up.
func TestKnownEventsAreNotRecordedAgain(t *testing.T) {
	t.Parallel()
	kinds := []string{"task.created", "reservation.created", "reservation.accepted"}
	a := &account{tasks: task("assigned", 10*time.Minute), calls: calls(is("in-progress"), endedCall(0)), unlisted: []string{callSID}}
	kept := &table{}
	b := newBroom(t, a)
	b.on(kept)
	for _, kind := range kinds[:2] {
		if err := event(kind, 10*time.Minute).record(t.Context(), b.ledger, ago(10*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range kinds {
		a.events = append(a.events, eventOf(kind, ago(10*time.Minute)))
	}
	b.now = noon().Add(5 * time.Minute)
	kept.writes, kept.finds = 0, 0
	b.sweep(t)
	if kept.writes != 1 || kept.finds != 2 {
		t.Errorf("%d writes and %d queries, want 1 for the news and 2 for open calls and requests", kept.writes, kept.finds)
	}
}

// TestBusyDeskLeavesNoCallOpen: more calls have ended since the last run than a page of the index
// has, and the call that needs the sweeper came after all of them.
func TestBusyDeskLeavesNoCallOpen(t *testing.T) {
	t.Parallel()
	b := newBroom(t, &account{calls: calls(is("in-progress"), is(""))}, event("task.created", 2*time.Minute))
	at := b.now
	for i := range 2500 {
		b.now = at.Add(-time.Hour + time.Duration(i)*time.Second)
		if _, err := b.ledger.LeftQueue(t.Context(), fmt.Sprintf("CA%032x", i+1000), "hangup", true); err != nil {
			t.Fatal(err)
		}
	}
	b.now = at
	if report := b.sweep(t); report.Closed != 2500 || report.Sound != 1 || report.OpenCalls != 2501 {
		t.Errorf("report %+v", report)
	}
}

// TestRunTimeOverWithoutRequest: closing calls of which all is known takes time, too.
func TestRunTimeOverWithoutRequest(t *testing.T) {
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
	}{{60, "the run's time is up"}, {40, ""}} {
		b.now = b.now.Add(5 * time.Minute)
		if report := b.sweep(t); report.Closed != want.closed || report.Stopped != want.stopped {
			t.Errorf("run %d closed %d and stopped %q, want %d and %q", run+1, report.Closed, report.Stopped, want.closed, want.stopped)
		}
	}
}
