package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
)

// delivery is a webhook on its way. Retries send the same request with the same idempotency token.
type delivery struct {
	*Twilio
	webhook
	target    string
	overrides wire.Overrides
	token     string
	hops      int // redirects followed
	done      func(answer)
}

func (d delivery) attempt(left time.Duration, tries int) {
	limit := min(left, d.overrides.Read)
	settle := func(a answer) {
		left -= a.took
		status := a.status
		if a.err != nil {
			status = 0
		}
		if left > 0 && d.overrides.Retry(status, errors.As(a.err, new(slowError)), tries) {
			if d.cfg.Readings.NewTokenOnRetry {
				d.token = d.sids.next("")
			}
			d.attempt(left, tries+1)
			return
		}
		a.url = d.url
		d.traceAnswer(d.webhook, a)
		if target, redirected := a.redirect(d.target); redirected {
			d.follow(target, a, left)
			return
		}
		d.done(a)
	}
	if d.loop.Virtual() {
		d.attemptVirtual(limit, settle)
		return
	}
	go func() {
		began := time.Now()
		a := d.roundTripWithin(limit)
		a.took = time.Since(began)
		d.after(0, func() { settle(a) })
	}()
}

// redirects is the maximum number of redirects that Twilio follows
// (https://www.twilio.com/docs/errors/11215).
const redirects = 10

// follow requests the target of a redirect. After a 301, 302 or 303 the request is a GET without
// the form.
func (d delivery) follow(target string, a answer, left time.Duration) {
	d.hops++
	switch {
	case d.hops > redirects:
		a.err = redirectsError{d.hops}
	case left <= 0:
		a.err = slowError{d.limit}
	}
	if a.err != nil {
		d.done(a)
		return
	}
	if a.status < http.StatusTemporaryRedirect {
		d.method, d.params = http.MethodGet, url.Values{}
	}
	d.url, d.target = target, target
	d.traceWebhook(d.webhook)
	d.attempt(left, 0)
}

// redirectsError reports that the answers redirected a webhook too often.
type redirectsError struct{ hops int }

func (e redirectsError) Error() string { return fmt.Sprintf("%d redirects", e.hops) }

// roundTripWithin does a round trip within the limits of a real network.
func (d delivery) roundTripWithin(limit time.Duration) answer {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	late := time.AfterFunc(d.overrides.Connect, cancel)
	a := d.roundTrip(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { late.Stop() }}))
	late.Stop()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		a.err = slowError{limit}
	}
	return a
}

// attemptVirtual lets half the latency pass, calls the application with the lock released, and lets
// the rest pass. If the application sleeps on the loop beyond its time, Twilio stops waiting; the
// application runs on and its answer is dropped.
func (d delivery) attemptVirtual(limit time.Duration, settle func(answer)) {
	latency := d.cfg.WebhookLatency()
	slow := answer{err: slowError{limit}, took: limit}
	d.loop.After(latency/2, func() {
		var giveUp *clock.Timer
		began, gone := d.loop.Now(), false
		answered := d.loop.Go(func() {
			a := d.roundTrip(context.Background())
			slept := d.loop.Now().Sub(began)
			a.took += latency + slept
			if gone {
				return
			}
			giveUp.Stop()
			if a.took > limit {
				a = slow
			}
			d.after(a.took-latency/2-slept, func() { settle(a) })
		})
		if !answered {
			giveUp = d.after(limit-latency/2, func() { gone = true; settle(slow) })
		}
	})
}

func (d delivery) roundTrip(ctx context.Context) answer {
	request, err := wire.Webhook{
		Method: d.method, URL: d.target, Params: d.params, AuthToken: d.AuthToken(), KeepPort: d.text != nil,
	}.Request(ctx)
	if err != nil {
		return answer{err: err}
	}
	if d.cfg.Readings.SortedQuery {
		request.URL.RawQuery = wire.SortedQuery(request.URL.RawQuery)
	}
	request.Header.Set("I-Twilio-Idempotency-Token", d.token)
	response, err := d.cfg.Web.RoundTrip(request)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	a := answer{status: response.StatusCode, contentType: response.Header.Get("Content-Type"), location: response.Header.Get("Location"), body: body, err: err}
	if text := response.Header.Get(TookHeader); text != "" {
		if a.took, err = time.ParseDuration(text); err != nil {
			a.err = fmt.Errorf("read header %s: %w", TookHeader, err)
		}
	}
	return a
}
