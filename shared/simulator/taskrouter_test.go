package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

const secondQueueSID = "WQ00000000000000000000000000000002"

func TestWorkflowSteps(t *testing.T) {
	tests := []struct {
		name         string
		routing      string
		stays        time.Duration
		wantEvents   string // after workflow.entered
		wantTasks    []string
		wantPriority int
	}{
		{
			name: "next target in another queue",
			routing: `{"filters":[{"expression":"kind == 'sales'","targets":[
				{"queue":"` + queueSID + `","timeout":"20","expression":"worker.contact_uri == 'absent'"},
				{"queue":"` + secondQueueSID + `","priority":"9"}]}]}`,
			wantEvents:   "task-queue.timeout task-queue.moved task-queue.entered workflow.target-matched reservation.created",
			wantTasks:    []string{"canceled hangup"},
			wantPriority: 9,
		},
		{
			name: "next target in the same queue",
			routing: `{"filters":[{"expression":"kind == 'sales'","targets":[
				{"queue":"` + queueSID + `","timeout":20,"expression":"worker.contact_uri == task.kind"},{"expression":"worker.contact_uri != task.kind"}]}]}`,
			wantEvents: "task-queue.timeout workflow.target-matched reservation.created", wantTasks: []string{"canceled hangup"}, wantPriority: 5,
		},
		{
			name: "next filter that matches",
			routing: `{"filters":[{"expression":"1==1","targets":[{"queue":"` + queueSID + `","timeout":5,"expression":"worker.x == 1"}]},
				{"expression":"kind == 'support'","targets":[{"queue":"` + queueSID + `"}]},{"expression":"kind IN ['sales']","targets":[{"queue":"` + secondQueueSID + `"}]}]}`,
			wantEvents: "task-queue.timeout task-queue.moved task-queue.entered workflow.target-matched reservation.created",
			wantTasks:  []string{"canceled hangup"}, wantPriority: 5,
		},
		{
			name: "end of the workflow, with a default filter that does not count",
			routing: `{"filters":[{"expression":"kind == 'sales'","targets":[{"queue":"` + queueSID + `","timeout":20,"expression":"worker.x == 1"}]}],
				"default_filter":{"queue":"` + secondQueueSID + `"}}`,
			wantEvents: "task-queue.timeout workflow.timeout task.canceled", wantTasks: []string{"canceled Workflow timeout"}, wantPriority: 5,
		},
		{
			name:       "default filter",
			routing:    `{"filters":[],"default_filter":{"queue":"` + secondQueueSID + `","priority":3}}`,
			wantEvents: "reservation.created", wantTasks: []string{"canceled hangup"}, wantPriority: 3,
		},
		{
			name:       "no worker, until the task's time is over",
			routing:    `{"default_filter":{"queue":"` + queueSID + `","expression":"worker.x == 1"}}`,
			stays:      11 * time.Minute,
			wantEvents: "task.canceled", wantTasks: []string{"canceled Task TTL Exceeded"}, wantPriority: 5,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{}, aliceNumber)
			a.must(a.AddTaskQueue(simulator.TaskQueue{SID: secondQueueSID, Name: "Second", TargetWorkers: `contact_uri CONTAINS "+1555"`}))
			a.must(a.AddWorkflow(simulator.Workflow{ // without a callback, so that reservations stay
				SID: workflowSID, Name: "Calls", Configuration: `{"task_routing":` + test.routing + `}`, ReservationTimeout: time.Hour,
			}))
			a.waits(max(test.stays, 2*time.Minute))
			a.run(t)
			_, got, _ := strings.Cut(a.happened("workflow.target-matched"), " workflow.entered ")
			if !strings.HasPrefix(got, test.wantEvents) {
				t.Errorf("events %q, want %q", got, test.wantEvents)
			}
			tasks, _ := a.statuses()
			equalLists(t, "tasks", tasks, test.wantTasks)
			equal(t, "priority", a.Tasks()[0].Priority, test.wantPriority)
		})
	}
}

