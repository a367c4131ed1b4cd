package simulator_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	monitor "github.com/twilio/twilio-go/rest/monitor/v1"
	voice "github.com/twilio/twilio-go/rest/voice/v1"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestRESTAccount(t *testing.T) {
	a := newAccount(t, simulator.Config{APIKeySID: "SK00000000000000000000000000000001", APIKeySecret: "keysecret"})
	account, err := a.rest().api.FetchAccount(a.AccountSID())
	if err != nil || *account.Sid != a.AccountSID() || *account.Status != "active" || *account.AuthToken != a.AuthToken() {
		t.Errorf("account %+v, %v", account, err)
	}
	wantREST(t, 401, 20003, "Authenticate")(
		newREST(a, "SK00000000000000000000000000000001", "keysecret").api.FetchAccount(a.AccountSID()))
	wantREST(t, 404, 20404, "")(a.rest().api.FetchAccount("AC00000000000000000000000000000000"))
}

func TestRESTAlerts(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	twilio := a.rest().monitor
	if alerts, err := twilio.ListAlert(new(monitor.ListAlertParams)); err != nil || len(alerts) != 0 {
		t.Fatalf("alerts %v, %v, want none", alerts, err)
	}
	a.app.statuses["/assignment"] = 500
	a.app.answers["/hold"] = `<Play colour="red">/music.mp3</Play>`
	a.waits(time.Second)
	a.runFor(t, time.Minute)
	start, now := a.Calls()[0].Created, a.Loop().Now()
	codes := func(params *monitor.ListAlertParams) (codes []string) {
		t.Helper()
		alerts, err := twilio.ListAlert(params.SetPageSize(1))
		noError(t, err)
		for _, alert := range alerts {
			codes = append(codes, *alert.ErrorCode)
		}
		return codes
	}
	var want []string
	for _, alert := range slices.Backward(a.Debugger()) {
		want = append(want, map[int]string{11200: "11200", 12200: "12200"}[alert.Code])
	}
	if len(want) < 2 {
		t.Fatalf("debugger %+v", a.Debugger())
	}
	for name, test := range map[string]struct {
		params *monitor.ListAlertParams
		want   []string
	}{
		"all, newest first": {new(monitor.ListAlertParams), want},
		"of the call":       {new(monitor.ListAlertParams).SetStartDate(start).SetEndDate(now), want},
		"later":             {new(monitor.ListAlertParams).SetStartDate(now), nil},
		"before":            {new(monitor.ListAlertParams).SetEndDate(start.Add(-time.Second)), nil},
		"errors":            {new(monitor.ListAlertParams).SetLogLevel("error"), slices.DeleteFunc(slices.Clone(want), func(c string) bool { return c == "12200" })},
		"warnings":          {new(monitor.ListAlertParams).SetLogLevel("warning"), slices.DeleteFunc(slices.Clone(want), func(c string) bool { return c == "11200" })},
	} {
		equalLists(t, name, codes(test.params), test.want)
	}
	alerts, err := twilio.ListAlert(new(monitor.ListAlertParams).SetLogLevel("error").SetLimit(1))
	if err != nil || *alerts[0].RequestUrl != a.app.base+"/assignment" || *alerts[0].RequestMethod != "POST" || *alerts[0].ResourceSid != a.Calls()[0].SID {
		t.Fatalf("alert %+v, %v", alerts, err)
	}
	if alert, err := twilio.FetchAlert(*alerts[0].Sid); err != nil || *alert.AlertText != *alerts[0].AlertText {
		t.Errorf("alert %+v, %v", alert, err)
	}
	wantREST(t, 404, 20404, "")(twilio.FetchAlert("NO00000000000000000000000000000000"))
	if got := a.app.rest("GET", "/v1/Alerts?StartDate=yesterday", nil); got == "" || a.Requests()[len(a.Requests())-1].Status != 400 {
		t.Errorf("a bad date: %s", got)
	}
}

func TestDialingPermissions(t *testing.T) {
	a := newAccount(t, simulator.Config{}, "+447700900001")
	twilio := a.rest().voice
	for _, allowed := range []bool{true, false} {
		noError(t, a.SetDialingPermission("GB", allowed))
		country, err := twilio.FetchDialingPermissionsCountry("GB")
		if err != nil || *country.LowRiskNumbersEnabled != allowed || (*country.CountryCodes)[0] != "+44" {
			t.Errorf("country %+v, %v", country, err)
		}
	}
	if countries, err := twilio.ListDialingPermissionsCountry(new(voice.ListDialingPermissionsCountryParams).SetLowRiskNumbersEnabled(false)); err != nil ||
		len(countries) != 1 || *countries[0].IsoCode != "GB" {
		t.Errorf("forbidden countries %+v, %v", countries, err)
	}
	if countries, err := twilio.ListDialingPermissionsCountry(new(voice.ListDialingPermissionsCountryParams).SetCountryCode("1")); err != nil ||
		len(countries) != 1 || *countries[0].IsoCode != "US" {
		t.Errorf("countries of +1 %+v, %v", countries, err)
	}
	wantREST(t, 404, 20404, "")(twilio.FetchDialingPermissionsCountry("ZZ"))
	if err := a.SetDialingPermission("ZZ", false); err == nil {
		t.Error("ZZ is a country")
	}
	wantREST(t, 400, 21215, "not authorized to call")(a.rest().api.CreateCall(newCall("+447700900001")))
	noError(t, a.SetDialingPermission("US", false))
	wantREST(t, 400, 21215, "not authorized to call")(a.rest().api.CreateCall(newCall(aliceNumber)))
	a.SetPhone("+12425550100", script.Busy())
	if _, err := a.rest().api.CreateCall(newCall("+12425550100")); err != nil {
		t.Errorf("the Bahamas have permissions of their own: %v", err)
	}

	a.app.dequeue = true
	a.AddNumber(simulator.Number{Number: "+15550000009", VoiceURL: a.app.base + "/forward"})
	a.app.answers["/forward"] = "<Dial>+447700900001</Dial>"
	a.waits(2 * time.Second)
	a.Call(callerNumber, "+15550000009", script.StaysOn())
	a.run(t)
	if !slices.ContainsFunc(a.Debugger(), func(alert simulator.Alert) bool { return alert.Code == 40133 }) ||
		!slices.ContainsFunc(a.Debugger(), func(alert simulator.Alert) bool { return alert.Code == 13227 }) {
		t.Errorf("debugger %+v, want 40133 and 13227", a.Debugger())
	}
}

func TestRefusedREST(t *testing.T) {
	for status, code := range map[int]int{401: 20003, 403: 20403, 429: 20429, 503: 20503} {
		a := newAccount(t, simulator.Config{})
		a.RefuseREST(2, status)
		a.SetPhone(aliceNumber, script.Busy())
		twilio := a.rest().api
		for n := range 3 {
			_, err := twilio.CreateCall(newCall(aliceNumber))
			if n == 1 {
				wantREST(t, status, code, "")(nil, err)
			} else if err != nil {
				t.Errorf("request %d: %v", n+1, err)
			}
		}
		if n := len(a.Calls()); n != 2 {
			t.Errorf("%d: %d calls were made, want 2", status, n)
		}
	}
	a := newAccount(t, simulator.Config{})
	a.RefuseREST(1, 429)
	response := httptest.NewRecorder()
	a.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/v1/Workspaces", nil))
	if response.Code != 429 || response.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v, want 429 with Retry-After", response.Code, response.Header())
	}
}
