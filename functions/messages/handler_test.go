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

	"switchboard/functions/messages"
	"switchboard/shared/calltest"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const messageSID = "SM00000000000000000000000000000001"

// brokenStore is a table that cannot be reached.
type brokenStore struct{ roster.Store }

func (brokenStore) Load(context.Context, string) (roster.Record, error) {
	return roster.Record{}, errors.New("table unreachable")
}

// inbox is a handler with all that it stands on.
type inbox struct {
	messages.Handler
	rest    *calltest.Twilio
	workers *calltest.Workers
}

func newInbox() inbox {
	peer := &calltest.Twilio{Workers: []twilio.Worker{{SID: calltest.WorkerSID}}}
	staff := &calltest.Workers{Current: reconciler.State{Standing: reconciler.OnCall}}
	return inbox{messages.Handler{
		Edge: webhooktest.Edge(), Twilio: peer, Workers: staff, Roster: roster.Roster{Store: &roster.Memory{}}, Now: calltest.Noon,
		Logger: webhooktest.Logger(),
	}, peer, staff}
}

func (i inbox) answer(t *testing.T, path string, form url.Values) webhook.Answer {
	t.Helper()
	if !form.Has("MessageSid") {
		form.Set("MessageSid", messageSID)
	}
	return calltest.Handle(i.Handle).Answer(t, path, form)
}

// reads returns the answer to a text from number: a document.
func (i inbox) reads(t *testing.T, text string, parameters ...string) string {
	t.Helper()
	form := url.Values{"From": {calltest.WorkerNumber}, "Body": {text}, "MessageSid": {messageSID}}
	for pair := range slices.Chunk(parameters, 2) {
		form.Set(pair[0], pair[1])
	}
	return calltest.Handle(i.Handle).Document(t, "/messages", form)
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
			signed: []string{"on " + calltest.WorkerSID + " text"},
		},
		{
			text:   " out!",
			want:   "You are signed off.",
			signed: []string{"off " + calltest.WorkerSID + " text"},
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
			i.workers.WantSigned(t, test.signed...)
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
	i.workers.WantSigned(t)
}

func TestTwoWorkersWithOneNumber(t *testing.T) {
	t.Parallel()
	i := newInbox()
	i.rest.Workers = []twilio.Worker{{SID: calltest.OtherWorkerSID}, {SID: calltest.WorkerSID}}
	for n := range 5 {
		wantReply(t, i.reads(t, "on", "MessageSid", fmt.Sprintf("SM%032x", n)), texts.SharedNumber)
	}
	wantReply(t, i.reads(t, "on", "MessageSid", fmt.Sprintf("SM%032x", 5)), "")
	i.workers.WantSigned(t)
}

func TestOthersGetNoReply(t *testing.T) {
	t.Parallel()
	for _, from := range []string{
		"+14155550111", "", "12345", "whatsapp:" + calltest.WorkerNumber, "rcs:" + calltest.WorkerNumber, "client:alice", calltest.WorkerNumber + "x1", " " + calltest.WorkerNumber,
		`+1" OR 1 == 1`, "TWILIO",
	} {
		i := newInbox()
		wantReply(t, i.reads(t, "on", "From", from), "")
		i.workers.WantSigned(t)
		if asked := i.rest.Asked; asked > 0 && from != "+14155550111" {
			t.Errorf("Twilio was asked about %q", from)
		}
	}
}

