package deferred

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/shared/environment"
)

const (
	callSID        = "CA00000000000000000000000000000001"
	workerCallSID  = "CA00000000000000000000000000000002"
	taskSID        = "WT00000000000000000000000000000001"
	reservationSID = "WR00000000000000000000000000000001"
	workerSID      = "WK00000000000000000000000000000001"
)

func bridge() Bridge {
	return Bridge{
		CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID, WorkerSID: workerSID, WorkerName: "Alice",
		Contact: "+14155550199", CallerID: "+12065550100", BaseURL: "https://switchboard.example", Deadline: time.Date(2026, 11, 24, 12, 1, 55, 0, time.UTC),
		TaskAttributes: json.RawMessage(`{"skill":"billing","who":"O'Neil & <b>"}`), WorkerAttributes: json.RawMessage(`{"contact_uri":"+14155550199"}`),
	}
}

// changed returns the usual bridge with one change.
func changed(change func(*Bridge)) *Bridge {
	work := bridge()
	change(&work)
	return &work
}

// outbox stands in for SQS: it keeps what was sent.
type outbox struct {
	sent []*sqs.SendMessageInput
	err  error
}

func (o *outbox) SendMessage(_ context.Context, input *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	o.sent = append(o.sent, input)
	return &sqs.SendMessageOutput{}, o.err
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	work := bridge()
	bare := changed(func(b *Bridge) { b.WorkerName, b.CallerID = "", ""; b.Contact = "client:alice" })
	tests := []struct {
		name    string
		message Message
	}{
		{"bridge", Message{Bridge: &work}},
		{"bridge with what must be there", Message{Bridge: bare}},
		{"wrap-up", Message{WrapUp: &WrapUp{CallSID: callSID, TaskSID: taskSID, WorkerCallSID: workerCallSID}}},
		{"wrap-up without the worker call", Message{WrapUp: &WrapUp{CallSID: callSID, TaskSID: taskSID}}},
		{"queue limit", Message{QueueLimit: &QueueLimit{Found: 100}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			box := &outbox{}
			if err := (Queue{Client: box, URL: "https://sqs.example/BridgeQueue"}).Send(t.Context(), test.message, 0); err != nil {
				t.Fatal(err)
			}
			got, err := Decode(aws.ToString(box.sent[0].MessageBody))
			if err != nil {
				t.Fatal(err)
			}
			// SQS's JSON escapes what HTML would trip over; attributes that mean the same are the
			// same.
			if !reflect.DeepEqual(plain(t, got), plain(t, test.message)) {
				t.Errorf("message = %+v\nwant %+v", got, test.message)
			}
		})
	}
}

func plain(t *testing.T, message Message) any {
	t.Helper()
	text, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestSend(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		delay time.Duration
		want  int32
	}{{0, 0}, {999 * time.Millisecond, 0}, {time.Second, 1}, {30*time.Second + 999*time.Millisecond, 30}, {15 * time.Minute, 900}} {
		box := &outbox{}
		work := bridge()
		if err := (Queue{Client: box, URL: "https://sqs.example/BridgeQueue"}).Send(t.Context(), Message{Bridge: &work}, test.delay); err != nil {
			t.Fatal(err)
		}
		if len(box.sent) != 1 || aws.ToString(box.sent[0].QueueUrl) != "https://sqs.example/BridgeQueue" || box.sent[0].DelaySeconds != test.want {
			t.Errorf("after %s: sent %+v, want one with DelaySeconds %d", test.delay, box.sent, test.want)
		}
	}
}

func TestSendErrors(t *testing.T) {
	t.Parallel()
	throttled := errors.New("throttled")
	work := bridge()
	err := (Queue{Client: &outbox{err: throttled}}).Send(t.Context(), Message{Bridge: &work}, 0)
	if !errors.Is(err, throttled) || !strings.Contains(err.Error(), "SQS") {
		t.Errorf("err = %v, want one about SQS that wraps %v", err, throttled)
	}

	box := &outbox{}
	work.TaskAttributes = json.RawMessage(`{"skill":`)
	if err := (Queue{Client: box}).Send(t.Context(), Message{Bridge: &work}, 0); err == nil || len(box.sent) != 0 {
		t.Errorf("err = %v after %d messages, want one, and none", err, len(box.sent))
	}
}

func TestNewQueueReadsTheEnvironment(t *testing.T) {
	t.Parallel()
	queue := ReadQueue(&environment.Reader{Lookup: func(name string) string {
		return map[string]string{
			"AWS_REGION":           "eu-west-1",
			"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:4566",
			"BRIDGE_QUEUE_URL":     "http://127.0.0.1:4566/000000000000/BridgeQueue",
		}[name]
	}}, nil)
	options := queue.Client.(*sqs.Client).Options()
	if options.Region != "eu-west-1" || aws.ToString(options.BaseEndpoint) != "http://127.0.0.1:4566" || queue.URL != "http://127.0.0.1:4566/000000000000/BridgeQueue" {
		t.Errorf("region %q, endpoint %q, queue %q", options.Region, aws.ToString(options.BaseEndpoint), queue.URL)
	}
}

// TestPartiesOfEarlierRelease decodes messages that were sent without from and to.
func TestPartiesOfEarlierRelease(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, from, to, attributes, wantFrom, wantTo string }{
		{
			name:       "neither",
			attributes: `{"from":"+14155550123","From":"crm","to":"+12065550100"}`,
			wantFrom:   "+14155550123",
			wantTo:     "+12065550100",
		},
		{
			name:       "a caller by SIP",
			from:       "sip:anna@example.com",
			attributes: `{"from":"sip:anna@example.com","to":"+12065550100"}`,
			wantFrom:   "sip:anna@example.com",
		},
		{
			name:       "both",
			from:       "+14155550123",
			to:         "+12065550100",
			attributes: `{"from":"+14155550124","to":"+12065550101"}`,
			wantFrom:   "+14155550123",
			wantTo:     "+12065550100",
		},
		{
			name: "no attributes",
		},
		{
			name:       "no object",
			attributes: `[]`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			work := changed(func(b *Bridge) {
				b.From, b.To, b.TaskAttributes = test.from, test.to, json.RawMessage(test.attributes)
			})
			if test.attributes == "" {
				work.TaskAttributes = nil
			}
			body, err := json.Marshal(Message{Bridge: work})
			if err != nil {
				t.Fatal(err)
			}
			got, err := Decode(string(body))
			if err != nil || got.Bridge.From != test.wantFrom || got.Bridge.To != test.wantTo {
				t.Errorf("bridge = %+v, %v; want from %q to %q", got.Bridge, err, test.wantFrom, test.wantTo)
			}
		})
	}
}

func TestSpareDelay(t *testing.T) {
	t.Parallel()
	for first, want := range map[time.Duration]time.Duration{
		0:                               2 * time.Second,
		30 * time.Second:                32 * time.Second,
		14*time.Minute + 59*time.Second: 15 * time.Minute,
		15 * time.Minute:                15 * time.Minute,
	} {
		if got := SpareDelay(first); got != want {
			t.Errorf("SpareDelay(%s) = %s, want %s", first, got, want)
		}
	}
}
