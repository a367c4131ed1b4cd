package voicequeue_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
)

const workflowSID = "WW00000000000000000000000000000001"

// queues is Twilio REST with one queue, below the workflow.
type queues struct {
	queue           twilio.Queue
	readErr, setErr error
	sets            int
}

func (q *queues) Queue(_ context.Context, friendlyName string) (twilio.Queue, bool, error) {
	return q.queue, friendlyName == workflowSID && q.queue.SID != "", q.readErr
}

func (q *queues) SetMaxSize(_ context.Context, _ string, size int) error {
	q.sets++
	if q.setErr == nil {
		q.queue.MaxSize = size
	}
	return q.setErr
}

func TestSet(t *testing.T) {
	t.Parallel()
	down := errors.New("HTTP status 503")
	there := twilio.Queue{SID: "QU00000000000000000000000000000001", MaxSize: 100, Size: 3}
	tests := []struct {
		name     string
		rest     queues
		wantErr  bool
		wantSize int // of the queue, afterwards
		wantSets int
	}{
		{"another size", queues{queue: there}, false, 200, 1},
		{"the same size", queues{queue: twilio.Queue{SID: there.SID, MaxSize: 200}}, false, 200, 0},
		{"no queue yet", queues{}, true, 0, 0},
		{"queues cannot be read", queues{queue: there, readErr: down}, true, 100, 0},
		{"size cannot be set", queues{queue: there, setErr: down}, true, 100, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			limit := voicequeue.Limit{Queues: &test.rest, WorkflowSID: workflowSID, Logger: slog.New(slog.DiscardHandler)}
			before := test.rest.queue
			report, err := limit.Set(t.Context(), 200)
			if (err != nil) != test.wantErr || test.rest.queue.MaxSize != test.wantSize || test.rest.sets != test.wantSets {
				t.Fatalf("err = %v, size %d after %d sets; want error %t, %d after %d", err, test.rest.queue.MaxSize, test.rest.sets, test.wantErr, test.wantSize, test.wantSets)
			}
			want := voicequeue.Report{QueueSID: before.SID, CurrentSize: before.Size, Before: before.MaxSize, MaxSize: 200, Changed: before.MaxSize != 200}
			if err == nil && report != want {
				t.Errorf("report = %+v, want %+v", report, want)
			}
		})
	}
}
