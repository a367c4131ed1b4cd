package messages_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/messages"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const (
	workerSID  = "WK00000000000000000000000000000001"
	otherSID   = "WK00000000000000000000000000000002"
	number     = "+14155550199"
	messageSID = "SM00000000000000000000000000000001"
)

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// rest is Twilio: workers at number, the later SID first.
type rest struct {
	workers int
	asked   int
	err     error
}

func (r *rest) WorkersAt(_ context.Context, at string) ([]twilio.Worker, error) {
	r.asked++
	if at != number || r.err != nil {
		return nil, r.err
	}
	return []twilio.Worker{{SID: otherSID}, {SID: workerSID}}[2-r.workers:], nil
}

// workers keeps what the worker was signed.
type workers struct {
	signed []string
	err    error
}

func (w *workers) SignOn(_ context.Context, worker string, by roster.Source) (reconciler.State, error) {
	w.signed = append(w.signed, "on "+worker+" "+string(by))
	return reconciler.State{Standing: reconciler.Ready}, w.err
}

func (w *workers) SignOff(_ context.Context, worker string, by roster.Source) (reconciler.State, error) {
	w.signed = append(w.signed, "off "+worker+" "+string(by))
	return reconciler.State{Standing: reconciler.SignedOff}, w.err
}

func (w *workers) State(context.Context, string) (reconciler.State, error) {
	return reconciler.State{Standing: reconciler.OnCall}, w.err
}

// brokenStore is a table that cannot be reached.
type brokenStore struct{ roster.Store }

func (brokenStore) Load(context.Context, string) (roster.Record, error) {
	return roster.Record{}, errors.New("table unreachable")
}

// inbox is a handler with all that it stands on.
type inbox struct {
	messages.Handler
	rest    *rest
	workers *workers
}

func newInbox() inbox {
	peer, staff := &rest{workers: 1}, &workers{}
	return inbox{messages.Handler{
		Edge: webhooktest.Edge(), Twilio: peer, Workers: staff, Roster: roster.Roster{Store: &roster.Memory{}}, Now: now,
		Logger: webhooktest.Logger(),
	}, peer, staff}
}

func (i inbox) answer(t *testing.T, path string, form url.Values) webhook.Answer {
	t.Helper()
	if !form.Has("MessageSid") {
		form.Set("MessageSid", messageSID)
	}
	answer, err := i.Handle(t.Context(), webhooktest.Event(path, form))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// reads returns the answer to a text from number: a document.
func (i inbox) reads(t *testing.T, text string, parameters ...string) string {
	t.Helper()
	form := url.Values{"From": {number}, "Body": {text}}
	for pair := range slices.Chunk(parameters, 2) {
		form.Set(pair[0], pair[1])
	}
	answer := i.answer(t, "/messages", form)
	if answer.StatusCode != http.StatusOK || answer.Headers["Content-Type"] != twiml.ContentType {
		t.Fatalf("answer = %+v, want TwiML with status 200", answer)
	}
	return answer.Body
}

func (i inbox) wantSigned(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(i.workers.signed, want) {
		t.Errorf("signed %q, want %q", i.workers.signed, want)
	}
}

func (i inbox) record(t *testing.T, worker string) roster.Record {
	t.Helper()
	record, err := i.Roster.Get(t.Context(), worker)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func wantReply(t *testing.T, got, want string) {
	t.Helper()
	document := twiml.Empty()
	if want != "" {
		document = twiml.Reply(want)
	}
	if got != string(document) {
		t.Errorf("replied %s\nwant    %s", got, document)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text   string
		want   string
		signed []string
	}{
		{
			text:   "ON",
			want:   "You are signed on.",
			signed: []string{"on " + workerSID + " text"},
		},
		{
			text:   " out!",
			want:   "You are signed off.",
			signed: []string{"off " + workerSID + " text"},
		},
		{
			text: "status",
			want: "You are signed on, and on a call.",
		},
		{
			text: "I am off tomorrow",
			want: texts.Help,
		},
		{
			text: "",
			want: texts.Help,
		},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			i := newInbox()
			wantReply(t, i.reads(t, test.text), test.want)
			i.wantSigned(t, test.signed...)
		})
	}
}

