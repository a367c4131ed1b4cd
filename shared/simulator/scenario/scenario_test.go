package scenario_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

const workflowSID = "WW00000000000000000000000000000001"

// application is the shortest TaskRouter application: it queues every caller, and has Twilio
// dequeue to the worker's contact_uri. It has a line for staff, and an answer to each text.
func application() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /voice", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = fmt.Fprintf(w, `<Response><Enqueue workflowSid="%s" waitUrl="/hold"><Task>{"language":"es"}</Task></Enqueue><Say>Goodbye.</Say></Response>`, workflowSID)
	})
	mux.HandleFunc("POST /hold", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = fmt.Fprintf(w, `<Response><Say>You are number %s in line.</Say><Pause length="10"/></Response>`, r.FormValue("QueuePosition"))
	})
	mux.HandleFunc("POST /assignment", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"instruction":"dequeue"}`)
	})
	answer := func(path, document string) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, "<Response>"+strings.ReplaceAll(document, "{Body}", r.FormValue("Body"))+"</Response>")
		})
	}
	answer("/duty", `<Gather numDigits="1" action="/duty/pressed"><Say>You are signed on.</Say></Gather>`)
	answer("/duty/pressed", "<Say>You are signed off.</Say>")
	answer("/texts", "<Message>Noted: {Body}</Message>")
	return mux
}

func setUp(file string) (*simulator.Twilio, *scenario.Play, error) {
	s, err := scenario.Parse("calls.yaml", []byte(file))
	if err != nil {
		return nil, nil, err
	}
	twilio := simulator.New(s.Config(simulator.Config{Seed: 1, Web: wire.InProcess(application())}))
	play, err := s.SetUp(twilio, scenario.Site{
		VoiceURL: "https://app.example/voice", AssignmentCallbackURL: "https://app.example/assignment", WorkflowSID: workflowSID,
		StaffVoiceURL: "https://app.example/duty", SMSURL: "https://app.example/texts",
	})
	return twilio, play, err
}

// play runs a file and returns the unmet expectations.
func play(t *testing.T, file string) []string {
	t.Helper()
	twilio, play, err := setUp(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := twilio.Loop().Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return play.Unmet()
}

const twoCallers = `title: Two callers and one worker who speaks Spanish
readings: {after-bridge: completed}
account:
  queues:
    - {name: Spanish, workers: 'languages HAS "es"'}
    - name: Everyone
  workflow:
    task_routing:
      filters:
        - {expression: language == 'es', targets: [{queue: Spanish, priority: 5}]}
      default_filter: {queue: Everyone}
  workers:
    - name: Bob
      attributes: {contact_uri: +15550000012}
    - name: Alice
      attributes: {contact_uri: +15550000011, languages: [es]}
      phone:
        - [is busy]
        - - answers after 4 s
          - talks 40 s
          - hangs up
      moves: [{after: 5 s, activity: Available}]
callers:
  - {name: Ann, from: +15550000001, dials: +15550000000, steps: ['hears "number 1"', until bridged, 'hears "goodbye"'],
     expect: {talks_to: Alice, queue_result: bridged, hung_up_by: twilio, task: completed, queue: Spanish, priority: 5, linked: true,
              heard: [number 1 in line, goodbye], not_heard: [number 2], attributes: {language: es, from: +15550000001},
              reservations: [Alice timeout, Alice completed]}}
  - name: Ben
    from: +15550000002
    dials: +15550000000
    after: 2 s
    steps:
      - hears "number 2"
      - hangs up after 1 s
    expect: {talks_to: nobody, queue_result: hangup, task: canceled, reason: hangup, linked: false}
expect:
  served: Ann
  worker_calls: 2
  workers: {Alice: {calls: 2, activity: Available}, Bob: {calls: 0}}
  events: [task.created, reservation.timeout, reservation.accepted, task.completed]
`

// met plays a file and fails the test on unmet expectations.
func met(t *testing.T, file string) {
	t.Helper()
	if unmet := play(t, file); len(unmet) > 0 {
		t.Errorf("unmet:\n%s", strings.Join(unmet, "\n"))
	}
}

func TestTwoCallersGetWhatIsExpected(t *testing.T) { met(t, twoCallers) }

func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheREADMEsScenarioIsOne(t *testing.T) {
	_, rest, _ := strings.Cut(readme(t), "```yaml\n")
	file, _, _ := strings.Cut(rest, "```")
	met(t, file)
}

