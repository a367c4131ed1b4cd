package describe

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
	"switchboard/shared/taskrouter"
)

// desk is a small workspace.
func desk() account.Snapshot {
	return account.Snapshot{
		Workspace:  &account.Workspace{SID: "WS1", Name: "Desk", DefaultActivitySID: "WA2"},
		Activities: []account.Activity{{SID: "WA1", Name: "On", Available: true}, {SID: "WA2", Name: "Away"}, {SID: "WA3", Name: "After call"}, {SID: "WA4", Name: "Offline"}},
		TaskQueues: []account.TaskQueue{{SID: "WQ1", Name: "All", TargetWorkers: "1==1", TaskOrder: "FIFO", MaxReservedWorkers: 1}},
		Workflows:  []account.Workflow{{SID: "WW1", Name: "Calls", Configuration: `{"task_routing":{"default_filter":{"queue":"WQ1"}}}`}},
	}
}

func TestGuessActivities(t *testing.T) {
	t.Parallel()
	file, doubts, err := Choice{}.File(desk())
	if err != nil {
		t.Fatal(err)
	}
	a := file.Activities
	if a.NewWorkers != "Away" || a.TimedOut != "Offline" || a.AfterCall != "After call" || a.Rejected != "Offline" || a.SignedOn != "" || a.SignedOff != "" {
		t.Errorf("activities = %+v", a)
	}
	if len(doubts) != 3 {
		t.Errorf("doubts = %q", doubts)
	}
	several := desk()
	several.Workspace.MultiTask = true
	several.Activities = append(several.Activities, account.Activity{SID: "WA5", Name: "Ready", Available: true}, account.Activity{SID: "WA6", Name: "Unavailable"})
	file, doubts, err = Choice{}.File(several)
	if err != nil || file.Activities.AfterCall != "" || file.Activities.SignedOn != "On" || file.Activities.SignedOff != "Offline" || !strings.HasPrefix(doubts[len(doubts)-1], "activities.signed_on") {
		t.Errorf("a multitasking one: %+v, %q, %v", file, doubts, err)
	}
	stack := &deployment.Stack{Parameters: map[string]string{"PostWorkActivitySid": "WA2", "AvailableActivitySid": "WA1", "OfflineActivitySid": "WA4", "RejectActivitySid": "WA3", "FaultActivitySid": "WA4", "WorkflowSid": "WW1"}}
	file, doubts, err = Choice{Stack: stack}.File(desk())
	if err != nil || file.Activities.AfterCall != "Away" || file.Activities.Rejected != "After call" || file.Activities.Fault != "Offline" ||
		file.Activities.SignedOn != "On" || file.Activities.SignedOff != "Offline" || len(doubts) != 1 {
		t.Errorf("with a stack: %+v, %q, %v", file, doubts, err)
	}
}

func TestInexpressibleWorkspaceIsAnError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*account.Snapshot)
		want   string
	}{
		"a member of a target": {func(s *account.Snapshot) {
			s.Workflows[0].Configuration = `{"task_routing":{"default_filter":{"queue":"WQ1","colour":"red"}}}`
		}, `workflow "Calls" (WW1): a file cannot express its configuration: unknown key "colour"`},
		"a key in another case": {func(s *account.Snapshot) {
			s.Workflows[0].Configuration = `{"task_routing":{"default_filter":{"queue":"WQ1","Queue":"WQ2"}}}`
		}, `workflow "Calls" (WW1): a file cannot express its configuration: unknown key "Queue"`},
		"no configuration": {
			change: func(s *account.Snapshot) { s.Workflows[0].Configuration = "x" },
			want:   `workflow "Calls" (WW1): read workflow configuration`,
		},
		"no workflow": {func(s *account.Snapshot) { s.Workflows = nil }, `workspace "Desk" has no workflow`},
		"attributes": {
			change: func(s *account.Snapshot) { s.Workers = []account.Worker{{SID: "WK1", Name: "Al", Attributes: "x"}} },
			want:   `worker "Al" (WK1): read attributes`,
		},
	} {
		actual := desk()
		test.change(&actual)
		if _, _, err := (Choice{}).File(actual); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: err = %v, want %s", name, err, test.want)
		}
	}
}

func TestDescribeNumbers(t *testing.T) {
	t.Parallel()
	const base = "https://s.example"
	actual := desk()
	actual.Numbers = []account.Number{
		{Number: "+1", VoiceURL: base + "/enqueue#rc=2"},
		{Number: "+2", VoiceURL: base + "/duty"},
		{Number: "+3", VoiceURL: "https://o.example/", TextURL: base + "/messages#rc=1"},
		{Number: "+4", VoiceURL: "https://o.example/"},
	}
	file, _, err := Choice{URLs: deployment.URLs{
		VoiceURL: base + "/enqueue", AssignmentCallbackURL: base, DutyURL: base + "/duty", MessageURL: base + "/messages",
	}}.File(actual)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range file.Numbers {
		got = append(got, fmt.Sprint(n.Number, " ", n.VoiceURL, " ", n.Duty, " ", n.Texts))
	}
	want := []string{"+1  false false", "+2  true false", "+3 https://o.example/ false true"}
	if !slices.Equal(got, want) {
		t.Errorf("numbers are %q, want %q", got, want)
	}
}

