package enqueue_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/functions/enqueue"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/webhook/webhooktest"
)

// desk is open on weekdays from 9 to 17 h in New York. One number has a menu with a second one
// behind it, the other one speaks Spanish.
func desk() settings.Settings {
	return settings.Settings{
		Zone: "America/New_York",
		Hours: map[string]settings.Hours{"desk": {
			Week:  map[string]string{"mon-fri": "09:00-17:00"},
			Dates: map[string]string{"2026-11-26": "closed Thanksgiving"},
		}},
		Numbers: map[string]settings.Number{
			"+12065550100": {Hours: "desk", Menu: "main", Attributes: json.RawMessage(`{"line":"main"}`)},
			"+12065550101": {Hours: "desk", Language: "es", Attributes: json.RawMessage(`{"line":"es"}`), Priority: new(3)},
		},
		Menus: map[string]settings.Menu{
			"main": {
				Say:    map[string]string{"en": "Welcome.", "es": "Bienvenido."},
				Speech: true,
				Choices: []settings.Choice{
					{
						Key:        "1",
						Say:        map[string]string{"en": "For billing, press 1.", "es": "Para facturas, oprima el uno."},
						Words:      map[string][]string{"en": {"billing", "my bill"}},
						Attributes: json.RawMessage(`{"skill":"billing"}`),
						Priority:   new(7),
					},
					{Key: "2", Say: map[string]string{"en": "For support, press 2."}, Words: map[string][]string{"en": {"support"}}, Menu: "support"},
					{Key: "9", Say: map[string]string{"es": "Para español, oprima el nueve."}, Language: "es"},
				},
			},
			"support": {
				Choices: []settings.Choice{
					{Key: "1", Say: map[string]string{"en": "For phones, press 1."}, Attributes: json.RawMessage(`{"skill":"phones"}`)},
					{Key: "2", Say: map[string]string{"en": "For anything else, press 2."}, Attributes: json.RawMessage(`{"skill":"other"}`)},
				},
				Tries: 1, Default: "2",
			},
		},
	}
}

// document is what Twilio understands of an answer.
type document struct {
	Say []struct {
		Language string `xml:"language,attr"`
		Text     string `xml:",chardata"`
	}
	Gather struct {
		Action string `xml:"action,attr"`
		Input  string `xml:"input,attr"`
		Say    []struct {
			Language string `xml:"language,attr"`
			Text     string `xml:",chardata"`
		}
	}
	Record *struct {
		Action string `xml:"action,attr"`
	}
	Dial *struct {
		Action   string `xml:"action,attr"`
		CallerID string `xml:"callerId,attr"`
		Number   string
	}
	Hangup  *struct{}
	Enqueue *struct {
		Action  string `xml:"action,attr"`
		WaitURL string `xml:"waitUrl,attr"`
		Task    struct {
			Priority   string `xml:"priority,attr"`
			Attributes string `xml:",chardata"`
		}
	}
}

// caller is one call to the desk.
type caller struct {
	t  *testing.T
	h  enqueue.Handler
	to string
}

func dials(t *testing.T, s settings.Settings, to string, at time.Time) caller {
	h := newHandler(nil)
	h.Settings, h.Now = settingstest.Desk(s), func() time.Time { return at }
	return caller{t, h, to}
}

// post is a request of Twilio's during the call.
func (c caller) post(path string, pairs ...string) document {
	c.t.Helper()
	form := call(c.to)
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	var answered document
	body := handle(c.t, c.h, webhooktest.Event(strings.TrimPrefix(path, webhooktest.BaseURL), form))
	if err := xml.Unmarshal([]byte(body), &answered); err != nil {
		c.t.Fatal(err)
	}
	return answered
}

