package twilio

import (
	"context"
	"time"
)

// Policy says how often an operation is tried, and how long tries and pauses may take.
type Policy struct {
	Tries      int
	Timeout    time.Duration // of one try, with all pages of a list
	FirstPause time.Duration // between the first two tries; each further pause is twice as long
	MaxPause   time.Duration // also of the pause that Twilio asks for; 0 = no maximum, and Twilio's wish is ignored
}

// FunctionPolicy is for Lambda functions: a caller waits for them.
var FunctionPolicy = Policy{Tries: 3, Timeout: 8 * time.Second, FirstPause: 200 * time.Millisecond}

// OperatorPolicy is for programs that a person runs.
var OperatorPolicy = Policy{Tries: 5, Timeout: 20 * time.Second, FirstPause: 500 * time.Millisecond, MaxPause: 30 * time.Second}

// backoff gives the pauses of one operation.
type backoff struct {
	policy Policy
	last   time.Duration
}

// next returns the pause after a failure.
func (b *backoff) next(failure *Error) time.Duration {
	b.last = max(b.policy.FirstPause, 2*b.last)
	if b.policy.MaxPause == 0 {
		return b.last
	}
	b.last = min(b.last, b.policy.MaxPause)
	return max(b.last, min(failure.RetryAfter, b.policy.MaxPause))
}

// Wait is the Pause for real time.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
