package bridge

import (
	"context"
	"errors"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
)

// TestTheRingIsCutToFit leaves 2 s for the request, and 5 s because a phone may ring longer than
// Timeout.
func TestTheRingIsCutToFit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		left time.Duration
		want string
	}{
		{115 * time.Second, placed},
		{22 * time.Second, placed},
		{22*time.Second - time.Millisecond, "place +14155550199 14s"},
		{17*time.Second + 900*time.Millisecond, "place +14155550199 10s"},
		{12 * time.Second, "place +14155550199 5s"},
		{12*time.Second - time.Millisecond, rejected},
		{0, rejected},
		{-time.Minute, rejected},
	}
	for _, test := range tests {
		d := newDesk()
		d.handler.CRM = nil
		work := d.bridge()
		work.Deadline = d.now.Add(test.left)
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Errorf("%s before the deadline: SQS retries the message", test.left)
		}
		d.want(t, test.want)
	}
}

func TestLedgerHasDialBy(t *testing.T) {
	t.Parallel()
	for _, withCRM := range []bool{true, false} {
		for _, test := range []struct{ left, ring time.Duration }{{115 * time.Second, 15 * time.Second}, {17 * time.Second, 10 * time.Second}} {
			d := newDesk()
			if !withCRM {
				d.handler.CRM = nil
			}
			work := d.bridge()
			work.Deadline = d.now.Add(test.left)
			d.deliver(t, deferred.Message{Bridge: &work})
			known := d.known(t)
			if want := work.Deadline.Add(-test.ring - 5*time.Second); !known.DialBy(ref()).Equal(want) || !known.Deadline(ref()).Equal(work.Deadline) || known.State(ref()) != reservation.Ringing {
				t.Errorf("CRM %t, %s left: dial by %s of %s, %s; want by %s", withCRM, test.left, known.DialBy(ref()), known.Deadline(ref()), known.State(ref()), want)
			}
		}
	}
}

// TestCRMStepLeavesTimeToDial gives the step its 10 seconds, or what a request and the shortest
// ring leave.
func TestCRMStepLeavesTimeToDial(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ left, want time.Duration }{{115 * time.Second, 10 * time.Second}, {17 * time.Second, 5 * time.Second}, {13 * time.Second, time.Second}} {
		d := newDesk()
		work := d.bridge()
		work.Deadline = d.now.Add(test.left)
		d.deliver(t, deferred.Message{Bridge: &work})
		if d.crmTime > test.want || d.crmTime < test.want-500*time.Millisecond {
			t.Errorf("%s before the deadline, the CRM step may take %s, want %s", test.left, d.crmTime, test.want)
		}
	}
}

// TestSlowRequestLeavesTimeToRing gives the request its 8 seconds, or what is left before the ring
// must begin.
func TestSlowRequestLeavesTimeToRing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ left, want time.Duration }{
		{115 * time.Second, 8 * time.Second}, {24 * time.Second, 4 * time.Second}, {22 * time.Second, 2 * time.Second}, {15 * time.Second, 2 * time.Second},
	} {
		d := newDesk()
		work := d.bridge()
		work.Deadline = d.now.Add(test.left)
		d.deliver(t, deferred.Message{Bridge: &work})
		if d.minPlaceTimeout > test.want || d.minPlaceTimeout < test.want-500*time.Millisecond {
			t.Errorf("%s before the deadline, placing the call may take %s, want %s", test.left, d.minPlaceTimeout, test.want)
		}
	}
}

// TestQueuedCallIsTakenBack has Twilio queue the worker call for about as long as it may: with 115
// s left, a ring of 15 s that may last 5 s longer begins within 95 s.
func TestQueuedCallIsTakenBack(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		queued time.Duration
		fails  error // when the call is ended
		want   []string
		state  reservation.State
	}{
		{
			name:   "not at all",
			queued: 0,
			want:   []string{placed},
			state:  reservation.Ringing,
		},
		{
			name:   "until the last moment",
			queued: 95 * time.Second,
			want:   []string{placed},
			state:  reservation.Ringing,
		},
		{
			name:   "too long",
			queued: 95*time.Second + time.Millisecond,
			want:   []string{placed, rejected, canceled},
			state:  reservation.Expired,
		},
		{
			name:   "too long, and the call is not ended",
			queued: 5 * time.Minute,
			fails:  errors.New("down"),
			want:   []string{placed, rejected, canceled},
			state:  reservation.Expired,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			d.handler.CRM, d.queued, d.cancelErr = nil, test.queued, test.fails
			work := d.bridge()
			work.Deadline = d.now.Add(115 * time.Second)
			if d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("SQS retries the message")
			}
			d.want(t, test.want...)
			if state := d.known(t).State(ref()); state != test.state {
				t.Errorf("state %q, want %q", state, test.state)
			}
		})
	}
}

// TestSlowWriteRejects fixes the ring before the ledger is asked: afterwards it may no longer fit.
func TestSlowWriteRejects(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.handler.CRM = nil
	work := d.bridge()
	work.Deadline = d.now.Add(15 * time.Second)
	d.handler.Ledger = slow{d.ledger, func() { d.now = d.now.Add(1500 * time.Millisecond) }}
	d.deliver(t, deferred.Message{Bridge: &work})
	d.want(t, rejected)
	if state := d.known(t).State(ref()); state != reservation.Expired {
		t.Errorf("the reservation is %s, want stale", state)
	}
}

// slow is a ledger that takes its time for a claim.
type slow struct {
	ledger.Ledger
	wait func()
}

func (s slow) Claim(ctx context.Context, ref ledger.Ref, offer ledger.Offer) (ledger.Call, bool, error) {
	defer s.wait()
	return s.Ledger.Claim(ctx, ref, offer)
}
