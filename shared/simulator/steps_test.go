package simulator_test

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// addWorkers adds available workers by name and attributes.
func (a *account) addWorkers(workers ...string) {
	a.app.t.Helper()
	for _, w := range workers {
		name, attributes, _ := strings.Cut(w, " ")
		a.must(a.AddWorker(simulator.Worker{Name: name, Attributes: attributes, Activity: availableSID}))
	}
}

func TestSteps(t *testing.T) {
	target := func(queue, more string) string { return `{"queue":"` + queue + `"` + more + `}` }
	tests := []struct {
		name, routing string
		workers       []string
		reservation   time.Duration // of each; an hour by default
		want          string        // the events after workflow.entered, with the task's age
	}{
		{
			name: "deadlines are added up",
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":15`) + `,` + target(queueSID, `,"timeout":15`) + `]},
				{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":20`) + `]}]}`,
			want: "task-queue.timeout 15s, workflow.target-matched 15s, task-queue.timeout 30s, workflow.target-matched 30s, " +
				"task-queue.timeout 50s, workflow.timeout 50s, task.canceled 50s",
		},
		{
			name:        "a step ends when its reservation does",
			workers:     []string{"Ann {}", "Bob {}"},
			routing:     `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":10`) + `,{"timeout":60}]}]}`,
			reservation: 31 * time.Second,
			want: "reservation.created 0s, reservation.timeout 31s, worker.activity.update 31s, task-queue.timeout 31s, workflow.target-matched 31s, " +
				"reservation.created 31s, reservation.canceled 1m0s, task.canceled 1m0s",
		},
		{
			name:        "a step that begins after its deadline gets one try",
			workers:     []string{"Ann {}", "Bob {}"},
			routing:     `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":5`) + `,{"timeout":5,` + unmatched + `},{"timeout":5}]}]}`,
			reservation: 31 * time.Second,
			want: "reservation.created 0s, reservation.timeout 31s, worker.activity.update 31s, task-queue.timeout 31s, workflow.target-matched 31s, " +
				"task-queue.timeout 31s, workflow.target-matched 31s, reservation.created 31s, reservation.canceled 1m0s, task.canceled 1m0s",
		},
		{
			name:        "skip_if is for new tasks, not after a reservation",
			workers:     []string{"Ann {}"},
			routing:     `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"skip_if":"1==1"`) + `]}]}`,
			reservation: 5 * time.Second,
			want:        "reservation.created 0s, reservation.timeout 5s, worker.activity.update 5s, task.canceled 1m0s",
		},
		{
			name:    "no worker is available",
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":20,"skip_if":"workers.available == 0"`) + `,` + target(secondQueueSID, "") + `]}]}`,
			want:    "task-queue.moved 0s, task-queue.entered 0s, workflow.target-matched 0s, task.canceled 1m0s",
		},
		{
			name:    "available worker has no capacity",
			workers: []string{`Ann {"busy":1}`},
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":20,"expression":"worker.busy == 0","skip_if":"workers.available == 0"`) + `,` + target(secondQueueSID, `,"expression":"worker.busy == 0"`) + `]}]}`,
			want:    "task-queue.timeout 20s, task-queue.moved 20s, task-queue.entered 20s, workflow.target-matched 20s, task.canceled 1m0s",
		},
		{
			name:    "worker cannot take it now",
			workers: []string{`Ann {}`},
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":20,"skip_if":"1==1"`) + `,` + target(secondQueueSID, "") + `]}]}`,
			want:    "reservation.created 0s, reservation.canceled 1m0s, task.canceled 1m0s",
		},
		{
			name:    "by activity",
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"skip_if":"workers.`+wrapUpSID+` == 0 AND workers.unavailable < 1"`) + `,` + target(queueSID, "") + `]}]}`,
			want:    "workflow.target-matched 0s, task.canceled 1m0s",
		},
		{
			name:    "a skipped step adds its timeout to the next",
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":10,"skip_if":"1==1"`) + `,` + target(queueSID, `,"timeout":20`) + `]}]}`,
			want:    "workflow.target-matched 0s, task-queue.timeout 30s, workflow.timeout 30s, task.canceled 30s",
		},
		{
			name: "the last target, and the default filter counts",
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"skip_if":"1==1"`) + `]},{"expression":"kind == 'none'","targets":[` + target(queueSID, "") + `]}],
				"default_filter":` + target(secondQueueSID, "") + `}`,
			want: "task-queue.moved 0s, task-queue.entered 0s, workflow.target-matched 0s, task.canceled 1m0s",
		},
		{
			name:    "the last target, and another filter matches",
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"skip_if":"1==1"`) + `]},{"expression":"1==1","targets":[` + target(queueSID, `,"timeout":5`) + `]}],"default_filter":` + target(queueSID, "") + `}`,
			want:    "workflow.target-matched 0s, task-queue.timeout 5s, workflow.timeout 5s, task.canceled 5s",
		},
		{
			name:    "no way on",
			routing: `{"filters":[{"expression":"1==1","targets":[` + target(queueSID, `,"skip_if":"1==1"`) + `]}]}`,
			want:    "workflow.skipped 0s, task.canceled 0s",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.addSecondQueue()
			a.addWorkers(test.workers...)
			a.route(test.routing, cmp.Or(test.reservation, time.Hour))
			a.waits(time.Minute)
			a.run(t)
			var events []string
			for _, e := range a.Events()[4:] {
				events = append(events, e.Type+" "+e.At.Sub(a.Tasks()[0].Created).Round(time.Second).String())
			}
			equal(t, "events", strings.Join(events, ", "), test.want)
		})
	}
}

