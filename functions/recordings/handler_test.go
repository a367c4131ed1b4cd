package recordings_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/functions/recordings"
	"switchboard/shared/bucket"
	"switchboard/shared/bucket/buckettest"
	"switchboard/shared/ledger"
	"switchboard/shared/recording"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/twilio"
)

const (
	recordingSID = "RE00000000000000000000000000000001"
	callSID      = "CA00000000000000000000000000000001"
)

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func environment(name string) string {
	return map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "key"}[name]
}

// cloud is Twilio, SNS and RecordingsQueue.
type cloud struct {
	file    string // "" = none
	status  string // of the recording
	call    string // status of the call
	deleted int
	again   []recording.Work
	created int
	told    []url.Values
	fails   error
}

func (c *cloud) RecordingFile(context.Context, string) ([]byte, bool, error) {
	return []byte(c.file), c.file != "", c.fails
}

func (c *cloud) RecordingStatus(context.Context, string) (string, error) { return c.status, c.fails }

func (c *cloud) DeleteRecording(context.Context, string) error {
	c.deleted++
	return c.fails
}

func (c *cloud) CallRecord(context.Context, string) (twilio.CallRecord, error) {
	return twilio.CallRecord{Status: c.call, From: "+14155550123", To: "+12065550100"}, nil
}

func (c *cloud) TaskAttributes(context.Context, string) (string, int, error) { return "", 0, nil }

func (c *cloud) Create(context.Context, ledger.Call) (bool, error) {
	c.created++
	return true, nil
}

func (c *cloud) Send(_ context.Context, work recording.Work, _ time.Duration) error {
	c.again = append(c.again, work)
	return nil
}

// RoundTrip is SNS.
func (c *cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	form, err := url.ParseQuery(string(body))
	c.told = append(c.told, form)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, err
}

type stop struct {
	recordings.Handler
	ledger ledger.Ledger
	cloud  *cloud
	files  *buckettest.Store
}

func newStop() stop {
	kept, far, files := ledger.Ledger{Store: &ledger.Memory{}, Now: now}, &cloud{file: "ID3 sound", status: "completed", call: "completed"}, &buckettest.Store{}
	return stop{recordings.Handler{
		Ledger: kept, Twilio: far, Bucket: bucket.Bucket{Name: "kept", AWS: environment, Transport: files, Now: now}, Desk: far, Queue: far,
		Topic:    recordings.SNS{ARN: "arn:aws:sns:us-east-1:123456789012:desk", AWS: environment, Transport: far, Now: now},
		Settings: settingstest.Desk{Messages: settings.Messages{KeepMinutes: 15}},
		Console:  recordings.Console{AWS: environment, Bucket: "kept"},
		Now:      now, Logger: slog.New(slog.DiscardHandler),
	}, kept, far, files}
}

// work processes one message and reports whether SQS keeps it.
func (s stop) work(t *testing.T, work recording.Work) (again bool) {
	t.Helper()
	body, err := json.Marshal(work)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1", Body: string(body)}}})
	if err != nil {
		t.Fatal(err)
	}
	return len(response.BatchItemFailures) > 0
}

func message() recording.Work {
	return recording.Work{RecordingSID: recordingSID, CallSID: callSID, Kind: recording.Message, Language: "es", Seconds: 12}
}

// TestMessageBecomesOneRequest delivers the message three times.
func TestMessageBecomesOneRequest(t *testing.T) {
	t.Parallel()
	s := newStop()
	for range 3 {
		if s.work(t, message()) {
			t.Fatal("SQS keeps the message")
		}
	}
	call, found, err := s.ledger.ByCall(t.Context(), recordingSID)
	r := call.Request()
	if err != nil || !found || r.State != ledger.Left || r.Number != "+14155550123" || r.Dialed != "+12065550100" || r.Language != "es" ||
		r.Every != 15*time.Minute || r.Attributes != `{"language":"es"}` {
		t.Errorf("request %+v, %v", r, err)
	}
	if s.cloud.deleted != 1 || len(s.cloud.told) != 1 || len(s.files.Keys()) != 1 || len(s.cloud.again) > 0 {
		t.Errorf("deleted %d times, told %d, files %q, looked again %d", s.cloud.deleted, len(s.cloud.told), s.files.Keys(), len(s.cloud.again))
	}
	text := s.cloud.told[0].Get("Message")
	for _, want := range []string{"Caller: +14155550123", "Dialed: +12065550100", "2026-11-24 12:00 UTC", "Length: 12s", "https://us-east-1.console.aws.amazon.com/s3/object/kept?region=us-east-1&prefix=" + recordingSID + ".mp3"} {
		if !strings.Contains(text, want) {
			t.Errorf("the topic is told %q, want %q in it", text, want)
		}
	}
}

