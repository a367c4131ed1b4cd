package workspacefile

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/yamlfile"
)

func TestEmptyFileHasDefaults(t *testing.T) {
	t.Parallel()
	file, err := Parse("w.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	queue := file.TaskQueues[0]
	for name, each := range map[string][2]any{
		"workspace": {file.Workspace, "Switchboard"},
		"queues":    {len(file.TaskQueues), 1},
		"queue":     {queue.Name + " " + *queue.Workers + " " + queue.Order, "Everyone 1==1 FIFO"},
		"default":   {file.Workflow.Default.Queue, "Everyone"},
		"timeout":   {*file.Workflow.ReservationTimeout, 120},
		"events":    {len(file.EventCallback.Filter), 16},
		"signed on": {file.Activities.SignedOn + " " + file.Activities.SignedOff, "Available Offline"},
		"away":      {file.Activities.Rejected + " " + file.Activities.TimedOut + " " + file.Activities.AfterCall, "Unavailable Unavailable "},
		"limit":     {file.QueueMaxSize == nil, true},
	} {
		if each[0] != each[1] {
			t.Errorf("%s = %v, want %v", name, each[0], each[1])
		}
	}
	budget, err := deployment.NewBudget(map[string]string{"CrmUrl": "https://crm.example"})
	if err != nil || int(budget.Total().Seconds()) > *file.Workflow.ReservationTimeout {
		t.Errorf("the default reservation timeout does not fit %s, %v", budget, err)
	}
}

// TestRolesFollowTheirActivities: a file with its own activities may have no Offline.
func TestRolesFollowTheirActivities(t *testing.T) {
	t.Parallel()
	file, err := Parse("w.yaml", []byte("activities: {available: [Ready, Idle], unavailable: [Away], new_workers: Away, rejected: Away, after_call: Idle}"))
	if err != nil {
		t.Fatal(err)
	}
	if a := file.Activities; a.SignedOn != "Ready" || a.SignedOff != "" || a.TimedOut != "Away" || a.AfterCall != "Idle" {
		t.Errorf("activities = %+v", a)
	}
}

func TestEndlessFileIsRejected(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "long.yaml")
	if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, maxFile+1)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "32 MiB") {
		t.Errorf("err = %.200v", err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 65)
	tests := []struct {
		name, file string
		want       string
	}{
		{"unknown key", "workspce: x", `w.yaml:1: unknown key "workspce"; the keys here are workspace, activities,`},
		{
			name: "unknown key below",
			file: "workflow:\n  name: x\n  timeout: 3",
			want: `w.yaml:3: unknown key "timeout"; the keys here are name, reservation_timeout, filters, default, no_default,`,
		},
		{
			name: "unknown key of a number",
			file: "numbers:\n  - number: +12065550100\n    fallback: x",
			want: `w.yaml:3: unknown key "fallback"; the keys here are number, voice_url, fallback_url, connection_overrides, duty, texts`,
		},
		{"no whole number", "queue_max_size: many", `w.yaml:1: queue_max_size: want a whole number, not "many"`},
		{
			name: "queue too large",
			file: "workspace: x\nqueue_max_size: 5001",
			want: "w.yaml:2: queue_max_size: want a whole number from 1 to 5000, not 5001",
		},
		{"queue too small", "queue_max_size: 0", "w.yaml:1: queue_max_size: want a whole number from 1 to 5000, not 0"},
		{
			name: "timeout too long",
			file: "workflow:\n  reservation_timeout: 86401",
			want: "w.yaml:2: workflow.reservation_timeout: want a whole number from 1 to 86400, not 86401",
		},
		{
			name: "no timeout",
			file: "workflow:\n  reservation_timeout: 0",
			want: "w.yaml:2: workflow.reservation_timeout: want a whole number from 1 to 86400, not 0",
		},
		{
			name: "order",
			file: "task_queues:\n  - name: A\n    order: first",
			want: `w.yaml:3: task_queues[0].order: want one of FIFO, LIFO, not "first"`,
		},
		{
			name: "reserved workers",
			file: "task_queues:\n  - {name: A, max_reserved_workers: 51}",
			want: "w.yaml:2: task_queues[0].max_reserved_workers: want a whole number from 1 to 50, not 51",
		},
		{"no task queue", "task_queues: []", "w.yaml:1: task_queues: want at least one"},
		{"nameless task queue", "task_queues:\n  - order: FIFO", "w.yaml:2: task_queues[0].name: want a name"},
		{"a long name", "task_queues:\n  - name: " + long, "w.yaml:2: task_queues[0].name: "},
		{
			name: "the same name",
			file: "workers:\n  - name: Al\n  - name: al",
			want: `w.yaml:3: workers[1].name: "al" is also the name of workers[0]`,
		},
		{
			name: "no available activity",
			file: "activities:\n  available: []",
			want: "w.yaml:2: activities.available: want at least one activity",
		},
		{
			name: "an activity twice",
			file: "activities:\n  available: [A]\n  unavailable: [Offline, Unavailable, A]",
			want: `w.yaml:3: activities.unavailable[2]: "A" `,
		},
		{
			name: "no activity for rejects",
			file: "activities:\n  rejected: Gone",
			want: `w.yaml:2: activities.rejected: want one of the unavailable activities, Offline, Unavailable, not "Gone"`,
		},
		{
			name: "an available one for faults",
			file: "activities:\n  fault: Available",
			want: `w.yaml:2: activities.fault: want one of the unavailable activities`,
		},
		{
			name: "an activity after a call that is not",
			file: "activities:\n  after_call: Gone",
			want: `w.yaml:2: activities.after_call: want one of Available, Offline, Unavailable, not "Gone"`,
		},
		{
			name: "an available one for workers who are off",
			file: "activities:\n  signed_off: Available",
			want: `w.yaml:2: activities.signed_off: want one of the unavailable activities`,
		},
		{
			name: "an unavailable one for workers who are on",
			file: "activities:\n  signed_on: Offline",
			want: `w.yaml:2: activities.signed_on: want one of the available activities, Available, not "Offline"`,
		},
		{
			name: "an available one on timeout",
			file: "activities:\n  reservation_timeout: Available",
			want: `w.yaml:2: activities.reservation_timeout: want one of the unavailable activities`,
		},
		{
			name: "new workers nowhere",
			file: "activities:\n  new_workers: Home",
			want: `w.yaml:2: activities.new_workers: want one of Available, Offline, Unavailable, not "Home"`,
		},
		{
			name: "a filter without an expression",
			file: "workflow:\n  filters:\n    - targets: [{queue: Everyone}]",
			want: "w.yaml:3: workflow.filters[0].expression: want an expression",
		},
		{
			name: "a filter without targets",
			file: "workflow:\n  filters:\n    - expression: 1==1",
			want: "w.yaml:3: workflow.filters[0].targets: want at least one target",
		},
		{
			name: "a first target without a queue",
			file: "workflow:\n  filters:\n    - expression: 1==1\n      targets:\n        - timeout: 3",
			want: "w.yaml:5: workflow.filters[0].targets[0].queue: the first target needs a queue: Everyone",
		},
		{
			name: "a queue that is not",
			file: "workflow:\n  default:\n    queue: Sales",
			want: `w.yaml:3: workflow.default.queue: want one of Everyone, not "Sales"`,
		},
		{
			name: "a default with a timeout",
			file: "workflow:\n  default: {queue: Everyone, timeout: 3}",
			want: "w.yaml:2: workflow.default.timeout: ",
		},
		{
			name: "a default without a queue",
			file: "workflow:\n  default: {priority: 3}",
			want: "w.yaml:2: workflow.default: want a queue: Everyone",
		},
		{
			name: "a default and none",
			file: "workflow:\n  default: {queue: Everyone}\n  no_default: true",
			want: "w.yaml:3: workflow.no_default: ",
		},
		{
			name: "two known workers",
			file: "workflow:\n  filters:\n    - expression: 1==1\n      targets: [{queue: Everyone, known_worker_sid: task.a, known_worker_friendly_name: task.b}]",
			want: "w.yaml:4: workflow.filters[0].targets[0].known_worker_sid: known_worker_friendly_name ",
		},
		{
			name: "a callback that is no URL",
			file: "workflow:\n  assignment_callback_url: here",
			want: `w.yaml:2: workflow.assignment_callback_url: want an https URL, not "here"`,
		},
		{
			name: "no contact",
			file: "workers:\n  - name: Al\n    contact_uri: 5550199",
			want: `w.yaml:3: workers[0].contact_uri: want a number such as +14155550199 or +18005551212x123, client:alice (letters, digits, underscore) or sip:alice@example.com, not "5550199"`,
		},
		{
			name: "a client that Twilio refuses",
			file: "workers:\n  - name: Al\n    contact_uri: client:a.b@example.com",
			want: `w.yaml:3: workers[0].contact_uri: want a number such as +14155550199 or +18005551212x123, client:alice (letters, digits, underscore) or sip:alice@example.com, not "client:a.b@example.com"`,
		},
		{
			name: "a number with an extension",
			file: "numbers:\n  - +12065550100x1",
			want: `w.yaml:2: numbers[0]: want a phone number such as +12065550100, not "+12065550100x1"`,
		},
		{
			name: "skills twice",
			file: "workers:\n  - name: Al\n    skills: [a]\n    attributes: {skills: [b]}",
			want: "w.yaml:4: workers[0].attributes: skills ",
		},
		{
			name: "attributes that are a list",
			file: "workers:\n  - name: Al\n    attributes: [a]",
			want: "w.yaml:3: workers[0].attributes: want keys and values",
		},
		{
			name: "attributes too long",
			file: "workers:\n  - name: Al\n    attributes: {a: " + strings.Repeat("x", 4096) + "}",
			want: "w.yaml:3: workers[0].attributes: 4104 characters ",
		},
		{
			name: "an activity that is not",
			file: "workers:\n  - name: Al\n    activity: Home",
			want: `w.yaml:3: workers[0].activity: want one of Available, Offline, Unavailable, not "Home"`,
		},
		{
			name: "no phone number",
			file: "numbers:\n  - 2065550100",
			want: `w.yaml:2: numbers[0]: want a phone number such as +12065550100, not "2065550100"`,
		},
		{
			name: "a number twice",
			file: "numbers:\n  - +12065550100\n  - number: +12065550100",
			want: "w.yaml:3: numbers[1]: +12065550100 is listed twice",
		},
		{
			name: "no fallback",
			file: "numbers:\n  - number: +12065550100\n    fallback_url: ftp://x",
			want: `w.yaml:3: numbers[0].fallback_url: want an https URL, not "ftp://x"`,
		},
		{
			name: "two ways for its calls",
			file: "numbers:\n  - number: +12065550100\n    voice_url: https://example.com\n    duty: true",
			want: "w.yaml:4: numbers[0].duty: voice_url ",
		},
		{
			name: "overrides out of range",
			file: "numbers:\n  - number: +12065550100\n    connection_overrides: rc=6",
			want: `w.yaml:3: numbers[0].connection_overrides: want a whole number from 0 to 5 for rc, not "6"`,
		},
		{
			name: "no such override",
			file: "event_callback:\n  connection_overrides: retries=3",
			want: `w.yaml:2: event_callback.connection_overrides: unknown setting "retries"`,
		},
		{
			name: "no such policy",
			file: "event_callback:\n  connection_overrides: rp=ct,3xx",
			want: `w.yaml:2: event_callback.connection_overrides: unknown policy "3xx"`,
		},
		{
			name: "no event",
			file: "event_callback:\n  filter: [task.created, task]",
			want: `w.yaml:2: event_callback.filter[1]: want an event type such as task.created, or only all, not "task"`,
		},
		{
			name: "all and more",
			file: "event_callback:\n  filter: [all, task.created]",
			want: `w.yaml:2: event_callback.filter[0]: want an event type`,
		},
		{
			name: "no such parameter",
			file: "deploy:\n  CrmURL: x",
			want: "w.yaml:2: deploy.CrmURL: unknown parameter; want one of TaskPriority,",
		},
		{"a parameter that is decided", "deploy:\n  WorkflowSid: WW1", "w.yaml:2: deploy.WorkflowSid: "},
		{
			name: "a password in a URL",
			file: "deploy:\n  CrmUrl: https://user:hunter2@crm.example/",
			want: "w.yaml:2: deploy.CrmUrl: want a URL without user and password",
		},
		{
			name: "a parameter that has moved",
			file: "deploy:\n  NumberAttributes: '{}'",
			want: "w.yaml:2: deploy.NumberAttributes: leave it out: the key attributes of each number has replaced",
		},
		{
			name: "a ring that is no number",
			file: "deploy:\n  WorkerRingSeconds: soon",
			want: `w.yaml:2: deploy.WorkerRingSeconds: want a whole number of seconds, not "soon"`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("w.yaml", []byte(test.file))
			var wrong *yamlfile.Error
			if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("err = %v\nwant  %s", err, test.want)
			}
		})
	}
}

