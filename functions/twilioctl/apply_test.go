package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/functions/twilioctl/account"
	"switchboard/functions/twilioctl/plan"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
)

// snapshot reads the account as it is.
func (b *bench) snapshot() account.Snapshot {
	b.t.Helper()
	client := account.Client{AccountSID: accountSID, Credentials: account.Credentials{User: accountSID, Password: secrets.Secret(token)}, BaseURL: b.server.URL}
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

// state is a snapshot with names for SIDs, which no two accounts share.
func (b *bench) state() string {
	b.t.Helper()
	read := b.snapshot()
	text, err := json.MarshalIndent(read, "", "  ")
	if err != nil {
		b.t.Fatal(err)
	}
	var pairs []string
	for _, each := range read.Activities {
		pairs = append(pairs, each.SID, each.Name)
	}
	for _, each := range read.TaskQueues {
		pairs = append(pairs, each.SID, each.Name)
	}
	for _, each := range read.Workflows {
		pairs = append(pairs, each.SID, each.Name)
	}
	for i, each := range read.Workers {
		pairs = append(pairs, each.SID, each.Name, each.StatusChanged.Format("2006-01-02T15:04:05Z07:00"), fmt.Sprintf("time %d", i))
	}
	lines := strings.Split(strings.NewReplacer(pairs...).Replace(string(text)), "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, read.Workspace.SID) }), "\n")
}

// writes are the requests that changed something.
func (b *bench) writes() []string {
	var all []string
	for _, each := range b.twilio.Requests() {
		if each.Method != http.MethodGet {
			all = append(all, each.Method+" "+each.Path)
		}
	}
	return all
}

func TestAnEmptyAccountBecomesAQueue(t *testing.T) {
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
	if !strings.Contains(out, "Deploy the stack") || strings.Contains(lastLine(out), "known-after-apply") {
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
		"TimeoutActivityName":           {after.Workspace.TimeoutActivityName, "Offline"},
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

// whole is a file with something of every kind.
func whole() []string {
	return []string{
		"task_queues:",
		"  - {name: Billing, workers: skills HAS \"billing\"}",
		"  - {name: Everyone, order: LIFO}",
		"workflow:",
		"  filters:",
		"    - {name: Billing, expression: skill == \"billing\", targets: [{queue: Billing, timeout: 30}, {queue: Everyone, priority: 5}]}",
		"  default: {queue: Everyone}",
		"workers:",
		"  - {name: Alice, contact_uri: +14155550199, skills: [billing]}",
		"  - {name: Bob, contact_uri: client:bob, activity: Available}",
		"numbers:",
		"  - {number: +12065550100, fallback_url: https://handler.twilio.com/twiml/EH1}",
	}
}

// fault breaks requests from the n-th on, or that one alone.
type fault struct {
	n, seen int
	alone   bool
	broken  int
	how     func(*http.Request) (*http.Response, error)
}

// RoundTrip implements http.RoundTripper.
func (f *fault) RoundTrip(r *http.Request) (*http.Response, error) {
	f.seen++
	if f.seen < f.n || f.alone && f.seen > f.n {
		return http.DefaultTransport.RoundTrip(r)
	}
	f.broken++
	return f.how(r)
}

func answers(status, code int) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		body := fmt.Sprintf(`{"code":%d,"message":"no","status":%d}`, code, status)
		return &http.Response{StatusCode: status, Status: fmt.Sprint(status), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

func breaks(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }

// loses has the request carried out and its answer lost.
func loses(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		_ = response.Body.Close()
	}
	return nil, errors.New("connection reset")
}

func TestAnApplyMayStopAnywhere(t *testing.T) {
	t.Parallel()
	sound := newBench(t, simulator.Config{Empty: true})
	sound.must("apply", "--yes", "--base-url", base, sound.file(whole()...))
	want := sound.state()
	for name, how := range map[string]func(*http.Request) (*http.Response, error){
		"401": answers(401, 20003), "403": answers(403, 20403), "429": answers(429, 20429), "500": answers(500, 20500), "breaks": breaks, "answer lost": loses,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				if !stopAt(t, n, how, want) {
					if n < 20 {
						t.Errorf("an apply takes %d requests: too few for what it has to do", n)
					}
					return
				}
			}
		})
	}
}

// stopAt breaks an apply from its n-th request on, and then has it go through. It returns false when there were not so many requests.
func stopAt(t *testing.T, n int, how func(*http.Request) (*http.Response, error), want string) bool {
	t.Helper()
	b := newBench(t, simulator.Config{Empty: true})
	file := b.file(whole()...)
	broken := &fault{n: n, how: how}
	b.before = broken
	code, out, errors := b.run("apply", "--yes", "--base-url", base, file)
	if broken.broken == 0 {
		return false
	}
	if code != exitStopped && code != exitWrong {
		t.Fatalf("broken at request %d: exit code %d\n%s%s", n, code, out, errors)
	}
	if done := strings.Count(out, "done: "); code == exitStopped && !strings.Contains(out, fmt.Sprintf("\n%s made. ", count(done, "change"))) {
		t.Errorf("broken at request %d: %d changes were made, and it says\n%s", n, done, out)
	}
	b.before = nil
	b.must("apply", "--yes", "--base-url", base, file)
	if got := b.state(); got != want {
		t.Fatalf("broken at request %d, the account is\n%s\nwant\n%s", n, got, want)
	}
	if out := b.must("apply", "--base-url", base, file); !strings.Contains(out, "nothing to change") {
		t.Fatalf("broken at request %d: a third apply has something to do:\n%s", n, out)
	}
	return true
}

func TestWhatTwilioThrottlesOnceIsDoneAfterAll(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		b := newBench(t, simulator.Config{Empty: true})
		once := &fault{n: n, alone: true, how: answers(429, 20429)}
		b.before = once
		b.must("apply", "--yes", "--base-url", base, b.file(whole()...))
		if once.broken == 0 {
			return
		}
	}
}

