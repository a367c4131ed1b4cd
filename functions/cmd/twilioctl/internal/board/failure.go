package board

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/aws/smithy-go"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/twilio"
)

// failure is why a source could not be read, and what a person can do.
type failure struct {
	text, remedy string
	pause        time.Duration // that Twilio asks for; 0 = none
}

// Unreadable is a source's error with its own remedy: the source cannot be read at all.
type Unreadable struct{ Why, Remedy string }

// Error says why.
func (u *Unreadable) Error() string { return u.Why }

// explain says what a failure means. right is the one that AWS credentials need.
func explain(err error, right string) failure {
	var unreadable *Unreadable
	var refused *twilio.Error
	var ofAWS smithy.APIError
	switch {
	case errors.As(err, &unreadable):
		return failure{text: unreadable.Why, remedy: unreadable.Remedy}
	case errors.Is(err, context.DeadlineExceeded):
		return failure{
			text:   fmt.Sprintf("no answer within %d s", int(readTime.Seconds())),
			remedy: "check this machine's network",
		}
	case errors.As(err, &refused) && refused.Throttled():
		return failure{
			text:   "Twilio throttles: the account makes too many requests",
			remedy: "wait, or end other programs that read the workspace",
			pause:  refused.RetryAfter,
		}
	case errors.As(err, &refused) && refused.Status == http.StatusUnauthorized:
		return failure{
			text:   "Twilio does not know the credentials",
			remedy: "set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET, and start the board again",
		}
	case errors.As(err, &refused) && refused.Denied():
		return failure{
			text:   "the API key may not read this: " + refused.What,
			remedy: "use a key with read access to TaskRouter and Voice, or the auth token",
		}
	case errors.As(err, &ofAWS):
		return explainAWS(ofAWS, right)
	}
	return failure{
		text:   account.WithoutPasswords(strings.Join(strings.Fields(err.Error()), " ")),
		remedy: "check with make doctor",
	}
}

// denied finds the right in AWS's words: "is not authorized to perform: cloudwatch:DescribeAlarms
// because no identity-based policy allows it".
var denied = regexp.MustCompile(`not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)`)

// explainAWS names the missing right. AWS services have different codes for the same refusal
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
func explainAWS(err smithy.APIError, right string) failure {
	code := err.ErrorCode()
	switch {
	case strings.Contains(code, "AccessDenied") || strings.Contains(code, "UnauthorizedOperation"):
		if found := denied.FindStringSubmatch(err.ErrorMessage()); found != nil {
			right = found[1]
		}
		return failure{text: "missing right " + right, remedy: "allow it in the IAM policy of your AWS credentials"}
	case strings.Contains(code, "Expired"):
		return failure{text: "the AWS credentials have expired", remedy: "sign in again, as with aws sso login"}
	case strings.Contains(code, "Throttl") || strings.Contains(code, "ProvisionedThroughputExceeded"):
		return failure{text: "AWS throttles: it has too many requests", remedy: "wait"}
	case strings.Contains(code, "ResourceNotFound"):
		return failure{text: "AWS has no such table", remedy: "give the stack's name with --stack, and its region with AWS_REGION"}
	}
	return failure{text: "AWS answers " + code, remedy: "check with make doctor"}
}
