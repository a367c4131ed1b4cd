package main

import (
	"context"
	"testing"
	"time"

	twilio "switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/apply"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/plan"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/inprocess"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

const setUpFile = `
task_queues:
  - {name: Billing, workers: skills HAS "billing"}
workflow:
  filters:
    - {name: Billing, expression: skill == "billing", targets: [{queue: Billing}]}
queue_max_size: 200
workers:
  - {name: Alice, contact_uri: +14155550191, skills: [billing], activity: Available}
numbers: [+12065550100]
`

// setUp is an account that twilioctl sets up for the bundle.
type setUp struct {
	t      *testing.T
	client *twilio.Client
	wish   plan.Wish
}

// apply plans and applies. It returns the number of changes and the deploy line.
func (s *setUp) apply() (int, plan.Deploy) {
	s.t.Helper()
	read := func() twilio.Snapshot {
		actual, err := s.client.Read(s.t.Context(), s.wish.File.Workspace)
		if err != nil {
			s.t.Fatal(err)
		}
		return actual
	}
	actual := read()
	done, err := apply.Applier{Account: s.client, Wish: s.wish}.Run(s.t.Context(), s.wish.Make(actual), actual)
	if err != nil {
		s.t.Fatal(err)
	}
	return len(done), s.wish.Make(read()).Deploy
}

// deployed sets the bundle's stack in the wish, with the parameters of the deploy line.
func (s *setUp) deployed(base string, deploy plan.Deploy) map[string]string {
	s.t.Helper()
	stack, err := deployment.At(base)
	if err != nil {
		s.t.Fatal(err)
	}
	stack.Parameters = map[string]string{}
	for _, each := range deploy.Parameters {
		stack.Parameters[each.Name] = each.Value
	}
	s.wish.Stack = stack
	if s.wish.URLs, err = stack.URLs(); err != nil {
		s.t.Fatal(err)
	}
	return stack.Parameters
}

// TestEmptyAccountTakesCall applies, deploys, applies again, and runs a call.
func TestEmptyAccountTakesCall(t *testing.T) {
	t.Parallel()
	loop, keys := clock.NewVirtual(account.Morning), account.Secrets(1)
	var web inprocess.Late
	simulated := account.NewEmpty(simulator.Config{
		AuthToken: keys[account.AuthToken],
		Loop:      loop,
		Web:       wire.InProcess(&web),
	})
	file, err := workspacefile.Parse("workspace.yaml", []byte(setUpFile))
	if err != nil {
		t.Fatal(err)
	}
	s := &setUp{t: t, wish: plan.Wish{File: file, NoStack: "there is none yet"}, client: &twilio.Client{
		AccountSID:  account.SID,
		Credentials: twilio.Credentials{User: account.SID, Password: secrets.New(simulated.AuthToken())},
		Transport:   wire.InProcess(simulated),
		Pause:       func(context.Context, time.Duration) error { return nil },
	}}

	_, deploy := s.apply()
	if !deploy.Complete {
		t.Fatalf("deploy = %+v", deploy)
	}
	parameters := s.deployed(account.BaseURL, deploy)
	settings := account.Settings("deferred")
	for _, name := range []string{"WorkspaceSid", "WorkflowSid", "PostWorkActivitySid", "RejectActivitySid", "CrmUrl"} {
		settings[bundle.Variable(name)] = parameters[name]
	}
	process := inprocess.New(loop, settings, bundle.Clients{Parameters: keys})
	process.Twilio.Set(simulated)
	web.Set(process)
	if changed, deploy := s.apply(); changed != 3 || deploy.Stale {
		t.Errorf("the URLs took %d changes, deploy = %+v", changed, deploy)
	}

	talked := false
	simulated.SetPhone(calls.Alice, calls.PressesOne(4*time.Second, 40*time.Second))
	steps := append(calls.TalksAndHangsUp(time.Minute)[:2], script.Hears("from 1 to 5"), script.HangsUp())
	simulated.Call("+14155550101", account.OurNumber, steps...)
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, each := range simulated.Tasks() {
		talked = talked || each.Status == "completed"
	}
	if !talked || len(simulated.Problems()) > 0 || len(simulated.Debugger()) > 0 {
		t.Errorf("tasks %+v, problems %v, debugger %v", simulated.Tasks(), simulated.Problems(), simulated.Debugger())
	}

	if changed, _ := s.apply(); changed != 1 {
		t.Errorf("the call has made the voice queue, and %d changes limit it", changed)
	}
	if changed, _ := s.apply(); changed != 0 {
		t.Errorf("another apply makes %d changes", changed)
	}
}
