package main

import (
	"net/url"
	"testing"

	"switchboard/functions/internal/account"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
)

// TestLateOverflowSpeaksEarlierChoice has an operator send a caller back to the menu while the
// redirect to overflow is on its way, which the caller's first task has caused.
func TestLateOverflowSpeaksEarlierChoice(t *testing.T) {
	t.Parallel()
	desk := &ownDesk{texts: ownWords()}
	desk.read.Numbers = map[string]settings.Number{account.OurNumber: {Language: "es", Menu: "main"}}
	desk.read.Menus = map[string]settings.Menu{"main": {Choices: []settings.Choice{{Key: "9", Language: "en"}}}}
	for path, want := range map[string]string{
		"/survey/en/overflow": "en",
		"/survey/de/overflow": "es", // the caller never chose German
		"/survey/overflow":    "es", // the function knew of no choice
	} {
		e := newEar(&world{plan: plan{own: desk}})
		for _, request := range []struct{ path, digits string }{{"/enqueue", ""}, {"/enqueue/menu/es/0/-", "9"}, {"/enqueue", ""}, {path, ""}} {
			e.requested(simulator.Entry{CallSID: "CA1", Params: url.Values{"To": {account.OurNumber}, "Digits": {request.digits}}}, request.path)
		}
		if spoken := e.calls["CA1"].language; spoken != want {
			t.Errorf("%s is to speak %q, want %q", path, spoken, want)
		}
	}
}
