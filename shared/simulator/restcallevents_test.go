package simulator_test

import (
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// TestCallEventsAreListedLate requires that a call's webhooks are listed some time after its end,
// with their answers, and that its alerts are listed.
func TestCallEventsAreListedLate(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 3, CallEvents: true, CallEventsAfter: 15 * time.Minute}, aliceNumber)
	a.SetPhone(aliceNumber, script.AnswersAfter(2*time.Second, script.Presses("1"), script.Talks(20*time.Second), script.HangsUp()))
	line := a.Call(callerNumber, lineNumber, script.HangsUpAfter(time.Minute))
	var early, late, none, notified string
	ask := func(what string) string {
		return a.app.rest("GET", "/2010-04-01/Accounts/"+a.AccountSID()+"/Calls/"+line.CallSID()+"/"+what+".json", nil)
	}
	a.Loop().After(10*time.Minute, func() { early = ask("Events") })
	a.Loop().After(20*time.Minute, func() {
		late, notified = ask("Events"), ask("Notifications")
		none = a.app.rest("GET", "/2010-04-01/Accounts/"+a.AccountSID()+"/Calls/CA00000000000000000000000000000009/Events.json", nil)
	})
	a.play(t)
	if !strings.Contains(early, `"events":[]`) || !strings.Contains(none, "20404") || !strings.Contains(notified, `"notifications":[`) {
		t.Errorf("early %s\nnone %s\nnotified %s", early, none, notified)
	}
	for _, want := range []string{`"method":"POST"`, `"response_code":200`, `"call_sid":"` + line.CallSID(), `"request_duration":`, "+0000"} {
		if !strings.Contains(late, want) {
			t.Errorf("late has no %s: %s", want, late)
		}
	}
}
