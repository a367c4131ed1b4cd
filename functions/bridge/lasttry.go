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
// for a wrap-up, so it must not ring the alarm for callers who wait, and the sweeper completes its
// task.
func (h Handler) leftToSweeper(ctx context.Context, record events.SQSMessage, cause error) bool {
	receives, err := strconv.Atoi(record.Attributes["ApproximateReceiveCount"])
	if err != nil || receives < maxReceives {
		return false
	}
	message, err := deferred.Decode(record.Body)
	if err != nil || message.WrapUp == nil {
		return false
	}
	h.Logger.WarnContext(ctx, "wrap-up left to the sweeper", "message_id", record.MessageId,
		"call_sid", message.WrapUp.CallSID, "task_sid", message.WrapUp.TaskSID, "error", cause)
	return true
}
