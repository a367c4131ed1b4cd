package simulator_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"testing"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// names requests a list and returns the SIDs in it.
func (a *account) sids(t *testing.T, path, key string, filters url.Values) []string {
	t.Helper()
	body := a.app.rest("GET", "/v1/Workspaces/"+a.WorkspaceSID()+path+"?"+filters.Encode(), nil)
	var answer map[string]json.RawMessage
	var resources []struct{ SID string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%s: %v: %s", path, err, body)
	}
	if err := json.Unmarshal(answer[key], &resources); err != nil {
		t.Fatalf("%s: %v: %s", path, err, body)
	}
	sids := []string{}
	for _, resource := range resources {
		sids = append(sids, resource.SID)
	}
	return sids
}

func TestRESTLists(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber, bobNumber)
	a.addSecondQueue()
	a.route(toEveryone, time.Minute)
	for i := range 3 {
		a.CallAfter(time.Duration(i)*time.Second, callerNumber, lineNumber, script.HangsUpAfter(time.Minute))
	}
	a.Loop().After(10*time.Second, func() {
		workers, tasks, reservations := a.Workers(), a.Tasks(), a.Reservations()
		tests := []struct {
			path, key string
			filters   url.Values
			want      []string
		}{
			{"/Activities", "activities", nil, []string{availableSID, awaySID, wrapUpSID}},
			{"/Activities", "activities", url.Values{"Available": {"false"}, "FriendlyName": {"Away"}}, []string{awaySID}},
			{"/TaskQueues", "task_queues", nil, []string{queueSID, secondQueueSID}},
			{"/TaskQueues", "task_queues", url.Values{"FriendlyName": {"Second"}}, []string{secondQueueSID}},
			{"/Workflows", "workflows", url.Values{"FriendlyName": {"Calls"}}, []string{workflowSID}},
			{"/Workers", "workers", url.Values{"FriendlyName": {"worker-2"}}, []string{workers[1].SID}},
			{"/Tasks", "tasks", nil, []string{tasks[0].SID, tasks[1].SID, tasks[2].SID}},
			{"/Tasks", "tasks", url.Values{"AssignmentStatus": {"pending", "canceled"}}, []string{tasks[2].SID}},
			{"/Tasks", "tasks", url.Values{"PageSize": {"2"}, "TaskQueueName": {"Everyone"}}, []string{tasks[0].SID, tasks[1].SID}},
			{"/Tasks/" + tasks[0].SID + "/Reservations", "reservations", url.Values{"ReservationStatus": {"pending"}}, []string{reservations[0].SID}},
			{"/Tasks/" + tasks[0].SID + "/Reservations", "reservations", url.Values{"ReservationStatus": {"accepted"}}, []string{}},
			{"/Workers/" + workers[1].SID + "/Reservations", "reservations", nil, []string{reservations[1].SID}},
		}
		for _, test := range tests {
			if got := a.sids(t, test.path, test.key, test.filters); !slices.Equal(got, test.want) {
				t.Errorf("%s %v: %q, want %q", test.path, test.filters, got, test.want)
			}
		}
	})
	a.run(t)
}

func TestRESTWorkflow(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.addSecondQueue()
	twilio := a.rest().task
	a.waits(20 * time.Second)
	const second = `{"task_routing":{"default_filter":{"queue":"` + secondQueueSID + `"}}}`
	a.Loop().After(3*time.Second, func() {
		a.must(a.AddWorkflow(simulator.Workflow{SID: workflowSID, Name: "Calls", Configuration: second}))
	})
	a.Loop().After(5*time.Second, func() {
		equal(t, "task queue", a.Tasks()[0].TaskQueueSID, queueSID)
		updated, err := twilio.UpdateWorkflow(a.WorkspaceSID(), workflowSID, new(taskrouter.UpdateWorkflowParams).SetTaskReservationTimeout(7).
			SetConfiguration(second).SetReEvaluateTasks("true"))
		if err != nil || updated.TaskReservationTimeout != 7 || *updated.FriendlyName != "Calls" {
			t.Errorf("workflow %+v, %v", updated, err)
		}
		wantREST(t, 400, 20001, "decode configuration")(
			twilio.UpdateWorkflow(a.WorkspaceSID(), workflowSID, new(taskrouter.UpdateWorkflowParams).SetConfiguration(`{`)))
		wantREST(t, 404, 20404, "")(twilio.FetchWorkflow(a.WorkspaceSID(), "WW00000000000000000000000000000009"))
	})
	a.run(t)
	equal(t, "task queue", a.Tasks()[0].TaskQueueSID, secondQueueSID)
}

func TestRESTWorkerChannel(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.route(toEveryone, time.Minute)
	twilio := a.rest().task
	for range 3 {
		a.waits(20 * time.Second)
	}
	a.Loop().After(5*time.Second, func() {
		worker := a.Workers()[0].SID
		channels, err := twilio.ListWorkerChannel(a.WorkspaceSID(), worker, new(taskrouter.ListWorkerChannelParams))
		if err != nil || len(channels) != 5 || *channels[0].TaskChannelUniqueName != "voice" || channels[0].AvailableCapacityPercentage != 0 {
			t.Errorf("channels %+v, %v", channels, err)
			return
		}
		changed, err := twilio.UpdateWorkerChannel(a.WorkspaceSID(), worker, *channels[0].Sid, new(taskrouter.UpdateWorkerChannelParams).SetCapacity(4))
		if err != nil || changed.AvailableCapacityPercentage != 75 {
			t.Errorf("channel %+v, %v", changed, err)
		}
		other, err := twilio.UpdateWorkerChannel(a.WorkspaceSID(), worker, "chat", new(taskrouter.UpdateWorkerChannelParams).SetCapacity(2))
		if err != nil || other.ConfiguredCapacity != 2 || *other.Sid == *changed.Sid || *other.TaskChannelSid == *changed.TaskChannelSid {
			t.Errorf("channel %+v, %v", other, err)
		}
		wantREST(t, 404, 20404, "")(twilio.FetchWorkerChannel(a.WorkspaceSID(), worker, "radio"))
	})
	a.Loop().After(6*time.Second, func() {
		equal(t, "reservations", len(a.Reservations()), 3)
		r := a.Reservations()[2]
		rejected, err := twilio.UpdateWorkerReservation(a.WorkspaceSID(), a.Workers()[0].SID, r.SID, new(taskrouter.UpdateWorkerReservationParams).SetReservationStatus("rejected").SetWorkerActivitySid(awaySID))
		if err != nil || *rejected.ReservationStatus != "rejected" {
			t.Errorf("reservation %+v, %v", rejected, err)
		}
	})
	a.run(t)
}
