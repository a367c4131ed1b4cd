package main

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	stack "switchboard/functions/internal/bundle"
)

// failing fails each message, and keeps the count of receives that came with it.
type failing struct{ receives map[string][]string }

func (f failing) Handle(_ context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
	var response events.SQSEventResponse
	for _, record := range batch.Records {
		f.receives[record.MessageId] = append(f.receives[record.MessageId], record.Attributes["ApproximateReceiveCount"])
		response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
	}
	return response, nil
}

func TestReceiveCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bridge := failing{receives: map[string][]string{}}
		wired := soundWiring()
		wired.consumer = func(stack.Environment, stack.Clients) consumer { return bridge }
		w, err := newWorld(oneLeaves(1, 5*time.Minute), &rates{}, nil, wired, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(bridge.receives) == 0 {
			t.Error("no messages")
		}
		for id, got := range bridge.receives {
			if !slices.Equal(got, []string{"1", "2", "3"}) {
				t.Errorf("%s: received as %q", id, got)
			}
		}
	})
}
