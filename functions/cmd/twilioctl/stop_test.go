package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/simulator"
)

// whole is a file with one item of every kind.
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

// state is a snapshot with names in place of SIDs, which differ between accounts.
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

// fault breaks all requests from the nth on, or only that one.
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

// loses lets Twilio carry out the request and loses the answer.
func loses(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		_ = response.Body.Close()
	}
	return nil, errors.New("connection reset")
}

func TestApplyContinuesAfterStop(t *testing.T) {
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

// stopAt breaks an apply from its nth request on, and then runs apply again. It returns false
// when there were not so many requests.
func stopAt(t *testing.T, n int, how func(*http.Request) (*http.Response, error), want string) bool {
	t.Helper()
	b := newBench(t, simulator.Config{Empty: true})
	file := b.file(whole()...)
	broken := &fault{n: n, how: how}
	b.before = broken
	code, out, stderr := b.run("apply", "--yes", "--base-url", base, file)
	if broken.broken == 0 {
		return false
	}
	if code != exitStopped && code != exitWrong {
		t.Fatalf("broken at request %d: exit code %d\n%s%s", n, code, out, stderr)
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

func TestThrottledApplySucceeds(t *testing.T) {
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

func TestStoppedApplyReport(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		how           func(*http.Request) (*http.Response, error)
		wantOut, want string
		uncertain     bool
	}{
		{
			name:    "401",
			how:     answers(401, 20003),
			wantOut: "Not made:\n    + create activity \"Wrapping up\"\n    ~ update workspace",
			want:    "credentials",
		},
		{
			name:    "403",
			how:     answers(403, 20403),
			wantOut: "Not made:\n    + create activity \"Wrapping up\"\n    ~ update workspace",
			want:    "credentials",
		},
		{
			name:    "429",
			how:     answers(429, 20429),
			wantOut: "Not made:\n    + create activity \"Wrapping up\"\n    ~ update workspace",
			want:    "throttles",
		},
		{
			name:      "answer lost",
			how:       loses,
			wantOut:   "Unknown whether made:\n    + create activity \"Wrapping up\"\nNot made:\n    ~ update workspace",
			want:      "may have made",
			uncertain: true,
		},
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
