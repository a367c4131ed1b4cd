package simulator_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// TestAnythingAtAnyInstant places calls with random documents and phones, hangs up and uses the
// REST API at random instants, and checks what must hold in every run.
func TestAnythingAtAnyInstant(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 7))
			a := newAccount(t, simulator.Config{Seed: seed, Readings: reading.Set{
				DialActionAfterHangUp: seed%2 == 0, NoDialBridged: seed%3 == 0, BridgedInProgress: seed%5 == 0, HangUpInWhisper: seed%7 == 0,
			}}, aliceNumber, bobNumber)
			a.app.dequeue = seed%4 == 0
			a.chaos(random)
			if err := a.Loop().Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			a.wantNothingLeft(t)
			if t.Failed() {
				t.Log(a.trace)
			}
		})
	}
}

func (a *account) chaos(random *rand.Rand) {
	second := func(most int) time.Duration { return time.Duration(random.Int64N(int64(most) * int64(time.Second))) }
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	a.app.answers["/screen"] = `<Say>Press 1</Say><Gather numDigits="1" action="/screened" timeout="3"/><Hangup/>`
	a.app.answers["/whisper"] = `<Say>You are next</Say><Redirect>/whisper2</Redirect>`
	for _, path := range []string{"/screened", "/whisper2", "/dialed", "/elsewhere"} {
		a.app.answers[path] = `<Pause length="5"/><Say>` + path + `</Say>`
	}
	phone := func() script.Phone {
		switch random.IntN(6) {
		case 0:
			return script.Busy()
		case 1:
			return script.NeverAnswers()
		case 2:
			return script.Fails()
		case 3:
			return script.Voicemail(second(10))
		}
		return script.AnswersAfter(second(10), script.Waits(2*time.Second), script.Presses("1"), script.HangsUpAfter(second(60)))
	}
	for _, address := range []string{mobile, desk, aliceNumber, bobNumber} {
		a.SetPhone(address, phone(), phone(), phone())
	}
	for i := range 6 {
		number := fmt.Sprintf("+1555000040%d", i)
		path := "/call" + fmt.Sprint(i)
		a.AddNumber(simulator.Number{Number: number, VoiceURL: a.app.base + path})
		a.app.answers[path] = pick(
			`<Enqueue workflowSid="`+workflowSID+`" waitUrl="/hold" action="/survey"><Task>{"kind":"sales"}</Task></Enqueue>`,
			`<Enqueue waitUrl="/hold" action="/survey">support</Enqueue>`,
			`<Dial action="/dialed" timeout="15"><Queue>support</Queue></Dial><Say>No caller</Say>`,
			`<Dial timeout="15"><Queue url="/whisper">support</Queue></Dial><Say>No caller</Say>`,
			`<Dial action="/dialed" timeout="8"><Number url="/screen">`+mobile+`</Number><Client>desk</Client></Dial>`,
			`<Dial hangupOnStar="true">`+mobile+`</Dial><Dial><Queue>support</Queue></Dial>`,
			`<Record timeout="3" action="/dialed"/><Say>Nothing</Say>`,
			`<Dial action="/dialed"><Conference waitUrl="/whisper">room</Conference></Dial>`,
			`<Dial timeLimit="20"><Conference startConferenceOnEnter="false" endConferenceOnExit="true">room</Conference></Dial><Say>Over</Say>`,
		)
		a.CallAfter(second(20), fmt.Sprintf("+1555000050%d", i), number, script.Waits(second(40)), script.Presses("*"), script.HangsUpAfter(second(90)))
	}
	for range 8 {
		a.Loop().After(second(90), func() { a.interfere(random, pick) })
	}
}

// interfere does one thing to one call over REST.
func (a *account) interfere(random *rand.Rand, pick func(...string) string) {
	calls := a.Calls()
	if len(calls) == 0 {
		return
	}
	base := "/2010-04-01/Accounts/" + a.AccountSID()
	path := base + "/Calls/" + calls[random.IntN(len(calls))].SID + ".json"
	switch pick("complete", "cancel", "redirect", "redirect", "twiml", "dequeue") {
	case "complete":
		a.app.rest("POST", path, url.Values{"Status": {"completed"}})
	case "cancel":
		a.app.rest("POST", path, url.Values{"Status": {"canceled"}})
	case "redirect":
		a.app.rest("POST", path, url.Values{"Url": {a.app.base + pick("/elsewhere", "/call0", "/call1")}})
	case "twiml":
		a.app.rest("POST", path, url.Values{"Twiml": {"<Response><Say>Hello</Say></Response>"}})
	case "dequeue":
		for part := range strings.SplitSeq(a.app.rest("GET", base+"/Queues.json", nil), `"sid":"`) {
			if strings.HasPrefix(part, "QU") {
				a.app.rest("POST", base+"/Queues/"+part[:34]+"/Members/Front.json", url.Values{"Url": {a.app.base + "/elsewhere"}})
			}
		}
	}
}

func (a *account) wantNothingLeft(t *testing.T) {
	t.Helper()
	if !a.Idle() {
		t.Error("something is still going on")
	}
	for _, c := range a.Calls() {
		if c.Ended.IsZero() || slices.Contains([]string{"queued", "ringing", "in-progress"}, c.Status) {
			t.Errorf("call %+v never ended", c)
		}
		if !c.Bridged.IsZero() && (c.BridgeEnded.IsZero() || c.BridgeEnded.Before(c.Bridged)) {
			t.Errorf("call %+v is still bridged", c)
		}
	}
	for _, k := range a.Tasks() {
		if k.Status == "pending" || k.Status == "reserved" || k.Status == "assigned" {
			t.Errorf("task %+v outlived its call", k)
		}
	}
	if answer := a.app.rest("GET", "/2010-04-01/Accounts/"+a.AccountSID()+"/Queues.json", nil); strings.Count(answer, `"current_size":0`) != strings.Count(answer, `"current_size"`) {
		t.Errorf("queues %s", answer)
	}
	for _, problem := range a.Problems() {
		if !strings.Contains(problem.Text, "ended before this: presses") && !strings.Contains(problem.Text, "dequeuing a member of a workflow's queue") {
			t.Errorf("problem: %s", problem)
		}
	}
}
