package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/wire"
)

const (
	workflowSID  = "WW00000000000000000000000000000001"
	queueSID     = "WQ00000000000000000000000000000001"
	availableSID = "WA00000000000000000000000000000001"
	awaySID      = "WA00000000000000000000000000000002"
	wrapUpSID    = "WA00000000000000000000000000000003"
)

const everyone = `{"task_routing":{"filters":[{"filter_friendly_name":"sales","expression":"kind == \"sales\"","targets":[{"queue":"` + queueSID + `"}]}]}}`

type account struct {
	*simulator.Twilio
	app   *application
	trace *strings.Builder
}

// bareAccount is an account that nothing has been added to, and the application behind it.
func bareAccount(t *testing.T, cfg simulator.Config) *account {
	app := &application{
		t: t, base: "https://app.example", api: "https://api.twilio.com", workflow: workflowSID, postWork: wrapUpSID, legs: map[string]string{}, forms: map[string][]url.Values{},
		answers: map[string]string{}, statuses: map[string]int{}, took: map[string]string{},
	}
	a := &account{app: app, trace: &strings.Builder{}}
	if cfg.Web == nil {
		cfg.Web = wire.InProcess(app)
	}
	cfg.Trace = func(e simulator.Entry) {
		fmt.Fprintf(a.trace, "%s %-11s %s %s %d %s\n", e.At.UTC().Format("15:04:05.000"), e.Kind, e.Text, e.Params.Encode(), e.Status, e.Body)
	}
	a.Twilio = simulator.New(cfg)
	a.AddRecordings(app.base + "/music.mp3")
	app.twilio = a.Twilio
	app.client = &http.Client{Transport: wire.InProcess(a.Twilio)}
	return a
}

// newAccount sets up a workspace with one queue and the workers given by their contact addresses,
// and the application behind it.
func newAccount(t *testing.T, cfg simulator.Config, workers ...string) *account {
	t.Helper()
	a := bareAccount(t, cfg)
	for _, activity := range []simulator.Activity{
		{SID: availableSID, Name: "Available", Available: true}, {SID: awaySID, Name: "Away"}, {SID: wrapUpSID, Name: "Wrapping up"},
	} {
		must(t)(a.AddActivity(activity))
	}
	must(t)(a.AddTaskQueue(simulator.TaskQueue{SID: queueSID, Name: "Everyone", TargetWorkers: "1==1"}))
	for i, contact := range workers {
		must(t)(a.AddWorker(simulator.Worker{
			Name: fmt.Sprintf("worker-%d", i+1), Attributes: `{"contact_uri":"` + contact + `"}`, Activity: availableSID,
		}))
	}
	a.connect(t, a.app.base, simulator.Workflow{SID: workflowSID, Name: "Calls", Configuration: everyone, ReservationTimeout: 60 * time.Second})
	return a
}

// connect points the account's webhooks at the application.
func (a *account) connect(t *testing.T, base string, w simulator.Workflow) {
	t.Helper()
	a.app.base = base
	w.AssignmentCallbackURL = base + "/assignment"
	must(t)(a.AddWorkflow(w))
	if err := a.SetWorkspace(simulator.Workspace{EventCallbackURL: base + "/events", TimeoutActivity: awaySID}); err != nil {
		t.Fatal(err)
	}
	a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: base + "/voice"})
}

func must(t *testing.T) func(sid string, err error) string {
	return func(sid string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return sid
	}
}

// run runs the loop until nothing is left and fails the test on problems.
func (a *account) run(t *testing.T) {
	t.Helper()
	if err := a.Loop().Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, problem := range a.Problems() {
		t.Errorf("problem: %s", problem)
	}
	if t.Failed() {
		t.Log(a.trace)
	}
}

func (a *account) leg(t *testing.T, to string) simulator.CallRecord {
	t.Helper()
	calls := a.Calls()
	i := slices.IndexFunc(calls, func(c simulator.CallRecord) bool { return c.To == to })
	if i < 0 {
		t.Fatalf("no call to %s", to)
	}
	return calls[i]
}

func (a *account) statuses() (tasks, reservations []string) {
	for _, k := range a.Tasks() {
		tasks = append(tasks, strings.TrimSuffix(k.Status+" "+k.Reason, " "))
	}
	for _, r := range a.Reservations() {
		reservations = append(reservations, r.WorkerName+" "+r.Status)
	}
	return tasks, reservations
}

func (a *account) wantStatuses(t *testing.T, wantTasks, wantReservations []string) {
	t.Helper()
	tasks, reservations := a.statuses()
	if !slices.Equal(tasks, wantTasks) {
		t.Errorf("tasks %q, want %q", tasks, wantTasks)
	}
	if !slices.Equal(reservations, wantReservations) {
		t.Errorf("reservations %q, want %q", reservations, wantReservations)
	}
}

// wantWebhooks checks that these webhooks came, in this order, among others.
func (a *account) wantWebhooks(t *testing.T, want ...string) {
	t.Helper()
	rest := a.app.webhooks
	for _, wanted := range want {
		i := slices.Index(rest, wanted)
		if i < 0 {
			t.Errorf("no webhook %q in its place; all: %s", wanted, strings.Join(a.app.webhooks, "\n"))
			return
		}
		rest = rest[i+1:]
	}
}

func (a *account) wantCodes(t *testing.T, want ...int) {
	t.Helper()
	var codes []int
	for _, alert := range a.Debugger() {
		codes = append(codes, alert.Code)
	}
	if !slices.Equal(codes, want) {
		t.Errorf("debugger %v, want %v: %+v", codes, want, a.Debugger())
	}
}
