package simulator_test

import (
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestConference(t *testing.T) {
	const second = "+15550000002"
	music := []string{"Twilio's conference music"}
	tests := []struct {
		name            string
		nouns           [2]string // of the first caller, and of the second, who calls after 10 s
		steps           [2][]script.Step
		redirect        bool // the first caller, after 30 s
		wantHeard       [2][]string
		wantTalk        [2]time.Duration
		wantDial        []string // DialCallStatus and DialBridged, in order
		wantCodes       []int
		wantConnections bool
	}{
		{name: "two talk, the first leaves, the second waits", nouns: [2]string{"<Conference>room</Conference>", "<Conference>room</Conference>"},
			steps:     [2][]script.Step{{script.Talks(20 * time.Second), script.HangsUp()}, {script.Until(script.Bridged), script.HangsUpAfter(65 * time.Second)}},
			wantHeard: [2][]string{music, nil}, wantTalk: [2]time.Duration{20 * time.Second, 65 * time.Second}, wantConnections: true},
		{name: "the first one's exit ends it", nouns: [2]string{`<Conference endConferenceOnExit="true">room</Conference>`, "<Conference>room</Conference>"},
			steps:     [2][]script.Step{{script.Talks(20 * time.Second), script.HangsUp()}, {script.Hears("after")}},
			wantHeard: [2][]string{music, {"After"}}, wantTalk: [2]time.Duration{20 * time.Second, 20 * time.Second},
			wantDial: []string{"answered true"}, wantConnections: true},
		{name: "no participant may start it", nouns: [2]string{`<Conference startConferenceOnEnter="false" waitUrl="">room</Conference>`, `<Conference startConferenceOnEnter="false" waitUrl="/music">room</Conference>`},
			steps:     [2][]script.Step{{script.HangsUpAfter(40 * time.Second)}, {script.HangsUpAfter(12 * time.Second)}},
			wantHeard: [2][]string{{""}, {"tune", "tune", "tune"}}},
		{name: "verb that may not wait", nouns: [2]string{`<Conference waitUrl="/bad">room</Conference>`, "<Conference>room</Conference>"},
			steps:     [2][]script.Step{{script.Talks(5 * time.Second), script.HangsUp()}, {script.HangsUpAfter(30 * time.Second)}},
			wantHeard: [2][]string{{"bad"}, nil}, wantTalk: [2]time.Duration{5 * time.Second, 30 * time.Second}, wantCodes: []int{13238}, wantConnections: true},
		{name: "redirected", nouns: [2]string{"<Conference>room</Conference>", `<Conference endConferenceOnExit="true">room</Conference>`}, redirect: true,
			steps:     [2][]script.Step{{script.Hears("elsewhere")}, {script.HangsUpAfter(30 * time.Second)}},
			wantHeard: [2][]string{{music[0], "Elsewhere"}, nil}, wantTalk: [2]time.Duration{20 * time.Second, 30 * time.Second}, wantConnections: true},
		{name: "no name", nouns: [2]string{"<Conference/>", "<Conference>room</Conference>"},
			steps:     [2][]script.Step{{script.Hears("after")}, {script.HangsUpAfter(time.Second)}},
			wantHeard: [2][]string{{"After"}, music}, wantDial: []string{"failed false"}, wantCodes: []int{13237}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{WebhookLatency: func() time.Duration { return 0 }})
			a.AddNumber(simulator.Number{Number: second, VoiceURL: a.app.base + "/second"})
			for i, path := range []string{"/voice", "/second"} {
				a.app.answers[path] = `<Dial action="/after">` + test.nouns[i] + `</Dial>`
			}
			a.app.answers["/after"], a.app.answers["/elsewhere"] = "<Say>After</Say>", "<Say>Elsewhere</Say>"
			a.app.answers["/music"], a.app.answers["/bad"] = `<Say>tune</Say><Pause length="5"/>`, `<Say>bad</Say><Leave/><Pause length="60"/>`
			a.Call(callerNumber, lineNumber, test.steps[0]...)
			a.CallAfter(10*time.Second, callerNumber, second, test.steps[1]...)
			if test.redirect {
				a.redirectAfter(30*time.Second, lineNumber)
			}
			a.run(t)
			calls := []simulator.CallRecord{a.leg(t, lineNumber), a.leg(t, second)}
			for i, call := range calls {
				equalLists(t, call.To+" heard", call.Heard, test.wantHeard[i])
				equal(t, call.To+" talked for", call.BridgeEnded.Sub(call.Bridged), test.wantTalk[i])
				equal(t, call.To+" was with the other", call.PeerSID == calls[1-i].SID, test.wantConnections)
			}
			var dial []string
			for _, form := range a.app.forms["/after"] {
				dial = append(dial, strings.TrimSpace(form.Get("DialCallStatus")+" "+form.Get("DialBridged")))
			}
			equalLists(t, "dial actions", dial, test.wantDial)
			a.wantCodes(t, test.wantCodes...)
		})
	}
}
