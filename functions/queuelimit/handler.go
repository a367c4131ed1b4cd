// Package queuelimit raises or lowers how many calls may wait for the workflow, for an operator who invokes it.
package queuelimit

import (
	"context"
	"fmt"
	"log/slog"

	"switchboard/shared/twilio"
)

// The sizes that Twilio takes for a queue with calls in it (docs/taskrouter/limits).
const (
	smallest = 1
	largest  = 5000
)

// Queues reads and limits voice queues.
type Queues interface {
	Queue(ctx context.Context, friendlyName string) (twilio.Queue, bool, error)
	SetMaxSize(ctx context.Context, queue string, size int) error
}

// Handler sets MaxSize of the queue whose friendly name is the WorkflowSid, the one change to that queue that Twilio
// sanctions (docs/taskrouter/twiml-queue-calls).
type Handler struct {
	Queues      Queues
	WorkflowSID string
	MaxSize     int // when the request names none
	Logger      *slog.Logger
}

// Request is the function's input. An empty object asks for the size that the stack was deployed with.
type Request struct {
	MaxSize *int `json:"max_size"`
}

// Report is the function's output.
type Report struct {
	QueueSID    string `json:"queue_sid"`
	CurrentSize int    `json:"current_size"` // calls that wait now
	Before      int    `json:"max_size_before"`
	MaxSize     int    `json:"max_size"`
	Changed     bool   `json:"changed"`
}

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, request Request) (Report, error) {
	wanted := h.MaxSize
	if request.MaxSize != nil {
		wanted = *request.MaxSize
	}
	if wanted < smallest || wanted > largest {
		return Report{}, fmt.Errorf("max_size is %d: give a whole number from %d to %d", wanted, smallest, largest)
	}
	queue, found, err := h.Queues.Queue(ctx, h.WorkflowSID)
	if err != nil {
		return Report{}, err
	}
	if !found {
		return Report{}, fmt.Errorf("no queue is named %s yet: Twilio makes it when the first call is enqueued, so call your number once and invoke this again", h.WorkflowSID)
	}
	report := Report{QueueSID: queue.SID, CurrentSize: queue.Size, Before: queue.MaxSize, MaxSize: wanted}
	if queue.MaxSize == wanted {
		return report, nil
	}
	if err := h.Queues.SetMaxSize(ctx, queue.SID, wanted); err != nil {
		return Report{}, err
	}
	report.Changed = true
	h.Logger.InfoContext(ctx, "queue limit set", "queue_sid", queue.SID, "before", queue.MaxSize, "max_size", wanted)
	return report, nil
}