func TestMistakesAboutCallersAreNamed(t *testing.T) {
	t.Parallel()
	const hours = "zone: Europe/Berlin\nhours:\n  desk:\n    week:\n      mon-fri: "
	tests := []struct {
		name string
		file string
		want string // how the error begins
	}{
		{
			name: "a span",
			file: hours + "9 to 5",
			want: "w.yaml:5: hours.desk.week.mon-fri: ",
		},
		{
			name: "a date",
			file: hours + "always\n    dates:\n      2026-02-30: closed",
			want: "w.yaml:7: hours.desk.dates.2026-02-30: ",
		},
		{
			name: "a span of a shift",
			file: "zone: Europe/Berlin\nshifts:\n  early:\n    week:\n      mon: 6-14",
			want: "w.yaml:5: shifts.early.week.mon: ",
		},
		{
			name: "a shift that is none",
			file: "zone: UTC\nshifts: {early: {week: {mon: '06:00-14:00'}}, late: {}}\nworkers:\n  - {name: Al, shift: erly}",
			want: `w.yaml:4: workers[0].shift: want one of the shifts of the file, early, late, not "erly"`,
		},
		{
			name: "a shift in a file without any",
			file: "workers:\n  - {name: Al, shift: early}",
			want: `w.yaml:2: workers[0].shift: want one of the shifts of the file, which has none, not "early"`,
		},
		{
			name: "a shift twice",
			file: "zone: UTC\nshifts: {early: {}}\nworkers:\n  - {name: Al, shift: early, attributes: {shift: late}}",
			want: "w.yaml:4: workers[0].attributes: shift is also a key of the worker",
		},
		{
			name: "an unknown key",
			file: hours + "always\n    when-closed: goodbye",
			want: `w.yaml:6: unknown key "when-closed"; the keys here are week, dates, when_closed, number`,
		},
		{
			name: "no zone",
			file: "hours: {desk: {week: {mon: always}}}",
			want: "w.yaml: zone: want the time zone",
		},
		{
			name: "a zone that is none",
			file: "zone: Europe/Berlyn",
			want: `w.yaml:1: zone: want a time zone of the IANA, such as America/New_York, not "Europe/Berlyn"`,
		},
		{
			name: "hours that are none",
			file: "numbers:\n  - +12065550199\n  - number: +12065550100\n    hours: desk",
			want: "w.yaml:4: numbers[1].hours: there are no hours in the file",
		},
		{
			name: "a language",
			file: "numbers:\n  - number: +12065550100\n    language: fr",
			want: `w.yaml:3: numbers[0].language: want one of the languages en, es, de, not "fr"`,
		},
		{
			name: "an attribute of Twilio's",
			file: "numbers:\n  - number: '*'\n    attributes: {from: x}",
			want: `w.yaml:3: numbers[0].attributes: task attribute "from" is written by Twilio itself`,
		},
		{
			name: "other numbers with a URL",
			file: "numbers:\n  - number: '*'\n    hours: desk\n    texts: true\n" + hours + "always",
			want: `w.yaml:2: numbers[0]: "*" stands for every other number: want attributes, language, hours, menu, priority, no_survey and no_callbacks alone`,
		},
		{
			name: "hours of a duty number",
			file: "numbers:\n  - number: +12065550100\n    duty: true\n    language: es",
			want: "w.yaml:3: numbers[0].duty: workers call this number: leave out attributes",
		},
		{
			name: "a key of a choice",
			file: "menus:\n  main:\n    choices:\n      - key: star\n        say: {en: x}",
			want: `w.yaml:4: menus.main.choices[0].key: want a digit, not "star"`,
		},
		{
			name: "a prompt",
			file: "prompts:\n  es:\n    clsed: Cerrado.",
			want: `w.yaml:3: prompts.es.clsed: there is no prompt "clsed"; there are closed,`,
		},
		{
			name: "a prompt without a text",
			file: "prompts:\n  en:\n    closed:",
			want: `w.yaml:3: prompts.en.closed: want a text; "" leaves the prompt out`,
		},
		{
			name: "a voice",
			file: "voices: {es: Polly.Joanna}",
			want: "w.yaml:1: voices.es: the voice Polly.Joanna speaks en-US",
		},
		{
			name: "comfort",
			file: "waiting:\n  comfort:\n    - say: {en: x}",
			want: "w.yaml:3: waiting.comfort[0].after: want minutes, 1 or more, not 0",
		},
		{
			name: "no worker for a moment",
			file: "no_worker:\n  offer: message\n  after: 5",
			want: "w.yaml:3: no_worker.after: want 60 to 86400 seconds, not 5",
		},
		{
			name: "no worker and an unknown offer",
			file: "no_worker:\n  after: 60\n  offer: voicemail",
			want: `w.yaml:3: no_worker.offer: want message, callback, number or goodbye, not "voicemail"`,
		},
		{
			name: "a wait with a priority of a number",
			file: "numbers:\n  - {number: +12065550100, priority: 5}\nwaiting:\n  wait: true",
			want: "w.yaml:4: waiting.wait: leave it out, or numbers.+12065550100.priority",
		},
		{
			name: "a wait with the stack's priority",
			file: "waiting:\n  wait: true\ndeploy: {TaskPriority: 5}",
			want: "w.yaml:2: waiting.wait: leave it out, or deploy.TaskPriority",
		},
		{
			name: "prompts too long for SSM",
			file: "prompts:\n  en:\n    closed: " + strings.Repeat("x", 2500) + "\n    waiting: " + strings.Repeat("x", 2500),
			want: "w.yaml:3: prompts.en: settings prompts-en have 5057 bytes, more than SSM's 4096",
		},
		{
			name: "a reason with braces",
			file: hours + "always\n    dates: {2026-12-25: 'closed {{x}}'}",
			want: "w.yaml:",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("w.yaml", []byte(test.file))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("err = %v\nwant  %s", err, test.want)
			}
		})
	}
}

