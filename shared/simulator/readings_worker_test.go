package simulator_test

import (
	"fmt"
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

// addQueueWithActivities adds a task queue that moves its workers, and a workflow into it.
func (a *account) addQueueWithActivities(t *testing.T) {
	t.Helper()
	must(t)(a.AddActivity(simulator.Activity{SID: reservedSID, Name: "Reserved"}))
	must(t)(a.AddActivity(simulator.Activity{SID: assignedSID, Name: "Busy"}))
	must(t)(a.AddTaskQueue(simulator.TaskQueue{
		SID: thirdQueueSID, Name: "Third", TargetWorkers: "1==1", ReservationActivity: reservedSID, AssignmentActivity: assignedSID,
	}))
	a.connect(t, a.app.base, simulator.Workflow{
		SID: workflowSID, Name: "Calls", Configuration: `{"task_routing":{"default_filter":{"queue":"` + thirdQueueSID + `"}}}`,
	})
}

// moves lists the workers' activities among the other events, in order.
func (a *account) moves() string {
	var happened []string
	for _, e := range a.Events() {
		switch {
		case e.Type == "worker.activity.update":
			happened = append(happened, "to "+e.Params.Get("WorkerActivityName"))
		case strings.HasPrefix(e.Type, "reservation."):
			happened = append(happened, strings.TrimPrefix(e.Type, "reservation."))
		}
	}
	return strings.Join(happened, ", ")
}

func TestReadingsOfWorkers(t *testing.T) {
	t.Parallel()
	completed := reading.Completed
	runReadings(t, []readingTest{
		{
			name: "who was idle longest after an offer that came to nothing", workers: []string{aliceNumber, bobNumber},
			readings: []reading.Set{{}, {IdleClock: reading.IdleSinceReserved}, {IdleClock: reading.IdleSinceCompleted}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, toEveryone, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
				a.CallAfter(10*time.Second, callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
				a.run(t)
				return a.summary()
			},
			want: []string{
				"canceled hangup, canceled hangup; worker-1 canceled, worker-1 canceled",
				"canceled hangup, canceled hangup; worker-1 canceled, worker-2 canceled",
				"canceled hangup, canceled hangup; worker-1 canceled, worker-1 canceled",
			},
		},
		{
			name: "who was idle longest after calls that overlap", workers: []string{aliceNumber, bobNumber},
			readings: []reading.Set{{AfterBridge: completed}, {AfterBridge: completed, IdleClock: reading.IdleSinceCompleted}},
			scene: func(t *testing.T, a *account) string {
				a.app.dequeue, a.app.postWork = true, ""
				a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(40*time.Second), script.HangsUp()))
				a.SetPhone(bobNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
				for _, at := range []time.Duration{0, 10, 60} {
					a.CallAfter(at*time.Second, callerNumber, lineNumber, script.Until(script.Bridged))
				}
				a.run(t)
				return a.Reservations()[2].WorkerName
			},
			want: []string{"worker-1", "worker-2"},
		},
		{
			name: "a queue with activities", workers: []string{aliceNumber},
			readings: []reading.Set{
				{AfterBridge: completed}, {AfterBridge: completed, QueueActivitiesApplied: true},
				{AfterBridge: completed, QueueActivitiesApplied: true, CompletionReturns: true},
			},
			scene: func(t *testing.T, a *account) string {
				a.addQueueWithActivities(t)
				a.app.dequeue, a.app.postWork = true, ""
				a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
				a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
				a.run(t)
				return a.moves()
			},
			want: []string{
				"created, accepted, completed",
				"created, to Reserved, accepted, to Busy, completed",
				"created, to Reserved, accepted, to Busy, completed, to Available",
			},
		},
		{
			name: "the call is over", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {AfterBridge: completed}, {AfterBridge: reading.CompletedWithPostWork}},
			scene: func(t *testing.T, a *account) string {
				a.app.dequeue = true
				a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
				a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
				a.Loop().After(20*time.Second, func() {
					a.app.postWork = ""
					noError(t, a.SetWorkerActivity(a.Workers()[0].SID, availableSID))
				})
				a.CallAfter(30*time.Second, callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
				a.run(t)
				return a.summary()
			},
			want: []string{
				"wrapping, canceled hangup; worker-1 wrapping",
				"completed, completed; worker-1 completed, worker-1 completed",
				"completed, wrapping; worker-1 completed, worker-1 wrapping",
			},
		},
		{
			name: "a worker with a task in wrapping", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {AcceptedReservationsOccupy: true}},
			scene: func(t *testing.T, a *account) string {
				a.app.dequeue, a.app.postWork = true, ""
				a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()), script.NeverAnswers())
				a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
				a.CallAfter(20*time.Second, callerNumber, lineNumber, script.HangsUpAfter(10*time.Second))
				a.CallAfter(22*time.Second, callerNumber, lineNumber, script.HangsUpAfter(8*time.Second))
				a.run(t)
				return fmt.Sprint(a.summary(), " ", a.Workers()[0].Occupied)
			},
			want: []string{
				"wrapping, canceled hangup, canceled hangup; worker-1 wrapping 1",
				"wrapping, canceled hangup, canceled hangup; worker-1 wrapping 1",
			},
		},
		{
			name: "a worker with an offer and two callers", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {AcceptedReservationsOccupy: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, toEveryone, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(10*time.Second))
				a.CallAfter(2*time.Second, callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
				a.run(t)
				return a.summary()
			},
			want: []string{
				"canceled hangup, canceled hangup; worker-1 canceled",
				"canceled hangup, canceled hangup; worker-1 canceled, worker-1 canceled",
			},
		},
		{
			name:     "a worker without capacity on the channel voice",
			readings: []reading.Set{{}, {DefaultChannel: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, toEveryone, time.Minute)
				must(t)(a.AddWorker(simulator.Worker{Name: "Ann", Activity: availableSID, Channels: map[string]simulator.WorkerChannel{"voice": {}}}))
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
				a.run(t)
				return a.Events()[0].Params.Get("TaskChannelUniqueName") + ": " + a.summary()
			},
			want: []string{"voice: canceled hangup; ", "default: canceled hangup; Ann canceled"},
		},
		{
			name: "both assignment URLs fail", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {FailureTimesOut: true}},
			scene: func(t *testing.T, a *account) string {
				a.app.statuses["/assignment"] = 500
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(200*time.Millisecond))
				a.run(t)
				return a.moves()
			},
			want: []string{"created, canceled", "created, timeout, to Away"},
		},
		{
			name: "the caller leaves a worker with an offer", workers: []string{aliceNumber},
			readings: []reading.Set{
				{QueueActivitiesApplied: true}, {QueueActivitiesApplied: true, EventOrder: reading.TaskFirst},
			},
			scene: func(t *testing.T, a *account) string {
				a.addQueueWithActivities(t)
				a.Call(callerNumber, lineNumber, script.Until(script.WorkerReserved), script.HangsUp())
				a.app.reject = func(string) bool { return false }
				a.SetPhone(aliceNumber, script.NeverAnswers())
				a.run(t)
				return strings.Join(strings.Fields(a.happened("reservation.created"))[2:], " ")
			},
			want: []string{
				"reservation.canceled worker.activity.update task.canceled",
				"task.canceled worker.activity.update reservation.canceled",
			},
		},
		{
			name: "a reservation is rejected", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {EventOrder: reading.TaskFirst}},
			scene: func(t *testing.T, a *account) string {
				a.app.reject = func(string) bool { return true }
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(2*time.Second))
				a.run(t)
				return a.moves()
			},
			want: []string{"created, rejected, to Away", "created, to Away, rejected"},
		},
		{
			name: "a reservation is settled twice", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {SettledReservation: reading.SettledConflict}, {SettledReservation: reading.SettledNotFound}},
			scene: func(t *testing.T, a *account) string {
				a.app.reject = func(string) bool { return true }
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(2*time.Second))
				a.Loop().After(time.Second, func() { a.app.rejectReservation(a.Tasks()[0].SID, a.Reservations()[0].SID) })
				a.run(t)
				return fmt.Sprint(a.Requests()[1].Status)
			},
			want: []string{"400", "409", "404"},
		},
	})
}

func TestShuffledEvents(t *testing.T) {
	t.Parallel()
	orders := map[string]bool{}
	for seed := range uint64(20) {
		a := newAccount(t, simulator.Config{Seed: seed, Readings: reading.Set{EventOrder: reading.EventsShuffled}}, aliceNumber)
		a.route(t, toEveryone, time.Minute)
		a.Call(callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
		a.run(t)
		orders[a.happened("reservation.created")] = true
	}
	if len(orders) != 2 {
		t.Errorf("orders %v, want both", orders)
	}
}
