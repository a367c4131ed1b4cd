package survey_test

import (
	"net/http"
	"testing"

	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/twiml"
)

func TestScore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, parameter, said string
		want                  string // "" = not understood
	}{
		{"key", "Digits", "5", "5"},
		{"lowest key", "Digits", "1", "1"},
		{"key out of range", "Digits", "9", ""},
		{"zero", "Digits", "0", ""},
		{"star", "Digits", "*", ""},
		{"two keys", "Digits", "12", ""},
		{"word", "SpeechResult", "five", "5"},
		{"word with a capital and a stop", "SpeechResult", "Five.", "5"},
		{"digit", "SpeechResult", "2.", "2"},
		{"sentence", "SpeechResult", "I'd say four.", "4"},
		{"said twice", "SpeechResult", "three, yes, 3", "3"},
		{"two scores", "SpeechResult", "two or three", ""},
		{"two scores, one again", "SpeechResult", "two, three, two", ""},
		{"out of range", "SpeechResult", "ten", ""},
		{"more than five", "SpeechResult", "55", ""},
		{"a half", "SpeechResult", "4.5", ""},
		{"a word that has one inside", "SpeechResult", "phone", ""},
		{"nothing that counts", "SpeechResult", "it was fine, thank you", ""},
		{"markup", "SpeechResult", "</Say><Hangup/>", ""},
		{"silence", "SpeechResult", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStop(&ledger.Memory{})
			want := english().AskRemark(remarkURL)
			if test.want == "" {
				want = english().AskScore(scoreAgainURL, true)
			}
			if got := s.hears(t, "/survey/score", test.parameter, test.said); got != string(want) {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
			if got := s.known(t).Score(); got != test.want {
				t.Errorf("score = %q, want %q", got, test.want)
			}
			// The second time is the last, with any answer.
			if got := s.hears(t, "/survey/score/again", test.parameter, test.said); got != string(english().AskRemark(remarkURL)) {
				t.Errorf("again:\n got %s\nwant the next question", got)
			}
		})
	}
}

// TestScoreInOtherLanguages has the score of package prompt's own question.
func TestScoreInOtherLanguages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ language, said, want string }{
		{
			language: "es",
			said:     "Cinco, por favor.",
			want:     "5",
		},
		{
			language: "es",
			said:     "Yo diría cuatro de cinco.",
			want:     "4",
		},
		{
			language: "es",
			said:     "no cinco",
		},
		{
			language: "es",
			said:     "dos o tres",
		},
		{
			language: "de",
			said:     "Ich würde sagen: vier von fünf.",
			want:     "4",
		},
		{
			language: "de",
			said:     "zwo",
			want:     "2",
		},
		{
			language: "de",
			said:     "five",
		},
		{
			language: "en",
			said:     "cinco",
		},
	} {
		t.Run(test.language+" "+test.said, func(t *testing.T) {
			t.Parallel()
			s := newStop(&ledger.Memory{})
			s.hears(t, "/survey/"+test.language+"/score", "SpeechResult", test.said)
			if got := s.known(t).Score(); got != test.want {
				t.Errorf("score %q, want %q", got, test.want)
			}
		})
	}
}

func TestKeyBeatsSpeech(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	s.hears(t, "/survey/score", "Digits", "2", "SpeechResult", "five")
	if got := s.known(t).Score(); got != "2" {
		t.Errorf("score = %q, want 2", got)
	}
}

func TestRecording(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		parameters []string
		want       twiml.Document
		wantKept   string
	}{
		{"recorded", []string{"RecordingUrl", recordingURL, "RecordingDuration", "7"}, english().Thanks(), recordingSID},
		{"recorded, and named by its SID", []string{"RecordingSid", recordingSID}, english().Thanks(), recordingSID},
		{"skipped", []string{"Digits", "#"}, english().Thanks(), ""},
		{"hung up in the middle", []string{"RecordingUrl", recordingURL, "Digits", "hangup", "CallStatus", "completed"}, twiml.Empty(), recordingSID},
		{"hung up before the tone", []string{"CallStatus", "completed"}, twiml.Empty(), ""},
		{"a URL that names no recording", []string{"RecordingUrl", "https://example.com/<script>"}, english().Thanks(), ""},
		{"a SID that is none", []string{"RecordingSid", "RE1", "RecordingUrl", recordingURL}, english().Thanks(), recordingSID},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStop(&ledger.Memory{})
			if got := s.hears(t, "/survey/remark", test.parameters...); got != string(test.want) {
				t.Errorf("remark:\n got %s\nwant %s", got, test.want)
			}
			if call := s.known(t); call.Remark() != test.wantKept || call.Voicemail() != "" {
				t.Errorf("remark %q, voicemail %q, want %q and none", call.Remark(), call.Voicemail(), test.wantKept)
			}
			s = newStop(&ledger.Memory{})
			if got := s.hears(t, "/survey/voicemail", test.parameters...); got != string(test.want) {
				t.Errorf("voicemail:\n got %s\nwant %s", got, test.want)
			}
			if call := s.known(t); call.Voicemail() != test.wantKept || call.Remark() != "" {
				t.Errorf("voicemail %q, remark %q, want %q and none", call.Voicemail(), call.Remark(), test.wantKept)
			}
		})
	}
}

// TestWholeSurvey is one caller who was helped, did not answer at first, and remarked on it.
func TestWholeSurvey(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	steps := []struct {
		path       string
		parameters []string
		want       twiml.Document
	}{
		{"/survey", []string{"QueueResult", "bridged"}, english().AskScore(scoreURL, false)},
		{"/survey/score", nil, english().AskScore(scoreAgainURL, true)},
		{"/survey/score/again", []string{"SpeechResult", "Four"}, english().AskRemark(remarkURL)},
		{"/survey/remark", []string{"RecordingUrl", recordingURL}, english().Thanks()},
	}
	for _, step := range steps {
		if got := s.hears(t, step.path, step.parameters...); got != string(step.want) {
			t.Errorf("%s:\n got %s\nwant %s", step.path, got, step.want)
		}
	}
	if call := s.known(t); call.QueueResult() != "bridged" || call.Score() != "4" || call.Remark() != recordingSID {
		t.Errorf("queue result %q, score %q, remark %q, want bridged, 4, %s", call.QueueResult(), call.Score(), call.Remark(), recordingSID)
	}
}

func TestOverflow(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	s.threeWorkers(t)
	if got, want := s.hears(t, "/survey/overflow"), string(takeMessage(prompt.Busy)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if call := s.known(t); !call.LeftQueueSince().IsZero() {
		t.Error("the caller counts as gone before the Enqueue action said so")
	}
}

// TestTwoRecordings has requests in which RecordingSid and RecordingUrl are of two recordings.
func TestTwoRecordings(t *testing.T) {
	t.Parallel()
	const other = "RE000000000000000000000000000000ff"
	for _, path := range []string{"/survey/remark", "/survey/voicemail"} {
		s := newStop(&ledger.Memory{})
		if got := s.answer(t, path, form("RecordingSid", other, "RecordingUrl", recordingURL)).StatusCode; got != http.StatusBadRequest {
			t.Errorf("%s: status = %d, want 400", path, got)
		}
		if call := s.known(t); call.Remark()+call.Voicemail() != "" {
			t.Errorf("%s: recording %q kept", path, call.Remark()+call.Voicemail())
		}
	}
}
