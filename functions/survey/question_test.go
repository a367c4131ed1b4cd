package survey_test

import (
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook/webhooktest"
)

const (
	spanishNumber = "+12065550199"
	germanNumber  = "+12065550149"
	quietNumber   = "+12065550198"
)

// desk asks one question of each kind in all languages.
func desk() settings.Settings {
	return settings.Settings{
		Numbers: map[string]settings.Number{
			spanishNumber: {Language: "es"},
			germanNumber:  {Language: "de"},
			quietNumber:   {NoSurvey: true},
		},
		Prompts: map[string]map[prompt.Name]string{"es": {"recording_notice": "Grabamos su comentario."}},
		Survey: settings.Survey{Questions: []settings.Question{
			{
				Name: "solved",
				Kind: settings.YesNo,
				Say:  map[string]string{"en": "Did we help you?", "es": "¿Le ayudamos?", "de": "Konnten wir helfen?"},
			},
			{
				Name: "topic",
				Kind: settings.OneOf,
				Say:  map[string]string{"en": "What was it about?", "es": "¿De qué se trataba?", "de": "Worum ging es?"},
				Choices: []settings.Answer{
					{
						Key:  "1",
						Name: "billing",
						Say:  map[string]string{"en": "An invoice is 1.", "es": "Una factura es 1.", "de": "Eine Rechnung ist 1."},
					},
					{
						Key:  "0",
						Name: "other",
						Say:  map[string]string{"en": "All else is 0.", "es": "Todo lo demás es 0.", "de": "Alles andere ist 0."},
					},
				},
			},
			{
				Name: "rating",
				Kind: settings.Score,
				Say:  map[string]string{"en": "How was it, from 1 to 5?", "es": "¿Cómo fue, de 1 a 5?", "de": "Wie war es, von 1 bis 5?"},
			},
			{Name: "remark", Kind: settings.Remark},
		}},
	}
}

// speaking is a desk that takes spoken answers.
func speaking() settings.Settings {
	s := desk()
	s.Survey.Speech = true
	return s
}

// only is a desk that asks one of its questions.
func only(name string, s settings.Settings) settings.Settings {
	question, _ := s.Survey.Question(name)
	s.Survey.Questions = []settings.Question{question}
	return s
}

func newStopAt(s settings.Settings) stop {
	made := newStop(&ledger.Memory{})
	made.Settings = settingstest.Desk(s)
	return made
}

// said is what a caller hears, and what they do then.
type said struct {
	hears string // part of the document; "" = an empty document
	does  []string
}

var action = regexp.MustCompile(`action="` + regexp.QuoteMeta(webhooktest.BaseURL) + `([^"]+)"`)

// call plays a call from the end of the talk: each answer goes where the document before says.
func (s stop) call(t *testing.T, dialed string, steps ...said) {
	t.Helper()
	path, does := "/survey", []string{"QueueResult", "bridged"}
	for _, step := range steps {
		heard := s.hears(t, path, append([]string{"To", dialed}, does...)...)
		if step.hears == "" && heard != string(twiml.Empty()) || !strings.Contains(heard, step.hears) {
			t.Fatalf("after %s %v the caller hears %s\nwant %s", path, does, heard, step.hears)
		}
		if next := action.FindStringSubmatch(heard); next != nil {
			path = next[1]
		}
		does = step.does
	}
	if len(does) > 0 {
		t.Errorf("nothing is said after %v", does)
	}
}

func key(digit string) []string { return []string{"Digits", digit} }

func voiceSays(text string) []string { return []string{"SpeechResult", text} }

func recorded() []string { return []string{"RecordingUrl", recordingURL} }

