package simulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// instructed is an account whose application answers assignment callbacks with a document.
func instructed(t *testing.T, document string, workers ...string) *account {
	t.Helper()
	a := newAccount(t, simulator.Config{}, workers...)
	a.app.instruction, a.app.answers["/survey"] = document, ""
	return a
}

func TestInstructionAccept(t *testing.T) {
	a := instructed(t, `{"instruction":"accept"}`, aliceNumber)
	a.waits(20 * time.Second)
	a.run(t)
	equal(t, "events", a.happened("reservation.created"), "reservation.created reservation.accepted task.wrapup reservation.wrapup")
	a.wantCodes(t)
}

func TestInstructionCall(t *testing.T) {
	a := instructed(t, `{"instruction":"call","from":"`+lineNumber+`","url":"https://app.example/gate/{reservation}","timeout":20,
		"status_callback_url":"https://app.example/progress"}`, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(2*time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(5*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Until(script.WorkerRings), script.Until(script.Bridged))
	a.run(t)
	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 wrapping"})
	if want := `"worker_call_sid":"` + a.leg(t, aliceNumber).SID + `"`; !strings.Contains(a.Tasks()[0].Attributes, want) {
		t.Errorf("task attributes %s, want %s", a.Tasks()[0].Attributes, want)
	}
	status := a.app.forms["/progress"]
	if len(status) != 1 || status[0].Get("taskCallSid") != a.leg(t, lineNumber).SID || status[0].Get("CallStatus") != "completed" {
		t.Errorf("status callbacks %v", status)
	}
	a.wantWebhooks(t, "GET /progress CallStatus=completed")
}

func TestInstructionCallLeavesTheReservationAlone(t *testing.T) {
	a := instructed(t, `{"instruction":"call","from":"`+lineNumber+`","url":"https://app.example/gate/{reservation}"}`, aliceNumber)
	a.SetPhone(aliceNumber, script.Busy())
	a.waits(30 * time.Second)
	a.run(t)
	a.wantStatuses(t, []string{"canceled hangup"}, []string{"worker-1 canceled"})
}

func TestInstructionCallAcceptsFirst(t *testing.T) {
	a := instructed(t, `{"instruction":"call","accept":true,"from":"`+lineNumber+`","url":"https://app.example/gate/{reservation}"}`, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(2*time.Second, script.Hears("press 1"), script.Presses("1"), script.Hears("the caller has gone")))
	a.waits(time.Minute)
	a.run(t)
	a.wantCodes(t, 14215)
	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 wrapping"})
}

func TestInstructionRedirect(t *testing.T) {
	for accept, want := range map[string]string{"false": "canceled redirected; worker-1 canceled", "true": "wrapping; worker-1 wrapping"} {
		t.Run(accept, func(t *testing.T) {
			a := instructed(t, `{"instruction":"redirect","call_sid":"{call}","url":"https://app.example/voicemail","accept":`+accept+`}`, aliceNumber)
			a.app.answers["/voicemail"] = "<Say>Leave a message</Say>"
			a.Call(callerNumber, lineNumber, script.Hears("leave a message"))
			a.run(t)
			equal(t, "result", a.summary(), want)
			a.wantWebhooks(t, "POST /survey QueueResult=redirected CallStatus=in-progress")
		})
	}
}

func TestInstructionErrors(t *testing.T) {
	call := func(fields string) string {
		return `{"instruction":"call","from":"` + lineNumber + `","url":"https://app.example/gate"` + fields + `}`
	}
	tests := []struct {
		name, document string
		wantCode       int
	}{
		{"call to a bad address", call(`,"to":"5551234"`), 40110},
		{"call without from", `{"instruction":"call","url":"https://app.example/gate"}`, 40111},
		{"call from a foreign number", call(`,"from":"+15559999999"`), 40111},
		{"call without url", `{"instruction":"call","from":"` + lineNumber + `"}`, 40112},
		{"call with a relative url", call(`,"url":"/gate"`), 40112},
		{"call with a bad record", call(`,"record":"always"`), 40113},
		{"redirect without url", `{"instruction":"redirect","call_sid":"{call}"}`, 40120},
		{"redirect without call", `{"instruction":"redirect","url":"https://app.example/x"}`, 40121},
		{"redirect of no call", `{"instruction":"redirect","url":"https://app.example/x","call_sid":"CA00000000000000000000000000000001"}`, 40122},
		{"dequeue with a bad record", `{"instruction":"dequeue","record":"always"}`, 40133},
		{"dequeue with a bad event", `{"instruction":"dequeue","status_callback_url":"https://app.example/x","status_callback_events":"ringing,dancing"}`, 40134},
		{"dequeue with an empty status callback", `{"instruction":"dequeue","status_callback_url":""}`, 40157},
		{"dequeue with a status callback of another type", `{"instruction":"dequeue","status_callback_url":7}`, 40157},
		{"reject to no activity", `{"instruction":"reject","activity_sid":"WA1"}`, 40100},
		{"wrong type", `{"instruction":"redirect","accept":"maybe"}`, 40001},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := instructed(t, test.document, aliceNumber)
			a.waits(5 * time.Second)
			a.run(t)
			a.wantCodes(t, test.wantCode)
			a.wantStatuses(t, []string{"canceled hangup"}, []string{"worker-1 canceled"})
		})
	}
}

