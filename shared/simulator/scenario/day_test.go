package scenario_test

import (
	"strings"
	"testing"
)

const day = `title: A worker's day
readings: {after-bridge: completed}
account:
  staff_numbers: +15550000099
  activities: [{name: Available, available: true}, {name: Lunch}, {name: Offline}]
  workers:
    - name: Alice
      attributes: {contact_uri: +15550000011}
      phone:
        - [never answers]
        - [answers after 2 s, talks 20 s, hangs up]
      does:
        - at 62 s: goes to Available
        - at 5 min: goes to Lunch
        - at 6 min: texts "ON"
        - at 7 min: texts "status" to +15550000000
        - at 8 min: calls and hears "signed on" and presses 2 and hears "signed off"
        - at 9 min: [calls +15550000099, hears "signed on", hangs up]
callers:
  - {name: Ann, from: +15550000001, dials: +15550000000, steps: [until bridged], expect: {talks_to: Alice, talks_within: 70 s}}
  - {name: Ben, from: +15550000002, dials: +15550000000, after: 3 min, steps: [until bridged], expect: {talks_to: anyone, talks_within: 4 s}}
others:
  - number: +15550000055
    does: {at 1 min: texts "hello"}
    expect: {texts: ["noted: hello"]}
expect:
  workers:
    Alice:
      calls: 3
      talks_to: [Ann, Ben]
      activities: [Offline, Available, Lunch]
      activity_at: {1 s: Available, 61 s: Offline, 2 min: Available, 6 min: Lunch}
      texts: ["noted: on", "noted: status"]
  problems: []
  available_at_least: 0
`

func TestADay(t *testing.T) { met(t, day) }

func TestLastAction(t *testing.T) {
	_, play, err := setUp(day)
	if err != nil || play.LastAction().String() != "9m0s" {
		t.Errorf("last action %s, %v, want 9m0s", play.LastAction(), err)
	}
}

func TestAWrongDayFails(t *testing.T) {
	tests := []struct{ from, to, want string }{
		{"talks_within: 70 s", "talks_within: 60 s", "calls.yaml:20: caller Ann talked after 1m4.6s, want within 1m0s"},
		{"talks_to: [Ann, Ben]", "talks_to: [Ben, Ann]", "calls.yaml:30: Alice talked to Ann | Ben, want Ben | Ann"},
		{"talks_to: anyone, talks_within: 4 s", "talks_to: nobody", "calls.yaml:21: caller Ben talked to Alice, want nobody"},
		{"activities: [Offline, Available, Lunch]", "activities: [Offline, Lunch]", "calls.yaml:31: Alice went to Offline | Available | Lunch, want Offline | Lunch"},
		{"61 s: Offline", "61 s: Available", "calls.yaml:32: Alice is Offline after 1m1s, want Available"},
		{"available_at_least: 0", "available_at_least: 1", "calls.yaml:35: 0 workers are available after "},
		{"1 s: Available", "1 s: Lunch", "calls.yaml:32: Alice is Available after 1s, want Lunch"},
		{`["noted: on", "noted: status"]`, `["noted: on"]`, "calls.yaml:33: Alice received Noted: ON | Noted: status, want noted: on"},
		{`["noted: hello"]`, "[]", "calls.yaml:25: +15550000055 received Noted: hello, want none"},
		{`and hears "signed off"`, `and hears "signed on"`, "calls.yaml:17: problem: "},
	}
	for _, test := range tests {
		t.Run(test.to, func(t *testing.T) {
			if unmet := play(t, strings.Replace(day, test.from, test.to, 1)); len(unmet) != 1 || !strings.Contains(unmet[0], test.want) {
				t.Errorf("unmet:\n%s\nwant %s", strings.Join(unmet, "\n"), test.want)
			}
		})
	}
}

