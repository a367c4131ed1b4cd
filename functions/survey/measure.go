package survey

import (
	"strconv"
	"time"

	"switchboard/shared/metric"
	"switchboard/shared/taskrouter"
)

// measure records whether the caller gave up, and how long one waited whom a worker answered.
func (c callerRequest) measure(result taskrouter.QueueResult) {
	if result == taskrouter.Unreadable {
		return
	}
	values := []metric.Value{metric.Flag(metric.Abandoned, result == taskrouter.Hangup)}
	// https://www.twilio.com/docs/voice/twiml/enqueue: seconds in the queue
	if waited, err := strconv.Atoi(c.request.Form.Get("QueueTime")); err == nil && waited >= 0 && result.Talked() {
		values = append(values, metric.Seconds(metric.AnsweredAfter, time.Duration(waited)*time.Second))
	}
	c.handler.Metrics.Record(values...)
}
