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

func TestPlainQueues(t *testing.T) {
	const agentNumber, agentLine = "+15550000031", "+15550000030"
	tests := []struct {
		name, dial string
		callAt     time.Duration // when the caller calls; the agent calls after 10 s
		want       []string      // parameters of the dial action
		wantCodes  []int
		queued     bool // whether the caller gets to the agent
	}{
		{name: "caller waits", dial: `<Queue>support</Queue>`, want: []string{"completed", "true", "queued"}, queued: true},
		{name: "caller comes", dial: `<Queue>support</Queue>`, callAt: 20 * time.Second, want: []string{"completed", "true", "queued"}, queued: true},
		{name: "caller comes too late", dial: `<Queue>support</Queue>`, callAt: 50 * time.Second, want: []string{"no-answer", "false", ""}},
		{name: "no such queue", dial: `<Queue>sales</Queue>`, want: []string{"failed", "false", ""}},
		{name: "name too short", dial: `<Queue/>`, want: []string{"failed", "false", ""}, wantCodes: []int{14212}},
		{name: "name too long", dial: `<Queue>` + workflowSID + workflowSID + `</Queue>`, want: []string{"failed", "false", ""}, wantCodes: []int{14213}},
		{name: "bad whisper method", dial: `<Queue method="PUT">support</Queue>`, want: []string{"failed", "false", ""}, wantCodes: []int{14210}},
		{name: "bad whisper", dial: `<Queue url="ftp://app.example/x">support</Queue>`, want: []string{"failed", "false", ""}, wantCodes: []int{14211}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			path := "/2010-04-01/Accounts/" + a.AccountSID()
			a.app.rest("POST", path+"/Queues.json", url.Values{"FriendlyName": {"support"}})
			a.AddNumber(simulator.Number{Number: agentLine, VoiceURL: a.app.base + "/agent"})
			a.app.answers["/voice"] = `<Enqueue waitUrl="/hold" action="/out">support</Enqueue>`
			a.app.answers["/agent"] = `<Dial action="/parted">` + test.dial + `</Dial>`
			a.app.answers["/out"] = "<Say>Out</Say>"
			a.CallAfter(test.callAt, callerNumber, lineNumber, script.HangsUpAfter(time.Minute))
			a.CallAfter(10*time.Second, agentNumber, agentLine)
			a.run(t)
			form := a.app.forms["/parted"][0]
			queued := ""
			if form.Has("QueueSid") && form.Get("DequeingCallSid") == form.Get("CallSid") {
				queued = "queued"
			}
			equalLists(t, "the dial action is told", []string{form.Get("DialCallStatus"), form.Get("DialBridged"), queued}, test.want)
			if caller, agent := a.leg(t, lineNumber), a.leg(t, agentLine); (caller.PeerSID == agent.SID) != test.queued {
				t.Errorf("caller %+v", caller)
			}
			a.wantCodes(t, test.wantCodes...)
			a.wantStatuses(t, nil, nil)
		})
	}
}

func TestWhisperToTheQueuedCaller(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.answers["/whisper"], a.app.answers["/survey"] = `<Say>You will be connected</Say><Redirect>/whisper2</Redirect>`, ""
	a.app.answers["/whisper2"] = `<Gather/><Say>right now</Say>`
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(9*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Hears("position 1"), script.Hears("connected"), script.Hears("right now"), script.Until(script.Bridged))
	a.connectWithWhisper(t)
	a.run(t)
	caller, worker := a.leg(t, lineNumber), a.leg(t, aliceNumber)
	form := a.app.forms["/whisper"][0]
	if form.Get("CallSid") != caller.SID || form.Get("DequeingCallSid") != worker.SID || form.Get("QueueSid") == "" || form.Get("QueueTime") == "" {
		t.Errorf("the whisper is told %v", form)
	}
	a.wantWebhooks(t, "POST /whisper CallStatus=in-progress", "POST /survey QueueResult=bridged CallStatus=in-progress")
	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 wrapping"})
	a.wantCodes(t, 12200) // <Gather> is not allowed there
}

// connectWithWhisper sets a url on the worker's <Queue> once the reservation exists.
func (a *account) connectWithWhisper(t *testing.T) {
	t.Helper()
	a.Loop().After(time.Second, func() {
		sid := a.Reservations()[0].SID
		a.app.answers["/connect/"+sid] = `<Dial action="/parted"><Queue reservationSid="` + sid + `" url="/whisper"/></Dial>`
	})
}