func TestTwiliosWordsGetNoReply(t *testing.T) {
	t.Parallel()
	for _, word := range strings.Fields("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT START UNSTOP YES HELP INFO stop Yes") {
		i := newInbox()
		wantReply(t, i.reads(t, word), "")
		i.workers.WantSigned(t)
	}
	for _, kind := range []string{"STOP", "START", "HELP"} {
		i := newInbox()
		wantReply(t, i.reads(t, "on", "OptOutType", kind), "")
		i.workers.WantSigned(t)
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
			if err := texts.Refused(t.Context(), i.Roster, calltest.WorkerSID, calltest.WorkerNumber, 21610); err != nil {
				t.Fatal(err)
			}
			i.reads(t, test.text, test.parameters...)
			if got := i.record(t, calltest.WorkerSID).MayText(calltest.WorkerNumber); got != test.want {
				t.Errorf("texts may be sent: %t, want %t", got, test.want)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	i := newInbox()
	i.workers.Err = errors.New("Twilio is down")
	wantReply(t, i.reads(t, "off"), texts.Failed)

	form := func(text string) url.Values { return url.Values{"From": {calltest.WorkerNumber}, "Body": {text}} }
	i.rest.Err = errors.New("Twilio is down")
	if got := i.answer(t, "/messages", form("on")).StatusCode; got != http.StatusServiceUnavailable {
		t.Errorf("status = %d for a sender who cannot be looked up, want 503", got)
	}
	i.rest.Err, i.Handler.Roster.Store = nil, brokenStore{}
	for _, text := range []string{"what?", "START"} {
		if got := i.answer(t, "/messages", form(text)).StatusCode; got != http.StatusServiceUnavailable {
			t.Errorf("%s: status = %d without the roster, want 503", text, got)
		}
	}
	i.workers.Err = nil
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
			to:     calltest.WorkerNumber,
			want:   true,
		},
		{
			name:   "opted out",
			status: "undelivered",
			code:   "21610",
			to:     calltest.WorkerNumber,
		},
		{
			name:   "no mobile phone",
			status: "failed",
			code:   "21614",
			to:     calltest.WorkerNumber,
		},
		{
			name:   "a landline",
			status: "undelivered",
			code:   "30006",
			to:     calltest.WorkerNumber,
		},
		{
			name:   "not registered",
			status: "undelivered",
			code:   "30034",
			to:     calltest.WorkerNumber,
		},
		{
			name:   "out of reach",
			status: "undelivered",
			code:   "30003",
			to:     calltest.WorkerNumber,
			want:   true,
		},
		{
			name:   "filtered",
			status: "undelivered",
			code:   "30007",
			to:     calltest.WorkerNumber,
			want:   true,
		},
		{
			name:   "no code",
			status: "failed",
			code:   "none",
			to:     calltest.WorkerNumber,
			want:   true,
		},
		{
			name:   "a longer code",
			status: "failed",
			code:   "216100000000000000000000000000",
			to:     calltest.WorkerNumber,
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
			to:     "whatsapp:" + calltest.WorkerNumber,
			want:   true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := newInbox()
			form := url.Values{"From": {"+12065550100"}, "To": {test.to}, "MessageStatus": {test.status}, "ErrorCode": {test.code}}
			if got := i.answer(t, "/messages/status/"+calltest.WorkerSID, form).StatusCode; got != http.StatusNoContent {
				t.Errorf("status = %d, want 204", got)
			}
			if got := i.record(t, calltest.WorkerSID).MayText(calltest.WorkerNumber); got != test.want {
				t.Errorf("texts may be sent: %t, want %t", got, test.want)
			}
			i.workers.WantSigned(t)
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
			form: url.Values{"From": {calltest.WorkerNumber}, "MessageSid": {"SM1"}},
			want: http.StatusBadRequest,
		},
		{
			name: "a call",
			path: "/messages",
			form: url.Values{"From": {calltest.WorkerNumber}, "MessageSid": {"CA00000000000000000000000000000001"}},
			want: http.StatusBadRequest,
		},
		{
			name: "an old one",
			path: "/messages",
			form: url.Values{"From": {calltest.WorkerNumber}, "Timestamp": {"1795510000"}},
			want: http.StatusBadRequest,
		},
		{
			name: "another path",
			path: "/messages/on",
			form: url.Values{"From": {calltest.WorkerNumber}},
			want: http.StatusNotFound,
		},
		{
			name: "no worker",
			path: "/messages/status/",
			form: url.Values{"To": {calltest.WorkerNumber}, "ErrorCode": {"21610"}},
			want: http.StatusNotFound,
		},
		{
			name: "another SID",
			path: "/messages/status/WR00000000000000000000000000000001",
			form: url.Values{"To": {calltest.WorkerNumber}, "ErrorCode": {"21610"}},
			want: http.StatusNotFound,
		},
		{
			name: "a path below",
			path: "/messages/status/" + calltest.WorkerSID + "/x",
			form: url.Values{"To": {calltest.WorkerNumber}, "ErrorCode": {"21610"}},
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
			i.workers.WantSigned(t)
		})
	}
	i := newInbox()
	text := url.Values{"From": {calltest.WorkerNumber}, "Body": {"on"}}
	forged, err := i.Handle(t.Context(), webhooktest.Event("/messages", text, webhooktest.SignedWith("54321")))
	if err != nil || forged.StatusCode != http.StatusForbidden {
		t.Errorf("forged: %+v, %v", forged, err)
	}
	i.workers.WantSigned(t)
}
