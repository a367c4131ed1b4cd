package simulator_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
)

// A readingTest plays one scene under each reading of a switch.
type readingTest struct {
	name     string
	workers  []string
	readings []simulator.Readings
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

// route gives the account a workflow of its own, without an assignment callback.
func (a *account) route(t *testing.T, routing string, reservationTimeout time.Duration) {
	t.Helper()
	must(t)(a.AddWorkflow(simulator.Workflow{
		SID: workflowSID, Name: "Calls", Configuration: `{"task_routing":` + routing + `}`, ReservationTimeout: reservationTimeout,
	}))
}

// happened lists the events from the first of a kind on.
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

func TestDrawReadings(t *testing.T) {
	t.Parallel()
	drawn := map[string]bool{}
	for seed := range uint64(200) {
		readings := simulator.DrawReadings(rand.New(rand.NewPCG(seed, 0)))
		if again := simulator.DrawReadings(rand.New(rand.NewPCG(seed, 0))); again != readings {
			t.Fatalf("seed %d draws %s and then %s", seed, readings, again)
		}
		parsed, err := simulator.ParseReadings(readings.String())
		if err != nil || parsed != readings {
			t.Fatalf("%s is read as %s, %v", readings, parsed, err)
		}
		for setting := range strings.SplitSeq(readings.String(), ",") {
			drawn[setting] = true
		}
	}
	// 49 switches of two readings, eight of three and one of four, without their defaults.
	if want := 49 + 8*2 + 3; len(drawn) != want {
		t.Errorf("%d readings are drawn, want %d: %v", len(drawn), want, drawn)
	}
}

func TestReadingsAreAFlag(t *testing.T) {
	t.Parallel()
	var readings simulator.Readings
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.Var(&readings, "readings", "")
	if err := flags.Parse([]string{"-readings", "channel=default worker-call-sid-on-dial-queue=yes"}); err != nil {
		t.Fatal(err)
	}
	if want := (simulator.Readings{Channel: simulator.DefaultChannel, WorkerCallSIDOnDialQueue: true}); readings != want {
		t.Errorf("readings %s, want %s", readings, want)
	}
	for _, wrong := range []string{"channel", "channel=fax", "chanel=voice", "worker-call-sid-on-dial-queue=maybe"} {
		if _, err := simulator.ParseReadings(wrong); err == nil {
			t.Errorf("%q is accepted", wrong)
		}
	}
}

func TestReadingsReachSetup(t *testing.T) {
	t.Parallel()
	for _, readings := range []simulator.Readings{{}, {Syntax: simulator.LenientSyntax}} {
		a := newAccount(t, simulator.Config{Readings: readings})
		_, queue := a.AddTaskQueue(simulator.TaskQueue{TargetWorkers: "level NOT HAS 5"})
		_, workflow := a.AddWorkflow(simulator.Workflow{Configuration: `{"task_routing":{"filters":[{"expression":"a NOT HAS 1","targets":[{"queue":"` +
			queueSID + `","expression":"worker.x NOT HAS task.x","skip_if":"workers.available = 0"}]}]}}`})
		accepted := []bool{queue == nil, workflow == nil}
		if want := readings.Syntax == simulator.LenientSyntax; !slices.Equal(accepted, []bool{want, want}) {
			t.Errorf("%s: queue %v, workflow %v", readings, queue, workflow)
		}
	}
}

// The readings of a run are printed so that it can be had again.
func ExampleParseReadings() {
	readings, err := simulator.ParseReadings("after-bridge=completed,event-order=shuffled")
	if err != nil {
		fmt.Println(err)
		return
	}
	readings.DequeueAccepts = simulator.AcceptedAtInstruction
	fmt.Println(readings.AfterBridge == simulator.Completed, readings)
	// Output:
	// true after-bridge=completed,dequeue-accepts=at-instruction,event-order=shuffled
}
