package stage

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/desk"
	"switchboard/shared/simulator/scenario"
)

const twoWorkers = `
workers:
  - {name: Alice, contact_uri: "+14155550191"}
  - {name: Bob, contact_uri: "+14155550192"}
numbers:
  - {number: "+12065550100", fallback_url: "https://handler.twilio.com/twiml/EH00000000000000000000000000000000"}
`

const (
	deskNumber  = "+12065550100"
	aliceNumber = "+14155550191"
	bobNumber   = "+14155550192"
)

// steps is a stage whose clock stands still, and moves when a test waits for something.
type steps struct {
	*Stage
	t *testing.T
}

func newSteps(t *testing.T, made *Stage, err error) steps {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(made.Close)
	s := steps{made, t}
	s.must(s.SetPace(0))
	return s
}

func byHand(t *testing.T) steps {
	t.Helper()
	d, err := desk.Parse("desk.yaml", []byte(twoWorkers))
	if err != nil {
		t.Fatal(err)
	}
	made, err := ByHand(t.Context(), d)
	return newSteps(t, made, err)
}

func (s steps) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// until moves the clock until a line has a text, and returns that line.
func (s steps) until(text string) Line {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	for {
		lines, changed := s.Lines(0)
		if i := slices.IndexFunc(lines, func(l Line) bool { return strings.Contains(l.Sentence, text) }); i >= 0 {
			return lines[i]
		}
		if s.journal.told() && s.Step() == nil {
			continue
		}
		select {
		case <-changed:
		case <-time.After(5 * time.Millisecond): // a function may end without a line
		case <-ctx.Done():
			s.t.Fatalf("nothing says %q:\n%s", text, strings.Join(s.story(), "\n"))
		}
	}
}

func (s steps) story() []string {
	lines, _ := s.Lines(0)
	var sentences []string
	for _, line := range lines {
		sentences = append(sentences, line.Sentence)
	}
	return sentences
}

// call returns the SID of a phone's latest call.
func (s steps) call(address string) string {
	s.t.Helper()
	for _, phone := range s.View().Phones {
		if phone.Address == address && phone.Call != nil {
			return phone.Call.SID
		}
	}
	s.t.Fatalf("the phone %s has no call", address)
	return ""
}

func TestStageTellsCallInSentences(t *testing.T) {
	t.Parallel()
	s := byHand(t)
	s.must(s.Dial(callerNumber, deskNumber))
	webhook := s.until("Twilio asks what to do with the call.")
	if webhook.Path != "/enqueue" || webhook.Method != http.MethodPost || !slices.Contains(webhook.Form, "To="+deskNumber) {
		t.Errorf("webhook = %+v", webhook)
	}
	answer := s.until("Twilio puts the caller into the queue.")
	if answer.Of != webhook.ID || answer.Status != http.StatusOK || !strings.Contains(strings.Join(answer.Document, ""), "<Enqueue") {
		t.Errorf("answer = %+v", answer)
	}
	s.until("The answer is empty: the application will act on the reservation over REST.")
	ringing := s.until("Alice's phone rings; the reservation has 1")
	if !slices.Contains(ringing.Phones, aliceNumber) {
		t.Errorf("the line is for %v, want Alice's phone", ringing.Phones)
	}
	s.must(s.PickUp(s.call(aliceNumber)))
	s.until("Alice hears: “Press 1 to take the call")
	s.must(s.Press(s.call(aliceNumber), "1"))
	s.until("The caller and Alice talk to each other.")
	s.must(s.Say(s.call(callerNumber), "Hello"))
	said := s.until("The caller says: “Hello”")
	if slices.Sort(said.Phones); !slices.Equal(said.Phones, []string{callerNumber, aliceNumber}) {
		t.Errorf("the words reach %v, want both phones", said.Phones)
	}
	s.must(s.HangUp(s.call(aliceNumber)))
	s.until("The talk is over; Twilio asks what comes next for the caller.")
	s.must(s.HangUp(s.call(callerNumber)))
	s.until("The task of the caller is completed.")
	if faults := s.Problems(); len(faults) > 0 {
		t.Errorf("the simulator has problems: %v", faults)
	}
}

// TestFaultsStrikeOnce plants each fault, and expects the call to survive it.
func TestFaultsStrikeOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		fault    string
		of       string
		tells    string
		survives string
	}{
		{
			name:     "a lost assignment",
			fault:    "lose",
			of:       "assignment",
			tells:    "You lost this webhook on its way, with all its retries: /assignment",
			survives: "Alice's phone rings",
		},
		{
			name:     "a doubled assignment",
			fault:    "double",
			of:       "assignment",
			tells:    "You delivered this webhook twice: /assignment",
			survives: "Alice's phone rings",
		},
		{
			name:     "a killed bridge",
			fault:    "kill",
			of:       "bridge",
			tells:    "You killed the function bridge in the middle",
			survives: "Bob's phone rings",
		},
		{
			name:     "a killed answer",
			fault:    "kill",
			of:       "enqueue",
			tells:    "You killed the function enqueue when it had finished",
			survives: "Alice's phone rings",
		},
		{
			name:     "a failing CRM",
			fault:    "crm",
			of:       "once",
			tells:    "The CRM step fails with 503",
			survives: "Bob's phone rings",
		},
		{
			name:     "no secrets",
			fault:    "ssm",
			of:       "down",
			tells:    "SSM is down: a function that starts cannot read",
			survives: "The caller hears: “We cannot take your call right now.",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := byHand(t)
			s.must(s.SetFault(test.fault, test.of))
			s.must(s.Dial(callerNumber, deskNumber))
			s.until(test.tells)
			s.until(test.survives)
			if faults := s.View().Faults; test.fault != "ssm" && faults != (Faults{}) {
				t.Errorf("faults = %+v after the fault, want none", faults)
			}
		})
	}
}