func TestSettingsOfTheFile(t *testing.T) {
	t.Parallel()
	file, err := Parse("w.yaml", []byte("numbers:\n  - {number: +12065550100, attributes: {b: 1.50, a: x}, priority: 0}\n"+
		"  - +12065550101\n  - {number: \"*\", language: es}\nprompts: {en: {recording_notice: \"\"}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, decided := file.Settings()
	want := settings.Settings{
		Numbers: map[string]settings.Number{
			"+12065550100":        {Attributes: json.RawMessage(`{"a":"x","b":1.50}`), Priority: new(int)},
			settings.OtherNumbers: {Language: "es"},
		},
		Prompts: map[string]map[prompt.Name]string{"en": {"recording_notice": ""}},
	}
	if !decided || !reflect.DeepEqual(got, want) {
		t.Errorf("settings %+v, %t\nwant %+v", got, decided, want)
	}
	if numbers := file.OfAccount(); len(numbers) != 2 || numbers[1].Number != "+12065550101" || file.Numbers[2].Overrides != nil {
		t.Errorf("numbers of the account are %+v, of all %+v", numbers, file.Numbers)
	}
	if plain, err := Parse("w.yaml", []byte("numbers: [+12065550100]")); err != nil {
		t.Error(err)
	} else if _, decided := plain.Settings(); decided {
		t.Error("a file with a number alone decides about callers")
	}
}

func TestErrorsFollowTheFile(t *testing.T) {
	t.Parallel()
	_, err := Parse("w.yaml", []byte("queue_max_size: 0\nworkers:\n  - name: A\n    activity: B\nnumbers: [1]\n"))
	if err == nil {
		t.Fatal("no error")
	}
	var lines []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		lines = append(lines, strings.Join(strings.SplitN(line, ":", 3)[:2], ":"))
	}
	if want := []string{"w.yaml:1", "w.yaml:4", "w.yaml:5"}; !slices.Equal(lines, want) {
		t.Errorf("mistakes at %v, want %v:\n%v", lines, want, err)
	}
}

// TestDeskOfTwentyFiveIsShort reads the file of a bilingual desk, which two screens show.
func TestDeskOfTwentyFiveIsShort(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../bilingual.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := Parse("bilingual.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines > 80 || len(file.Workers) != 25 {
		t.Errorf("%d lines for %d workers", lines, len(file.Workers))
	}
	if desk, _ := file.Settings(); len(desk.Untranslated()) > 0 {
		t.Errorf("some callers hear English: %v", desk.Untranslated())
	}
}

func TestTheExampleHasEveryKey(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../workspace.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse("workspace.yaml", text); err != nil {
		t.Error(err)
	}
	var visit func(reflect.Type)
	visit = func(kind reflect.Type) {
		switch kind.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			visit(kind.Elem())
		case reflect.Struct:
			for i := range kind.NumField() {
				tag := kind.Field(i).Tag
				key, _, _ := strings.Cut(cmp.Or(tag.Get("yaml"), tag.Get("json")), ",")
				if key == "" {
					continue
				}
				if !regexp.MustCompile(`\b` + key + `\b`).MatchString(string(text)) {
					t.Errorf("the example lacks %s", key)
				}
				visit(kind.Field(i).Type)
			}
		}
	}
	visit(reflect.TypeFor[File]())
}

