// Package bridge does the work that the assignment callback deferred: it claims the reservation, takes the CRM step, and
// places the call to the worker. Later it completes tasks that Twilio leaves in wrapping.
package bridge

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// attemptTime is how long one attempt may still be at work, the function's timeout (template.yaml) with a little to spare:
// a claim without an outcome is older than this only when its attempt died. It lies below the queue's visibility
// timeout, so that the next delivery after a crash can already act on it.
const attemptTime = 50 * time.Second

// Ledger remembers what was done about a reservation.
type Ledger interface {
	Claim(ctx context.Context, ref ledger.Ref, offer ledger.Offer) (ledger.Call, bool, error)
	Dialed(ctx context.Context, ref ledger.Ref, leg string) (ledger.Call, error)
	RejectSent(ctx context.Context, ref ledger.Ref, end ledger.State) error
}

// Voice places and ends calls to workers.
type Voice interface {
	PlaceCall(ctx context.Context, call twilio.WorkerCall) (string, error)
	EndCall(ctx context.Context, sid string) error
	Talking(ctx context.Context, sid string) (bool, error)
}

// Tasks rejects reservations and completes tasks.
type Tasks interface {
	RejectReservation(ctx context.Context, task, reservation, activity string) (bool, error)
	TaskStatus(ctx context.Context, task string) (string, error)
	CompleteTask(ctx context.Context, task, reason string) error
}

// CRM is the step before the worker is called.
type CRM interface {
	Tell(ctx context.Context, document crm.Document) error
}

// Handler works through the messages of BridgeQueue.
type Handler struct {
	Ledger            Ledger
	Voice             Voice
	Tasks             Tasks
	CRM               CRM  // nil = no step
	Gate              bool // phones must press 1 before they get the call
	Ring              time.Duration
	RejectActivitySID string
	Now               func() time.Time
	Logger            *slog.Logger
}

// Handle implements the Lambda function. A message that could not be worked through is reported, and only that one comes
// again; after its tries it lies in the dead-letter queue.
func (h Handler) Handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	// An empty list, not none: JSON null would be for the event source to interpret.
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, record := range event.Records {
		if err := h.work(ctx, record.Body); err != nil {
			h.Logger.ErrorContext(ctx, "deferred work comes again", "message_id", record.MessageId, "error", err)
			response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
	}
	return response, nil
}

func (h Handler) work(ctx context.Context, body string) error {
	message, err := deferred.Decode(body)
	switch {
	case err != nil:
		return err
	case message.WrapUp != nil:
		return h.wrapUp(ctx, *message.WrapUp)
	}
	work := *message.Bridge
	return job{
		h:    h,
		work: work,
		ref:  ledger.Ref{CallSID: work.CallSID, TaskSID: work.TaskSID, ReservationSID: work.ReservationSID},
		log:  h.Logger.With("call_sid", work.CallSID, "task_sid", work.TaskSID, "reservation_sid", work.ReservationSID, "worker_sid", work.WorkerSID),
	}.run(ctx)
}

// wrapUp completes a task whose call has ended. While its worker still talks, it is none of ours: the message comes
// again, and at last lies in the dead-letter queue.
func (h Handler) wrapUp(ctx context.Context, work deferred.WrapUp) error {
	log := h.Logger.With("call_sid", work.CallSID, "task_sid", work.TaskSID)
	status, err := h.Tasks.TaskStatus(ctx, work.TaskSID)
	if err != nil || status != "wrapping" {
		return err
	}
	if work.WorkerCallSID != "" {
		talking, err := h.Voice.Talking(ctx, work.WorkerCallSID)
		if err != nil {
			return err
		}
		if talking {
			return fmt.Errorf("complete task %s: its worker is still on call %s", work.TaskSID, work.WorkerCallSID)
		}
	}
	if err := h.Tasks.CompleteTask(ctx, work.TaskSID, "wrap-up time is over"); err != nil {
		return err
	}
	log.InfoContext(ctx, "task completed after its wrap-up time")
	return nil
}
