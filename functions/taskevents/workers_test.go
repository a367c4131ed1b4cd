package taskevents_test

import (
	"net/http"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
)

// moved is Twilio's event of Alice's change of activity.
func moved(to, from string) []string {
	return []string{"WorkerSid", alice, "WorkerActivitySid", to, "WorkerPreviousActivitySid", from, "TaskSid", "", "WorkflowSid", ""}
}

func TestChangeOfActivityIsRecorded(t *testing.T) {
	t.Parallel()
	const lunch = "WA00000000000000000000000000000009"
	tests := []struct {
		name     string
		to, from string
		wantWork bool // a message for the reconciler
	}{
		{
			name: "gone to lunch",
			to:   lunch,
			from: availableActivity,
		},
		{
			name: "rejected while available",
			to:   rejectActivity,
			from: availableActivity,
		},
		{
			name:     "rejected while at lunch",
			to:       rejectActivity,
			from:     lunch,
			wantWork: true,
		},
		{
			name:     "wrapping up after going to lunch",
			to:       postWorkActivity,
			from:     lunch,
			wantWork: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(&ledger.Memory{})
			for range 2 { // delivered twice
				if got := d.hears(t, event("worker.activity.update", "01", moved(test.to, test.from)...)); got != http.StatusNoContent {
					t.Errorf("status = %d, want 204", got)
				}
			}
			record, err := d.roster.Get(t.Context(), alice)
			want := roster.Place{Activity: test.to, Before: test.from, Since: now().Add(1500 * time.Millisecond)}
			if err != nil || record.Place != want {
				t.Errorf("place %+v, %v, want %+v", record.Place, err, want)
			}
			// The second delivery may be because of the first one's failure to send the message.
			if got := len(d.queue.sent); got != map[bool]int{true: 2}[test.wantWork] {
				t.Errorf("%d messages", got)
			}
		})
	}
}

func TestMissesAreLookedInto(t *testing.T) {
	t.Parallel()
	for kind, delay := range map[string]int32{"reservation.timeout": 0, "reservation.failed": 0, "reservation.rejected": 10} {
		d := newDesk(&ledger.Memory{})
		d.hears(t, ofAlice(kind, "01"))
		if len(d.queue.sent) != 1 {
			t.Fatalf("%s: %d messages, want 1", kind, len(d.queue.sent))
		}
		message, err := deferred.Decode(*d.queue.sent[0].MessageBody)
		if err != nil || message.Miss == nil || message.Miss.WorkerSID != alice || message.Miss.Event != kind || d.queue.sent[0].DelaySeconds != delay {
			t.Errorf("%s: message %+v, %v after %d s, want a miss after %d s", kind, message.Miss, err, d.queue.sent[0].DelaySeconds, delay)
		}
	}
	d := newDesk(&ledger.Memory{})
	if d.hears(t, ofAlice("reservation.canceled", "01")); len(d.queue.sent) != 0 {
		t.Error("a caller who left counts as a miss")
	}
}

// TestFailedReservationNamesNoWorker has the ledger name the worker.
func TestFailedReservationNamesNoWorker(t *testing.T) {
	t.Parallel()
	d := newDesk(&ledger.Memory{})
	failed := event("reservation.failed", "05", "ReservationSid", aliceReserved)
	if d.hears(t, failed); len(d.queue.sent) != 0 {
		t.Fatal("a miss without a worker")
	}
	d.hears(t, ofAlice("reservation.created", "01"))
	failed.Set("Sid", "EV00000000000000000000000000000099")
	if d.hears(t, failed); len(d.queue.sent) != 1 {
		t.Fatalf("%d messages, want 1", len(d.queue.sent))
	}
	message, err := deferred.Decode(*d.queue.sent[0].MessageBody)
	if err != nil || message.Miss == nil || message.Miss.WorkerSID != alice {
		t.Errorf("message %+v, %v, want a miss of Alice", message.Miss, err)
	}
}

func TestCanceledDequeueIsLookedInto(t *testing.T) {
	t.Parallel()
	canceled := withWorkerCall(ofAlice("reservation.canceled", "05"), aliceCall)
	d := newDesk(&ledger.Memory{})
	if d.hears(t, canceled); len(d.queue.sent) != 1 || d.queue.sent[0].DelaySeconds != 2 {
		t.Fatalf("messages %+v, want one after 2 s", d.queue.sent)
	}
	message, err := deferred.Decode(*d.queue.sent[0].MessageBody)
	if err != nil || message.Miss == nil || message.Miss.WorkerCallSID != aliceCall {
		t.Errorf("message %+v, %v, want a miss with the worker call", message.Miss, err)
	}
	left := newDesk(&ledger.Memory{})
	left.hears(t, event("task.canceled", "04"))
	if left.hears(t, canceled); len(left.queue.sent) != 0 {
		t.Error("a caller who left is looked into")
	}
}

// TestTalkWithoutWrapUp resets the counts where the task stays in wrapping for good.
func TestTalkWithoutWrapUp(t *testing.T) {
	t.Parallel()
	d := newDesk(&ledger.Memory{})
	d.WrapUp = nil
	_, _, err := d.roster.Change(t.Context(), alice, func(record *roster.Record) bool {
		return record.PutAway(roster.Absence{Cause: roster.Missed, ReservationSID: aliceReserved, At: now().Add(-time.Hour)}, 3)
	})
	if err != nil {
		t.Fatal(err)
	}
	d.hears(t, ofAlice("reservation.wrapup", "01"))
	if record, err := d.roster.Get(t.Context(), alice); err != nil || record.Misses != 0 {
		t.Errorf("misses %d, %v, want 0", record.Misses, err)
	}
}

// TestSingleTaskingCallEnds without wrapping: the task is completed by Twilio.
func TestSingleTaskingCallEnds(t *testing.T) {
	t.Parallel()
	for postWork, want := range map[bool]int{true: 1, false: 0} {
		d := newDesk(&ledger.Memory{})
		d.PostWork = postWork
		if d.hears(t, ofAlice("reservation.completed", "01")); len(d.queue.sent) != want {
			t.Errorf("post-work activity %t: %d messages, want %d", postWork, len(d.queue.sent), want)
		}
		if d.hears(t, ofAlice("reservation.wrapup", "02")); postWork && len(d.queue.sent) != 2 {
			t.Errorf("%d messages, want 2", len(d.queue.sent))
		}
	}
}
