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

// askTimeout is how long a caller may have to wait for SQS.
const askTimeout = 500 * time.Millisecond

// Queue takes work that the answer may not wait for.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Limit compares how many calls Twilio lets wait with how many should: the voice queue, and with it its size, comes into
// being with the first call (docs/taskrouter/twiml-queue-calls), when no operator is there.
//
// One caller in each execution environment waits for the message to be sent, some 20 to 100 ms, before the hold document
// comes. Lambda freezes a function that has answered, so a goroutine would send with the next request or never; what
// runs on after an answer is an extension, which would cost every cold start and every request something.
type Limit struct {
	Wanted int
	Queue  Queue
	Logger *slog.Logger

	asked atomic.Int64 // the size that was found when the queue was last asked, and one; 0 = never
}

// check asks for the wanted size, once for each other one that it finds. Twilio tells it as MaxQueueSize
// (docs/voice/twiml/enqueue, waitUrl); without that nothing happens. Where asking failed, the next request tries again.
func (l *Limit) check(ctx context.Context, request webhook.Request) {
	found, err := strconv.Atoi(request.Form.Get("MaxQueueSize"))
	if err != nil || found < 0 {
		return
	}
	if found == l.Wanted {
		l.asked.Store(0)
		return
	}
	mark := int64(found) + 1
	if l.asked.Swap(mark) == mark {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	log := l.Logger.With("call_sid", taskrouter.WholeSID("CA", request.Form.Get("CallSid")), "found", found, "wanted", l.Wanted)
	if err := l.Queue.Send(ctx, deferred.Message{QueueLimit: &deferred.QueueLimit{Found: found}}, 0); err != nil {
		l.asked.CompareAndSwap(mark, 0)
		log.WarnContext(ctx, "queue limit not asked for", "error", err)
		return
	}
	log.InfoContext(ctx, "queue limit asked for")
}
