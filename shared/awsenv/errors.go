package awsenv

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"switchboard/shared/metric"
)

// CountErrors returns client options that count requests which failed after the SDK's retries. A
// refused condition is an answer of DynamoDB's, and no error.
func (e Environment) CountErrors(service metric.Service) []func(*middleware.Stack) error {
	namespace := e("METRICS_NAMESPACE")
	if namespace == "" {
		return nil
	}
	return countErrors(service, &metric.Recorder{Out: os.Stdout, Namespace: namespace, Now: time.Now})
}

func countErrors(service metric.Service, recorder *metric.Recorder) []func(*middleware.Stack) error {
	count := middleware.InitializeMiddlewareFunc("CountErrors", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleInitialize(ctx, in)
		if err != nil && !isRefusedCondition(err) {
			recorder.RecordService(service, metric.Count(metric.AWSErrors, 1))
		}
		return out, metadata, err
	})
	return []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
		return stack.Initialize.Add(count, middleware.Before)
	}}
}

func isRefusedCondition(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && answer.ErrorCode() == "ConditionalCheckFailedException"
}
