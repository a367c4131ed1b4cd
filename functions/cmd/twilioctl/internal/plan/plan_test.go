package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
)

const base = "https://abc123.execute-api.eu-west-1.amazonaws.com"

// sid returns a SID that ends in a digit.
func sid(prefix string, n int) string { return fmt.Sprintf("%s%032x", prefix, n) }

// standing is the account that an empty file with a number describes, below base.
func standing() account.Snapshot {
	return account.Snapshot{
		AccountSID: sid("AC", 1),
		Workspace: &account.Workspace{
			SID: sid("WS", 1), Name: "Switchboard", MultiTask: true, DefaultActivitySID: sid("WA", 2), TimeoutActivitySID: sid("WA", 4),
			EventCallbackURL: base + "/events#rc=2&rp=all",
			EventsFilter: "task.created, task.canceled,task.wrapup,task.completed,task.deleted,task.system-deleted,reservation.completed,reservation.created," +
				"reservation.accepted,reservation.rejected,reservation.timeout,reservation.canceled,reservation.rescinded,reservation.failed,reservation.wrapup," +
				"worker.activity.update",
		},
		Activities: []account.Activity{
			{SID: sid("WA", 1), Name: "Available", Available: true}, {SID: sid("WA", 2), Name: "Offline"},
			{SID: sid("WA", 4), Name: "Unavailable"},
		},
		TaskQueues: []account.TaskQueue{{SID: sid("WQ", 1), Name: "Everyone", TargetWorkers: "1==1", TaskOrder: "FIFO", MaxReservedWorkers: 1}},
		Workflows: []account.Workflow{{
			SID: sid("WW", 1), Name: "Calls", ReservationTimeout: 120 * time.Second,
			Configuration:         `{"task_routing": {"filters": [], "default_filter": {"queue": "` + sid("WQ", 1) + `"}}}`,
			AssignmentCallbackURL: base + "/assignment", FallbackAssignmentCallbackURL: base + "/assignment/fallback",
		}},
		Numbers: []account.Number{{
			SID: sid("PN", 1), Number: "+12065550100", VoiceURL: base + "/enqueue#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000", VoiceMethod: "POST",
			FallbackURL: "https://handler.twilio.com/twiml/EH1", FallbackMethod: "POST",
		}},
	}
}

// wish returns the wish of a file, with a stack at base.
func wish(t *testing.T, file string) Wish {
	t.Helper()
	parsed, err := workspacefile.Parse("w.yaml", []byte("numbers:\n  - +12065550100\n"+file))
	if err != nil {
		t.Fatal(err)
	}
	stack, err := deployment.At(base)
	if err != nil {
		t.Fatal(err)
	}
	urls, err := stack.URLs()
	if err != nil {
		t.Fatal(err)
	}
	stack.Parameters = map[string]string{
		"TwilioAccountSid": sid("AC", 1), "WorkspaceSid": sid("WS", 1), "WorkflowSid": sid("WW", 1), "AvailableActivitySid": sid("WA", 1),
		"RejectActivitySid": sid("WA", 4), "OfflineActivitySid": sid("WA", 2), "ReservationTimeoutSeconds": "120",
	}
	return Wish{File: parsed, Stack: stack, URLs: urls}
}

// told returns a plan's changes as lines: update workflow Calls: TaskReservationTimeout 60 → 120.
func told(p Plan) []string {
	var lines []string
	for _, c := range p.Changes {
		var fields []string
		for _, f := range c.Fields {
			if f.Differences == nil {
				fields = append(fields, fmt.Sprintf("%s %s → %s", f.Name, f.From, f.To))
			}
			for _, d := range f.Differences {
				fields = append(fields, fmt.Sprintf("%s.%s %s → %s", f.Name, d.Path, d.From, d.To))
			}
		}
		lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s %s %s: %s", c.Action, c.Kind, c.Name, strings.Join(fields, ", ")), ": "))
	}
	return lines
}

