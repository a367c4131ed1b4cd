package bridge

import (
	"context"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/deferred"
)

// maxReceives is how often SQS delivers a message of BridgeQueue before it moves it to the
// dead-letter queue (template.yaml, RedrivePolicy).
//
// AWS advises five for a function: a throttled invocation counts as a receive
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
const maxReceives = 5

// leftToSweeper reports whether to drop a message that failed for the last time and leave its work
// to the sweeper: to complete a task, or to bring a worker back. No caller waits for that, so it
// must not raise the alarm for waiting callers.
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
