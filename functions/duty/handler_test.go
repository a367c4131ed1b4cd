package duty_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/functions/duty"
	"switchboard/shared/calltest"
	"switchboard/shared/prompt"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const pin = "271828"

func path(stop string, times int) string {
	return "/duty/" + strconv.FormatInt(calltest.Noon().Unix(), 10) + "/" + calltest.WorkerSID + "/" + stop + "/" + strconv.Itoa(times)
}

// rest is Twilio with three callers who wait.
type rest struct {
	calltest.Twilio
	queueErr error
}

func (r *rest) WorkerContact(_ context.Context, worker string) (taskrouter.Contact, error) {
	r.Asked++
	if worker != calltest.WorkerSID || r.Err != nil {
		return "", r.Err
	}
	return calltest.WorkerNumber, nil
}

func (r *rest) Queues(context.Context) ([]twilio.Queue, error) {
	return []twilio.Queue{{Size: 2}, {Size: 1}}, r.queueErr
}

// vault has the PIN.
type vault struct{ pin string }

func (v vault) Get(context.Context) (secrets.Set, error) {
	return secrets.Set{AuthToken: secrets.New(webhooktest.Token), DutyPIN: secrets.New(v.pin)}, nil
}

// desk is what SSM has.
type desk struct {
	closed  settings.Closed
	prompts map[string]map[prompt.Name]string // the desk's own
	readErr error
	err     error // of writing
	written int
}

func (d *desk) Read(context.Context) (settings.Settings, error) {
	return settings.Settings{Closed: d.closed, Prompts: d.prompts}, d.readErr
}

func (d *desk) SetClosed(_ context.Context, closed settings.Closed) error {
	if d.err == nil {
		d.closed = closed
		d.written++
	}
	return d.err
}

// line is a handler with all that it stands on.
type line struct {
	duty.Handler
	desk    *desk
	rest    *rest
	workers *calltest.Workers
}

func newLine(pin string) line {
	peer := &rest{Twilio: calltest.Twilio{Workers: []twilio.Worker{{SID: calltest.WorkerSID}}}}
	staff := &calltest.Workers{Current: reconciler.State{Standing: reconciler.SignedOff}}
	ssm := &desk{}
	return line{duty.Handler{
		Desk: ssm,
		Edge: webhooktest.Edge(), Twilio: peer, Workers: staff, Secrets: vault{pin}, Now: calltest.Noon,
		Logger: webhooktest.Logger(),
	}, ssm, peer, staff}
}

func (l line) answer(t *testing.T, path string, form url.Values) webhook.Answer {
	t.Helper()
	return calltest.Handle(l.Handle).Answer(t, path, form)
}

// hears returns what the worker hears who calls from their number and pressed digits.
func (l line) hears(t *testing.T, path, digits string) string {
	t.Helper()
	return calltest.Handle(l.Handle).Document(t, path, url.Values{"CallSid": {calltest.CallSID}, "From": {calltest.WorkerNumber}, "Digits": {digits}})
}

func wantDocument(t *testing.T, got string, want twiml.Document) {
	t.Helper()
	if got != string(want) {
		t.Errorf("heard %s\nwant  %s", got, want)
	}
}

func menu(times int, state string) twiml.Document {
	return twiml.Duty(twiml.DutyParams{KeyURL: webhooktest.BaseURL + path("key", times), State: state, Waiting: 3, Last: times == 3})
}

func TestAWorkerHearsHowTheyStand(t *testing.T) {
	t.Parallel()
	l := newLine("")
	wantDocument(t, l.hears(t, "/duty", ""), menu(0, "You are signed off."))
	l.workers.Current = reconciler.State{Standing: reconciler.Paused, Cause: roster.Missed, Until: calltest.Noon().Add(40 * time.Second)}
	wantDocument(t, l.hears(t, "/duty", ""), menu(0, "You are signed on, and paused after a missed call. You are back in 40 seconds."))
	l.rest.queueErr = errors.New("queues not listed")
	if heard := l.hears(t, "/duty", ""); strings.Contains(heard, "waiting") {
		t.Errorf("heard %s, but Twilio did not say how many wait", heard)
	}
	l.workers.WantSigned(t)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		digits string
		times  int
		want   twiml.Document
		signed []string
	}{
		{
			name:   "on",
			digits: "1",
			want:   twiml.HangUp("You are signed on. Goodbye."),
			signed: []string{"on " + calltest.WorkerSID + " phone"},
		},
		{
			name:   "off",
			digits: "2",
			times:  3,
			want:   twiml.HangUp("You are signed off. Goodbye."),
			signed: []string{"off " + calltest.WorkerSID + " phone"},
		},
		{
			name:   "repeat",
			digits: "3",
			want:   menu(1, "You are signed off."),
		},
		{
			name:   "last repeat",
			digits: "3",
			times:  2,
			want:   menu(3, "You are signed off."),
		},
		{
			name:   "one repeat too many",
			digits: "3",
			times:  3,
			want:   twiml.Goodbye(),
		},
		{
			name:   "unknown key",
			digits: "*",
			want:   menu(1, "You are signed off."),
		},
		{
			name: "no key",
			want: twiml.Goodbye(),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLine("")
			wantDocument(t, l.hears(t, path("key", test.times), test.digits), test.want)
			l.workers.WantSigned(t, test.signed...)
		})
	}
}