func TestMatchingResourcesStayUnchanged(t *testing.T) {
	t.Parallel()
	p := wish(t, "").Make(standing())
	if len(p.Changes)+len(p.Extras)+len(p.Blocked)+len(p.Warnings)+len(p.Notes) > 0 || p.Deploy.Stale || !p.Deploy.Complete {
		t.Errorf("plan = %+v", p)
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		file   string
		prune  Prune
		change func(*account.Snapshot)
		want   []string
	}{
		{
			name:  "reservation timeout",
			file:  "workflow: {reservation_timeout: 90}",
			prune: Prune{},
			want:  []string{"update workflow Calls: TaskReservationTimeout 120 → 90"},
		},
		{
			name:   "fallback that is the same URL",
			prune:  Prune{},
			change: func(s *account.Snapshot) { s.Workflows[0].FallbackAssignmentCallbackURL = base + "/assignment" },
			want:   []string{"update workflow Calls: FallbackAssignmentCallbackUrl " + base + "/assignment → " + base + "/assignment/fallback"},
		},
		{
			name:  "connection overrides",
			file:  "event_callback: {connection_overrides: rc=3}",
			prune: Prune{},
			want:  []string{"update workspace Switchboard: EventCallbackUrl " + base + "/events#rc=2&rp=all → " + base + "/events#rc=3"},
		},
		{
			name:  "no connection overrides",
			file:  `event_callback: {connection_overrides: ""}`,
			prune: Prune{},
			want:  []string{"update workspace Switchboard: EventCallbackUrl " + base + "/events#rc=2&rp=all → " + base + "/events"},
		},
		{
			name:  "a URL of one's own",
			file:  "event_callback: {url: 'https://example.com/e'}",
			prune: Prune{},
			want:  []string{"update workspace Switchboard: EventCallbackUrl " + base + "/events#rc=2&rp=all → https://example.com/e#rc=2&rp=all"},
		},
		{
			name:   "all events",
			file:   "event_callback: {filter: [all]}",
			prune:  Prune{},
			change: func(s *account.Snapshot) { s.Workspace.EventsFilter = "task.created" },
			want:   []string{"update workspace Switchboard: EventsFilter task.created → none"},
		},
		{
			name:  "activities of the workspace",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Workspace.DefaultActivitySID, s.Workspace.TimeoutActivitySID = sid("WA", 1), ""
			},
			want: []string{"update workspace Switchboard: DefaultActivitySid Available → Offline, TimeoutActivitySid none → Unavailable"},
		},
		{
			name:   "timeouts lead to another activity",
			prune:  Prune{},
			change: func(s *account.Snapshot) { s.Workspace.TimeoutActivitySID = sid("WA", 2) },
			want:   []string{"update workspace Switchboard: TimeoutActivitySid Offline → Unavailable"},
		},
		{
			name:  "no event of a worker's activity",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Workspace.EventsFilter = strings.TrimSuffix(s.Workspace.EventsFilter, ",worker.activity.update")
			},
			want: []string{"update workspace Switchboard: EventsFilter " + strings.TrimSuffix(standing().Workspace.EventsFilter, ",worker.activity.update") +
				" → " + strings.Join(deployment.Events, ",")},
		},
		{
			name:  "an available activity after a call",
			file:  "activities: {available: [Available, Ready], after_call: Ready}",
			prune: Prune{},
			want:  []string{"create activity Ready: FriendlyName none → Ready, Available none → true"},
		},
		{
			name:  "a new activity",
			file:  "activities: {available: [Available, Chat]}",
			prune: Prune{},
			want:  []string{"create activity Chat: FriendlyName none → Chat, Available none → true"},
		},
		{
			name:  "a task queue",
			file:  "task_queues: [{name: Everyone, workers: a == 1, order: LIFO, max_reserved_workers: 2}]",
			prune: Prune{},
			want:  []string{"update task queue Everyone: TargetWorkers 1==1 → a == 1, TaskOrder FIFO → LIFO, MaxReservedWorkers 1 → 2"},
		},
		{
			name:  "a number that goes elsewhere",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Numbers[0].VoiceURL, s.Numbers[0].VoiceMethod, s.Numbers[0].ApplicationSID, s.Numbers[0].TrunkSID = "https://old.example/", "GET", "AP1", "TK1"
			},
			want: []string{"update number +12065550100: VoiceUrl https://old.example/ → " + base + "/enqueue#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000, VoiceMethod GET → POST, VoiceApplicationSid AP1 → none, TrunkSid TK1 → none"},
		},
		{
			name:  "a number for workers",
			file:  "  - {number: +12065550101, duty: true, texts: true}",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Numbers = append(s.Numbers, account.Number{
					SID: sid("PN", 2), Number: "+12065550101", VoiceMethod: "POST", TextURL: "https://demo.twilio.com/", TextMethod: "GET",
					TextApplicationSID: "AP1", Texts: true,
				})
			},
			want: []string{"update number +12065550101: VoiceUrl none → " + base + "/duty#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000, SmsUrl https://demo.twilio.com/ → " + base +
				"/messages, SmsMethod GET → POST, SmsApplicationSid AP1 → none"},
		},
		{
			name:  "a number for workers that is right",
			file:  "  - {number: +12065550101, duty: true, texts: true}",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Numbers = append(s.Numbers, account.Number{
					SID: sid("PN", 2), Number: "+12065550101", VoiceMethod: "POST", VoiceURL: base + "/duty#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000",
					TextURL: base + "/messages#rc=1", TextMethod: "POST", Texts: true,
				})
			},
		},
		{
			name:  "a filter",
			file:  "workflow: {filters: [{name: B, expression: 'a == 1', targets: [{queue: Everyone, timeout: 5}]}]}",
			prune: Prune{},
			want:  []string{`update workflow Calls: Configuration.task_routing.filters[0] none → {"expression":"a == 1","filter_friendly_name":"B","targets":[{"queue":"Everyone","timeout":5}]}`},
		},
		{
			name:  "a filter's timeout",
			file:  "workflow: {filters: [{expression: 'a == 1', targets: [{queue: Everyone, timeout: 5}]}]}",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Workflows[0].Configuration = `{"task_routing":{"filters":[{"expression":"a == 1","targets":[{"queue":"` + sid("WQ", 1) + `","timeout":"6"}]}],"default_filter":{"queue":"` + sid("WQ", 1) + `"}}}`
			},
			want: []string{"update workflow Calls: Configuration.task_routing.filters[0].targets[0].timeout 6 → 5"},
		},
		{
			name:  "no default",
			file:  "workflow: {no_default: true}",
			prune: Prune{},
			want:  []string{`update workflow Calls: Configuration.task_routing.default_filter {"queue":"Everyone"} → none`},
		},
		{
			name:  "a new worker",
			file:  "workers: [{name: Al, contact_uri: 'client:al', skills: [a]}]",
			prune: Prune{},
			want:  []string{`create worker Al: FriendlyName none → Al, Attributes none → {"contact_uri":"client:al","skills":["a"]}, ActivitySid none → Offline`},
		},
		{
			name:  "a worker's attributes",
			file:  "workers: [{name: Al, contact_uri: 'client:al', skills: [a, b], attributes: {level: 2}}]",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Workers = []account.Worker{{SID: sid("WK", 1), Name: "Al", Attributes: `{"level": 2.0, "skills": ["a"], "other": {"x": 1}, "contact_uri": "client:al"}`}}
			},
			want: []string{`update worker Al: Attributes.skills ["a"] → ["a","b"]`},
		},
		{
			name:  "a worker who has lost shift and right",
			file:  "zone: UTC\nshifts: {early: {}}\nworkers: [{name: Al, contact_uri: 'client:al'}, {name: Bo, contact_uri: 'client:bo', shift: early, lead: true}]",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Workers = []account.Worker{
					{SID: sid("WK", 1), Name: "Al", Attributes: `{"contact_uri": "client:al", "shift": "early", "lead": true}`},
					{SID: sid("WK", 2), Name: "Bo", Attributes: `{"contact_uri": "client:bo"}`},
				}
			},
			want: []string{
				`update worker Al: Attributes.lead true → none, Attributes.shift "early" → none`,
				`update worker Bo: Attributes.lead none → true, Attributes.shift none → "early"`,
			},
		},
		{
			name:  "a worker's other attributes",
			file:  "workers: [{name: Al, contact_uri: 'client:al'}]",
			prune: Prune{Attributes: true},
			change: func(s *account.Snapshot) {
				s.Workers = []account.Worker{{SID: sid("WK", 1), Name: "Al", Attributes: `{"contact_uri": "client:al", "other": 1}`}}
			},
			want: []string{`update worker Al: Attributes.other 1 → none`},
		},
		{
			name:  "a worker whose attributes are in another order",
			file:  "workers: [{name: Al, contact_uri: 'client:al', attributes: {a: 1, b: [1, x]}}]",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Workers = []account.Worker{{SID: sid("WK", 1), Name: "Al", ActivitySID: sid("WA", 1), Attributes: ` { "b": [1e0, "x"], "a": 1, "contact_uri": "client:al" } `}}
			},
		},
		{
			name:  "what is pruned goes last",
			file:  "activities: {available: [Here], unavailable: [Offline, Unavailable]}\ntask_queues: [{name: All}]",
			prune: Prune{Workers: true, TaskQueues: true, Activities: true},
			change: func(s *account.Snapshot) {
				s.Workers = []account.Worker{{SID: sid("WK", 1), Name: "Al", Attributes: "{}"}}
			},
			want: []string{
				"create activity Here: FriendlyName none → Here, Available none → true",
				"create task queue All: FriendlyName none → All, TargetWorkers none → 1==1, TaskOrder none → FIFO, MaxReservedWorkers none → 1",
				`update workflow Calls: Configuration.task_routing.default_filter.queue "Everyone" → "All"`,
				"delete worker Al", "delete task queue Everyone", "delete activity Available",
			},
		},
		{
			name:  "a queue's limit",
			file:  "queue_max_size: 200",
			prune: Prune{},
			change: func(s *account.Snapshot) {
				s.Queues = []account.Queue{{SID: sid("QU", 2), Name: "music", MaxSize: 5}, {SID: sid("QU", 1), Name: sid("WW", 1), MaxSize: 100}}
			},
			want: []string{"update voice queue " + sid("WW", 1) + ": MaxSize 100 → 200"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			actual := standing()
			if test.change != nil {
				test.change(&actual)
			}
			w := wish(t, test.file)
			w.Prune = test.prune
			got := told(w.Make(actual))
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("changes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	extras := func(p Plan) []string {
		var all []string
		for _, e := range p.Extras {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.Kind, e.Name, e.What, e.Prune)))
		}
		return all
	}
	blocked := func(p Plan) []string { return p.Blocked }
	warnings := func(p Plan) []string { return p.Warnings }
	notes := func(p Plan) []string { return p.Notes }
	tests := []struct {
		name   string
		file   string
		change func(*Wish, *account.Snapshot)
		list   func(Plan) []string
		want   []string // what each line begins with
	}{
		{
			name: "extras",
			file: "workers: [{name: Al, contact_uri: 'client:al'}]",
			change: func(_ *Wish, s *account.Snapshot) {
				s.Activities = append(s.Activities, account.Activity{SID: sid("WA", 9), Name: "Break"})
				s.TaskQueues = append(s.TaskQueues, account.TaskQueue{SID: sid("WQ", 9), Name: "Chat"})
				s.Workflows = append(s.Workflows, account.Workflow{SID: sid("WW", 9), Name: "Chats"})
				s.Workers = []account.Worker{{SID: sid("WK", 1), Name: "Al", Attributes: `{"contact_uri":"client:al","x":1}`}, {SID: sid("WK", 2), Name: "Bo", Attributes: "{}"}}
			},
			list: extras,
			want: []string{"activity Break  activities", "task queue Chat  task-queues", "workflow Chats", "worker Al attribute x attributes", "worker Bo  workers"},
		},
		{
			name:   "an activity that is available",
			change: func(_ *Wish, s *account.Snapshot) { s.Activities[2].Available = true },
			list:   blocked,
			want:   []string{`activity "Unavailable" (` + sid("WA", 4) + ") is available and should be unavailable, which Twilio cannot change"},
		},
		{
			name:   "an activity that is not",
			change: func(_ *Wish, s *account.Snapshot) { s.Activities[0].Available = false },
			list:   blocked,
			want:   []string{`activity "Available" (` + sid("WA", 1) + ") is unavailable and should be available"},
		},
		{"two task queues of a name", "", func(_ *Wish, s *account.Snapshot) {
			s.TaskQueues = append(s.TaskQueues, account.TaskQueue{SID: sid("WQ", 9), Name: "Everyone"})
		}, blocked, []string{`two task queues are named "Everyone", ` + sid("WQ", 1) + " and " + sid("WQ", 9)}},
		{"another case", "workers: [{name: al, contact_uri: 'client:al'}]", func(_ *Wish, s *account.Snapshot) {
			s.Workers = []account.Worker{{SID: sid("WK", 1), Name: "Al", Attributes: "{}"}}
		}, blocked, []string{`worker "al" is "Al" in the account`}},
		{
			name:   "a number that is another's",
			change: func(_ *Wish, s *account.Snapshot) { s.Numbers[0].Number = "+12065550199" },
			list:   blocked,
			want:   []string{"the account has no number +12065550100; it has +12065550199"},
		},
		{
			name:   "no number at all",
			change: func(_ *Wish, s *account.Snapshot) { s.Numbers = nil },
			list:   blocked,
			want:   []string{"the account has no number +12065550100; it has none: buy one"},
		},
		{
			name: "a short reservation",
			file: "workflow: {reservation_timeout: 59}",
			list: warnings,
			want: []string{"a reservation timeout of 59s is too short for assignment callbacks 10 s + ring 15 s + gate 25 s + margin 10 s, which is 1m0s"},
		},
		{"just enough", "workflow: {reservation_timeout: 60}", nil, warnings, nil},
		{
			name:   "the stack's CRM",
			file:   "workflow: {reservation_timeout: 60}",
			change: func(w *Wish, _ *account.Snapshot) { w.Stack.Parameters["CrmUrl"] = "https://crm.example" },
			list:   warnings,
			want:   []string{"a reservation timeout of 1m0s is too short for assignment callbacks 10 s + CRM step 10 s + ring"},
		},
		{"the file's ring", "workflow: {reservation_timeout: 60}\ndeploy: {WorkerRingSeconds: 30}", nil, warnings,
			[]string{"a reservation timeout of 1m0s is too short for assignment callbacks 10 s + ring 30 s"}},
		{
			name:   "a fallback that is missing",
			change: func(_ *Wish, s *account.Snapshot) { s.Numbers[0].FallbackURL = "" },
			list:   warnings,
			want:   []string{"number +12065550100 has no fallback_url"},
		},
		{
			name:   "a fallback that is the same",
			change: func(_ *Wish, s *account.Snapshot) { s.Numbers[0].FallbackURL = base + "/enqueue" },
			list:   warnings,
			want:   []string{"voice URL as its fallback"},
		},
		{
			name: "workers without a valid contact",
			file: "workers: [{name: Al}, {name: Bo, attributes: {contact_uri: 555}}, {name: Cy, attributes: {contact_uri: '555'}}]",
			list: warnings,
			want: []string{`worker "Al" has no contact_uri`, `worker "Bo" has no contact_uri`, `worker "Cy": contact_uri is neither`},
		},
		{
			name: "an extension, dequeued",
			file: "workers: [{name: Al, contact_uri: +18005551212x123}, {name: Bo, contact_uri: +18005551212}]\ndeploy: {BridgeMode: dequeue}",
			list: warnings,
			want: []string{`worker "Al": BridgeMode dequeue`},
		},
		{
			name:   "an extension, the stack dequeues",
			file:   "workers: [{name: Al, contact_uri: +18005551212x123}]",
			change: func(w *Wish, _ *account.Snapshot) { w.Stack.Parameters["BridgeMode"] = "dequeue" },
			list:   warnings,
			want:   []string{`worker "Al": BridgeMode dequeue`},
		},
		{
			name: "an extension, bridged by us",
			file: "workers: [{name: Al, contact_uri: +18005551212x123}]",
			list: warnings,
		},
		{
			name: "attributes that are none",
			file: "workers: [{name: Al, contact_uri: 'client:al'}]",
			change: func(_ *Wish, s *account.Snapshot) {
				s.Workers = []account.Worker{{SID: sid("WK", 1), Name: "Al", Attributes: "[]"}}
			},
			list: warnings,
			want: []string{`worker "Al" (` + sid("WK", 1) + "): its attributes"},
		},
		{
			name:   "a configuration that is none",
			change: func(_ *Wish, s *account.Snapshot) { s.Workflows[0].Configuration = "x" },
			list:   warnings,
			want:   []string{`workflow "Calls" (` + sid("WW", 1) + "): read workflow configuration"},
		},
		{
			name:   "a single-tasking workspace",
			change: func(_ *Wish, s *account.Snapshot) { s.Workspace.MultiTask = false },
			list:   warnings,
			want:   []string{`workspace "Switchboard" is single-tasking`, "activities.after_call"},
		},
		{
			name:   "a single-tasking workspace that wraps up",
			file:   "activities: {after_call: Unavailable}",
			change: func(_ *Wish, s *account.Snapshot) { s.Workspace.MultiTask = false },
			list:   warnings,
			want:   []string{`workspace "Switchboard" is single-tasking`},
		},
		{"a timeout that loses workers", "activities: {reservation_timeout: Offline}", nil, warnings,
			[]string{`activity "Offline"`}},
		{"another workspace", "", func(_ *Wish, s *account.Snapshot) {
			*s = account.Snapshot{AccountSID: s.AccountSID, Others: []string{"Support", "Flex"}, Numbers: s.Numbers}
		}, warnings, []string{`"Support", "Flex"`}},
		{"no default", "workflow: {no_default: true}", nil, warnings, []string{"the workflow has no default"}},
		{"no stack", "", func(w *Wish, _ *account.Snapshot) {
			w.Stack, w.NoStack, w.URLs = nil, "there is none", deployment.URLs{}
		}, notes,
			[]string{"URLs stay unchanged: there is none"}},
		{
			name: "a stack without addresses for workers",
			file: "  - {number: +12065550101, duty: true, texts: true}",
			change: func(w *Wish, s *account.Snapshot) {
				w.URLs.DutyURL, w.URLs.MessageURL = "", ""
				s.Numbers = append(s.Numbers, account.Number{SID: sid("PN", 2), Number: "+12065550101"})
			},
			list: warnings,
			want: []string{"no output DutyUrl", "no output MessageUrl"},
		},
		{
			name: "a number without texts",
			file: "  - {number: +12065550101, duty: true, texts: true}",
			change: func(_ *Wish, s *account.Snapshot) {
				s.Numbers = append(s.Numbers, account.Number{SID: sid("PN", 2), Number: "+12065550101"})
			},
			list: warnings,
			want: []string{"number +12065550101 cannot receive texts"},
		},
		{"no voice queue yet", "queue_max_size: 200", nil, notes, []string{"MaxSize to 200"}},
		{
			name:   "the stack's limit",
			change: func(w *Wish, _ *account.Snapshot) { w.Stack.Parameters["QueueMaxSize"] = "300" },
			list:   notes,
			want:   []string{"MaxSize to 300"},
		},
		{"Twilio's own limit", "queue_max_size: 100", nil, notes, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			actual, w := standing(), wish(t, test.file)
			if test.change != nil {
				test.change(&w, &actual)
			}
			got := test.list(w.Make(actual))
			if len(got) != len(test.want) {
				t.Fatalf("told %q, want %q", got, test.want)
			}
			for i, want := range test.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("told %q, want %q", got[i], want)
				}
			}
		})
	}
}

