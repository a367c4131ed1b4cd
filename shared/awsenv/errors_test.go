package awsenv

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"switchboard/shared/metric"
)

// TestErrorsAreCounted makes requests through the middleware that end as the rows say.
func TestErrorsAreCounted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want int
	}{
		{
			name: "an answer",
			err:  nil,
			want: 0,
		},
		{
			name: "no answer",
			err:  errors.New("timeout"),
			want: 1,
		},
		{
			name: "throttling",
			err:  &smithy.GenericAPIError{Code: "ProvisionedThroughputExceededException"},
			want: 1,
		},
		{
			name: "a refused condition",
			err:  &smithy.GenericAPIError{Code: "ConditionalCheckFailedException"},
			want: 0,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			stack := middleware.NewStack("GetParameters", func() any { return nil })
			recorder := &metric.Recorder{Out: &out, Namespace: "Switchboard/desk", Now: time.Now}
			for _, option := range countErrors(metric.SSM, recorder) {
				if err := option(stack); err != nil {
					t.Fatal(err)
				}
			}
			request := middleware.DecorateHandler(middleware.HandlerFunc(func(context.Context, any) (any, middleware.Metadata, error) {
				return nil, middleware.Metadata{}, test.err
			}), stack)
			if _, _, err := request.Handle(t.Context(), nil); !errors.Is(err, test.err) {
				t.Errorf("err = %v, want %v", err, test.err)
			}
			if got := strings.Count(out.String(), `"AwsErrors":1,"Service":"SSM"`); got != test.want {
				t.Errorf("%d errors counted, want %d: %s", got, test.want, out.String())
			}
		})
	}
}
