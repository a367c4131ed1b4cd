package recording_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/shared/recording"
)

// queue keeps the last message.
type queue struct {
	input *sqs.SendMessageInput
	err   error
}

func (q *queue) SendMessage(_ context.Context, input *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	q.input = input
	return &sqs.SendMessageOutput{}, q.err
}

func work() recording.Work {
	return recording.Work{
		RecordingSID: "RE00000000000000000000000000000001", CallSID: "CA00000000000000000000000000000001",
		Kind: recording.Message, Language: "es", Seconds: 12,
	}
}

func TestWorkIsReadAsItWasSent(t *testing.T) {
	t.Parallel()
	var q queue
	if err := (recording.Queue{Client: &q, URL: "https://sqs"}).Send(t.Context(), work(), 90*time.Second); err != nil {
		t.Fatal(err)
	}
	if q.input.DelaySeconds != 90 || aws.ToString(q.input.QueueUrl) != "https://sqs" {
		t.Errorf("sent %+v", q.input)
	}
	if got, err := recording.Decode(aws.ToString(q.input.MessageBody)); err != nil || got != work() {
		t.Errorf("read %+v, %v", got, err)
	}
	q.err = errors.New("a word of SQS's")
	if err := (recording.Queue{Client: &q}).Send(t.Context(), work(), 0); err == nil || strings.Contains(err.Error(), "a word") {
		t.Errorf("error %v", err)
	}
}

func TestWrongWork(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no JSON":        `{`,
		"no recording":   `{"call_sid":"CA00000000000000000000000000000001","kind":"message"}`,
		"a path":         `{"recording_sid":"RE1/../..","call_sid":"CA00000000000000000000000000000001","kind":"message"}`,
		"no call":        `{"recording_sid":"RE00000000000000000000000000000001","kind":"message"}`,
		"another kind":   `{"recording_sid":"RE00000000000000000000000000000001","call_sid":"CA00000000000000000000000000000001","kind":"song"}`,
		"no language":    `{"recording_sid":"RE00000000000000000000000000000001","call_sid":"CA00000000000000000000000000000001","kind":"remark","language":"../x"}`,
		"bridge message": `{"bridge":{}}`,
	} {
		if got, err := recording.Decode(body); err == nil {
			t.Errorf("%s: read %+v", name, got)
		}
	}
}
