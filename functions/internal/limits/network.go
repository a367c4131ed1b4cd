package limits

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"switchboard/shared/simulator/clock"
)

// How long a request takes, as a median. AWS and Twilio publish none of these: they are what is
// usual within a region, and from it to Twilio. The figures of a burst depend little on them.
const (
	toSSM      = 20 * time.Millisecond
	toDynamoDB = 6 * time.Millisecond
	toSQS      = 12 * time.Millisecond
	toTwilio   = 150 * time.Millisecond

	spread = 0.4 // sigma of a lognormal distribution
)

// Network lets virtual time pass while a function waits for an answer. Only functions that the loop
// runs with Go can wait.
type Network struct {
	Loop   *clock.Loop
	Random *rand.Rand // nil = a request takes the median, and none is throttled
}

// Takes waits for about as long as the median.
func (n Network) Takes(median time.Duration) {
	if n.Random == nil {
		n.Loop.Sleep(median)
		return
	}
	n.Loop.Sleep(time.Duration(float64(median) * math.Exp(spread*n.Random.NormFloat64())))
}

// Slow returns a handler whose answers take about as long as the median.
func (n Network) Slow(median time.Duration, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.Takes(median)
		handler.ServeHTTP(w, r)
	})
}

// policy is how often a client makes a request, and how long its pauses are at most. Pauses are
// random.
type policy struct {
	tries    int
	maxPause func(try int) time.Duration
}

// ofSDK is the AWS SDK's own policy (github.com/aws/aws-sdk-go-v2/aws/retry).
func ofSDK() policy {
	return policy{3, func(try int) time.Duration { return time.Second << try }}
}

// errThrottled is what a function gets after the client's last try.
var errThrottled = errors.New("throttled in each try")

// retried makes a request by a policy: request reports whether the service admits it. Pauses end
// with the time that ctx leaves.
func (n Network) retried(ctx context.Context, p policy, median time.Duration, request func() (admitted bool)) error {
	left := timeLeft(ctx)
	for try := 1; ; try++ {
		n.Takes(median)
		if request() {
			return nil
		}
		if try == p.tries {
			return errThrottled
		}
		pause := time.Duration(n.Random.Float64() * float64(p.maxPause(try)))
		if pause > left {
			n.Loop.Sleep(left)
			return context.DeadlineExceeded
		}
		n.Loop.Sleep(pause)
		left -= pause
	}
}

// timeLeft returns how long a request may take. A context's deadline is in real time, in which
// next to nothing has passed since the function set it: rounded, it is the same in each run.
func timeLeft(ctx context.Context) time.Duration {
	deadline, limited := ctx.Deadline()
	if !limited {
		return time.Hour
	}
	return time.Until(deadline).Round(time.Second / 2)
}