func TestQuestions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		desk   settings.Settings
		dialed string
		call   []said
		want   map[string]string
	}{
		{
			name: "all by key",
			desk: desk(),
			call: []said{
				{"Did we help you?", key("1")},
				{"What was it about? An invoice is 1. All else is 0.", key("0")},
				{"How was it, from 1 to 5?", key("5")},
				{"leave a remark", recorded()},
				{"Thank you. Goodbye.", nil},
			},
			want: map[string]string{"solved": "yes", "topic": "other", "rating": "5", "remark": recordingSID},
		},
		{
			name:   "in Spanish, with a wrong key and a skipped remark",
			desk:   desk(),
			dialed: spanishNumber,
			call: []said{
				{"¿Le ayudamos?", key("7")},
				{"Disculpe, no le entendí. ¿Le ayudamos?", key("2")},
				{"¿De qué se trataba? Una factura es 1. Todo lo demás es 0.", key("1")},
				{"¿Cómo fue, de 1 a 5?", key("3")},
				{"Grabamos su comentario. Después del tono", nil},
				{"Muchas gracias. Hasta luego.", nil},
			},
			want: map[string]string{"solved": "no", "topic": "billing", "rating": "3"},
		},
		{
			name:   "in German, by voice",
			desk:   speaking(),
			dialed: germanNumber,
			call: []said{
				{"Konnten wir helfen?", voiceSays("Ja, bitte.")},
				{"Worum ging es?", voiceSays("Null")},
				{"Wie war es, von 1 bis 5?", voiceSays("Ich würde sagen: eine Fünf.")},
				{"Anmerkung", recorded()},
				{"Auf Wiederhören.", nil},
			},
			want: map[string]string{"solved": "yes", "topic": "other", "rating": "5", "remark": recordingSID},
		},
		{
			name:   "in Spanish, by voice",
			desk:   speaking(),
			dialed: spanishNumber,
			call: []said{
				{"¿Le ayudamos?", voiceSays("No, para nada.")},
				{"¿De qué se trataba?", voiceSays("uno, por favor")},
				{"¿Cómo fue, de 1 a 5?", voiceSays("le doy un cuatro")},
				{"comentario", nil},
				{"Muchas gracias.", nil},
			},
			want: map[string]string{"solved": "no", "topic": "billing", "rating": "4"},
		},
		{
			name: "silence twice is no answer",
			desk: only("solved", desk()),
			call: []said{
				{"Did we help you?", nil},
				{"Sorry, I did not get that. Did we help you?", nil},
				{"Thank you. Goodbye.", nil},
			},
		},
		{
			name: "a voice is not heard without speech",
			desk: only("solved", desk()),
			call: []said{
				{"Did we help you?", voiceSays("yes")},
				{"Sorry, I did not get that.", key("1")},
				{"Thank you. Goodbye.", nil},
			},
			want: map[string]string{"solved": "yes"},
		},
		{
			name: "a key beats a voice",
			desk: only("solved", speaking()),
			call: []said{
				{"Did we help you?", []string{"Digits", "2", "SpeechResult", "yes"}},
				{"Thank you. Goodbye.", nil},
			},
			want: map[string]string{"solved": "no"},
		},
		{
			name: "hangs up after a question",
			desk: desk(),
			call: []said{
				{"Did we help you?", []string{"Digits", "1", "CallStatus", "completed"}},
				{"", nil},
			},
		},
		{
			name: "hangs up after a remark",
			desk: only("remark", desk()),
			call: []said{
				{"leave a remark", append(recorded(), "Digits", "hangup", "CallStatus", "completed")},
				{"", nil},
			},
			want: map[string]string{"remark": recordingSID},
		},
		{
			name:   "number without a survey",
			desk:   desk(),
			dialed: quietNumber,
			call:   []said{{"Thank you. Goodbye.", nil}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStopAt(test.desk)
			s.call(t, test.dialed, test.call...)
			known := s.known(t)
			if got := known.Answers(); !maps.Equal(got, test.want) || known.Score()+known.Remark() != "" {
				t.Errorf("answers %v, score %q, remark %q, want %v", got, known.Score(), known.Remark(), test.want)
			}
		})
	}
}

func TestSpokenAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		question, language, said string
		want                     string // "" = asked again
	}{
		{"solved", "en", "Yes.", "yes"},
		{"solved", "en", "yes, please, thank you", "yes"},
		{"solved", "en", "No, it didn't.", "no"},
		{"solved", "en", "two", "no"},
		{"solved", "en", "yes and no", ""},
		{"solved", "en", "yes, no", ""},
		{"solved", "en", "not yet", ""},
		{"solved", "en", "of course not", ""},
		{"solved", "en", "no problem", ""},
		{"solved", "es", "Sí", "yes"},
		{"solved", "es", "sí, claro, gracias", "yes"},
		{"solved", "es", "claro que no", "no"},
		{"solved", "es", "yes", ""},
		{"solved", "de", "Jawohl!", "yes"},
		{"solved", "de", "Nö", "no"},
		{"solved", "de", "auf jeden Fall", "yes"},
		{"solved", "de", "auf keinen Fall", "no"},
		{"solved", "de", "jein", ""},
		{"topic", "en", "zero", "other"},
		{"topic", "en", "one, please", "billing"},
		{"topic", "en", "one moment", ""},
		{"topic", "en", "two", ""},
		{"topic", "es", "cero", "other"},
		{"topic", "de", "eins", "billing"},
		{"rating", "en", "four out of five", "4"},
		{"rating", "en", "not a five", ""},
		{"rating", "es", "cinco estrellas", "5"},
		{"rating", "es", "cuatro y medio", ""},
		{"rating", "es", "no cinco", ""},
		{"rating", "es", "seis", ""},
		{"rating", "es", "3.", "3"},
		{"rating", "es", "4,5", ""},
		{"rating", "de", "zwo", "2"},
		{"rating", "de", "eine fünf", "5"},
		{"rating", "de", "zwei oder drei", ""},
		{"rating", "de", "", ""},
		{"rating", "de", "</Say><Hangup/>", ""},
		{"rating", "de", "\xfffünf", ""},
	}
	for _, test := range tests {
		t.Run(test.language+" "+test.said, func(t *testing.T) {
			t.Parallel()
			s := newStopAt(only(test.question, speaking()))
			path := "/survey/" + test.language + "/question/" + test.question
			heard := s.hears(t, path+"/0", voiceSays(test.said)...)
			if again := strings.Contains(heard, path+"/1"); again != (test.want == "") {
				t.Errorf("asked again: %t; the caller hears %s", again, heard)
			}
			if got := s.known(t).Answers()[test.question]; got != test.want {
				t.Errorf("answer %q, want %q", got, test.want)
			}
		})
	}
}

