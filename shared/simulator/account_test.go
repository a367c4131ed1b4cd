package simulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
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

// toEveryone is the routing of a workflow with one queue.
const toEveryone = `{"default_filter":{"queue":"` + queueSID + `"}}`

type account struct {
	*simulator.Twilio
	app   *application
	trace *strings.Builder
}

// bareAccount is an empty account and its application.
func bareAccount(t *testing.T, cfg simulator.Config) *account {
	app := &application{
		t: t, base: "https://app.example", api: "https://api.twilio.com", workflow: workflowSID, postWork: wrapUpSID, media: "application/json", legs: map[string]string{}, forms: map[string][]url.Values{},
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

// newAccount sets up a workspace with one queue and one worker for each contact address, and the
// application.
func newAccount(t *testing.T, cfg simulator.Config, workers ...string) *account {
	t.Helper()
	a := bareAccount(t, cfg)
	for _, activity := range []simulator.Activity{
		{SID: availableSID, Name: "Available", Available: true}, {SID: awaySID, Name: "Away"}, {SID: wrapUpSID, Name: "Wrapping up"},
	} {
		a.must(a.AddActivity(activity))
	}
	a.must(a.AddTaskQueue(simulator.TaskQueue{SID: queueSID, Name: "Everyone", TargetWorkers: "1==1"}))
	for i, contact := range workers {
		a.must(a.AddWorker(simulator.Worker{
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
	a.must(a.AddWorkflow(w))
	noError(t, a.SetWorkspace(simulator.Workspace{EventCallbackURL: base + "/events", TimeoutActivity: awaySID}))
	a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: base + "/voice"})
}

// must returns the SID of what was added.
func (a *account) must(sid string, err error) string {
	a.app.t.Helper()
	noError(a.app.t, err)
	return sid
}

// move moves the i-th worker to an activity, like a supervisor.
func (a *account) move(i int, activity string) {
	a.app.t.Helper()
	noError(a.app.t, a.SetWorkerActivity(a.Workers()[i].SID, activity))
}

// waits has a caller hang up after d.
func (a *account) waits(d time.Duration) { a.Call(callerNumber, lineNumber, script.HangsUpAfter(d)) }

// talks has Twilio dequeue a caller to Alice, who answers after a second and talks for d.
func (a *account) talks(d time.Duration) {
	a.app.dequeue = true
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(d), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
}

// path returns the path of a resource of api.twilio.com, below the account.
func (a *account) path(resource string) string {
	return "/2010-04-01/Accounts/" + a.AccountSID() + "/" + resource
}

// below returns the path of a resource of the workspace.
func (a *account) below(resource string) string {
	return "/v1/Workspaces/" + a.WorkspaceSID() + "/" + resource
}

// changeCall updates a call over REST.
func (a *account) changeCall(sid string, change url.Values) {
	a.app.rest("POST", a.path("Calls/"+sid+".json"), change)
}

// ask requests a resource below the workspace and returns the answer's status.
func (a *account) ask(method, path string, form url.Values) (status int) {
	status, _ = a.send(method, a.below(strings.TrimPrefix(path, "/")), form)
	return status
}

// send makes a request and returns the answer's status, from the log of requests, and its body.
func (a *account) send(method, path string, form url.Values) (status int, body string) {
	body = a.app.rest(method, path, form)
	requests := a.Requests()
	return requests[len(requests)-1].Status, body
}

// serve answers a request with an If-Match header, which may be "".
func (a *account) serve(method, path, ifMatch string, form url.Values) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	request.SetBasicAuth(a.AccountSID(), a.AuthToken())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("If-Match", ifMatch)
	response := httptest.NewRecorder()
	a.ServeHTTP(response, request)
	return response
}

// redirectAfter gives the call to an address the document /elsewhere, d from now.
func (a *account) redirectAfter(d time.Duration, to string) {
	a.Loop().After(d, func() { a.changeCall(a.leg(a.app.t, to).SID, url.Values{"Url": {a.app.base + "/elsewhere"}}) })
}

// settle updates the i-th reservation over REST and returns the answer.
func (a *account) settle(i int, change url.Values) string {
	r := a.Reservations()[i]
	return a.app.rest("POST", a.below("Tasks/"+r.TaskSID+"/Reservations/"+r.SID), change)
}

// queueSID returns the SID of the account's first voice queue, "" if it has none.
func (a *account) queueSID() string {
	_, sid, _ := strings.Cut(a.app.rest("GET", a.path("Queues.json"), nil), `"sid":"`)
	return sid[:min(len(sid), 34)]
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func equalLists[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// play runs the loop. The test checks the problems.
func (a *account) play(t *testing.T) {
	t.Helper()
	noError(t, a.Loop().Run(t.Context()))
}

// runFor runs the loop for d.
func (a *account) runFor(t *testing.T, d time.Duration) {
	t.Helper()
	noError(t, a.Loop().RunFor(t.Context(), d))
}

// wantProblem checks that the account has exactly these problems, by a part of each.
func (a *account) wantProblem(t *testing.T, want ...string) {
	t.Helper()
	problems := a.Problems()
	if !slices.EqualFunc(problems, want, func(p simulator.Problem, part string) bool { return strings.Contains(p.Text, part) }) {
		t.Errorf("problems %v, want %q", problems, want)
	}
}

// run runs the loop to its end and fails the test on problems.
func (a *account) run(t *testing.T) {
	t.Helper()
	a.play(t)
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
	equalLists(t, "tasks", tasks, wantTasks)
	equalLists(t, "reservations", reservations, wantReservations)
}

// wantWebhooks checks that the application received these webhooks in this order, with any others
// between them.
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
