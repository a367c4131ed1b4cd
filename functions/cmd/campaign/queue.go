package main

import (
	"context"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/internal/trigger"
	"switchboard/shared/deferred"
)

// workerSIDs matches the workers in a message.
var workerSIDs = regexp.MustCompile(`WK[0-9a-f]{32}`)

// queue is BridgeQueue, with faults.
type queue struct {
	trigger.Queue
	world   *world
	excused map[*trigger.Message]bool // messages whose failure a fault explains
	returns map[string]int            // messages that ask for a worker's return, by worker SID
}

func newQueue(w *world) *queue {
	q := &queue{world: w, excused: map[*trigger.Message]bool{}, returns: map[string]int{}}
	q.Loop, q.Redrive, q.Receive = w.loop, trigger.OfBridge, q.receive
	return q
}

// SendMessage implements deferred.Sender.
func (q *queue) SendMessage(
	ctx context.Context, input *sqs.SendMessageInput, _ ...func(*sqs.Options),
) (*sqs.SendMessageOutput, error) {
	output := &sqs.SendMessageOutput{}
	err := dependency{slow: sqsSlow, fails: sqsFails, lost: sqsAnswerLost}.reach(ctx, true, func() error {
		m, wait := q.Accept(input)
		output.MessageId = aws.String(m.ID)
		if q.multiplies(m.Body) {
			return nil // or the world would not end
		}
		if dice, struck := q.world.faults.strikes(sqsLate); struck {
			q.world.struck(bridgeFunction)
			q.world.recordDamage(undelivered, "", m.Body, bridgeFunction)
			wait += between(dice, time.Second, latestMessage)
		}
		q.DeliverAfter(m, wait)
		if dice, struck := q.world.faults.strikes(sqsTwice); struck {
			q.world.struck(bridgeFunction)
			q.DeliverAfter(m, wait+between(dice, 0, 90*time.Second))
		}
		return nil
	})
	if err != nil {
		// The sender continues without the message, so the worker in it may have to wait for the
		// sweeper.
		for _, sid := range workerSIDs.FindAllString(aws.ToString(input.MessageBody), -1) {
			q.world.recordDamage(undelivered, "", sid, bridgeFunction)
		}
		return nil, err
	}
	return output, nil
}

// A worker may have spareReturns messages that ask for their return, and returnsPerOffer for each
// reservation: when it ends, when the absence ends, when an event reports either.
const spareReturns, returnsPerOffer = 60, 5

// multiplies reports whether a worker has ever more messages that ask for their return.
func (q *queue) multiplies(body string) bool {
	message, err := deferred.Decode(body)
	if err != nil || message.Return == nil {
		return false
	}
	worker := message.Return.WorkerSID
	q.returns[worker]++
	sent := q.returns[worker]
	if sent <= spareReturns {
		return false
	}
	allowed := spareReturns
	for _, r := range q.world.twilio.Reservations() {
		if r.WorkerSID == worker {
			allowed += returnsPerOffer
		}
	}
	if sent == allowed+1 {
		q.world.breaks(fewReturns, "worker %s has %d messages about %d reservations", worker, sent, (allowed-spareReturns)/returnsPerOffer)
	}
	return sent > allowed
}

func (q *queue) receive(m *trigger.Message) (done bool) {
	i := q.world.invocation(bridgeFunction, "", m.Body)
	done = q.world.lambda.message(i, m)
	q.excused[m] = q.excused[m] || !i.clean() && len(i.faults) > 0
	return done
}