// TestTheREADMENamesEveryKey compares the README with the fields of Scenario.
func TestTheREADMENamesEveryKey(t *testing.T) {
	text := readme(t)
	var visit func(reflect.Type)
	visit = func(kind reflect.Type) {
		switch kind.Kind() {
		case reflect.Slice, reflect.Map, reflect.Pointer:
			visit(kind.Elem())
		case reflect.Struct:
			for i := range kind.NumField() {
				field := kind.Field(i)
				if key := field.Tag.Get("yaml"); key != "" {
					if !strings.Contains(text, "`"+key+"`") {
						t.Errorf("the README does not name the key %s of %s", key, kind)
					}
					visit(field.Type)
				}
			}
		}
	}
	visit(reflect.TypeFor[scenario.Scenario]())
}

// TestAWrongExpectationFails changes one expectation at a time: each must be found, at its line.
func TestAWrongExpectationFails(t *testing.T) {
	tests := []struct{ from, to, want string }{
		{"talks_to: Alice", "talks_to: Bob", "caller Ann talked to Alice, want Bob"},
		{"talks_to: nobody", "talks_to: Alice", "caller Ben talked to nobody, want Alice"},
		{"queue_result: bridged", "queue_result: leave", "calls.yaml:25: caller Ann left the queue with QueueResult bridged, want leave"},
		{"hung_up_by: twilio", "hung_up_by: caller", "was hung up by twilio"},
		{"task: completed,", "task: canceled,", "has status completed, want canceled"},
		{"reason: hangup", "reason: tired", "has reason hangup, want tired"},
		{"queue: Spanish,", "queue: Everyone,", "has task queue Everyone, want Spanish"},
		{"priority: 5,", "priority: 4,", "has priority 5, want 4"},
		{"linked: true", "linked: false", "has call_sid CA"},
		{"linked: false", "linked: true", "has call_sid CA"},
		{"[number 1 in line, goodbye]", "[goodbye, number 1 in line]", `did not hear "number 1 in line" there`},
		{"not_heard: [number 2]", "not_heard: [NUMBER 1]", `heard "NUMBER 1"`},
		{"from: +15550000001}", "from: 1}", "has from +15550000001, want 1"},
		{"[Alice timeout, Alice completed]", "[Alice completed]", "has reservations Alice timeout | Alice completed"},
		{"served: Ann", "served: [Ann, Ben]", "workers served Ann, want Ann | Ben"},
		{"worker_calls: 2", "worker_calls: 1", "2 calls were placed"},
		{"Alice: {calls: 2", "Alice: {calls: 1", "Alice was called 2 times"},
		{"activity: Available}, Bob", "activity: Offline}, Bob", "Alice is Available in the end, want Offline"},
		{"[task.created,", "[task.canceled, task.created,", "event task.created did not occur there"},
		{"  events:", "  debugger: [14207]\n  events:", "want codes [14207]"},
		{"  events:", "  problems: not simulated\n  events:", `there was no problem "not simulated"`},
		{"hangs up after 1 s", "until bridged\n      - hangs up", "calls.yaml:"},
	}
	for _, test := range tests {
		t.Run(test.to, func(t *testing.T) {
			if !strings.Contains(twoCallers, test.from) {
				t.Fatalf("the scenario has no %q", test.from)
			}
			unmet := play(t, strings.Replace(twoCallers, test.from, test.to, 1))
			if got := strings.Join(unmet, "\n"); !strings.Contains(got, test.want) {
				t.Errorf("unmet %q, want %q", got, test.want)
			}
		})
	}
}

