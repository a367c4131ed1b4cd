package simulator_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

func TestVerbs(t *testing.T) {
	tests := []struct {
		name      string
		document  string // of the number's webhook; other paths say where they are
		answers   map[string]string
		steps     []script.Step
		wantHeard []string
		wantCodes []int
		want      []string // webhooks after the first
		wantTook  time.Duration
	}{
		{name: "say, pause, play", document: `<Say>fifteen letters</Say><Pause length="3"/><Play loop="2">/a.mp3</Play>`,
			wantHeard: []string{"fifteen letters", "/a.mp3"}, wantTook: 64 * time.Second},
		{name: "redirect, relative", document: `<Redirect>/next?x=1</Redirect><Say>never</Say>`, answers: map[string]string{"/next": "<Say>here</Say>"},
			wantHeard: []string{"here"}, want: []string{"POST /next CallStatus=in-progress"}},
		{name: "hangup", document: `<Say>bye</Say><Hangup/><Say>never</Say>`, wantHeard: []string{"bye"}},
		{name: "gather, number of digits", document: `<Gather numDigits="2" action="/got"><Say>Enter two</Say></Gather>`, answers: map[string]string{"/got": "<Say>got it</Say>"},
			steps: []script.Step{script.Hears("enter two"), script.Presses("42"), script.Hears("got it")},
			want:  []string{"POST /got CallStatus=in-progress Digits=42"}, wantHeard: []string{"Enter two", "got it"}},
		{name: "gather, finish on key, interrupts", document: `<Gather action="/got"><Say>Enter some</Say><Play>/long.mp3</Play></Gather>`, answers: map[string]string{"/got": "<Say>got it</Say>"},
			steps: []script.Step{script.Hears("enter some"), script.Presses("123#")},
			want:  []string{"POST /got CallStatus=in-progress Digits=123"}, wantHeard: []string{"Enter some", "/long.mp3", "got it"}},
		{name: "gather, timeout ends digits", document: `<Gather timeout="2" method="GET" action="/got"/>`, answers: map[string]string{"/got": "<Say>got it</Say>"},
			steps: []script.Step{script.Presses("7")},
			want:  []string{"GET /got CallStatus=in-progress Digits=7"}, wantHeard: []string{"got it"}},
		{name: "gather, nothing", document: `<Gather timeout="2"><Say>Well?</Say></Gather><Say>nothing</Say>`, wantHeard: []string{"Well?", "nothing"}},
		{name: "gather, nothing, but asks", document: `<Gather timeout="2" actionOnEmptyResult="true" action="/got"/>`, answers: map[string]string{"/got": "<Say>got it</Say>"},
			want: []string{"POST /got CallStatus=in-progress Digits="}, wantHeard: []string{"got it"}},
		{name: "gather, speech not understood as keys", document: `<Gather input="dtmf" timeout="3"/><Say>nothing</Say>`,
			steps: []script.Step{script.Says("five")}, wantHeard: []string{"nothing"}},
		{name: "record, ended by key", document: `<Record action="/taken" finishOnKey="#"/>`, answers: map[string]string{"/taken": "<Say>taken</Say>"},
			steps: []script.Step{script.Records(3 * time.Second), script.Presses("#")},
			want:  []string{"POST /taken CallStatus=in-progress Digits=#"}, wantHeard: []string{"beep", "taken"}},
		{name: "record, other key", document: `<Record action="/taken" finishOnKey="#"/>`, answers: map[string]string{"/taken": "<Say>taken</Say>"},
			steps: []script.Step{script.Records(3 * time.Second), script.Presses("12#")},
			want:  []string{"POST /taken CallStatus=in-progress Digits=#"}, wantHeard: []string{"beep", "taken"}},
		{name: "record, silence", document: `<Record action="/taken"/><Say>nothing</Say>`, wantHeard: []string{"beep", "nothing"}},
		{name: "record, hung up", document: `<Record action="/taken"/>`, answers: map[string]string{"/taken": "<Say>taken</Say>"},
			steps: []script.Step{script.Records(3 * time.Second), script.HangsUp()},
			want:  []string{"POST /taken CallStatus=completed Digits=hangup"}, wantHeard: []string{"beep"}},
		{name: "unknown attribute is a warning", document: `<Say tone="kind">well</Say>`, wantHeard: []string{"well"}, wantCodes: []int{12200}},
		{name: "record without a beep", document: `<Record action="/taken" playBeep="false" timeout="2"/>`, answers: map[string]string{"/taken": "<Say>taken</Say>"},
			steps: []script.Step{script.Records(3 * time.Second)}, want: []string{"POST /taken CallStatus=in-progress Digits="}, wantHeard: []string{"taken"}},
		{name: "numbers that are none", document: `<Say loop="twice">well</Say><Pause length="long"/><Play loop="-1">/a.mp3</Play>`, wantHeard: []string{"well", "/a.mp3"},
			wantCodes: []int{13510, 13910, 13410}},
		{
			name:      "times of zero",
			document:  `<Record action="/taken" timeout="0" maxLength="0"/><Dial timeout="0" timeLimit="0"><Queue>nowhere</Queue></Dial>`,
			wantHeard: []string{"beep"},
			wantCodes: []int{13612, 13611, 13216, 13212},
		},
		{name: "method that is none", document: `<Redirect method="PUT">/next</Redirect>`, answers: map[string]string{"/next": "<Say>here</Say>"}, wantHeard: []string{"here"},
			want: []string{"POST /next CallStatus=in-progress"}, wantCodes: []int{12200}},
		{name: "leave outside a queue", document: `<Leave/><Say>well</Say>`, wantHeard: []string{"well"}, wantCodes: []int{12200}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{WebhookLatency: func() time.Duration { return 0 }})
			a.app.answers["/voice"] = test.document
			for path, document := range test.answers {
				a.app.answers[path] = document
			}
			a.Call(callerNumber, lineNumber, test.steps...)
			a.run(t)

			call := a.leg(t, lineNumber)
			equalLists(t, "heard", call.Heard, test.wantHeard)
			if call.Status != "completed" || call.ApplicationError {
				t.Errorf("call %+v", call)
			}
			equalLists(t, "webhooks", a.app.webhooks[1:], test.want)
			if took := call.Ended.Sub(call.Created); test.wantTook != 0 && took != test.wantTook {
				t.Errorf("the call took %s, want %s", took, test.wantTook)
			}
			a.wantCodes(t, test.wantCodes...)
		})
	}
}

