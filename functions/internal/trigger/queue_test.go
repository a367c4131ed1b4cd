package trigger

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/shared/simulator/clock"
)

// failing fails each message and records its receive count.
type failing struct{ receives []string }

func (f *failing) Handle(_ context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	var response events.SQSEventResponse
	for _, record := range event.Records {
		f.receives = append(f.receives, record.Attributes["ApproximateReceiveCount"])
		failure := events.SQSBatchItemFailure{ItemIdentifier: record.MessageId}
		response.BatchItemFailures = append(response.BatchItemFailures, failure)
	}
	return response, nil
}

func TestReceiveCount(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	loop, consumer := clock.NewVirtual(began), &failing{}
	q := &Queue{Loop: loop, Redrive: OfBridge, Receive: func(m *Message) bool { return m.Invoke(t.Context(), consumer) }}
	if _, err := q.SendMessage(t.Context(), &sqs.SendMessageInput{MessageBody: aws.String("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1", "2", "3", "4", "5"}; !slices.Equal(consumer.receives, want) || len(q.Dead) != 1 {
		t.Errorf("received as %q, %d dead; want %q, and one", consumer.receives, len(q.Dead), want)
	}
	if took := loop.Now().Sub(began); took != deliveryTime+4*OfBridge.Visibility {
		t.Errorf("five receives took %s", took)
	}
}
