package duty_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/functions/duty"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const (
	callSID     = "CA00000000000000000000000000000001"
	workerSID   = "WK00000000000000000000000000000001"
	workflowSID = "WW00000000000000000000000000000001"
	number      = "+14155550199"
	pin         = "271828"
)

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func path(stop string, times int) string {
	return "/duty/" + strconv.FormatInt(now().Unix(), 10) + "/" + workerSID + "/" + stop + "/" + strconv.Itoa(times)
}

// rest is Twilio: one worker at number, and three callers who wait.
type rest struct {
	workers  int
	asked    int
	err      error
	queueErr error
}

func (r *rest) WorkersAt(_ context.Context, at string) ([]twilio.Worker, error) {
	r.asked++
	if at != number || r.err != nil {
		return nil, r.err
	}
	return []twilio.Worker{{SID: workerSID}, {SID: "WK00000000000000000000000000000002"}}[:r.workers], nil
}

func (r *rest) WorkerContact(_ context.Context, worker string) (taskrouter.Contact, error) {
	r.asked++
	if worker != workerSID || r.err != nil {
		return "", r.err
	}
	return number, nil
}

func (r *rest) Queue(_ context.Context, name string) (twilio.Queue, bool, error) {
	if name != workflowSID || r.queueErr != nil {
		return twilio.Queue{}, false, r.queueErr
	}
	return twilio.Queue{Size: 3}, true, nil
}

// workers keeps what the worker was signed.
type workers struct {
	state  reconciler.State
	signed []string
	err    error
}

func (w *workers) SignOn(_ context.Context, worker string, by roster.Source) (reconciler.State, error) {
	return w.sign("on", worker, by, reconciler.Ready)
}

func (w *workers) SignOff(_ context.Context, worker string, by roster.Source) (reconciler.State, error) {
	return w.sign("off", worker, by, reconciler.SignedOff)
}

func (w *workers) sign(wish, worker string, by roster.Source, standing reconciler.Standing) (reconciler.State, error) {
	w.signed = append(w.signed, wish+" "+worker+" "+string(by))
	return reconciler.State{Standing: standing}, w.err
}

func (w *workers) State(context.Context, string) (reconciler.State, error) { return w.state, w.err }

// vault has the PIN.
type vault struct{ pin string }

func (v vault) Get(context.Context) (secrets.Set, error) {
	return secrets.Set{AuthToken: secrets.New(webhooktest.Token), DutyPIN: secrets.New(v.pin)}, nil
}

// line is a handler with all that it stands on.
type line struct {
	duty.Handler
	rest    *rest
	workers *workers
}

func newLine(pin string) line {
	peer, staff := &rest{workers: 1}, &workers{state: reconciler.State{Standing: reconciler.SignedOff}}
	return line{duty.Handler{
		Edge: webhooktest.Edge(), Twilio: peer, Workers: staff, Secrets: vault{pin}, WorkflowSID: workflowSID, Now: now,
		Logger: webhooktest.Logger(),
	}, peer, staff}
}

func (l line) answer(t *testing.T, path string, form url.Values) webhook.Answer {
	t.Helper()
	answer, err := l.Handle(t.Context(), webhooktest.Event(path, form))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// hears returns what the worker hears who calls from number and pressed digits.
func (l line) hears(t *testing.T, path, digits string) string {
	t.Helper()
	answer := l.answer(t, path, url.Values{"CallSid": {callSID}, "From": {number}, "Digits": {digits}})
	if answer.StatusCode != http.StatusOK || answer.Headers["Content-Type"] != twiml.ContentType {
		t.Fatalf("answer = %+v, want TwiML with status 200", answer)
	}
	return answer.Body
}

func wantDocument(t *testing.T, got string, want twiml.Document) {
	t.Helper()
	if got != string(want) {
		t.Errorf("heard %s\nwant  %s", got, want)
	}
}

func (l line) wantSigned(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(l.workers.signed, want) {
		t.Errorf("signed %q, want %q", l.workers.signed, want)
	}
}

func menu(times int, state string) twiml.Document {
	return twiml.Duty(twiml.DutyParams{KeyURL: webhooktest.BaseURL + path("key", times), State: state, Waiting: 3, Last: times == 3})
}

func TestAWorkerHearsHowTheyStand(t *testing.T) {
	t.Parallel()
	l := newLine("")
	wantDocument(t, l.hears(t, "/duty", ""), menu(0, "You are signed off."))
	l.workers.state = reconciler.State{Standing: reconciler.Paused, Cause: roster.Missed, Until: now().Add(40 * time.Second)}
	wantDocument(t, l.hears(t, "/duty", ""), menu(0, "You are signed on, and paused after a missed call. You are back in 40 seconds."))
	l.rest.queueErr = errors.New("queues not listed")
	if heard := l.hears(t, "/duty", ""); strings.Contains(heard, "waiting") {
		t.Errorf("heard %s, but Twilio did not say how many wait", heard)
	}
	l.wantSigned(t)
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
			signed: []string{"on " + workerSID + " phone"},
		},
		{
			name:   "off",
			digits: "2",
			times:  3,
			want:   twiml.HangUp("You are signed off. Goodbye."),
			signed: []string{"off " + workerSID + " phone"},
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
			l.wantSigned(t, test.signed...)
		})
	}
}

