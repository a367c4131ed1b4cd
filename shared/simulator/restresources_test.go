package simulator_test

import (
	"testing"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
)

func TestRESTActivities(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.route(toEveryone, time.Minute)
	twilio, workspace := a.rest().task, a.WorkspaceSID()
	lunch, err := twilio.CreateActivity(workspace, new(taskrouter.CreateActivityParams).SetFriendlyName("Lunch"))
	if err != nil || *lunch.Available {
		t.Fatalf("activity %+v, %v", lunch, err)
	}
	if ready, err := twilio.CreateActivity(workspace, new(taskrouter.CreateActivityParams).SetFriendlyName("Ready").SetAvailable(true)); err != nil || !*ready.Available {
		t.Errorf("activity %+v, %v", ready, err)
	}
	wantREST(t, 400, 20001, "exists already")(
		twilio.CreateActivity(workspace, new(taskrouter.CreateActivityParams).SetFriendlyName("lunch")))
	wantREST(t, 400, 20001, "exists already")(
		twilio.UpdateActivity(workspace, *lunch.Sid, new(taskrouter.UpdateActivityParams).SetFriendlyName("Away")))
	if renamed, err := twilio.UpdateActivity(workspace, *lunch.Sid, new(taskrouter.UpdateActivityParams).SetFriendlyName("Meal")); err != nil || *renamed.FriendlyName != "Meal" {
		t.Errorf("activity %+v, %v", renamed, err)
	}
	wantREST(t, 400, 20001, "used by worker")(nil, twilio.DeleteActivity(workspace, availableSID))
	wantREST(t, 400, 20001, "used by the workspace")(nil, twilio.DeleteActivity(workspace, awaySID))
	noError(t, twilio.DeleteActivity(workspace, *lunch.Sid))
	wantREST(t, 404, 20404, "")(twilio.FetchActivity(workspace, *lunch.Sid))
	for filter, want := range map[string]int{"yes": 2, "no": 2, "false": 2} {
		if found, err := twilio.ListActivity(workspace, new(taskrouter.ListActivityParams).SetAvailable(filter)); err != nil || len(found) != want {
			t.Errorf("Available=%s: %d, %v, want %d", filter, len(found), err, want)
		}
	}
	a.wantProblem(t)
	a.app.rest("POST", "/v1/Workspaces/"+workspace+"/Activities/"+wrapUpSID, map[string][]string{"Available": {"true"}})
	if problems := a.Problems(); len(problems) != 1 {
		t.Errorf("problems %v, want one: Available cannot be changed", problems)
	}
}

