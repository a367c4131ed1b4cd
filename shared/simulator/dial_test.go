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

const (
	mobile = "+15550000021"
	desk   = "client:desk"
)

func TestDial(t *testing.T) {
	const dial = `<Dial action="/dialed" timeout="10"><Number>` + mobile + `</Number></Dial>`
	talks := script.AnswersAfter(3*time.Second, script.Talks(20*time.Second), script.HangsUp())
	tests := []struct {
		name, document string
		phones         map[string]script.Phone
		steps          []script.Step
		readings       reading.Set
		want           string // DialCallStatus DialBridged DialCallDuration CallStatus at the action; none when empty
		wantLegs       []string
		wantCodes      []int
	}{
		{name: "answered", document: dial, phones: map[string]script.Phone{mobile: talks}, want: "completed true 20 in-progress", wantLegs: []string{"completed"}},
		{name: "plain text", document: `<Dial action="/dialed">` + mobile + `</Dial>`, phones: map[string]script.Phone{mobile: talks},
			want: "completed true 20 in-progress", wantLegs: []string{"completed"}},
		{name: "busy", document: dial, phones: map[string]script.Phone{mobile: script.Busy()}, want: "busy false  in-progress", wantLegs: []string{"busy"}},
		{name: "no answer", document: dial, phones: map[string]script.Phone{mobile: script.NeverAnswers()}, want: "no-answer false  in-progress", wantLegs: []string{"no-answer"}},
		{name: "answered too late", document: dial, phones: map[string]script.Phone{mobile: script.AnswersAfter(11 * time.Second)},
			want: "no-answer false  in-progress", wantLegs: []string{"no-answer"}},
		{name: "failed", document: dial, phones: map[string]script.Phone{mobile: script.Fails()}, want: "failed false  in-progress", wantLegs: []string{"failed"}},
		{name: "DialBridged left out", document: dial, phones: map[string]script.Phone{mobile: script.Fails()},
			readings: reading.Set{NoDialBridged: true}, want: "failed   in-progress", wantLegs: []string{"failed"}},
		{name: "first of two to answer", document: `<Dial action="/dialed"><Number>` + mobile + `</Number><Client>desk</Client></Dial>`,
			phones: map[string]script.Phone{mobile: script.AnswersAfter(5 * time.Second), desk: talks}, want: "completed true 20 in-progress", wantLegs: []string{"canceled", "completed"}},
		{name: "one of two is busy", document: `<Dial action="/dialed"><Number>` + mobile + `</Number><Sip>sip:desk@example.com</Sip></Dial>`,
			phones: map[string]script.Phone{mobile: script.Busy(), "sip:desk@example.com": talks}, want: "completed true 20 in-progress", wantLegs: []string{"busy", "completed"}},
		{name: "time limit", document: `<Dial action="/dialed" timeLimit="7"><Number>` + mobile + `</Number></Dial>`,
			phones: map[string]script.Phone{mobile: script.AnswersAfter(time.Second, script.Talks(time.Hour))}, want: "completed true 7 in-progress", wantLegs: []string{"completed"}},
		{name: "star", document: `<Dial action="/dialed" hangupOnStar="true"><Number>` + mobile + `</Number></Dial>`, phones: map[string]script.Phone{mobile: talks},
			steps: []script.Step{script.Talks(5 * time.Second), script.Presses("*")}, want: "completed true 5 in-progress", wantLegs: []string{"completed"}},
		{name: "star means nothing", document: dial, phones: map[string]script.Phone{mobile: talks},
			steps: []script.Step{script.Talks(5 * time.Second), script.Presses("*")}, want: "completed true 20 in-progress", wantLegs: []string{"completed"}},
		{name: "screened and taken", document: `<Dial action="/dialed"><Number url="/screen">` + mobile + `</Number></Dial>`,
			phones: map[string]script.Phone{mobile: script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("1"), script.Hears("thank you"), script.Talks(9*time.Second), script.HangsUp())},
			want:   "completed true 9 in-progress", wantLegs: []string{"completed"}},
		{name: "screened and refused", document: `<Dial action="/dialed"><Number url="/screen">` + mobile + `</Number></Dial>`,
			phones: map[string]script.Phone{mobile: script.Voicemail(time.Second)}, want: "completed false 6 in-progress", wantLegs: []string{"completed"}},
		{name: "screen dials", document: `<Dial action="/dialed"><Number url="/dials">` + mobile + `</Number></Dial>`,
			phones: map[string]script.Phone{mobile: script.AnswersAfter(time.Second)}, want: "completed false 3 in-progress", wantLegs: []string{"completed"}, wantCodes: []int{13201}},
		{name: "caller hangs up while it rings", document: dial, phones: map[string]script.Phone{mobile: script.NeverAnswers()},
			steps: []script.Step{script.Hears("ringing"), script.HangsUpAfter(4 * time.Second)}, wantLegs: []string{"no-answer"}},
		{name: "caller hangs up while it rings, action sent", document: dial, phones: map[string]script.Phone{mobile: script.NeverAnswers()},
			readings: reading.Set{DialActionAfterHangUp: true},
			steps:    []script.Step{script.Hears("ringing"), script.HangsUpAfter(4 * time.Second)}, want: "no-answer false  completed", wantLegs: []string{"no-answer"}},
		{name: "caller hangs up on the other, action sent", document: dial, phones: map[string]script.Phone{mobile: talks},
			readings: reading.Set{DialActionAfterHangUp: true},
			steps:    []script.Step{script.Talks(6 * time.Second), script.HangsUp()}, want: "completed true 6 completed", wantLegs: []string{"completed"}},
		{name: "foreign caller ID", document: `<Dial action="/dialed" callerId="+15559999999"><Number>` + mobile + `</Number></Dial>`, want: "failed false  in-progress", wantCodes: []int{13214}},
		{name: "bad number", document: `<Dial action="/dialed"><Number>12</Number></Dial>`, want: "failed false  in-progress", wantCodes: []int{13223}},
		{name: "bad SIP address", document: `<Dial action="/dialed"><Sip>desk@example.com</Sip></Dial>`, want: "failed false  in-progress", wantCodes: []int{13243}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{Readings: test.readings, WebhookLatency: func() time.Duration { return 0 }})
			a.app.answers["/voice"], a.app.answers["/dialed"] = test.document, "<Say>After the call</Say>"
			a.app.answers["/screen"] = `<Gather numDigits="1" action="/screened" timeout="5"><Say>A call for you. Press 1</Say></Gather><Hangup/>`
			a.app.answers["/screened"], a.app.answers["/dials"] = "<Say>Thank you</Say>", `<Dial>`+desk+`</Dial>`
			for address, phone := range test.phones {
				a.SetPhone(address, phone)
			}
			a.Call(callerNumber, lineNumber, test.steps...)
			a.run(t)

			var got string
			for _, form := range a.app.forms["/dialed"] {
				got += strings.Join([]string{form.Get("DialCallStatus"), form.Get("DialBridged"), form.Get("DialCallDuration"), form.Get("CallStatus")}, " ")
			}
			equal(t, "the action is told", got, test.want)
			caller := a.Calls()[0]
			if heard := slices.Contains(caller.Heard, "After the call"); heard != strings.HasSuffix(test.want, "in-progress") {
				t.Errorf("heard %q", caller.Heard)
			}
			var legs []string
			for _, leg := range a.Calls()[1:] {
				legs = append(legs, leg.Status)
				if leg.From != callerNumber || leg.Direction != "outbound-dial" {
					t.Errorf("leg %+v", leg)
				}
			}
			equalLists(t, "legs", legs, test.wantLegs)
			a.wantCodes(t, test.wantCodes...)
		})
	}
}

