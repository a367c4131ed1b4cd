package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
)

// staffed is an account with Alice, who is Offline, and Bob, who is Available.
func staffed(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, simulator.Config{Empty: true, Loop: clock.NewVirtual(time.Now())})
	b.must("apply", "--yes", b.file(whole()...))
	return b
}

// withStack deploys the stack that the workspace file wants.
func (b *bench) withStack() *bench {
	b.t.Helper()
	made := deployed(parametersOf(lastLine(b.must("plan", b.file(whole()...)))))
	made.Outputs = append(made.Outputs, types.Output{OutputKey: aws.String("WorkersTable"), OutputValue: aws.String("Workers")})
	b.stacks = stacks{"switchboard": made}
	return b
}

// activities are the workers' activities by name.
func (b *bench) activities() string {
	b.t.Helper()
	var all []string
	for _, w := range b.snapshot().Workers {
		all = append(all, w.Name+" "+w.ActivityName)
	}
	return strings.Join(all, ", ")
}

// record returns what is recorded of a worker.
func (b *bench) record(name string) roster.Record {
	b.t.Helper()
	for _, w := range b.snapshot().Workers {
		if w.Name == name {
			record, err := b.roster.Load(b.t.Context(), w.SID)
			if err != nil {
				b.t.Fatal(err)
			}
			return record
		}
	}
	b.t.Fatalf("there is no %s", name)
	return roster.Record{}
}

func TestWorkersWithoutAStack(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	code, out, stderr := b.run("workers", "--no-stack")
	table := regexp.MustCompile(`^WORKER  ACTIVITY   SINCE +WHY  UNTIL  MISSED\n` +
		`Alice   Offline    \d\d:\d\d:\d\d \(\d+ s\) +–    –      –\n` +
		`Bob     Available  \d\d:\d\d:\d\d \(\d+ s\) +–    –      –\n\n2 workers, 1 available\n$`)
	if code != exitOK || !table.MatchString(out) || !strings.Contains(stderr, "unknown: --no-stack") {
		t.Errorf("exit code %d\n%s\n%s", code, out, stderr)
	}
	for _, step := range []struct {
		args  []string
		wants string
		said  string
	}{
		{args: []string{"--on", "alice"}, wants: "Alice Available, Bob Available", said: "Alice is signed on: Available\n"},
		{args: []string{"--on", "Alice"}, wants: "Alice Available, Bob Available", said: "Alice is signed on: Available\n"},
		{args: []string{"--off", "Bob"}, wants: "Alice Available, Bob Offline", said: "Bob is signed off: Offline\n"},
	} {
		code, out, stderr := b.run(append([]string{"workers", "--no-stack"}, step.args...)...)
		if got := b.activities(); code != exitOK || got != step.wants || out != step.said {
			t.Errorf("%v: exit code %d, %s\n%s\n%s", step.args, code, got, out, stderr)
		}
		if strings.Count(stderr, "--no-stack") != 1 {
			t.Errorf("%v: it says %q", step.args, stderr)
		}
	}
	if record := b.record("Alice"); record.Wish != "" {
		t.Errorf("a wish was recorded: %+v", record)
	}
}

