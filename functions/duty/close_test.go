package duty_test

import (
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"switchboard/shared/calltest"
	"switchboard/shared/prompt"
	"switchboard/shared/reconciler"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook/webhooktest"
)

const storm = "We are closed because of a storm."

func pathOf(stop, part string) string { return strings.TrimSuffix(path(stop, 0), "0") + part }

func encoded(reason string) string { return base64.RawURLEncoding.EncodeToString([]byte(reason)) }

// newLeadLine is a line that a worker calls who may close the desk.
func newLeadLine(closed bool) line {
	l := newLine("")
	l.workers.Current = reconciler.State{Standing: reconciler.SignedOff, Lead: true}
	l.desk.closed.Now = closed
	return l
}

// says is hears with what the worker says.
func (l line) says(t *testing.T, path, speech string) string {
	t.Helper()
	return calltest.Handle(l.Handle).Document(t, path, url.Values{
		"CallSid": {calltest.CallSID}, "From": {calltest.WorkerNumber}, "SpeechResult": {speech},
	})
}

func leadMenu(key twiml.DeskKey) twiml.Document {
	return twiml.Duty(twiml.DutyParams{KeyURL: webhooktest.BaseURL + path("key", 0), State: "You are signed off.", Waiting: 3, Desk: key})
}

func TestLeadClosesDesk(t *testing.T) {
	t.Parallel()
	l := newLeadLine(false)
	wantDocument(t, l.hears(t, "/duty", ""), leadMenu(twiml.CloseDesk))
	wantDocument(t, l.hears(t, path("key", 0), "9"), twiml.AskReason(webhooktest.BaseURL+path("reason", 0), false))
	confirm := pathOf("close", encoded(storm))
	wantDocument(t, l.says(t, path("reason", 0), " We are closed\nbecause of a storm. {}"), twiml.ConfirmClosing(webhooktest.BaseURL+confirm, storm))
	if l.desk.written > 0 {
		t.Error("the desk was closed without a confirmation")
	}
	for range 2 { // Twilio delivers it twice
		if heard := l.hears(t, confirm, "1"); !strings.Contains(heard, "The desk is closed for every number.") {
			t.Errorf("heard %s", heard)
		}
		if !l.desk.closed.Now || !maps.Equal(l.desk.closed.Reason, inAllLanguages()) {
			t.Errorf("closed %+v", l.desk.closed)
		}
	}
	l.workers.WantSigned(t)
}

// inAllLanguages is what callers hear of each language: the reason was said in English.
func inAllLanguages() map[string]string {
	usual := func(language prompt.Language) string {
		return prompt.For(language, prompt.Own{}).Line(prompt.Closed, nil).Text
	}
	return map[string]string{"en": storm, "es": usual(prompt.Spanish), "de": usual(prompt.German)}
}

// TestOtherLanguagesHearTheirOwnWords has desks with prompts of their own.
func TestOtherLanguagesHearTheirOwnWords(t *testing.T) {
	t.Parallel()
	const recording = "https://media.example.com/geschlossen.mp3"
	for name, test := range map[string]struct {
		spanish, german string // of the prompt closed
		readErr         error
		want            map[string]string
	}{
		"a text and a recording": {"Cerramos hoy.", recording, nil, map[string]string{"en": storm, "es": "Cerramos hoy.", "de": recording}},
		"a prompt left out":      {"Cerramos hoy.", "", nil, map[string]string{"en": storm, "es": "Cerramos hoy.", "de": ""}},
		"more than SSM stores":   {strings.Repeat("ñ", 1000), strings.Repeat("ü", 1000), nil, map[string]string{"en": storm}},
		"SSM does not answer":    {readErr: errors.New("throttled"), want: inAllLanguages()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLeadLine(false)
			l.desk.prompts = map[string]map[prompt.Name]string{"es": {prompt.Closed: test.spanish}, "de": {prompt.Closed: test.german}}
			if l.desk.readErr = test.readErr; test.readErr != nil {
				l.desk.prompts = nil
			}
			l.hears(t, pathOf("close", encoded(storm)), "1")
			if !l.desk.closed.Now || !maps.Equal(l.desk.closed.Reason, test.want) {
				t.Errorf("closed %+v, want %q", l.desk.closed, test.want)
			}
		})
	}
}

func TestLeadClosesWithUsualWords(t *testing.T) {
	t.Parallel()
	l := newLeadLine(false)
	wantDocument(t, l.hears(t, path("reason", 1), "1"), twiml.ConfirmClosing(webhooktest.BaseURL+pathOf("close", "usual"), ""))
	l.hears(t, pathOf("close", "usual"), "1")
	if !l.desk.closed.Now || l.desk.closed.Reason != nil {
		t.Errorf("closed %+v", l.desk.closed)
	}
}