func TestDialedLegHasParentCall(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.answers["/voice"] = `<Dial callerId="` + lineNumber + `"><Number statusCallback="/leg" statusCallbackEvent="initiated answered completed">` + mobile + `</Number></Dial><Say>Next</Say>`
	a.SetPhone(mobile, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Hears("ringing"), script.Until(script.Bridged), script.Hears("next"))
	a.run(t)
	caller, leg := a.leg(t, lineNumber), a.leg(t, mobile)
	for _, form := range a.app.forms["/leg"] {
		if form.Get("ParentCallSid") != caller.SID || form.Get("Direction") != "outbound-dial" || form.Get("From") != lineNumber {
			t.Errorf("status callback %v", form)
		}
	}
	if n := len(a.app.forms["/leg"]); n != 3 || leg.PeerSID != caller.SID || leg.HungUpBy != "callee" {
		t.Errorf("%d status callbacks, leg %+v", n, leg)
	}
	answer := a.app.rest("GET", a.path("Calls.json?ParentCallSid=")+caller.SID, nil)
	if !strings.Contains(answer, leg.SID) || !strings.Contains(answer, `"parent_call_sid":"`+caller.SID) {
		t.Errorf("children %s", answer)
	}
}

func TestRedirectedFromADial(t *testing.T) {
	tests := []struct {
		name, who  string
		at         time.Duration
		wantCaller []string
		wantLeg    []string
	}{
		{"caller while it rings", lineNumber, 5 * time.Second, []string{"ringing", "Elsewhere"}, nil},
		{"caller in the bridge", lineNumber, 20 * time.Second, []string{"ringing", "Elsewhere"}, nil},
		{"callee in the bridge", mobile, 20 * time.Second, []string{"ringing", "After"}, []string{"Elsewhere"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.app.answers["/voice"], a.app.answers["/elsewhere"] = `<Dial>`+mobile+`</Dial><Say>After</Say>`, "<Say>Elsewhere</Say>"
			a.SetPhone(mobile, script.AnswersAfter(10*time.Second))
			a.Call(callerNumber, lineNumber)
			a.redirectAfter(test.at, test.who)
			a.run(t)
			equalLists(t, "the caller heard", a.leg(t, lineNumber).Heard, test.wantCaller)
			equalLists(t, "the callee heard", a.leg(t, mobile).Heard, test.wantLeg)
		})
	}
}
