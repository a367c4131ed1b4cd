package main

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

// failing fails each message, and keeps the count of receives that came with it.
type failing struct{ receives []string }

func (f *failing) Handle(_ context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	var response events.SQSEventResponse
	for _, record := range event.Records {
		f.receives = append(f.receives, record.Attributes["ApproximateReceiveCount"])
		response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
	}
	return response, nil
}

func TestReceiveCount(t *testing.T) {
	t.Parallel()
	loop := clock.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	consumer := &failing{}
	q := &queue{loop: loop, consumer: consumer}
	if _, err := q.SendMessage(t.Context(), &sqs.SendMessageInput{MessageBody: aws.String("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1", "2", "3"}; !slices.Equal(consumer.receives, want) || len(q.dead) != 1 {
		t.Errorf("received as %q, %d dead; want %q, and one", consumer.receives, len(q.dead), want)
	}
}
