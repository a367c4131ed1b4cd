package limits

import (
	"io"
	"net/http"
	"time"
)

// API is Twilio's REST API with the account's limit of requests at the same time. Beyond it Twilio
// answers 429 (https://www.twilio.com/docs/api/errors/20429). It publishes no figure.
type API struct {
	Network
	Next        http.Handler
	Concurrency int // the limit

	Requests, Throttled, Most int           // Most ran at the same time
	Busy                      time.Duration // of all requests

	running int
}

// APIConcurrency is what Twilio's users report.
const APIConcurrency = 100

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.Requests++
	if a.running >= a.Concurrency {
		a.Throttled++
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"code":20429,"message":"Too many requests","status":429}`)
		return
	}
	a.running++
	a.Most = max(a.Most, a.running)
	began := a.Loop.Now()
	a.Takes(toTwilio)
	a.Next.ServeHTTP(w, r)
	a.Busy += a.Loop.Now().Sub(began)
	a.running--
}
