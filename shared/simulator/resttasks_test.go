package simulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestRESTTasks(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(2*time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(20*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Hears("how was it"))
	twilio := a.rest().task
	workspace := a.WorkspaceSID()
	a.Loop().After(3*time.Second, func() {
		k, r := a.Tasks()[0], a.Reservations()[0]
		wantREST(t, 400, 20001, "Cannot complete task")(
			twilio.UpdateTask(workspace, k.SID, new(taskrouter.UpdateTaskParams).SetAssignmentStatus("completed").SetReason("early")))
		wantREST(t, 412, 20412, "If-Match")(
			twilio.UpdateTaskReservation(workspace, k.SID, r.SID, new(taskrouter.UpdateTaskReservationParams).SetReservationStatus("rejected").SetIfMatch(`"9"`)))
		if got, err := twilio.FetchTaskReservation(workspace, k.SID, r.SID); err != nil || *got.ReservationStatus != "pending" || *got.WorkerName != "worker-1" {
			t.Errorf("reservation %+v, %v", got, err)
		}
	})
	a.Loop().After(time.Minute, func() {
		k, r := a.Tasks()[0], a.Reservations()[0]
		wantREST(t, 400, 20001, "Reservation "+r.SID+" is already in state [wrapping] and cannot be updated to [rejected]")(
			twilio.UpdateTaskReservation(workspace, k.SID, r.SID, new(taskrouter.UpdateTaskReservationParams).SetReservationStatus("rejected").SetWorkerActivitySid(awaySID)))
		wantREST(t, 400, 20001, "Cannot cancel task "+k.SID+" because it is not pending or reserved")(
			twilio.UpdateTask(workspace, k.SID, new(taskrouter.UpdateTaskParams).SetAssignmentStatus("canceled").SetReason("late")))
		updated, err := twilio.UpdateTask(workspace, k.SID, new(taskrouter.UpdateTaskParams).SetAssignmentStatus("completed").SetReason("wrap-up over"))
		if err != nil || *updated.AssignmentStatus != "completed" || *updated.Reason != "wrap-up over" {
			t.Errorf("completed task %+v, %v", updated, err)
		}
	})
	a.Loop().After(7*time.Minute, func() {
		wantREST(t, 404, 20404, "")(twilio.FetchTask(workspace, a.Tasks()[0].SID))
		events, err := twilio.ListEvent(workspace, new(taskrouter.ListEventParams).SetTaskSid(a.Tasks()[0].SID).SetPageSize(3))
		if err != nil || len(events) != 10 || *events[0].EventType != "reservation.completed" {
			t.Errorf("%d events, %v", len(events), err)
			return
		}
		data := (*events[0].EventData).(map[string]any)
		if data["worker_name"] != "worker-1" || data["task_sid"] != a.Tasks()[0].SID {
			t.Errorf("event data %v", data)
		}
		created, err := twilio.ListEvent(workspace, new(taskrouter.ListEventParams).SetEventType("task.created").SetStartDate(a.Tasks()[0].Created.Add(-time.Second)))
		if err != nil || len(created) != 1 {
			t.Errorf("task.created events %+v, %v", created, err)
		}
	})
	a.run(t)
	if got := a.Workers()[0].Occupied; got != 0 {
		t.Errorf("the worker has %d tasks", got)
	}
	a.wantStatuses(t, []string{"completed wrap-up over"}, []string{"worker-1 completed"})
}

func TestTasksAreFilteredByAttributes(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	for range 2 {
		a.waits(time.Minute)
	}
	list := func(expression string) ([]taskrouter.TaskrouterV1Task, error) {
		return a.rest().task.ListTask(a.WorkspaceSID(),
			new(taskrouter.ListTaskParams).SetAssignmentStatus([]string{"pending"}).SetEvaluateTaskAttributes(expression))
	}
	a.Loop().After(30*time.Second, func() {
		for _, k := range a.Tasks() {
			found, err := list(`call_sid == "` + k.CallSID + `"`)
			if err != nil || len(found) != 1 || *found[0].Sid != k.SID {
				t.Errorf("tasks of call %s: %v, %v, want one", k.CallSID, found, err)
			}
		}
		wantREST(t, 400, 20001, "EvaluateTaskAttributes")(list(`call_sid HAS`))
	})
	a.Loop().After(40*time.Second, func() {
		if found, err := list(`call_sid == "CA00000000000000000000000000000000"`); err != nil || len(found) != 0 {
			t.Errorf("tasks of another call: %v, %v, want none", found, err)
		}
	})
	a.run(t)
	a.wantProblem(t)
}

func TestAcceptedOverRESTCannotBeDialled(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(2*time.Second, script.Hears("press 1"), script.Presses("1"), script.Hears("the caller has gone")))
	a.waits(time.Minute)
	a.Loop().After(2*time.Second, func() {
		if _, err := a.rest().task.UpdateTaskReservation(a.WorkspaceSID(), a.Tasks()[0].SID, a.Reservations()[0].SID,
			new(taskrouter.UpdateTaskReservationParams).SetReservationStatus("accepted")); err != nil {
			t.Error(err)
		}
	})
	a.run(t)
	a.wantCodes(t, 14215)
	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 wrapping"})
}

