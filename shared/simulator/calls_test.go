package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

func TestDeferredCallIsBridgedAndSurveyed(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 1}, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(4*time.Second,
		script.Hears("press 1"), script.Presses("1"), script.Talks(30*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber,
		script.Hears("position 1"), script.Until(script.Bridged), script.Hears("How was it?"), script.Presses("4"),
		script.Records(6*time.Second), script.Hears("thanks for your remark"))
	a.run(t)

	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 wrapping"})
	a.wantCodes(t)
	a.wantWebhooks(t,
		"POST /voice CallStatus=ringing",
		"POST /hold QueuePosition=1 CallStatus=in-progress",
		"POST /survey QueueResult=bridged CallStatus=in-progress",
		"POST /score CallStatus=in-progress Digits=4",
		"POST /remark CallStatus=in-progress Digits=")
	equal(t, "events", a.happened("workflow.target-matched"), "workflow.target-matched task.created task-queue.entered workflow.entered "+
		"reservation.created reservation.accepted task.wrapup reservation.wrapup worker.activity.update")
	caller, worker := a.leg(t, lineNumber), a.leg(t, aliceNumber)
	if caller.PeerSID != worker.SID || worker.PeerSID != caller.SID {
		t.Errorf("caller %s and worker %s are not linked: %q, %q", caller.SID, worker.SID, caller.PeerSID, worker.PeerSID)
	}
	equal(t, "they talked for", worker.BridgeEnded.Sub(worker.Bridged), 30*time.Second)
	if got := a.Workers()[0]; got.ActivitySID != wrapUpSID || got.Occupied != 1 {
		t.Errorf("worker %+v, want the post-work activity and one task wrapping", got)
	}
	if survey := a.app.forms["/survey"][0]; survey.Get("QueueTime") != "7" || !strings.HasPrefix(survey.Get("QueueSid"), "QU") {
		t.Errorf("enqueue action %v", survey)
	}
	var sequence []string
	for path, forms := range a.app.forms {
		for _, form := range forms {
			if strings.HasPrefix(path, "/status/") {
				sequence = append(sequence, form.Get("SequenceNumber")+" "+form.Get("CallStatus")+" "+form.Get("CallDuration"))
			}
		}
	}
	slices.Sort(sequence)
	if want := []string{"0 initiated ", "1 ringing ", "2 in-progress ", "3 completed 32"}; !slices.Equal(sequence, want) {
		t.Errorf("status callbacks %q, want %q", sequence, want)
	}
	if attributes := a.Tasks()[0].Attributes; strings.Contains(attributes, "worker_call_sid") || !strings.Contains(attributes, `"call_sid":"`+caller.SID) {
		t.Errorf("task attributes %s", attributes)
	}
}

func TestDequeueToClient(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 2, Readings: reading.Set{AfterBridge: reading.Completed}}, "client:alice")
	a.app.dequeue = true
	a.SetPhone("client:alice", script.AnswersAfter(3*time.Second, script.StaysOn()))
	a.Call(callerNumber, lineNumber, script.Talks(20*time.Second), script.HangsUp())
	a.run(t)

	a.wantStatuses(t, []string{"completed"}, []string{"worker-1 completed"})
	worker := a.leg(t, "client:alice")
	if !strings.Contains(a.Tasks()[0].Attributes, `"worker_call_sid":"`+worker.SID+`"`) {
		t.Errorf("task attributes %s, want worker_call_sid %s", a.Tasks()[0].Attributes, worker.SID)
	}
	if worker.Status != "completed" || worker.From != lineNumber || worker.HungUpBy != "twilio" {
		t.Errorf("worker's leg %+v", worker)
	}
	a.wantWebhooks(t, "POST /survey QueueResult=bridged CallStatus=completed")
}

func TestUnansweredDequeueOffersNextWorker(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 3}, aliceNumber, bobNumber)
	a.app.dequeue = true
	a.SetPhone(aliceNumber, script.NeverAnswers())
	a.SetPhone(bobNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Hears("goodbye"))
	a.app.answers["/survey"] = "<Say>Goodbye.</Say>"
	a.run(t)
	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 timeout", "worker-2 wrapping"})
	equal(t, "worker-1 is in", a.Workers()[0].ActivitySID, awaySID)
	if first := a.Reservations()[0]; first.Settled.Sub(first.Created) > 16*time.Second {
		t.Errorf("the reservation ended after %s, long after the ring of 15s", first.Settled.Sub(first.Created))
	}
}

func TestWorkersThatCannotBeReached(t *testing.T) {
	tests := []struct {
		name        string
		phone       script.Phone
		wantStatus  string
		wantRinging bool
	}{
		{"never answers", script.NeverAnswers(), "no-answer", true},
		{"answers too late", script.AnswersAfter(20 * time.Second), "no-answer", true},
		{"busy", script.Busy(), "busy", false},
		{"fails", script.Fails(), "failed", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{Seed: 4}, aliceNumber, bobNumber)
			a.SetPhone(aliceNumber, test.phone)
			a.SetPhone(bobNumber, script.AnswersAfter(2*time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(9*time.Second), script.HangsUp()))
			a.Call(callerNumber, lineNumber, script.Hears("How was it?"), script.Says("five"), script.Hears("no remark"))
			a.run(t)

			a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 rejected", "worker-2 wrapping"})
			leg := a.leg(t, aliceNumber)
			if leg.Status != test.wantStatus || !leg.Ringing.IsZero() != test.wantRinging {
				t.Errorf("the leg ended as %s (rang at %s), want %s", leg.Status, leg.Ringing, test.wantStatus)
			}
			equal(t, "the worker is in", a.Workers()[0].ActivitySID, awaySID)
			a.wantWebhooks(t, "POST /score CallStatus=in-progress SpeechResult=five")
		})
	}
}

