package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
)

// driven is a rehearsal of the functions in this process, on a synctest bubble's clock.
type driven struct {
	t       *testing.T
	web     http.Handler // the rehearsal's
	process *inprocess.Bundle
	*rehearsal
}

func drive(t *testing.T) driven {
	t.Helper()
	loop := clock.NewReal()
	secrets := account.Secrets(1)
	r := &rehearsal{authToken: secrets[account.AuthToken], crmSecret: secrets[account.CRMSecret]}
	d := driven{t: t, rehearsal: r}
	settings := account.Settings("deferred")
	settings["CRM_URL"], settings["WRAP_UP_SECONDS"] = "https://crm.example/crm", "5"
	d.process = inprocess.New(loop, settings, bundle.Clients{
		Parameters: secrets,
		CRM:        wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.process.Twilio.ServeHTTP(w, r) })),
	})
	r.gateway = wire.InProcess(d.process)
	d.web = r.routes(t.Context())
	d.process.Twilio.Set(d.web)
	go func() { _ = loop.Run(t.Context()) }()
	return d
}

func (d driven) ask(method, path string, document any) (int, string) {
	d.t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		d.t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	d.web.ServeHTTP(answer, httptest.NewRequest(method, "/rehearsal/"+path, strings.NewReader(string(text))))
	return answer.Code, answer.Body.String()
}

func (d driven) state(n int) (s state) {
	d.t.Helper()
	var states []state
	if _, text := d.ask("GET", "calls", nil); json.Unmarshal([]byte(text), &states) != nil || len(states) != len(plan()) {
		d.t.Fatalf("the calls are %s", text)
	}
	return states[n]
}

// take runs a call to its end and returns what the ledger has of it.
func (d driven) take(n int) []linkedcalls.Link {
	d.t.Helper()
	if status, text := d.ask("POST", fmt.Sprint("calls/", n), account.Example); status != http.StatusOK {
		d.t.Fatalf("call %d began with %d %s", n, status, text)
	}
	for range 300 {
		time.Sleep(time.Second)
		if s := d.state(n); s.Over {
			report, err := d.process.Links.Handle(d.t.Context(), linkedcalls.Request{CallSID: s.CallSID})
			if err != nil {
				d.t.Fatal(err)
			}
			return report.Calls
		}
	}
	d.t.Fatalf("call %d did not end", n)
	return nil
}

// TestDriverTakesCall takes a call without a fault, and one whose function gets no answer.
func TestDriverTakesCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := drive(t)
		links := append(d.take(3), d.take(2)...)
		if s := d.state(2); s.Fault != killedWhilePlacing || s.Victim == nil {
			t.Errorf("the call with a fault is %+v", s)
		}
		status, told := d.ask("POST", "verdict", links)
		if status != http.StatusOK || strings.Count(told, "kept") != 2 {
			t.Errorf("verdict %d:\n%s", status, told)
		}
	})
}

func TestVerdictNamesBrokenRule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := drive(t)
		d.take(3)
		status, told := d.ask("POST", "verdict", []linkedcalls.Link{})
		if status != http.StatusConflict || !strings.Contains(told, "the ledger does not know call") {
			t.Errorf("verdict without the ledger's calls: %d\n%s", status, told)
		}
		for path, document := range map[string]any{
			"verdict":  "none",
			"calls/x":  account.Example,
			"calls/2":  "none",
			"calls/99": account.Example,
		} {
			if status, _ := d.ask("POST", path, document); status != http.StatusBadRequest {
				t.Errorf("POST %s: %d, want 400", path, status)
			}
		}
	})
}

// TestEmptyAccountAnswers: the first call's account is there before the call.
func TestEmptyAccountAnswers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := rehearsal{authToken: "12345", gateway: gateway{"http://127.0.0.1:1"}}
	web := r.routes(ctx)
	request := httptest.NewRequest("GET", "/2010-04-01/Accounts/"+account.SID+"/IncomingPhoneNumbers.json", nil)
	request.SetBasicAuth(account.SID, r.authToken)
	answer := httptest.NewRecorder()
	web.ServeHTTP(answer, request)
	if !strings.Contains(answer.Body.String(), account.OurNumber) {
		t.Errorf("the account's numbers are %s", answer.Body)
	}
	if got := ask(web, "GET", musicPath, ""); got != "ID3" {
		t.Errorf("the hold music is %q", got)
	}
}