// TestREADMEsExampleIsRight parses the example of what callers hear.
func TestREADMEsExampleIsRight(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "## What callers hear\n")
	_, rest, _ = strings.Cut(rest, "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	file, err := Parse("README.md", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if all, decided := file.Settings(); !decided || len(all.Numbers) != 3 || len(all.Menus) != 2 {
		t.Errorf("the example decides %+v", all)
	}
}

// TestParametersAreTheTemplates compares the lists of parameters with template.yaml.
func TestParametersAreTheTemplates(t *testing.T) {
	t.Parallel()
	template, err := os.ReadFile("../../../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(template), "\nParameters:\n")
	section, _, _ := strings.Cut(rest, "\nRules:\n")
	var want []string
	for _, match := range regexp.MustCompile(`(?m)^  (\w+):$`).FindAllStringSubmatch(section, -1) {
		want = append(want, match[1])
	}
	got := slices.Concat(deployment.WorkspaceParameters, deployment.OtherParameters)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("parameters are %v\nthe template has %v", got, want)
	}
}

// TestAlarmsAreTheTemplates compares the list of alarms with template.yaml.
func TestAlarmsAreTheTemplates(t *testing.T) {
	t.Parallel()
	template, err := os.ReadFile("../../../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, match := range regexp.MustCompile(`(?m)^  (\w+):\n    Type: AWS::CloudWatch::Alarm$`).FindAllStringSubmatch(string(template), -1) {
		want = append(want, match[1])
	}
	if got := deployment.Alarms; !slices.Equal(got, want) {
		t.Errorf("alarms are %v\nthe template has %v", got, want)
	}
}

