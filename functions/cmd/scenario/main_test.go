package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/section"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/scenario"
)

func runScenario(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	var out, errs bytes.Buffer
	err := run(t.Context(), arguments, &out, &errs)
	return out.String(), err
}

func scenarioFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "calls.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestScenariosComeTrue(t *testing.T) {
	t.Parallel()
	files, err := scenarioFiles("scenarios")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			ofDay := filepath.Base(filepath.Dir(file)) == "day"
			seeds := uint64(10)
			if filepath.Base(file) == "rush-hour.yaml" {
				seeds = 2 // sixty calls, four times
			}
			for seed := range seeds {
				base := variant{seed: seed}
				if ofDay && seed > 0 {
					base.readings = drawReadings(seed)
				}
				for _, under := range variantsOf(file, base) {
					p := playFile(t.Context(), file, under)
					if p.failed() {
						t.Errorf("-seed %d -readings %q, %s:\n%s", seed, base.readings, under, strings.Join(p.wrong(), "\n"))
					}
					if p.err == nil && len(p.scenario.Docs) == 0 && !ofDay {
						t.Error("docs names no page")
					}
				}
			}
		})
	}
}

// drawReadings draws readings. No scenario expects the warning of EmptyAnswerWarns.
func drawReadings(seed uint64) reading.Set {
	readings := reading.Draw(rand.New(rand.NewPCG(seed, 12)))
	readings.EmptyAnswerWarns = false
	return readings
}

// TestWrongExpectationFails changes who talks to whom in every scenario.
func TestWrongExpectationFails(t *testing.T) {
	t.Parallel()
	files, err := scenarioFiles("scenarios")
	if err != nil {
		t.Fatal(err)
	}
	person := regexp.MustCompile(`talks_to: ([A-Z]\w+|anyone)`)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			wrong := strings.Replace(string(data), "talks_to: nobody", "talks_to: Alice", 1)
			if person.Match(data) {
				wrong = person.ReplaceAllString(string(data), "talks_to: nobody")
			}
			out, err := runScenario(t, scenarioFile(t, wrong))
			if !errors.Is(err, errFailed) || !strings.Contains(out, "FAILED   calls.yaml") || !strings.Contains(out, " talked to ") {
				t.Errorf("error %v, told:\n%s", err, out[max(len(out)-1500, 0):])
			}
		})
	}
}

const oneCall = `title: One call
account:
  workers:
    - {name: Alice, attributes: {contact_uri: +14155550191}, phone: [answers after 4 s, hears "press 1", presses 1, talks 10 s, hangs up]}
callers:
  - {from: +14155550101, dials: +12065550100, steps: [until bridged, hears "from 1 to 5", presses 5, hangs up], expect: {talks_to: Alice, application: {score: 5}}}
`

func TestScenariosThatFail(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, from, to, want string }{
		{"unchanged", "", "", ""},
		{"another score", "score: 5", "score: 4", `calls.yaml:6: the ledger has score "5", want "4"`},
		{
			name: "an unknown mode",
			from: "account:",
			to:   "application: {BridgeMode: conference}\naccount:",
			want: `calls.yaml:2: BridgeMode must be one of ["deferred" "dequeue"]`,
		},
		{"an unknown gate", "account:", "application: {WorkerGate: press-2}\naccount:", `WorkerGate must be one of ["press-1" "none"]`},
		{
			name: "an unknown parameter",
			from: "account:",
			to:   "application: {Bridge: dequeue}\naccount:",
			want: `unknown key "Bridge"; the keys here are AvailableActivitySid, BridgeMode`,
		},
		{
			name: "an unknown desk",
			from: "account:",
			to:   "application: {desks: flex}\naccount:",
			want: `calls.yaml:2: application.desks: want multitasking or single-tasking, not "flex"`,
		},
		{"an unknown worker", "account:", "application: {crm_fails_for: Bob}\naccount:", `no worker is called "Bob"`},
		{
			name: "an invalid announcement",
			from: "account:",
			to:   "application: {WorkerAnnouncement: 'From {'}\naccount:",
			want: "calls.yaml:2: WorkerAnnouncement cannot be used: an announcement's braces",
		},
		{
			name: "attributes that Twilio has",
			from: "account:",
			to:   "application: {settings: {numbers: {'*': {attributes: {from: x}}}}}\naccount:",
			want: `calls.yaml:2: application.settings: numbers.*.attributes: task attribute "from" is written by Twilio itself`,
		},
		{
			name: "unknown key of the settings",
			from: "account:",
			to:   "application: {settings: {hoers: {}}}\naccount:",
			want: `calls.yaml:2: application.settings: `,
		},
		{"a typo in a step", "presses 5", "press 5", "calls.yaml:6: `press 5`: a step is one of"},
		{"a missing phone", ", phone: [answers after 4 s, hears \"press 1\", presses 1, talks 10 s, hangs up]", "", "no phone is there"},
		{"an impatient caller", "hears \"from 1 to 5\", presses 5, hangs up", "hears \"from 6\"", "ended before this: hears \"from 6\""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out, err := runScenario(t, scenarioFile(t, strings.Replace(oneCall, test.from, test.to, 1)))
			if (err != nil) != (test.want != "") || !strings.Contains(out, test.want) {
				t.Errorf("error %v, told:\n%s\nwant %q", err, out, test.want)
			}
		})
	}
}

