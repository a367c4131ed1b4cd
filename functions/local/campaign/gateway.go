package main

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"switchboard/functions/local/stack"
	"switchboard/shared/simulator"
	"switchboard/shared/webhook"
)

// gateway is the network between Twilio and the functions, and the HTTP API at its end.
type gateway struct{ world *world }

// RoundTrip implements http.RoundTripper for the simulated Twilio, which calls it where it may sleep.
func (g gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	body, path, w := string(raw), r.URL.Path, g.world
	if !w.rotatedAt.IsZero() && !w.loop.Now().Before(w.rotatedAt) {
		if err := w.sign(r, body); err != nil {
			return nil, err
		}
	}
	if unheard(path) {
		if _, struck := w.strikes(webhookLost, path, body); struck {
			return refusal(r, http.StatusNoContent, ""), nil
		}
	}
	if _, struck := w.strikes(webhookRefused, path, body); struck {
		return nil, errAnswerLost
	}
	if dice, struck := w.strikes(webhookLate, path, body); struck {
		w.loop.Sleep(between(dice, 50*time.Millisecond, 4*time.Second))
	}
	if dice, struck := w.strikes(webhookTwice, path, body); struck {
		w.loop.After(between(dice, 0, again(path)), func() {
			w.loop.Go(func() { g.deliver(r, body).resent = true })
		})
	}
	answer := g.deliver(r, body)
	if dice, struck := w.strikes(answerSlow, path, body); struck {
		w.loop.Sleep(between(dice, 3*time.Second, 20*time.Second))
	}
	if _, struck := w.strikes(answerLost, path, body); struck {
		return nil, errAnswerLost
	}
	return answer.response(r), nil
}

// again is how much later than the first the second delivery comes: Twilio tries again only within a callback's time.
func again(path string) time.Duration {
	if strings.HasPrefix(path, "/assignment") {
		return 800 * time.Millisecond
	}
	return 3 * time.Second
}

// unheard reports whether Twilio goes on just the same when nobody hears: only such a webhook can be lost without
// a trace.
func unheard(path string) bool { return path == "/events" || strings.HasSuffix(path, "/status") }

// delivered is a webhook that a function has answered.
type delivered struct {
	*invocation
	answer webhook.Answer
}

func (g gateway) deliver(r *http.Request, body string) delivered {
	i := g.world.invocation(function(r.URL.Path), r.URL.Path, body)
	return delivered{i, g.world.lambda.webhook(i, stack.Event(r, []byte(body), g.world.now()))}
}

func (d delivered) response(r *http.Request) *http.Response {
	response := refusal(r, d.answer.StatusCode, "")
	response.Header = make(http.Header, len(d.answer.Headers))
	for name, value := range d.answer.Headers {
		response.Header.Set(name, value)
	}
	response.Body, response.ContentLength = io.NopCloser(strings.NewReader(d.answer.Body)), int64(len(d.answer.Body))
	return response
}

// function is the first route of the function behind a path.
func function(path string) string {
	first, below, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if first == "worker" && below != "" {
		return "/worker/"
	}
	return "/" + first
}

// sign signs a webhook again, with the token that has taken the first one's place.
func (w *world) sign(r *http.Request, body string) error {
	form, err := url.ParseQuery(body)
	if err != nil {
		return err
	}
	r.Header.Set("X-Twilio-Signature", simulator.Sign(secondToken, r.URL.String(), form))
	return nil
}

// forge sends what Twilio did not sign: an earlier webhook under a wrong signature, none, or with another parameter.
func (w *world) forge(dice uint64) {
	if len(w.invocations) == 0 {
		return
	}
	like := w.invocations[dice>>8%uint64(len(w.invocations))]
	if like.path == "" || like.forged {
		return
	}
	body := like.body
	r, err := http.NewRequest(http.MethodPost, baseURL+like.path, bytes.NewReader(nil))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	switch dice % 3 {
	case 0:
		r.Header.Set("X-Twilio-Signature", "Zm9yZ2VkZm9yZ2VkZm9yZ2VkZm8=")
	case 1:
		if w.sign(r, body) != nil {
			return
		}
		body += "&QueueResult=hangup&Digits=1"
	}
	w.loop.Go(func() {
		i := w.invocation(function(like.path), like.path, body)
		i.forged = true
		w.lambda.webhook(i, stack.Event(r, []byte(body), w.now()))
	})
}