func TestCallerIsTakenOutOfQueue(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.answers["/overflow"] = "<Say>All lines are busy</Say>"
	a.Call(callerNumber, lineNumber, script.Hears("position 1"), script.Hears("all lines are busy"))
	a.Loop().After(20*time.Second, func() {
		done(t)(a.rest().api.UpdateCall(a.Calls()[0].SID, new(api.UpdateCallParams).SetUrl("https://app.example/overflow")))
	})
	a.run(t)
	a.wantWebhooks(t, "POST /survey QueueResult=redirected CallStatus=in-progress")
	a.wantStatuses(t, []string{"canceled redirected"}, nil)
}

func TestRESTNeverPanics(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	for _, path := range []string{"/", "//", "/v1", "/v1/Workspaces/", "/2010-04-01/Accounts/", "/v1/Workspaces/" + a.WorkspaceSID() + "/", "/2010-04-01/Accounts/" + a.AccountSID() + "/.json"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			if body := a.app.rest(method, path, url.Values{}); !strings.Contains(body, `"code":`) {
				t.Errorf("%s %s: %s", method, path, body)
			}
		}
	}
}

// TestRESTNewTask has another program create two chats and a call-back for one worker, who takes
// one task of each channel at a time.
func TestRESTNewTask(t *testing.T) {
	a := bareAccount(t, simulator.Config{})
	a.must(a.AddActivity(simulator.Activity{SID: availableSID, Name: "Available", Available: true}))
	a.must(a.AddTaskQueue(simulator.TaskQueue{SID: queueSID, Name: "Everyone", TargetWorkers: "1==1"}))
	a.must(a.AddWorker(simulator.Worker{Name: "Alice", Activity: availableSID}))
	a.must(a.AddWorkflow(simulator.Workflow{SID: workflowSID, Name: "Calls", Configuration: everyone}))
	twilio, workspace := a.rest().task, a.WorkspaceSID()
	chat := func() *taskrouter.CreateTaskParams {
		return new(taskrouter.CreateTaskParams).SetWorkflowSid(workflowSID).SetTaskChannel("chat").SetAttributes(`{"kind":"sales"}`).SetTimeout(100)
	}
	a.Loop().Post(func() {
		for _, channel := range []string{"chat", "chat", "voice"} {
			made, err := twilio.CreateTask(workspace, chat().SetTaskChannel(channel))
			if err != nil || *made.TaskChannelUniqueName != channel || made.Timeout != 100 || *made.AssignmentStatus != "pending" {
				t.Errorf("task %+v, %v, want a pending one on channel %s", made, err, channel)
			}
		}
		wantREST(t, 400, 20001, "Invalid WorkflowSid")(twilio.CreateTask(workspace, chat().SetWorkflowSid(queueSID)))
		wantREST(t, 400, 20001, "decode attributes")(twilio.CreateTask(workspace, chat().SetAttributes("text")))
		wantREST(t, 400, 20001, "Invalid Timeout")(twilio.CreateTask(workspace, chat().SetTimeout(0)))
	})
	offered := func(want ...string) {
		t.Helper()
		var got []string
		for _, r := range a.Reservations() {
			got = append(got, r.TaskSID)
		}
		equalLists(t, "offered", got, want)
	}
	a.Loop().After(5*time.Second, func() {
		tasks, r := a.Tasks(), a.Reservations()[0]
		offered(tasks[0].SID, tasks[2].SID)
		done(t)(
			twilio.UpdateTaskReservation(workspace, r.TaskSID, r.SID, new(taskrouter.UpdateTaskReservationParams).SetReservationStatus("accepted")))
		done(t)(
			twilio.UpdateTask(workspace, r.TaskSID, new(taskrouter.UpdateTaskParams).SetAssignmentStatus("completed").SetReason("answered")))
	})
	a.Loop().After(10*time.Second, func() {
		tasks := a.Tasks()
		offered(tasks[0].SID, tasks[2].SID, tasks[1].SID)
	})
	a.run(t)
	equal(t, "the second chat ended", a.Tasks()[1].Status, "canceled")
}

