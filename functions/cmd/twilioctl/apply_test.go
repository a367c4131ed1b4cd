package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/plan"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
)

// snapshot reads the account.
func (b *bench) snapshot() account.Snapshot {
	b.t.Helper()
	client := account.Client{AccountSID: accountSID, Credentials: account.Credentials{User: accountSID, Password: secrets.New(token)}, BaseURL: b.server.URL}
	workspaces, err := client.Workspaces(b.t.Context())
	if err != nil || len(workspaces) != 1 {
		b.t.Fatalf("workspaces = %v, %v", workspaces, err)
	}
	read, err := client.ReadWorkspace(b.t.Context(), &workspaces[0])
	if err != nil {
		b.t.Fatal(err)
	}
	return read
}

// writes returns the requests that changed something.
func (b *bench) writes() []string {
	var all []string
	for _, each := range b.twilio.Requests() {
		if each.Method != http.MethodGet {
			all = append(all, each.Method+" "+each.Path)
		}
	}
	return all
}

func TestEmptyAccountBecomesQueue(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	file := b.file("numbers: [" + number + "]")
	if code, _, _ := b.run("plan", "--check", file); code != exitChanges {
		t.Errorf("plan --check of an empty account: exit code %d, want %d", code, exitChanges)
	}
	if writes := b.writes(); len(writes) != 0 {
		t.Fatalf("plan wrote: %v", writes)
	}
	out := b.must("apply", "--yes", file)
	if !strings.Contains(out, "changes made; Twilio made 3 ") {
		t.Errorf("apply does not tell why it made fewer changes than it asked for:\n%s", out)
	}
	if !strings.Contains(out, "deploy the stack") || strings.Contains(lastLine(out), "known-after-apply") {
		t.Errorf("apply does not tell how to deploy:\n%s", out)
	}
	parameters := parametersOf(lastLine(out))
	first := b.snapshot()
	if parameters["WorkspaceSid"] != first.Workspace.SID || parameters["WorkflowSid"] != first.Workflows[0].SID || parameters["ReservationTimeoutSeconds"] != "120" {
		t.Errorf("parameters = %v", parameters)
	}
	if got := first.Numbers[0].VoiceURL; got != "" {
		t.Errorf("the number calls %q before there is a stack", got)
	}

	b.stacks = stacks{"switchboard": deployed(parameters)}
	out = b.must("apply", "--yes", file)
	if strings.Contains(out, "sam deploy") {
		t.Errorf("the stack is as it should be, and is to be deployed again:\n%s", out)
	}
	after := b.snapshot()
	for name, each := range map[string][2]string{
		"VoiceUrl":                      {after.Numbers[0].VoiceURL, base + "/enqueue#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000"},
		"VoiceMethod":                   {after.Numbers[0].VoiceMethod, "POST"},
		"AssignmentCallbackUrl":         {after.Workflows[0].AssignmentCallbackURL, base + "/assignment"},
		"FallbackAssignmentCallbackUrl": {after.Workflows[0].FallbackAssignmentCallbackURL, base + "/assignment/fallback"},
		"EventCallbackUrl":              {after.Workspace.EventCallbackURL, base + "/events#rc=2&rp=all"},
		"TimeoutActivityName":           {after.Workspace.TimeoutActivityName, "Unavailable"},
		"TargetWorkers":                 {after.TaskQueues[0].TargetWorkers, "1==1"},
	} {
		if each[0] != each[1] {
			t.Errorf("%s = %q, want %q", name, each[0], each[1])
		}
	}
	for _, a := range after.Activities {
		if a.Available != (a.Name == "Available") {
			t.Errorf("activity %q: available = %t", a.Name, a.Available)
		}
	}
	before := len(b.writes())
	if out := b.must("apply", file); !strings.Contains(out, "nothing to change") {
		t.Errorf("another apply:\n%s", out)
	}
	if code, _, _ := b.run("plan", "--check", file); code != exitOK || len(b.writes()) != before {
		t.Errorf("plan --check: exit code %d, %d further writes", code, len(b.writes())-before)
	}
	if problems := b.twilio.Problems(); len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
}

