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

	"switchboard/functions/linkedcalls"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
)

// says is a handler that says who it is.
func says(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, name) })
}

func ask(handler http.Handler, method, path, body string) string {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	return answer.Body.String()
}

// ringing is an account whose caller waits, and the caller's CallSid and task.
func ringing(t *testing.T, seed uint64) (w *world, call, task string) {
	t.Helper()
	loop := clock.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	waits := demoCalls()[5]
	web := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, `<Response><Enqueue workflowSid=%q><Task>{"skill":"billing"}</Task></Enqueue></Response>`, workflowSID)
	})
	w, err := newWorld(simulator.Config{Seed: seed, Loop: loop, Web: wire.InProcess(web)}, waits, exampleStack("https://switchboard.example"))
	if err != nil {
		t.Fatal(err)
	}
	w.dial()
	if err := loop.RunFor(t.Context(), 2*time.Second); err != nil {
		t.Fatal(err)
	}
	return w, w.line.CallSID(), w.Tasks()[0].SID
}

// TestWhatSetAnAccountUpIsNoneOfTheCall asks for something before the call, and for something else during it.
func TestWhatSetAnAccountUpIsNoneOfTheCall(t *testing.T) {
	t.Parallel()
	w, _, _ := ringing(t, 1)
	list := func() { ask(w, "GET", "/2010-04-01/Accounts/"+accountSID+"/Queues.json", "") }
	list()
	w.dial()
	list()
	if all, own := w.Twilio.Requests(), w.Requests(); len(all) != 2 || len(own) != 1 {
		t.Errorf("of %d requests %d belong to the call, want 1 of 2", len(all), len(own))
	}
}

func TestTheLoopRunsMeanwhile(t *testing.T) {
	t.Parallel()
	loop := clock.NewReal()
	ran := make(chan struct{})
	loop.Post(func() { close(ran) })
	broken := errors.New("broken")
	if err := meanwhile(t.Context(), loop, func() error { <-ran; return broken }); !errors.Is(err, broken) {
		t.Errorf("err = %v, want what came of it", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := meanwhile(ctx, loop, func() error { <-t.Context().Done(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want that it was interrupted", err)
	}
}

func TestARequestGoesToTheCallThatItNames(t *testing.T) {
	t.Parallel()
	var twilio exchange
	if got := ask(&twilio, "GET", "/", ""); !strings.Contains(got, "no call is being taken") {
		t.Errorf("an exchange without calls answers %q", got)
	}
	first, call, task := ringing(t, 1)
	last, lastCall, _ := ringing(t, 2)
	twilio.add(first, says("first"))
	twilio.add(last, says("last"))
	unknown := "CA" + strings.Repeat("0", 32)
	tests := []struct{ name, path, body, want string }{
		{"a task", "/v1/Workspaces/" + workspaceSID + "/Tasks/" + task, "", "first"},
		{"a call to be ended", "/2010-04-01/Accounts/" + accountSID + "/Calls/" + call + ".json", "Status=completed", "first"},
		{"a call to be placed", "/2010-04-01/Accounts/" + accountSID + "/Calls.json", "Url=https%3A%2F%2Fx.example%2Fworker%2F" + call + "%2Fgate", "first"},
		{"the CRM step", "/crm", `{"caller":{"call_sid":"` + call + `"}}`, "first"},
		{"the other call", "/crm", `{"caller":{"call_sid":"` + lastCall + `"}}`, "last"},
		{"no call", "/2010-04-01/Accounts/" + accountSID + "/Queues.json", "", "last"},
		{"a call that nobody knows", "/2010-04-01/Accounts/" + accountSID + "/Calls/" + unknown + ".json", "", "last"},
	}
	for _, test := range tests {
		if got := ask(&twilio, "POST", test.path, test.body); got != test.want {
			t.Errorf("%s: %s answers, want %s", test.name, got, test.want)
		}
	}
}

// TestTheLastDeed is done, its sender is killed, and only the first one's is.
func TestTheLastDeed(t *testing.T) {
	t.Parallel()
	calls := "/2010-04-01/Accounts/" + accountSID + "/Calls.json"
	tests := []struct {
		fault      fault
		path       string
		wantKilled int
		wantAnswer string // to the first request
	}{
		{diesInCRMStep, "/crm", 1, ""},
		{diesInCRMStep, calls, 0, "done"},
		{diesWhileDialling, calls, 1, ""},
		{diesWhileDialling, "/crm", 0, "done"},
		{deliveredTwice, calls, 0, "done"},
		{"", "/crm", 0, "done"},
	}
	for _, test := range tests {
		t.Run(string(test.fault)+" "+test.path, func(t *testing.T) {
			t.Parallel()
			done, killed := 0, 0
			deed := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { done++; fmt.Fprint(w, "done") })
			front := test.fault.front(deed, deed, func(peer string) {
				if killed++; done != 1 || peer != "192.0.2.1:1234" {
					t.Errorf("%s was killed after %d deeds", peer, done)
				}
			})
			first, second := ask(front, "POST", test.path, ""), ask(front, "POST", test.path, "")
			if first != test.wantAnswer || second != "done" || done != 2 || killed != test.wantKilled {
				t.Errorf("answers %q and %q, %d deeds, %d killed; want %q, done, 2 and %d", first, second, done, killed, test.wantAnswer, test.wantKilled)
			}
		})
	}
}

func TestTheOperatorIsAsked(t *testing.T) {
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
	if stack := stacks["deferred"]; err != nil || stack.base() != "https://a.example" || stack.WorkspaceSID != "WS1" {
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

// TestAFaultyCallIsJudged by what the ledger and Twilio know when all is over.
func TestAFaultyCallIsJudged(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		alter func(*take)
		want  string // "" = all is well
	}{
		{"as it should be", func(*take) {}, ""},
		{"the fault did not happen", func(taken *take) { taken.Suffered = false }, "it did not happen that"},
		{"the ledger knows nothing", func(taken *take) { taken.Link.CallSID = "CA0" }, "the ledger does not know the call"},
		{"somebody else was called", func(taken *take) { taken.Call.Dialled = []string{bob} }, "called were"},
		{"the reservation ended otherwise", func(taken *take) { taken.Call.Offers = []string{"rejected"} }, "the reservations ended"},
		{"the ledger has another end", func(taken *take) { taken.Link.Tries[0].State = "unknown" }, "in the ledger, and completed in Twilio"},
		{"the ledger has no reservation", func(taken *take) { taken.Link.Tries = nil }, "the ledger has 0 reservations of 1"},
		{"the ledger has another worker", func(taken *take) { taken.Link.Tries[0].WorkerSID = "WK0" }, "is of WK0"},
		{"the ledger has another leg", func(taken *take) { taken.Link.Tries[0].WorkerCallSID = "CA0" }, `the ledger has call "CA0"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			twice := faultyCalls(4*time.Second, 40*time.Second)[2]
			taken, err := inProcess(t.Context(), twice, 1)
			if err != nil {
				t.Fatal(err)
			}
			taken.Suffered, taken.Broken = true, nil
			test.alter(taken)
			known := taken.Link
			taken.Link = linkedcalls.Link{}
			taken.judge([]linkedcalls.Link{{CallSID: "CA1"}, known})
			got := strings.Join(taken.Broken, "; ")
			if !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("broken rules %q, want %q", got, test.want)
			}
		})
	}
}
