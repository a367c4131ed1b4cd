// Package bridge does the work that webhooks deferred: it claims the reservation, notifies the CRM,
// and places the worker call. Later it completes tasks whose call has ended and brings workers
// back. It also signs workers on and off at the boundaries of their shifts, and sets the queue's
// limit.
package bridge

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/announcement"
	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/metric"
	"switchboard/shared/rejection"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
)

// Ledger lets only one attempt call the worker of a reservation, and records the result.
type Ledger interface {
	ByCall(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	ByTask(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	Claim(ctx context.Context, ref ledger.Ref, offer ledger.Offer) (call ledger.Call, claimed bool, err error)
	RecordDialing(ctx context.Context, ref ledger.Ref, by time.Time) (call ledger.Call, allowed bool, err error)
	RecordPlaced(ctx context.Context, ref ledger.Ref, workerCall string) (ledger.Call, error)
	MarkBridgesCallerLeft(ctx context.Context, refs ...ledger.Ref) error
	Lease(ctx context.Context, name string, length time.Duration) (taken bool, err error)
}

// Twilio places worker calls, ends those that were not answered, reads calls and who waits, and
// reads and completes tasks.
type Twilio interface {
	PlaceCall(ctx context.Context, call twilio.WorkerCall) (sid string, queued time.Duration, err error)
	CancelCall(ctx context.Context, sid string) error
	CallRecord(ctx context.Context, sid string) (twilio.CallRecord, error)
	Waiting(ctx context.Context, call string) (bool, error)
	TaskStatus(ctx context.Context, task string) (string, error)
	CompleteTask(ctx context.Context, task, reason string) error
}

// CRM is the step before the worker is called.
type CRM interface {
	Notify(ctx context.Context, document crm.Document) error
}

// Workers moves workers to the activity that they should be in.
type Workers interface {
	Return(ctx context.Context, work deferred.Return) error
	AtShift(ctx context.Context, work deferred.Shift) error
	CallEnded(ctx context.Context, workerSID string, ended time.Time) error
	FaultOver(ctx context.Context) error
}

// Absences records that workers were put away, and schedules their return, or records that they
// signed off.
type Absences interface {
	SignOff(ctx context.Context, workerSID string, at time.Time) error
	PutAway(ctx context.Context, workerSID string, absence roster.Absence) error
}

// Faults records that all of our steps succeeded.
type Faults interface {
	Succeeded(ctx context.Context) error
}

// Limit sets how many calls may wait for the workflow.
type Limit interface {
	Set(ctx context.Context, size int) (voicequeue.Report, error)
}

// Requests makes a task the one of its request.
type Requests interface {
	Adopt(ctx context.Context, mark taskrouter.Mark, task string) (adopted bool, err error)
}

// Handler works through the messages of BridgeQueue.
type Handler struct {
	Requests          Requests
	Ledger            Ledger
	Twilio            Twilio
	Rejecter          rejection.Rejecter
	Workers           Workers
	Absences          Absences
	Faults            Faults
	RejectActivitySID string // for a worker who missed a call that Twilio itself placed
	CRM               CRM    // nil = no step
	CRMConnect        bool   // call the worker although the CRM step failed
	Gate              bool   // phones must press 1 before they get the call
	Announcement      announcement.Template
	Ring              time.Duration // how long a worker's phone rings where the reservation leaves that much
	Limit             Limit
	QueueMaxSize      int
	Metrics           *metric.Recorder
	Now               func() time.Time
	Logger            *slog.Logger
}

// Handle implements the Lambda function. SQS retries only the messages that failed. After
// maxReceives tries it moves a message to the dead-letter queue, unless no caller waits for it. An
// operator may redrive it from there at any later time.
func (h Handler) Handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	// An empty list, not null: Lambda does not document what null means.
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, record := range event.Records {
		if err := h.work(ctx, record); err != nil && !h.leftToSweeper(ctx, record, err) {
			h.Logger.ErrorContext(ctx, "SQS message failed; it will be retried", "message_id", record.MessageId, "error", err)
			response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
	}
	return response, nil
}

func (h Handler) work(ctx context.Context, record events.SQSMessage) error {
	message, err := deferred.Decode(record.Body)
	switch {
	case err != nil:
		return err
	case message.WrapUp != nil:
		return h.wrapUp(ctx, *message.WrapUp)
	case message.Return != nil:
		return h.Workers.Return(ctx, *message.Return)
	case message.Shift != nil:
		return h.Workers.AtShift(ctx, *message.Shift)
	case message.Miss != nil:
		return h.missed(ctx, *message.Miss)
	case message.FaultOver != nil:
		return h.Workers.FaultOver(ctx)
	case message.QueueLimit != nil:
		h.limitQueue(ctx, *message.QueueLimit)
		return nil
	}
	work, sent := *message.Bridge, sentAt(record)
	switch {
	case work.CallSID == "":
		return h.find(ctx, work, sent)
	case taskrouter.IsRequest(work.CallSID):
		return h.request(ctx, work, sent)
	}
	return h.job(work, sent).run(ctx)
}