func TestURLsStayWithoutStack(t *testing.T) {
	t.Parallel()
	w := wish(t, "")
	w.Stack, w.URLs = nil, deployment.URLs{}
	actual := standing()
	actual.Workflows[0].AssignmentCallbackURL = "https://old.example/"
	actual.Numbers[0].VoiceURL, actual.Numbers[0].VoiceMethod, actual.Numbers[0].TrunkSID = "https://old.example/", "GET", "TK1"
	actual.Workspace.EventCallbackURL = ""
	if got := told(w.Make(actual)); len(got) > 0 {
		t.Errorf("changes %q", got)
	}
}

// TestFallbackNeedsVoiceURL avoids Twilio's error 21405.
func TestFallbackNeedsVoiceURL(t *testing.T) {
	t.Parallel()
	file, err := workspacefile.Parse("w.yaml", []byte("numbers: [{number: +12065550100, fallback_url: 'https://example.com/'}]"))
	if err != nil {
		t.Fatal(err)
	}
	actual := standing()
	actual.Numbers[0].VoiceURL, actual.Numbers[0].FallbackURL = "", ""
	w := wish(t, "")
	w.File = file
	if got := told(w.Make(actual)); len(got) != 1 || !strings.Contains(got[0], "VoiceFallbackUrl none → https://example.com/") {
		t.Errorf("with a stack: %q", got)
	}
	w.Stack, w.URLs = nil, deployment.URLs{}
	if got := told(w.Make(actual)); len(got) > 0 {
		t.Errorf("without one: %q", got)
	}
}

