package bridge

import (
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
)

// TestARedriveHoursLater has each kind of message that can lie in the dead-letter queue, with what
// the ledger knew by then. No worker is called, and SQS does not retry the message. The reservation
// becomes stale if its worker was not called and it has no other end. If its worker may have been
// called, the sweeper finds out how it ended.
func TestARedriveHoursLater(t *testing.T) {
	t.Parallel()
	claim := func(offer ledger.Offer) func(*testing.T, *desk) {
		return func(t *testing.T, d *desk) {
			offer.WorkerSID = worker
			if _, claimed, err := d.ledger.Claim(t.Context(), ref(), offer); !claimed || err != nil {
				t.Fatalf("claim: %t, %v", claimed, err)
			}
		}
	}
	placedBefore := func(t *testing.T, d *desk) {
		claim(ledger.Offer{CRM: true})(t, d)
		if _, err := d.ledger.RecordPlaced(t.Context(), ref(), workerCall); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name   string
		before func(*testing.T, *desk)
		want   []string
		end    reservation.State
	}{
		{"the table never took the claim", func(*testing.T, *desk) {}, []string{rejected}, reservation.Expired},
		{"claimed", claim(ledger.Offer{}), []string{rejected}, reservation.Expired},
		{"the CRM was notified", claim(ledger.Offer{CRM: true}), []string{rejected}, reservation.Expired},
		{"its call may have been placed", claim(ledger.Offer{DialBy: time.Unix(1, 0)}), []string{rejected}, reservation.Dialing},
		{"the worker was called", placedBefore, nil, reservation.Ringing},
		{"the worker was called, and talked", func(t *testing.T, d *desk) {
			placedBefore(t, d)
			if err := d.ledger.RecordTalked(t.Context(), ref(), workerCall); err != nil {
				t.Fatal(err)
			}
		}, nil, reservation.Talked},
		{"it was rejected", func(t *testing.T, d *desk) {
			claim(ledger.Offer{})(t, d)
			if err := d.ledger.RecordRejection(t.Context(), ref(), reservation.Rejected, true); err != nil {
				t.Fatal(err)
			}
		}, nil, reservation.Rejected},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			test.before(t, d)
			d.now, d.pending = d.now.Add(9*time.Hour), false
			for range 2 {
				if d.deliver(t, deferred.Message{Bridge: &work}) {
					t.Error("SQS retries the message")
				}
			}
			d.want(t, test.want...)
			if end := d.known(t).State(ref()); end != test.end {
				t.Errorf("the reservation is %s, want %s", end, test.end)
			}
		})
	}
}

func TestRedriveLateWrapUp(t *testing.T) {
	t.Parallel()
	for status, want := range map[string][]string{"wrapping": {"complete"}, "assigned": {"complete"}, "completed": nil, "canceled": nil, "": nil} {
		d := newDesk()
		d.taskStatus, d.now = status, d.now.Add(9*time.Hour)
		if d.deliver(t, deferred.Message{WrapUp: &deferred.WrapUp{CallSID: callerCall, TaskSID: task}}) {
			t.Errorf("%q: SQS retries the message", status)
		}
		d.want(t, want...)
	}
}