func TestRESTTaskQueues(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.route(toEveryone, time.Minute)
	twilio, workspace := a.rest().task, a.WorkspaceSID()
	queue, err := twilio.CreateTaskQueue(workspace, new(taskrouter.CreateTaskQueueParams).SetFriendlyName("Billing").SetTaskOrder("LIFO").
		SetMaxReservedWorkers(3).SetReservationActivitySid(awaySID).SetAssignmentActivitySid(wrapUpSID))
	if err != nil || *queue.TargetWorkers != "1==1" || queue.MaxReservedWorkers != 3 || *queue.TaskOrder != "LIFO" || *queue.AssignmentActivityName != "Wrapping up" {
		t.Fatalf("task queue %+v, %v", queue, err)
	}
	for name, wrong := range map[string]*taskrouter.CreateTaskQueueParams{
		"exists already":         new(taskrouter.CreateTaskQueueParams).SetFriendlyName("billing"),
		"MaxReservedWorkers":     new(taskrouter.CreateTaskQueueParams).SetFriendlyName("x").SetMaxReservedWorkers(51),
		"TaskOrder":              new(taskrouter.CreateTaskQueueParams).SetFriendlyName("x").SetTaskOrder("OLD"),
		"ReservationActivitySid": new(taskrouter.CreateTaskQueueParams).SetFriendlyName("x").SetReservationActivitySid(queueSID),
		"skills":                 new(taskrouter.CreateTaskQueueParams).SetFriendlyName("x").SetTargetWorkers("skills HAS"),
		"Missing required":       new(taskrouter.CreateTaskQueueParams),
	} {
		wantREST(t, 400, 20001, name)(twilio.CreateTaskQueue(workspace, wrong))
	}
	wantREST(t, 400, 20001, "used by task queue")(nil, twilio.DeleteActivity(workspace, wrapUpSID))
	updated, err := twilio.UpdateTaskQueue(workspace, *queue.Sid, new(taskrouter.UpdateTaskQueueParams).SetMaxReservedWorkers(1))
	if err != nil || updated.MaxReservedWorkers != 1 || *updated.TaskOrder != "LIFO" || *updated.AssignmentActivitySid != wrapUpSID || *updated.FriendlyName != "Billing" {
		t.Errorf("task queue %+v, %v, want only MaxReservedWorkers changed", updated, err)
	}
	wantREST(t, 400, 20001, "workflow "+workflowSID+" refers to it")(nil, twilio.DeleteTaskQueue(workspace, queueSID))
	noError(t, twilio.DeleteTaskQueue(workspace, *queue.Sid))
	wantREST(t, 404, 20404, "")(twilio.FetchTaskQueue(workspace, *queue.Sid))

	done(t)(twilio.UpdateTaskQueue(workspace, queueSID, new(taskrouter.UpdateTaskQueueParams).SetTargetWorkers(`1==2`)))
	a.waits(30 * time.Second)
	a.Loop().After(10*time.Second, func() {
		equal(t, "reservations in a queue that matches no worker", len(a.Reservations()), 0)
		done(t)(
			twilio.UpdateTaskQueue(workspace, queueSID, new(taskrouter.UpdateTaskQueueParams).SetTargetWorkers(`friendly_name == "worker-1"`)))
		wantREST(t, 400, 20001, "has tasks")(nil, twilio.DeleteWorkflow(workspace, workflowSID))
	})
	a.Loop().After(12*time.Second, func() {
		equal(t, "reservations once the queue matches the worker", len(a.Reservations()), 1)
		wantREST(t, 400, 20001, "has reservations")(nil, twilio.DeleteWorker(workspace, a.Workers()[0].SID, nil))
	})
	a.run(t)
}

func TestRESTWorkflows(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	twilio, workspace := a.rest().task, a.WorkspaceSID()
	const configuration = `{"task_routing":{"default_filter":{"queue":"` + queueSID + `"}}}`
	params := func(name string) *taskrouter.CreateWorkflowParams {
		return new(taskrouter.CreateWorkflowParams).SetFriendlyName(name).SetConfiguration(configuration)
	}
	spare, err := twilio.CreateWorkflow(workspace, params("Spare").SetFallbackAssignmentCallbackUrl("https://app.example/fallback#rc=1"))
	if err != nil || spare.TaskReservationTimeout != 120 || *spare.FallbackAssignmentCallbackUrl != "https://app.example/fallback#rc=1" || spare.AssignmentCallbackUrl != nil {
		t.Fatalf("workflow %+v, %v", spare, err)
	}
	for name, wrong := range map[string]*taskrouter.CreateWorkflowParams{
		"exists already":                           params("calls"),
		"Invalid AssignmentCallbackUrl":            params("x").SetAssignmentCallbackUrl("/assignment"),
		"Invalid TaskReservationTimeout":           params("x").SetTaskReservationTimeout(86401),
		"no task queue":                            params("x").SetConfiguration(`{"task_routing":{"default_filter":{"queue":"WQ"}}}`),
		"decode configuration":                     params("x").SetConfiguration(`{"task_routing":`),
		"Missing required parameter Configuration": new(taskrouter.CreateWorkflowParams).SetFriendlyName("x"),
	} {
		wantREST(t, 400, 20001, name)(twilio.CreateWorkflow(workspace, wrong))
	}
	noError(t, twilio.DeleteWorkflow(workspace, *spare.Sid))
	wantREST(t, 404, 20404, "")(twilio.FetchWorkflow(workspace, *spare.Sid))

	a.app.answers["/elsewhere"] = ""
	a.move(0, awaySID)
	a.waits(30 * time.Second)
	a.Loop().After(10*time.Second, func() {
		done(t)(
			twilio.UpdateWorkflow(workspace, workflowSID, new(taskrouter.UpdateWorkflowParams).SetAssignmentCallbackUrl(a.app.base+"/elsewhere")))
		a.move(0, availableSID)
	})
	a.run(t)
	if len(a.app.forms["/elsewhere"]) == 0 || len(a.app.forms["/assignment"]) != 0 {
		t.Errorf("webhooks %q, want the assignment of the waiting task at the new URL", a.app.webhooks)
	}
}