func TestAskPINFirst(t *testing.T) {
	t.Parallel()
	ask := func(times int) twiml.Document {
		return twiml.AskPIN(webhooktest.BaseURL+path("pin", times), times > 0)
	}
	l := newLine(pin)
	wantDocument(t, l.hears(t, "/duty", ""), ask(0))
	wantDocument(t, l.hears(t, path("pin", 0), "0000"), ask(1))
	wantDocument(t, l.hears(t, path("pin", 1), pin+"0"), ask(2))
	wantDocument(t, l.hears(t, path("pin", 2), pin), menu(0, "You are signed off."))
	wantDocument(t, l.hears(t, path("pin", 2), ""), twiml.WrongPIN())
	wantDocument(t, l.hears(t, path("pin", 2), pin[:5]), twiml.WrongPIN())
	l.workers.WantSigned(t)
}

func TestMalformedPINClosesLine(t *testing.T) {
	t.Parallel()
	for _, malformed := range []string{"123", "123456789", "12a4", "12 45", "١٢٣٤", "-1234"} {
		l := newLine(malformed)
		wantDocument(t, l.hears(t, "/duty", ""), twiml.DutyFailed())
		wantDocument(t, l.hears(t, path("pin", 0), malformed), twiml.DutyFailed())
	}
}

func TestStrangersHearStaffOnly(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"+14155550111", "", "anonymous", "+266696687", "client:alice", "sip:alice@example.com", calltest.WorkerNumber + " "} {
		for _, at := range []string{"/duty", path("pin", 0), path("key", 0)} {
			l := newLine("")
			answer := l.answer(t, at, url.Values{"CallSid": {calltest.CallSID}, "From": {from}, "Digits": {"1"}})
			wantDocument(t, answer.Body, twiml.ForStaff())
			l.workers.WantSigned(t)
		}
	}
}

func TestTwoWorkersWithOneNumber(t *testing.T) {
	t.Parallel()
	l := newLine("")
	l.rest.Workers = append(l.rest.Workers, twilio.Worker{SID: calltest.OtherWorkerSID})
	wantDocument(t, l.hears(t, "/duty", "1"), twiml.HangUp(texts.SharedNumber+" Goodbye."))
	l.workers.WantSigned(t)
}

func TestFailuresAreSaid(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/duty", path("pin", 0), path("key", 0)} {
		l := newLine("")
		l.rest.Err = errors.New("Twilio is down")
		wantDocument(t, l.hears(t, at, "1"), twiml.DutyFailed())
		l.workers.WantSigned(t)
	}
	l := newLine("")
	l.workers.Err = errors.New("table unreachable")
	wantDocument(t, l.hears(t, "/duty", ""), twiml.DutyFailed())
	wantDocument(t, l.hears(t, path("key", 0), "1"), twiml.DutyFailed())
	l.workers.Err, l.workers.Current = nil, reconciler.State{}
	wantDocument(t, l.hears(t, "/duty", ""), twiml.DutyFailed())
}

func TestRequestsThatAreNoneOfOurs(t *testing.T) {
	t.Parallel()
	old := "/duty/" + strconv.FormatInt(calltest.Noon().Add(-webhook.Lifetime-time.Second).Unix(), 10) + "/" + calltest.WorkerSID + "/key/0"
	later := "/duty/" + strconv.FormatInt(calltest.Noon().Add(webhook.Lifetime+time.Second).Unix(), 10) + "/" + calltest.WorkerSID + "/key/0"
	form := url.Values{"CallSid": {calltest.CallSID}, "From": {calltest.WorkerNumber}, "Digits": {"1"}}
	stamped := url.Values{"CallSid": {calltest.CallSID}, "From": {calltest.WorkerNumber}, "Timestamp": {"Tue, 24 Nov 2026 09:00:00 +0000"}}
	tests := []struct {
		name string
		path string
		form url.Values
		want int
	}{
		{
			name: "old",
			path: old,
			form: form,
			want: http.StatusBadRequest,
		},
		{
			name: "of the future",
			path: later,
			form: form,
			want: http.StatusBadRequest,
		},
		{
			name: "an old Timestamp",
			path: "/duty",
			form: stamped,
			want: http.StatusBadRequest,
		},
		{
			name: "no call",
			path: "/duty",
			form: url.Values{"From": {calltest.WorkerNumber}},
			want: http.StatusBadRequest,
		},
		{
			name: "another stop",
			path: path("gate", 0),
			form: form,
			want: http.StatusNotFound,
		},
		{
			name: "a repeat too many",
			path: path("key", 4),
			form: form,
			want: http.StatusNotFound,
		},
		{
			name: "a try too many",
			path: path("pin", 3),
			form: form,
			want: http.StatusNotFound,
		},
		{
			name: "no number",
			path: path("key", 0) + "x",
			form: form,
			want: http.StatusNotFound,
		},
		{
			name: "another SID",
			path: strings.Replace(path("key", 0), "WK", "WR", 1),
			form: form,
			want: http.StatusNotFound,
		},
		{
			name: "no time",
			path: "/duty/now/" + calltest.WorkerSID + "/key/0",
			form: form,
			want: http.StatusNotFound,
		},
		{
			name: "a part too many",
			path: path("key", 0) + "/0",
			form: form,
			want: http.StatusNotFound,
		},
		{
			name: "a slash",
			path: "/duty/",
			form: form,
			want: http.StatusNotFound,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLine("")
			if got := l.answer(t, test.path, test.form).StatusCode; got != test.want {
				t.Errorf("status = %d, want %d", got, test.want)
			}
			if l.workers.WantSigned(t); l.rest.Asked > 0 {
				t.Error("Twilio was asked")
			}
		})
	}
}

func TestUnsignedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	l := newLine("")
	form := url.Values{"CallSid": {calltest.CallSID}, "From": {calltest.WorkerNumber}, "Digits": {"1"}}
	answer, err := l.Handle(t.Context(), webhooktest.Event(path("key", 0), form, webhooktest.SignedWith("54321")))
	if err != nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("answer = %+v, %v", answer, err)
	}
	l.workers.WantSigned(t)
}
