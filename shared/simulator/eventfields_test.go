package simulator_test

import (
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
)

func TestKnownWorkerEventsNameSID(t *testing.T) {
	t.Parallel()
	for attributes, named := range map[string]bool{`{"kind":"sales","agent":"WORKER-2"}`: true, `{"kind":"sales","agent":"absent"}`: false, `{"kind":"sales"}`: false} {
		a := newAccount(t, simulator.Config{}, aliceNumber, bobNumber)
		a.route(`{"default_filter":{"queue":"`+queueSID+`","known_worker_friendly_name":"task.agent"}}`, time.Minute)
		a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `"><Task>` + attributes + `</Task></Enqueue>`
		a.waits(10 * time.Second)
		a.run(t)
		want := ""
		if named {
			want = a.Workers()[1].SID
		}
		if got := a.app.forms["/events"][0].Get("KnownWorkerSid"); got != want {
			t.Errorf("%s: KnownWorkerSid %q, want %q", attributes, got, want)
		}
	}
}

func TestTheCountryOfANumber(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