func TestThePINIsAskedForFirst(t *testing.T) {
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
	l.wantSigned(t)
}

func TestAMalformedPINClosesTheLine(t *testing.T) {
	t.Parallel()
	for _, malformed := range []string{"123", "123456789", "12a4", "12 45", "١٢٣٤", "-1234"} {
		l := newLine(malformed)
		wantDocument(t, l.hears(t, "/duty", ""), twiml.DutyFailed())
		wantDocument(t, l.hears(t, path("pin", 0), malformed), twiml.DutyFailed())
	}
}

func TestOthersHearThatTheLineIsForStaff(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"+14155550111", "", "anonymous", "+266696687", "client:alice", "sip:alice@example.com", number + " "} {
		for _, at := range []string{"/duty", path("pin", 0), path("key", 0)} {
			l := newLine("")
			answer := l.answer(t, at, url.Values{"CallSid": {callSID}, "From": {from}, "Digits": {"1"}})
			wantDocument(t, answer.Body, twiml.ForStaff())
			l.wantSigned(t)
		}
	}
}

func TestTwoWorkersWithOneNumber(t *testing.T) {
	t.Parallel()
	l := newLine("")
	l.rest.workers = 2
	wantDocument(t, l.hears(t, "/duty", "1"), twiml.HangUp(texts.SharedNumber+" Goodbye."))
	l.wantSigned(t)
}

func TestFailuresAreSaid(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/duty", path("pin", 0), path("key", 0)} {
		l := newLine("")
		l.rest.err = errors.New("Twilio is down")
		wantDocument(t, l.hears(t, at, "1"), twiml.DutyFailed())
		l.wantSigned(t)
	}
	l := newLine("")
	l.workers.err = errors.New("table unreachable")
	wantDocument(t, l.hears(t, "/duty", ""), twiml.DutyFailed())
	wantDocument(t, l.hears(t, path("key", 0), "1"), twiml.DutyFailed())
	l.workers.err, l.workers.state = nil, reconciler.State{}
	wantDocument(t, l.hears(t, "/duty", ""), twiml.DutyFailed())
}

func TestRequestsThatAreNoneOfOurs(t *testing.T) {
	t.Parallel()
	old := "/duty/" + strconv.FormatInt(now().Add(-webhook.Lifetime-time.Second).Unix(), 10) + "/" + workerSID + "/key/0"
	later := "/duty/" + strconv.FormatInt(now().Add(webhook.Lifetime+time.Second).Unix(), 10) + "/" + workerSID + "/key/0"
	form := url.Values{"CallSid": {callSID}, "From": {number}, "Digits": {"1"}}
	stamped := url.Values{"CallSid": {callSID}, "From": {number}, "Timestamp": {"Tue, 24 Nov 2026 09:00:00 +0000"}}
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
			form: url.Values{"From": {number}},
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
			path: "/duty/now/" + workerSID + "/key/0",
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
			if l.wantSigned(t); l.rest.asked > 0 {
				t.Error("Twilio was asked")
			}
		})
	}
}

func TestUnsignedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	l := newLine("")
	form := url.Values{"CallSid": {callSID}, "From": {number}, "Digits": {"1"}}
	answer, err := l.Handle(t.Context(), webhooktest.Event(path("key", 0), form, webhooktest.SignedWith("54321")))
	if err != nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("answer = %+v, %v", answer, err)
	}
	l.wantSigned(t)
}
