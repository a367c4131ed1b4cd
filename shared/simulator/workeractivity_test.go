package simulator_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
)

func TestReadingsOfPostWork(t *testing.T) {
	const late, before, after = reading.PostWorkLate, reading.PostWorkBeforeWrapUp, reading.PostWorkAfterWrapUp
	awayAfter := func(d time.Duration) func(*account) {
		return func(a *account) {
			a.talks(10 * time.Second)
			a.Loop().After(d, func() { a.move(0, awaySID) })
		}
	}
	activity := func(a *account) string { return a.Workers()[0].ActivityName }
	runReadings(t, []readingTest{
		{
			name:     "the call is over",
			readings: []reading.Set{{}, {PostWork: before}, {PostWork: late}},
			scene:    func(a *account) { a.talks(10 * time.Second) },
			shows: func(a *account) string {
				at := map[string]time.Time{}
				for _, e := range a.Events() {
					at[e.Type] = e.At
				}
				return a.happened("reservation.accepted") + " " + at["worker.activity.update"].Sub(at["reservation.wrapup"]).String()
			},
			want: []string{
				"reservation.accepted task.wrapup reservation.wrapup worker.activity.update 0s",
				"reservation.accepted worker.activity.update task.wrapup reservation.wrapup 0s",
				"reservation.accepted task.wrapup reservation.wrapup worker.activity.update 4s",
			},
		},
		{
			name:     "the worker went away during the call",
			readings: []reading.Set{{PostWork: after}, {PostWorkSparesMoved: true}, {PostWork: late}, {PostWork: late, PostWorkSparesMoved: true}},
			scene:    awayAfter(8 * time.Second),
			shows:    activity,
			want:     []string{"Wrapping up", "Away", "Wrapping up", "Away"},
		},
		{
			name:     "the worker was moved before the call",
			readings: []reading.Set{{PostWorkSparesMoved: true}},
			scene: func(a *account) {
				a.move(0, awaySID)
				a.move(0, availableSID)
				a.talks(10 * time.Second)
			},
			shows: activity,
			want:  []string{"Wrapping up"},
		},
		{
			name:     "the worker goes away before Twilio moves them",
			readings: []reading.Set{{PostWork: late}, {PostWork: late, PostWorkSparesMoved: true}},
			scene:    awayAfter(14 * time.Second),
			shows:    (*account).moves,
			want:     []string{"created, accepted, wrapup, to Away, to Wrapping up", "created, accepted, wrapup, to Away"},
		},
	})
}

// listedEvent holds the fields of the Events resource that these tests read.
type listedEvent struct {
	Type   string            `json:"event_type"`
	Actor  string            `json:"actor_type"`
	Source string            `json:"source"`
	Data   map[string]string `json:"event_data"`
}

func (a *account) eventsOf(t *testing.T, filter string) []listedEvent {
	t.Helper()
	var list struct{ Events []listedEvent }
	body := a.app.rest("GET", a.below("Events?")+filter, nil)
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return list.Events
}

func TestEventsOfAWorker(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber, bobNumber)
	a.talks(10 * time.Second)
	alice := a.Workers()[0].SID
	a.Loop().After(30*time.Second, func() {
		a.app.rest("POST", a.below("Workers/")+alice, url.Values{"ActivitySid": {availableSID}})
	})
	a.Loop().After(40*time.Second, func() {
		noError(t, a.SetWorkerActivity(alice, awaySID))
	})
	a.Loop().After(41*time.Second, func() {
		events := a.eventsOf(t, "EventType=worker.activity.update&WorkerSid="+alice)
		var got []string
		for _, e := range events {
			got = append(got, e.Actor+" "+e.Source+" "+e.Data["worker_activity_name"])
		}
		if want := "user console Away, account api Available, workspace twilio Wrapping up"; strings.Join(got, ", ") != want {
			t.Errorf("events %q, want %q", got, want)
			return
		}
		for name, want := range map[string]string{
			"worker_sid":                       alice,
			"worker_activity_sid":              awaySID,
			"worker_previous_activity_sid":     availableSID,
			"worker_time_in_previous_activity": "10",
			"worker_name":                      "worker-1",
			"workspace_sid":                    a.WorkspaceSID(),
		} {
			if got := events[0].Data[name]; got != want {
				t.Errorf("event_data.%s is %q, want %q", name, got, want)
			}
		}
		reservations := "/v1/Workspaces/" + a.WorkspaceSID() + "/Workers/" + alice + "/Reservations?ReservationStatus="
		for status, want := range map[string]int{"wrapping": 1, "accepted": 0} {
			if body := a.app.rest("GET", reservations+status, nil); strings.Count(body, `"sid":"WR`) != want {
				t.Errorf("reservations that are %s: %s, want %d", status, body, want)
			}
		}
		if w := a.Workers()[0]; w.Available || a.Loop().Now().Sub(w.Since) != time.Second {
			t.Errorf("worker %+v, want one who went away a second ago", w)
		}
		kinds := map[string]bool{}
		for _, e := range a.eventsOf(t, "WorkerSid="+alice) {
			kinds[e.Type] = true
		}
		for _, kind := range []string{"reservation.created", "reservation.accepted", "reservation.wrapup"} {
			if !kinds[kind] {
				t.Errorf("the worker's events lack %s: %v", kind, kinds)
			}
		}
		if others := a.eventsOf(t, "WorkerSid="+a.Workers()[1].SID); len(others) != 0 {
			t.Errorf("the other worker has events %v", others)
		}
	})
	a.run(t)
}

func TestNoActor(t *testing.T) {
	a := newAccount(t, simulator.Config{Readings: reading.Set{NoActor: true}}, aliceNumber)
	a.move(0, awaySID)
	if events := a.eventsOf(t, ""); len(events) != 1 || events[0].Actor != "workspace" || events[0].Source != "twilio" {
		t.Errorf("events %+v, want one of the workspace", events)
	}
}

func TestWorkerUpdateIsConditional(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	path := a.below("Workers/" + a.Workers()[0].SID)
	etag := a.serve("GET", path, "", nil).Header().Get("ETag")
	a.runFor(t, 1500*time.Millisecond)
	move := func(ifMatch, activity string) (status int, etag string) {
		answer := a.serve("POST", path, ifMatch, url.Values{"ActivitySid": {activity}})
		return answer.Code, answer.Header().Get("ETag")
	}
	status, moved := move(etag, awaySID)
	if status != 200 || moved == etag {
		t.Errorf("status %d, ETag %s, want another than %s", status, moved, etag)
	}
	if stale, _ := move(etag, availableSID); stale != 412 {
		t.Errorf("status %d, want 412", stale)
	}
	a.runFor(t, time.Minute)
	if _, same := move(moved, awaySID); same != moved || len(a.Events()) != 1 {
		t.Errorf("ETag %s and %d events, want nothing changed", same, len(a.Events()))
	}
	twilio := a.rest().task
	workers, err := twilio.ListWorker(a.WorkspaceSID(), new(taskrouter.ListWorkerParams).SetActivitySid(awaySID))
	if err != nil || len(workers) != 1 || workers[0].DateStatusChanged.Format(time.RFC3339Nano) != "2026-01-05T09:00:01Z" {
		t.Errorf("workers %+v, %v, want one with date_status_changed in whole seconds", workers, err)
	}
}