func TestStackURLsAreOmitted(t *testing.T) {
	t.Parallel()
	const stack, usual = "https://s.example/enqueue", "rc=2"
	for _, test := range []struct {
		name, url, stack, want, overrides string // overrides "-" for nil
	}{
		{"the stack's", stack + "#rc=2", stack, "", "-"},
		{"with other overrides", stack + "#rc=3", stack, "", "rc=3"},
		{"without overrides", stack, stack, "", ""},
		{"elsewhere", "https://o.example/#rc=1", stack, "https://o.example/#rc=1", ""},
		{"none", "", stack, "", "-"},
		{"no stack", "https://o.example/", "", "", "-"},
	} {
		url, overrides := own(test.url, test.stack, usual)
		got := "-"
		if overrides != nil {
			got = *overrides
		}
		if url != test.want || got != test.overrides {
			t.Errorf("%s: %q, overrides %s; want %q, %s", test.name, url, got, test.want, test.overrides)
		}
	}
}

func TestEventsAreDescribedByTheirFilter(t *testing.T) {
	t.Parallel()
	usual := strings.Join(slices.Concat([]string{"worker.activity.update"}, taskrouter.ReservationEvents(), taskrouter.TaskEvents()), ", ")
	for filter, want := range map[string]string{"": "all", usual: "", "task.created, activity.created": "activity.created task.created"} {
		actual := desk()
		actual.Workspace.EventsFilter = filter
		file, _, err := Choice{}.File(actual)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(file.EventCallback.Filter, " "); got != want {
			t.Errorf("filter %q is described as %q, want %q", filter, got, want)
		}
	}
}

func TestNumbersRoundTripExactly(t *testing.T) {
	t.Parallel()
	for _, number := range []string{
		"0.00001", "1e-05", "12345678901234567890", "1.2345678901234567e+19", "-0", "-0.0", "0", "0e0", "1E400", "1e-400", "-1.5E-3", "1.00", "100000000000000000000000",
		"1.00000000000000000001", "9007199254740993", "-9223372036854775809", "18446744073709551616", "14155550101", "1e99999999999",
	} {
		roundTrip(t, number)
	}
	random := rand.New(rand.NewPCG(11, 9))
	digits := func(n int) (text string) {
		for range n {
			text += string(rune('0' + random.IntN(10)))
		}
		return text
	}
	for range 2000 {
		number := []string{"", "-"}[random.IntN(2)] + []string{"0", fmt.Sprint(1+random.IntN(9)) + digits(random.IntN(25))}[random.IntN(2)]
		if random.IntN(2) == 0 {
			number += "." + digits(1+random.IntN(20))
		}
		if random.IntN(2) == 0 {
			number += []string{"e", "E"}[random.IntN(2)] + []string{"", "+", "-"}[random.IntN(3)] + digits(1+random.IntN(4))
		}
		roundTrip(t, number)
	}
}

// FuzzAttributes writes any object of attributes to a file, which must have the same attributes.
func FuzzAttributes(f *testing.F) {
	f.Add("1e5", "1e5")
	f.Add("-0", "0x1f")
	f.Add("1E+400", "1_000")
	f.Add("0", "0\n")
	f.Add("1e400", "\t\n a \r\n\u0085\u2028\u2029\ufeff\x7f ")
	f.Add(".5", "~")
	f.Fuzz(func(t *testing.T, number, text string) {
		if encoded, err := json.Marshal(json.Number(number)); err != nil || string(encoded) != number {
			return
		}
		quoted, err := json.Marshal(text)
		attributes := fmt.Sprintf(`{"a":%s,"b":[%s,%[1]s],"c":{%[2]s:%[2]s}}`, number, quoted)
		if err == nil && text != "" && len(attributes) <= 4096 { // which is as many as Twilio takes
			same(t, attributes)
		}
	})
}

// roundTrip tests a number alone, in a list, and in texts that look like it.
func roundTrip(t *testing.T, number string) {
	t.Helper()
	same(t, fmt.Sprintf(`{"a":%[1]s,"b":[%[1]s,"%[1]s",{"c":%[1]s}],"d":"%[1]s","e":"+%[1]s","f":"%[1]s "}`, number))
}

// same writes a file for a worker with the attributes, and reads it.
func same(t *testing.T, attributes string) {
	t.Helper()
	actual := desk()
	actual.Workflows[0].ReservationTimeout = time.Minute
	actual.Workers = []account.Worker{{SID: "WK1", Name: "Al", Attributes: attributes}}
	file, _, err := Choice{}.File(actual)
	if err != nil {
		t.Fatal(err)
	}
	text, err := file.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	read, err := workspacefile.Parse("w.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	got, err := json.Marshal(read.Workers[0].Payload())
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	decoder := json.NewDecoder(strings.NewReader(attributes))
	decoder.UseNumber()
	if err := decoder.Decode(&want); err != nil {
		t.Fatal(err)
	}
	if wanted, _ := json.Marshal(want); string(got) != string(wanted) {
		t.Errorf("%s became %s\n%s", wanted, got, text)
	}
}
