package bridge

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/deferred"
)

func TestLastTry(t *testing.T) {
	t.Parallel()
	encode := func(message deferred.Message) string {
		body, err := json.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	wrapUp := encode(deferred.Message{WrapUp: &deferred.WrapUp{CallSID: callerCall, TaskSID: task, WorkerCallSID: workerCall}})
	bridge := newDesk().bridge()
	tests := []struct {
		name, body, receives string
		wantAgain            bool
	}{
		{
			name:      "a wrap-up, first",
			body:      wrapUp,
			receives:  "1",
			wantAgain: true,
		},
		{
			name:      "a wrap-up, fourth",
			body:      wrapUp,
			receives:  "4",
			wantAgain: true,
		},
		{
			name:     "a wrap-up, fifth",
			body:     wrapUp,
			receives: "5",
		},
		{
			name:      "a wrap-up of unknown count",
			body:      wrapUp,
			wantAgain: true,
		},
		{
			name:      "a bridge, fifth",
			body:      encode(deferred.Message{Bridge: &bridge}),
			receives:  "5",
			wantAgain: true,
		},
		{
			name:      "what cannot be read, fifth",
			body:      "{",
			receives:  "5",
			wantAgain: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			d.taskStatus, d.living = "wrapping", []string{workerCall}
			d.placeErr, d.rejectErr = errors.New("lost"), errors.New("lost")
			record := events.SQSMessage{MessageId: "m", Body: test.body, Attributes: map[string]string{"ApproximateReceiveCount": test.receives}}
			response, err := d.handler.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{record}})
			if again := len(response.BatchItemFailures) == 1; err != nil || again != test.wantAgain {
				t.Errorf("retried: %t, %v, want %t", again, err, test.wantAgain)
			}
		})
	}
}

func TestReceivesAsInTemplate(t *testing.T) {
	t.Parallel()
	template, err := os.ReadFile(filepath.Join("..", "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := "deadLetterTargetArn: !GetAtt BridgeDeadLetterQueue.Arn\n        maxReceiveCount: " + strconv.Itoa(maxReceives) + "\n"
	if !strings.Contains(string(template), want) {
		t.Errorf("template.yaml does not have %q", want)
	}
}