func TestCallerStaysWhenTheTaskDies(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.Call(callerNumber, lineNumber, script.Until(script.TaskCanceled), script.Hears("position 1"), script.HangsUpAfter(2*time.Minute))
	a.run(t)
	a.wantStatuses(t, []string{"canceled Task TTL Exceeded"}, nil)
	call := a.leg(t, lineNumber)
	if waited := call.Ended.Sub(call.Created); waited < 12*time.Minute {
		t.Errorf("the caller was gone after %s", waited)
	}
	a.wantWebhooks(t, "POST /events EventType=task.canceled", "POST /hold QueuePosition=1 CallStatus=in-progress", "POST /survey QueueResult=hangup CallStatus=completed")
}

func TestOrderOfTasksAndWorkers(t *testing.T) {
	a := newAccount(t, simulator.Config{Readings: reading.Set{AfterBridge: reading.Completed}})
	a.app.dequeue = true
	a.app.answers["/survey"] = ""
	for _, contact := range []string{aliceNumber, bobNumber} {
		a.SetPhone(contact, script.AnswersAfter(time.Second, script.Talks(20*time.Second), script.HangsUp()))
	}
	document := func(priority string) string {
		return `<Enqueue workflowSid="` + workflowSID + `" action="/survey" waitUrl=""><Task priority="` + priority + `">{"kind":"sales"}</Task></Enqueue>`
	}
	callers := []string{"+15550000001", "+15550000002", "+15550000003"}
	for i, priority := range []string{"1", "1", "7"} {
		a.Loop().After(time.Duration(i)*10*time.Second, func() { a.app.answers["/voice"] = document(priority) })
		a.CallAfter(time.Duration(i)*10*time.Second+time.Second, callers[i], lineNumber, script.Until(script.Bridged))
	}
	for i, contact := range []string{aliceNumber, bobNumber} {
		sid := a.must(a.AddWorker(simulator.Worker{Name: contact, Attributes: `{"contact_uri":"` + contact + `"}`}))
		// Bob comes first; both come back after a call of their own.
		for _, at := range []time.Duration{40, 70, 100} {
			a.Loop().After(at*time.Second+time.Duration(1-i)*5*time.Second, func() {
				noError(t, a.SetWorkerActivity(sid, availableSID))
			})
		}
	}
	a.run(t)
	equal(t, "order of callers", a.order(), "3 1 2")
	_, reservations := a.statuses()
	equalLists(t, "reservations", reservations, []string{bobNumber + " completed", aliceNumber + " completed", bobNumber + " completed"})
}

