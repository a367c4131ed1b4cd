package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/functions/linkedcalls"
)

// says answers with its name.
func says(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, name) })
}

func ask(handler http.Handler, method, path, body string) string {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	return answer.Body.String()
}

// called returns an account in which a caller has called.
func called(t *testing.T, seed uint64) *calls.Account {
	t.Helper()
	result, err := calls.InProcess(t.Context(), faultyCalls(time.Second, time.Second)[0].Call, seed)
	if err != nil {
		t.Fatal(err)
	}
	return result.Account
}

// TestSetUpRequestsDoNotCount sends one request before the call and one during it.
func TestSetUpRequestsDoNotCount(t *testing.T) {
	t.Parallel()
	twilio := called(t, 1)
	before := len(twilio.Twilio.Requests())
	list := func() { ask(twilio, "GET", "/2010-04-01/Accounts/"+account.SID+"/Queues.json", "") }
	list()
	twilio.Dial()
	list()
	if all, own := twilio.Twilio.Requests(), twilio.Requests(); len(all) != before+2 || len(own) != 1 {
		t.Errorf("of %d further requests %d belong to the call, want 1 of 2", len(all)-before, len(own))
	}
}

func TestRequestReachesNamedCall(t *testing.T) {
	t.Parallel()
	first, last := called(t, 1), called(t, 2)
	call, lastCall, task := first.Line.CallSID(), last.Line.CallSID(), first.Tasks()[0].SID
	r := rehearsal{calls: []*rehearsedCall{
		{result: &calls.Result{Account: first}, handler: says("first")},
		{result: &calls.Result{Account: last}, handler: says("last")},
		{}, // has not begun
	}}
	unknown := "CA" + strings.Repeat("0", 32)
	tests := []struct{ name, path, body, want string }{
		{"a task", "/v1/Workspaces/" + account.WorkspaceSID + "/Tasks/" + task, "", "first"},
		{"a call to be ended", "/2010-04-01/Accounts/" + account.SID + "/Calls/" + call + ".json", "Status=completed", "first"},
		{
			name: "a call to be placed",
			path: "/2010-04-01/Accounts/" + account.SID + "/Calls.json",
			body: "Url=https%3A%2F%2Fx.example%2Fworker%2F" + call + "%2Fgate",
			want: "first",
		},
		{"the CRM step", "/crm", `{"caller":{"call_sid":"` + call + `"}}`, "first"},
		{"the other call", "/crm", `{"caller":{"call_sid":"` + lastCall + `"}}`, "last"},
		{"no call", "/2010-04-01/Accounts/" + account.SID + "/Queues.json", "", "last"},
		{"an unknown call", "/2010-04-01/Accounts/" + account.SID + "/Calls/" + unknown + ".json", "", "last"},
	}
	if got := ask(r.exchange(true), "POST", "/crm", `{"caller":{"call_sid":"`+call+`"}}`); got != "404 page not found\n" {
		t.Errorf("the account of calls during a deployment answers %q for another call", got)
	}
	for _, test := range tests {
		if got := ask(r.exchange(false), "POST", test.path, test.body); got != test.want {
			t.Errorf("%s: %s answers, want %s", test.name, got, test.want)
		}
	}
}

type lastTest struct {
	fault      fault
	path       string
	wantKilled bool
	wantAnswer string // to the first request
}

// TestLastAction: the request takes effect, and only the first sender gets no answer.
func TestLastAction(t *testing.T) {
	t.Parallel()
	calls := "/2010-04-01/Accounts/" + account.SID + "/Calls.json"
	tests := []lastTest{
		{killedInCRMStep, "/crm", true, ""},
		{killedInCRMStep, calls, false, "done"},
		{killedWhilePlacing, calls, true, ""},
		{killedWhilePlacing, "/crm", false, "done"},
		{deliveredTwice, calls, false, "done"},
		{"", "/crm", false, "done"},
	}
	for _, test := range tests {
		t.Run(string(test.fault)+" "+test.path, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test.isLast(t) })
		})
	}
}

func (l lastTest) isLast(t *testing.T) {
	done, last, first := 0, lastAction{}, httptest.NewRecorder()
	action := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { done++; fmt.Fprint(w, "done") })
	front := l.fault.front(action, action, &last)
	ctx, kill := context.WithCancel(t.Context())
	go front.ServeHTTP(first, httptest.NewRequestWithContext(ctx, http.MethodPost, l.path, nil))
	synctest.Wait()
	kill()
	second := ask(front, "POST", l.path, "")
	if victim := last.victim.Load(); (victim == "192.0.2.1:1234") != l.wantKilled || done != 2 {
		t.Errorf("%v is to be killed: want that %t; %d actions", victim, l.wantKilled, done)
	}
	if got := first.Body.String(); got != l.wantAnswer || second != "done" {
		t.Errorf("answers %q and %q, want %q and done", got, second, l.wantAnswer)
	}
}

// TestFaultyCallIsJudged changes what the ledger and Twilio have in the end.
func TestFaultyCallIsJudged(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		alter func(*rehearsedCall)
		want  string // "" = no rule is broken
	}{
		{"as it should be", func(*rehearsedCall) {}, ""},
		{"the fault did not happen", func(c *rehearsedCall) { c.fault = killedInCRMStep }, "did not happen: the bridge function is killed"},
		{"the ledger knows nothing", func(c *rehearsedCall) { c.result.Link.CallSID = "CA0" }, "the ledger does not know call"},
		{"another worker was called", func(c *rehearsedCall) { c.result.Call.Placed = []string{calls.Bob} }, "called were"},
		{"the reservation ended differently", func(c *rehearsedCall) { c.result.Call.Offers = []string{"rejected"} }, "the reservations ended"},
		{
			name:  "the ledger has another end",
			alter: func(c *rehearsedCall) { c.result.Link.Tries[0].State = "unknown" },
			want:  "in the ledger, and completed in Twilio",
		},
		{"the ledger has no reservation", func(c *rehearsedCall) { c.result.Link.Tries = nil }, "the ledger has 0 reservations of 1"},
		{"the ledger has another worker", func(c *rehearsedCall) { c.result.Link.Tries[0].WorkerSID = "WK0" }, "belongs to worker WK0"},
		{
			name:  "the ledger has another worker call",
			alter: func(c *rehearsedCall) { c.result.Link.Tries[0].WorkerCallSID = "CA0" },
			want:  `the ledger has worker call "CA0"`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			twice := faultyCalls(4*time.Second, 40*time.Second)[2]
			result, err := calls.InProcess(t.Context(), twice.Call, 1)
			if err != nil {
				t.Fatal(err)
			}
			result.Broken = nil
			c := &rehearsedCall{plannedCall: twice, result: result}
			test.alter(c)
			known := result.Link
			result.Link = linkedcalls.Link{}
			c.judge([]linkedcalls.Link{{CallSID: "CA1"}, known})
			got := strings.Join(result.Broken, "; ")
			if !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("broken rules %q, want %q", got, test.want)
			}
		})
	}
}
