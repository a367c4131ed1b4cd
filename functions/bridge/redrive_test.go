package bridge

import (
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
)

// TestARedriveHoursLater has each kind of message that can lie in the dead-letter queue, and what
// was known when it got there: nothing is dialled any more, the reservation is noted as stale where
// its worker was not called and nothing else became of it, and the message is done with. The end of
// one whose worker may have been called is for the sweeper to find out.
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
	dialled := func(t *testing.T, d *desk) {
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
		{"the CRM was told", claim(ledger.Offer{CRM: true}), []string{rejected}, reservation.Expired},
		{"it may have been dialled", claim(ledger.Offer{DialBy: time.Unix(1, 0)}), []string{rejected}, reservation.Dialing},
		{"the worker was called", dialled, nil, reservation.Ringing},
		{"the worker was called, and talked", func(t *testing.T, d *desk) {
			dialled(t, d)
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
					t.Error("the message comes again")
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
			t.Errorf("%q: the message comes again", status)
		}
		d.want(t, want...)
	}
}