func TestOpeningHours(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute, second int) time.Time {
		return time.Date(2026, 11, day, hour, minute, second, 0, zone)
	}
	tests := []struct {
		name   string
		at     time.Time
		change func(*settings.Settings)
		want   string // what a closed desk says; "" = open
	}{
		{
			name: "the second of opening",
			at:   at(24, 9, 0, 0),
		},
		{
			name: "a second before",
			at:   at(24, 8, 59, 59),
			want: "We are closed at the moment.",
		},
		{
			name: "the second of closing",
			at:   at(24, 17, 0, 0),
			want: "We are closed at the moment.",
		},
		{
			name: "a holiday",
			at:   at(26, 12, 0, 0),
			want: "We are closed today: Thanksgiving.",
		},
		{
			name:   "closed by hand",
			at:     at(24, 12, 0, 0),
			change: func(s *settings.Settings) { s.Closed.Now = true },
			want:   "We are closed at the moment.",
		},
		{
			name: "closed by hand, with a reason",
			at:   at(24, 12, 0, 0),
			change: func(s *settings.Settings) {
				s.Closed = settings.Closed{Now: true, Reason: map[string]string{"en": "There is a fire alarm."}}
			},
			want: "There is a fire alarm.",
		},
		{
			name:   "an unknown zone counts as open",
			at:     at(24, 3, 0, 0),
			change: func(s *settings.Settings) { s.Zone = "Mars/Olympus" },
		},
		{
			name:   "a number without hours is open",
			at:     at(24, 3, 0, 0),
			change: func(s *settings.Settings) { s.Numbers = nil },
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := desk()
			if test.change != nil {
				test.change(&s)
			}
			answered := dials(t, s, "+12065550100", test.at).post("/enqueue")
			if closed := answered.Record != nil; closed != (test.want != "") {
				t.Fatalf("closed %t, want %q: %+v", closed, test.want, answered)
			}
			if test.want != "" && !strings.HasPrefix(answered.Say[0].Text, test.want) {
				t.Errorf("said %q, want %q", answered.Say[0].Text, test.want)
			}
		})
	}
}

// TestWhenClosed are the ways to treat a caller while the desk is closed.
func TestWhenClosed(t *testing.T) {
	t.Parallel()
	night := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	s := desk()
	treated := func(then settings.Treatment) document {
		opening := s.Hours["desk"]
		opening.WhenClosed, opening.Number = then, "+12065550177"
		s.Hours = map[string]settings.Hours{"desk": opening}
		return dials(t, s, "+12065550101", night).post("/enqueue")
	}
	if got := treated(settings.Message); got.Record == nil || got.Record.Action != webhooktest.BaseURL+"/survey/voicemail" || got.Say[0].Language != "es-US" {
		t.Errorf("message: %+v", got)
	}
	if got := treated(settings.Goodbye); got.Record != nil || got.Hangup == nil || len(got.Say) == 0 {
		t.Errorf("goodbye: %+v", got)
	}
	got := treated(settings.AnotherNumber)
	if got.Dial == nil || got.Dial.Number != "+12065550177" {
		t.Fatalf("another number: %+v", got)
	}
	c := dials(t, s, "+12065550101", night)
	if got := c.post(got.Dial.Action, "DialCallStatus", "no-answer"); got.Record == nil {
		t.Errorf("not answered there: %+v, want a mailbox", got)
	}
	if got := c.post(got.Dial.Action, "DialCallStatus", "completed"); got.Record != nil || got.Hangup == nil {
		t.Errorf("after the talk: %+v, want a hang-up", got)
	}
}

// TestNumberShownElsewhere is one that Twilio accepts as the caller ID.
func TestNumberShownElsewhere(t *testing.T) {
	t.Parallel()
	s := desk()
	opening := s.Hours["desk"]
	opening.WhenClosed, opening.Number = settings.AnotherNumber, "+12065550177"
	s.Hours = map[string]settings.Hours{"desk": opening}
	s.Numbers[settings.OtherNumbers] = s.Numbers["+12065550101"]
	tests := []struct {
		name, from, to string
		want           string // "none" = no call
	}{
		{
			name: "the caller's, which Twilio takes by itself",
			from: "+14155550123",
			to:   "+12065550101",
			want: "",
		},
		{
			name: "the dialed one for a withheld number",
			from: "anonymous",
			to:   "+12065550101",
			want: "+12065550101",
		},
		{
			name: "the dialed one for an app",
			from: "client:anna",
			to:   "+12065550101",
			want: "+12065550101",
		},
		{
			name: "no call without any number",
			from: "sip:bob@example.com",
			to:   "",
			want: "none",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := dials(t, s, test.to, time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)).post("/enqueue", "From", test.from)
			switch {
			case test.want == "none" && (got.Dial != nil || got.Record == nil):
				t.Errorf("answered %+v, want a mailbox", got)
			case test.want != "none" && (got.Dial == nil || got.Dial.CallerID != test.want):
				t.Errorf("answered %+v, want the caller ID %q", got.Dial, test.want)
			}
		})
	}
}

