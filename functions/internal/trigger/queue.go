// Package trigger stands in for what invokes the functions that answer no webhook: SQS with its
// event source mapping, and the sweeper's schedule.
package trigger

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/shared/simulator/clock"
)

const deliveryTime = 20 * time.Millisecond // from SQS to Lambda, about the published median

// Redrive is what a queue in template.yaml does with a message that its function failed to process.
type Redrive struct {
	Visibility  time.Duration // from one delivery to the next
	MaxReceives int
}

// The queues of template.yaml.
var (
	OfBridge     = Redrive{time.Minute, 5}
	OfRecordings = Redrive{6 * time.Minute, 10}
)

// Message is a message that the queue has accepted.
type Message struct {
	ID, Body string
	Sent     time.Time // zero = unknown
	Receives int
}

// Queue stands in for a queue, its event source mapping and its dead-letter queue.
type Queue struct {
	Loop    *clock.Loop
	Redrive Redrive
	// Receive invokes the function behind the queue. It reports whether SQS deletes the message.
	Receive func(*Message) (done bool)
	Pollers *Pollers // nil = each message is received when it is visible

	Sent atomic.Int64 // number of accepted messages
	Dead []*Message   // in the dead-letter queue
}

// SendMessage implements deferred.Sender.
func (q *Queue) SendMessage(
	_ context.Context, input *sqs.SendMessageInput, _ ...func(*sqs.Options),
) (*sqs.SendMessageOutput, error) {
	message, wait := q.Accept(input)
	q.DeliverAfter(message, wait)
	return &sqs.SendMessageOutput{MessageId: aws.String(message.ID)}, nil
}

// Accept returns a message with what was sent, and how long SQS takes to deliver it.
func (q *Queue) Accept(input *sqs.SendMessageInput) (message *Message, wait time.Duration) {
	n := q.Sent.Add(1)
	message = &Message{ID: fmt.Sprintf("message-%d", n), Body: aws.ToString(input.MessageBody), Sent: q.Loop.Now()}
	return message, time.Duration(input.DelaySeconds)*time.Second + deliveryTime
}

// DeliverAfter delivers a message after d, and again after each visibility timeout until the
// function succeeds or has received it as often as it may.
func (q *Queue) DeliverAfter(message *Message, d time.Duration) {
	q.Loop.After(d, func() {
		if q.Pollers != nil {
			q.Pollers.take(func() { q.deliver(message) })
			return
		}
		q.Loop.Go(func() { q.deliver(message) })
	})
}

func (q *Queue) deliver(message *Message) {
	message.Receives++
	received := q.Loop.Now()
	switch done := q.Receive(message); {
	case done:
	case message.Receives >= q.Redrive.MaxReceives:
		q.Dead = append(q.Dead, message)
	default:
		q.DeliverAfter(message, q.Redrive.Visibility-q.Loop.Now().Sub(received))
	}
}

// Consumer is a function that reads a queue.
type Consumer interface {
	Handle(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
}

// Invoke invokes a function with a message. It reports whether SQS deletes the message.
func (m *Message) Invoke(ctx context.Context, function Consumer) (done bool) {
	attributes := map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.Receives)}
	if !m.Sent.IsZero() {
		attributes["SentTimestamp"] = strconv.FormatInt(m.Sent.UnixMilli(), 10)
	}
	response, err := function.Handle(ctx, events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: m.ID, Body: m.Body, Attributes: attributes,
	}}})
	return err == nil && len(response.BatchItemFailures) == 0
}