func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("../../workspace.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example))
	for _, seed := range []string{"", "numbers: [+12065550100]", "workers: [{name: a, attributes: {b: [1, null]}}]", "workflow: {default: {queue: x}}", "activities: 3", "a: &x [*x]", "workers: !list x", "? a\n: b", "1: x", "numbers: [&x {number: *x}]", "workers: [{name: \"? a\", attributes: {\"<<\": \"a\\r\\nb\"}}]", "workflow: &x {<<: *x}", "{a, b}", "workspace: |\n  a\n  b", "workers: [{name: a, attributes: {~: 1.5, 010: .inf, \"\\0\": \"\\n\"}}]", "%YAML 1.2\n---\na: b", "workers: [{name: \"\\n\\ta\\L \\N\", attributes: {\" \\n\": [\"0\\n\", 1e400, \"1e400\"]}}]", "deploy: {? a : b}", "zone: UTC\nhours: {a: {week: {mon: always}}}\nprompts: {en: {closed: 1e400}}\nvoices: {en: man}", "numbers: [{number: '*', attributes: {a: '1e400', b: [1.0]}}]\nmenus: {m: {choices: [{key: 1, say: {en: 'yes'}, words: {en: [no, 1]}}]}}\nwaiting: {}", "workspace: a\u2028 b\t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("w.yaml", []byte(text))
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if line == "" {
					t.Errorf("an empty line in %q", err)
				}
			}
			if !strings.HasPrefix(err.Error(), "w.yaml") {
				t.Errorf("err = %v, which does not name the file", err)
			}
			return
		}
		written, err := file.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("w.yaml", written)
		if err != nil {
			t.Fatalf("what was written is not taken: %v\n%s", err, written)
		}
		if rewritten, err := again.Marshal(); err != nil || string(rewritten) != string(written) {
			t.Errorf("written\n%s\nread and written again, %v\n%s", written, err, rewritten)
		}
	})
}