func TestHelpTextsEnd(t *testing.T) {
	t.Parallel()
	i := newInbox()
	ask := func(n int) string { return i.reads(t, "what?", "MessageSid", fmt.Sprintf("SM%032x", n)) }
	for n := range 5 {
		wantReply(t, ask(n), texts.Help)
		wantReply(t, ask(n), texts.Help) // Twilio delivers it twice
	}
	wantReply(t, ask(5), "")
	wantReply(t, ask(6), "")
	wantReply(t, i.reads(t, "status"), "You are signed on, and on a call.")
	wantReply(t, ask(7), texts.Help)
	i.wantSigned(t)
}

func TestTwoWorkersWithOneNumber(t *testing.T) {
	t.Parallel()
	i := newInbox()
	i.rest.workers = 2
	for n := range 5 {
		wantReply(t, i.reads(t, "on", "MessageSid", fmt.Sprintf("SM%032x", n)), texts.SharedNumber)
	}
	wantReply(t, i.reads(t, "on", "MessageSid", fmt.Sprintf("SM%032x", 5)), "")
	i.wantSigned(t)
}

func TestOthersGetNoReply(t *testing.T) {
	t.Parallel()
	for _, from := range []string{
		"+14155550111", "", "12345", "whatsapp:" + number, "rcs:" + number, "client:alice", number + "x1", " " + number,
		`+1" OR 1 == 1`, "TWILIO",
	} {
		i := newInbox()
		wantReply(t, i.reads(t, "on", "From", from), "")
		i.wantSigned(t)
		if asked := i.rest.asked; asked > 0 && from != "+14155550111" {
			t.Errorf("Twilio was asked about %q", from)
		}
	}
}

func TestTwiliosWordsGetNoReply(t *testing.T) {
	t.Parallel()
	for _, word := range strings.Fields("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT START UNSTOP YES HELP INFO stop Yes") {
		i := newInbox()
		wantReply(t, i.reads(t, word), "")
		i.wantSigned(t)
	}
	for _, kind := range []string{"STOP", "START", "HELP"} {
		i := newInbox()
		wantReply(t, i.reads(t, "on", "OptOutType", kind), "")
		i.wantSigned(t)
	}
}

func TestStartAllowsTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		text       string
		parameters []string
		want       bool
	}{
		{
			name: "START",
			text: "start",
			want: true,
		},
		{
			name: "UNSTOP",
			text: "UNSTOP",
			want: true,
		},
		{
			name: "YES",
			text: "Yes",
			want: true,
		},
		{
			name:       "a word of a messaging service",
			text:       "let me in",
			parameters: []string{"OptOutType", "START"},
			want:       true,
		},
		{
			name:       "a word that stops",
			text:       "START",
			parameters: []string{"OptOutType", "STOP"},
		},
		{
			name: "STOP",
			text: "STOP",
		},
		{
			name: "on",
			text: "on",
		},
		{
			name:       "a stranger's",
			text:       "START",
			parameters: []string{"From", "+14155550111"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := newInbox()
			if err := texts.Refused(t.Context(), i.Roster, workerSID, number, 21610); err != nil {
				t.Fatal(err)
			}
			i.reads(t, test.text, test.parameters...)
			if got := i.record(t, workerSID).MayText(number); got != test.want {
				t.Errorf("texts may be sent: %t, want %t", got, test.want)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	i := newInbox()
	i.workers.err = errors.New("Twilio is down")
	wantReply(t, i.reads(t, "off"), texts.Failed)

	form := func(text string) url.Values { return url.Values{"From": {number}, "Body": {text}} }
	i.rest.err = errors.New("Twilio is down")
	if got := i.answer(t, "/messages", form("on")).StatusCode; got != http.StatusServiceUnavailable {
		t.Errorf("status = %d for a sender who cannot be looked up, want 503", got)
	}
	i.rest.err, i.Handler.Roster.Store = nil, brokenStore{}
	for _, text := range []string{"what?", "START"} {
		if got := i.answer(t, "/messages", form(text)).StatusCode; got != http.StatusServiceUnavailable {
			t.Errorf("%s: status = %d without the roster, want 503", text, got)
		}
	}
	i.workers.err = nil
	wantReply(t, i.reads(t, "on"), "You are signed on.")
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status string
		code   string
		to     string
		want   bool // whether further texts may be sent
	}{
		{
			name:   "delivered",
			status: "delivered",
			to:     number,
			want:   true,
		},
		{
			name:   "opted out",
			status: "undelivered",
			code:   "21610",
			to:     number,
		},
		{
			name:   "no mobile phone",
			status: "failed",
			code:   "21614",
			to:     number,
		},
		{
			name:   "a landline",
			status: "undelivered",
			code:   "30006",
			to:     number,
		},
		{
			name:   "not registered",
			status: "undelivered",
			code:   "30034",
			to:     number,
		},
		{
			name:   "out of reach",
			status: "undelivered",
			code:   "30003",
			to:     number,
			want:   true,
		},
		{
			name:   "filtered",
			status: "undelivered",
			code:   "30007",
			to:     number,
			want:   true,
		},
		{
			name:   "no code",
			status: "failed",
			code:   "none",
			to:     number,
			want:   true,
		},
		{
			name:   "a longer code",
			status: "failed",
			code:   "216100000000000000000000000000",
			to:     number,
			want:   true,
		},
		{
			name:   "another number",
			status: "undelivered",
			code:   "21610",
			to:     "+14155550111",
			want:   true,
		},
		{
			name:   "another channel",
			status: "undelivered",
			code:   "21610",
			to:     "whatsapp:" + number,
			want:   true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := newInbox()
			form := url.Values{"From": {"+12065550100"}, "To": {test.to}, "MessageStatus": {test.status}, "ErrorCode": {test.code}}
			if got := i.answer(t, "/messages/status/"+workerSID, form).StatusCode; got != http.StatusNoContent {
				t.Errorf("status = %d, want 204", got)
			}
			if got := i.record(t, workerSID).MayText(number); got != test.want {
				t.Errorf("texts may be sent: %t, want %t", got, test.want)
			}
			i.wantSigned(t)
		})
	}
}

func TestRequestsThatAreNoneOfOurs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		path string
		form url.Values
		want int
	}{
		{
			name: "no message",
			path: "/messages",
			form: url.Values{"From": {number}, "MessageSid": {"SM1"}},
			want: http.StatusBadRequest,
		},
		{
			name: "a call",
			path: "/messages",
			form: url.Values{"From": {number}, "MessageSid": {"CA00000000000000000000000000000001"}},
			want: http.StatusBadRequest,
		},
		{
			name: "an old one",
			path: "/messages",
			form: url.Values{"From": {number}, "Timestamp": {"1795510000"}},
			want: http.StatusBadRequest,
		},
		{
			name: "another path",
			path: "/messages/on",
			form: url.Values{"From": {number}},
			want: http.StatusNotFound,
		},
		{
			name: "no worker",
			path: "/messages/status/",
			form: url.Values{"To": {number}, "ErrorCode": {"21610"}},
			want: http.StatusNotFound,
		},
		{
			name: "another SID",
			path: "/messages/status/WR00000000000000000000000000000001",
			form: url.Values{"To": {number}, "ErrorCode": {"21610"}},
			want: http.StatusNotFound,
		},
		{
			name: "a path below",
			path: "/messages/status/" + workerSID + "/x",
			form: url.Values{"To": {number}, "ErrorCode": {"21610"}},
			want: http.StatusNotFound,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := newInbox()
			if got := i.answer(t, test.path, test.form).StatusCode; got != test.want {
				t.Errorf("status = %d, want %d", got, test.want)
			}
			i.wantSigned(t)
		})
	}
	i := newInbox()
	text := url.Values{"From": {number}, "Body": {"on"}}
	forged, err := i.Handle(t.Context(), webhooktest.Event("/messages", text, webhooktest.SignedWith("54321")))
	if err != nil || forged.StatusCode != http.StatusForbidden {
		t.Errorf("forged: %+v, %v", forged, err)
	}
	i.wantSigned(t)
}
