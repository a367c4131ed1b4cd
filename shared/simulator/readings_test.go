package simulator_test

import (
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
	workers  []string
	readings []reading.Set
	scene    func(t *testing.T, a *account) string
	want     []string // what the scene came to, one for each reading
}

func runReadings(t *testing.T, tests []readingTest) {
	t.Helper()
	for _, test := range tests {
		for i, readings := range test.readings {
			t.Run(test.name+"/"+readings.String(), func(t *testing.T) {
				t.Parallel()
				a := newAccount(t, simulator.Config{Readings: readings}, test.workers...)
				a.app.answers["/survey"] = ""
				if got := test.scene(t, a); got != test.want[i] {
					t.Errorf("got %s\nwant %s\n%s", got, test.want[i], a.trace)
				}
			})
		}
	}
}

// route sets a workflow without an assignment callback.
func (a *account) route(t *testing.T, routing string, reservationTimeout time.Duration) {
	t.Helper()
	must(t)(a.AddWorkflow(simulator.Workflow{
		SID: workflowSID, Name: "Calls", Configuration: `{"task_routing":` + routing + `}`, ReservationTimeout: reservationTimeout,
	}))
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
	t.Parallel()
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
