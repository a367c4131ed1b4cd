package simulator_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

func TestReadingsOfDequeue(t *testing.T) {
	t.Parallel()
	runReadings(t, []readingTest{
		{
			name: "the worker does not answer", workers: []string{aliceNumber},
			readings: []reading.Set{
				{}, {UnansweredDequeue: reading.DequeueCancels}, {UnansweredDequeue: reading.DequeueFails},
				{UnansweredDequeue: reading.DequeueStaysPending}, {AcceptedAtInstruction: true},
			},
			scene: func(t *testing.T, a *account) string {
				a.app.dequeue = true
				a.SetPhone(aliceNumber, script.Busy())
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(700*time.Millisecond))
				a.run(t)
				return a.moves()
			},
			want: []string{
				"created, timeout, to Away", "created, canceled", "created, failed", "created, canceled", "created, accepted, wrapup",
			},
		},
		{
			name: "the caller hangs up while the worker's phone rings", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {AcceptedAtInstruction: true}},
			scene: func(t *testing.T, a *account) string {
				a.app.dequeue = true
				a.SetPhone(aliceNumber, script.NeverAnswers())
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(5*time.Second))
				a.run(t)
				leg := a.leg(t, aliceNumber)
				return a.moves() + " " + leg.Status + " " + leg.Ended.Sub(a.leg(t, lineNumber).Ended).String()
			},
			want: []string{"created, canceled canceled 0s", "created, accepted, wrapup canceled 0s"},
		},
		{
			name: "the worker answers", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {AcceptedAtInstruction: true}},
			scene: func(t *testing.T, a *account) string {
				a.app.dequeue = true
				a.SetPhone(aliceNumber, script.AnswersAfter(5*time.Second, script.Talks(5*time.Second), script.HangsUp()))
				a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
				ringing := ""
				a.Loop().After(3*time.Second, func() { ringing = a.Reservations()[0].Status })
				a.run(t)
				return ringing + ", " + a.moves()
			},
			want: []string{"pending, created, accepted, wrapup, to Wrapping up", "accepted, created, accepted, wrapup, to Wrapping up"},
		},
	})
}

func TestFailedReservationNamesNoWorker(t *testing.T) {
	t.Parallel()
	a := newAccount(t, simulator.Config{Readings: reading.Set{UnansweredDequeue: reading.DequeueFails}}, aliceNumber)
	a.app.dequeue = true
	a.SetPhone(aliceNumber, script.Busy())
	a.Call(callerNumber, lineNumber, script.HangsUpAfter(700*time.Millisecond))
	a.run(t)
	i := slices.IndexFunc(a.app.forms["/events"], func(form url.Values) bool { return form.Get("EventType") == "reservation.failed" })
	if i < 0 || a.app.forms["/events"][i].Get("ReservationSid") == "" || a.app.forms["/events"][i].Has("WorkerSid") {
		t.Errorf("event %d: %v", i, a.app.forms["/events"])
	}
}

func TestReadingsOfParameters(t *testing.T) {
	t.Parallel()
	talk := func(t *testing.T, a *account) {
		t.Helper()
		a.app.dequeue = true
		a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
		a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
		a.run(t)
	}
	runReadings(t, []readingTest{
		{
			name: "the assignment callback", workers: []string{aliceNumber},
			readings: []reading.Set{
				{}, {AssignmentParameters: reading.AssignmentCaptured}, {AssignmentParameters: reading.AssignmentWithWorkerName},
			},
			scene: func(t *testing.T, a *account) string {
				talk(t, a)
				form := a.app.forms["/assignment"][0]
				return fmt.Sprint(form.Has("Timestamp"), " ", form.Get("WorkerName"))
			},
			want: []string{"true ", "false ", "true worker-1"},
		},
		{
			name: "the worker on events of tasks", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {NoWorkerOnTaskEvents: true}},
			scene: func(t *testing.T, a *account) string {
				talk(t, a)
				i := slices.IndexFunc(a.Events(), func(e simulator.EventRecord) bool { return e.Type == "task.wrapup" })
				return a.Events()[i].Params.Get("WorkerName")
			},
			want: []string{"worker-1", ""},
		},
		{
			name: "worker_call_sid is written", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {TellWorkerCallSID: true}},
			scene: func(t *testing.T, a *account) string {
				talk(t, a)
				return a.happened("reservation.created")
			},
			want: []string{
				"reservation.created reservation.accepted task.wrapup reservation.wrapup worker.activity.update",
				"reservation.created task.updated reservation.accepted task.wrapup reservation.wrapup worker.activity.update",
			},
		},
	})
}

// TestTaskEndsWhileDequeueRings has an operator complete or delete a task while its worker call
// rings, after Twilio accepted the reservation.
func TestTaskEndsWhileDequeueRings(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "DELETE"} {
		a := newAccount(t, simulator.Config{Readings: reading.Set{AcceptedAtInstruction: true}}, aliceNumber)
		a.app.dequeue = true
		a.SetPhone(aliceNumber, script.AnswersAfter(5*time.Second, script.StaysOn()))
		a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
		a.Loop().After(3*time.Second, func() {
			path := "/v1/Workspaces/" + a.WorkspaceSID() + "/Tasks/" + a.Tasks()[0].SID
			a.app.rest(method, path, url.Values{"AssignmentStatus": {"completed"}, "Reason": {"over"}})
		})
		a.run(t)
		if leg := a.leg(t, aliceNumber); leg.Status != "canceled" {
			t.Errorf("%s: the worker's call ended %s, want canceled", method, leg.Status)
		}
	}
}
