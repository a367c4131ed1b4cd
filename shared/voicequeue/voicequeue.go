// Package voicequeue limits how many calls may wait for a workflow.
package voicequeue

import (
	"context"
	"fmt"
	"log/slog"

	"switchboard/shared/twilio"
)

// The sizes that Twilio takes for a queue with calls in it
// (https://www.twilio.com/docs/taskrouter/limits).
const (
	Smallest = 1
	Largest  = 5000
)

// Queues reads and limits voice queues.
type Queues interface {
	Queue(ctx context.Context, friendlyName string) (twilio.Queue, bool, error)
	SetMaxSize(ctx context.Context, queue string, size int) error
}

// Limit is MaxSize of the queue whose friendly name is the WorkflowSid, the one change to that
// queue that Twilio sanctions (https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
type Limit struct {
	Queues      Queues
	WorkflowSID string
	Logger      *slog.Logger
}

// Report says which size the queue had, and whether it was changed.
type Report struct {
	QueueSID    string `json:"queue_sid"`
	CurrentSize int    `json:"current_size"` // calls that wait now
	Before      int    `json:"max_size_before"`
	MaxSize     int    `json:"max_size"`
	Changed     bool   `json:"changed"`
}

// Set sets the size if the queue has another one. It is an error if there is no queue yet.
func (l Limit) Set(ctx context.Context, size int) (Report, error) {
	queue, found, err := l.Queues.Queue(ctx, l.WorkflowSID)
	if err != nil {
		return Report{}, err
	}
	if !found {
		return Report{}, fmt.Errorf("no queue is named %s yet: Twilio makes it when the first call is enqueued, so call your number once and invoke this again", l.WorkflowSID)
	}
	report := Report{QueueSID: queue.SID, CurrentSize: queue.Size, Before: queue.MaxSize, MaxSize: size}
	if queue.MaxSize == size {
		return report, nil
	}
	if err := l.Queues.SetMaxSize(ctx, queue.SID, size); err != nil {
		return Report{}, err
	}
	report.Changed = true
	l.Logger.InfoContext(ctx, "queue limit set", "queue_sid", queue.SID, "before", queue.MaxSize, "max_size", size)
	return report, nil
}
