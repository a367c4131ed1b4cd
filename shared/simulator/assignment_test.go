package simulator_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

func TestAssignmentAnswers(t *testing.T) {
	const fallback = "https://app.example/assignment/fallback"
	tests := []struct {
		name             string
		status           int
		contentType      string
		body             string
		took             string
		wantReservations []string // the first ones
		wantFallback     bool
		wantCode         int
	}{
		{name: "deferred", status: 200, contentType: "application/json", wantReservations: []string{"worker-1 timeout"}},
		{name: "reject", status: 200, contentType: "application/json", body: `{"instruction":"reject","activity_sid":"` + awaySID + `"}`, wantReservations: []string{"worker-1 rejected"}},
		{name: "reject to nowhere", status: 200, contentType: "application/json", body: `{"instruction":"reject","activity_sid":"WA1"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40100},
		{name: "no instruction", status: 200, contentType: "application/json", body: `{}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40005},
		{name: "unknown instruction", status: 200, contentType: "application/json", body: `{"instruction":"sing"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 55555},
		{name: "JSON in a string", status: 200, contentType: "application/json", body: `"{\"instruction\":\"reject\"}"`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40001},
		{name: "dequeue from a foreign number", status: 200, contentType: "application/json", body: `{"instruction":"dequeue","from":"+15559999999"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40132},
		{name: "dequeue to a bad address", status: 200, contentType: "application/json", body: `{"instruction":"dequeue","to":"5551234"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40131},
		{name: "dequeue with a bad activity", status: 200, contentType: "application/json", body: `{"instruction":"dequeue","post_work_activity_sid":"WA1"}`, wantReservations: []string{"worker-1 timeout"}, wantCode: 40130},
		{name: "no content type", status: 200, wantReservations: []string{"worker-1 canceled", "worker-1 canceled"}, wantFallback: true, wantCode: 40000},
		{name: "error", status: 500, contentType: "application/json", wantReservations: []string{"worker-1 canceled", "worker-1 canceled"}, wantFallback: true, wantCode: 11200},
		{name: "not quite 200", status: 204, contentType: "application/json", wantReservations: []string{"worker-1 canceled"}, wantFallback: true, wantCode: 11200},
		{name: "too slow", status: 200, contentType: "application/json", took: "5s", wantReservations: []string{"worker-1 canceled"}, wantFallback: true, wantCode: 11200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var app http.Handler
			fallbacks := 0
			a := newAccount(t, simulator.Config{Web: web(func(r *http.Request) (*http.Response, error) {
				if r.URL.String() == fallback {
					fallbacks++
				}
				if !strings.HasPrefix(r.URL.Path, "/assignment") {
					return wire.InProcess(app).RoundTrip(r)
				}
				header := http.Header{simulator.TookHeader: {test.took}}
				if test.contentType != "" {
					header.Set("Content-Type", test.contentType)
				}
				return &http.Response{StatusCode: test.status, Header: header, Body: io.NopCloser(strings.NewReader(test.body))}, nil
			})}, aliceNumber)
			app = a.app
			a.must(a.AddWorkflow(simulator.Workflow{
				SID: workflowSID, Name: "Calls", Configuration: everyone, ReservationTimeout: 20 * time.Second,
				AssignmentCallbackURL: a.app.base + "/assignment", FallbackAssignmentCallbackURL: fallback,
			}))
			a.waits(40 * time.Second)
			a.run(t)
			_, reservations := a.statuses()
			if len(reservations) < len(test.wantReservations) || !slices.Equal(reservations[:len(test.wantReservations)], test.wantReservations) {
				t.Errorf("reservations %q, want %q first", reservations, test.wantReservations)
			}
			if (fallbacks > 0) != test.wantFallback {
				t.Errorf("the fallback was called %d times", fallbacks)
			}
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
