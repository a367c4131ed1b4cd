package simulator_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator/wire"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestQueueResults(t *testing.T) {
	const enqueue = `<Enqueue workflowSid="` + workflowSID + `" action="/out" waitUrl="/hold"/>`
	tests := []struct {
		name, enqueue, hold string
		steps               []script.Step
		wantResult          string
		wantTask            []string
		wantCodes           []int
	}{
		{name: "leave", hold: "<Say>one</Say><Leave/>", wantResult: "leave", wantTask: []string{"canceled leave"}},
		{name: "hangup", hold: "<Pause/>", steps: []script.Step{script.HangsUpAfter(9 * time.Second)}, wantResult: "hangup", wantTask: []string{"canceled hangup"}},
		{name: "hangup verb", hold: "<Say>full</Say><Hangup/>", wantResult: "hangup", wantTask: []string{"canceled hangup"}},
		{name: "bad wait document", hold: "<Say>", wantResult: "error", wantTask: []string{"canceled error"}, wantCodes: []int{12100}},
		{name: "verb that may not wait", hold: "<Record/>", wantResult: "error", wantTask: []string{"canceled error"}, wantCodes: []int{12200}},
		{name: "redirect and gather in the wait document", hold: `<Gather numDigits="1" action="/left"><Say>Press 9 to leave</Say></Gather><Redirect>/hold</Redirect>`,
			steps: []script.Step{script.Hears("9"), script.Hears("9"), script.Presses("9")}, wantResult: "leave", wantTask: []string{"canceled leave"}},
		{name: "no such workflow", enqueue: `<Enqueue workflowSid="WW00000000000000000000000000000009" action="/out"/>`, wantResult: "error", wantCodes: []int{14220}},
		{name: "attributes are no object", enqueue: `<Enqueue workflowSid="` + workflowSID + `" action="/out"><Task>[1]</Task></Enqueue>`, wantResult: "error", wantCodes: []int{14221}},
		{name: "priority is no integer", enqueue: `<Enqueue workflowSid="` + workflowSID + `" action="/out"><Task priority="high">{"kind":"sales"}</Task></Enqueue>`, wantResult: "error", wantCodes: []int{14221}},
		{name: "attributes too long", enqueue: `<Enqueue workflowSid="` + workflowSID + `" action="/out"><Task>{"kind":"` + strings.Repeat("x", 4000) + `"}</Task></Enqueue>`, wantResult: "error", wantCodes: []int{14221}},
		{name: "timeout is no integer", enqueue: `<Enqueue workflowSid="` + workflowSID + `" action="/out"><Task timeout="1.5">{"kind":"sales"}</Task></Enqueue>`, wantResult: "error", wantCodes: []int{14221}},
		{name: "invalid method", enqueue: `<Enqueue action="/out" method="PUT">support</Enqueue>`, wantResult: "error", wantCodes: []int{14201}},
		{name: "invalid waitUrl", enqueue: `<Enqueue action="/out" waitUrl="http://[::1">support</Enqueue>`, wantResult: "error", wantCodes: []int{14202}},
		{name: "invalid waitUrlMethod", enqueue: `<Enqueue action="/out" waitUrl="/hold" waitUrlMethod="HEAD">support</Enqueue>`, wantResult: "error", wantCodes: []int{14206}},
		{name: "no queue name", enqueue: `<Enqueue action="/out"/>`, wantResult: "error", wantCodes: []int{14204}},
		{name: "long queue name", enqueue: `<Enqueue action="/out">` + strings.Repeat("x", 65) + `</Enqueue>`, wantResult: "error", wantCodes: []int{14205}},
		{name: "no filter matches", enqueue: enqueue, wantResult: "error", wantCodes: []int{14222}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `" action="/out" waitUrl="/hold"><TaskAttributes>{"kind":"sales"}</TaskAttributes></Enqueue>`
			if test.enqueue != "" {
				a.app.answers["/voice"] = test.enqueue
			}
			a.app.answers["/hold"], a.app.answers["/left"], a.app.answers["/out"] = test.hold, "<Leave/>", "<Say>out</Say>"
			a.Call(callerNumber, lineNumber, test.steps...)
			a.run(t)

			call := a.leg(t, lineNumber)
			equalLists(t, "results", call.QueueResults, []string{test.wantResult})
			status := "in-progress"
			if test.wantResult == "hangup" {
				status = "completed"
			} else if last := call.Heard[len(call.Heard)-1]; last != "out" {
				t.Errorf("heard %q last, want the action's document", last)
			}
			a.wantWebhooks(t, "POST /out QueueResult="+test.wantResult+" CallStatus="+status)
			a.wantStatuses(t, test.wantTask, nil)
			a.wantCodes(t, test.wantCodes...)
		})
	}
}

