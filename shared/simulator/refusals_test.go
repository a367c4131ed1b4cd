package simulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// ask posts a form below the workspace and returns the answer's status, from the log of requests.
func (a *account) ask(method, path string, form url.Values) int {
	a.app.rest(method, "/v1/Workspaces/"+a.WorkspaceSID()+path, form)
	requests := a.Requests()
	return requests[len(requests)-1].Status
}

func TestTaskOutOfRangeIsRefused(t *testing.T) {
	t.Parallel()
	for attribute, want := range map[string]string{
		`priority="-1"`: "not simulated", `priority="2147483648"`: "not simulated", `timeout="0"`: "not simulated", `timeout="1209601"`: "not simulated",
		`timeout="-5"`: "not simulated", `timeout="1209600" priority="2147483647"`: "",
	} {
		a := newAccount(t, simulator.Config{})
		a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `" action="/survey"><Task ` + attribute + `>{"kind":"sales"}</Task></Enqueue>`
		a.app.answers["/survey"] = ""
		a.waits(10 * time.Second)
		a.play(t)
		if want == "" {
			a.wantProblem(t)
			continue
		}
		a.wantProblem(t, want)
		if n := len(a.Tasks()); n != 0 {
			t.Errorf("%s made %d tasks", attribute, n)
		}
	}
}

func TestRingTimeOutOfRange(t *testing.T) {
	t.Parallel()
	for seconds, problems := range map[string][]string{"0": {"not simulated"}, "601": {"not simulated"}, "1": nil, "600": nil} {
		a := newAccount(t, simulator.Config{})
		a.SetPhone(aliceNumber, script.Busy())
		a.app.rest("POST", a.path("Calls.json"), url.Values{
			"To": {aliceNumber}, "From": {lineNumber}, "Url": {"https://app.example/greeting"}, "Timeout": {seconds},
		})
		a.play(t)
		a.wantProblem(t, problems...)
		if n, want := len(a.Calls()), 1-len(problems); n != want {
			t.Errorf("Timeout=%s: %d calls, want %d", seconds, n, want)
		}
	}
}

func TestRESTRefusesWhatIsNotSimulated(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, method, path string
		form               url.Values
		status             int
		problem            string
	}{
		{"a task canceled for no reason", "POST", "/Tasks/{task}", url.Values{"AssignmentStatus": {"canceled"}}, 400, ""},
		{"a reservation set wrapping", "POST", "/Tasks/{task}/Reservations/{reservation}", url.Values{"ReservationStatus": {"wrapping"}}, 501, "not simulated"},
		{"a reservation set completed", "POST", "/Tasks/{task}/Reservations/{reservation}", url.Values{"ReservationStatus": {"completed"}}, 501, "not simulated"},
		{"a reservation set pending", "POST", "/Tasks/{task}/Reservations/{reservation}", url.Values{"ReservationStatus": {"pending"}}, 400, ""},
		{"a misspelt activity", "POST", "/Tasks/{task}/Reservations/{reservation}", url.Values{"ReservationStatus": {"rejected"}, "WorkerActivitySID": {awaySID}}, 200, `no parameter "WorkerActivitySID"`},
		{"a misspelt attribute", "POST", "/Tasks/{task}", url.Values{"Atributes": {"{}"}}, 200, `no parameter "Atributes"`},
		{"a misspelt filter", "GET", "/Tasks?TaskQueueSID=x", nil, 200, `no parameter "TaskQueueSID"`},
		{"events of a channel", "GET", "/Events?TaskChannel=voice", nil, 501, "not simulated"},
		{"a misspelt filter of events", "GET", "/Events?TaskSID=x", nil, 200, `no parameter "TaskSID"`},
		{"a misspelt capacity", "POST", "/Workers/{worker}/Channels/voice", url.Values{"capacity": {"2"}}, 200, `no parameter "capacity"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, simulator.Config{}, aliceNumber)
			a.route(toEveryone, time.Minute)
			a.app.answers["/survey"] = ""
			a.waits(20 * time.Second)
			a.Loop().After(5*time.Second, func() {
				path := strings.NewReplacer("{task}", a.Tasks()[0].SID, "{reservation}", a.Reservations()[0].SID, "{worker}", a.Workers()[0].SID).Replace(test.path)
				if got := a.ask(test.method, path, test.form); got != test.status {
					t.Errorf("status %d, want %d", got, test.status)
				}
			})
			a.play(t)
			if test.problem == "" {
				a.wantProblem(t)
				return
			}
			a.wantProblem(t, test.problem)
		})
	}
}

func TestChangingWorkflowQueueIsAProblem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		queue, member string
		problem       []string
	}{{workflowSID, "/Members/Front", []string{"not simulated"}}, {"plain", "/Members/Front", nil}} {
		a := newAccount(t, simulator.Config{})
		a.app.answers["/survey"], a.app.answers["/elsewhere"] = "", "<Hangup/>"
		if test.queue == "plain" {
			a.app.answers["/voice"] = "<Enqueue>plain</Enqueue>"
		}
		a.Call(callerNumber, lineNumber, script.StaysOn())
		a.Loop().After(5*time.Second, func() {
			base := "/2010-04-01/Accounts/" + a.AccountSID() + "/Queues"
			_, sid, _ := strings.Cut(a.app.rest("GET", base+".json", nil), `"sid":"`)
			a.app.rest("POST", base+"/"+sid[:34]+test.member+".json", url.Values{"Url": {"https://app.example/elsewhere"}})
		})
		a.Loop().After(time.Minute, func() {
			for _, c := range a.Calls() {
				a.changeCall(c.SID, url.Values{"Status": {"completed"}})
			}
		})
		a.play(t)
		a.wantProblem(t, test.problem...)
	}
}

