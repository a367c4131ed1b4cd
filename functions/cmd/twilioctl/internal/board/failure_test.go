package board

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"switchboard/shared/cause"
	"switchboard/shared/twilio"
)

func TestFailuresNameRemedy(t *testing.T) {
	t.Parallel()
	aws := func(code, words string) error {
		return fmt.Errorf("read it: %w", cause.Hide(&smithy.GenericAPIError{Code: code, Message: words}))
	}
	tests := []struct {
		name string
		err  error
		want failure
	}{
		{
			name: "a right that AWS names",
			err:  aws("AccessDenied", "User: arn:aws:iam::1:user/lead is not authorized to perform: cloudwatch:DescribeAlarms because no policy allows it"),
			want: failure{text: "missing right cloudwatch:DescribeAlarms", remedy: "allow it in the IAM policy of your AWS credentials"},
		},
		{
			name: "a right that AWS does not name",
			err:  aws("AccessDeniedException", ""),
			want: failure{text: "missing right dynamodb:Scan", remedy: "allow it in the IAM policy of your AWS credentials"},
		},
		{
			name: "credentials that have expired",
			err:  aws("ExpiredTokenException", ""),
			want: failure{text: "the AWS credentials have expired", remedy: "sign in again, as with aws sso login"},
		},
		{
			name: "a table of another region",
			err:  aws("ResourceNotFoundException", ""),
			want: failure{text: "AWS has no such table", remedy: "give the stack's name with --stack, and its region with AWS_REGION"},
		},
		{
			name: "AWS throttles",
			err:  aws("ThrottlingException", ""),
			want: failure{text: "AWS throttles: it has too many requests", remedy: "wait"},
		},
		{
			name: "anything else of AWS",
			err:  aws("InternalServerError", ""),
			want: failure{text: "AWS answers InternalServerError", remedy: "check with make doctor"},
		},
		{
			name: "Twilio throttles",
			err:  &twilio.Error{Status: 429, RetryAfter: 40 * time.Second},
			want: failure{
				text:   "Twilio throttles: the account makes too many requests",
				remedy: "wait, or end other programs that read the workspace",
				pause:  40 * time.Second,
			},
		},
		{
			name: "a token that was replaced",
			err:  &twilio.Error{Status: 401},
			want: failure{
				text:   "Twilio does not know the credentials",
				remedy: "set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET, and start the board again",
			},
		},
		{
			name: "a restricted key",
			err:  &twilio.Error{What: "list live calls", Status: 403},
			want: failure{
				text:   "the API key may not read this: list live calls",
				remedy: "use a key with read access to TaskRouter and Voice, or the auth token",
			},
		},
		{
			name: "no answer",
			err:  fmt.Errorf("read it: %w", context.DeadlineExceeded),
			want: failure{text: "no answer within 30 s", remedy: "check this machine's network"},
		},
		{
			name: "no table",
			err:  &Unreadable{Why: "--no-stack was given", Remedy: "give a stack"},
			want: failure{text: "--no-stack was given", remedy: "give a stack"},
		},
		{
			name: "anything else",
			err:  errors.New("two\nlines of https://user:secret@example.com"),
			want: failure{text: "two lines of https://user:xxxxx@example.com", remedy: "check with make doctor"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := explain(test.err, "dynamodb:Scan"); got != test.want {
				t.Errorf("failure %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestPausesGrow: a source that fails is asked less and less often, once a minute at least.
func TestPausesGrow(t *testing.T) {
	t.Parallel()
	source := &tracked{Source: Source{Every: 5 * time.Second}}
	for _, want := range []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second, time.Minute, time.Minute} {
		if source.failed(errors.New("no"), noon); source.next.Sub(noon) != want {
			t.Errorf("pause %s, want %s", source.next.Sub(noon), want)
		}
	}
	slow := &tracked{Source: Source{Every: 10 * time.Minute}}
	if slow.failed(errors.New("no"), noon); slow.next.Sub(noon) != 10*time.Minute {
		t.Errorf("pause %s", slow.next.Sub(noon))
	}
}

// TestSleepingMachineIsSaid: no source failed, and none was read for long.
func TestSleepingMachineIsSaid(t *testing.T) {
	t.Parallel()
	source := &tracked{Source: Source{Name: "callers", Every: 5 * time.Second}, read: noon}
	if s := source.state(noon.Add(20 * time.Second)); s.Error != "" {
		t.Errorf("state %+v", s)
	}
	if s := source.state(noon.Add(2 * time.Minute)); s.Error == "" || s.Remedy == "" {
		t.Errorf("state %+v", s)
	}
}

func TestTimesAreShort(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Second: "0:00", 59 * time.Second: "0:59", 271 * time.Second: "4:31", 3871 * time.Second: "1:04:31",
	} {
		if got := lasts(d); got != want {
			t.Errorf("%s is shown as %s, want %s", d, got, want)
		}
	}
	s := Snapshot{At: noon}
	if got := s.clock(noon.Add(-20 * time.Hour)); got != "23 Nov 16:00" {
		t.Errorf("yesterday is %s", got)
	}
	if percent(0.999) != 99 || percent(0.29) != 29 || percent(1) != 100 {
		t.Error("shares are rounded up")
	}
}
