package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchboard/shared/simulator"
)

// existing is a workspace that was created in the console.
func existing(t *testing.T, b *bench) (workspace, wrapUp, reject string) {
	t.Helper()
	sids := map[string]string{}
	for _, a := range []simulator.Activity{{Name: "Idle", Available: true}, {Name: "Gone home"}, {Name: "ACW"}, {Name: "Break"}} {
		sid, err := b.twilio.AddActivity(a)
		if err != nil {
			t.Fatal(err)
		}
		sids[a.Name] = sid
	}
	if err := b.twilio.SetWorkspace(simulator.Workspace{
		Name: "Old desk", TimeoutActivity: sids["Gone home"], DefaultActivity: sids["Break"],
		EventCallbackURL: base + "/events#rc=5&rp=5xx", EventsFilter: []string{"task.created", "worker.created"},
	}); err != nil {
		t.Fatal(err)
	}
	everyone, err := b.twilio.AddTaskQueue(simulator.TaskQueue{Name: "All: hands", TargetWorkers: "1==1"})
	if err != nil {
		t.Fatal(err)
	}
	spanish, err := b.twilio.AddTaskQueue(simulator.TaskQueue{Name: "Español", TargetWorkers: `languages HAS "es"`, TaskOrder: simulator.LIFO, MaxReservedWorkers: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.twilio.AddWorkflow(simulator.Workflow{
		Name: "Desk", AssignmentCallbackURL: "https://old.example/assign", FallbackAssignmentCallbackURL: base + "/assignment/fallback",
		Configuration: `{"task_routing":{"filters":[
			{"friendly_name":"es","expression":"language == 'es'","targets":[{"queue":"` + spanish + `","priority":"5","timeout":"30","expression":"task.level < worker.level","order_by":"worker.level DESC"},{"priority":9}]},
			{"filter_friendly_name":"known","expression":"agent != null","targets":[{"queue":"` + everyone + `","known_worker_friendly_name":"task.agent","timeout":10}]}],
			"default_filter":{"queue":"` + everyone + `"}}}`,
	}); err != nil {
		t.Fatal(err)
	}
	for _, w := range []simulator.Worker{
		{Name: "Ana", Attributes: `{"contact_uri":"+34600000001","skills":["a","+1"],"languages":["es"],"lead":true,"shift":"early","level":3,"ratio":0.25,"nested":{"x":[null,true,"007"]}}`},
		{Name: "no: contact #1", Attributes: `{"contact_uri":"555","skills":[1],"lead":"yes"}`},
	} {
		if _, err := b.twilio.AddWorker(w); err != nil {
			t.Fatal(err)
		}
	}
	b.twilio.AddNumber(simulator.Number{Number: number, VoiceURL: base + "/enqueue", FallbackURL: "https://handler.twilio.com/twiml/EH1"})
	b.twilio.AddNumber(simulator.Number{Number: "+12065550101", VoiceURL: "https://other.example/"})
	return "Old desk", sids["ACW"], sids["Break"]
}

func TestImportedFilePlansNoChange(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{})
	_, wrapUp, reject := existing(t, b)
	plain := b.must("import", "--number", number)
	b.stacks = stacks{"switchboard": deployed(map[string]string{"PostWorkActivitySid": wrapUp, "RejectActivitySid": reject})}
	code, deployed, stderr := b.run("import")
	if code != exitOK || stderr != "" {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	for name, text := range map[string]string{"without a stack": plain, "with the stack": deployed} {
		b := *b
		b.folder = t.TempDir()
		if name == "without a stack" {
			b.stacks = nil
		}
		if code, out, stderr := b.run("plan", "--check", b.file(text)); code != exitOK {
			t.Errorf("%s: exit code %d\n%s%s\n%s", name, code, out, stderr, text)
		}
	}
	for _, want := range []string{
		"after_call: ACW", "rejected: Break", "new_workers: Break", "reservation_timeout: Gone home", "contact_uri: \"+34600000001\"",
		"assignment_callback_url: https://old.example/assign", "connection_overrides: rc=5&rp=5xx", "known_worker_friendly_name: task.agent",
	} {
		if !strings.Contains(deployed, want) {
			t.Errorf("the file lacks %q:\n%s", want, deployed)
		}
	}
	if strings.Contains(deployed, "+12065550101") || strings.Contains(deployed, "fallback_assignment_callback_url") {
		t.Errorf("the file has what is none of the stack's business, or what the stack says:\n%s", deployed)
	}
	if len(b.writes()) > 0 {
		t.Errorf("import wrote: %v", b.writes())
	}
}

func TestImportErrorsNameTheRemedy(t *testing.T) {
	t.Parallel()
	empty := newBench(t, simulator.Config{Empty: true})
	if code, _, stderr := empty.run("import"); code != exitWrong || !strings.Contains(stderr, "no workspace") {
		t.Errorf("an empty account: exit code %d, %s", code, stderr)
	}
	b := newBench(t, simulator.Config{})
	if code, _, stderr := b.run("import"); code != exitWrong || !strings.Contains(stderr, "has no workflow") {
		t.Errorf("no workflow: exit code %d, %s", code, stderr)
	}
	existing(t, b)
	if _, err := b.twilio.AddWorkflow(simulator.Workflow{Name: "Chat", Configuration: `{"task_routing":{}}`}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, `give --workflow with one of`},
		{[]string{"--workflow", "Fax"}, `has no workflow "Fax"; it has`},
		{[]string{"--workspace", "New desk"}, `has no workspace "New desk"; it has "Old desk"`},
		{[]string{"--json", "--workflow", "Desk"}, "leave out --json"},
		{
			args: []string{"--workflow", "Desk", "--number", "+12065550199"},
			want: "the account has no number +12065550199; it has +12065550100",
		},
	} {
		if code, _, stderr := b.run(append([]string{"import"}, test.args...)...); code == exitOK || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: exit code %d, %s", test.args, code, stderr)
		}
	}
	path := filepath.Join(b.folder, "new.yaml")
	if code, out, stderr := b.run("import", "--workflow", "Desk", "-o", path); code != exitOK || out != "" || !strings.Contains(stderr, "is a guess") {
		t.Errorf("exit code %d, %s%s", code, out, stderr)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, _ := b.run("import", "--workflow", "Desk", "-o", path); code != exitWrong {
		t.Errorf("a file that is there is written over: exit code %d", code)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the file changed: %v", err)
	}
}

func TestImportSaysWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{})
	existing(t, b)
	b.twilio.AddNumber(simulator.Number{Number: number, VoiceURL: base + "/enqueue", VoiceMethod: http.MethodGet})
	code, out, stderr := b.run("import", "--base-url", base)
	if code != exitWrong || !strings.Contains(stderr, "VoiceMethod  GET → POST") || !strings.HasPrefix(out, "workspace: Old desk") {
		t.Errorf("exit code %d\n%s\n%s", code, out, stderr)
	}
}
