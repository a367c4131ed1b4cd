package bridge

import (
	"context"
	"time"

	"switchboard/shared/deferred"
)

// In each limitPause only one attempt asks Twilio for the queue's size, for all environments. An
// attempt ends before the next may begin: the function's timeout (template.yaml) is shorter.
const (
	limitLease = "queue_limit"
	limitPause = time.Minute
)

// limitQueue sets the voice queue to the size that the stack was deployed with. It logs a failure
// and does not retry: no caller waits for the size, and the hold function asks again while it finds
// another one.
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
