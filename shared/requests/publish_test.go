package requests

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/shared/dialing"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// parameter is one SSM parameter.
type parameter struct {
	text   string
	writes int
}

func (p *parameter) State(context.Context) (string, error) { return p.text, nil }

func (p *parameter) PutParameter(_ context.Context, input *ssm.PutParameterInput, _ ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	p.text = *input.Value
	p.writes++
	return &ssm.PutParameterOutput{}, nil
}

func TestListIsWrittenWhenItChanges(t *testing.T) {
	t.Parallel()
	const number = "+14155550123"
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: noon}
	r := ledger.Request{Key: taskrouter.CallbackKey("CA00000000000000000000000000000001"), Number: number}
	open, _, err := l.Ask(t.Context(), r, ledger.Left)
	if err != nil {
		t.Fatal(err)
	}
	ended, _, err := l.Withdraw(t.Context(), r.Key, "called again")
	if err != nil {
		t.Fatal(err)
	}
	p := &parameter{}
	publisher := Publisher{Client: p, State: p}
	for i, step := range []struct {
		open   []ledger.Call
		writes int
		lists  bool
	}{
		{nil, 0, false},
		{[]ledger.Call{open}, 1, true},
		{[]ledger.Call{open}, 1, true},
		{[]ledger.Call{ended}, 2, false},
		{nil, 2, false},
	} {
		if err := publisher.Publish(t.Context(), step.open); err != nil {
			t.Fatal(err)
		}
		if p.writes != step.writes || dialing.Lists(p.text, number) != step.lists {
			t.Errorf("%d: %d writes, %q", i, p.writes, p.text)
		}
	}
}
