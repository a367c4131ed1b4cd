package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// emptyAccount is an account with a phone number and no workspace.
func emptyAccount(t *testing.T) (*account, *taskrouter.ApiService) {
	t.Helper()
	a := bareAccount(t, simulator.Config{Empty: true})
	a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice"})
	return a, a.rest().task
}

// newWorkspace creates a workspace over REST and returns its SID and those of its activities by
// name.
func newWorkspace(t *testing.T, twilio *taskrouter.ApiService, change func(*taskrouter.CreateWorkspaceParams)) (sid string, activities map[string]string) {
	t.Helper()
	params := new(taskrouter.CreateWorkspaceParams).SetFriendlyName("Support")
	if change != nil {
		change(params)
	}
	workspace, err := twilio.CreateWorkspace(params)
	noError(t, err)
	listed, err := twilio.ListActivity(*workspace.Sid, new(taskrouter.ListActivityParams))
	noError(t, err)
	activities = map[string]string{}
	for _, activity := range listed {
		activities[*activity.FriendlyName] = *activity.Sid
	}
	return *workspace.Sid, activities
}

func TestEmptyAccountBecomesAWorkingQueue(t *testing.T) {
	a, twilio := emptyAccount(t)
	if workspaces, err := twilio.ListWorkspace(new(taskrouter.ListWorkspaceParams)); err != nil || len(workspaces) != 0 || a.WorkspaceSID() != "" {
		t.Fatalf("workspaces %v, %v, want none", workspaces, err)
	}
	workspace, activities := newWorkspace(t, twilio, func(p *taskrouter.CreateWorkspaceParams) { p.SetEventCallbackUrl(a.app.base + "/events") })
	queue, err := twilio.CreateTaskQueue(workspace, new(taskrouter.CreateTaskQueueParams).SetFriendlyName("Spanish").SetTargetWorkers(`languages HAS "es"`))
	noError(t, err)
	workflow, err := twilio.CreateWorkflow(workspace, new(taskrouter.CreateWorkflowParams).SetFriendlyName("Calls").
		SetConfiguration(`{"task_routing":{"default_filter":{"queue":"`+*queue.Sid+`"}}}`).
		SetAssignmentCallbackUrl(a.app.base+"/assignment#rc=2&rp=ct,5xx"))
	noError(t, err)
	worker, err := twilio.CreateWorker(workspace, new(taskrouter.CreateWorkerParams).SetFriendlyName("Alice").
		SetAttributes(`{"contact_uri":"`+aliceNumber+`","languages":["es"]}`))
	if err != nil || *worker.ActivityName != "Offline" || *worker.Available {
		t.Fatalf("worker %+v, %v, want one who is Offline", worker, err)
	}
	if worker, err = twilio.UpdateWorker(workspace, *worker.Sid, new(taskrouter.UpdateWorkerParams).SetActivitySid(activities["Available"])); err != nil || !*worker.Available {
		t.Fatalf("worker %+v, %v, want one who is available", worker, err)
	}

	a.app.dequeue, a.app.workflow, a.app.postWork = true, *workflow.Sid, activities["Unavailable"]
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Until(script.Bridged), script.StaysOn())
	a.run(t)
	if a.leg(t, aliceNumber).Bridged.IsZero() {
		t.Error("no call talked")
	}
	a.wantCodes(t)
	equal(t, "after the call the worker is in", a.Workers()[0].ActivitySID, activities["Unavailable"])
	want := "workspace.created task-queue.created workflow.created worker.created worker.activity.update "
	if got := a.happened("workspace.created"); !strings.HasPrefix(got, want) {
		t.Errorf("events %s, want %s first", got, want)
	}
}

