package main

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/bucket/buckettest"
	"switchboard/shared/webhook"
)

// gateway is the network between Twilio and the functions, and the HTTP API at its end.
type gateway struct{ world *world }

// RoundTrip implements http.RoundTripper for the simulated Twilio. The simulator calls it where it
// may sleep.
func (g gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	var raw strings.Builder
	if _, err := io.Copy(&raw, r.Body); err != nil {
		return nil, err
	}
	body, path, w := raw.String(), r.URL.Path, g.world
	if buckettest.Serves(r.URL.Host) {
		return w.recordings.files.RoundTrip(r) // the link to a message
	}
	if w.hostile != nil {
		if document := w.outsiderHears(r, body); document != nil {
			return document, nil
		}
	}
	if path == "/events" && w.isFirstTry(r, body) {
		w.beginErrands(body)
	}
	if unheard(path) {
		if _, struck := w.strikes(webhookLost, path); struck {
			w.recordDamage(undelivered, path, body, function(path))
			return refusal(r, http.StatusNoContent, ""), nil
		}
	}
	// Twilio retries once if the connection broke, within what is left of its time limit.
	identity, began := w.identity(r, body), w.loop.Now()
	answer, broke := g.carry(r, body)
	sent := w.sent[identity]
	sent.tries, sent.took = sent.tries+1, sent.took+w.loop.Now().Sub(began)
	w.sent[identity] = sent
	if broke && sent.tries >= sendings || sent.took > limit(path)-time.Second {
		w.recordDamage(undelivered, path, body, function(path))
	}
	if broke {
		return nil, errAnswerLost
	}
	if w.readings.NewTokenOnRetry {
		delete(w.sent, identity) // Twilio may send the same request again later, as for a wait document
	}
	return answer.response(r), nil
}

// identity returns what all tries of one webhook share: the idempotency token, or path and body
// under the reading that each try has its own token.
func (w *world) identity(r *http.Request, body string) string {
	if w.readings.NewTokenOnRetry {
		return r.URL.Path + "\n" + body
	}
	return r.Header.Get("I-Twilio-Idempotency-Token")
}

// sending counts the tries of one webhook and the time that they took together.
type sending struct {
	tries int
	took  time.Duration
}

// limit returns how long Twilio waits for an answer.
func limit(path string) time.Duration {
	if strings.HasPrefix(path, "/assignment") {
		return 5 * time.Second
	}
	return webhookLimit
}

// carry delivers a webhook to its function and returns the answer. It reports whether the
// connection broke.
func (g gateway) carry(r *http.Request, body string) (answer delivered, broke bool) {
	w, path := g.world, r.URL.Path
	signed := w.loop.Now()
	if _, struck := w.strikes(webhookRefused, path); struck {
		return delivered{}, true
	}
	if dice, struck := w.strikes(webhookLate, path); struck {
		w.loop.Sleep(between(dice, 50*time.Millisecond, latestWebhook))
	}
	if dice, struck := w.strikes(webhookTwice, path); struck {
		w.loop.After(between(dice, 0, again(path)), func() {
			w.loop.Go(func() { g.deliver(r, body, signed) })
		})
	}
	answer = g.deliver(r, body, signed)
	if dice, struck := w.strikes(answerSlow, path); struck {
		w.loop.Sleep(between(dice, 3*time.Second, slowestAnswer))
	}
	_, broke = w.strikes(answerLost, path)
	return answer, broke
}

// again returns the maximum delay between the first and the second delivery. Twilio retries only
// within the time limit of a callback.
func again(path string) time.Duration {
	if strings.HasPrefix(path, "/assignment") {
		return 800 * time.Millisecond
	}
	return latestRepeat
}

// unheard reports whether Twilio ignores the answer to a webhook. Only such a webhook can be lost
// without a trace.
func unheard(path string) bool { return path == "/events" || strings.HasSuffix(path, "/status") }

// delivered is an invocation by a webhook, with its answer.
type delivered struct {
	*invocation
	answer webhook.Answer
}

func (g gateway) deliver(r *http.Request, body string, signed time.Time) delivered {
	i := g.world.invocation(function(r.URL.Path), r.URL.Path, body)
	i.signed = signed
	return delivered{i, g.world.lambda.webhook(i, bundle.Event(r, []byte(body), g.world.now()))}
}

func (d delivered) response(r *http.Request) *http.Response {
	header := make(http.Header, len(d.answer.Headers))
	for name, value := range d.answer.Headers {
		header.Set(name, value)
	}
	return answered(r, d.answer.StatusCode, header, d.answer.Body)
}

// function returns the first route of the function that serves a path.
func function(path string) string {
	first, below, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if first == "worker" && below != "" {
		return "/worker/"
	}
	if path == fallbackFunction {
		return path
	}
	return "/" + first
}

// isWaitURL reports whether a path is that of <Enqueue>'s wait URL: it has no round, whose five
// numbers the hold function writes into the URLs of its own documents.
func isWaitURL(path string) bool {
	return function(path) == "/hold" && strings.Count(path, "-") < 4
}

// sign signs a webhook as Twilio does after a rotation.
func (w *world) sign(r *http.Request, body string) error {
	form, err := url.ParseQuery(body)
	if err != nil {
		return err
	}
	r.Header.Set("X-Twilio-Signature", webhook.Sign(secondToken, r.URL.String(), form))
	return nil
}

// forge sends a webhook that Twilio did not sign: an earlier one with a wrong signature, with none,
// or with another parameter.
func (w *world) forge(dice uint64) {
	if len(w.invocations) == 0 {
		return
	}
	like := w.invocations[dice>>8%uint64(len(w.invocations))]
	if like.path == "" || like.forged {
		return
	}
	body := like.body
	r, err := http.NewRequest(http.MethodPost, account.BaseURL+like.path, bytes.NewReader(nil))
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
		w.lambda.webhook(i, bundle.Event(r, []byte(body), w.now()))
	})
}