// TestWorkspacesOfOtherKinds checks that each setting reaches the account: without it the
// expectations fail.
func TestWorkspacesOfOtherKinds(t *testing.T) {
	callers := `title: Two callers
callers:
  - {name: Ann, from: +15550000001, dials: +15550000000, steps: [hangs up after 3 min], expect: {ANN}}
  - {name: Ben, from: +15550000002, dials: +15550000000, after: 1 s, steps: [hangs up after 2 min], expect: {BEN}}
account:
`
	alice := "  workers: [{name: Alice, attributes: {contact_uri: +15550000011}, PARTphone: [answers after 30 s, talks 10 s, hangs up]}]\n"
	tests := []struct{ name, setting, ann, ben, account string }{
		{"single-tasking completes the task", "  single_tasking: true\n", "task: completed", "", "SETTING" + strings.Replace(alice, "PART", "", 1)},
		{"a worker with two slots", "capacity: 2, ", "", "reservations: [Alice wrapping]", strings.Replace(alice, "PART", "SETTING", 1)},
		{"two workers together", ", max_reserved_workers: 2", "reservations: [Alice wrapping, Bob rescinded]", "",
			"  queues: [{name: AllSETTING}]\n" + strings.Replace(strings.Replace(alice, "PART", "", 1), "}]\n", "}, {name: Bob, attributes: {contact_uri: +15550000012}, phone: [never answers]}]\n", 1)},
		{"the newest first", ", task_order: LIFO", "talks_to: nobody", "talks_to: Alice",
			"  queues: [{name: AllSETTING}]\n" + strings.Replace(alice, "PART", "activity: Offline, moves: [{after: 20 s, activity: Available}], ", 1)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := strings.NewReplacer("ANN", test.ann, "BEN", test.ben).Replace(callers) + test.account
			met(t, strings.Replace(file, "SETTING", test.setting, 1))
			if unmet := play(t, strings.Replace(file, "SETTING", "", 1)); len(unmet) == 0 {
				t.Error("the expectations are met without the setting too")
			}
		})
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	head := "title: x\ncallers:\n  - from: +15550000001\n    dials: +15550000000\n"
	tests := []struct{ name, file, want string }{
		{"nothing", "", "calls.yaml: want one document"},
		{"not YAML", "title: 'x\n", "calls.yaml:1: this is not YAML: found unexpected end of stream while scanning a quoted scalar"},
		{"tab", "title: x\n\tcallers: y\n", "calls.yaml:2: this is not YAML: found a tab character that violates indentation while scanning a plain scalar that begins in line 1: indent with spaces"},
		{"key twice", "title: x\ntitle: y\n", "calls.yaml:2: title: this key stands in line 1 too"},
		{"no title", "callers: []\n", "there is no title"},
		{"no callers", "title: x\n", "there are no callers"},
		{"unknown key", "title: x\ncalers: []\n", `calls.yaml:2: unknown key "calers"; the keys here are title, docs, readings, account, application, callers, others, expect`},
		{"unknown key in a list", head + "    stps: []\n", `calls.yaml:5: unknown key "stps"; the keys here are name, from, dials, after, count, every, steps, expect`},
		{"unknown key of a worker's expectation", head + "expect:\n  workers:\n    Alice: {call: 1}\n", `calls.yaml:7: unknown key "call"; the keys here are calls, called_from, activity`},
		{"wrong kind", "title: [x]\n", "calls.yaml:1: title: want a text"},
		{"not a number", head + "expect: {worker_calls: two}\n", `calls.yaml:5: expect.worker_calls: want a whole number, not "two"`},
		{"not a list", "title: x\ncallers: none\n", "calls.yaml:2: callers: want a list, not a text"},
		{"a step", head + "    steps:\n      - until bridged\n      - hangup\n", "calls.yaml:7: `hangup`: a step is one of"},
		{"a key that YAML takes for a comment", head + "    steps:\n      - presses #\n", "calls.yaml:6: `presses`: keys are 0 to 9, * and #, as in presses 1; in YAML, # needs quotes"},
		{"a step that YAML takes for a mapping", head + "    steps:\n      - says: no\n", "calls.yaml:6: callers[0].steps[0]: want a step as one text"},
		{"an empty step", head + "    steps:\n      - hangs up\n      -\n", "step 2 is empty"},
		{"steps that are no list", head + "    steps: hangs up\n", "calls.yaml:5: callers[0].steps: want a list, one step a line"},
		{"a time", head + "    after: soon\n", "calls.yaml:5: `soon`: a time is a number"},
		{"a phone", head + "account:\n  workers:\n    - name: Alice\n      address: +15550000011\n      phone: [picks up]\n", "calls.yaml:9: `picks up`: a phone begins with one of"},
		{"a phone's step", head + "account:\n  workers:\n    - name: Alice\n      address: +15550000011\n      phone:\n        - answers after 4 s\n        - talk\n", "calls.yaml:11: `talk`: a step is one of"},
		{"a phone nowhere", head + "account:\n  workers:\n    - name: Alice\n      phone: [is busy]\n", "calls.yaml:7: Alice has a phone and no address"},
		{"attributes", head + "account:\n  workers:\n    - name: Alice\n      attributes: [1]\n", "want an object"},
		{"a number", "title: x\ncallers:\n  - from: 5550\n    dials: +15550000000\n", `calls.yaml:3: from is "5550": want a phone number`},
		{"a SIP address without a user", "title: x\ncallers:\n  - from: 'sip:example.com'\n    dials: +15550000000\n", `calls.yaml:3: from is "sip:example.com": want a phone number`},
		{"a client without a name", "title: x\ncallers:\n  - from: 'client:'\n    dials: +15550000000\n", `calls.yaml:3: from is "client:": want a phone number`},
		{"a name", "title: x\ncallers:\n  - from: Alice\n    dials: +15550000000\n", `calls.yaml:3: from is "Alice": want a phone number`},
		{"an unknown worker", head + "    expect: {talks_to: Alice}\n", `calls.yaml:5: "Alice" is not known here: want one of nobody`},
		{"a QueueResult", head + "    expect: {queue_result: hung-up}\n", `"hung-up" is not known here: want one of bridged`},
		{"a reservation", head + "    expect: {reservations: [rejected]}\n", "a reservation is a worker's name and a status"},
		{"two callers of one number", head + "  - from: +15550000001\n    dials: +15550000000\n", "two callers are called +15550000001: give them a name"},
		{"served", head + "expect: {served: [Ann]}\n", `"Ann" is not known here`},
		{"a reading", head + "readings: {after-bridge: maybe}\n", "calls.yaml:5: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := scenario.Parse("calls.yaml", []byte(test.file))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			var own *scenario.Error
			var faulty *script.Error
			if !errors.As(err, &own) && !errors.As(err, &faulty) {
				t.Errorf("error of type %T", err)
			}
		})
	}
}