// TestQuestionDocument has what Twilio is told to listen for.
func TestQuestionDocument(t *testing.T) {
	t.Parallel()
	byKey := newStopAt(only("topic", desk())).hears(t, "/survey/de", "QueueResult", "bridged")
	if strings.Contains(byKey, "speech") || !strings.Contains(byKey, `action="`+webhooktest.BaseURL+`/survey/de/question/topic/0"`) {
		t.Errorf("by key: %s", byKey)
	}
	byVoice := newStopAt(only("topic", speaking())).hears(t, "/survey/de", "QueueResult", "bridged")
	for _, want := range []string{`input="dtmf speech"`, `language="de-DE"`, `hints="eins, 1, null, 0"`} {
		if !strings.Contains(byVoice, want) {
			t.Errorf("by voice: no %s in %s", want, byVoice)
		}
	}
}

// TestShareIsAsked has callers whose talk ends, each reported twice.
func TestShareIsAsked(t *testing.T) {
	t.Parallel()
	for share, want := range map[int][2]int{0: {100, 100}, 50: {30, 70}, 100: {100, 100}} {
		for name, asking := range map[string]settings.Settings{"own questions": desk(), "two questions": {}} {
			asking.Survey.Share = share
			s, asked := newStopAt(asking), 0
			for i := range 100 {
				call := callSID[:len(callSID)-2] + string("0123456789"[i/10]) + string("0123456789"[i%10])
				heard := s.hears(t, "/survey", "CallSid", call, "QueueResult", "bridged")
				if again := s.hears(t, "/survey", "CallSid", call, "QueueResult", "bridged"); again != heard {
					t.Fatalf("%s hears %s, then %s", call, heard, again)
				}
				if strings.Contains(heard, "<Gather") {
					asked++
				} else if heard != string(english().Thanks()) {
					t.Errorf("%s hears %s", call, heard)
				}
			}
			if asked < want[0] || asked > want[1] {
				t.Errorf("%s, %d percent: %d of 100 callers are asked", name, share, asked)
			}
		}
	}
}

// TestSurveyTurnedOff has a desk that turns its survey off while callers are in it: what they have
// answered is kept, and they are asked nothing more.
func TestSurveyTurnedOff(t *testing.T) {
	t.Parallel()
	off := desk()
	off.Survey.Off = true
	tests := []struct {
		name   string
		path   string
		does   []string
		stored map[string]string
		score  string
	}{
		{
			name: "the talk ends",
			path: "/survey",
			does: []string{"QueueResult", "bridged"},
		},
		{
			name:   "an answer",
			path:   "/survey/en/question/solved/0",
			does:   key("1"),
			stored: map[string]string{"solved": "yes"},
		},
		{
			name: "a wrong answer",
			path: "/survey/en/question/solved/0",
			does: key("9"),
		},
		{
			name:  "a score of the two questions",
			path:  "/survey/score",
			does:  key("4"),
			score: "4",
		},
		{
			name: "a wrong score",
			path: "/survey/score",
			does: key("9"),
		},
		{
			name: "a question that the desk has removed",
			path: "/survey/en/question/removed/0",
			does: key("1"),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStopAt(off)
			if got := s.hears(t, test.path, test.does...); got != string(english().Thanks()) {
				t.Errorf("the caller hears %s", got)
			}
			if known := s.known(t); !maps.Equal(known.Answers(), test.stored) || known.Score() != test.score {
				t.Errorf("answers %v, score %q, want %v, %q", known.Answers(), known.Score(), test.stored, test.score)
			}
		})
	}
}

// TestNoQuestionWithoutTalk has every other way to leave the queue, and callers who hung up.
func TestNoQuestionWithoutTalk(t *testing.T) {
	t.Parallel()
	for _, result := range []string{"bridged", "hangup", "leave", "error", "queue-full", "redirected", "redirected-from-bridged", "bridging-in-process", ""} {
		for _, status := range []string{"in-progress", "completed", "busy", "failed", "no-answer", "canceled"} {
			if result == "bridged" && status == "in-progress" {
				continue
			}
			heard := newStopAt(desk()).hears(t, "/survey", "QueueResult", result, "CallStatus", status)
			if strings.Contains(heard, "/question/") {
				t.Errorf("%q, %s: the caller is asked %s", result, status, heard)
			}
		}
	}
}

func TestQuestionsThatAreNoStops(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/survey/question", "/survey/question/solved", "/survey/question/solved/2", "/survey/question/solved/-1", "/survey/en/question/solved/0/0"} {
		if got := newStopAt(desk()).answer(t, path, form("Digits", "1")).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, got)
		}
	}
}

func TestAnswersWithoutLedger(t *testing.T) {
	t.Parallel()
	s := newStop(brokenStore{})
	s.Settings = settingstest.Desk(desk())
	if got := s.hears(t, "/survey/es/question/solved/0", key("1")...); !strings.Contains(got, "¿De qué se trataba?") {
		t.Errorf("the caller hears %s", got)
	}
}
