package bridge

import (
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/metric"
)

// sentAt returns when SQS took a message, or the zero time if the event does not say
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html).
func sentAt(record events.SQSMessage) time.Time {
	sent, err := strconv.ParseInt(record.Attributes["SentTimestamp"], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(sent)
}

// measureClaim records how long the reservation's message took. The queue's own age also counts
// messages that are delayed on purpose.
func (j *job) measureClaim() {
	if !j.sent.IsZero() {
		j.handler.measure(metric.BridgeDelay, j.sent)
	}
}

// measure records how long a step has taken since began.
func (h Handler) measure(step metric.Name, began time.Time) {
	h.Metrics.Record(metric.Milliseconds(step, h.Now().Sub(began)))
}