func TestMenu(t *testing.T) {
	t.Parallel()
	press := func(keys ...string) [][]string {
		var answers [][]string
		for _, key := range keys {
			answers = append(answers, []string{"Digits", key})
		}
		return answers
	}
	say := func(text string) [][]string { return [][]string{{"SpeechResult", text}} }
	silence := []string{}
	tests := []struct {
		name           string
		answers        [][]string
		wantAttributes string
		wantPriority   string
		wantWait       string
	}{
		{
			name:           "billing by key",
			answers:        press("1"),
			wantAttributes: `{"line":"main","skill":"billing"}`,
			wantPriority:   "7",
			wantWait:       "/hold",
		},
		{
			name:           "billing by voice",
			answers:        say("I have a question about My Bill, please!"),
			wantAttributes: `{"line":"main","skill":"billing"}`,
			wantPriority:   "7",
			wantWait:       "/hold",
		},
		{
			name:           "two choices together, then a key",
			answers:        append(say("billing or support"), press("1")...),
			wantAttributes: `{"line":"main","skill":"billing"}`,
			wantPriority:   "7",
			wantWait:       "/hold",
		},
		{
			name:           "a second menu",
			answers:        press("2", "1"),
			wantAttributes: `{"line":"main","skill":"phones"}`,
			wantWait:       "/hold",
		},
		{
			name:           "the second menu's default",
			answers:        append(press("2"), silence),
			wantAttributes: `{"line":"main","skill":"other"}`,
			wantWait:       "/hold",
		},
		{
			name:           "another language",
			answers:        press("9"),
			wantAttributes: `{"language":"es","line":"main"}`,
			wantWait:       "/hold/es",
		},
		{
			name:           "a wrong key, then silence",
			answers:        append(press("5"), silence),
			wantAttributes: `{"line":"main"}`,
			wantWait:       "/hold",
		},
		{
			name:           "a wrong key, then a right one",
			answers:        press("*", "1"),
			wantAttributes: `{"line":"main","skill":"billing"}`,
			wantPriority:   "7",
			wantWait:       "/hold",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := dials(t, desk(), "+12065550100", noon())
			answered := c.post("/enqueue")
			for _, answer := range test.answers {
				if answered.Enqueue != nil {
					t.Fatalf("enqueued before %q", answer)
				}
				answered = c.post(answered.Gather.Action, answer...)
			}
			if answered.Enqueue == nil {
				t.Fatalf("not enqueued: %+v", answered)
			}
			if got := answered.Enqueue.Task; got.Attributes != test.wantAttributes || got.Priority != test.wantPriority {
				t.Errorf("task %s with priority %q, want %s with %q", got.Attributes, got.Priority, test.wantAttributes, test.wantPriority)
			}
			if got := answered.Enqueue.WaitURL; got != webhooktest.BaseURL+test.wantWait {
				t.Errorf("waits at %s, want %s", got, test.wantWait)
			}
		})
	}
}

func TestMenuIsSpokenByLanguage(t *testing.T) {
	t.Parallel()
	says := dials(t, desk(), "+12065550100", noon()).post("/enqueue").Gather.Say
	if len(says) != 2 || says[0].Text != "Welcome. For billing, press 1. For support, press 2." || says[1].Language != "es-US" {
		t.Errorf("the menu says %+v", says)
	}
}

func TestSpanishNumberHasNoMenu(t *testing.T) {
	t.Parallel()
	answered := dials(t, desk(), "+12065550101", noon()).post("/enqueue")
	want := `{"language":"es","line":"es"}`
	if answered.Enqueue == nil || answered.Enqueue.Task.Attributes != want || answered.Enqueue.Task.Priority != "3" || answered.Enqueue.WaitURL != webhooktest.BaseURL+"/hold" {
		t.Errorf("answered %+v, want a task with %s", answered, want)
	}
}

// TestMenuRemovedDuringCall is a desk that changes its menus while a caller listens to one.
func TestMenuRemovedDuringCall(t *testing.T) {
	t.Parallel()
	asked := dials(t, desk(), "+12065550100", noon()).post("/enqueue").Gather.Action
	s := desk()
	s.Menus = nil
	if got := dials(t, s, "+12065550100", noon()).post(asked, "Digits", "1"); got.Enqueue == nil {
		t.Errorf("answered %+v, want the queue", got)
	}
}

func TestPathsThatWereNeverGiven(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/enqueue/menu", "/enqueue/menu/fr/0/-", "/enqueue/menu/en/x/-", "/enqueue/menu/en/-1/-", "/enqueue/menu/en/0", "/enqueue/else", "/enqueue/dialed/1"} {
		answer, err := newHandler(nil).Handle(t.Context(), webhooktest.Event(path, url.Values{"To": {"+12065550100"}}))
		if err != nil || answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %+v, %v, want 404", path, answer, err)
		}
	}
}
