package queuelimit_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchboard/functions/queuelimit"
	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
	"switchboard/shared/webhook/webhooktest"
)

const (
	workflowSID = "WW00000000000000000000000000000001"
	queueSID    = "QU00000000000000000000000000000001"
)

// queues is Twilio REST with one queue, or none.
type queues struct {
	queue           twilio.Queue
	found           bool
	readErr, setErr error
	set             []int // sizes that were asked for
}

func (q *queues) Queue(_ context.Context, friendlyName string) (twilio.Queue, bool, error) {
	if friendlyName != workflowSID {
		return twilio.Queue{}, false, nil
	}
	return q.queue, q.found, q.readErr
}

func (q *queues) SetMaxSize(_ context.Context, queue string, size int) error {
	if queue != q.queue.SID {
		return errors.New("no such queue: " + queue)
	}
	q.set = append(q.set, size)
	return q.setErr
}

func newHandler(rest *queues) queuelimit.Handler {
	return queuelimit.Handler{Limit: voicequeue.Limit{Queues: rest, WorkflowSID: workflowSID, Logger: webhooktest.Logger()}, MaxSize: 100}
}

// invoke is what Lambda does with an operator's JSON.
func invoke(t *testing.T, h queuelimit.Handler, input string) (string, error) {
	t.Helper()
	var request queuelimit.Request
	if err := json.Unmarshal([]byte(input), &request); err != nil {
		t.Fatal(err)
	}
	report, err := h.Handle(t.Context(), request)
	if err != nil {
		return "", err
	}
	output, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return string(output), nil
}

func eventFile(t *testing.T) string {
	t.Helper()
	input, err := os.ReadFile(filepath.Join("..", "..", "events", "queuelimit.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(input)
}

func TestQueueLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, input string
		before      int
		want        string
		wantSet     int // 0 = nothing is set
	}{
		{"the event file", eventFile(t), 100, `{"queue_sid":"` + queueSID + `","current_size":3,"max_size_before":100,"max_size":200,"changed":true}`, 200},
		{"lowered", `{"max_size": 1}`, 100, `{"queue_sid":"` + queueSID + `","current_size":3,"max_size_before":100,"max_size":1,"changed":true}`, 1},
		{"highest", `{"max_size": 5000}`, 100, `{"queue_sid":"` + queueSID + `","current_size":3,"max_size_before":100,"max_size":5000,"changed":true}`, 5000},
		{"as deployed", `{}`, 50, `{"queue_sid":"` + queueSID + `","current_size":3,"max_size_before":50,"max_size":100,"changed":true}`, 100},
		{"null counts as not named", `{"max_size": null}`, 50, `{"queue_sid":"` + queueSID + `","current_size":3,"max_size_before":50,"max_size":100,"changed":true}`, 100},
		{"the same already", `{"max_size": 200}`, 200, `{"queue_sid":"` + queueSID + `","current_size":3,"max_size_before":200,"max_size":200,"changed":false}`, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rest := &queues{queue: twilio.Queue{SID: queueSID, MaxSize: test.before, Size: 3}, found: true}
			got, err := invoke(t, newHandler(rest), test.input)
			if err != nil || got != test.want {
				t.Errorf("\n got %s, %v\nwant %s", got, err, test.want)
			}
			if test.wantSet == 0 && len(rest.set) != 0 || test.wantSet != 0 && (len(rest.set) != 1 || rest.set[0] != test.wantSet) {
				t.Errorf("sizes set: %v, want %d", rest.set, test.wantSet)
			}
		})
	}
}

func TestQueueLimitRefused(t *testing.T) {
	t.Parallel()
	there := twilio.Queue{SID: queueSID, MaxSize: 100}
	down := errors.New("list queues: HTTP status 503")
	tests := []struct {
		name, input string
		deployed    int
		rest        queues
		want        []string // in the error's text: what is wrong, and what to do
	}{
		{"zero", `{"max_size": 0}`, 100, queues{queue: there, found: true}, []string{"max_size is 0", "whole number from 1 to 5000"}},
		{"negative", `{"max_size": -1}`, 100, queues{queue: there, found: true}, []string{"max_size is -1", "from 1 to 5000"}},
		{"too large", `{"max_size": 5001}`, 100, queues{queue: there, found: true}, []string{"max_size is 5001", "from 1 to 5000"}},
		{"deployed with none", `{}`, 0, queues{queue: there, found: true}, []string{"max_size is 0"}},
		{"no call was ever enqueued", `{}`, 100, queues{}, []string{workflowSID, "call your number once", "invoke this again"}},
		{"REST cannot list queues", `{}`, 100, queues{readErr: down}, []string{"list queues", "503"}},
		{"REST cannot set the size", `{"max_size": 200}`, 100, queues{queue: there, found: true, setErr: errors.New("set MaxSize: HTTP status 401")}, []string{"set MaxSize", "401"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHandler(&test.rest)
			h.MaxSize = test.deployed
			got, err := invoke(t, h, test.input)
			if err == nil {
				t.Fatalf("report = %s, want an error", got)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
			if test.rest.setErr == nil && len(test.rest.set) != 0 {
				t.Errorf("sizes set: %v, want none", test.rest.set)
			}
		})
	}
}