func TestAnInstructionsTimeoutOutOfRange(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[string][]string{"1000": {"not simulated"}, "-1": {"not simulated"}, "999": nil} {
		a := instructed(t, `{"instruction":"dequeue","timeout":`+timeout+`}`, aliceNumber)
		a.SetPhone(aliceNumber, script.NeverAnswers())
		a.waits(20 * time.Second)
		a.play(t)
		a.wantProblem(t, want...)
	}
}

// Twilio allows three requests a second that filter by an expression.
func TestExpressionFiltersAreLimited(t *testing.T) {
	t.Parallel()
	a := newAccount(t, simulator.Config{}, aliceNumber)
	ask := func() int { return a.ask("GET", "/Workers?TargetWorkersExpression=1%3D%3D1", nil) }
	if got := a.ask("GET", "/Tasks?EvaluateTaskAttributes=1%3D%3D1", nil); got != 200 {
		t.Errorf("the first request, for tasks, is answered %d, want 200", got)
	}
	for i, want := range []int{200, 200, 429, 429} {
		if got := ask(); got != want {
			t.Errorf("request %d is answered %d, want %d", i+2, got, want)
		}
	}
	if got := a.ask("GET", "/Tasks?EvaluateTaskAttributes=1%3D%3D1", nil); got != 429 {
		t.Errorf("tasks by an expression: %d, want 429", got)
	}
	if got := a.ask("GET", "/Workers", nil); got != 200 {
		t.Errorf("without an expression: %d", got)
	}
	if got := a.ask("GET", "/Tasks", nil); got != 200 {
		t.Errorf("tasks without an expression: %d", got)
	}
	a.Loop().After(time.Second, func() {
		if got := ask(); got != 200 {
			t.Errorf("a second later: %d", got)
		}
	})
	a.run(t)
}

func TestARefusedTaskUpdateChangesNothing(t *testing.T) {
	t.Parallel()
	for _, form := range []url.Values{
		{"Priority": {"9"}, "AssignmentStatus": {"completed"}, "Reason": {"x"}}, {"Priority": {"9"}, "VirtualStartTime": {"later"}},
		{"Priority": {"9"}, "Attributes": {"[]"}}, {"Priority": {"9"}, "AssignmentStatus": {"pending"}},
	} {
		a := newAccount(t, simulator.Config{})
		a.app.answers["/survey"] = ""
		a.waits(20 * time.Second)
		a.Loop().After(5*time.Second, func() {
			if status := a.ask("POST", "/Tasks/"+a.Tasks()[0].SID, form); status != 400 || a.Tasks()[0].Priority != 5 {
				t.Errorf("%v: answered %d, priority %d", form, status, a.Tasks()[0].Priority)
			}
		})
		a.run(t)
	}
}
