package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// TookHeader is a response header by which an in-process application says how much virtual time it took to answer, as a
// time.Duration string such as "6s". The simulator then lets the answer arrive that much later, or not at all if Twilio would
// have given up. It has no effect on a real loop.
const TookHeader = "Simulator-Took"

const (
	voiceLimit      = 15 * time.Second // docs/usage/webhooks/webhooks-connection-overrides
	eventLimit      = 15 * time.Second // docs/taskrouter/api/event/reference
	assignmentLimit = 5 * time.Second  // docs/taskrouter/handle-assignment-callbacks
)

// answerLimit is how much of an answer is read: one byte more than a TwiML document may have.
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
}

// answer is what came of a webhook. err is set when no HTTP answer came within the limit.
type answer struct {
	status      int
	contentType string
	body        []byte
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

// slowError says that the application took longer than Twilio waits.
type slowError struct{ limit time.Duration }

func (e slowError) Error() string { return fmt.Sprintf("no answer within %s", e.limit) }

// send delivers a webhook and calls done, with the lock held, when it is answered or given up.
func (t *Twilio) send(w webhook, done func(answer)) {
	t.inFlight++
	t.traceWebhook(w)
	d := delivery{Twilio: t, webhook: w, token: t.sids.next("")}
	d.target, d.overrides = splitOverrides(w.url)
	d.done = func(a answer) {
		t.inFlight--
		t.traceAnswer(w, a)
		if a.status >= 300 && a.status < 400 {
			t.problem(w.subject, "not simulated: redirect in answer to %s %s", w.method, w.url)
		}
		done(a)
	}
	d.attempt(w.limit, 0)
}

// notify is send for a webhook whose answer changes nothing.
func (t *Twilio) notify(w webhook) {
	t.send(w, func(a answer) {
		if !a.ok() {
			t.alert(11200, w.subject, "HTTP retrieval failure: %s %s: %s", w.method, w.url, a)
		}
	})
}

// delivery is a webhook on its way: the same request, with the same idempotency token, once or more often.
type delivery struct {
	*Twilio
	webhook
	target    string
	overrides overrides
	token     string
	done      func(answer)
}

func (d delivery) attempt(left time.Duration, tries int) {
	settle := func(a answer) {
		if left -= a.took; left > 0 && d.overrides.again(a, tries) {
			d.attempt(left, tries+1)
			return
		}
		d.done(a)
	}
	if d.loop.virtual {
		d.attemptVirtual(left, settle)
		return
	}
	go func() {
		began := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), left)
		defer cancel()
		a := d.roundTrip(ctx)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			a.err = slowError{d.limit}
		}
		a.took = time.Since(began)
		d.after(0, func() { settle(a) })
	}()
}

// attemptVirtual lets half the latency pass, calls the application with the lock released, and lets the rest pass. An application that
// sleeps on the loop is given up when its time is over, as Twilio does, and runs on unheard.
func (d delivery) attemptVirtual(left time.Duration, settle func(answer)) {
	latency := d.cfg.WebhookLatency()
	slow := answer{err: slowError{d.limit}, took: left}
	d.loop.After(latency/2, func() {
		var giveUp *Timer
		began, gone := d.loop.Now(), false
		answered := d.loop.Go(func() {
			a := d.roundTrip(context.Background())
			slept := d.loop.Now().Sub(began)
			a.took += latency + slept
			if gone {
				return
			}
			giveUp.Stop()
			if a.took > left {
				a = slow
			}
			d.after(a.took-latency/2-slept, func() { settle(a) })
		})
		if !answered {
			giveUp = d.after(left-latency/2, func() { gone = true; settle(slow) })
		}
	})
}

func (d delivery) roundTrip(ctx context.Context) answer {
	request, err := newSignedRequest(ctx, d.method, d.target, d.params, d.cfg.AuthToken)
	if err != nil {
		return answer{err: err}
	}
	request.Header.Set("I-Twilio-Idempotency-Token", d.token)
	response, err := d.cfg.Web.RoundTrip(request)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	a := answer{status: response.StatusCode, contentType: response.Header.Get("Content-Type"), body: body, err: err}
	if text := response.Header.Get(TookHeader); text != "" {
		if a.took, err = time.ParseDuration(text); err != nil {
			a.err = fmt.Errorf("read header %s: %w", TookHeader, err)
		}
	}
	return a
}

// overrides are connection overrides: the fragment of a webhook's URL (docs/usage/webhooks/webhooks-connection-overrides).
type overrides struct {
	retries int
	policy  string
}

// splitOverrides separates a URL from its fragment. The defaults are one retry, on a failed connection.
func splitOverrides(raw string) (target string, o overrides) {
	target, fragment, _ := strings.Cut(raw, "#")
	o = overrides{retries: 1, policy: "ct"}
	values, err := url.ParseQuery(fragment)
	if err != nil {
		return target, o
	}
	if n := values.Get("rc"); len(n) == 1 && n[0] >= '0' && n[0] <= '5' {
		o.retries = int(n[0] - '0')
	}
	if policy := values.Get("rp"); policy != "" {
		o.policy = policy
	}
	return target, o
}

func (o overrides) again(a answer, tries int) bool {
	var slow slowError
	var why string
	switch {
	case tries >= o.retries:
		return false
	case errors.As(a.err, &slow):
		why = "rt"
	case a.err != nil:
		why = "ct"
	case a.status >= 500:
		why = "5xx"
	case a.status >= 400:
		why = "4xx"
	default:
		return false
	}
	for policy := range strings.SplitSeq(o.policy, ",") {
		if policy == why || policy == "all" {
			return true
		}
	}
	return false
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
	return e
}