func TestDaysThatAreNone(t *testing.T) {
	tests := []struct{ from, to, want string }{
		{"at 5 min: goes to Lunch", "at 5 min: goes to Brunch", `calls.yaml:14: there is no activity "Brunch"`},
		{"at 5 min: goes to Lunch", "at 5 min: naps", "calls.yaml:14: account.workers[0].does[1].at 5 min: want a time and what happens then"},
		{"at 5 min: goes to Lunch", "5 min: goes to Lunch", "want a time and what happens then"},
		{"at 5 min: goes to Lunch", "at noon: goes to Lunch", "calls.yaml:14: `noon`: a time is a number"},
		{"at 5 min: goes to Lunch", "goes to Lunch", "want a time and what happens then"},
		{"at 5 min: goes to Lunch", "at 5 min: [goes to Lunch, hangs up]", `"goes to Lunch" is no call, so no step may follow it`},
		{`texts "ON"`, "texts ON", "want a time and what happens then"},
		{"and presses 2", "and press 2", "calls.yaml:17: `press 2`: a step is one of"},
		{"hangs up]\ncallers", "hang up]\ncallers", "calls.yaml:18: `hang up`: a step is one of"},
		{"+15550000011", "client:alice", "calls.yaml:15: Alice has no phone number to call or text from"},
		{`texts "hello"`, "goes to Lunch", "calls.yaml:24: only a worker goes to an activity"},
		{"number: +15550000055", "number: bob", `calls.yaml:23: number is "bob": want a phone number`},
		{"talks_to: [Ann, Ben]", "talks_to: [Ann, Bob]", `"Bob" is not known here`},
	}
	for _, test := range tests {
		t.Run(test.to, func(t *testing.T) {
			file := strings.Replace(day, test.from, test.to, 1)
			if file == day {
				t.Fatal("nothing was changed")
			}
			if _, _, err := setUp(file); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

const rush = `title: Many callers
readings: {after-bridge: completed}
account:
  workers:
    - name: Agent
      count: 3
      attributes: {contact_uri: +15550000101}
      phone: [answers after 1 s, talks 20 s, hangs up]
callers:
  - {name: Early, from: +15550000001, dials: +15550000000, count: 2, steps: [until bridged]}
  - {name: Late, from: +15550000201, dials: +15550000000, after: 1 min, count: 9, every: 10 s, steps: [until bridged],
     expect: {talks_to: anyone, talks_within: 5 s}}
expect:
  served: [Early 1, Early 2, Late 1, Late 2, Late 3, Late 4, Late 5, Late 6, Late 7, Late 8, Late 9]
  workers: {Agent: {activity: Available}, Agent 3: {calls: 3}}
`

func TestManyWorkersAndCallers(t *testing.T) {
	met(t, rush)
	for _, test := range []struct {
		from, to string
		n        int
		want     string
	}{
		{"talks_within: 5 s", "talks_within: 1 s", 9, "calls.yaml:12: caller Late 1 talked after"},
		{"activity: Available", "activity: Offline", 3, "calls.yaml:15: Agent 1 is Available in the end, want Offline"},
	} {
		unmet := play(t, strings.Replace(rush, test.from, test.to, 1))
		if len(unmet) != test.n || !strings.Contains(unmet[0], test.want) {
			t.Errorf("unmet:\n%s\nwant %d lines with %s", strings.Join(unmet, "\n"), test.n, test.want)
		}
	}
	for from, wrong := range map[string][2]string{
		"count: 3":           {"count: 1001", "calls.yaml:6: count is 1001: want 1 to 1000"},
		"count: 2":           {"count: -1", "calls.yaml:10: count is -1"},
		"from: +15550000001": {"from: Anonymous", `calls.yaml:10: cannot count from "Anonymous", which is no phone number`},
		"+15550000101":       {"client:agent", `calls.yaml:5: cannot count from "client:agent", which is no phone number`},
	} {
		if _, _, err := setUp(strings.Replace(rush, from, wrong[0], 1)); err == nil || !strings.Contains(err.Error(), wrong[1]) {
			t.Errorf("error %v, want %q", err, wrong[1])
		}
	}
}

func TestTextsThatFail(t *testing.T) {
	const file = `title: Texts fail
account:
  workers:
    - name: Alice
      attributes: {contact_uri: +15550000011}
      texts_fail: [0, 30003, 21614]
      does: {at 1 s: texts "one", at 2 s: texts "two", at 3 s: texts "three"}
callers: [{from: +15550000001, dials: +15550000000, steps: [hangs up]}]
expect: {debugger: [21614], workers: {Alice: {texts: one}}}
`
	met(t, file)
}
