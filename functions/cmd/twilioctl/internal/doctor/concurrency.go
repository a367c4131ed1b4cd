package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
)

const (
	// invocationsPerCall is how many functions one call can run at the same time: those of its
	// first 300 ms.
	invocationsPerCall = 7
	// enoughExecutions is Lambda's limit for an account that is not new. At this size queues and
	// pollers even out what remains.
	enoughExecutions = 1000
)

// Functions is the part of Lambda's client that the doctor calls.
type Functions interface {
	GetAccountSettings(context.Context, *lambda.GetAccountSettingsInput,
		...func(*lambda.Options)) (*lambda.GetAccountSettingsOutput, error)
}

// readExecutions returns how many executions the account's functions can have at the same time,
// without those that are reserved for a function.
func readExecutions(ctx context.Context, client Functions) (int, error) {
	output, err := client.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	switch {
	case err != nil:
		return 0, fmt.Errorf("read the account's Lambda limits: %w", err)
	case output.AccountLimit == nil || output.AccountLimit.UnreservedConcurrentExecutions == nil:
		return 0, errors.New("read the account's Lambda limits: Lambda names none")
	}
	return int(*output.AccountLimit.UnreservedConcurrentExecutions), nil
}

// checkExecutions requires that all workers can get a call at the same moment. A new account may
// have a limit of 10 (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html).
func (e *evidence) checkExecutions() []Finding {
	const subject = "Lambda's concurrent executions"
	wanted := min(invocationsPerCall*max(len(e.account.Workers), 1), enoughExecutions)
	switch {
	case isDenied(e.executions.err):
		return finding(Skipped, subject, "unknown: the credentials have no right to lambda:GetAccountSettings", "")
	case e.executions.err != nil:
		return unreadable(subject, e.executions.err, "aws lambda get-account-settings, with the same credentials")
	case e.executions.value < wanted:
		return finding(Warning, subject,
			fmt.Sprintf("the account has %d that are not reserved, and %s need %d, seven for each call that begins: Lambda would throttle webhooks",
				e.executions.value, counted(len(e.account.Workers), "worker"), wanted),
			fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value %d", enoughExecutions))
	}
	return ok(subject, fmt.Sprintf("%d are not reserved, and %d are enough", e.executions.value, wanted))
}

// isDenied reports whether IAM refused a request.
func isDenied(err error) bool {
	var refused smithy.APIError
	return errors.As(err, &refused) && strings.HasPrefix(refused.ErrorCode(), "AccessDenied")
}