func TestOrderBy(t *testing.T) {
	workers := []string{`Ann {"level":3,"cost":7,"name":"x"}`, `Bob {"level":9,"cost":7,"name":"y"}`, `Cy {"cost":5}`, `Di {"level":9,"cost":1.5}`}
	tests := []struct{ orderBy, want string }{
		{"", "Ann Bob Cy Di"},
		{"worker.level DESC", "Bob Di Ann Cy"},
		{"worker.level ASC", "Ann Bob Di Cy"},
		{"worker.name desc", "Ann Bob Cy Di"},
		{"worker.cost ASC, worker.level DESC", "Bob Di Ann Cy"},
		{"worker.nothing ASC,worker.level DESC", "Bob Di Ann Cy"},
	}
	for _, test := range tests {
		t.Run(test.orderBy, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.addWorkers(workers...)
			a.must(a.AddTaskQueue(simulator.TaskQueue{SID: secondQueueSID, TargetWorkers: "1==1", MaxReservedWorkers: 4}))
			a.route(`{"default_filter":{"queue":"`+secondQueueSID+`","order_by":"`+test.orderBy+`"}}`, time.Hour)
			a.waits(5 * time.Second)
			a.run(t)
			var names []string
			for _, r := range a.Reservations() {
				names = append(names, r.WorkerName)
			}
			equal(t, "order", strings.Join(names, " "), test.want)
		})
	}
}

