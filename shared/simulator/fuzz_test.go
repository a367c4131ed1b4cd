package simulator_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// FuzzDocument answers every webhook with the same document: the calls must come to
// an end.
func FuzzDocument(f *testing.F) {
	for _, document := range []string{
		`<Say loop="2">Hello</Say><Gather numDigits="1" action="?a=1"><Say>1</Say></Gather><Redirect/>`,
		`<Enqueue workflowSid="` + workflowSID + `" action="/x"><Task priority="2">{"kind":"sales"}</Task></Enqueue>`,
		`<Enqueue waitUrl="">a</Enqueue>`, `<Dial><Queue url="/w">a</Queue></Dial>`, `<Leave/><Record/><Reject/><Hangup/>`,
		`<Dial action="/y" hangupOnStar="true"><Number url="/z">` + mobile + `</Number><Client>desk</Client></Dial>`,
		`<Dial><Conference waitUrl="/m" endConferenceOnExit="true">r</Conference></Dial>`, `<Play>x</Play>text<!-- --><Pause length="0"/>`,
	} {
		f.Add("<Response>"+document+"</Response>", "text/xml")
	}
	f.Add("Hello", "text/plain")
	f.Fuzz(func(t *testing.T, body, contentType string) {
		a := newAccount(t, simulator.Config{
			Pace: simulator.Pace{Patience: time.Minute},
			Web: wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", contentType)
				_, _ = w.Write([]byte(body))
			})),
		}, aliceNumber)
		a.SetPhone(mobile, script.AnswersAfter(time.Second, script.Presses("1*")))
		a.SetPhone(desk, script.Busy())
		a.Call(callerNumber, lineNumber, script.Presses("123"))
		a.CallAfter(5*time.Second, "+15550000002", lineNumber)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := a.Loop().RunFor(ctx, 10*time.Minute); err != nil {
			t.Fatalf("%v at %s", err, a.Loop().Now())
		}
		if !a.Idle() {
			t.Errorf("something is still going on: %+v", a.Calls())
		}
	})
}
