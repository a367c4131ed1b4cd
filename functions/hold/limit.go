package hold

import (
	"context"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

// askTimeout is the maximum time that a caller waits for SQS.
const askTimeout = 500 * time.Millisecond

// Queue takes work that must not delay the answer.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// askAgain is how long an environment waits before it asks again while the size stays the same. The
// bridge function obeys only one of those who ask, and Twilio may refuse the change.
const askAgain = 5 * time.Minute

// Limit compares the number of calls that Twilio lets wait with the wanted one. Twilio creates the
// voice queue with the first call (https://www.twilio.com/docs/taskrouter/twiml-queue-calls), so no
// operator can set its size before.
//
// One caller in each execution environment waits 20 to 100 ms until the message is sent. Lambda
// freezes a function that has answered, so a goroutine would send with the next request or never;
// an extension could run longer, but would slow down every cold start and every request.
type Limit struct {
	Wanted int
	Queue  Queue
	Now    func() time.Time
	Logger *slog.Logger

	last atomic.Pointer[asked] // nil = never, or not since the size was right
}

// asked has the size found when SQS was last asked for a change, and when that was.
type asked struct {
	found int
	at    time.Time
}

// check asks for the wanted size if it finds another one, and again every five minutes while it
// still finds that. The size is Twilio's MaxQueueSize
// (https://www.twilio.com/docs/voice/twiml/enqueue); without it check does nothing. If SQS does not
// accept the message, the next request tries again.
func (l *Limit) check(ctx context.Context, request webhook.Request) {
	found, err := strconv.Atoi(request.Form.Get("MaxQueueSize"))
	if err != nil || found < 0 {
		return
	}
	if found == l.Wanted {
		l.last.Store(nil)
		return
	}
	before, now := l.last.Load(), &asked{found, l.Now()}
	if before != nil && before.found == found && now.at.Sub(before.at) < askAgain || !l.last.CompareAndSwap(before, now) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	log := l.Logger.With("call_sid", taskrouter.WholeSID("CA", request.Form.Get("CallSid")), "found", found, "wanted", l.Wanted)
	if err := l.Queue.Send(ctx, deferred.Message{QueueLimit: &deferred.QueueLimit{Found: found}}, 0); err != nil {
		l.last.CompareAndSwap(now, nil)
		log.WarnContext(ctx, "queue size change not requested", "error", err)
		return
	}
	log.InfoContext(ctx, "queue size change requested")
}