func TestLeadOpensDesk(t *testing.T) {
	t.Parallel()
	l := newLeadLine(true)
	wantDocument(t, l.hears(t, "/duty", ""), leadMenu(twiml.OpenDesk))
	wantDocument(t, l.hears(t, path("key", 0), "9"), twiml.ConfirmOpening(webhooktest.BaseURL+path("open", 0)))
	if heard := l.hears(t, path("open", 0), "1"); !strings.Contains(heard, "The desk is open again") || l.desk.closed.Now {
		t.Errorf("heard %s, closed %+v", heard, l.desk.closed)
	}
}

func TestDeskStaysAsItIs(t *testing.T) {
	t.Parallel()
	nothing := twiml.HangUp("Nothing was changed. Goodbye.")
	again := twiml.AskReason(webhooktest.BaseURL+path("reason", 1), true)
	tests := []struct {
		name   string
		path   string
		digits string
		speech string
		want   twiml.Document
	}{
		{
			name: "no reason",
			path: path("reason", 0),
			want: again,
		},
		{
			name:   "a reason of signs",
			path:   path("reason", 0),
			speech: "{{/}}",
			want:   again,
		},
		{
			name: "no reason again",
			path: path("reason", 1),
			want: nothing,
		},
		{
			name: "not confirmed",
			path: pathOf("close", encoded(storm)),
			want: nothing,
		},
		{
			name:   "left as it is",
			path:   pathOf("close", encoded(storm)),
			digits: "3",
			want:   nothing,
		},
		{
			name:   "another reason",
			path:   pathOf("close", encoded(storm)),
			digits: "2",
			want:   twiml.AskReason(webhooktest.BaseURL+path("reason", 0), false),
		},
		{
			name: "opening not confirmed",
			path: path("open", 0),
			want: nothing,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLeadLine(false)
			got := calltest.Handle(l.Handle).Document(t, test.path, url.Values{
				"CallSid": {calltest.CallSID}, "From": {calltest.WorkerNumber}, "Digits": {test.digits}, "SpeechResult": {test.speech},
			})
			if wantDocument(t, got, test.want); l.desk.written > 0 {
				t.Errorf("written %+v", l.desk.closed)
			}
		})
	}
}

func TestOthersCannotCloseDesk(t *testing.T) {
	t.Parallel()
	l := newLine("")
	wantDocument(t, l.hears(t, path("key", 0), "9"), menu(1, "You are signed off."))
	wantDocument(t, l.hears(t, path("key", 3), "9"), twiml.Goodbye())
	for _, at := range []string{path("reason", 0), path("open", 0), pathOf("close", "usual"), pathOf("close", encoded(storm))} {
		wantDocument(t, l.hears(t, at, "1"), twiml.HangUp("Nothing was changed. Goodbye."))
		stranger := calltest.Handle(l.Handle).Document(t, at, url.Values{"CallSid": {calltest.CallSID}, "From": {"+14155550111"}, "Digits": {"1"}})
		wantDocument(t, stranger, twiml.ForStaff())
	}
	if l.desk.written > 0 {
		t.Errorf("written %+v", l.desk.closed)
	}
}

func TestReasonsThatAreNoneOfOurs(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"", "usual/", "!", encoded(""), encoded(" a"), encoded("a/b"), encoded("{{b}}"), encoded("\xff"), encoded(strings.Repeat("a", 161))} {
		l := newLeadLine(false)
		form := url.Values{"CallSid": {calltest.CallSID}, "From": {calltest.WorkerNumber}, "Digits": {"1"}}
		if got := l.answer(t, pathOf("close", part), form).StatusCode; got != http.StatusNotFound || l.desk.written > 0 {
			t.Errorf("%q: status %d, written %+v", part, got, l.desk.closed)
		}
	}
}

func TestFailuresToCloseAreSaid(t *testing.T) {
	t.Parallel()
	l := newLeadLine(false)
	l.desk.readErr = settings.ErrNewer
	wantDocument(t, l.hears(t, "/duty", ""), leadMenu(""))
	wantDocument(t, l.hears(t, path("key", 0), "9"), twiml.DutyFailed())
	l.desk.readErr, l.desk.err = nil, errors.New("no rights")
	wantDocument(t, l.hears(t, pathOf("close", "usual"), "1"), twiml.DutyFailed())
	l.workers.Err = errors.New("table unreachable")
	for _, at := range []string{path("key", 0), path("reason", 0), path("open", 0), pathOf("close", "usual")} {
		wantDocument(t, l.hears(t, at, "9"), twiml.DutyFailed())
	}
}

// TestLongReasonIsCut holds the address of a confirmation to a length that Twilio takes.
func TestLongReasonIsCut(t *testing.T) {
	t.Parallel()
	l := newLeadLine(false)
	heard := l.says(t, path("reason", 0), strings.Repeat("é", 500))
	if !strings.Contains(heard, "<Say>"+strings.Repeat("é", 160)+"</Say>") || len(heard) > 2000 {
		t.Errorf("heard %s", heard)
	}
}