// A worker's own request resolves the reservation before the instruction arrives.
func TestInstructionComesTooLate(t *testing.T) {
	tests := map[string]int{
		`{"instruction":"accept"}`:  40136,
		`{"instruction":"reject"}`:  40136,
		`{"instruction":"dequeue"}`: 40135,
		`{"instruction":"call","from":"` + lineNumber + `","url":"https://app.example/gate"}`: 40114,
		`{"instruction":"redirect","call_sid":"{call}","url":"https://app.example/x"}`:        40123,
	}
	for document, want := range tests {
		t.Run(document, func(t *testing.T) {
			a := instructed(t, document, aliceNumber)
			a.app.before = func() { a.settle(0, url.Values{"ReservationStatus": {"accepted"}}) }
			a.waits(5 * time.Second)
			a.run(t)
			a.wantCodes(t, want)
		})
	}
}

func TestDequeueNeedsTheCallSID(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.dequeue = true
	a.move(0, awaySID)
	a.waits(10 * time.Second)
	a.Loop().After(time.Second, func() { a.updateTask(url.Values{"Attributes": {`{"kind":"sales"}`}}) })
	a.Loop().After(2*time.Second, func() {
		a.move(0, availableSID)
	})
	a.run(t)
	a.wantCodes(t, 40140)
}

func TestDequeueStatusCallback(t *testing.T) {
	a := instructed(t, `{"instruction":"dequeue","status_callback_url":"https://app.example/progress","status_callback_events":"initiated,ringing, answered,completed"}`, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
	a.run(t)
	var got []string
	for _, form := range a.app.forms["/progress"] {
		got = append(got, form.Get("CallStatus"))
		if form.Get("taskCallSid") != a.leg(t, lineNumber).SID {
			t.Errorf("taskCallSid %q", form.Get("taskCallSid"))
		}
	}
	equal(t, "status callbacks", strings.Join(got, " "), "initiated ringing in-progress completed")
}

func TestInstructionsOverREST(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.answers["/survey"] = ""
	a.route(toEveryone, time.Minute)
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
	twilio := a.rest().task
	instruct := func(params *taskrouter.UpdateTaskReservationParams) error {
		_, err := twilio.UpdateTaskReservation(a.WorkspaceSID(), a.Tasks()[0].SID, a.Reservations()[0].SID, params)
		return err
	}
	a.Loop().After(3*time.Second, func() {
		wantREST(t, 400, 40112, "invalid url")(
			nil, instruct(new(taskrouter.UpdateTaskReservationParams).SetInstruction("call").SetCallFrom(lineNumber)))
		wantREST(t, 400, 55555, "sing")(nil, instruct(new(taskrouter.UpdateTaskReservationParams).SetInstruction("sing")))
		noError(t, instruct(new(taskrouter.UpdateTaskReservationParams).SetInstruction("dequeue").SetDequeueTimeout(20).SetDequeuePostWorkActivitySid(wrapUpSID)))
	})
	a.Loop().After(20*time.Second, func() {
		wantREST(t, 400, 40135, "wrapping")(nil, instruct(new(taskrouter.UpdateTaskReservationParams).SetInstruction("dequeue")))
	})
	a.run(t)
	equal(t, "the worker is", a.Workers()[0].ActivityName, "Wrapping up")
}

func TestConferenceIsRefused(t *testing.T) {
	a := instructed(t, `{"instruction":"conference"}`, aliceNumber)
	a.Call(callerNumber, lineNumber, script.Until(script.WorkerReserved), script.HangsUpAfter(2*time.Second))
	a.Loop().After(time.Second, func() {
		if body := a.settle(0, url.Values{"Instruction": {"supervise"}}); !strings.Contains(body, "not simulated") {
			t.Errorf("supervise: %s", body)
		}
	})
	a.play(t)
	a.wantCodes(t, 55555)
	a.wantProblem(t, "not simulated: instruction conference", "not simulated")
}
