package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"switchboard/shared/simulator/wire"
)

// TookHeader is a response header in which an in-process application gives the virtual time that
// its answer took, as a time.Duration string such as "6s". The simulator delays the answer by this
// time, or drops it if Twilio would have stopped waiting. It has no effect on a real loop.
const TookHeader = "Simulator-Took"

const (
	voiceLimit      = 15 * time.Second // https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
	eventLimit      = 15 * time.Second // https://www.twilio.com/docs/taskrouter/api/event/reference
	assignmentLimit = 5 * time.Second  // https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
)

// answerLimit is the number of bytes that Twilio reads of an answer: one more than a TwiML document
// may have.
const answerLimit = 64<<10 + 1

// webhook is a request to the application.
type webhook struct {
	what        string // for the timeline
	method, url string
	params      url.Values
	limit       time.Duration
	subject     *call
	task        *task
	reservation *reservation
	text        *message
}

// answer is the result of a webhook. err is set if no HTTP answer came within the limit.
type answer struct {
	status      int
	contentType string
	body        []byte
	location    string
	url         string // of the last request, after redirects
	took        time.Duration
	err         error
}

func (a answer) ok() bool { return a.err == nil && a.status >= 200 && a.status < 300 }

func (a answer) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)))
}

// code returns the debugger's code for a failed answer.
func (a answer) code() int {
	var redirected redirectsError
	if errors.As(a.err, &redirected) {
		return 11215
	}
	return 11200
}

func (a answer) kind() string {
	if a.code() == 11215 {
		return "HTTP too many redirects"
	}
	return "HTTP retrieval failure"
}

// redirect returns the URL that an answer redirects Twilio to.
func (a answer) redirect(from string) (target string, redirected bool) {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return "", false
	}
	if a.err != nil || a.location == "" {
		return "", false
	}
	target, err := resolve(from, a.location)
	return strip(target), err == nil
}

// slowError reports that the application took longer than Twilio waits.
type slowError struct{ limit time.Duration }

func (e slowError) Error() string { return fmt.Sprintf("no answer within %s", e.limit) }

// send sends a webhook and calls done, with the lock held, when the answer arrives or Twilio stops
// waiting.
func (t *Twilio) send(w webhook, done func(answer)) {
	t.inFlight++
	d := delivery{Twilio: t, webhook: w, token: t.sids.next("")}
	var faults []string
	d.target, d.overrides, faults = wire.SplitOverrides(w.url)
	for _, fault := range faults {
		t.problem(w.subject, "connection override in %s: %s", w.url, fault)
	}
	sent := t.loop.Now()
	d.done = func(a answer) {
		t.inFlight--
		t.keepExchange(w, a, sent)
		done(a)
	}
	t.traceWebhook(w)
	d.attempt(min(w.limit, d.overrides.Total), 0)
}

// notify sends a webhook whose answer has no effect.
func (t *Twilio) notify(w webhook) {
	t.send(w, func(a answer) {
		if !a.ok() {
			t.alertWebhook(a.code(), w, "%s: %s %s: %s", a.kind(), w.method, w.url, a)
		}
	})
}

func (t *Twilio) traceWebhook(w webhook) {
	if t.tracing() {
		e := w.entry(KindWebhook)
		e.Text = fmt.Sprintf("Twilio sends %s: %s %s", w.what, w.method, w.url)
		e.Params = w.params
		t.trace(e)
	}
}

func (t *Twilio) traceAnswer(w webhook, a answer) {
	if t.tracing() {
		e := w.entry(KindAnswer)
		e.Text = fmt.Sprintf("%s is answered: %s", w.what, a)
		e.Status, e.ContentType, e.Body = a.status, a.contentType, string(a.body)
		t.trace(e)
	}
}

func (w webhook) entry(kind Kind) Entry {
	e := Entry{Kind: kind, Method: w.method, URL: w.url}
	if w.subject != nil {
		e.CallSID, e.TaskSID, e.ReservationSID = w.subject.sid, w.subject.taskSID, w.subject.reservationSID
	}
	if w.task != nil {
		e.TaskSID = w.task.sid
	}
	if w.reservation != nil {
		e.TaskSID, e.ReservationSID = w.reservation.task.sid, w.reservation.sid
	}
	if w.text != nil {
		e.MessageSID = w.text.sid
	}
	return e
}
