package survey_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"switchboard/functions/survey"
	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/recording"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const (
	callSID        = "CA00000000000000000000000000000001"
	taskSID        = "WT00000000000000000000000000000001"
	workerSID      = "WK00000000000000000000000000000001"
	recordingSID   = "RE00000000000000000000000000000001"
	recordingURL   = "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Recordings/" + recordingSID
	scoreURL       = webhooktest.BaseURL + "/survey/score"
	scoreAgainURL  = webhooktest.BaseURL + "/survey/score/again"
	remarkURL      = webhooktest.BaseURL + "/survey/remark"
	surveyURL      = webhooktest.BaseURL + "/survey"
	ringing        = "CA0000000000000000000000000000000a" // a worker's call, of the reservation that ends likewise
	connected      = "CA0000000000000000000000000000000b"
	unanswered     = "CA0000000000000000000000000000000c"
	reservationOfA = "WR0000000000000000000000000000000a"
	reservationOfB = "WR0000000000000000000000000000000b"
	reservationOfC = "WR0000000000000000000000000000000c"
)

// english is what callers hear.
func english() prompt.Book { return prompt.Book{} }

func takeMessage(reason prompt.Name) twiml.Document {
	return english().TakeMessage(surveyURL, english().Line(reason, nil))
}

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// voice is Twilio REST: it keeps the SIDs of the calls that it ended.
type voice struct {
	waiting  bool // the caller does, in a queue
	asked    int  // how often that was asked
	ended    []string
	canceled []string // those that were not answered
	err      error
}

func (v *voice) Waiting(context.Context, string) (bool, error) {
	v.asked++
	return v.waiting, v.err
}

func (v *voice) CancelCall(_ context.Context, sid string) error {
	v.canceled = append(v.canceled, sid)
	return v.err
}

func (v *voice) EndCall(_ context.Context, sid string) error {
	v.ended = append(v.ended, sid)
	return v.err
}

func askRemark() twiml.Document {
	return english().AskRemark(remarkURL, surveyURL, english().Line(prompt.Remark, nil))
}

// files keeps what was sent to RecordingsQueue, and links to files.
type files struct {
	sent   []recording.Work
	delays []time.Duration
	err    error
}

func (f *files) Send(_ context.Context, work recording.Work, delay time.Duration) error {
	f.sent, f.delays = append(f.sent, work), append(f.delays, delay)
	return f.err
}

func (f *files) Link(_ context.Context, key string, _ time.Duration) (string, error) {
	return "https://bucket.example/" + key + "?signed", f.err
}

// brokenStore is a table that cannot be reached.
type brokenStore struct{ ledger.Store }

func (brokenStore) Get(context.Context, string) (ledger.Fields, error) {
	return nil, errors.New("table unreachable")
}

func (brokenStore) Apply(context.Context, ledger.Change) (ledger.Fields, bool, error) {
	return nil, false, errors.New("table unreachable")
}

// stop is a survey on a call of which nothing is known yet.
type stop struct {
	survey.Handler
	ledger ledger.Ledger
	voice  *voice
	files  *files
}

func newStop(store ledger.Store) stop {
	kept, rest, recorded := ledger.Ledger{Store: store, Now: now}, &voice{}, &files{}
	return stop{survey.Handler{
		Settings: settingstest.Desk{}, Edge: webhooktest.Edge(), Ledger: kept, Twilio: rest, Recordings: recorded, Files: recorded,
		Logger: webhooktest.Logger(),
	}, kept, rest, recorded}
}

// hears posts to a path about the caller's call and returns the TwiML that the caller gets.
func (s stop) hears(t *testing.T, path string, parameters ...string) string {
	t.Helper()
	answer := s.answer(t, path, form(parameters...))
	if answer.StatusCode != http.StatusOK || answer.Headers["Content-Type"] != twiml.ContentType {
		t.Fatalf("answer = %+v, want TwiML with status 200", answer)
	}
	return answer.Body
}