func TestReject(t *testing.T) {
	for document, want := range map[string]string{`<Reject reason="busy"/>`: "busy", `<Reject/>`: "no-answer", `<Pause/><Reject/>`: "completed"} {
		a := newAccount(t, simulator.Config{})
		a.app.answers["/voice"] = document
		a.Call(callerNumber, lineNumber)
		a.run(t)
		if got := a.leg(t, lineNumber); got.Status != want {
			t.Errorf("%s: %s, want %s", document, got.Status, want)
		}
	}
}

func TestNotSimulatedIsLoud(t *testing.T) {
	for document, want := range map[string]string{
		`<Dial><Sim>DE1</Sim></Dial>`:                                    "not simulated: <Dial> with <Sim>",
		`<Dial>415-555-1234</Dial>`:                                      `not simulated: dialing "415-555-1234", which is not in E.164`,
		`<Dial><Conference muted="true">room</Conference></Dial>`:        `not simulated: muted="true" on <Conference>`,
		`<Dial><Conference statusCallback="/x">room</Conference></Dial>`: `not simulated: statusCallback="/x" on <Conference>`,
		`<Dial/>`:                                "not simulated: <Dial> with nothing",
		`<Refer/>`:                               "not simulated: <Refer>",
		`<Gather timeout="1"><Record/></Gather>`: "not simulated: <Record> in <Gather>",
		`<Record timeout="1" transcribe="true"/>`:         `not simulated: transcribe="true" on <Record>`,
		`<Play digits="1">/a.mp3</Play>`:                  `not simulated: digits="1" on <Play>`,
		`<Dial record="record-from-answer"><Sip/></Dial>`: `not simulated: record="record-from-answer" on <Dial>`,
	} {
		a := newAccount(t, simulator.Config{})
		a.app.answers["/voice"] = document
		a.waits(time.Minute)
		a.play(t)
		if problems := a.Problems(); len(problems) == 0 || problems[0].Text != want {
			t.Errorf("%s: problems %v, want %q", document, problems, want)
		}
	}
}