func TestWishesOfTheLeadAreRecorded(t *testing.T) {
	t.Parallel()
	b := staffed(t).withStack()
	if out := b.must("workers", "--on", "Alice"); out != "Alice is signed on: Available\n" || b.activities() != "Alice Available, Bob Available" {
		t.Errorf("%s%s", out, b.activities())
	}
	if record := b.record("Alice"); record.Wish != roster.On || record.WishedBy != roster.ByLead || record.Pending {
		t.Errorf("record = %+v", record)
	}
	if out := b.must("workers", "--off", "Bob"); out != "Bob is signed off: Offline\n" || b.activities() != "Alice Available, Bob Offline" {
		t.Errorf("%s%s", out, b.activities())
	}
	if record := b.record("Bob"); record.Wish != roster.Off || record.WishedBy != roster.ByLead || record.Pending {
		t.Errorf("record = %+v", record)
	}
	out := b.must("workers")
	for _, want := range []string{"signed on by the team lead", "signed off by the team lead"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
}

func TestWorkersInJSON(t *testing.T) {
	t.Parallel()
	b := staffed(t).withStack()
	alice := b.record("Alice")
	alice.SetWish(roster.Off, roster.ByMisses, time.Now())
	alice.Pending, alice.Misses = false, 3
	if _, err := b.roster.Save(t.Context(), alice); err != nil {
		t.Fatal(err)
	}
	var told struct {
		Workspace string           `json:"workspace_sid"`
		Workers   []map[string]any `json:"workers"`
		Notes     []string         `json:"notes"`
	}
	if err := json.Unmarshal([]byte(b.must("workers", "--json")), &told); err != nil {
		t.Fatal(err)
	}
	if told.Workspace != b.snapshot().Workspace.SID || len(told.Workers) != 2 || told.Notes == nil || len(told.Notes) > 0 {
		t.Fatalf("told %+v", told)
	}
	for name, want := range map[string]any{
		"name": "Alice", "activity": "Offline", "available": false, "standing": "off", "by": "missed", "missed": 3.0,
		"why": "signed off after 3 missed calls in a row",
	} {
		if got := told.Workers[0][name]; got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	if err := json.Unmarshal([]byte(b.must("workers", "--json", "--on", "Alice")), &told); err != nil || len(told.Workers) != 1 || told.Workers[0]["missed"] != 0.0 {
		t.Errorf("told %+v, %v", told, err)
	}
}

func TestWorkerIsNamedWrongly(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	before := len(b.writes())
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"an unknown name": {
			args: []string{"--on", "Carol"},
			want: `there is no worker "Carol"; the workers are "Alice", "Bob"`,
		},
		"both":                  {[]string{"--on", "Alice", "--off", "Bob"}, "give one of --on and --off"},
		"no name":               {[]string{"--on", ""}, "--on and --off"},
		"a name without quotes": {[]string{"--on", "Alice", "Smith"}, "in quotes if the name has a space"},
		"another workspace": {
			args: []string{"--workspace", "Support"},
			want: `the account has no workspace "Support"; it has "Switchboard"`,
		},
	} {
		if code, _, stderr := b.run(append([]string{"workers", "--no-stack"}, test.args...)...); code == exitOK || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
	}
	if after := len(b.writes()); after != before {
		t.Errorf("%d writes", after-before)
	}
}

// lunch changes Bob's activity, as a person would, between our read and our write.
type lunch struct {
	b        *bench
	sid, bob string
}

// RoundTrip implements http.RoundTripper.
func (l *lunch) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/Workers/"+l.bob) {
		if r.Header.Get("If-Match") == "" {
			l.b.t.Error("a worker is moved without If-Match")
		}
		if err := l.b.twilio.SetWorkerActivity(l.bob, l.sid); err != nil {
			l.b.t.Error(err)
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestWorkerWhoChangedMeanwhileStays(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	sid, err := b.twilio.AddActivity(simulator.Activity{Name: "Lunch"})
	if err != nil {
		t.Fatal(err)
	}
	b.before = &lunch{b, sid, b.snapshot().Workers[1].SID}
	code, _, stderr := b.run("workers", "--no-stack", "--off", "Bob")
	if code != exitWrong || !strings.Contains(stderr, `sign worker "Bob" off: the worker was changed at the same time: run this again`) {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if got := b.activities(); got != "Alice Offline, Bob Lunch" {
		t.Error(got)
	}
}

// broken is a table that cannot be read.
type broken struct{ roster.Memory }

func (*broken) All(context.Context) ([]roster.Record, error) { return nil, errors.New("AccessDenied") }

func (*broken) Load(context.Context, string) (roster.Record, error) {
	return roster.Record{}, errors.New("AccessDenied")
}

func TestWorkersTableThatCannotBeRead(t *testing.T) {
	t.Parallel()
	b := staffed(t).withStack()
	b.roster = &broken{}
	code, out, stderr := b.run("workers")
	if code != exitOK || !strings.Contains(out, "Alice") || !strings.Contains(stderr, "unknown: AccessDenied") {
		t.Errorf("exit code %d\n%s\n%s", code, out, stderr)
	}
	before := len(b.writes())
	if code, _, stderr := b.run("workers", "--on", "Alice"); code != exitWrong || !strings.Contains(stderr, "AccessDenied") || len(b.writes()) != before {
		t.Errorf("exit code %d, %s, writes %v", code, stderr, b.writes()[before:])
	}
}

func TestWorkersWithoutTable(t *testing.T) {
	t.Parallel()
	b := staffed(t).withStack()
	made := b.stacks["switchboard"]
	made.Outputs = made.Outputs[:len(made.Outputs)-1]
	b.stacks["switchboard"] = made
	code, out, stderr := b.run("workers", "--off", "Bob")
	if code != exitOK || b.activities() != "Alice Offline, Bob Offline" || !strings.Contains(stderr, "no output WorkersTable") {
		t.Errorf("exit code %d, %s\n%s\n%s", code, b.activities(), out, stderr)
	}
}

// TestWorkersOfAnotherWorkspace: the stack serves another workspace, with other activities.
func TestWorkersOfAnotherWorkspace(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	b.stacks = stacks{"switchboard": deployed(map[string]string{
		"WorkspaceSid":         "WS00000000000000000000000000000009",
		"AvailableActivitySid": "WA00000000000000000000000000000009",
	})}
	code, out, stderr := b.run("workers", "--workspace", "Switchboard", "--on", "Alice")
	if code != exitOK || b.activities() != "Alice Available, Bob Available" || !strings.Contains(stderr, "stack switchboard") {
		t.Errorf("exit code %d, %s\n%s\n%s", code, b.activities(), out, stderr)
	}
}

func TestTimesOfWorkers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.FixedZone("", 3600))
	p := program{now: func() time.Time { return now }}
	for at, want := range map[time.Time]string{
		{}:                               "–",
		now.Add(-59 * time.Second).UTC(): "08:59:01 (59 s)",
		now.Add(-90 * time.Second):       "08:58:30 (1 min)",
		now.Add(-2 * time.Hour):          "07:00:00 (2 h)",
		now.Add(-10 * time.Hour):         "2026-11-23 23:00:00 (10 h)",
		now.Add(-72 * time.Hour):         "2026-11-21 09:00:00 (3 d)",
		now.Add(time.Second):             "09:00:01 (0 s)",
	} {
		if got := p.since(at); got != want {
			t.Errorf("since %s: %q, want %q", at, got, want)
		}
	}
	if got := cell("a\tb\x1b[31m\nc"); got != "a b [31m c" {
		t.Errorf("cell %q", got)
	}
}
