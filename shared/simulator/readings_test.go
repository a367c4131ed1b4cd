package simulator_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
)

// A readingTest runs one scene under each reading of a switch.
type readingTest struct {
	name     string
	workers  []string // addresses; Alice's by default
	deserted bool     // there is no worker
	readings []reading.Set
	scene    func(a *account)
	shows    func(a *account) string // what the scene came to
	want     []string                // one for each reading
}

func runReadings(t *testing.T, tests []readingTest) {
	t.Helper()
	for _, test := range tests {
		if test.workers == nil && !test.deserted {
			test.workers = []string{aliceNumber}
		}
		for i, readings := range test.readings {
			t.Run(test.name+"/"+readings.String(), func(t *testing.T) {
				a := newAccount(t, simulator.Config{Readings: readings}, test.workers...)
				a.app.answers["/survey"] = ""
				test.scene(a)
				a.run(t)
				if got := test.shows(a); got != test.want[i] {
					t.Errorf("got %s\nwant %s\n%s", got, test.want[i], a.trace)
				}
			})
		}
	}
}

// route sets a workflow without an assignment callback.
func (a *account) route(routing string, reservationTimeout time.Duration) {
	a.app.t.Helper()
	a.must(a.AddWorkflow(simulator.Workflow{
		SID: workflowSID, Name: "Calls", Configuration: `{"task_routing":` + routing + `}`, ReservationTimeout: reservationTimeout,
	}))
}

func (a *account) addSecondQueue() {
	a.app.t.Helper()
	a.must(a.AddTaskQueue(simulator.TaskQueue{SID: secondQueueSID, Name: "Second", TargetWorkers: "1==1"}))
}

// addQueueWithActivities adds a task queue that moves its workers, and a workflow into it.
func (a *account) addQueueWithActivities() {
	a.app.t.Helper()
	a.must(a.AddActivity(simulator.Activity{SID: reservedSID, Name: "Reserved"}))
	a.must(a.AddActivity(simulator.Activity{SID: assignedSID, Name: "Busy"}))
	a.must(a.AddTaskQueue(simulator.TaskQueue{
		SID: thirdQueueSID, Name: "Third", TargetWorkers: "1==1", ReservationActivity: reservedSID, AssignmentActivity: assignedSID,
	}))
	a.connect(a.app.t, a.app.base, simulator.Workflow{
		SID: workflowSID, Name: "Calls", Configuration: `{"task_routing":{"default_filter":{"queue":"` + thirdQueueSID + `"}}}`,
	})
}

func (a *account) updateTask(form url.Values) {
	a.app.rest("POST", a.below("Tasks/")+a.Tasks()[0].SID, form)
}

// moves lists the workers' activities among the events of reservations, in order.
func (a *account) moves() string {
	var happened []string
	for _, e := range a.Events() {
		switch {
		case e.Type == "worker.activity.update":
			happened = append(happened, "to "+e.Params.Get("WorkerActivityName"))
		case strings.HasPrefix(e.Type, "reservation."):
			happened = append(happened, strings.TrimPrefix(e.Type, "reservation."))
		}
	}
	return strings.Join(happened, ", ")
}

// since returns a function that lists the events from the first one of a kind.
func since(first string) func(*account) string {
	return func(a *account) string { return a.happened(first) }
}

// happened lists the events from the first one of a kind.
func (a *account) happened(first string) string {
	var kinds []string
	for _, e := range a.Events() {
		if len(kinds) > 0 || e.Type == first {
			kinds = append(kinds, e.Type)
		}
	}
	return strings.Join(kinds, " ")
}

func (a *account) summary() string {
	tasks, reservations := a.statuses()
	return strings.Join(tasks, ", ") + "; " + strings.Join(reservations, ", ")
}

func TestReadingsReachSetup(t *testing.T) {
	for _, readings := range []reading.Set{{}, {LenientSyntax: true}} {
		a := newAccount(t, simulator.Config{Readings: readings})
		_, queue := a.AddTaskQueue(simulator.TaskQueue{TargetWorkers: "level NOT HAS 5"})
		_, workflow := a.AddWorkflow(simulator.Workflow{Configuration: `{"task_routing":{"filters":[{"expression":"a NOT HAS 1","targets":[{"queue":"` +
			queueSID + `","expression":"worker.x NOT HAS task.x","skip_if":"workers.available = 0"}]}]}}`})
		accepted := []bool{queue == nil, workflow == nil}
		if want := readings.LenientSyntax; !slices.Equal(accepted, []bool{want, want}) {
			t.Errorf("%s: queue %v, workflow %v", readings, queue, workflow)
		}
	}
}
