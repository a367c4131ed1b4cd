package simulator_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
)

const ms = time.Millisecond

// newRealAccount is an account and its application in real time, over a network. A request to
// /moved is redirected to /voice.
func newRealAccount(t *testing.T, workers ...string) *account {
	t.Helper()
	a := newAccount(t, simulator.Config{Loop: clock.NewReal(), Web: http.DefaultTransport, Pace: simulator.Pace{
		CharactersPerSecond: 10000, Play: 50 * ms, Reaction: ms, KeyInterval: ms, Setup: ms, SpeechEnd: ms, Match: ms, Patience: 10 * time.Second,
		CallInterval: ms,
	}}, workers...)
	mux := http.NewServeMux()
	mux.Handle("/", a.app)
	mux.Handle("/moved", http.RedirectHandler("/voice", http.StatusFound))
	app, twilio := httptest.NewServer(mux), httptest.NewServer(a.Twilio)
	t.Cleanup(app.Close)
	t.Cleanup(twilio.Close)
	a.app.api, a.app.client = twilio.URL, twilio.Client()
	a.connect(t, app.URL, simulator.Workflow{SID: workflowSID, Name: "Calls", Configuration: everyone})
	return a
}

func (a *account) runUntilIdle(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := a.Loop().RunUntil(ctx, a.Idle); err != nil {
		t.Fatalf("%v\n%s", err, a.trace)
	}
	a.wantProblem(t)
}

func TestRealTimeOverHTTP(t *testing.T) {
	t.Parallel()
	a := newRealAccount(t, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(20*ms,
		script.Hears("press 1"), script.Presses("1"), script.Talks(30*ms), script.HangsUp()))
	a.app.answers["/score"] = "<Say>Thank you.</Say>"
	a.Call(callerNumber, lineNumber, script.Hears("position 1"), script.Hears("how was it?"), script.Presses("5"), script.Hears("thank you"))
	a.runUntilIdle(t)
	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 wrapping"})
	if caller, worker := a.leg(t, lineNumber), a.leg(t, aliceNumber); caller.Status != "completed" || worker.PeerSID != caller.SID {
		t.Errorf("caller %+v, worker %+v", caller, worker)
	}
}

// TestRealTimeDial is a caller's <Dial> over a real network: a redirected webhook, a screened
// phone, a child leg's status callbacks.
func TestRealTimeDial(t *testing.T) {
	t.Parallel()
	a := newRealAccount(t)
	a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/moved#ct=1000&rt=5000"})
	a.app.answers["/voice"] = `<Dial action="/dialed"><Number url="/screen" statusCallback="/leg">` + mobile + `</Number></Dial>`
	a.app.answers["/screen"], a.app.answers["/dialed"] = "<Say>A call for you</Say>", "<Say>Goodbye</Say>"
	a.SetPhone(mobile, script.AnswersAfter(20*ms, script.Hears("call for you"), script.Talks(30*ms), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Hears("ringing"), script.Until(script.Bridged), script.Hears("goodbye"))
	a.runUntilIdle(t)
	a.wantWebhooks(t, "GET /voice", "POST /screen CallStatus=in-progress", "POST /dialed DialCallStatus=completed CallStatus=in-progress")
	a.wantCodes(t)
}
