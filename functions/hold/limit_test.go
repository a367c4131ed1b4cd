package hold_test

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/functions/hold"
	"switchboard/shared/deferred"
	"switchboard/shared/webhook/webhooktest"
)

// queue stands in for BridgeQueue: it keeps the sizes that were found.
type queue struct {
	mu    sync.Mutex
	found []int
	fails int // how many messages are not taken
	hangs bool
}

func (q *queue) Send(ctx context.Context, message deferred.Message, delay time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if message.QueueLimit == nil || delay != 0 {
		return errors.New("not a queue limit that is wanted now")
	}
	q.found = append(q.found, message.QueueLimit.Found)
	if q.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if q.fails > 0 {
		q.fails--
		return errors.New("send deferred work to SQS: throttled")
	}
	return nil
}

// limited is a handler that wants a queue of 200.
func limited(q *queue) hold.Handler {
	h := newHandler()
	h.Limit = &hold.Limit{Wanted: 200, Queue: q, Now: time.Now, Logger: webhooktest.Logger()}
	return h
}

func waits(maxSize ...string) url.Values {
	return url.Values{"QueuePosition": {"2"}, "CallSid": {"CA00000000000000000000000000000001"}, "MaxQueueSize": maxSize}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		seen  []string // MaxQueueSize of request after request
		fails int
		want  []int // sizes that were asked about
	}{
		{"is as wanted", []string{"200", "200"}, 0, nil},
		{"is Twilio's own", []string{"100"}, 0, []int{100}},
		{"is larger than wanted", []string{"5000"}, 0, []int{5000}},
		{"is zero", []string{"0"}, 0, []int{0}},
		{"is seen by many callers", []string{"100", "100", "100"}, 0, []int{100}},
		{"has been set", []string{"100", "200", "200"}, 0, []int{100}},
		{"is changed to another", []string{"100", "50", "50"}, 0, []int{100, 50}},
		{"is changed back", []string{"100", "200", "100", "100"}, 0, []int{100, 100}},
		{"could not be asked for", []string{"100", "100", "100"}, 1, []int{100, 100}},
		{"is missing", []string{""}, 0, nil},
		{"is no number", []string{"many", "1e2", "100 ", "99999999999999999999"}, 0, nil},
		{"is negative", []string{"-1"}, 0, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			q := &queue{fails: test.fails}
			h := limited(q)
			want := waiting(2, "/hold/1-2-0-0-1795510800")
			for _, size := range test.seen {
				if got := handle(t, h, webhooktest.Event("/hold", waits(size))); got != string(want) {
					t.Errorf("with MaxQueueSize %q\n got %s\nwant %s", size, got, want)
				}
			}
			if !reflect.DeepEqual(q.found, test.want) {
				t.Errorf("asked about %v, want %v", q.found, test.want)
			}
		})
	}
}

// TestWrongSizeIsAskedForAgain has a queue that keeps its size although another one is asked for.
func TestWrongSizeIsAskedForAgain(t *testing.T) {
	t.Parallel()
	q := &queue{}
	h := limited(q)
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	h.Limit.Now = func() time.Time { return now }
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {time.Minute, 1}, {5*time.Minute - time.Millisecond, 1}, {5 * time.Minute, 2}, {9 * time.Minute, 2}, {time.Hour, 3}} {
		now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC).Add(step.after)
		handle(t, h, webhooktest.Event("/hold", waits("100")))
		if len(q.found) != step.want {
			t.Errorf("after %s it was asked for %d times, want %d", step.after, len(q.found), step.want)
		}
	}
}

func TestNoRequestWithoutMaxQueueSize(t *testing.T) {
	t.Parallel()
	q := &queue{}
	handle(t, limited(q), webhooktest.Event("/hold", waits()))
	if len(q.found) != 0 {
		t.Errorf("asked about %v, want nothing", q.found)
	}
}

func TestEachEnvironmentAsksForItself(t *testing.T) {
	t.Parallel()
	q := &queue{}
	for range 2 {
		handle(t, limited(q), webhooktest.Event("/hold", waits("100")))
	}
	if !reflect.DeepEqual(q.found, []int{100, 100}) {
		t.Errorf("asked about %v, want 100 from each", q.found)
	}
}

func TestRequestsAtOnceAskOnce(t *testing.T) {
	t.Parallel()
	q := &queue{}
	h := limited(q)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { _, _ = h.Handle(t.Context(), webhooktest.Event("/hold", waits("100"))) })
	}
	all.Wait()
	if len(q.found) != 1 {
		t.Errorf("asked %d times, want once", len(q.found))
	}
}

func TestSlowQueueDoesNotDelayCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		handle(t, limited(&queue{hangs: true}), webhooktest.Event("/hold", waits("100")))
		if waited := time.Since(began); waited != 500*time.Millisecond {
			t.Errorf("the answer took %s, want half a second", waited)
		}
	})
}

func TestForgedRequestSendsNothing(t *testing.T) {
	t.Parallel()
	q := &queue{}
	if _, err := limited(q).Handle(t.Context(), webhooktest.Event("/hold", waits("100"), webhooktest.SignedWith("67890"))); err != nil || len(q.found) != 0 {
		t.Errorf("asked about %v, %v, want nothing", q.found, err)
	}
}
