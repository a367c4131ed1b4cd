package ledger

import (
	"slices"
	"testing"
	"time"

	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

func TestByCallAndByTask(t *testing.T) {
	t.Parallel()
	l := newLedger()
	after(t, l, claim(ref()), dial(ref(), workerCall))
	for name, sid := range map[string]string{"the caller's": call, "the worker's": workerCall} {
		if known, found, err := l.ByEitherCall(t.Context(), sid); err != nil || !found || known.CallSID() != call || known.WorkerCallSID() != workerCall {
			t.Errorf("by %s: %v, %t, %v, want call %s with %s", name, known, found, err, call, workerCall)
		}
	}
	if known, found, err := l.ByTask(t.Context(), task); err != nil || !found || known.CallSID() != call {
		t.Errorf("by task: %v, %t, %v, want call %s", known, found, err, call)
	}
	if known, found, err := l.ByEitherCall(t.Context(), nextWorkerCall); err != nil || found {
		t.Errorf("by an unknown call: %v, %t, %v, want none", known, found, err)
	}
	if known, found, err := l.ByTask(t.Context(), otherTask); err != nil || found {
		t.Errorf("by an unknown task: %v, %t, %v, want none", known, found, err)
	}
}

func TestByCallFindsLastWorkerCall(t *testing.T) {
	t.Parallel()
	l := newLedger()
	after(t, l, dial(ref(), workerCall), see(ref(), workerCall, true))
	accepted := taskrouter.Event{Type: taskrouter.ReservationAccepted, TaskSID: task, ReservationSID: reservedNext, WorkerSID: alice}
	accepted.Task.CallSID, accepted.Task.WorkerCallSID = call, nextWorkerCall
	if _, _, err := l.Event(t.Context(), accepted); err != nil {
		t.Fatal(err)
	}
	if known, found, err := l.ByEitherCall(t.Context(), nextWorkerCall); err != nil || !found || known.CallSID() != call || known.WorkerSID() != alice {
		t.Errorf("ByCall = %v, %t, %v, want call %s with worker %s", known, found, err, call, alice)
	}
}

func TestBetween(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	berlin := time.FixedZone("CET", 3600)
	now := midnight
	l := Ledger{Store: &Memory{}, Now: func() time.Time { return now }}
	var calls []string
	for i, seen := range []time.Duration{-25 * time.Hour, -time.Second, -time.Millisecond, 0, time.Hour} {
		now = midnight.Add(seen)
		calls = append(calls, "CA0000000000000000000000000000000"+string(rune('0'+i)))
		if _, err := l.LeftQueue(t.Context(), calls[i], "hangup", true); err != nil {
			t.Fatal(err)
		}
	}
	now = midnight.Add(2 * time.Hour)
	tests := []struct {
		name  string
		from  time.Time
		until time.Time
		want  []string
	}{
		{"before all", midnight.Add(-48 * time.Hour), now, calls},
		{"over midnight", midnight.Add(-time.Second), now, calls[1:]},
		{"the last millisecond of a day", midnight.Add(-time.Millisecond), now, calls[2:]},
		{"from a little later than a call", midnight.Add(-time.Second + time.Microsecond), now, calls[2:]},
		{"from midnight", midnight, now, calls[3:]},
		{"from midnight UTC in Berlin's time", midnight.In(berlin), now, calls[3:]},
		{"from after midnight in Berlin, before it in UTC", midnight.Add(-time.Second).In(berlin), now, calls[1:]},
		{"late on the day before, soon after midnight", midnight.Add(-time.Minute), now, calls[1:]},
		{"from now", now, now.Add(time.Minute), nil},
		{"tomorrow", now.Add(24 * time.Hour), now.Add(48 * time.Hour), nil},
		{"the day before", midnight.Add(-24 * time.Hour), midnight, calls[1:3]},
		{"until the second of a call", midnight.Add(-24 * time.Hour), midnight.Add(-time.Second), nil},
		{"until a little later", midnight.Add(-24 * time.Hour), midnight.Add(-time.Second + time.Microsecond), calls[1:2]},
		{"no time at all", midnight, midnight, nil},
		{"back in time", midnight.Add(time.Second), midnight, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found, err := l.Between(t.Context(), test.from, test.until)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, each := range found {
				got = append(got, each.CallSID())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("calls %v, want %v", got, test.want)
			}
		})
	}
}