func TestAccountsThatCannotBeSetUp(t *testing.T) {
	head := "title: x\ncallers: [{from: +15550000001, dials: +15550000000}]\naccount:\n"
	for account, want := range map[string]string{
		"  timeout_activity: Lunch\n":                                              `calls.yaml:4: there is no activity "Lunch"`,
		"  queues: [{name: A, workers: 'x ='}]\n":                                  "calls.yaml:4: add task queue",
		"  workflow: {task_routing: {default_filter: {queue: A}}}\n":               `calls.yaml:4: there is no task queue "A"`,
		"  workflow: {task_routing: {filtres: []}}\n":                              "calls.yaml:4: add workflow",
		"  workers:\n    - {name: Alice, activity: Lunch}\n":                       `calls.yaml:5: there is no activity "Lunch"`,
		"  workers: [{name: Alice, moves: [{after: 1 s, activity: Lunch}]}]\n":     `there is no activity "Lunch"`,
		"  workflow: '{\"task_routing\": {\"default_filter\": {\"queue\": 5}}}'\n": "add workflow",
	} {
		if _, _, err := setUp(head + account); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", account, err, want)
		}
	}
}

func TestTheApplicationsOwnSection(t *testing.T) {
	s, err := scenario.Parse("calls.yaml", []byte("title: x\ncallers: [{from: +15550000001, dials: +15550000000}]\napplication:\n  caller_id: +15550000009\n  tries: 3\n"))
	if err != nil {
		t.Fatal(err)
	}
	var settings struct {
		CallerID string `yaml:"caller_id"`
		Tries    int    `yaml:"tries"`
	}
	if err := s.Decode(s.Application, &settings); err != nil || settings.CallerID != "+15550000009" || settings.Tries != 3 {
		t.Errorf("settings %+v, %v", settings, err)
	}
	var others struct {
		Tries int `yaml:"tries"`
	}
	want := `calls.yaml:4: unknown key "caller_id"; the keys here are tries`
	if err := s.Decode(s.Application, &others); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if err := s.Decode(scenario.Section{}, &others); err != nil {
		t.Errorf("a missing section: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(twoCallers))
	f.Add([]byte("title: x\ncallers: [{from: +15550000001, dials: +1, steps: [says \"x\"]}]\n"))
	for _, seed := range []string{"title: &a x\ncallers: *a\n", "1: x\n", "callers: [{<<: {from: x}}]\n", "callers: !list x\n", "%YAML 1.2\n---\ntitle: x\n", "\ufefftitle: x\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := scenario.Parse("calls.yaml", file); err != nil && !strings.HasPrefix(err.Error(), "calls.yaml") {
			t.Errorf("error %v without the file", err)
		}
	})
}
