package assignment_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/assignment"
	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const (
	accountSID        = "AC00000000000000000000000000000001"
	callSID           = "CA00000000000000000000000000000001"
	taskSID           = "WT00000000000000000000000000000001"
	reservationSID    = "WR00000000000000000000000000000001"
	workerSID         = "WK00000000000000000000000000000001"
	workspaceSID      = "WS00000000000000000000000000000001"
	postWorkActivity  = "WA00000000000000000000000000000002"
	rejectActivity    = "WA00000000000000000000000000000003"
	faultActivity     = "WA00000000000000000000000000000004"
	rejected          = `{"instruction":"reject","activity_sid":"` + rejectActivity + `"}`
	ourFault          = `{"instruction":"reject","activity_sid":"` + faultActivity + `"}`
	dequeuedToTheCell = `{"instruction":"dequeue","to":"+14155550199","from":"+12065550100","post_work_activity_sid":"` + postWorkActivity + `","timeout":15}`
	taskAttributes    = `{"skill":"billing","call_sid":"` + callSID + `","account_sid":"` + accountSID + `","from":"+14155550123","to":"+12065550100"}`
)

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// sender is SQS: it keeps what it was given, fails with err, or does not answer.
type sender struct {
	sent   []*sqs.SendMessageInput
	err    error
	silent bool
}

func (s *sender) SendMessage(ctx context.Context, input *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	if s.silent {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	s.sent = append(s.sent, input)
	return &sqs.SendMessageOutput{}, s.err
}

// bridges are the messages' contents.
func (s *sender) bridges(t *testing.T) []deferred.Bridge {
	t.Helper()
	var bridges []deferred.Bridge
	for _, input := range s.sent {
		message, err := deferred.Decode(*input.MessageBody)
		if err != nil || message.Bridge == nil {
			t.Fatalf("message %s: %v, want a bridge", *input.MessageBody, err)
		}
		if input.DelaySeconds != 0 {
			t.Errorf("message is delayed by %d s, want 0", input.DelaySeconds)
		}
		bridges = append(bridges, *message.Bridge)
	}
	return bridges
}

func newHandler(queue *sender) assignment.Handler {
	return assignment.Handler{
		Edge:                webhooktest.Edge(),
		WorkspaceSID:        workspaceSID,
		Deferred:            true,
		Queue:               deferred.Queue{Client: queue, URL: "https://sqs.example/bridge"},
		PostWorkActivitySID: postWorkActivity,
		Activities:          failure.Activities{Reject: rejectActivity, Fault: faultActivity},
		Ring:                15 * time.Second,
		ReservationTimeout:  2 * time.Minute,
		Now:                 now,
		Logger:              webhooktest.Logger(),
	}
}

func callback() url.Values {
	return url.Values{
		"AccountSid": {accountSID}, "WorkspaceSid": {workspaceSID}, "TaskSid": {taskSID}, "ReservationSid": {reservationSID}, "WorkerSid": {workerSID},
		"WorkerName": {"Alice"}, "WorkerAttributes": {`{"contact_uri":"+14155550199"}`}, "TaskAttributes": {taskAttributes},
		"TaskAge": {"1"}, "TaskPriority": {"0"},
	}
}

// handle returns the answer's body. The answer must have status 200 and be JSON.
func handle(t *testing.T, h assignment.Handler, event webhook.Event) string {
	t.Helper()
	answer, err := h.Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || answer.Headers["Content-Type"] != "application/json" {
		t.Fatalf("answer = %+v, want JSON with status 200", answer)
	}
	return answer.Body
}

func TestEventFile(t *testing.T) {
	t.Parallel()
	event := webhooktest.File(t, filepath.Join("..", "..", "events", "assignment.json"))
	t.Run("deferred", func(t *testing.T) {
		t.Parallel()
		queue := &sender{}
		h := newHandler(queue)
		// The file is invoked at any time: it must not be refused for its age.
		h.Now = func() time.Time { return now().AddDate(1, 0, 0) }
		if got := handle(t, h, event); got != "" {
			t.Errorf("body = %s, want none", got)
		}
		if got := queue.bridges(t); len(got) != 1 || got[0].CallSID != callSID || got[0].Contact != "+14155550199" {
			t.Errorf("messages = %+v, want one to bridge %s", got, callSID)
		}
	})
	t.Run("dequeue", func(t *testing.T) {
		t.Parallel()
		h := newHandler(&sender{})
		h.Deferred = false
		if got := handle(t, h, event); got != dequeuedToTheCell {
			t.Errorf("body = %s, want %s", got, dequeuedToTheCell)
		}
	})
}

func TestWrongSignature(t *testing.T) {
	t.Parallel()
	queue := &sender{}
	answer, err := newHandler(queue).Handle(t.Context(), webhooktest.Event("/assignment", callback(), webhooktest.SignedWith("67890")))
	if err != nil || answer.StatusCode != http.StatusForbidden || len(queue.sent) != 0 {
		t.Errorf("answer = %+v, %v, %d messages, want 403 and none", answer, err, len(queue.sent))
	}
}

// TestQueueThatTakesNothing rejects the reservation, so that TaskRouter offers the task to the next
// worker, while TaskRouter still waits for the answer.
func TestQueueThatTakesNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		queue     *sender
		wantAfter time.Duration
	}{
		{"SQS fails", &sender{err: errors.New("throttled")}, 0},
		{"SQS does not answer", &sender{silent: true}, 2 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				if got := handle(t, newHandler(test.queue), webhooktest.Event("/assignment", callback())); got != ourFault {
					t.Errorf("body = %s, want %s", got, ourFault)
				}
				if after := time.Since(start); after != test.wantAfter {
					t.Errorf("answered after %s, want %s", after, test.wantAfter)
				}
			})
		})
	}
}
