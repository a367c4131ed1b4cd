package release

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/simulator/clock"
)

// TestUnknownWorkWaits sends messages that only a later release knows. They stay in the queue as
// long as SQS lets them, and then in the dead-letter queue, from where the later release gets them.
func TestUnknownWorkWaits(t *testing.T) {
	t.Parallel()
	loop := clock.NewVirtual(account.Morning)
	process := inprocess.New(loop, account.Settings("deferred"), bundle.Clients{Parameters: account.Secrets(1)})
	tests := []struct {
		name, body string
		queue      *trigger.Queue
	}{
		{
			name:  "a kind of work",
			queue: process.Queue,
			body:  `{"later":{"task_sid":"WT00000000000000000000000000000001"}}`,
		},
		{
			name:  "a kind of recording",
			queue: process.Recordings,
			body:  `{"recording_sid":"RE00000000000000000000000000000001","call_sid":"CA00000000000000000000000000000001","kind":"later"}`,
		},
	}
	for _, test := range tests {
		if _, err := test.queue.SendMessage(t.Context(), &sqs.SendMessageInput{MessageBody: aws.String(test.body)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		if dead := test.queue.Dead; len(dead) != 1 || dead[0].Body != test.body || dead[0].Receives != test.queue.Redrive.MaxReceives {
			t.Errorf("%s: the dead-letter queue has %v", test.name, dead)
		}
	}
}