func TestRejectedBeforeTheWorkerIsCalled(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 5}, aliceNumber, bobNumber)
	a.app.reject = func(worker string) bool { return strings.Contains(worker, aliceNumber) }
	a.SetPhone(bobNumber, script.AnswersAfter(2*time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(9*time.Second)))
	a.Call(callerNumber, lineNumber, script.Talks(5*time.Second), script.HangsUp())
	a.run(t)

	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 rejected", "worker-2 wrapping"})
	worker := a.leg(t, bobNumber)
	if worker.Heard[len(worker.Heard)-1] != "The call is over." {
		t.Errorf("the worker heard %q, want the Dial action's document last", worker.Heard)
	}
	a.wantWebhooks(t, "POST /parted DialCallStatus=completed CallStatus=in-progress")
	parted := a.app.forms["/parted"][0]
	if parted.Get("DialCallSid") != worker.PeerSID || parted.Get("DialCallDuration") != "5" || parted.Get("DialBridged") != "true" {
		t.Errorf("dial action %v", parted)
	}
}

func TestCallerLeavesDuringWorkerCall(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 6}, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(10*time.Second, script.Hears("press 1")))
	a.Call(callerNumber, lineNumber, script.Until(script.WorkerRings), script.HangsUpAfter(2*time.Second))
	a.run(t)

	a.wantStatuses(t, []string{"canceled hangup"}, []string{"worker-1 canceled"})
	caller, worker := a.leg(t, lineNumber), a.leg(t, aliceNumber)
	if worker.Status != "canceled" || worker.Ended.Sub(caller.Ended) > time.Second {
		t.Errorf("the worker's leg is %s and ended %s after the caller", worker.Status, worker.Ended.Sub(caller.Ended))
	}
	a.wantWebhooks(t, "POST /survey QueueResult=hangup CallStatus=completed")
	if got := a.Workers()[0]; got.ActivitySID != availableSID || got.Occupied != 0 {
		t.Errorf("worker %+v, want available and free", got)
	}
}

func TestWorkerAnswersAfterCallerLeft(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 7}, aliceNumber)
	a.app.statuses["/events"] = 500 // the application does not learn that the caller left
	a.SetPhone(aliceNumber, script.AnswersAfter(10*time.Second,
		script.Hears("press 1"), script.Presses("1"), script.Hears("the caller has gone")))
	a.Call(callerNumber, lineNumber, script.Until(script.WorkerRings), script.HangsUp())
	a.run(t)

	a.wantWebhooks(t, "POST /parted DialCallStatus=failed CallStatus=in-progress")
	if !slices.ContainsFunc(a.Debugger(), func(alert simulator.Alert) bool { return alert.Code == 14217 }) {
		t.Errorf("debugger %+v, want 14217", a.Debugger())
	}
}

func TestVoicemailPressesNothing(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 8}, aliceNumber)
	a.SetPhone(aliceNumber, script.Voicemail(5*time.Second))
	a.waits(3 * time.Minute)
	a.run(t)

	a.wantStatuses(t, []string{"canceled hangup"}, []string{"worker-1 timeout"})
	if leg := a.leg(t, aliceNumber); leg.Status != "completed" || leg.HungUpBy != "twilio" {
		t.Errorf("the worker's leg %+v, want it hung up by the gate", leg)
	}
}

func TestWorkerServesTwoCallersInTurn(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 9, Readings: reading.Set{AfterBridge: reading.Completed}}, aliceNumber)
	a.app.answers["/survey"] = "<Say>Goodbye.</Say>"
	a.app.dequeue = true
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(60*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Hears("goodbye"))
	a.CallAfter(10*time.Second, "+15550000002", lineNumber, script.Hears("position 1"), script.Talks(time.Second), script.HangsUp())
	a.Loop().After(90*time.Second, func() {
		a.move(0, availableSID)
	})
	a.run(t)
	a.wantStatuses(t, []string{"completed", "completed"}, []string{"worker-1 completed", "worker-1 completed"})
	if first, second := a.Calls()[0], a.Reservations()[1].Created; second.Sub(first.Created) < 90*time.Second {
		t.Errorf("the second reservation came %s after the first call, before the worker was available again", second.Sub(first.Created))
	}
}

func TestSameSeedSameTrace(t *testing.T) {
	trace := func(seed uint64) string {
		a := newAccount(t, simulator.Config{Seed: seed}, aliceNumber, bobNumber)
		a.SetPhone(aliceNumber, script.Busy())
		a.SetPhone(bobNumber, script.AnswersAfter(2*time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(9*time.Second), script.HangsUp()))
		a.Call(callerNumber, lineNumber, script.Hears("How was it?"), script.Presses("5"), script.Hears("no remark"))
		a.CallAfter(time.Second, "+15550000002", lineNumber, script.HangsUpAfter(50*time.Second))
		a.run(t)
		return a.trace.String()
	}
	first := trace(42)
	if first != trace(42) {
		t.Error("two runs with one seed differ")
	}
	if first == trace(43) {
		t.Error("two seeds give one run")
	}
}