func TestDocumentErrors(t *testing.T) {
	tests := []struct {
		name     string
		document string
		status   int
		took     string
		wantCode int
	}{
		{"not XML", "<Say>", 0, "", 12100},
		{"too large", "<Say>" + strings.Repeat("x", 64<<10) + "</Say>", 0, "", 11750},
		{"server error", "", 500, "", 11200},
		{"redirect to nowhere", "<Redirect>ftp://app.example/x</Redirect>", 0, "", 11200},
		{"too slow", "<Say>late</Say>", 0, "15s", 11200},
	}
	for _, test := range tests {
		for _, fallback := range []bool{false, true} {
			t.Run(test.name, func(t *testing.T) {
				a := newAccount(t, simulator.Config{})
				a.app.answers["/voice"], a.app.answers["/fallback"] = test.document, "<Say>one moment</Say>"
				a.app.statuses["/voice"], a.app.took["/voice"] = test.status, test.took
				want := "We are sorry, an application error has occurred. Goodbye."
				if fallback {
					a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice", FallbackURL: a.app.base + "/fallback"})
					want = "one moment"
				}
				a.Call(callerNumber, lineNumber)
				a.run(t)
				call := a.leg(t, lineNumber)
				if !slices.Equal(call.Heard, []string{want}) || call.ApplicationError == fallback {
					t.Errorf("heard %q (application error %v), want %q", call.Heard, call.ApplicationError, want)
				}
				a.wantCodes(t, test.wantCode)
			})
		}
	}
}

func TestContentTypes(t *testing.T) {
	const document = "<Response><Say>Hello</Say></Response>"
	tests := []struct {
		contentType, body, wantHeard string
		wantCode                     int
	}{
		{"text/xml", document, "Hello", 0},
		{"application/xml; charset=utf-8", document, "Hello", 0},
		{"text/html", document, "Hello", 0},
		{"text/plain", document, "Hello", 0},
		{"text/plain", "Hello there", "Hello there", 0},
		{"audio/mpeg", "ID3", "https://app.example/voice", 0},
		{"application/json", document, "", 12300},
		{"text/xml", "<Answer/>", "", 12100},
	}
	for _, test := range tests {
		t.Run(test.contentType+" "+test.body, func(t *testing.T) {
			a := newAccount(t, simulator.Config{Web: wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.contentType)
				_, _ = w.Write([]byte(test.body))
			}))})
			a.Call(callerNumber, lineNumber)
			a.run(t)
			call := a.leg(t, lineNumber)
			if test.wantCode != 0 {
				a.wantCodes(t, test.wantCode)
			} else if !slices.Equal(call.Heard, []string{test.wantHeard}) {
				t.Errorf("heard %q, want %q", call.Heard, test.wantHeard)
			}
			if call.ApplicationError != (test.wantCode != 0) {
				t.Errorf("application error %v", call.ApplicationError)
			}
		})
	}
}

func TestScripts(t *testing.T) {
	tests := []struct {
		name  string
		steps []script.Step
		want  string // in the problem; none when empty
	}{
		{"words not heard", []script.Step{script.Hears("hello"), script.Hears("press 5"), script.Presses("5")}, `hears "press 5"`},
		{"words heard once, wanted twice", []script.Step{script.Hears("hello"), script.Hears("hello")}, `hears "hello"`},
		{"key not pressed in time", []script.Step{script.Waits(700 * time.Millisecond), script.Presses("5")}, "presses 5"},
		{"moment that does not come", []script.Step{script.Until(script.Bridged)}, "until bridged"},
		{"talk that does not begin", []script.Step{script.Talks(time.Second)}, "talks 1 s"},
		{"waiting may be cut short", []script.Step{script.Hears("hello"), script.Waits(time.Hour), script.Waits(time.Hour), script.HangsUp()}, ""},
		{"nothing to do", nil, ""},
		{"stays on", []script.Step{script.StaysOn()}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.app.answers["/voice"] = "<Say>Hello, hello</Say>"
			a.Call(callerNumber, lineNumber, test.steps...)
			a.play(t)
			problems := a.Problems()
			if test.want == "" && len(problems) > 0 || test.want != "" && (len(problems) != 1 || !strings.Contains(problems[0].Text, test.want)) {
				t.Errorf("problems %v, want %q", problems, test.want)
			}
		})
	}
}

func TestPatienceEnds(t *testing.T) {
	a := newAccount(t, simulator.Config{Pace: simulator.Pace{Patience: 5 * time.Minute}})
	a.Call(callerNumber, lineNumber)
	a.play(t)
	call := a.leg(t, lineNumber)
	if lasted := call.Ended.Sub(call.Created); lasted != 5*time.Minute || len(a.Problems()) != 1 {
		t.Errorf("the call lasted %s, problems %v", lasted, a.Problems())
	}
}
