package fallback_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/fallback"
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/webhook/webhooktest"
)

const (
	ourFault = `{"instruction":"reject","activity_sid":"` + account.UnavailableSID + `"}`
	dequeued = `{"instruction":"dequeue","to":"+14155550199","from":"+12065550100","post_work_activity_sid":"` + account.WrappingUpSID + `","timeout":15}`
)

// sender is SQS; it answers err.
type sender struct {
	sent int
	err  error
}

func (s *sender) SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	s.sent++
	return &sqs.SendMessageOutput{}, s.err
}

// TestNeedsOnlySecret answers the event file with and without SQS.
func TestNeedsOnlySecret(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, mode, queueURL string
		refusal              error
		want                 string
		wantSent             int
	}{
		{
			name:     "SQS takes the bridge",
			mode:     "deferred",
			queueURL: "https://sqs.example/BridgeQueue",
			want:     "",
			wantSent: 1,
		},
		{
			name:     "SQS refuses",
			mode:     "deferred",
			queueURL: "https://sqs.example/BridgeQueue",
			refusal:  errors.New("AccessDenied"),
			want:     ourFault,
			wantSent: 1,
		},
		{
			name: "there is no queue",
			mode: "deferred",
			want: ourFault,
		},
		{
			name: "Twilio dequeues",
			mode: "dequeue",
			want: dequeued,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			settings := account.Settings(test.mode)
			settings["TWILIO_ACCOUNT_SID"], settings["WORKSPACE_SID"] = webhooktest.AccountSID, "WS00000000000000000000000000000001"
			settings["BRIDGE_QUEUE_URL"] = test.queueURL
			queue := &sender{err: test.refusal}
			h, err := fallback.New(&environment.Reader{Lookup: func(name string) string { return settings[name] }}, fallback.Clients{
				Clients: function.Clients{
					Parameters: bundle.Parameters{account.SecretsPrefix + "/auth-token": webhooktest.Token},
					Now:        func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) },
					Logger:     webhooktest.Logger(),
				},
				Queue: queue,
			})
			if err != nil {
				t.Fatal(err)
			}
			answer, err := h.Handle(t.Context(), webhooktest.File(t, filepath.Join("..", "..", "events", "fallback.json")))
			if err != nil || answer.StatusCode != 200 || answer.Body != test.want || queue.sent != test.wantSent {
				t.Errorf("answered %d %q, %v, after %d messages; want %q after %d", answer.StatusCode, answer.Body, err, queue.sent, test.want, test.wantSent)
			}
		})
	}
}