// TestMessageWaitsBehindCallers has the message of a caller whose calls have a priority: callers
// wait on the line, and a message does not.
func TestMessageWaitsBehindCallers(t *testing.T) {
	t.Parallel()
	s := newStop()
	s.Settings = settingstest.Desk{Numbers: map[string]settings.Number{"+12065550100": {Priority: new(7), Attributes: json.RawMessage(`{"team":"billing"}`)}}}
	s.work(t, message())
	known, _, err := s.ledger.ByCall(t.Context(), recordingSID)
	if err != nil {
		t.Fatal(err)
	}
	if r := known.Request(); r.Priority != 0 || !strings.Contains(r.Attributes, "billing") {
		t.Errorf("priority %d, attributes %s", r.Priority, r.Attributes)
	}
}

func TestWhatBecomesOfARecording(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*testing.T, *stop)
		kind   recording.Kind
		looks  int

		kept, again, requested, stored bool
		deleted                        int
	}{
		{
			name:    "remark",
			kind:    recording.Remark,
			stored:  true,
			deleted: 1,
		},
		{
			name:    "caller is still on the phone",
			change:  func(_ *testing.T, s *stop) { s.cloud.call = "in-progress" },
			again:   true,
			stored:  true,
			deleted: 1,
		},
		{
			name:      "caller is on the phone for a quarter of an hour",
			change:    func(_ *testing.T, s *stop) { s.cloud.call = "in-progress" },
			looks:     45,
			requested: true,
			stored:    true,
			deleted:   1,
		},
		{
			name: "caller has sent it",
			change: func(t *testing.T, s *stop) {
				s.cloud.call = "in-progress"
				if _, err := s.ledger.SendRecording(t.Context(), recordingSID, callSID); err != nil {
					t.Fatal(err)
				}
			},
			requested: true,
			stored:    true,
			deleted:   1,
		},
		{
			name: "caller has replaced it",
			change: func(t *testing.T, s *stop) {
				if _, err := s.ledger.DiscardRecording(t.Context(), recordingSID, callSID); err != nil {
					t.Fatal(err)
				}
			},
			deleted: 1,
		},
		{
			name:   "no file yet",
			change: func(_ *testing.T, s *stop) { s.cloud.file, s.cloud.status = "", "processing" },
			again:  true,
		},
		{
			name:   "no file for a quarter of an hour",
			change: func(_ *testing.T, s *stop) { s.cloud.file, s.cloud.status = "", "processing" },
			looks:  45,
			kept:   true,
		},
		{
			name:   "absent",
			change: func(_ *testing.T, s *stop) { s.cloud.file, s.cloud.status = "", "absent" },
		},
		{
			name:   "deleted by a person",
			change: func(_ *testing.T, s *stop) { s.cloud.file, s.cloud.status = "", "" },
		},
		{
			name:   "Twilio fails",
			change: func(_ *testing.T, s *stop) { s.cloud.fails = errors.New("Twilio is down") },
			kept:   true,
		},
		{
			name:   "S3 fails",
			change: func(_ *testing.T, s *stop) { s.files.Refuse(http.StatusServiceUnavailable) },
			kept:   true,
		},
		{
			name:   "the copy is not there",
			change: func(_ *testing.T, s *stop) { s.files.Refuse(http.StatusOK) },
			kept:   true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, work := newStop(), message()
			if test.change != nil {
				test.change(t, &s)
			}
			if work.Looks = test.looks; test.kind != "" {
				work.Kind = test.kind
			}
			if kept := s.work(t, work); kept != test.kept {
				t.Errorf("SQS keeps the message: %t", kept)
			}
			known, err := s.ledger.Recording(t.Context(), recordingSID)
			if err != nil || known.Requested != test.requested || !known.Stored.IsZero() != test.stored || len(s.files.Keys()) > 0 != test.stored {
				t.Errorf("recording %+v, %v, files %q", known, err, s.files.Keys())
			}
			if s.cloud.deleted != test.deleted || len(s.cloud.again) > 0 != test.again {
				t.Errorf("deleted at Twilio %d times, looked again %t", s.cloud.deleted, len(s.cloud.again) > 0)
			}
		})
	}
}

func TestEventFile(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../events/recordings.json")
	if err != nil {
		t.Fatal(err)
	}
	var event events.SQSEvent
	if err := json.Unmarshal(file, &event); err != nil {
		t.Fatal(err)
	}
	s := newStop()
	if response, err := s.Handle(t.Context(), event); err != nil || len(response.BatchItemFailures) > 0 || s.cloud.created != 1 {
		t.Errorf("%+v, %v, %d requests", response, err, s.cloud.created)
	}
}