func TestKnownWorker(t *testing.T) {
	tests := []struct {
		name, attributes, known string
		want                    string // whose reservation
		wantNamed               string // whose SID the events have
		wantCodes               []int
	}{
		{name: "by SID", attributes: `{"agent":"{Bob}"}`, known: `"known_worker_sid":"task.agent"`, want: "Bob", wantNamed: "Bob"},
		{name: "by name in any case", attributes: `{"last":{"agent":"bOB"}}`, known: `"known_worker_friendly_name":"task.last.agent"`, want: "Bob", wantNamed: "Bob"},
		{name: "null", attributes: `{"agent":null}`, known: `"known_worker_sid":"task.agent"`},
		{name: "absent", attributes: `{}`, known: `"known_worker_sid":"task.agent"`},
		{name: "unknown", attributes: `{"agent":"Zed"}`, known: `"known_worker_friendly_name":"task.agent"`, wantCodes: []int{40155}},
		{name: "no name at all", attributes: `{"agent":["Bob"]}`, known: `"known_worker_friendly_name":"task.agent"`, wantCodes: []int{40155}},
		{name: "not in the queue", attributes: `{"agent":"Cy"}`, known: `"known_worker_friendly_name":"task.agent"`, wantNamed: "Cy", wantCodes: []int{40152}},
		{name: "an expression as well", attributes: `{"agent":"Bob"}`, known: `"known_worker_friendly_name":"task.agent","expression":"worker.level > 5"`, wantNamed: "Bob"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.addWorkers(`Ann {"member":true}`, `Bob {"member":true}`, `Cy {}`)
			a.must(a.AddTaskQueue(simulator.TaskQueue{SID: secondQueueSID, TargetWorkers: "member == true"}))
			a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+secondQueueSID+`",`+test.known+`}]}]}`, time.Hour)
			attributes := strings.ReplaceAll(test.attributes, "{Bob}", a.Workers()[1].SID)
			a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `" waitUrl=""><Task>` + attributes + `</Task></Enqueue>`
			a.waits(5 * time.Second)
			a.run(t)
			got := ""
			for _, r := range a.Reservations() {
				got += r.WorkerName
			}
			equal(t, "reserved", got, test.want)
			a.wantCodes(t, test.wantCodes...)
			named := ""
			for _, w := range a.Workers() {
				if w.SID == a.Events()[0].Params.Get("KnownWorkerSid") {
					named = w.Name
				}
			}
			equal(t, "KnownWorkerSid", named, test.wantNamed)
		})
	}
}

func TestFieldsOfWorkers(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.addWorkers(`Ann {"sid":"mine","friendly_name":"me"}`)
	sid := a.Workers()[0].SID
	a.must(a.AddTaskQueue(simulator.TaskQueue{
		SID: secondQueueSID, TargetWorkers: `sid == "` + sid + `" AND friendly_name == "Ann" AND activity_sid == "` + availableSID + `" AND activity_name == "Available"`,
	}))
	a.route(`{"default_filter":{"queue":"`+secondQueueSID+`","expression":"worker.sid == '`+sid+`' AND worker.activity_name == 'Available'"}}`, time.Hour)
	a.Call(callerNumber, lineNumber, script.Until(script.WorkerReserved), script.HangsUp())
	a.run(t)
}

// FuzzWorkflow sends one call through any configuration that is accepted.
func FuzzWorkflow(f *testing.F) {
	queue := `"queue":"` + queueSID + `"`
	for _, seed := range []string{
		everyone,
		`{"task_routing":{"filters":[],"default_filter":{` + queue + `}}}`,
		`{"task_routing":{"filters":[{"filter_friendly_name":"a","expression":"kind == 'sales'","targets":[{` + queue + `,"timeout":"5","priority":3,"skip_if":"workers.available == 0"},
			{"expression":"worker.level > task.level","order_by":"worker.level DESC"}]}],"default_filter":{` + queue + `}}}`,
		`{"task_routing":{"filters":[{"expression":"1==1","targets":[{` + queue + `,"known_worker_sid":"task.agent","timeout":1}]},{"expression":"1==1","targets":[{` + queue + `,"timeout":1,"skip_if":"1==1"}]}]}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, configuration string) {
		a := newAccount(t, simulator.Config{Readings: reading.Set{CallerLeaves: true}}, aliceNumber)
		if _, err := a.AddWorkflow(simulator.Workflow{SID: workflowSID, Configuration: configuration, ReservationTimeout: 10 * time.Second}); err != nil {
			return
		}
		a.app.answers["/survey"] = ""
		a.waits(time.Minute)
		a.run(t)
		for _, k := range a.Tasks() {
			if k.Status != "canceled" {
				t.Errorf("the task is %s", k.Status)
			}
		}
	})
}