func lastLine(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}

func parametersOf(line string) map[string]string {
	parameters := map[string]string{}
	for _, word := range strings.Fields(line) {
		if name, value, found := strings.Cut(word, "="); found {
			parameters[name] = value
		}
	}
	return parameters
}

func TestApplyAsksFirst(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "\n", "y\n", "no\n", "YES\n"} {
		b := newBench(t, simulator.Config{Empty: true})
		b.input = strings.NewReader(answer)
		code, out, _ := b.run("apply", b.file())
		if code != exitWrong || !strings.Contains(out, `"yes"`) || len(b.writes()) > 0 {
			t.Errorf("answer %q: exit code %d, writes %v", answer, code, b.writes())
		}
	}
	b := newBench(t, simulator.Config{Empty: true})
	b.input = strings.NewReader("yes\n")
	b.must("apply", b.file())
	if len(b.writes()) == 0 {
		t.Error("yes was not enough")
	}
}

// TestInterruptCancelsApply interrupts the confirmation.
func TestInterruptCancelsApply(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	var interrupt context.CancelFunc
	b.ctx, interrupt = context.WithCancel(t.Context())
	silent, writer := io.Pipe()
	defer writer.Close()
	b.input = asked{silent, interrupt}
	code, _, stderr := b.run("apply", b.file())
	if code != exitWrong || !strings.Contains(stderr, "no changes made") || len(b.writes()) > 0 {
		t.Errorf("exit code %d, %s, writes %v", code, stderr, b.writes())
	}
}

// TestInterruptedApply interrupts while Twilio creates the workspace.
func TestInterruptedApply(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	var interrupt context.CancelFunc
	b.ctx, interrupt = context.WithCancel(t.Context())
	reads := 3 // workspaces, numbers, queues
	b.before = &fault{n: reads + 1, how: func(r *http.Request) (*http.Response, error) {
		interrupt()
		return nil, r.Context().Err()
	}}
	code, out, stderr := b.run("apply", "--yes", b.file())
	if code != exitStopped || !strings.Contains(stderr, `stopped: create workspace "Switchboard": interrupted`) || !strings.Contains(out, "Unknown whether made:") {
		t.Errorf("exit code %d\n%s\n%s", code, out, stderr)
	}
}

// asked is an input that interrupts the program when it is read.
type asked struct {
	io.Reader
	interrupt func()
}

func (a asked) Read(p []byte) (int, error) {
	a.interrupt()
	return a.Reader.Read(p)
}

func TestApplyTouchesNoCall(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	b.must("apply", "--yes", "--base-url", base, b.file(whole()...))
	b.must("apply", "--yes", "--base-url", base, "--prune", "workers,task-queues,activities,attributes", b.file("numbers: ["+number+"]"))
	allowed := regexp.MustCompile(`^(POST /v1/Workspaces(/WS\w{32})?|(POST|DELETE) /v1/Workspaces/WS\w{32}/(Activities|TaskQueues|Workers)(/\w{34})?` +
		`|POST /v1/Workspaces/WS\w{32}/Workflows(/\w{34})?|POST /2010-04-01/Accounts/AC\w{32}/(IncomingPhoneNumbers|Queues)/\w{34}\.json)$`)
	for _, write := range b.writes() {
		if !allowed.MatchString(write) {
			t.Errorf("apply sent %s", write)
		}
	}
	after := b.snapshot()
	if len(after.Workers) != 0 || len(after.TaskQueues) != 1 || len(after.Activities) != 3 {
		t.Errorf("--prune left %d workers, %d task queues, %d activities", len(after.Workers), len(after.TaskQueues), len(after.Activities))
	}
}

func TestApplyDeletesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	b.must("apply", "--yes", b.file(whole()...))
	out := b.must("apply", "--yes", b.file("numbers: ["+number+"]"))
	for _, name := range []string{`worker "Alice"`, `worker "Bob"`, `task queue "Billing"`} {
		if !strings.Contains(out, name) {
			t.Errorf("%s is not listed as extra:\n%s", name, out)
		}
	}
	if after := b.snapshot(); len(after.Workers) != 2 || len(after.TaskQueues) != 2 {
		t.Errorf("%d workers and %d task queues are left", len(after.Workers), len(after.TaskQueues))
	}
	for _, write := range b.writes() {
		if strings.HasPrefix(write, http.MethodDelete) {
			t.Error(write)
		}
	}
}