// TestTaskWithoutCall has the REST API create a call back of a caller who had called two minutes
// before the one who waits, and accept, wrap up and complete it.
func TestTaskWithoutCall(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.SetPhone(aliceNumber, script.NeverAnswers())
	a.move(0, awaySID)
	a.waits(10 * time.Minute)
	twilio, workspace := a.rest().task, a.WorkspaceSID()
	callBack := func(start time.Time) *taskrouter.CreateTaskParams {
		return new(taskrouter.CreateTaskParams).SetWorkflowSid(workflowSID).SetTaskChannel("voice").SetAttributes(`{"kind":"sales"}`).
			SetPriority(5).SetVirtualStartTime(start)
	}
	a.Loop().After(time.Minute, func() {
		now := a.Loop().Now()
		wantREST(t, 400, 20001, "Invalid VirtualStartTime")(twilio.CreateTask(workspace, callBack(now.Add(time.Minute))))
		wantREST(t, 400, 20001, "Invalid VirtualStartTime")(twilio.CreateTask(workspace, callBack(time.Date(1899, 1, 1, 0, 0, 0, 0, time.UTC))))
		made, err := twilio.CreateTask(workspace, callBack(now.Add(-3*time.Minute)))
		if err != nil || made.Age != 0 || *made.TaskChannelUniqueName != "voice" || !made.VirtualStartTime.Equal(now.Add(-3*time.Minute).Truncate(time.Second)) {
			t.Errorf("task %+v, %v, want a new one on channel voice that began three minutes ago", made, err)
		}
		a.move(0, availableSID)
	})
	change := func(after time.Duration, want string, params *taskrouter.UpdateTaskParams) {
		a.Loop().After(after, func() {
			if got, err := twilio.UpdateTask(workspace, a.Tasks()[1].SID, params); err != nil || *got.AssignmentStatus != want {
				t.Errorf("task %+v, %v, want status %s", got, err, want)
			}
		})
	}
	a.Loop().After(70*time.Second, func() {
		r := a.Reservations()[0]
		equal(t, "offered first", r.TaskSID, a.Tasks()[1].SID)
		accept := func() (*taskrouter.TaskrouterV1TaskReservation, error) {
			return twilio.UpdateTaskReservation(workspace, r.TaskSID, r.SID, new(taskrouter.UpdateTaskReservationParams).SetReservationStatus("accepted"))
		}
		done(t)(accept())
		wantREST(t, 400, 20001, "already in state [accepted]")(accept())
	})
	change(100*time.Second, "wrapping", new(taskrouter.UpdateTaskParams).SetAssignmentStatus("wrapping"))
	change(130*time.Second, "completed", new(taskrouter.UpdateTaskParams).SetAssignmentStatus("completed").SetReason("done"))
	a.Loop().After(125*time.Second, func() { equal(t, "reservations before the task is completed", len(a.Reservations()), 1) })
	a.runFor(t, 140*time.Second)
	equal(t, "reservations after it", len(a.Reservations()), 2)
	equal(t, "the caller's task is", a.Tasks()[0].Status, "reserved")
	var happened []string
	for _, e := range a.Events() {
		if e.TaskSID == a.Tasks()[1].SID {
			happened = append(happened, e.Type)
		}
	}
	equalLists(t, "events", happened, strings.Fields("workflow.target-matched task.created task-queue.entered workflow.entered "+
		"reservation.created reservation.accepted task.wrapup reservation.wrapup task.completed reservation.completed"))
}
