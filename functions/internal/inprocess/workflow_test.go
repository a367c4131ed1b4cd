package inprocess

import (
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

const nextWorkflowSID = "WW00000000000000000000000000000002"

// redeployed is a stack whose parameter WorkflowSid changes while callers wait. The new version of
// the functions has the tables, the messages and the schedule of the one before.
type redeployed struct {
	*simulator.Twilio
	loop *clock.Loop
	next *Bundle
}

// newRedeployed makes the change after a minute. The only worker is off until two minutes later.
func newRedeployed(t *testing.T, settings bundle.Environment) redeployed {
	t.Helper()
	loop := clock.NewVirtual(account.Morning)
	before, after := account.Settings("deferred"), account.Settings("deferred")
	for name, value := range settings {
		before[name], after[name] = value, value
	}
	after["WORKFLOW_SID"], after["PREVIOUS_WORKFLOW_SID"] = nextWorkflowSID, account.WorkflowSID
	clients := bundle.Clients{Parameters: account.Secrets(1), Table: &ledger.Memory{}, Roster: &roster.Memory{}}
	old, next := New(loop, before, clients), New(loop, after, clients)
	stack := &Late{}
	stack.Set(old)
	config := old.Config(1, nil)
	config.Web = wire.InProcess(stack)
	twilio := simulator.New(config)
	old.Twilio.Set(twilio)
	next.Twilio.Set(twilio)
	workers := account.Desk{Workers: []account.Worker{newWorker("+14155550191", pressesOne(2*time.Second, 20*time.Second))}}
	if _, err := account.SetUp(twilio, account.Example, workers); err != nil {
		t.Fatal(err)
	}
	queue, err := twilio.AddTaskQueue(simulator.TaskQueue{Name: "Everyone tomorrow", TargetWorkers: "1==1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := twilio.AddWorkflow(simulator.Workflow{
		SID: nextWorkflowSID, Name: "Calls of tomorrow", ReservationTimeout: account.ReservationTimeout,
		Configuration:                 `{"task_routing":{"default_filter":{"queue":"` + queue + `"}}}`,
		AssignmentCallbackURL:         account.BaseURL + "/assignment",
		FallbackAssignmentCallbackURL: account.BaseURL + "/assignment/fallback",
	}); err != nil {
		t.Fatal(err)
	}
	alice := twilio.Workers()[0].SID
	if err := twilio.SetWorkerActivity(alice, account.OfflineSID); err != nil {
		t.Fatal(err)
	}
	loop.After(3*time.Minute, func() { _ = twilio.SetWorkerActivity(alice, account.AvailableSID) })
	loop.After(time.Minute, func() {
		stack.Set(next)
		old.Queue.Receive = next.Queue.Receive
	})
	next.Sweeps.Until = account.Morning.Add(10 * time.Minute)
	next.Sweeps.Start(t.Context())
	return redeployed{twilio, loop, next}
}

func (r redeployed) run(t *testing.T) {
	t.Helper()
	if err := r.loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if findings := r.next.Sweeps.Findings(); len(findings) > 0 {
		t.Errorf("the sweeper had to repair: %q", findings)
	}
	for _, task := range r.Tasks() {
		if task.Status != "completed" && task.Status != "canceled" {
			t.Errorf("a task of workflow %s is %s", task.WorkflowSID, task.Status)
		}
	}
}

// heard is what a caller heard, in one text.
func (r redeployed) heard(t *testing.T, line *simulator.Line) string {
	t.Helper()
	for _, call := range r.Calls() {
		if call.SID == line.CallSID() {
			return strings.Join(call.Heard, " ")
		}
	}
	t.Fatal("the caller did not call")
	return ""
}

// TestWorkflowChangesWhileCallersWait: a caller of the workflow before the change and one of the
// workflow after it talk to the same worker, who is brought back in between.
func TestWorkflowChangesWhileCallersWait(t *testing.T) {
	t.Parallel()
	r := newRedeployed(t, bundle.Environment{"CRM_URL": ""})
	steps := []script.Step{script.Until(script.Bridged), script.HangsUpAfter(time.Minute)}
	early := r.CallAfter(time.Second, "+14155550101", account.OurNumber, steps...)
	late := r.CallAfter(90*time.Second, "+14155550102", account.OurNumber, steps...)
	r.run(t)
	for _, call := range r.Calls() {
		if caller := call.SID == early.CallSID() || call.SID == late.CallSID(); caller && call.BridgeEnded.IsZero() {
			t.Errorf("the caller of %s was not connected", call.From)
		}
	}
	workflows := map[string]string{}
	for _, task := range r.Tasks() {
		workflows[task.CallSID] = task.WorkflowSID
		if task.Status != "completed" {
			t.Errorf("the task of workflow %s is %s, want completed", task.WorkflowSID, task.Status)
		}
	}
	if workflows[early.CallSID()] != account.WorkflowSID || workflows[late.CallSID()] != nextWorkflowSID {
		t.Errorf("workflows of the callers %v", workflows)
	}
}

// TestWorkflowChangesBeforeTimeout: the task of the workflow before the change times out. Its
// caller hears so.
func TestWorkflowChangesBeforeTimeout(t *testing.T) {
	t.Parallel()
	r := newRedeployed(t, bundle.Environment{"CRM_URL": "", "TASK_TIMEOUT_SECONDS": "120"})
	caller := r.CallAfter(time.Second, "+14155550101", account.OurNumber, script.HangsUpAfter(5*time.Minute))
	r.run(t)
	if heard := r.heard(t, caller); !strings.Contains(heard, "All our lines are busy") {
		t.Errorf("the caller heard %q", heard)
	}
}