func TestFullQueue(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.waits(time.Minute)
	a.Loop().After(5*time.Second, func() {
		a.app.rest("POST", a.path("Queues/"+a.queueSID()+".json"), map[string][]string{"MaxSize": {"1"}})
	})
	a.CallAfter(10*time.Second, "+15550000002", lineNumber, script.Hears("goodbye, queue-full"))
	a.run(t)
	a.wantCodes(t, 14207)
	a.wantStatuses(t, []string{"canceled hangup"}, nil)
}

func TestInstantWaitDocumentIsAProblem(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.answers["/hold"] = ""
	a.waits(10 * time.Second)
	a.play(t)
	a.wantProblem(t, "tight loop")
	if n := len(a.app.webhooks); n > 30 {
		t.Errorf("%d webhooks in ten seconds", n)
	}
}

func TestLateAnswerIsNotExecuted(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.took["/hold"] = "3s"
	a.app.answers["/elsewhere"] = `<Pause length="9"/><Say>Elsewhere</Say>`
	a.Call(callerNumber, lineNumber)
	a.redirectAfter(time.Second, lineNumber)
	a.run(t)
	if heard := a.leg(t, lineNumber).Heard; !slices.Equal(heard, []string{"Elsewhere"}) {
		t.Errorf("heard %q, want nothing of the wait document", heard)
	}
}

func TestWaitMusic(t *testing.T) {
	tests := []struct {
		name, attributes, contentType, body string
		wantHeard                           []string // in 40 s
		wantRequests                        int
	}{
		{"static document over GET", `waitUrl="/static.xml" waitUrlMethod="GET"`, "application/xml", "<Response><Say>Please wait</Say><Pause length=\"29\"/></Response>",
			[]string{"Please wait", "Please wait"}, 2},
		{"MP3", `waitUrl="/static.mp3" waitUrlMethod="GET"`, "audio/mpeg", strings.Repeat("x", 100_000), []string{"https://app.example/static.mp3", "https://app.example/static.mp3"}, 2},
		{"WAV", `waitUrl="/static.wav"`, "audio/x-wav", "RIFF", []string{"https://app.example/static.wav", "https://app.example/static.wav"}, 2},
		{"silence", `waitUrl=""`, "", "", []string{""}, 0},
		{"Twilio's own", "", "", "", []string{"Twilio's hold music"}, 0},
		{"words", `waitUrl="/static.txt"`, "text/plain", strings.Repeat("Please wait. ", 30), []string{strings.TrimSpace(strings.Repeat("Please wait. ", 30))}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			requests := 0
			a := newAccount(t, simulator.Config{Web: wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasPrefix(r.URL.Path, "/static") {
					writeTwiML(w, "<Enqueue "+test.attributes+">support</Enqueue>")
					return
				}
				requests++
				if want := strings.Contains(test.attributes, "GET"); (r.Method == http.MethodGet) != want || want && r.URL.Query().Get("QueuePosition") != "1" {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				w.Header().Set("Content-Type", test.contentType)
				_, _ = w.Write([]byte(test.body))
			}))})
			a.waits(40 * time.Second)
			a.run(t)
			if got := a.leg(t, lineNumber); !slices.Equal(got.Heard, test.wantHeard) || !slices.Equal(got.QueueResults, []string{"hangup"}) {
				t.Errorf("heard %q, left as %q, want %q", got.Heard, got.QueueResults, test.wantHeard)
			}
			if requests != test.wantRequests {
				t.Errorf("%d requests, want %d", requests, test.wantRequests)
			}
		})
	}
}
