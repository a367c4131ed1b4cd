package survey_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/recording"
	"switchboard/shared/twiml"
)

const (
	secondSID  = "RE00000000000000000000000000000002"
	secondURL  = "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Recordings/" + secondSID
	messageURL = "/survey/voicemail/" + recordingSID
)

// review is what a caller hears who has recorded a message.
func review(before ...twiml.Line) twiml.Document {
	return english().Review(surveyURL, recordingSID, "", before...)
}

func sentMessage() twiml.Document {
	return twiml.SayAndHangUp(english().Line(prompt.MessageSent, nil))
}

func TestMessage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path string
		parameters []string
		want       twiml.Document
	}{
		{
			name:       "recorded",
			path:       "/survey/voicemail",
			parameters: []string{"RecordingUrl", recordingURL, "RecordingDuration", "7"},
			want:       review(),
		},
		{
			name:       "recorded, and hung up",
			path:       "/survey/voicemail",
			parameters: []string{"RecordingUrl", recordingURL, "Digits", "hangup", "CallStatus", "completed"},
			want:       twiml.Empty(),
		},
		{
			name: "no recording",
			path: "/survey/voicemail",
			want: english().Thanks(),
		},
		{
			name:       "send",
			path:       messageURL + "/key",
			parameters: []string{"Digits", "1"},
			want:       sentMessage(),
		},
		{
			name: "no key",
			path: messageURL + "/key",
			want: sentMessage(),
		},
		{
			name:       "no key on an ended call",
			path:       messageURL + "/key",
			parameters: []string{"CallStatus", "completed"},
			want:       twiml.Empty(),
		},
		{
			name:       "again",
			path:       messageURL + "/key",
			parameters: []string{"Digits", "3"},
			want:       english().RetakeMessage(surveyURL, recordingSID),
		},
		{
			name:       "another key",
			path:       messageURL + "/key",
			parameters: []string{"Digits", "9"},
			want:       review(),
		},
		{
			name: "nothing recorded again",
			path: messageURL + "/review",
			want: review(),
		},
		{
			name:       "listen before the copy",
			path:       messageURL + "/key",
			parameters: []string{"Digits", "2"},
			want:       twiml.WaitThen(surveyURL + "/voicemail/" + recordingSID + "/listen/1"),
		},
		{
			name: "listen when there is no copy",
			path: messageURL + "/listen/5",
			want: review(english().Line(prompt.MessageNotReady, nil)),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStop(&ledger.Memory{})
			if got := s.hears(t, test.path, test.parameters...); got != string(test.want) {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestMessageIsHeardByItsCaller plays the copy, and only to the call in which it was recorded.
func TestMessageIsHeardByItsCaller(t *testing.T) {
	t.Parallel()
	for call, heard := range map[string]bool{callSID: true, "CA00000000000000000000000000000009": false} {
		s := newStop(&ledger.Memory{})
		if err := s.ledger.RecordingStored(t.Context(), recordingSID, call); err != nil {
			t.Fatal(err)
		}
		want := string(english().Review(surveyURL, recordingSID, "https://bucket.example/"+recordingSID+".mp3?signed"))
		if got := s.hears(t, messageURL+"/key", "Digits", "2"); (got == want) != heard {
			t.Errorf("recorded in %s: heard %s", call, got)
		}
	}
}

// TestMessageIsReplaced keeps the first message until there is a second.
func TestMessageIsReplaced(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	s.hears(t, "/survey/voicemail", "RecordingUrl", recordingURL)
	s.hears(t, messageURL+"/key", "Digits", "3")
	if first, err := s.ledger.Recording(t.Context(), recordingSID); err != nil || !first.Discarded.IsZero() {
		t.Errorf("the first is %+v, %v, before there is a second", first, err)
	}
	if got, want := s.hears(t, messageURL, "RecordingUrl", secondURL), string(english().Review(surveyURL, secondSID, "")); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	s.hears(t, "/survey/voicemail/"+secondSID+"/key", "Digits", "1")
	first, err := s.ledger.Recording(t.Context(), recordingSID)
	if err != nil || first.Discarded.IsZero() || !first.Sent.IsZero() {
		t.Errorf("the first is %+v, %v, want it discarded", first, err)
	}
	second, err := s.ledger.Recording(t.Context(), secondSID)
	if err != nil || second.Sent.IsZero() || second.CallSID != callSID {
		t.Errorf("the second is %+v, %v, want it sent", second, err)
	}
	if got := s.known(t).Voicemail(); got != secondSID {
		t.Errorf("voicemail %s, want the second", got)
	}
}

// TestRecordingIsCopied has Twilio report recordings, and the action stand in for a lost report.
func TestRecordingIsCopied(t *testing.T) {
	t.Parallel()
	work := func(kind recording.Kind, language string) []recording.Work {
		return []recording.Work{{RecordingSID: recordingSID, CallSID: callSID, Kind: kind, Language: language, Seconds: 7}}
	}
	tests := []struct {
		path   string
		status string // of the recording; "" = the action
		want   []recording.Work
		delay  time.Duration
	}{
		{
			path:   "/survey/recorded/message",
			status: "completed",
			want:   work(recording.Message, ""),
		},
		{
			path:   "/survey/es/recorded/remark",
			status: "completed",
			want:   work(recording.Remark, "es"),
		},
		{
			path:   "/survey/recorded/message",
			status: "absent",
		},
		{
			path:  "/survey/de/voicemail",
			want:  work(recording.Message, "de"),
			delay: time.Minute,
		},
		{
			path:  "/survey/remark",
			want:  work(recording.Remark, ""),
			delay: time.Minute,
		},
	}
	for _, test := range tests {
		s := newStop(&ledger.Memory{})
		answer := s.answer(t, test.path, form("RecordingSid", recordingSID, "RecordingUrl", recordingURL, "RecordingDuration", "7", "RecordingStatus", test.status))
		if answer.StatusCode >= http.StatusBadRequest || !slices.Equal(s.files.sent, test.want) {
			t.Errorf("%s %s: %d, sent %+v", test.path, test.status, answer.StatusCode, s.files.sent)
		}
		if len(s.files.delays) > 0 && s.files.delays[0] != test.delay {
			t.Errorf("%s: after %s, want %s", test.path, s.files.delays[0], test.delay)
		}
	}
}

// TestQueueFails has Twilio report again what SQS did not take, and a caller hear no difference.
func TestQueueFails(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	s.files.err = errors.New("SQS is down")
	if got := s.answer(t, "/survey/recorded/message", form("RecordingSid", recordingSID, "RecordingStatus", "completed")); got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the report was answered %d, want 503", got.StatusCode)
	}
	if got := s.hears(t, "/survey/voicemail", "RecordingUrl", recordingURL); got != string(review()) {
		t.Errorf("the caller hears %s", got)
	}
}