func TestRefusedDeeds(t *testing.T) {
	t.Parallel()
	s := byHand(t)
	for name, err := range map[string]error{
		"dial an unknown number":     s.Dial(callerNumber, "+12065550199"),
		"dial from an unknown phone": s.Dial("+12065550199", deskNumber),
		"an unknown fault":           s.SetFault("flood", ""),
		"an unknown function":        s.SetFault("kill", "survivor"),
		"a webhook to the bridge":    s.SetFault("lose", "bridge"),
		"half a CRM":                 s.SetFault("crm", "half"),
		"time runs back":             s.SetPace(-1),
		"an unknown worker":          s.SignOff("WK1"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSignedOffWorkerIsAway(t *testing.T) {
	t.Parallel()
	s := byHand(t)
	worker := s.View().Phones[1]
	if !worker.Available || worker.Name != "Alice" {
		t.Fatalf("phone = %+v, want Alice, who is available", worker)
	}
	s.must(s.SignOff(worker.Worker))
	s.must(s.Dial(callerNumber, deskNumber))
	s.until("Bob's phone rings")
	if away := s.View().Phones[1]; away.Available || away.Activity != "Offline" {
		t.Errorf("phone = %+v, want Offline", away)
	}
}

// TestApplicationFailsAsInDebugger: what Twilio's debugger says of another application's faults.
func TestApplicationFailsAsInDebugger(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		handle http.HandlerFunc // nil: nothing listens
		want   string
	}{
		{
			name: "nothing listens",
			want: "HTTP retrieval failure: dial tcp",
		},
		{
			name:   "a server error",
			handle: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
			want:   "500 Internal Server Error. Twilio got no usable answer",
		},
		{
			name: "nonsense",
			handle: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/xml")
				_, _ = w.Write([]byte("<Response><Say>"))
			},
			want: "Twilio's debugger 12100",
		},
		{
			name: "a page",
			handle: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/pdf")
				_, _ = w.Write([]byte("%PDF"))
			},
			want: "Twilio's debugger 12300",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.handle)
			t.Cleanup(server.Close)
			if test.handle == nil {
				server.Close()
			}
			a, err := ReadApplication("", server.URL+"/voice")
			if err != nil {
				t.Fatal(err)
			}
			made, err := a.ByHand(t.Context())
			s := newSteps(t, made, err)
			s.must(s.Dial(callerNumber, deskNumber))
			s.until(test.want)
			s.until("The caller hears: “We are sorry, an application error has occurred.")
			if err := s.SetFault("kill", Any); err == nil {
				t.Error("the page can kill another application")
			}
		})
	}
}

func TestScenarioIsJudgedAtItsEnd(t *testing.T) {
	t.Parallel()
	file, err := scenario.Parse("calls.yaml", []byte(`
title: The caller leaves
account:
  workers: [{name: Alice, attributes: {contact_uri: +14155550191}, phone: [never answers]}]
callers:
  - {from: +14155550101, dials: +12065550100, steps: [until enqueued, hangs up], expect: {talks_to: Alice}}
`))
	if err != nil {
		t.Fatal(err)
	}
	made, err := Play(t.Context(), file)
	s := newSteps(t, made, err)
	s.until("has left the queue by hanging up")
	s.until("cancels the task")
	for !s.View().Over {
		_ = s.Step()
	}
	if unmet := s.View().Unmet; len(unmet) != 1 || !strings.HasPrefix(unmet[0], "calls.yaml:6: ") {
		t.Errorf("unmet = %q, want that the caller did not talk to Alice, with the line", unmet)
	}
	if err := s.SignOff(s.View().Phones[1].Worker); err == nil {
		t.Error("the page moves a worker who follows a script")
	}
}

// TestManyPhonesAreCounted: a page with hundreds of phones would show none of them well.
func TestManyPhonesAreCounted(t *testing.T) {
	t.Parallel()
	file, err := scenario.Parse("day.yaml", []byte(`
title: A busy hour
account:
  workers: [{name: Alice, count: 14, attributes: {contact_uri: +14155550191}, phone: [never answers]}]
callers:
  - {from: +14155550101, dials: +12065550100, count: 20, every: 1 min, steps: [hangs up]}
`))
	if err != nil {
		t.Fatal(err)
	}
	made, err := Play(t.Context(), file)
	s := newSteps(t, made, err)
	if v := s.View(); len(v.Phones) != 2*maxPhones || v.More != 10 {
		t.Errorf("%d phones and %d more, want %d and 10", len(v.Phones), v.More, 2*maxPhones)
	}
}

// TestNonsenseToTaskRouter: the debugger's code for an answer that TaskRouter cannot follow.
func TestNonsenseToTaskRouter(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/voice", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte(`<Response><Enqueue workflowSid="WW00000000000000000000000000000001" waitUrl=""/></Response>`))
	})
	mux.HandleFunc("/assignment", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("call Alice"))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	a, err := ReadApplication("", server.URL+"/voice")
	if err != nil {
		t.Fatal(err)
	}
	made, err := a.ByHand(t.Context())
	s := newSteps(t, made, err)
	s.must(s.Dial(callerNumber, deskNumber))
	s.until("The answer is no JSON, so TaskRouter cannot follow it.")
	s.until("Twilio's debugger 40001")
}
