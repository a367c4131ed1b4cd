package simulator_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

func TestTimeLimitEndsTheBridge(t *testing.T) {
	t.Parallel()
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.answers["/survey"] = "<Say>Goodbye</Say>"
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(time.Hour), script.Hears("over")))
	a.Call(callerNumber, lineNumber, script.Until(script.WorkerReserved), script.Talks(time.Hour), script.Hears("goodbye"))
	a.Loop().After(time.Second, func() {
		a.app.answers["/connect/"+a.Reservations()[0].SID] = `<Dial timeLimit="40" action="/parted"><Queue reservationSid="` + a.Reservations()[0].SID + `"/></Dial>`
	})
	a.run(t)
	if worker := a.leg(t, aliceNumber); worker.BridgeEnded.Sub(worker.Bridged) != 40*time.Second {
		t.Errorf("the bridge lasted %s, want 40s", worker.BridgeEnded.Sub(worker.Bridged))
	}
}

func TestRedirectedFromTheBridge(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"caller", "worker"} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, simulator.Config{}, aliceNumber)
			a.app.answers["/elsewhere"], a.app.answers["/survey"] = "<Say>Elsewhere</Say>", "<Say>Survey</Say>"
			a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("1")))
			a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
			a.Loop().After(20*time.Second, func() {
				to := map[string]string{"caller": lineNumber, "worker": aliceNumber}[who]
				a.changeCall(a.leg(t, to).SID, url.Values{"Url": {a.app.base + "/elsewhere"}})
			})
			a.run(t)
			caller, worker := a.leg(t, lineNumber), a.leg(t, aliceNumber)
			callerLast, workerLast := caller.Heard[len(caller.Heard)-1], worker.Heard[len(worker.Heard)-1]
			if who == "caller" {
				if !slices.Equal(caller.QueueResults, []string{"redirected-from-bridged"}) || callerLast != "Elsewhere" || workerLast != "The call is over." {
					t.Errorf("results %q; the caller heard %q last, the worker %q", caller.QueueResults, callerLast, workerLast)
				}
				return
			}
			if !slices.Equal(caller.QueueResults, []string{"bridged"}) || callerLast != "Survey" || workerLast != "Elsewhere" {
				t.Errorf("results %q; the caller heard %q last, the worker %q", caller.QueueResults, callerLast, workerLast)
			}
		})
	}
}

func TestWorkerCallSIDOnDialQueue(t *testing.T) {
	t.Parallel()
	a := newAccount(t, simulator.Config{Readings: reading.Set{WorkerCallSIDOnDialQueue: true}}, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(time.Second)))
	a.Call(callerNumber, lineNumber, script.Talks(2*time.Second), script.HangsUp())
	a.run(t)
	if want := `"worker_call_sid":"` + a.leg(t, aliceNumber).SID + `"`; !strings.Contains(a.Tasks()[0].Attributes, want) {
		t.Errorf("task attributes %s, want %s", a.Tasks()[0].Attributes, want)
	}
}
