package bridge

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/voicequeue"
)

// limit writes down what it was asked for, on the desk.
type limit struct {
	desk *desk
	err  error
}

func (l limit) Set(_ context.Context, size int) (voicequeue.Report, error) {
	l.desk.did = append(l.desk.did, fmt.Sprint("limit ", size))
	return voicequeue.Report{}, l.err
}

func TestQueueLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error // Twilio's
		at   []time.Duration
		want []string
	}{
		{
			name: "set",
			at:   []time.Duration{0},
			want: []string{"limit 200"},
		},
		{
			name: "many environments want it",
			at:   []time.Duration{0, 0, 0, time.Second, 59 * time.Second},
			want: []string{"limit 200"},
		},
		{
			name: "not found, for many",
			err:  errors.New("no queue is named WW1 yet"),
			at:   []time.Duration{0, 0, 20 * time.Second},
			want: []string{"limit 200"},
		},
		{
			name: "asked for later",
			err:  errors.New("HTTP status 403"),
			at:   []time.Duration{0, time.Minute, time.Minute, 5 * time.Minute},
			want: []string{"limit 200", "limit 200", "limit 200"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			begin := d.now
			d.handler.Limit, d.handler.QueueMaxSize = limit{d, test.err}, 200
			for _, after := range test.at {
				d.now = begin.Add(after)
				if d.deliver(t, deferred.Message{QueueLimit: &deferred.QueueLimit{Found: 100}}) {
					t.Errorf("after %s the message is retried: at last it would ring the alarm of callers who wait", after)
				}
			}
			d.want(t, test.want...)
		})
	}
}

// noLease is a ledger that cannot be reached.
type noLease struct{ Ledger }

func (noLease) Lease(context.Context, string, time.Duration) (bool, error) {
	return false, errors.New("unreachable")
}

func TestQueueLimitWithoutLedger(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.handler.Ledger, d.handler.Limit = noLease{d.ledger}, limit{d, nil}
	if d.deliver(t, deferred.Message{QueueLimit: &deferred.QueueLimit{Found: 100}}) {
		t.Error("the message is retried")
	}
	d.want(t)
}