func TestRESTWorkersAreSetUp(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber, bobNumber)
	a.addSecondQueue()
	twilio, workspace := a.rest().task, a.WorkspaceSID()
	worker, err := twilio.CreateWorker(workspace, new(taskrouter.CreateWorkerParams).SetFriendlyName("Carol"))
	if err != nil || *worker.Attributes != "{}" || *worker.ActivitySid != awaySID || worker.DateStatusChanged == nil {
		t.Fatalf("worker %+v, %v", worker, err)
	}
	for name, wrong := range map[string]*taskrouter.CreateWorkerParams{
		"exists already":    new(taskrouter.CreateWorkerParams).SetFriendlyName("CAROL"),
		"decode attributes": new(taskrouter.CreateWorkerParams).SetFriendlyName("x").SetAttributes("{"),
		"ActivitySid":       new(taskrouter.CreateWorkerParams).SetFriendlyName("x").SetActivitySid(queueSID),
		"Missing required":  new(taskrouter.CreateWorkerParams),
	} {
		wantREST(t, 400, 20001, name)(twilio.CreateWorker(workspace, wrong))
	}
	wantREST(t, 400, 20001, "exists already")(
		twilio.UpdateWorker(workspace, *worker.Sid, new(taskrouter.UpdateWorkerParams).SetFriendlyName("worker-1")))
	wantREST(t, 400, 20001, "ActivitySid")(
		twilio.UpdateWorker(workspace, *worker.Sid, new(taskrouter.UpdateWorkerParams).SetActivitySid(queueSID).SetAttributes(`{"skill":"x"}`)))
	updated, err := twilio.UpdateWorker(workspace, *worker.Sid, new(taskrouter.UpdateWorkerParams).SetFriendlyName("Caroline").SetActivitySid(availableSID))
	if err != nil || *updated.FriendlyName != "Caroline" || *updated.ActivityName != "Available" || *updated.Attributes != "{}" {
		t.Errorf("worker %+v, %v", updated, err)
	}
	done(t)(
		twilio.UpdateTaskQueue(workspace, secondQueueSID, new(taskrouter.UpdateTaskQueueParams).SetTargetWorkers(`friendly_name == "Caroline"`)))
	for name, test := range map[string]struct {
		params *taskrouter.ListWorkerParams
		want   int
	}{
		"all":                 {new(taskrouter.ListWorkerParams).SetPageSize(1), 3},
		"an expression":       {new(taskrouter.ListWorkerParams).SetTargetWorkersExpression(`friendly_name == "Caroline" OR contact_uri == "` + bobNumber + `"`), 2},
		"a task queue":        {new(taskrouter.ListWorkerParams).SetTaskQueueSid(secondQueueSID), 1},
		"everyone's queue":    {new(taskrouter.ListWorkerParams).SetTaskQueueSid(queueSID), 3},
		"a task queue's name": {new(taskrouter.ListWorkerParams).SetTaskQueueName("Second"), 1},
		"an activity":         {new(taskrouter.ListWorkerParams).SetActivityName("Away"), 0},
		"availability":        {new(taskrouter.ListWorkerParams).SetAvailable("1"), 3},
	} {
		if found, err := twilio.ListWorker(workspace, test.params); err != nil || len(found) != test.want {
			t.Errorf("by %s: %d workers, %v, want %d", name, len(found), err, test.want)
		}
	}
	wantREST(t, 400, 20001, "TargetWorkersExpression")(
		twilio.ListWorker(workspace, new(taskrouter.ListWorkerParams).SetTargetWorkersExpression("skills HAS")))
	wantREST(t, 412, 20412, "")(nil, twilio.DeleteWorker(workspace, *worker.Sid, new(taskrouter.DeleteWorkerParams).SetIfMatch(`"99"`)))
	noError(t, twilio.DeleteWorker(workspace, *worker.Sid, nil))
	wantREST(t, 404, 20404, "")(twilio.FetchWorker(workspace, *worker.Sid))
	a.wantProblem(t)
}