func TestBridgingInProcess(t *testing.T) {
	tests := []struct {
		name                      string
		caller, worker            []script.Step
		redirect                  string
		readings                  reading.Set
		wantResult, wantTask      string
		wantDialStatus, wantHeard string
	}{
		{name: "caller hangs up", caller: []script.Step{script.Hears("minute"), script.HangsUpAfter(time.Second)},
			wantResult: "bridging-in-process", wantTask: "canceled bridging-in-process", wantDialStatus: "failed"},
		{name: "caller hangs up, taken for a hangup", caller: []script.Step{script.Hears("minute"), script.HangsUpAfter(time.Second)},
			readings: reading.Set{HangUpInWhisper: true, DialFailure: "error"}, wantResult: "hangup", wantTask: "canceled hangup", wantDialStatus: "error"},
		{name: "worker hangs up", worker: []script.Step{script.HangsUpAfter(10 * time.Second)}, readings: reading.Set{DialActionAfterHangUp: true},
			wantResult: "bridging-in-process", wantTask: "canceled bridging-in-process", wantDialStatus: "no-answer", wantHeard: "Survey"},
		{name: "caller is redirected", redirect: lineNumber,
			wantResult: "redirected", wantTask: "canceled bridging-in-process", wantDialStatus: "failed", wantHeard: "Elsewhere"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{Readings: test.readings}, aliceNumber)
			a.app.answers["/whisper"] = `<Say>One minute</Say><Pause length="60"/>`
			a.app.answers["/survey"], a.app.answers["/elsewhere"] = "<Say>Survey</Say>", "<Say>Elsewhere</Say>"
			a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, slices.Concat([]script.Step{script.Hears("press 1"), script.Presses("1")}, test.worker)...))
			a.Call(callerNumber, lineNumber, test.caller...)
			a.connectWithWhisper(t)
			if test.redirect != "" {
				a.redirectAfter(20*time.Second, test.redirect)
			}
			a.run(t)
			caller := a.leg(t, lineNumber)
			equalLists(t, "results", caller.QueueResults, []string{test.wantResult})
			if heard := caller.Heard[len(caller.Heard)-1]; test.wantHeard != "" && heard != test.wantHeard {
				t.Errorf("heard %q last, want %q", heard, test.wantHeard)
			}
			if got := a.app.forms["/parted"]; len(got) != 1 || got[0].Get("DialCallStatus") != test.wantDialStatus {
				t.Errorf("dial action %v, want %s", got, test.wantDialStatus)
			}
			tasks, _ := a.statuses()
			equalLists(t, "tasks", tasks, []string{test.wantTask})
			if !caller.Bridged.IsZero() {
				t.Error("they were bridged")
			}
		})
	}
}

func TestRedirectedFromTheBridge(t *testing.T) {
	for who, want := range map[string]string{
		lineNumber:  "redirected-from-bridged: Elsewhere, The call is over.",
		aliceNumber: "bridged: Survey, Elsewhere",
	} {
		t.Run(who, func(t *testing.T) {
			a := newAccount(t, simulator.Config{}, aliceNumber)
			a.app.answers["/elsewhere"], a.app.answers["/survey"] = "<Say>Elsewhere</Say>", "<Say>Survey</Say>"
			a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("1")))
			a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
			a.redirectAfter(20*time.Second, who)
			a.run(t)
			caller, worker := a.leg(t, lineNumber), a.leg(t, aliceNumber)
			last := caller.Heard[len(caller.Heard)-1] + ", " + worker.Heard[len(worker.Heard)-1]
			equal(t, "result", strings.Join(caller.QueueResults, " ")+": "+last, want)
		})
	}
}

func TestEnqueueFault(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	first := true
	a.SetEnqueueFault(func() bool {
		fails := first
		first = false
		return fails
	})
	a.app.answers["/survey"] = "<Say>Sorry</Say>"
	a.Call(callerNumber, lineNumber, script.Hears("sorry"))
	a.CallAfter(time.Minute, "+15550000002", lineNumber, script.Hears("position 1"), script.HangsUp())
	a.run(t)
	a.wantWebhooks(t, "POST /survey QueueResult=system-error CallStatus=in-progress", "POST /survey QueueResult=hangup CallStatus=completed")
	if form := a.app.forms["/survey"][0]; form.Has("QueueSid") {
		t.Errorf("the action is told of a queue: %v", form)
	}
	a.wantStatuses(t, []string{"canceled hangup"}, nil)
}
