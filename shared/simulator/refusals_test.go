package simulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestTaskOutOfRangeIsRefused(t *testing.T) {
	for attribute, problems := range map[string][]string{
		`priority="-1"`:         {"not simulated"},
		`priority="2147483648"`: {"not simulated"},
		`timeout="0"`:           {"not simulated"},
		`timeout="1209601"`:     {"not simulated"},
		`timeout="-5"`:          {"not simulated"},

		`timeout="1209600" priority="2147483647"`: nil,
	} {
		a := newAccount(t, simulator.Config{})
		a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `" action="/survey"><Task ` + attribute + `>{"kind":"sales"}</Task></Enqueue>`
		a.app.answers["/survey"] = ""
		a.waits(10 * time.Second)
		a.play(t)
		a.wantProblem(t, problems...)
		if n, want := len(a.Tasks()), 1-len(problems); n != want {
			t.Errorf("%s made %d tasks, want %d", attribute, n, want)
		}
	}
}

func TestRingTimeOutOfRange(t *testing.T) {
	for seconds, problems := range map[string][]string{"0": {"not simulated"}, "601": {"not simulated"}, "1": nil, "600": nil} {
		a := newAccount(t, simulator.Config{})
		a.SetPhone(aliceNumber, script.Busy())
		a.place("Timeout", seconds)
		a.play(t)
		a.wantProblem(t, problems...)
		if n, want := len(a.Calls()), 1-len(problems); n != want {
			t.Errorf("Timeout=%s: %d calls, want %d", seconds, n, want)
		}
	}
}

func TestRESTRefusesWhatIsNotSimulated(t *testing.T) {
	const reservation = "{workspace}/Tasks/{task}/Reservations/{reservation}"
	for name, test := range map[string]struct {
		method, path string
		form         url.Values
		status       int
		problems     []string
	}{
		"task canceled for no reason":   {"POST", "{workspace}/Tasks/{task}", url.Values{"AssignmentStatus": {"canceled"}}, 400, nil},
		"reservation set wrapping":      {"POST", reservation, url.Values{"ReservationStatus": {"wrapping"}}, 501, []string{"not simulated"}},
		"reservation set completed":     {"POST", reservation, url.Values{"ReservationStatus": {"completed"}}, 501, []string{"not simulated"}},
		"reservation set pending":       {"POST", reservation, url.Values{"ReservationStatus": {"pending"}}, 400, nil},
		"misspelt activity":             {"POST", reservation, url.Values{"ReservationStatus": {"rejected"}, "WorkerActivitySID": {awaySID}}, 200, []string{`no parameter "WorkerActivitySID"`}},
		"misspelt attribute":            {"POST", "{workspace}/Tasks/{task}", url.Values{"Atributes": {"{}"}}, 200, []string{`no parameter "Atributes"`}},
		"misspelt filter":               {"GET", "{workspace}/Tasks?TaskQueueSID=x", nil, 200, []string{`no parameter "TaskQueueSID"`}},
		"events of a channel":           {"GET", "{workspace}/Events?TaskChannel=voice", nil, 501, []string{"not simulated"}},
		"misspelt filter of events":     {"GET", "{workspace}/Events?TaskSID=x", nil, 200, []string{`no parameter "TaskSID"`}},
		"misspelt capacity":             {"POST", "{workspace}/Workers/{worker}/Channels/voice", url.Values{"capacity": {"2"}}, 200, []string{`no parameter "capacity"`}},
		"statistics":                    {"GET", "{workspace}/Statistics", nil, 501, []string{"not simulated: GET "}},
		"another API":                   {"GET", "/v2/Services", nil, 501, []string{"not simulated: GET "}},
		"another account":               {"GET", "/2010-04-01/Accounts/AC1/Queues.json", nil, 404, nil},
		"recordings by date":            {"GET", "{account}/Recordings.json?DateCreated=2026-01-05", nil, 501, []string{"not simulated: parameter DateCreated=2026-01-05"}},
		"deleting a call":               {"DELETE", "{account}/Calls/CA00000000000000000000000000000001.json", nil, 501, []string{"not simulated: DELETE "}},
		"calls by time":                 {"GET", "{account}/Calls.json?StartTime=2026-01-05", nil, 501, []string{"not simulated: parameter StartTime=2026-01-05"}},
		"call for a worker":             {"POST", "{account}/Calls.json", newCallForm("WorkerSid", "WK1"), 201, []string{`POST Calls: Twilio documents no parameter "WorkerSid"`}},
		"call with a machine detection": {"POST", "{account}/Calls.json", newCallForm("MachineDetection", "Enable"), 501, []string{"parameter MachineDetection=Enable"}},
		"call with a recording":         {"POST", "{account}/Calls.json", newCallForm("Record", "true"), 501, []string{"not simulated: parameter Record=true"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{}, aliceNumber)
			a.route(toEveryone, time.Minute)
			a.app.answers["/survey"] = ""
			a.SetPhone(aliceNumber, script.Busy())
			a.waits(20 * time.Second)
			a.Loop().After(5*time.Second, func() {
				path := strings.NewReplacer(
					"{task}", a.Tasks()[0].SID, "{reservation}", a.Reservations()[0].SID, "{worker}", a.Workers()[0].SID,
					"{account}", "/2010-04-01/Accounts/"+a.AccountSID(), "{workspace}", "/v1/Workspaces/"+a.WorkspaceSID(),
				).Replace(test.path)
				if got, body := a.send(test.method, path, test.form); got != test.status {
					t.Errorf("%d %s, want %d", got, body, test.status)
				}
			})
			a.play(t)
			a.wantProblem(t, test.problems...)
		})
	}
}

func TestChangingWorkflowQueueIsAProblem(t *testing.T) {
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
	a := newAccount(t, simulator.Config{}, aliceNumber)
	ask := func() int { return a.ask("GET", "/Workers?TargetWorkersExpression=1%3D%3D1", nil) }
	equal(t, "the first request, for tasks, is answered", a.ask("GET", "/Tasks?EvaluateTaskAttributes=1%3D%3D1", nil), 200)
	for i, want := range []int{200, 200, 429, 429} {
		if got := ask(); got != want {
			t.Errorf("request %d is answered %d, want %d", i+2, got, want)
		}
	}
	equal(t, "tasks by an expression", a.ask("GET", "/Tasks?EvaluateTaskAttributes=1%3D%3D1", nil), 429)
	equal(t, "without an expression", a.ask("GET", "/Workers", nil), 200)
	equal(t, "tasks without an expression", a.ask("GET", "/Tasks", nil), 200)
	a.Loop().After(time.Second, func() {
		equal(t, "a second later", ask(), 200)
	})
	a.run(t)
}

func TestARefusedTaskUpdateChangesNothing(t *testing.T) {
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
