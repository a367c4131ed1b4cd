package bridge

import (
	"context"
	"time"

	"switchboard/shared/deferred"
)

// One attempt in limitPause asks Twilio for the queue's size, whichever environments want it. An
// attempt ends before that: the function's timeout (template.yaml) is shorter.
const (
	limitLease = "queue_limit"
	limitPause = time.Minute
)

// limitQueue gives the voice queue the size that the stack was deployed with. No caller waits for
// that, and the hold function asks again while it finds another size: what fails here is logged,
// and not retried.
func (h Handler) limitQueue(ctx context.Context, work deferred.QueueLimit) {
	log := h.Logger.With("found", work.Found, "wanted", h.QueueMaxSize)
	taken, err := h.Ledger.Lease(ctx, limitLease, limitPause)
	if err != nil {
		log.WarnContext(ctx, "queue limit not set", "error", err)
		return
	}
	if !taken {
		log.InfoContext(ctx, "queue limit left to another attempt")
		return
	}
	if _, err := h.Limit.Set(ctx, h.QueueMaxSize); err != nil {
		log.WarnContext(ctx, "queue limit not set", "error", err)
	}
}
