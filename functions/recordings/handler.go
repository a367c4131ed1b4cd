// Package recordings copies what callers record into a bucket of the stack, deletes it at Twilio,
// and has each message heard by a person: it becomes a task for the workers, and a topic is told of
// it.
package recordings

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/ledger"
	"switchboard/shared/recording"
	"switchboard/shared/settings"
	"switchboard/shared/twilio"
)

// Ledger has what is known of recordings and calls, and the requests that messages become.
type Ledger interface {
	ByCall(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	Recording(ctx context.Context, sid string) (ledger.Recording, error)
	RecordingStored(ctx context.Context, sid, call string) error
	RecordingRemoved(ctx context.Context, sid, call string) error
	TopicTold(ctx context.Context, sid, call string) error
	Ask(ctx context.Context, r ledger.Request, in ledger.RequestState) (call ledger.Call, made bool, err error)
}

// Twilio has the recordings, and knows calls and tasks.
type Twilio interface {
	RecordingFile(ctx context.Context, recording string) (content []byte, found bool, err error)
	RecordingStatus(ctx context.Context, recording string) (string, error)
	DeleteRecording(ctx context.Context, recording string) error
	CallRecord(ctx context.Context, call string) (twilio.CallRecord, error)
	TaskAttributes(ctx context.Context, task string) (attributes string, priority int, err error)
}

// Bucket keeps files.
type Bucket interface {
	Put(ctx context.Context, key, contentType string, content []byte) error
	Size(ctx context.Context, key string) (size int, found bool, err error)
	Delete(ctx context.Context, key string) error
}

// Desk creates the tasks of requests.
type Desk interface {
	Create(ctx context.Context, known ledger.Call) (created bool, err error)
}

// Topic tells people who are no workers of a message.
type Topic interface {
	Tell(ctx context.Context, subject, text string) error
}

// Queue has a recording looked at again.
type Queue interface {
	Send(ctx context.Context, work recording.Work, delay time.Duration) error
}

// Settings returns the desk's settings, from memory while they are fresh.
type Settings interface {
	Get(ctx context.Context) settings.Settings
}

// Handler works through the messages of RecordingsQueue. All of it may be done again: a recording
// is copied, deleted and heard once, however many messages ask for it.
type Handler struct {
	Ledger   Ledger
	Twilio   Twilio
	Bucket   Bucket
	Desk     Desk
	Topic    Topic // nil = none
	Queue    Queue
	Settings Settings
	Console  Console
	Now      func() time.Time
	Logger   *slog.Logger
}

// Handle implements the Lambda function. SQS retries only the messages that failed.
func (h Handler) Handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	// An empty list, not null: Lambda does not document what null means.
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, record := range event.Records {
		if err := h.work(ctx, record.Body); err != nil {
			h.Logger.ErrorContext(ctx, "SQS message failed; it will be retried", "message_id", record.MessageId, "error", err)
			response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
	}
	return response, nil
}

func (h Handler) work(ctx context.Context, body string) error {
	work, err := recording.Decode(body)
	if err != nil {
		return err
	}
	known, err := h.Ledger.Recording(ctx, work.RecordingSID)
	if err != nil {
		return err
	}
	return job{
		Handler: h, work: work, known: known,
		log: h.Logger.With("call_sid", work.CallSID, "recording_sid", work.RecordingSID, "kind", work.Kind),
	}.run(ctx)
}
