package account

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"switchboard/shared/twilio"
)

const (
	tryTimeout   = 20 * time.Second
	tries        = 5
	firstPause   = 500 * time.Millisecond // doubled for each further try
	longestPause = 30 * time.Second
)

// patient makes a request again that Twilio throttled, which it never processed and is safe to repeat (docs/api/errors/20429), and a
// read whose answer did not come. A write without an answer is left to the caller: it may have been done.
type patient struct {
	next     http.RoundTripper
	pause    func(context.Context, time.Duration) error
	progress func(string)
}

// RoundTrip implements http.RoundTripper.
func (p patient) RoundTrip(request *http.Request) (*http.Response, error) {
	pause := firstPause
	for try := 1; ; try++ {
		response, err := p.attempt(request)
		if try == tries || !again(request, response, err) {
			return response, err
		}
		wait := pause
		if response != nil {
			wait = max(pause, asked(response))
		}
		p.progress(fmt.Sprintf("%s %s: %s, again in %s", request.Method, request.URL.Path, reason(response, err), wait))
		if p.pause(request.Context(), wait) != nil {
			return response, err
		}
		pause = min(2*pause, longestPause)
	}
}

// attempt reads the answer, within the time of one try: twilio-go leaves the bodies of errors open.
func (p patient) attempt(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), tryTimeout)
	defer cancel()
	sent := request.Clone(ctx)
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			return nil, err
		}
		sent.Body = body
	}
	next := p.next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	// A longer body is refused by twilio.Transport, which knows what to say of it.
	body, err := io.ReadAll(io.LimitReader(response.Body, twilio.AnswerLimit+1))
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

func again(request *http.Request, response *http.Response, err error) bool {
	switch {
	case request.Context().Err() != nil:
		return false
	case err == nil && response.StatusCode == http.StatusTooManyRequests:
		return true
	}
	return request.Method == http.MethodGet && (err != nil || response.StatusCode >= 500 && response.StatusCode != http.StatusNotImplemented)
}

// asked is how long Twilio asks to wait.
func asked(response *http.Response) time.Duration {
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, longestPause)
}

func reason(response *http.Response, err error) string {
	if err != nil {
		return err.Error()
	}
	return response.Status
}
