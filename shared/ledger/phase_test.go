package ledger

import (
	"context"
	"slices"
	"testing"
	"time"

	"switchboard/shared/taskrouter"
)

// openUntilClosed asks for calls of a time of their own: the tests share a table.
func openUntilClosed(t *testing.T, store Store) {
	now := noon().Add(-1000 * time.Hour)
	l := Ledger{Store: store, Now: func() time.Time { return now }}
	var calls []string
	for range 4 {
		now = now.Add(time.Minute)
		calls = append(calls, newSID("CA"))
		if _, err := l.LeftQueue(t.Context(), calls[len(calls)-1], "hangup", true); err != nil {
			t.Fatal(err)
		}
	}
	wantOpen := func(before time.Time, limit int, want ...string) {
		t.Helper()
		open, err := l.Open(t.Context(), time.Unix(0, 0), before, limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, each := range open {
			got = append(got, each.CallSID())
			if each.QueueResult() != "hangup" {
				t.Errorf("%s came without what is known of it", each.CallSID())
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("open %v, want %v", got, want)
		}
	}
	later := now.Add(time.Minute)
	wantOpen(later, 10, calls...)
	wantOpen(later, 2, calls[:2]...)
	wantOpen(now, 10, calls[:3]...)
	for _, wantMade := range []bool{true, false} {
		if made, err := l.Close(t.Context(), calls[1], "complete"); err != nil || made != wantMade {
			t.Errorf("Close = %t, %v, want %t", made, err, wantMade)
		}
	}
	if _, err := l.LeftQueue(t.Context(), calls[1], "hangup", true); err != nil {
		t.Fatal(err)
	}
	wantOpen(later, 10, calls[0], calls[2], calls[3])
	if known, _, err := l.ByCall(t.Context(), calls[1]); err != nil || !known.Closed() {
		t.Errorf("closed %t, %v, want it closed", known.Closed(), err)
	}
}

func TestNothingPending(t *testing.T) {
	t.Parallel()
	hungUp := leave("hangup", true)
	tests := []struct {
		name  string
		steps []step
		want  bool
	}{
		{"never in the queue", []step{hungUp}, true},
		{"still in the queue", []step{event("task.created", ref())}, false},
		{"elsewhere, and may come back", []step{event("task.created", ref()), leave("redirected", false), event("task.canceled", ref())}, false},
		{"at our document, and the task with it", []step{event("task.created", ref()), leave("leave", false), event("task.canceled", ref())}, true},
		{"at our document, and back with another task", []step{event("task.created", ref()), leave("leave", false), event("task.canceled", ref()), event("task.created", Ref{call, otherTask, ""})}, false},
		{"gone, the task lives", []step{event("task.created", ref()), hungUp}, false},
		{"gone, and the task with it", []step{event("task.created", ref()), hungUp, event("task.canceled", ref())}, true},
		{"gone, a phone rings", []step{dial(ref(), workerCall), hungUp, event("task.canceled", ref()), callerLeft(task)}, false},
		{"gone, worker call ended", []step{dial(ref(), workerCall), hungUp, event("task.canceled", ref()), callerLeft(task), see(ref(), workerCall, true)}, true},
		{"gone, worker call ended, caller_left not recorded", []step{dial(ref(), workerCall), hungUp, event("task.canceled", ref()), see(ref(), workerCall, true)}, false},
		{"talked, wrapping", []step{dial(ref(), workerCall), bridge(ref(), workerCall), hungUp, see(ref(), workerCall, true), event("task.wrapup", ref())}, false},
		{"talked, completed", []step{dial(ref(), workerCall), bridge(ref(), workerCall), hungUp, see(ref(), workerCall, true), event("task.completed", ref())}, true},
		{"talked, completed, the worker is still on the phone", []step{dial(ref(), workerCall), bridge(ref(), workerCall), hungUp, event("task.completed", ref())}, false},
		{"talked, completed, end of the first reservation unknown", []step{claim(ref()), reject(ref()), claim(refNext()), bridge(refNext(), nextWorkerCall), hungUp, see(refNext(), nextWorkerCall, true), event("task.completed", ref())}, false},
		{"talked, completed, only the task's events arrived", []step{event("reservation.accepted", ref()), hungUp, event("task.completed", ref())}, false},
		{"an earlier task lives", []step{event("task.created", Ref{call, otherTask, ""}), event("task.created", ref()), hungUp, event("task.canceled", ref())}, false},
		{"a reservation's task lives", []step{claim(Ref{call, otherTask, reservedNext}), event("task.created", ref()), hungUp, event("task.canceled", ref())}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if known := after(t, newLedger(), test.steps...); known.NothingPending() != test.want {
				t.Errorf("complete %t, want %t", known.NothingPending(), test.want)
			}
		})
	}
}

func TestRecordCallerEnded(t *testing.T) {
	t.Parallel()
	l := newLedger()
	after(t, l, claim(ref()))
	if known, err := l.RecordCallerEnded(t.Context(), call, "completed", noon().Add(-time.Minute)); err != nil || !known.CannotBridge(ref()) {
		t.Errorf("cannot bridge %t, %v, want true", known.CannotBridge(ref()), err)
	}
	fields, err := l.Store.Get(t.Context(), call)
	if err != nil || fields["call_status"] != "completed" || fields["call_ended"] != "2026-11-24T11:59:00.000Z" {
		t.Errorf("fields %v, %v, want Twilio's status and time", fields, err)
	}
	if _, claimed, err := l.Claim(t.Context(), refNext(), Offer{WorkerSID: alice}); err != nil || claimed {
		t.Errorf("claimed %t, %v, want no worker called for a call that has ended", claimed, err)
	}
}

func TestTasksAndTimes(t *testing.T) {
	t.Parallel()
	elsewhere := Ref{call, otherTask, reservedNext}
	known := after(t, newLedger(), event("task.created", ref()), claim(elsewhere), event("reservation.created", ref()))
	if got := known.Tasks(); !slices.Equal(got, []string{task, otherTask}) {
		t.Errorf("tasks %v", got)
	}
	if !known.Reserved(ref()).Equal(noon()) || !known.Reserved(elsewhere).Equal(noon()) || !known.Reserved(Ref{call, task, "WR1"}).Equal(noon()) {
		t.Errorf("reserved %s, %s", known.Reserved(ref()), known.Reserved(elsewhere))
	}
	for kind, want := range map[string]bool{"task.created": true, "task.canceled": false, "reservation.created": true, "reservation.rejected": false} {
		if got := known.Knows(taskrouter.Event{Type: kind, TaskSID: task, ReservationSID: reserved}); got != want {
			t.Errorf("knows %s: %t, want %t", kind, got, want)
		}
	}
}

// lagging is a store whose index still has what a write has changed.
type lagging struct{ Memory }

func (l *lagging) Find(ctx context.Context, _ Index, _ string) ([]Fields, error) {
	fields, err := l.Get(ctx, call)
	return []Fields{fields}, err
}

func TestLaggingIndexOpensNothing(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: &lagging{}, Now: noon}
	if _, err := l.Close(t.Context(), call, "complete"); err != nil {
		t.Fatal(err)
	}
	if open, err := l.Open(t.Context(), time.Unix(0, 0), noon(), 10); err != nil || len(open) != 0 {
		t.Errorf("open %v, %v, want none", open, err)
	}
}
