package simulator_test

import (
	"net/url"
	"testing"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
)

func TestRESTWorkers(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber, bobNumber)
	twilio := a.rest().task
	workspace, alice := a.WorkspaceSID(), a.Workers()[0].SID
	updated, err := twilio.UpdateWorker(workspace, alice, new(taskrouter.UpdateWorkerParams).SetActivitySid(awaySID).SetAttributes(`{"level":4}`))
	if err != nil || *updated.ActivityName != "Away" || *updated.Available || *updated.Attributes != `{"level":4}` {
		t.Errorf("worker %+v, %v", updated, err)
	}
	got, err := twilio.FetchWorker(workspace, alice)
	if err != nil || *got.FriendlyName != "worker-1" || *got.ActivitySid != awaySID {
		t.Errorf("worker %+v, %v", got, err)
	}
	available, err := twilio.ListWorker(workspace, new(taskrouter.ListWorkerParams).SetAvailable("true"))
	if err != nil || len(available) != 1 || *available[0].FriendlyName != "worker-2" {
		t.Errorf("available workers %+v, %v", available, err)
	}
	for name, params := range map[string]*taskrouter.UpdateWorkerParams{
		"activity": new(taskrouter.UpdateWorkerParams).SetActivitySid("WA1"), "attributes": new(taskrouter.UpdateWorkerParams).SetAttributes("[]"),
		"rejecting": new(taskrouter.UpdateWorkerParams).SetActivitySid(availableSID).SetRejectPendingReservations(true),
	} {
		_, err := twilio.UpdateWorker(workspace, alice, params)
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	wantREST(t, 412, 20412, "")(
		twilio.UpdateWorker(workspace, alice, new(taskrouter.UpdateWorkerParams).SetActivitySid(availableSID).SetIfMatch(`"99"`)))
	wantREST(t, 404, 20404, "")(twilio.FetchWorker(workspace, "WK00000000000000000000000000000001"))
	equal(t, "events", a.happened("worker.attributes.update"), "worker.attributes.update worker.activity.update")
}

func TestTaskEndsByDeletion(t *testing.T) {
	for name, test := range map[string]struct {
		act  func(a *account)
		at   time.Duration
		want string
	}{
		"assigned for a day": {
			func(a *account) { a.settle(0, url.Values{"ReservationStatus": {"accepted"}}) },
			24*time.Hour + 10*time.Second, "reservation.created reservation.accepted task.system-deleted",
		},
		"deleted over REST": {
			func(a *account) { a.ask("DELETE", "/Tasks/"+a.Tasks()[0].SID, nil) },
			10 * time.Second, "reservation.created reservation.canceled task.deleted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{Pace: simulator.Pace{Patience: 48 * time.Hour}}, aliceNumber)
			a.app.answers["/hold"] = `<Pause length="3600"/>`
			a.route(toEveryone, time.Minute)
			a.waits(25 * time.Hour)
			a.Loop().After(5*time.Second, func() { test.act(a) })
			a.Loop().After(test.at, func() {
				equal(t, "the task is still there", a.ask("GET", "/Tasks/"+a.Tasks()[0].SID, nil), 404)
			})
			a.run(t)
			equal(t, "events", a.happened("reservation.created"), test.want)
			if w := a.Workers()[0]; w.Occupied != 0 {
				t.Errorf("the worker has %d tasks", w.Occupied)
			}
		})
	}
}