// TestBrokenRuleFailsScenario adds a server error and a wrong link to a scenario that met its
// expectations.
func TestBrokenRuleFailsScenario(t *testing.T) {
	t.Parallel()
	p := playFile(t.Context(), scenarioFile(t, oneCall), variant{seed: 1})
	if p.failed() {
		t.Fatal(p.wrong())
	}
	p.Entries = append(p.Entries, simulator.Entry{Kind: simulator.KindAnswer, URL: "https://switchboard.example/hold", Status: 500})
	p.links[0].WorkerCallSID = "CA1"
	p.judge(nil)
	got := strings.Join(p.broken, "\n")
	for _, want := range []string{"/hold was answered 500", "the ledger has worker call"} {
		if !strings.Contains(got, want) {
			t.Errorf("broken rules %q, want %q", got, want)
		}
	}
}

func TestScenariosAsJSON(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(scenarioFile(t, oneCall))
	if err := os.WriteFile(filepath.Join(dir, "broken.yml"), []byte("title: ["), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := runScenario(t, "-json", dir)
	if !errors.Is(err, errFailed) || !strings.Contains(err.Error(), "1 of 2 scenarios") {
		t.Errorf("error %v", err)
	}
	var told []struct {
		File, Error string
		OK          bool
		CallSIDs    []string `json:"call_sids"`
		Timeline    []struct {
			CallSID string `json:"call_sid"`
		}
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || told[0].OK || told[0].Error == "" || !told[1].OK || len(told[1].CallSIDs) != 1 || len(told[1].Timeline) == 0 || told[1].Timeline[0].CallSID != told[1].CallSIDs[0] {
		t.Errorf("told %+v", told)
	}
}

func TestMissingScenarios(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"nowhere.yaml", t.TempDir()} {
		if _, err := runScenario(t, path); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
}

func TestScenarioParameters(t *testing.T) {
	t.Parallel()
	read := func(text string) (bundle.Environment, error) {
		file := scenarioFile(t, strings.Replace(oneCall, "account:", "application: {"+text+"}\naccount:", 1))
		s, err := scenario.Read(file)
		if err != nil {
			return bundle.Environment{}, err
		}
		set, err := section.Read(s)
		if err != nil {
			return bundle.Environment{}, err
		}
		return set.Environment(s)
	}
	for text, want := range map[string]bundle.Environment{
		"":                                 {"BRIDGE_MODE": "deferred", "WORKER_GATE": "press-1", "WRAP_UP_SECONDS": "30", "WORKER_RING_SECONDS": "15"},
		"TaskPriority: 7":                  {"TASK_PRIORITY": "7"},
		"WorkerCallerId: +12065550199":     {"WORKER_CALLER_ID": "+12065550199"},
		"WrapUpSeconds: ''":                {"WRAP_UP_SECONDS": ""},
		"PostWorkActivitySid: Unavailable": {"POST_WORK_ACTIVITY_SID": account.UnavailableSID},
		"AvailableActivitySid: Lunch":      {"AVAILABLE_ACTIVITY_SID": account.LunchSID},
	} {
		set, err := read(text)
		for name, value := range want {
			if set[name] != value {
				t.Errorf("%s: %s = %q, want %q", text, name, set[name], value)
			}
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"QueueMaxSize: many":    `calls.yaml:2: QueueMaxSize must be a whole number from 1 to 5000`,
		"CrmFailure: ignore":    `calls.yaml:2: CrmFailure must be one of ["reject" "connect"]`,
		"crm_down: {to: 5 min}": `calls.yaml:2: unknown key "to"; the keys here are from, until`,
	} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

const longDay = `title: The CRM is down for a while, and Alice goes to lunch after an hour
application: {crm_down: {until: 20 s}}
account:
  workers:
    - name: Alice
      attributes: {contact_uri: +14155550191}
      phone: [answers after 4 s, hears "press 1", presses 1, talks 10 s, hangs up]
      does: {at 1 h: goes to Lunch}
callers:
  - {from: +14155550101, dials: +12065550100, steps: [until bridged, hears "from 1 to 5", presses 5, hangs up],
     expect: {talks_to: Alice, reservations: [Alice rejected, Alice completed]}}
expect: {workers: {Alice: {activities: [Unavailable, Available, Wrapping up, Available, Lunch], activity_at: {59 min: Available}}}}
`

// TestLongDay has the sweeper run until the last thing that a person does.
func TestLongDay(t *testing.T) {
	t.Parallel()
	p := playFile(t.Context(), scenarioFile(t, longDay), variant{seed: 1})
	if p.failed() {
		t.Fatal(strings.Join(p.wrong(), "\n"))
	}
	if n := p.sweeps; n < 12 {
		t.Errorf("the sweeper ran %d times in an hour, want 12 or more", n)
	}
}

func TestScenarioVariants(t *testing.T) {
	t.Parallel()
	file := scenarioFile(t, oneCall)
	for name, arguments := range map[string][]string{
		"mode":     {"-mode", "dequeue"},
		"readings": {"-readings", "after-bridge=completed"},
	} {
		out, err := runScenario(t, append(arguments, file)...)
		if changed := strings.Contains(out, `"instruction":"dequeue"`) || !strings.Contains(out, "reservation.wrapup"); !changed {
			t.Errorf("%s: %v, unchanged:\n%s", name, err, out)
		}
	}
	for _, wrong := range [][]string{
		{"-mode", "conference", file},
		{"-readings", "after-bridge=maybe", file},
		{file, file},
	} {
		if _, err := runScenario(t, wrong...); err == nil || errors.Is(err, errFailed) {
			t.Errorf("%q: error %v", wrong, err)
		}
	}
}