func TestCallersAnswers(t *testing.T) {
	t.Parallel()
	l := newLedger()
	for _, err := range []error{
		l.Scored(t.Context(), call, 4),
		l.Remarked(t.Context(), call, "RE1"),
		l.LeftVoicemail(t.Context(), call, "RE2"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	known := after(t, l, leave("bridged", false))
	if known.Score() != "4" || known.Remark() != "RE1" || known.Voicemail() != "RE2" || known.QueueResult() != "bridged" || !known.LeftQueueSince().Equal(noon()) {
		t.Errorf("call = %v, want score 4, remark RE1, voicemail RE2, bridged, left at noon", known)
	}
	if !known.FirstSeen().Equal(noon()) || !known.TalkStarted().IsZero() {
		t.Errorf("first seen %s, bridged %s, want noon and never", known.FirstSeen(), known.TalkStarted())
	}
}

// TestEnqueuedAgain has a caller who left the queue enter it again with another task.
func TestEnqueuedAgain(t *testing.T) {
	t.Parallel()
	now := noon()
	l := Ledger{Store: &Memory{}, Now: func() time.Time { return now }}
	created := func(task string) step {
		now = now.Add(time.Minute)
		return eventAt(now, taskrouter.TaskCreated, Ref{CallSID: call, TaskSID: task}, "")
	}
	if known := after(t, l, created(task)); !known.LeftQueueSince().IsZero() || !known.Enqueued().Equal(now) {
		t.Errorf("left %s, enqueued %s, want still waiting since %s", known.LeftQueueSince(), known.Enqueued(), now)
	}
	first := Ref{call, task, reserved}
	after(t, l, claim(first), leave("redirected", false))
	second := Ref{call, otherTask, reservedNext}
	known := after(t, l, created(otherTask), event("task.canceled", first))
	if known.TaskSID() != otherTask || !known.Enqueued().Equal(now) {
		t.Errorf("task %s since %s, want %s since %s", known.TaskSID(), known.Enqueued(), otherTask, now)
	}
	if !known.CannotBridge(first) || known.CannotBridge(second) || known.Ended() {
		t.Errorf("over for the first task %t, for the second %t, call ended %t, want true, false, false", known.CannotBridge(first), known.CannotBridge(second), known.Ended())
	}
	if _, claimed, err := l.Claim(t.Context(), second, Offer{WorkerSID: alice}); err != nil || !claimed {
		t.Errorf("claim for the second task: %t, %v, want it made", claimed, err)
	}
}

// TestLeavingOneQueueEndsNoTask reports in any order that the caller left a queue, while another
// task lives.
func TestLeavingOneQueueEndsNoTask(t *testing.T) {
	t.Parallel()
	second := Ref{call, otherTask, reservedNext}
	for _, result := range []string{"redirected", "leave", "bridged", "queue-full", "error", "system-error", ""} {
		for name, steps := range map[string][]step{
			"before the claim": {leave(result, false), claim(second)},
			"after the claim":  {claim(second), leave(result, false)},
		} {
			known := after(t, newLedger(), steps...)
			if known.CannotBridge(second) || known.CallerLeft(otherTask) || known.State(second) != reservation.CRM {
				t.Errorf("%q reported %s: over %t, abandoned %t, state %s", result, name, known.CannotBridge(second), known.CallerLeft(otherTask), known.State(second))
			}
		}
	}
}

// TestTimes expects TaskRouter's time of the talk, or our own if no event reported it.
func TestTimes(t *testing.T) {
	t.Parallel()
	accepted := taskrouter.Event{Type: taskrouter.ReservationAccepted, Time: noon().Add(1500 * time.Millisecond), TaskSID: task, ReservationSID: reserved}
	accepted.Task.CallSID = call
	l := newLedger()
	if known := after(t, l, bridge(ref(), workerCall)); !known.TalkStarted().Equal(noon()) {
		t.Errorf("bridged %s, want %s", known.TalkStarted(), noon())
	}
	if _, _, err := l.Event(t.Context(), accepted); err != nil {
		t.Fatal(err)
	}
	if known := after(t, l); !known.TalkStarted().Equal(accepted.Time) {
		t.Errorf("bridged %s, want %s", known.TalkStarted(), accepted.Time)
	}
}
