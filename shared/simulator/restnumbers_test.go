package simulator_test

import (
	"fmt"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestRESTNumbers(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	for i := range 3 {
		a.AddNumber(simulator.Number{Number: fmt.Sprintf("+1555000020%d", i)})
	}
	twilio := a.rest().api
	for filter, want := range map[string]int{"": 4, lineNumber: 1, "+1555000020": 3, "+155500002*1": 1, "+15559999999": 0} {
		params := new(api.ListIncomingPhoneNumberParams).SetPageSize(2)
		if filter != "" {
			params.SetPhoneNumber(filter)
		}
		if numbers, err := twilio.ListIncomingPhoneNumber(params); err != nil || len(numbers) != want {
			t.Errorf("filter %q: %d numbers, %v, want %d", filter, len(numbers), err, want)
		}
	}
	numbers, err := twilio.ListIncomingPhoneNumber(new(api.ListIncomingPhoneNumberParams).SetPhoneNumber(lineNumber))
	if err != nil || len(numbers) != 1 {
		t.Fatalf("numbers %v, %v", numbers, err)
	}
	sid := *numbers[0].Sid
	a.runFor(t, time.Hour)
	a.app.answers["/other"] = "<Say>Moved</Say>"
	updated, err := twilio.UpdateIncomingPhoneNumber(sid, new(api.UpdateIncomingPhoneNumberParams).
		SetVoiceUrl(a.app.base+"/other#rc=2&rp=ct,rt,5xx").SetVoiceMethod("GET").SetVoiceFallbackUrl(a.app.base+"/fallback").SetFriendlyName("Line"))
	if err != nil || *updated.VoiceMethod != "GET" || *updated.FriendlyName != "Line" || *updated.VoiceFallbackMethod != "POST" || *updated.DateUpdated == *updated.DateCreated {
		t.Errorf("updated %+v, %v", updated, err)
	}
	fetched, err := twilio.FetchIncomingPhoneNumber(sid, nil)
	if err != nil || *fetched.VoiceUrl != a.app.base+"/other#rc=2&rp=ct,rt,5xx" || *fetched.PhoneNumber != lineNumber || !fetched.Capabilities.Voice {
		t.Errorf("fetched %+v, %v", fetched, err)
	}
	texting, err := twilio.UpdateIncomingPhoneNumber(sid, new(api.UpdateIncomingPhoneNumberParams).
		SetSmsUrl(a.app.base+"/texts").SetSmsMethod("GET").SetSmsFallbackUrl(a.app.base+"/fallback"))
	if err != nil || *texting.SmsUrl != a.app.base+"/texts" || *texting.SmsMethod != "GET" || *texting.SmsFallbackMethod != "POST" || !texting.Capabilities.Sms {
		t.Errorf("updated %+v, %v", texting, err)
	}
	wantREST(t, 400, 21402, "")(twilio.UpdateIncomingPhoneNumber(sid, new(api.UpdateIncomingPhoneNumberParams).SetSmsUrl("/texts")))
	for code, wrong := range map[int]*api.UpdateIncomingPhoneNumberParams{
		21402: new(api.UpdateIncomingPhoneNumberParams).SetVoiceUrl("/voice"),
		21403: new(api.UpdateIncomingPhoneNumberParams).SetVoiceMethod("PUT"),
		21405: new(api.UpdateIncomingPhoneNumberParams).SetVoiceUrl(""),
	} {
		wantREST(t, 400, code, "")(twilio.UpdateIncomingPhoneNumber(sid, wrong))
	}
	wantREST(t, 404, 20404, "")(twilio.FetchIncomingPhoneNumber("PN00000000000000000000000000000000", nil))
	a.Call(callerNumber, lineNumber, script.Hears("Moved"))
	a.run(t)
	a.wantWebhooks(t, "GET /other CallStatus=ringing")
	a.Call(callerNumber, "+15550000201")
	a.runFor(t, time.Second)
	a.wantProblem(t, "not simulated: a call to +15550000201")
	wantREST(t, 501, 20001, "not simulated: parameter TrunkSid")(
		twilio.UpdateIncomingPhoneNumber(sid, new(api.UpdateIncomingPhoneNumberParams).SetTrunkSid("TK00000000000000000000000000000000")))
}

func TestRESTCallerIDs(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	const verified = "+15550000099"
	a.SetPhone(aliceNumber, script.Busy())
	twilio := a.rest().api
	wantREST(t, 400, 21210, "")(twilio.CreateCall(newCall(aliceNumber).SetFrom(verified)))
	a.AddCallerID(simulator.CallerID{Number: verified, Name: "Desk"})
	ids, err := twilio.ListOutgoingCallerId(new(api.ListOutgoingCallerIdParams).SetPhoneNumber(verified))
	if err != nil || len(ids) != 1 || *ids[0].FriendlyName != "Desk" {
		t.Fatalf("caller ids %+v, %v", ids, err)
	}
	if id, err := twilio.FetchOutgoingCallerId(*ids[0].Sid, nil); err != nil || *id.PhoneNumber != verified {
		t.Errorf("caller id %+v, %v", id, err)
	}
	wantREST(t, 404, 20404, "")(twilio.FetchOutgoingCallerId("PN00000000000000000000000000000000", nil))
	done(t)(twilio.CreateCall(newCall(aliceNumber).SetFrom(verified)))
	a.run(t)
}
