package main

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// As template.yaml has it.
const (
	visibilityTimeout = time.Minute
	maxReceives       = 3
)

// workerSIDs finds the workers in a message.
var workerSIDs = regexp.MustCompile(`WK[0-9a-f]{32}`)

// queue is BridgeQueue with its event source mapping and its dead-letter queue.
type queue struct {
	world *world
	sent  int
}

// message is one that the queue has taken.
type message struct {
	id, body string
	receives int
	excused  bool // something that struck explains that it failed
}

// SendMessage implements deferred.Sender.
func (q *queue) SendMessage(ctx context.Context, input *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	output := &sqs.SendMessageOutput{}
	err := dependency{slow: sqsSlow, fails: sqsFails, lost: sqsAnswerLost}.reach(ctx, true, func() error {
		q.sent++
		m := &message{id: "message-" + strconv.Itoa(q.sent), body: aws.ToString(input.MessageBody)}
		output.MessageId = aws.String(m.id)
		wait := time.Duration(input.DelaySeconds)*time.Second + 20*time.Millisecond
		if dice, struck := q.world.faults.strikes(sqsLate); struck {
			q.world.struck(bridgeFunction)
			q.world.spoil(undelivered, "", m.body, bridgeFunction)
			wait += between(dice, time.Second, latestMessage)
		}
		q.world.loop.After(wait, func() { q.deliver(m) })
		if dice, struck := q.world.faults.strikes(sqsTwice); struck {
			q.world.struck(bridgeFunction)
			q.world.loop.After(wait+between(dice, 0, 90*time.Second), func() { q.deliver(m) })
		}
		return nil
	})
	if err != nil {
		// Whoever sends it has to do without; the worker of whom it tells may have to wait for the sweeper.
		for _, sid := range workerSIDs.FindAllString(aws.ToString(input.MessageBody), -1) {
			q.world.spoil(undelivered, "", sid, bridgeFunction)
		}
		return nil, err
	}
	return output, nil
}

func (q *queue) deliver(m *message) {
	q.world.loop.Go(func() {
		m.receives++
		received := q.world.loop.Now()
		i := q.world.invocation(bridgeFunction, "", m.body)
		done := q.world.lambda.message(i, m.id, m.receives)
		m.excused = m.excused || !i.clean() && len(i.faults) > 0
		switch {
		case done:
		case m.receives >= maxReceives:
			q.world.dead = append(q.world.dead, m)
		default:
			q.world.loop.After(visibilityTimeout-q.world.loop.Now().Sub(received), func() { q.deliver(m) })
		}
	})
}
