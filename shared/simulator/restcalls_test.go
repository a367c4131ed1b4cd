package simulator_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestRESTListsCallsInPages(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	twilio := a.rest().api
	for i := range 7 {
		to := fmt.Sprintf("+1555000010%d", i)
		a.SetPhone(to, script.Busy())
		done(t)(twilio.CreateCall(newCall(to)))
	}
	a.run(t)
	calls, err := twilio.ListCall(new(api.ListCallParams).SetPageSize(3))
	if err != nil || len(calls) != 7 || *calls[0].To != "+15550000106" || *calls[6].To != "+15550000100" {
		t.Errorf("%d calls, %v, want 7, newest first", len(calls), err)
	}
	calls, err = twilio.ListCall(new(api.ListCallParams).SetTo("+15550000103").SetStatus("busy").SetPageSize(1))
	if err != nil || len(calls) != 1 || *calls[0].To != "+15550000103" {
		t.Errorf("filtered %+v, %v, want one", calls, err)
	}
}

// TestRESTCallsAreQueued places four calls in one instant and ends the second one in the queue,
// which has the others dialed sooner.
func TestRESTCallsAreQueued(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	began, twilio := a.Loop().Now(), a.rest().api
	var told []string
	var second string
	for i := range 4 {
		to := fmt.Sprintf("+1555000010%d", i)
		a.SetPhone(to, script.Busy())
		call, err := twilio.CreateCall(newCall(to))
		noError(t, err)
		if i == 1 {
			second = *call.Sid
		}
		told = append(told, *call.QueueTime)
	}
	done(t)(twilio.UpdateCall(second, new(api.UpdateCallParams).SetStatus("canceled")))
	a.run(t)
	var dialed []time.Duration
	for _, call := range a.Calls() {
		if !call.Dialed.IsZero() {
			dialed = append(dialed, call.Dialed.Sub(began))
		}
	}
	equalLists(t, "queued for", told, []string{"0", "1000", "2000", "3000"})
	equalLists(t, "dialed after", dialed, []time.Duration{0, time.Second, 2 * time.Second})
}

func TestRESTCallWithOwnDocument(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second))
	a.app.answers["/fallback"] = "<Say>One moment</Say>"
	path := "/2010-04-01/Accounts/" + a.AccountSID() + "/Calls"
	a.app.rest("POST", path+".json", url.Values{
		"To": {aliceNumber}, "From": {lineNumber}, "Twiml": {`<Response><Say>Hello</Say><Redirect>https://app.example/missing</Redirect></Response>`},
		"FallbackUrl": {"https://app.example/fallback"}, "FallbackMethod": {"GET"}, "CallReason": {"support"},
	})
	a.app.statuses["/missing"] = 404
	a.run(t)
	equalLists(t, "heard", a.leg(t, aliceNumber).Heard, []string{"Hello", "One moment"})
	a.wantWebhooks(t, "POST /missing CallStatus=in-progress", "GET /fallback CallStatus=in-progress")
	if form := a.app.forms["/fallback"][0]; form.Get("ErrorCode") != "11200" || form.Get("ErrorUrl") != "https://app.example/missing" {
		t.Errorf("fallback is told %v", form)
	}
}

func TestRESTTimeLimit(t *testing.T) {
	for _, later := range []bool{false, true} {
		a := newAccount(t, simulator.Config{})
		a.app.answers["/greeting"] = `<Pause length="300"/>`
		a.SetPhone(aliceNumber, script.AnswersAfter(time.Second))
		params := newCall(aliceNumber)
		if !later {
			params.SetTimeLimit(30)
		}
		twilio := a.rest().api
		call, err := twilio.CreateCall(params)
		noError(t, err)
		const want = 30 * time.Second
		if later {
			a.Loop().After(20*time.Second, func() {
				done(t)(twilio.UpdateCall(*call.Sid, new(api.UpdateCallParams).SetTimeLimit(30)))
			})
		}
		a.run(t)
		if leg := a.leg(t, aliceNumber); leg.Ended.Sub(leg.Answered) != want || leg.HungUpBy != "twilio" {
			t.Errorf("later %v: the leg lasted %s, ended by %s, want %s", later, leg.Ended.Sub(leg.Answered), leg.HungUpBy, want)
		}
	}
}