// TestDeployResetsValue: the stack has optional activities that the file does not name, and sam
// deploy would keep them.
func TestDeployResetsValue(t *testing.T) {
	t.Parallel()
	w := wish(t, "")
	w.Stack.Parameters["PostWorkActivitySid"], w.Stack.Parameters["FaultActivitySid"] = sid("WA", 3), sid("WA", 4)
	d := w.Make(standing()).Deploy
	if !d.Complete || strings.Join(d.Differs, " ") != "PostWorkActivitySid FaultActivitySid" || !strings.Contains(d.Command(), ` 'PostWorkActivitySid=""' `) {
		t.Errorf("deploy = %+v, %s", d, d.Command())
	}
	w.Stack.Parameters = nil
	if d = w.Make(standing()).Deploy; !d.Complete || !strings.Contains(d.Command(), ` 'FaultActivitySid=""' `) {
		t.Errorf("deploy = %+v, %s", d, d.Command())
	}
}

func TestDeploy(t *testing.T) {
	t.Parallel()
	w := wish(t, "queue_max_size: 200\ndeploy:\n  WorkerAnnouncement: '{\"*\": {\"skill\": \"it''s\"}}'\n  CrmUrl: \"\"\n  WorkerCallerId: +12065550100\n")
	d := w.Make(standing()).Deploy
	want := `sam deploy --parameter-overrides TwilioAccountSid=` + sid("AC", 1) + ` WorkspaceSid=` + sid("WS", 1) + ` WorkflowSid=` + sid("WW", 1) +
		` AvailableActivitySid=` + sid("WA", 1) + ` RejectActivitySid=` + sid("WA", 4) + ` OfflineActivitySid=` + sid("WA", 2) +
		` ReservationTimeoutSeconds=120 QueueMaxSize=200` +
		` 'CrmUrl=""' 'WorkerAnnouncement="{\"*\": {\"skill\": \"it'\''s\"}}"' WorkerCallerId=+12065550100`
	if got := d.Command(); got != want {
		t.Errorf("command\n%s\nwant\n%s", got, want)
	}
	if !d.Complete || !d.Stale || strings.Join(d.Differs, " ") != "QueueMaxSize WorkerAnnouncement WorkerCallerId" {
		t.Errorf("deploy = %+v", d)
	}
	d = wish(t, "activities: {fault: Offline}").Make(standing()).Deploy
	if !d.Complete || strings.Join(d.Differs, " ") != "FaultActivitySid" || !strings.Contains(d.Command(), " FaultActivitySid="+sid("WA", 2)) {
		t.Errorf("deploy = %+v", d)
	}
	d = wish(t, "activities: {after_call: Unavailable, available: [Available, Ready], signed_on: Ready}").Make(standing()).Deploy
	if d.Complete || !strings.Contains(d.Command(), ` 'AvailableActivitySid=(known-after-apply)' PostWorkActivitySid=`+sid("WA", 4)) {
		t.Errorf("deploy = %+v, %s", d, d.Command())
	}
	d = wish(t, "").Make(account.Snapshot{AccountSID: sid("AC", 1)}).Deploy
	if d.Complete || !strings.Contains(d.Command(), "'WorkspaceSid=(known-after-apply)'") {
		t.Errorf("deploy = %+v, %s", d, d.Command())
	}
}
