package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/shared/simulator/clock"
)

const (
	deliveryTime      = 20 * time.Millisecond // SQS to Lambda, about the median that is published
	visibilityTimeout = time.Minute           // as template.yaml has it
	maxReceives       = 3
)

// queue stands in for BridgeQueue, its event source mapping and its dead-letter queue.
type queue struct {
	loop     *clock.Loop
	consumer interface {
		Handle(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
	}
	sent int
	dead []string // bodies that ended in the dead-letter queue
}

// SendMessage implements deferred.Sender.
func (q *queue) SendMessage(_ context.Context, input *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	q.sent++
	id := fmt.Sprintf("message-%d", q.sent)
	body := aws.ToString(input.MessageBody)
	q.loop.After(time.Duration(input.DelaySeconds)*time.Second+deliveryTime, func() { q.deliver(id, body, 1) })
	return &sqs.SendMessageOutput{MessageId: aws.String(id)}, nil
}

func (q *queue) deliver(id, body string, receives int) {
	batch := events.SQSEvent{Records: []events.SQSMessage{{
		MessageId:  id,
		Body:       body,
		Attributes: map[string]string{"ApproximateReceiveCount": strconv.Itoa(receives)},
	}}}
	response, err := q.consumer.Handle(context.Background(), batch)
	switch {
	case err == nil && len(response.BatchItemFailures) == 0:
	case receives == maxReceives:
		q.dead = append(q.dead, body)
	default:
		q.loop.After(visibilityTimeout, func() { q.deliver(id, body, receives+1) })
	}
}
