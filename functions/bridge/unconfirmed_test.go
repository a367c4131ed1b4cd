package bridge

import (
	"context"
	"errors"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/twilio"
)

// TestUnconfirmedRejectionKeepsTalk has the ways in which an attempt rejects, past the deadline, a
// reservation whose worker talks, because the event of the talk was lost. A further delivery must
// not end the talk, and the ledger must keep it.
func TestUnconfirmedRejectionKeepsTalk(t *testing.T) {
	t.Parallel()
	answers := func(t *testing.T, d *desk) {
		if _, err := d.ledger.RecordAccepted(t.Context(), ref(), workerCall); err != nil {
			t.Fatal(err)
		}
	}
	// died is an attempt that placed the call and ended before it recorded that.
	died := func(t *testing.T, d *desk, work deferred.Bridge) {
		offer := ledger.Offer{WorkerSID: worker, Deadline: work.Deadline, DialBy: work.Deadline.Add(-15 * time.Second)}
		if _, claimed, err := d.ledger.Claim(t.Context(), ref(), offer); !claimed || err != nil {
			t.Fatalf("claim: %t, %v", claimed, err)
		}
	}
	tests := []struct {
		name string
		run  func(t *testing.T, d *desk, work deferred.Bridge)
		want []string
	}{
		{"a second delivery's claim gets no answer", func(t *testing.T, d *desk, work deferred.Bridge) {
			d.deliver(t, deferred.Message{Bridge: &work})
			answers(t, d)
			d.now = work.Deadline.Add(time.Second)
			d.handler.Ledger = unanswering{d.ledger}
			d.deliver(t, deferred.Message{Bridge: &work})
		}, []string{"crm", placed, rejected}},
		{"a second delivery's claim gets no answer, and the call is recorded later", func(t *testing.T, d *desk, work deferred.Bridge) {
			d.handler.Ledger = forgetful{d.ledger}
			d.deliver(t, deferred.Message{Bridge: &work})
			d.now = work.Deadline.Add(time.Second)
			d.handler.Ledger = unanswering{d.ledger}
			d.deliver(t, deferred.Message{Bridge: &work})
			answers(t, d)
		}, []string{"crm", placed, rejected}},
		{"an attempt died, and the worker takes the call while the next one rejects", func(t *testing.T, d *desk, work deferred.Bridge) {
			died(t, d, work)
			d.now = work.Deadline.Add(time.Second)
			d.onReject = func() { answers(t, d) }
			d.deliver(t, deferred.Message{Bridge: &work})
		}, []string{rejected}},
		{"an attempt died, and its call is recorded after the next one has rejected", func(t *testing.T, d *desk, work deferred.Bridge) {
			died(t, d, work)
			d.now = work.Deadline.Add(time.Second)
			d.deliver(t, deferred.Message{Bridge: &work})
			if _, err := d.ledger.RecordWorkerCall(t.Context(), ref(), workerCall, false); err != nil {
				t.Fatal(err)
			}
		}, []string{rejected}},
		{"POST /Calls gets no answer, and the rejection takes long", func(t *testing.T, d *desk, work deferred.Bridge) {
			d.placeErr = &twilio.Error{Status: 503, Sent: true}
			d.onPlace = func() { answers(t, d) }
			d.onReject = func() { d.now = work.Deadline.Add(time.Second) }
			d.deliver(t, deferred.Message{Bridge: &work})
		}, []string{"crm", placed, rejected}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			d.pending = false
			test.run(t, d, work)
			d.handler.Ledger, d.now = d.ledger, d.now.Add(time.Minute)
			if d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("SQS retries the message")
			}
			d.want(t, test.want...)
			if err := d.ledger.RecordTalked(t.Context(), ref(), workerCall); err != nil {
				t.Fatal(err)
			}
			if state := d.known(t).State(ref()); state != reservation.Talked {
				t.Errorf("after the talk the reservation is %s, want done", state)
			}
		})
	}
}

// unanswering is a ledger that does not answer a claim.
type unanswering struct{ ledger.Ledger }

func (unanswering) Claim(context.Context, ledger.Ref, ledger.Offer) (ledger.Call, bool, error) {
	return ledger.Call{}, false, errors.New("the connection broke")
}