func (s stop) answer(t *testing.T, path string, form url.Values) webhook.Answer {
	t.Helper()
	answer, err := s.Handle(t.Context(), webhooktest.Event(path, form))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// form is the standard parameters and those named, of which an empty value takes one away.
func form(parameters ...string) url.Values {
	form := url.Values{"CallSid": {callSID}, "CallStatus": {"in-progress"}, "From": {"+14155550123"}}
	for pair := range slices.Chunk(parameters, 2) {
		form.Set(pair[0], pair[1])
		if pair[1] == "" {
			form.Del(pair[0])
		}
	}
	return form
}

// known is the caller's call in the ledger.
func (s stop) known(t *testing.T) ledger.Call {
	t.Helper()
	call, _, err := s.ledger.ByCall(t.Context(), callSID)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

func ref(reservation string) ledger.Ref {
	return ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: reservation}
}

// threeWorkers were called: one's phone rings, one was connected, one did not answer.
func (s stop) threeWorkers(t *testing.T) {
	t.Helper()
	for reservation, workerCall := range map[string]string{reservationOfA: ringing, reservationOfB: connected, reservationOfC: unanswered} {
		if _, made, err := s.ledger.Claim(t.Context(), ref(reservation), ledger.Offer{WorkerSID: workerSID}); err != nil || !made {
			t.Fatalf("claim %s: %t, %v", reservation, made, err)
		}
		if _, err := s.ledger.RecordPlaced(t.Context(), ref(reservation), workerCall); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.ledger.RecordTalked(t.Context(), ref(reservationOfB), connected); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ledger.RecordWorkerCall(t.Context(), ref(reservationOfC), unanswered, true); err != nil {
		t.Fatal(err)
	}
}

func TestEventFile(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	answer, err := s.Handle(t.Context(), webhooktest.File(t, filepath.Join("..", "..", "events", "survey.json")))
	if err != nil || answer.StatusCode != http.StatusOK || answer.Body != string(english().AskScore(scoreURL, false)) {
		t.Errorf("answer = %+v, %v, want the first question", answer, err)
	}
	if got := s.known(t).QueueResult(); got != "bridged" {
		t.Errorf("queue result = %q, want bridged", got)
	}
}

func TestRequestsThatAreNotAnswered(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		event webhook.Event
		want  int
	}{
		{"no such stop", webhooktest.Event("/survey/elsewhere", form()), http.StatusNotFound},
		{"a message that is none", webhooktest.Event("/survey/voicemail/RE1/key", form("Digits", "1")), http.StatusNotFound},
		{"a stop too far of a message", webhooktest.Event("/survey/voicemail/"+recordingSID+"/key/1", form("Digits", "1")), http.StatusNotFound},
		{"a try that is none", webhooktest.Event("/survey/voicemail/"+recordingSID+"/listen/x", form()), http.StatusNotFound},
		{"a recording of another kind", webhooktest.Event("/survey/recorded/song", form("RecordingSid", recordingSID)), http.StatusBadRequest},
		{"a status without a recording", webhooktest.Event("/survey/recorded/message", form("RecordingStatus", "completed")), http.StatusBadRequest},
		{"a stop too far", webhooktest.Event("/survey/score/again/again", form()), http.StatusNotFound},
		{"no call", webhooktest.Event("/survey", form("CallSid", "", "QueueResult", "hangup")), http.StatusBadRequest},
		{"a call that is none", webhooktest.Event("/survey", form("CallSid", "CA1/../..", "QueueResult", "hangup")), http.StatusBadRequest},
		{"another signature", webhooktest.Event("/survey", form("QueueResult", "hangup"), webhooktest.SignedWith("67890")), http.StatusForbidden},
		{"no signature", webhooktest.Event("/survey/score", form("Digits", "5"), webhooktest.Unsigned()), http.StatusForbidden},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStop(&ledger.Memory{})
			s.threeWorkers(t)
			answer, err := s.Handle(t.Context(), test.event)
			if err != nil || answer.StatusCode != test.want {
				t.Errorf("answer = %+v, %v, want status %d", answer, err, test.want)
			}
			if call := s.known(t); !call.LeftQueueSince().IsZero() || call.Score() != "" || len(s.voice.ended) != 0 {
				t.Errorf("left at %s, score %q, calls ended %v, want nothing done", call.LeftQueueSince(), call.Score(), s.voice.ended)
			}
		})
	}
}
