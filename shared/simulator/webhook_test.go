package simulator_test

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestWebhookRetries(t *testing.T) {
	tests := []struct {
		name, fragment string
		status         int
		wantTries      int
	}{
		{"connection fails", "", 0, 2},
		{"no retries", "#rc=0", 0, 1},
		{"server error is final", "", 500, 1},
		{"server error, asked for", "#rc=3&rp=ct,5xx", 500, 4},
		{"client error, all", "#rp=all", 404, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tokens := map[string]int{}
			a := newAccount(t, simulator.Config{Web: web(func(r *http.Request) (*http.Response, error) {
				tokens[r.Header.Get("I-Twilio-Idempotency-Token")]++
				if test.status == 0 {
					return nil, io.ErrUnexpectedEOF
				}
				return &http.Response{StatusCode: test.status, Body: http.NoBody}, nil
			})})
			a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice" + test.fragment})
			a.Call(callerNumber, lineNumber)
			a.run(t)
			if len(tokens) != 1 {
				t.Fatalf("tokens %v, want one", tokens)
			}
			for _, tries := range tokens {
				if tries != test.wantTries {
					t.Errorf("%d tries, want %d", tries, test.wantTries)
				}
			}
		})
	}
}

func TestWaitParameters(t *testing.T) {
	a := newAccount(t, simulator.Config{WebhookLatency: func() time.Duration { return 0 }})
	a.waits(10 * time.Second)
	a.CallAfter(20*time.Second, callerNumber, lineNumber, script.HangsUpAfter(time.Minute))
	a.CallAfter(40*time.Second, "+447700900001", lineNumber, script.HangsUpAfter(time.Second))
	a.run(t)
	last := a.app.forms["/hold"][2]
	a2 := a.app.forms["/hold"][3] // the second caller's next request
	for name, want := range map[string]string{
		"QueuePosition": "2", "QueueTime": "0", "AvgQueueTime": "10", "CurrentQueueSize": "2", "MaxQueueSize": "100",
		"From": "+447700900001", "FromCountry": "GB", "ToCountry": "US", "Direction": "inbound", "ApiVersion": "2010-04-01",
	} {
		equal(t, name, last.Get(name), want)
	}
	if got := a2.Get("QueueTime"); got != "31" {
		t.Errorf("QueueTime=%s after the text and the music, want 31", got)
	}
	if !strings.HasPrefix(last.Get("QueueSid"), "QU") || last.Has("TaskSid") {
		t.Errorf("parameters %v", last)
	}
}

func TestCallbackFields(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.dequeue = true
	a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(time.Second), script.HangsUp()))
	a.app.answers["/survey"] = ""
	a.Call(callerNumber, lineNumber)
	a.run(t)

	always := []string{"AccountSid", "EventDescription", "EventType", "ResourceSid", "ResourceType", "Sid", "Timestamp", "TimestampMs", "WorkspaceName", "WorkspaceSid"}
	task := []string{"TaskAddons", "TaskAge", "TaskAssignmentStatus", "TaskAttributes", "TaskChannelSid", "TaskChannelUniqueName", "TaskPriority", "TaskQueueName", "TaskQueueSid", "TaskQueueTargetExpression", "TaskSid", "WorkflowName", "WorkflowSid"}
	worker := []string{"WorkerActivityName", "WorkerActivitySid", "WorkerAttributes", "WorkerName", "WorkerSid"}
	wants := map[string][]string{
		"workflow.target-matched": slices.Concat(always, task, []string{"WorkflowFilterExpression", "WorkflowFilterName"}),
		"task.created":            slices.Concat(always, task),
		"reservation.created":     slices.Concat(always, task, worker, []string{"ReservationSid"}),
		"worker.activity.update": slices.Concat(always, worker, []string{
			"OperatingUnitSid", "WorkerPreviousActivitySid", "WorkerTimeInPreviousActivity", "WorkerTimeInPreviousActivityMs", "WorkerVersion",
		}),
	}
	for _, form := range a.app.forms["/events"] {
		want, ok := wants[form.Get("EventType")]
		if !ok {
			continue
		}
		delete(wants, form.Get("EventType"))
		wantNames(t, form.Get("EventType"), form, want)
	}
	if len(wants) > 0 {
		t.Errorf("no event of %v", wants)
	}
	wantNames(t, "assignment", a.app.forms["/assignment"][0], []string{
		"AccountSid", "ReservationSid", "TaskAge", "TaskAttributes", "TaskPriority", "TaskQueueSid", "TaskSid", "Timestamp", "WorkerAttributes",
		"WorkerSid", "WorkflowSid", "WorkspaceSid",
	})
}

func wantNames(t *testing.T, what string, form url.Values, want []string) {
	t.Helper()
	got := slices.Sorted(maps.Keys(form))
	slices.Sort(want)
	equalLists(t, what, got, want)
}

func TestTheCountryOfANumber(t *testing.T) {
	for number, want := range map[string]string{"+4930123456": "DE", "+12045550100": "CA", "+447700900001": "GB", "+999123": "", "+12065550100": "US"} {
		a := newAccount(t, simulator.Config{})
		a.app.answers["/voice"] = ""
		a.Call(number, lineNumber)
		a.run(t)
		if form := a.app.forms["/voice"][0]; form.Get("FromCountry") != want || form.Get("CallerCountry") != want {
			t.Errorf("%s is from %q, want %q", number, form.Get("FromCountry"), want)
		}
	}
}

func TestOneEventOverREST(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.answers["/survey"] = ""
	a.waits(200 * time.Millisecond)
	a.run(t)
	events := a.app.forms["/events"]
	sid := events[len(events)-1].Get("Sid")
	body := a.app.rest("GET", a.below("Events?Sid=")+sid, nil)
	if strings.Count(body, `"event_type"`) != 1 || !strings.Contains(body, `"sid":"`+sid+`"`) {
		t.Errorf("the event %s is shown as %s", sid, body)
	}
}
