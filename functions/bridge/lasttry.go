package bridge

import (
	"context"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/deferred"
)

// maxReceives is how often SQS delivers a message of BridgeQueue before it moves it to the
// dead-letter queue (template.yaml, RedrivePolicy).
const maxReceives = 3

// leftToSweeper reports whether a message that failed for the last time is dropped: no caller waits
// for the end of a wrap-up or for a worker's return, so it must not ring the alarm for callers who
// wait. The sweeper completes the task and brings the worker back.
func (h Handler) leftToSweeper(ctx context.Context, record events.SQSMessage, cause error) bool {
	receives, err := strconv.Atoi(record.Attributes["ApproximateReceiveCount"])
	if err != nil || receives < maxReceives {
		return false
	}
	message, err := deferred.Decode(record.Body)
	if err != nil || message.Bridge != nil || message.QueueLimit != nil {
		return false
	}
	h.Logger.WarnContext(ctx, "work left to the sweeper", "message_id", record.MessageId, "error", cause)
	return true
}
