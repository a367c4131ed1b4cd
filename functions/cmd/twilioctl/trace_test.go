package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"switchboard/functions/cmd/twilioctl/internal/trace"
	"switchboard/shared/ledger"
)

// FilterLogEvents implements trace.Logs.
func (quiet) FilterLogEvents(context.Context, *cloudwatchlogs.FilterLogEventsInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.FilterLogEventsOutput, error) {
	return &cloudwatchlogs.FilterLogEventsOutput{}, nil
}

// TestCallIsTraced traces a call that is in the ledger alone.
func TestCallIsTraced(t *testing.T) {
	t.Parallel()
	b := withMessages(t)
	if _, err := (ledger.Ledger{Store: b.ledger, Now: time.Now}).LeftQueue(t.Context(), leftIn, "hangup", true); err != nil {
		t.Fatal(err)
	}
	out := b.must("trace", leftIn)
	for _, want := range []string{"call " + leftIn, "caller left the queue: hangup", "missing is Twilio's record of the call", "missing is log lines"} {
		if !strings.Contains(out, want) {
			t.Errorf("the trace has no %q:\n%s", want, out)
		}
	}
	var found trace.Trace
	if err := json.Unmarshal([]byte(b.must("trace", "--json", leftIn)), &found); err != nil || found.CallSID != leftIn || len(found.Gaps) == 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestTraceNamesWhatItNeeds(t *testing.T) {
	t.Parallel()
	b := withMessages(t)
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"trace"}, exitUsage, "give one SID: twilioctl trace CA…"},
		{[]string{"trace", "CA1"}, exitUsage, "a worker call (CA…), a task (WT…) or a reservation (WR…)"},
		{[]string{"trace", "CA000000000000000000000000000000ff"}, exitWrong, "is it a call of this stack (--stack)"},
		{[]string{"trace", "--no-stack", leftIn}, exitWrong, "give the stack that served the call with --stack"},
	} {
		if code, _, stderr := b.run(test.args...); code != test.code || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: exit code %d, %s", test.args, code, stderr)
		}
	}
}
