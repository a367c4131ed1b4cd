package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
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

// waiting returns an account in which a caller waits.
func waiting(t *testing.T, seed uint64) *calls.Account {
	t.Helper()
	loop := clock.NewVirtual(account.Morning)
	web := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, `<Response><Enqueue workflowSid=%q><Task>{"skill":"billing"}</Task></Enqueue></Response>`, account.WorkflowSID)
	})
	config := simulator.Config{Seed: seed, Loop: loop, Web: wire.InProcess(web)}
	twilio, err := calls.NewAccount(config, calls.Demo(time.Second, time.Second, 0)[5], account.Example)
	if err != nil {
		t.Fatal(err)
	}
	twilio.Dial()
	if err := loop.RunFor(t.Context(), 2*time.Second); err != nil {
		t.Fatal(err)
	}
	return twilio
}

// TestSetUpRequestsDoNotCount sends one request before the call and one during it.
func TestSetUpRequestsDoNotCount(t *testing.T) {
	t.Parallel()
	twilio := waiting(t, 1)
	list := func() { ask(twilio, "GET", "/2010-04-01/Accounts/"+account.SID+"/Queues.json", "") }
	list()
	twilio.Dial()
	list()
	if all, own := twilio.Twilio.Requests(), twilio.Requests(); len(all) != 2 || len(own) != 1 {
		t.Errorf("of %d requests %d belong to the call, want 1 of 2", len(all), len(own))
	}
}

func TestLoopRunsMeanwhile(t *testing.T) {
	t.Parallel()
	loop := clock.NewReal()
	ran := make(chan struct{})
	loop.Post(func() { close(ran) })
	broken := errors.New("broken")
	if err := meanwhile(t.Context(), loop, func() error { <-ran; return broken }); !errors.Is(err, broken) {
		t.Errorf("err = %v, want the error of do", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := meanwhile(ctx, loop, func() error { <-t.Context().Done(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

func TestRequestReachesNamedCall(t *testing.T) {
	t.Parallel()
	var twilio httpExchange
	if got := ask(&twilio, "GET", "/", ""); !strings.Contains(got, "no call is running") {
		t.Errorf("an exchange without calls answers %q", got)
	}
	first, last := waiting(t, 1), waiting(t, 2)
	call, lastCall, task := first.Line.CallSID(), last.Line.CallSID(), first.Tasks()[0].SID
	twilio.add(first.Twilio, says("first"))
	twilio.add(last.Twilio, says("last"))
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
	for _, test := range tests {
		if got := ask(&twilio, "POST", test.path, test.body); got != test.want {
			t.Errorf("%s: %s answers, want %s", test.name, got, test.want)
		}
	}
}

// TestLastAction: the request takes effect, and only the first sender is killed.
func TestLastAction(t *testing.T) {
	t.Parallel()
	calls := "/2010-04-01/Accounts/" + account.SID + "/Calls.json"
	tests := []struct {
		fault      fault
		path       string
		wantKilled int
		wantAnswer string // to the first request
	}{
		{killedInCRMStep, "/crm", 1, ""},
		{killedInCRMStep, calls, 0, "done"},
		{killedWhilePlacing, calls, 1, ""},
		{killedWhilePlacing, "/crm", 0, "done"},
		{deliveredTwice, calls, 0, "done"},
		{"", "/crm", 0, "done"},
	}
	for _, test := range tests {
		t.Run(string(test.fault)+" "+test.path, func(t *testing.T) {
			t.Parallel()
			done, killed := 0, 0
			action := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { done++; fmt.Fprint(w, "done") })
			front := test.fault.front(action, action, func(peer string) {
				if killed++; done != 1 || peer != "192.0.2.1:1234" {
					t.Errorf("%s was killed after %d actions", peer, done)
				}
			})
			first, second := ask(front, "POST", test.path, ""), ask(front, "POST", test.path, "")
			if first != test.wantAnswer || second != "done" || done != 2 || killed != test.wantKilled {
				t.Errorf("answers %q and %q, %d actions, %d killed; want %q, done, 2 and %d", first, second, done, killed, test.wantAnswer, test.wantKilled)
			}
		})
	}
}

func TestOperatorIsAsked(t *testing.T) {
	t.Parallel()
	requests, out := io.Pipe()
	in, reply := io.Pipe()
	var heard []string
	go func() {
		lines := bufio.NewScanner(requests)
		links := `[{"call_sid":"CA1","tries":[{"reservation_sid":"WR1","state":"done"}]}]`
		stacks := `{"deferred":{"VoiceUrl":"https://a.example/enqueue","WorkspaceSid":"WS1","CrmUrl":""}}`
		for _, answer := range []string{stacks, links, "done", "done", "done", links} {
			lines.Scan()
			heard = append(heard, lines.Text())
			fmt.Fprintln(reply, answer)
		}
		reply.Close()
		_, _ = io.Copy(io.Discard, requests)
	}()
	asked := newOperator(in, out)
	stacks, err := asked.setUp()
	if stack := stacks["deferred"]; err != nil || stack.Base() != "https://a.example" || stack.WorkspaceSID != "WS1" {
		t.Errorf("stacks = %+v, %v", stacks, err)
	}
	found, err := asked.lookUp("CA1")
	if err != nil || len(found) != 1 {
		t.Errorf("looked up %+v, %v", found, err)
	}
	if err := errors.Join(asked.examine(), asked.kill("127.0.0.1:4711"), asked.double()); err != nil {
		t.Fatal(err)
	}
	links, err := asked.links()
	if err != nil || len(links) != 1 || links[0].CallSID != "CA1" || len(links[0].Tries) != 1 {
		t.Errorf("links = %+v, %v", links, err)
	}
	want := []string{"set up the account", "look up CA1", "examine the account", "kill 127.0.0.1:4711", "double the next bridge", "tell the calls"}
	if strings.Join(heard, ", ") != operatorPrefix+strings.Join(want, ", "+operatorPrefix) {
		t.Errorf("asked %q, want %q", heard, want)
	}
	if err := asked.double(); !errors.Is(err, errOperator) {
		t.Errorf("without an operator: %v, want errOperator", err)
	}
}

// TestFaultyCallIsJudged changes what the ledger and Twilio have in the end.
func TestFaultyCallIsJudged(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		alter func(*takenCall)
		want  string // "" = no rule is broken
	}{
		{"as it should be", func(*takenCall) {}, ""},
		{"the fault did not happen", func(c *takenCall) { c.suffered = false }, "did not happen: the bridge's message"},
		{"the ledger knows nothing", func(c *takenCall) { c.result.Link.CallSID = "CA0" }, "the ledger does not know call"},
		{"another worker was called", func(c *takenCall) { c.result.Call.Placed = []string{calls.Bob} }, "called were"},
		{"the reservation ended differently", func(c *takenCall) { c.result.Call.Offers = []string{"rejected"} }, "the reservations ended"},
		{
			name:  "the ledger has another end",
			alter: func(c *takenCall) { c.result.Link.Tries[0].State = "unknown" },
			want:  "in the ledger, and completed in Twilio",
		},
		{"the ledger has no reservation", func(c *takenCall) { c.result.Link.Tries = nil }, "the ledger has 0 reservations of 1"},
		{"the ledger has another worker", func(c *takenCall) { c.result.Link.Tries[0].WorkerSID = "WK0" }, "belongs to worker WK0"},
		{
			name:  "the ledger has another worker call",
			alter: func(c *takenCall) { c.result.Link.Tries[0].WorkerCallSID = "CA0" },
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
			c := &takenCall{plannedCall: twice, result: result, suffered: true}
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
