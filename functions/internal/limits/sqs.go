package limits

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/shared/deferred"
)

// SQS is a standard queue's endpoint, which admits any number of messages: see
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
type SQS struct {
	Network
	Next deferred.Sender
}

// SendMessage implements deferred.Sender.
func (s SQS) SendMessage(ctx context.Context, input *sqs.SendMessageInput, options ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	s.Takes(toSQS)
	return s.Next.SendMessage(ctx, input, options...)
}