func TestRESTWorkspaces(t *testing.T) {
	a, twilio := emptyAccount(t)
	wantREST(t, 404, 20404, "")(twilio.FetchWorkspace("WS00000000000000000000000000000001"))
	wantREST(t, 400, 20001, "Missing required parameter FriendlyName")(twilio.CreateWorkspace(new(taskrouter.CreateWorkspaceParams)))
	first, activities := newWorkspace(t, twilio, func(p *taskrouter.CreateWorkspaceParams) {
		p.SetTemplate("FIFO").SetEventsFilter("task.created, task.canceled")
	})
	if len(activities) != 3 || activities["Offline"] == "" || activities["Unavailable"] == "" {
		t.Errorf("activities %v", activities)
	}
	if workspace, err := twilio.FetchWorkspace(first); err != nil || *workspace.TimeoutActivityName != "Offline" || *workspace.DefaultActivityName != "Offline" {
		t.Errorf("workspace %+v, %v, want Offline for new workers and after a timeout", workspace, err)
	}
	if queues, err := twilio.ListTaskQueue(first, new(taskrouter.ListTaskQueueParams)); err != nil || len(queues) != 1 || *queues[0].TargetWorkers != "1==1" {
		t.Errorf("task queues %+v, %v", queues, err)
	}
	workspace, err := twilio.UpdateWorkspace(first, new(taskrouter.UpdateWorkspaceParams).SetTimeoutActivitySid(activities["Unavailable"]).
		SetEventCallbackUrl("https://app.example/events#rc=3&rp=all").SetPrioritizeQueueOrder("LIFO"))
	if err != nil || *workspace.TimeoutActivityName != "Unavailable" || *workspace.DefaultActivityName != "Offline" || !*workspace.MultiTaskEnabled ||
		*workspace.EventsFilter != "task.created,task.canceled" || *workspace.EventCallbackUrl != "https://app.example/events#rc=3&rp=all" {
		t.Errorf("workspace %+v, %v", workspace, err)
	}
	for name, wrong := range map[string]*taskrouter.UpdateWorkspaceParams{
		"EventCallbackUrl":     new(taskrouter.UpdateWorkspaceParams).SetEventCallbackUrl("/events"),
		"DefaultActivitySid":   new(taskrouter.UpdateWorkspaceParams).SetDefaultActivitySid(awaySID),
		"PrioritizeQueueOrder": new(taskrouter.UpdateWorkspaceParams).SetPrioritizeQueueOrder("OLD"),
		"single-tasking":       new(taskrouter.UpdateWorkspaceParams).SetMultiTaskEnabled(false),
		"FriendlyName":         new(taskrouter.UpdateWorkspaceParams).SetFriendlyName(strings.Repeat("x", 65)),
	} {
		wantREST(t, 400, 20001, name)(twilio.UpdateWorkspace(first, wrong))
	}
	wantREST(t, 400, 20001, "exists already")(twilio.CreateWorkspace(new(taskrouter.CreateWorkspaceParams).SetFriendlyName("support")))
	done(t)(twilio.UpdateWorkspace(first, new(taskrouter.UpdateWorkspaceParams).SetDefaultActivitySid(activities["Unavailable"])))
	if worker, err := twilio.CreateWorker(first, new(taskrouter.CreateWorkerParams).SetFriendlyName("Alice")); err != nil || *worker.ActivityName != "Unavailable" {
		t.Errorf("worker %+v, %v, want one in the default activity", worker, err)
	}
	noError(t, twilio.DeleteWorkspace(first))
	wantREST(t, 404, 20404, "")(twilio.ListWorker(first, new(taskrouter.ListWorkerParams)))
	if second, _ := newWorkspace(t, twilio, nil); second == first || second != a.WorkspaceSID() {
		t.Errorf("the second workspace is %s, the first was %s, the account's is %s", second, first, a.WorkspaceSID())
	}
	a.wantProblem(t)
	done(t)(twilio.UpdateWorkspace(a.WorkspaceSID(), new(taskrouter.UpdateWorkspaceParams).SetEventsFilter("task.created,task.ended")))
	a.wantProblem(t, "task.ended")
	wantREST(t, 501, 20001, "not simulated")(twilio.CreateWorkspace(new(taskrouter.CreateWorkspaceParams).SetFriendlyName("Sales")))
}

func TestDeleteWorkspaceWithContents(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	twilio := a.rest().task
	a.waits(3 * time.Second)
	a.Loop().After(2*time.Second, func() {
		wantREST(t, 501, 20001, "open tasks")(nil, twilio.DeleteWorkspace(a.WorkspaceSID()))
	})
	a.runFor(t, time.Minute)
	noError(t, twilio.DeleteWorkspace(a.WorkspaceSID()))
	workspace, activities := newWorkspace(t, twilio, nil)
	if len(activities) != 3 {
		t.Errorf("activities %v, want the 3 of a new workspace", activities)
	}
	for _, kind := range []string{"Workers", "TaskQueues", "Workflows", "Tasks"} {
		if body := a.app.rest("GET", "/v1/Workspaces/"+workspace+"/"+kind, nil); !strings.Contains(body, "[]") {
			t.Errorf("%s: %s, want none", kind, body)
		}
	}
	events, err := twilio.ListEvent(workspace, new(taskrouter.ListEventParams))
	if err != nil || len(events) != 1 || *events[0].EventType != "workspace.created" {
		t.Errorf("events %v, %v", events, err)
	}
}

func TestSettingUpWithoutAWorkspace(t *testing.T) {
	a, _ := emptyAccount(t)
	_, activity := a.AddActivity(simulator.Activity{Name: "Available"})
	_, worker := a.AddWorker(simulator.Worker{Name: "Alice"})
	_, queue := a.AddTaskQueue(simulator.TaskQueue{Name: "Everyone"})
	_, workflow := a.AddWorkflow(simulator.Workflow{Name: "Calls", Configuration: "{}"})
	if errs := []error{activity, worker, queue, workflow, a.SetWorkspace(simulator.Workspace{})}; slices.Contains(errs, nil) {
		t.Errorf("errors %v, want one each", errs)
	}
}
