package simulator_test

import (
	"slices"
	"testing"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
)

// TestRESTNewTask has another program create two chats and a call-back for one worker, who takes
// one task of each channel at a time.
func TestRESTNewTask(t *testing.T) {
	t.Parallel()
	a := bareAccount(t, simulator.Config{})
	a.must(a.AddActivity(simulator.Activity{SID: availableSID, Name: "Available", Available: true}))
	a.must(a.AddTaskQueue(simulator.TaskQueue{SID: queueSID, Name: "Everyone", TargetWorkers: "1==1"}))
	a.must(a.AddWorker(simulator.Worker{Name: "Alice", Activity: availableSID}))
	a.must(a.AddWorkflow(simulator.Workflow{SID: workflowSID, Name: "Calls", Configuration: everyone}))
	twilio, workspace := newREST(a, a.AccountSID(), a.AuthToken()).task, a.WorkspaceSID()
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
		_, err := twilio.CreateTask(workspace, chat().SetWorkflowSid(queueSID))
		wantREST(t, err, 400, 20001, "Invalid WorkflowSid")
		_, err = twilio.CreateTask(workspace, chat().SetAttributes("text"))
		wantREST(t, err, 400, 20001, "decode attributes")
		_, err = twilio.CreateTask(workspace, chat().SetTimeout(0))
		wantREST(t, err, 400, 20001, "Invalid Timeout")
	})
	offered := func(want ...string) {
		t.Helper()
		var got []string
		for _, r := range a.Reservations() {
			got = append(got, r.TaskSID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("offered %q, want %q", got, want)
		}
	}
	a.Loop().After(5*time.Second, func() {
		tasks, r := a.Tasks(), a.Reservations()[0]
		offered(tasks[0].SID, tasks[2].SID)
		if _, err := twilio.UpdateTaskReservation(workspace, r.TaskSID, r.SID, new(taskrouter.UpdateTaskReservationParams).SetReservationStatus("accepted")); err != nil {
			t.Error(err)
		}
		if _, err := twilio.UpdateTask(workspace, r.TaskSID, new(taskrouter.UpdateTaskParams).SetAssignmentStatus("completed").SetReason("answered")); err != nil {
			t.Error(err)
		}
	})
	a.Loop().After(10*time.Second, func() {
		tasks := a.Tasks()
		offered(tasks[0].SID, tasks[2].SID, tasks[1].SID)
	})
	a.run(t)
	if status := a.Tasks()[1].Status; status != "canceled" {
		t.Errorf("the second chat ended %s, want canceled after its 100 s", status)
	}
}
