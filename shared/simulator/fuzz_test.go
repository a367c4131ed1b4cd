package simulator_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// FuzzDocuments answers the callers of one number with one document, those of another number and
// every other webhook with a second. People and the REST API act at random instants, under random
// readings. Every call must end.
func FuzzDocuments(f *testing.F) {
	documents := []string{
		`<Say loop="2">Hello</Say><Gather numDigits="1" action="?a=1"><Say>1</Say></Gather><Redirect/>`,
		`<Enqueue workflowSid="` + workflowSID + `" action="/x"><Task priority="2">{"kind":"sales"}</Task></Enqueue>`,
		`<Enqueue waitUrl="" action="/x">a</Enqueue>`, `<Dial timeout="15"><Queue url="/w">a</Queue></Dial><Say>No caller</Say>`,
		`<Leave/><Record/><Reject/><Hangup/>`, `<Pause length="5"/><Say>You are next</Say>`, `<Play>x</Play>text<!-- --><Pause length="0"/>`,
		`<Dial action="/y" hangupOnStar="true"><Number url="/z">` + mobile + `</Number><Client>desk</Client></Dial>`,
		`<Dial timeLimit="20"><Conference waitUrl="/m" endConferenceOnExit="true">r</Conference></Dial><Say>Over</Say>`,
	}
	for i, first := range documents {
		for j, second := range documents {
			for k := range 3 {
				f.Add("<Response>"+first+"</Response>", "<Response>"+second+"</Response>", "text/xml", uint64(100*i+10*j+k))
			}
		}
	}
	f.Add("Hello", "ID3", "text/plain", uint64(0))
	f.Fuzz(func(t *testing.T, first, second, contentType string, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 7))
		a := newAccount(t, simulator.Config{
			Seed: seed, Pace: simulator.Pace{Patience: time.Minute}, Readings: reading.Draw(random),
			Web: wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				media, body := contentType, second
				switch r.URL.Path {
				case "/voice":
					body = first
				case "/assignment":
					media, body = "application/json", `{"instruction":"dequeue"}`
				}
				w.Header().Set("Content-Type", media)
				_, _ = io.WriteString(w, body)
			})),
		}, aliceNumber, bobNumber)
		a.AddNumber(simulator.Number{Number: bobNumber, VoiceURL: a.app.base + "/second", FallbackURL: a.app.base + "/fallback"})
		a.actAtRandom(random)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		if err := a.Loop().RunFor(ctx, 10*time.Minute); err != nil {
			t.Fatalf("%v at %s", err, a.Loop().Now())
		}
		a.wantNothingLeft(t)
	})
}

func (a *account) actAtRandom(random *rand.Rand) {
	within := func(most time.Duration) time.Duration { return time.Duration(random.Int64N(int64(most))) }
	for _, address := range []string{mobile, desk, aliceNumber, bobNumber} {
		a.SetPhone(address, []script.Phone{
			script.Busy(), script.NeverAnswers(), script.Fails(), script.Voicemail(within(10 * time.Second)),
			script.AnswersAfter(within(10*time.Second), script.Waits(2*time.Second), script.Presses("1*"), script.HangsUpAfter(within(time.Minute))),
		}[random.IntN(5)])
	}
	for _, number := range slices.Repeat([]string{lineNumber, bobNumber}, 3) {
		a.CallAfter(within(20*time.Second), callerNumber, number,
			script.Waits(within(40*time.Second)), script.Presses("12*"), script.HangsUpAfter(within(90*time.Second)))
	}
	changes := []url.Values{
		{"Status": {"completed"}}, {"Status": {"canceled"}}, {"Url": {a.app.base + "/elsewhere"}}, {"Twiml": {"<Response><Say>Hello</Say></Response>"}},
	}
	for range 6 {
		change := changes[random.IntN(len(changes))]
		a.Loop().After(within(90*time.Second), func() {
			if calls := a.Calls(); len(calls) > 0 {
				a.changeCall(calls[random.IntN(len(calls))].SID, change)
			}
		})
	}
	a.Loop().After(within(90*time.Second), func() {
		if sid := a.queueSID(); sid != "" {
			a.app.rest("POST", a.path("Queues/"+sid+"/Members/Front.json"), url.Values{"Url": {a.app.base + "/elsewhere"}})
		}
	})
}

func (a *account) wantNothingLeft(t *testing.T) {
	t.Helper()
	if !a.Idle() {
		t.Error("something is still going on")
	}
	for _, c := range a.Calls() {
		talks := !c.Bridged.IsZero() && (c.BridgeEnded.IsZero() || c.BridgeEnded.Before(c.Bridged))
		if c.Ended.IsZero() || talks || slices.Contains([]string{"queued", "ringing", "in-progress"}, c.Status) {
			t.Errorf("call %+v never ended", c)
		}
	}
	for _, k := range a.Tasks() {
		if k.Status == "pending" || k.Status == "reserved" || k.Status == "assigned" {
			t.Errorf("task %+v outlived its call", k)
		}
	}
	queues := a.app.rest("GET", a.path("Queues.json"), nil)
	if strings.Count(queues, `"current_size":0`) != strings.Count(queues, `"current_size"`) {
		t.Errorf("queues %s", queues)
	}
}
