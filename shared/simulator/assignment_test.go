package simulator_test

import (
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestAssignmentAnswers(t *testing.T) {
	tests := []struct {
		name             string
		status           int // 0 = 200
		media            string
		body             string
		took             string
		wantReservations []string // the first ones
		wantFallback     bool
		wantCode         int
	}{
		{name: "deferred", media: "application/json", wantReservations: []string{"worker-1 timeout"}},
		{name: "reject", media: "application/json", body: `{"instruction":"reject","activity_sid":"` + awaySID + `"}`, wantReservations: []string{"worker-1 rejected"}},
		{name: "reject to nowhere", media: "application/json", body: `{"instruction":"reject","activity_sid":"WA1"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40100},
		{name: "no instruction", media: "application/json", body: `{}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40005},
		{name: "unknown instruction", media: "application/json", body: `{"instruction":"sing"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 55555},
		{name: "JSON in a string", media: "application/json", body: `"{\"instruction\":\"reject\"}"`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40001},
		{name: "dequeue from a foreign number", media: "application/json", body: `{"instruction":"dequeue","from":"+15559999999"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40132},
		{name: "dequeue to a bad address", media: "application/json", body: `{"instruction":"dequeue","to":"5551234"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40131},
		{name: "dequeue with a bad activity", media: "application/json", body: `{"instruction":"dequeue","post_work_activity_sid":"WA1"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40130},
		{name: "no content type", wantReservations: []string{"worker-1 canceled", "worker-1 canceled"}, wantFallback: true, wantCode: 40000},
		{name: "error", status: 500, wantReservations: []string{"worker-1 canceled", "worker-1 canceled"}, wantFallback: true, wantCode: 11200},
		{name: "not quite 200", status: 204, wantReservations: []string{"worker-1 canceled"}, wantFallback: true, wantCode: 11200},
		{name: "too slow", media: "application/json", took: "5s", wantReservations: []string{"worker-1 canceled"}, wantFallback: true, wantCode: 11200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{}, aliceNumber)
			a.app.media, a.app.instruction = test.media, test.body+" "
			for _, path := range []string{"/assignment", "/assignment/fallback"} {
				a.app.statuses[path], a.app.took[path] = test.status, test.took
			}
			a.must(a.AddWorkflow(simulator.Workflow{
				SID: workflowSID, Name: "Calls", Configuration: everyone, ReservationTimeout: 20 * time.Second,
				AssignmentCallbackURL: a.app.base + "/assignment", FallbackAssignmentCallbackURL: a.app.base + "/assignment/fallback",
			}))
			a.waits(40 * time.Second)
			a.run(t)
			_, reservations := a.statuses()
			equalLists(t, "first reservations", reservations[:min(len(reservations), len(test.wantReservations))], test.wantReservations)
			equal(t, "the fallback was called", len(a.app.forms["/assignment/fallback"]) > 0, test.wantFallback)
			if alerts := a.Debugger(); test.wantCode == 0 && len(alerts) > 0 || test.wantCode != 0 && (len(alerts) == 0 || alerts[0].Code != test.wantCode) {
				t.Errorf("debugger %+v, want %d first", alerts, test.wantCode)
			}
		})
	}
}

func TestAssignmentLimit(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.statuses["/assignment"] = 500
	a.Call(callerNumber, lineNumber, script.Until(script.TaskCanceled), script.HangsUp())
	a.run(t)
	k := a.Tasks()[0]
	if k.Assignments != 1000 || !strings.Contains(k.Reason, "Max assignment count exceeded") {
		t.Errorf("the task ended after %d assignments: %q, want 1000", k.Assignments, k.Reason)
	}
}
