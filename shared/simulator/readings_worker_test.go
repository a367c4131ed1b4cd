package simulator_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

const (
	thirdQueueSID = "WQ00000000000000000000000000000003"
	reservedSID   = "WA00000000000000000000000000000004"
	assignedSID   = "WA00000000000000000000000000000005"
)

func TestReadingsOfWorkers(t *testing.T) {
	const completed = reading.Completed
	two := []string{aliceNumber, bobNumber}
	third := func(a *account) string { return a.Reservations()[len(a.Reservations())-1].WorkerName }
	runReadings(t, []readingTest{
		{
			name: "who was idle longest after an offer that came to nothing", workers: two,
			readings: []reading.Set{{}, {IdleClock: reading.IdleSinceReserved}, {IdleClock: reading.IdleSinceCompleted}},
			scene: func(a *account) {
				a.route(toEveryone, time.Minute)
				a.waits(5 * time.Second)
				a.CallAfter(10*time.Second, callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
			},
			shows: third,
			want:  []string{"worker-1", "worker-2", "worker-1"},
		},
		{
			name: "who was idle longest after calls that overlap", workers: two,
			readings: []reading.Set{{AfterBridge: completed}, {AfterBridge: completed, IdleClock: reading.IdleSinceCompleted}},
			scene: func(a *account) {
				a.app.postWork = ""
				a.talks(40 * time.Second)
				a.SetPhone(bobNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
				for _, at := range []time.Duration{10, 60} {
					a.CallAfter(at*time.Second, callerNumber, lineNumber, script.Until(script.Bridged))
				}
			},
			shows: third,
			want:  []string{"worker-1", "worker-2"},
		},
		{
			name: "who was idle longest after a move", workers: two,
			readings: []reading.Set{{}, {MoveResetsIdle: true}},
			scene: func(a *account) {
				a.route(toEveryone, time.Minute)
				a.Loop().After(time.Second, func() { a.move(0, awaySID); a.move(0, availableSID) })
				a.CallAfter(2*time.Second, callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
			},
			shows: third,
			want:  []string{"worker-1", "worker-2"},
		},
		{
			name: "a queue with activities",
			readings: []reading.Set{
				{AfterBridge: completed}, {AfterBridge: completed, QueueActivitiesApplied: true},
				{AfterBridge: completed, QueueActivitiesApplied: true, CompletionReturns: true},
			},
			scene: func(a *account) {
				a.addQueueWithActivities()
				a.app.postWork = ""
				a.talks(5 * time.Second)
			},
			shows: (*account).moves,
			want: []string{
				"created, accepted, completed",
				"created, to Reserved, accepted, to Busy, completed",
				"created, to Reserved, accepted, to Busy, completed, to Available",
			},
		},
		{
			name:     "the call is over",
			readings: []reading.Set{{}, {AfterBridge: completed}, {AfterBridge: reading.CompletedWithPostWork}},
			scene: func(a *account) {
				a.talks(5 * time.Second)
				a.Loop().After(20*time.Second, func() {
					a.app.postWork = ""
					a.move(0, availableSID)
				})
				a.CallAfter(30*time.Second, callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
			},
			shows: (*account).summary,
			want: []string{
				"wrapping, canceled hangup; worker-1 wrapping",
				"completed, completed; worker-1 completed, worker-1 completed",
				"completed, wrapping; worker-1 completed, worker-1 wrapping",
			},
		},
		{
			name:     "a worker with a task in wrapping",
			readings: []reading.Set{{}, {AcceptedReservationsOccupy: true}},
			scene: func(a *account) {
				a.app.postWork = ""
				a.talks(5 * time.Second)
				a.CallAfter(20*time.Second, callerNumber, lineNumber, script.HangsUpAfter(10*time.Second))
			},
			shows: func(a *account) string { return fmt.Sprint(a.summary(), " ", a.Workers()[0].Occupied) },
			want:  []string{"wrapping, canceled hangup; worker-1 wrapping 1", "wrapping, canceled hangup; worker-1 wrapping 1"},
		},
		{
			name:     "a worker with an offer and two callers",
			readings: []reading.Set{{}, {AcceptedReservationsOccupy: true}},
			scene: func(a *account) {
				a.route(toEveryone, time.Minute)
				a.waits(10 * time.Second)
				a.CallAfter(2*time.Second, callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
			},
			shows: (*account).moves,
			want:  []string{"created, canceled", "created, created, canceled, canceled"},
		},
		{
			name: "a worker without capacity on the channel voice", deserted: true,
			readings: []reading.Set{{}, {DefaultChannel: true}},
			scene: func(a *account) {
				a.route(toEveryone, time.Minute)
				a.must(a.AddWorker(simulator.Worker{Name: "Ann", Activity: availableSID, Channels: map[string]simulator.WorkerChannel{"voice": {}}}))
				a.waits(5 * time.Second)
			},
			shows: func(a *account) string { return a.Events()[0].Params.Get("TaskChannelUniqueName") + ": " + a.summary() },
			want:  []string{"voice: canceled hangup; ", "default: canceled hangup; Ann canceled"},
		},
		{
			name:     "both assignment URLs fail",
			readings: []reading.Set{{}, {FailureTimesOut: true}},
			scene: func(a *account) {
				a.app.statuses["/assignment"] = 500
				a.waits(200 * time.Millisecond)
			},
			shows: (*account).moves,
			want:  []string{"created, canceled", "created, timeout, to Away"},
		},
		{
			name:     "the caller leaves a worker with an offer",
			readings: []reading.Set{{QueueActivitiesApplied: true}, {QueueActivitiesApplied: true, EventOrder: reading.TaskFirst}},
			scene: func(a *account) {
				a.addQueueWithActivities()
				a.Call(callerNumber, lineNumber, script.Until(script.WorkerReserved), script.HangsUp())
				a.SetPhone(aliceNumber, script.NeverAnswers())
			},
			shows: func(a *account) string {
				return strings.Join(strings.Fields(a.happened("reservation.created"))[2:], " ")
			},
			want: []string{
				"reservation.canceled worker.activity.update task.canceled",
				"task.canceled worker.activity.update reservation.canceled",
			},
		},
		{
			name:     "a reservation is rejected",
			readings: []reading.Set{{}, {EventOrder: reading.TaskFirst}},
			scene: func(a *account) {
				a.app.reject = func(string) bool { return true }
				a.waits(2 * time.Second)
			},
			shows: (*account).moves,
			want:  []string{"created, rejected, to Away", "created, to Away, rejected"},
		},
		{
			name:     "a reservation is settled twice",
			readings: []reading.Set{{}, {SettledReservation: reading.SettledConflict}, {SettledReservation: reading.SettledNotFound}},
			scene: func(a *account) {
				a.app.reject = func(string) bool { return true }
				a.waits(2 * time.Second)
				a.Loop().After(time.Second, func() { a.app.rejectReservation(a.Tasks()[0].SID, a.Reservations()[0].SID) })
			},
			shows: func(a *account) string { return fmt.Sprint(a.Requests()[1].Status) },
			want:  []string{"400", "409", "404"},
		},
	})
}

func TestReadingsOfActivities(t *testing.T) {
	moveTo := func(activity string) func(*account) {
		return func(a *account) {
			a.route(toEveryone, time.Minute)
			a.waits(20 * time.Second)
			a.Loop().After(5*time.Second, func() { a.ask("POST", "/Workers/"+a.Workers()[0].SID, url.Values{"ActivitySid": {activity}}) })
		}
	}
	reject := func(from, to string) func(*account) {
		return func(a *account) {
			a.route(toEveryone, time.Minute)
			a.waits(10 * time.Second)
			a.Loop().After(2*time.Second, func() {
				if from != "" {
					a.move(0, from)
				}
				a.ask("POST", "/Workers/"+a.Workers()[0].SID, url.Values{"ActivitySid": {to}, "RejectPendingReservations": {"true"}})
			})
		}
	}
	firstOffer := func(a *account) string {
		r := a.Reservations()[0]
		return r.Status + " after " + r.Settled.Sub(r.Created).Round(time.Second).String()
	}
	runReadings(t, []readingTest{
		{
			name:     "an unavailable worker's pending reservation",
			readings: []reading.Set{{}, {UnavailableOffers: reading.OffersCanceled}, {UnavailableOffers: reading.OffersRejected}},
			scene:    moveTo(awaySID),
			shows:    func(a *account) string { return a.moves() + " " + firstOffer(a) },
			want: []string{
				"created, to Away, canceled canceled after 20s", "created, to Away, canceled canceled after 5s",
				"created, to Away, rejected rejected after 5s",
			},
		},
		{
			name:     "moved to where the worker is",
			readings: []reading.Set{{}, {SameActivityUpdates: true}},
			scene:    moveTo(availableSID),
			shows:    (*account).moves,
			want:     []string{"created, canceled", "created, to Available, canceled"},
		},
		{
			name:     "rejecting with an available activity",
			readings: []reading.Set{{}, {RejectWhenAvailable: true}},
			scene:    reject("", availableSID),
			shows:    func(a *account) string { return fmt.Sprint(a.moves(), " ", a.Requests()[0].Status) },
			want:     []string{"created, canceled 400", "created, canceled 200"},
		},
		{
			name:     "rejecting with the activity that the worker is in",
			readings: []reading.Set{{}, {UnmovedKeepsOffers: true}},
			scene:    reject(awaySID, awaySID),
			shows:    (*account).moves,
			want:     []string{"created, to Away, rejected", "created, to Away, canceled"},
		},
		{
			name:     "rejecting with another unavailable activity",
			readings: []reading.Set{{}, {UnmovedKeepsOffers: true}},
			scene:    reject("", awaySID),
			shows:    (*account).moves,
			want:     []string{"created, to Away, rejected", "created, to Away, rejected"},
		},
		{
			name:     "an offer to a worker who is unavailable already",
			readings: []reading.Set{{}, {UnavailableOffers: reading.OffersCanceled}},
			scene: func(a *account) {
				a.app.dequeue = true
				a.SetPhone(aliceNumber, script.NeverAnswers())
				a.addQueueWithActivities()
				a.workspace(simulator.Workspace{SingleTasking: true})
				a.waits(10 * time.Second)
				a.Loop().After(2*time.Second, func() { a.move(0, reservedSID) })
			},
			shows: firstOffer,
			want:  []string{"canceled after 10s", "canceled after 10s"},
		},
		{
			name:     "the attributes of a list",
			readings: []reading.Set{{}, {NoAttributesInList: true}},
			scene:    func(*account) {},
			shows: func(a *account) string {
				list, one := a.app.rest("GET", a.below("Workers"), nil), a.app.rest("GET", a.below("Workers/")+a.Workers()[0].SID, nil)
				return fmt.Sprint(strings.Contains(list, `"attributes":null`), strings.Contains(one, `"attributes":null`))
			},
			want: []string{"false false", "true false"},
		},
		{
			name:     "a worker event's version and the activity's name",
			readings: []reading.Set{{}, {WorkerVersionDiffers: true, PreviousActivityName: true}},
			scene: func(a *account) {
				noError(a.app.t, a.SetWorkerAttributes(a.Workers()[0].SID, `{"level":4}`))
				a.move(0, awaySID)
			},
			shows: func(a *account) string {
				return a.Events()[1].Params.Get("WorkerVersion") + " " + a.Events()[1].Params.Get("WorkerPreviousActivityName")
			},
			want: []string{"2 ", "1 Available"},
		},
	})
}

func TestShuffledEvents(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(20) {
		a := newAccount(t, simulator.Config{Seed: seed, Readings: reading.Set{EventOrder: reading.EventsShuffled}}, aliceNumber)
		a.route(toEveryone, time.Minute)
		a.waits(5 * time.Second)
		a.run(t)
		orders[a.happened("reservation.created")] = true
	}
	if len(orders) != 2 {
		t.Errorf("orders %v, want both", orders)
	}
}
