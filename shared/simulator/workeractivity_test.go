package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// talkOnce runs a call in which Alice answers after a second of ringing and talks for ten, with a
// post-work activity.
func (a *account) talkOnce() {
	a.app.dequeue = true
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(10*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
}

func TestReadingsOfPostWork(t *testing.T) {
	t.Parallel()
	const late, before, after = reading.PostWorkLate, reading.PostWorkBeforeWrapUp, reading.PostWorkAfterWrapUp
	runReadings(t, []readingTest{
		{
			name:     "the call is over",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{}, {PostWork: before}, {PostWork: late}},
			scene: func(t *testing.T, a *account) string {
				a.talkOnce()
				a.run(t)
				var ended, moved time.Time
				for _, e := range a.Events() {
					switch e.Type {
					case "reservation.wrapup":
						ended = e.At
					case "worker.activity.update":
						moved = e.At
					}
				}
				return a.happened("reservation.accepted") + " " + moved.Sub(ended).String()
			},
			want: []string{
				"reservation.accepted task.wrapup reservation.wrapup worker.activity.update 0s",
				"reservation.accepted worker.activity.update task.wrapup reservation.wrapup 0s",
				"reservation.accepted task.wrapup reservation.wrapup worker.activity.update 4s",
			},
		},
		{
			name:     "the worker went away during the call",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{PostWork: after}, {PostWorkSparesMoved: true}, {PostWork: late}, {PostWork: late, PostWorkSparesMoved: true}},
			scene: func(t *testing.T, a *account) string {
				a.talkOnce()
				a.Loop().After(8*time.Second, func() {
					noError(t, a.SetWorkerActivity(a.Workers()[0].SID, awaySID))
				})
				a.run(t)
				return a.Workers()[0].ActivityName
			},
			want: []string{"Wrapping up", "Away", "Wrapping up", "Away"},
		},
		{
			name:     "the worker was moved before the call",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{PostWorkSparesMoved: true}},
			scene: func(t *testing.T, a *account) string {
				for _, activity := range []string{awaySID, availableSID} {
					noError(t, a.SetWorkerActivity(a.Workers()[0].SID, activity))
				}
				a.talkOnce()
				a.run(t)
				return a.Workers()[0].ActivityName
			},
			want: []string{"Wrapping up"},
		},
		{
			name:     "the worker goes away before Twilio moves them",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{PostWork: late}, {PostWork: late, PostWorkSparesMoved: true}},
			scene: func(t *testing.T, a *account) string {
				a.talkOnce()
				a.Loop().After(14*time.Second, func() {
					noError(t, a.SetWorkerActivity(a.Workers()[0].SID, awaySID))
				})
				a.run(t)
				return a.moves()
			},
			want: []string{
				"created, accepted, wrapup, to Away, to Wrapping up",
				"created, accepted, wrapup, to Away",
			},
		},
	})
}

