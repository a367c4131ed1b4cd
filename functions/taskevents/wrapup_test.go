package taskevents_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
)

func TestWrapUp(t *testing.T) {
	t.Parallel()
	ended := now().Add(1500 * time.Millisecond) // when the events were
	tests := []struct {
		name   string
		wrapUp *time.Duration
		event  url.Values
		want   []deferred.WrapUp
		delay  int32
	}{
		{"after half a minute", new(30 * time.Second), event("task.wrapup", "01"), []deferred.WrapUp{{CallSID: callSID, TaskSID: taskSID, WorkerCallSID: bobCall, Ended: ended}}, 30},
		{"without delay", new(time.Duration(0)), event("task.wrapup", "01"), []deferred.WrapUp{{CallSID: callSID, TaskSID: taskSID, WorkerCallSID: bobCall, Ended: ended}}, 0},
		{"the worker call that TaskRouter names", new(900 * time.Second), withWorkerCall(event("task.wrapup", "01"), aliceCall), []deferred.WrapUp{{CallSID: callSID, TaskSID: taskSID, WorkerCallSID: aliceCall, Ended: ended}}, 900},
		{"never", nil, event("task.wrapup", "01"), nil, 0},
		{"the reservation's own event, should the task's get lost", new(30 * time.Second), ofBob("reservation.wrapup", "01"), []deferred.WrapUp{{CallSID: callSID, TaskSID: taskSID, WorkerCallSID: bobCall, WorkerSID: bob, Ended: ended}}, 32},
		{"not when the task is completed", new(30 * time.Second), event("task.completed", "01"), nil, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(&ledger.Memory{})
			d.WrapUp = test.wrapUp
			d.bothRing(t)
			if got := d.hears(t, test.event); got != http.StatusNoContent {
				t.Errorf("status = %d, want 204", got)
			}
			var got []deferred.WrapUp
			for _, input := range d.queue.sent {
				message, err := deferred.Decode(*input.MessageBody)
				if err != nil || message.WrapUp == nil || input.DelaySeconds != test.delay {
					t.Fatalf("message %s after %d s: %v, want a wrap-up after %d s", *input.MessageBody, input.DelaySeconds, err, test.delay)
				}
				got = append(got, *message.WrapUp)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("messages %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestTaskEventThatNamesAReservation is one of a kind that the documentation does not rule out.
func TestTaskEventThatNamesAReservation(t *testing.T) {
	t.Parallel()
	d := newDesk(&ledger.Memory{})
	if got := d.hears(t, ofBob("task.wrapup", "01")); got != http.StatusNoContent {
		t.Errorf("status = %d, want 204", got)
	}
	if len(d.queue.sent) != 1 {
		t.Errorf("%d messages, want 1", len(d.queue.sent))
	}
}

// TestWrapUpWithoutTheLedger wants the worker call in the message although the ledger fails. The
// caller of a dequeue that was not answered may still wait, and a message with only the caller's
// call would not complete the task.
func TestWrapUpWithoutTheLedger(t *testing.T) {
	t.Parallel()
	d := newDesk(brokenStore{})
	if got := d.hears(t, withWorkerCall(event("task.wrapup", "01"), aliceCall)); got != http.StatusServiceUnavailable {
		t.Errorf("status = %d, want 503", got)
	}
	if len(d.queue.sent) != 1 {
		t.Fatalf("%d messages, want 1", len(d.queue.sent))
	}
	message, err := deferred.Decode(*d.queue.sent[0].MessageBody)
	ended := now().Add(1500 * time.Millisecond)
	if want := (deferred.WrapUp{CallSID: callSID, TaskSID: taskSID, WorkerCallSID: aliceCall, Ended: ended}); err != nil || message.WrapUp == nil || *message.WrapUp != want {
		t.Errorf("message %+v, %v, want %+v", message.WrapUp, err, want)
	}
}