func TestAStopSaysWhatIsDone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		how           func(*http.Request) (*http.Response, error)
		wantOut, want string
		uncertain     bool
	}{
		{"401", answers(401, 20003), "Not made:\n    + create activity \"Wrapping up\"\n    ~ update workspace", "The credentials do not open this", false},
		{"403", answers(403, 20403), "Not made:\n    + create activity \"Wrapping up\"\n    ~ update workspace", "The credentials do not open this", false},
		{"429", answers(429, 20429), "Not made:\n    + create activity \"Wrapping up\"\n    ~ update workspace", "Twilio throttles this account", false},
		{"answer lost", loses, "Perhaps made, perhaps not:\n    + create activity \"Wrapping up\"\nNot made:\n    ~ update workspace", "Nobody knows whether", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, simulator.Config{})
			file := b.file("workspace: Simulated", "activities: {available: [Available], unavailable: [Wrapping up], new_workers: Wrapping up, reservation_timeout: Wrapping up, rejected: Wrapping up}")
			reads := 7 // workspaces, numbers, queues, activities, task queues, workflows, workers
			b.before = &fault{n: reads + 2, how: test.how}
			code, out, stderr := b.run("apply", "--yes", file)
			if code != exitStopped || !strings.Contains(out, "\n1 change made. "+test.wantOut) || !strings.Contains(stderr, test.want) {
				t.Errorf("exit code %d\n%s\n%s", code, out, stderr)
			}
			b = newBench(t, simulator.Config{})
			b.before = &fault{n: reads + 2, how: test.how}
			_, out, _ = b.run("apply", "--yes", "--json", file)
			var told outcome
			if err := json.Unmarshal([]byte(out), &told); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if len(told.Done) != 1 || told.Stopped == nil || told.Stopped.At.Name != "Wrapping up" || told.Stopped.Uncertain != test.uncertain || len(told.Stopped.NotDone) != 3 {
				t.Errorf("told %+v", told)
			}
		})
	}
}

func TestApplyAsksFirst(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "\n", "y\n", "no\n", "YES\n"} {
		b := newBench(t, simulator.Config{Empty: true})
		b.input = answer
		code, out, _ := b.run("apply", b.file())
		if code != exitWrong || !strings.Contains(out, "Only yes will do") || len(b.writes()) > 0 {
			t.Errorf("answer %q: exit code %d, writes %v", answer, code, b.writes())
		}
	}
	b := newBench(t, simulator.Config{Empty: true})
	b.input = "yes\n"
	b.must("apply", b.file())
	if len(b.writes()) == 0 {
		t.Error("yes was not enough")
	}
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
	if len(after.Workers) != 0 || len(after.TaskQueues) != 1 || len(after.Activities) != 4 {
		t.Errorf("--prune left %d workers, %d task queues, %d activities", len(after.Workers), len(after.TaskQueues), len(after.Activities))
	}
}

func TestNothingIsDeletedUnlessTold(t *testing.T) {
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

func TestWhatBlocksAPlanIsNotApplied(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{})
	if _, err := b.twilio.AddActivity(simulator.Activity{Name: "Wrapping up", Available: true}); err != nil {
		t.Fatal(err)
	}
	file := b.file("workspace: Simulated")
	code, out, _ := b.run("plan", file)
	if code != exitWrong || !strings.Contains(out, `activity "Wrapping up"`) || !strings.Contains(out, "which Twilio cannot change") {
		t.Errorf("plan: exit code %d\n%s", code, out)
	}
	code, _, stderr := b.run("apply", "--yes", file)
	if code != exitWrong || len(b.writes()) > 0 || !strings.Contains(stderr, "nothing was changed") {
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
	if len(told.Changes) < 8 || told.Changes[0].Action != plan.Create || told.Changes[0].Kind != account.KindWorkspace || told.Deploy.Complete || !strings.HasPrefix(told.Deploy.Command, "sam deploy --parameter-overrides TwilioAccountSid="+accountSID) {
		t.Errorf("told %+v", told)
	}
	if code, _, _ := b.run("apply", "--json", b.file()); code != exitUsage {
		t.Errorf("apply --json without --yes: exit code %d", code)
	}
}