func TestReadingsOfWorkerUpdates(t *testing.T) {
	t.Parallel()
	update := func(t *testing.T, a *account, from, to string) string {
		t.Helper()
		a.route(t, toEveryone, time.Minute)
		a.Call(callerNumber, lineNumber, script.HangsUpAfter(10*time.Second))
		a.Loop().After(2*time.Second, func() {
			alice := a.Workers()[0].SID
			if from != "" {
				noError(t, a.SetWorkerActivity(alice, from))
			}
			a.app.rest("POST", a.below("Workers/")+alice, url.Values{"ActivitySid": {to}, "RejectPendingReservations": {"true"}})
		})
		a.run(t)
		return a.moves()
	}
	runReadings(t, []readingTest{
		{
			name:     "rejecting with an available activity",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{}, {RejectWhenAvailable: true}},
			scene: func(t *testing.T, a *account) string {
				moves := update(t, a, "", availableSID)
				return moves + map[bool]string{true: " 400", false: " 200"}[a.Requests()[0].Status == 400]
			},
			want: []string{"created, canceled 400", "created, canceled 200"},
		},
		{
			name:     "rejecting with the activity that the worker is in",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{}, {UnmovedKeepsOffers: true}},
			scene:    func(t *testing.T, a *account) string { return update(t, a, awaySID, awaySID) },
			want:     []string{"created, to Away, rejected", "created, to Away, canceled"},
		},
		{
			name:     "rejecting with another unavailable activity",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{UnmovedKeepsOffers: true}},
			scene:    func(t *testing.T, a *account) string { return update(t, a, "", awaySID) },
			want:     []string{"created, to Away, rejected"},
		},
		{
			name:     "an offer to a worker who is unavailable already",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{}, {UnavailableOffers: reading.OffersCanceled}},
			scene: func(t *testing.T, a *account) string {
				a.app.reject = func(string) bool { return false }
				a.app.dequeue = true
				a.SetPhone(aliceNumber, script.NeverAnswers())
				a.addQueueWithActivities(t)
				a.workspace(t, simulator.Workspace{SingleTasking: true})
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(10*time.Second))
				a.Loop().After(2*time.Second, func() {
					noError(t, a.SetWorkerActivity(a.Workers()[0].SID, reservedSID))
				})
				a.run(t)
				r := a.Reservations()[0]
				return r.Status + " after " + r.Settled.Sub(r.Created).Round(time.Second).String()
			},
			want: []string{"canceled after 10s", "canceled after 10s"},
		},
		{
			name:     "who was idle longest after a move",
			workers:  []string{aliceNumber, bobNumber},
			readings: []reading.Set{{}, {MoveResetsIdle: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, toEveryone, time.Minute)
				a.Loop().After(time.Second, func() {
					for _, activity := range []string{awaySID, availableSID} {
						noError(t, a.SetWorkerActivity(a.Workers()[0].SID, activity))
					}
				})
				a.CallAfter(2*time.Second, callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
				a.run(t)
				return a.Reservations()[0].WorkerName
			},
			want: []string{"worker-1", "worker-2"},
		},
		{
			name:     "the attributes of a list",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{}, {NoAttributesInList: true}},
			scene: func(_ *testing.T, a *account) string {
				list := a.app.rest("GET", a.below("Workers?ActivitySid=")+availableSID, nil)
				one := a.app.rest("GET", a.below("Workers/")+a.Workers()[0].SID, nil)
				return map[bool]string{true: "null", false: "shown"}[strings.Contains(list, `"attributes":null`)] +
					map[bool]string{true: ", null", false: ", shown"}[strings.Contains(one, `"attributes":null`)]
			},
			want: []string{"shown, shown", "null, shown"},
		},
		{
			name:     "a worker event's version and the activity's name",
			workers:  []string{aliceNumber},
			readings: []reading.Set{{}, {WorkerVersionDiffers: true, PreviousActivityName: true}},
			scene: func(t *testing.T, a *account) string {
				noError(t, a.SetWorkerAttributes(a.Workers()[0].SID, `{"level":4}`))
				noError(t, a.SetWorkerActivity(a.Workers()[0].SID, awaySID))
				params := a.Events()[1].Params
				return params.Get("WorkerVersion") + " " + params.Get("WorkerPreviousActivityName")
			},
			want: []string{"2 ", "1 Available"},
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
	t.Parallel()
	a := newAccount(t, simulator.Config{}, aliceNumber, bobNumber)
	a.talkOnce()
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
	t.Parallel()
	a := newAccount(t, simulator.Config{Readings: reading.Set{NoActor: true}}, aliceNumber)
	noError(t, a.SetWorkerActivity(a.Workers()[0].SID, awaySID))
	if events := a.eventsOf(t, ""); len(events) != 1 || events[0].Actor != "workspace" || events[0].Source != "twilio" {
		t.Errorf("events %+v, want one of the workspace", events)
	}
}

// workerAnswer is the REST API's answer about a worker.
type workerAnswer struct {
	status int
	etag   string
	worker struct {
		Changed string `json:"date_status_changed"`
	}
}

func (a *account) askWorker(t *testing.T, method, path, ifMatch string, form url.Values) (got workerAnswer) {
	t.Helper()
	request, err := http.NewRequest(method, a.app.api+path, strings.NewReader(form.Encode()))
	noError(t, err)
	request.SetBasicAuth(a.AccountSID(), a.AuthToken())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("If-Match", ifMatch)
	response, err := a.app.client.Do(request)
	noError(t, err)
	defer func() { _ = response.Body.Close() }()
	got.status, got.etag = response.StatusCode, response.Header.Get("ETag")
	noError(t, json.NewDecoder(response.Body).Decode(&got.worker))
	return got
}

func TestWorkerUpdateIsConditional(t *testing.T) {
	t.Parallel()
	a := newAccount(t, simulator.Config{}, aliceNumber)
	path := "/v1/Workspaces/" + a.WorkspaceSID() + "/Workers/" + a.Workers()[0].SID
	twilio := newREST(a, a.AccountSID(), a.AuthToken()).task
	read := a.askWorker(t, "GET", path, "", nil)
	a.runFor(t, 1500*time.Millisecond)
	moved := a.askWorker(t, "POST", path, read.etag, url.Values{"ActivitySid": {awaySID}})
	if moved.status != 200 || moved.etag == read.etag || moved.worker.Changed != "2026-01-05T09:00:01Z" {
		t.Errorf("answer %+v, want a new ETag and date_status_changed in whole seconds", moved)
	}
	if stale := a.askWorker(t, "POST", path, read.etag, url.Values{"ActivitySid": {availableSID}}); stale.status != 412 {
		t.Errorf("status %d, want 412", stale.status)
	}
	a.runFor(t, time.Minute)
	same := a.askWorker(t, "POST", path, moved.etag, url.Values{"ActivitySid": {awaySID}})
	if same.worker.Changed != moved.worker.Changed || same.etag != moved.etag || len(a.Events()) != 1 {
		t.Errorf("answer %+v and %d events, want nothing changed", same, len(a.Events()))
	}
	workers, err := twilio.ListWorker(a.WorkspaceSID(), new(taskrouter.ListWorkerParams).SetActivitySid(awaySID))
	if err != nil || len(workers) != 1 || workers[0].DateStatusChanged.Format(time.RFC3339) != moved.worker.Changed {
		t.Errorf("workers %+v, %v", workers, err)
	}
}
