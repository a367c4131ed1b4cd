package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/internal/trigger"
	"switchboard/shared/bucket/buckettest"
)

// recordingsFunction is the function that reads RecordingsQueue. It has no route.
const recordingsFunction = "recordings"

// recordings is RecordingsQueue, with faults, and the bucket. A desk that keeps no recordings has
// neither.
type recordings struct {
	trigger.Queue
	world   *world
	files   buckettest.Store
	excused map[*trigger.Message]bool // messages whose failure a fault explains
}

func newRecordings(w *world) *recordings {
	r := &recordings{world: w, excused: map[*trigger.Message]bool{}, files: buckettest.Store{Now: w.loop.Now}}
	r.Loop, r.Redrive, r.Receive = w.loop, trigger.OfRecordings, r.receive
	return r
}

// SendMessage implements recording.Sender.
func (r *recordings) SendMessage(
	ctx context.Context, input *sqs.SendMessageInput, options ...func(*sqs.Options),
) (output *sqs.SendMessageOutput, err error) {
	if r.world.requests == nil {
		return &sqs.SendMessageOutput{}, nil
	}
	err = dependency{slow: sqsSlow, fails: sqsFails, lost: sqsAnswerLost}.reach(ctx, true, func() error {
		output, err = r.Queue.SendMessage(ctx, input, options...)
		return err
	})
	if err != nil {
		r.world.recordDamage(undelivered, "", aws.ToString(input.MessageBody), recordingsFunction)
		return nil, err
	}
	return output, nil
}

func (r *recordings) receive(m *trigger.Message) (done bool) {
	i := r.world.invocation(recordingsFunction, "", m.Body)
	done = r.world.lambda.message(i, m)
	r.excused[m] = r.excused[m] || !i.clean() && len(i.faults) > 0
	return done
}