func TestBlockedPlan(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{})
	if _, err := b.twilio.AddActivity(simulator.Activity{Name: "Unavailable", Available: true}); err != nil {
		t.Fatal(err)
	}
	file := b.file("workspace: Simulated")
	code, out, _ := b.run("plan", file)
	if code != exitWrong || !strings.Contains(out, `activity "Unavailable"`) || !strings.Contains(out, "Twilio cannot change") {
		t.Errorf("plan: exit code %d\n%s", code, out)
	}
	code, _, stderr := b.run("apply", "--yes", file)
	if code != exitWrong || len(b.writes()) > 0 || !strings.Contains(stderr, "no changes made") {
		t.Errorf("apply: exit code %d, writes %v, %s", code, b.writes(), stderr)
	}
}

func TestPlanInJSON(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	var told planDocument
	if err := json.Unmarshal([]byte(b.must("plan", "--json", b.file("numbers: ["+number+"]"))), &told); err != nil {
		t.Fatal(err)
	}
	if len(told.Changes) < 7 || told.Changes[0].Action != plan.Create || told.Changes[0].Kind != account.KindWorkspace || told.Deploy.Complete || !strings.HasPrefix(told.Deploy.Command, "sam deploy --parameter-overrides TwilioAccountSid="+accountSID) {
		t.Errorf("told %+v", told)
	}
	if code, _, _ := b.run("apply", "--json", b.file()); code != exitUsage {
		t.Errorf("apply --json without --yes: exit code %d", code)
	}
}

// TestValueThatTwilioDoesNotKeep uses a Twilio that accepts a number's URL and does not store it.
func TestValueThatTwilioDoesNotKeep(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	b.before = forgetful{}
	file := b.file("numbers: [" + number + "]")
	code, out, stderr := b.run("apply", "--yes", "--base-url", base, file)
	if code != exitWrong || !strings.Contains(stderr, "stored different values") || !strings.Contains(lastLine(out), "VoiceUrl  none → ") {
		t.Errorf("exit code %d\n%s\n%s", code, out, stderr)
	}
	var told outcome
	_, out, _ = b.run("apply", "--yes", "--json", "--base-url", base, file)
	if err := json.Unmarshal([]byte(out), &told); err != nil || len(told.Left) != 1 || told.Error == "" {
		t.Errorf("told %+v, %v", told, err)
	}
}

// forgetful answers updates of a number and does not store them.
type forgetful struct{}

// RoundTrip implements http.RoundTripper.
func (forgetful) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/IncomingPhoneNumbers/") {
		return answers(200, 0)(r)
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestNumbersForWorkersAreSetUp(t *testing.T) {
	t.Parallel()
	const duty = "+12065550101"
	b := newBench(t, simulator.Config{Empty: true})
	b.twilio.AddNumber(simulator.Number{Number: duty})
	file := b.file("numbers: [{number: " + number + ", texts: true}, {number: " + duty + ", duty: true}]")
	b.must("apply", "--yes", "--base-url", base, file)
	numbers := b.snapshot().Numbers
	if numbers[0].TextURL != base+"/messages" || numbers[0].TextMethod != http.MethodPost || !strings.HasPrefix(numbers[1].VoiceURL, base+"/duty#") {
		t.Errorf("numbers = %+v", numbers)
	}
	imported := b.must("import", "--base-url", base)
	if !strings.Contains(imported, "texts: true") || !strings.Contains(imported, "duty: true") {
		t.Errorf("imported\n%s", imported)
	}
	if code, out, _ := b.run("plan", "--check", "--base-url", base, b.file(imported)); code != exitOK {
		t.Errorf("plan of what was imported: exit code %d\n%s", code, out)
	}
}
