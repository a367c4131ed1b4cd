// Package workqueue sends texts to the SQS queues from which functions take work.
package workqueue

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/shared/awsenv"
	"switchboard/shared/cause"
	"switchboard/shared/environment"
	"switchboard/shared/metric"
)

// Sender is the part of SQS's client that Send calls.
type Sender interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// Client returns the client or, if it is nil, SQS, with the function's own role.
func Client(env *environment.Reader, client Sender) Sender {
	if client != nil {
		return client
	}
	aws := awsenv.Environment(env.Lookup)
	return sqs.New(sqs.Options{
		Region: aws.Region(), Credentials: aws.Credentials(), BaseEndpoint: aws.Endpoint("SQS"), HTTPClient: aws.HTTPClient(),
		APIOptions: aws.CountErrors(metric.SQS),
	})
}

// Send returns once SQS has taken the text. It is delivered after delay, whole seconds up to 900.
// err is SQS's, without what it quotes; a retry may deliver the text twice.
func Send(ctx context.Context, client Sender, url, body string, delay time.Duration) error {
	input := &sqs.SendMessageInput{QueueUrl: aws.String(url), MessageBody: aws.String(body), DelaySeconds: int32(delay / time.Second)}
	_, err := client.SendMessage(ctx, input)
	return cause.Hide(err)
}