func TestLongestIdleWorkerComesFirst(t *testing.T) {
	a := newAccount(t, simulator.Config{Readings: reading.Set{AfterBridge: reading.Completed}}, aliceNumber, bobNumber)
	a.app.dequeue, a.app.postWork = true, ""
	a.app.answers["/survey"] = ""
	for _, contact := range []string{aliceNumber, bobNumber} {
		a.SetPhone(contact, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
	}
	for i := range 4 {
		a.CallAfter(time.Duration(i)*time.Minute, callerNumber, lineNumber, script.Until(script.Bridged))
	}
	a.run(t)
	_, got := a.statuses()
	if want := []string{"worker-1 completed", "worker-2 completed", "worker-1 completed", "worker-2 completed"}; !slices.Equal(got, want) {
		t.Errorf("reservations %q, want %q", got, want)
	}
}

func TestSetupErrors(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	workflow := func(routing string) error {
		_, err := a.AddWorkflow(simulator.Workflow{Configuration: `{"task_routing":` + routing + `}`})
		return err
	}
	tests := map[string]error{
		"unknown queue":       workflow(`{"default_filter":{"queue":"WQ1"}}`),
		"no targets":          workflow(`{"filters":[{"expression":"1==1","targets":[]}]}`),
		"key in other case":   workflow(`{"Default_Filter":{"queue":"` + queueSID + `"}}`),
		"key that folds":      workflow(`{"default_filter":{"queue":"` + queueSID + `","\u017fkip_if":"1==1"}}`),
		"bad filter":          workflow(`{"filters":[{"expression":"1 === 1","targets":[{"queue":"` + queueSID + `"}]}]}`),
		"bad target":          workflow(`{"filters":[{"expression":"1==1","targets":[{"queue":"` + queueSID + `","expression":"x == 1"}]}]}`),
		"unknown field":       workflow(`{"filtres":[]}`),
		"bad skip_if":         workflow(`{"default_filter":{"queue":"` + queueSID + `","skip_if":"workers.idle == 0"}}`),
		"bad order_by":        workflow(`{"default_filter":{"queue":"` + queueSID + `","order_by":"worker.level"}}`),
		"bad direction":       workflow(`{"default_filter":{"queue":"` + queueSID + `","order_by":"worker.level UP"}}`),
		"order of tasks":      workflow(`{"default_filter":{"queue":"` + queueSID + `","order_by":"task.level ASC"}}`),
		"empty clause":        workflow(`{"default_filter":{"queue":"` + queueSID + `","order_by":"worker.level ASC,"}}`),
		"literal worker":      workflow(`{"default_filter":{"queue":"` + queueSID + `","known_worker_sid":"'WK1'"}}`),
		"two known workers":   workflow(`{"default_filter":{"queue":"` + queueSID + `","known_worker_sid":"task.a","known_worker_friendly_name":"task.b"}}`),
		"negative priority":   workflow(`{"default_filter":{"queue":"` + queueSID + `","priority":-1}}`),
		"large priority":      workflow(`{"default_filter":{"queue":"` + queueSID + `","priority":"2147483648"}}`),
		"no time":             workflow(`{"filters":[{"expression":"1==1","targets":[{"queue":"` + queueSID + `","timeout":0}]}]}`),
		"two":                 workflow(`{"default_filter":{"queue":"` + queueSID + `"}}}{"task_routing":{}`),
		"too large":           workflow(`{"default_filter":{"queue":"` + queueSID + `"}}` + strings.Repeat(" ", 1038576)),
		"queue order":         a.SetWorkspace(simulator.Workspace{PrioritizeQueueOrder: "NEWEST"}),
		"attributes of none":  a.SetWorkerAttributes("WK1", "{}"),
		"channel of none":     a.SetWorkerChannel("WK1", simulator.WorkerChannel{}),
		"bad timeout":         workflow(`{"filters":[{"expression":"1==1","targets":[{"queue":"` + queueSID + `","timeout":"soon"}]}]}`),
		"no timeout activity": a.SetWorkspace(simulator.Workspace{TimeoutActivity: "WA1"}),
		"no such worker":      a.SetWorkerActivity("WK1", awaySID),
	}
	_, tests["bad identifier"] = a.AddActivity(simulator.Activity{SID: "WA1"})
	_, tests["bad attributes"] = a.AddWorker(simulator.Worker{Attributes: `[]`})
	_, tests["long attributes"] = a.AddWorker(simulator.Worker{Attributes: `{"x":"` + strings.Repeat("é", 4090) + `"}`})
	_, tests["bad activity"] = a.AddWorker(simulator.Worker{Activity: "WA1"})
	_, tests["bad target_workers"] = a.AddTaskQueue(simulator.TaskQueue{TargetWorkers: "a-b == 1"})
	_, tests["bad task order"] = a.AddTaskQueue(simulator.TaskQueue{TaskOrder: "NEWEST"})
	_, tests["too many workers"] = a.AddTaskQueue(simulator.TaskQueue{MaxReservedWorkers: 51})
	_, tests["no such reservation activity"] = a.AddTaskQueue(simulator.TaskQueue{ReservationActivity: "WA1"})
	for name, err := range tests {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
