package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

func TestReadingsOfAttributes(t *testing.T) {
	enqueue := func(attributes string) func(*account) {
		return func(a *account) {
			a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `" action="/survey"><Task>` + attributes + `</Task></Enqueue>`
			a.waits(2 * time.Second)
		}
	}
	tasks := func(a *account) string { return fmt.Sprint(len(a.Tasks())) }
	runReadings(t, []readingTest{
		{
			name: "an attribute that Twilio sets as well", deserted: true,
			readings: []reading.Set{{}, {TaskAttributesWin: true}},
			scene:    enqueue(`{"kind":"sales","from":"the web"}`),
			shows: func(a *account) string {
				attributes := a.Tasks()[0].Attributes
				return fmt.Sprint(strings.Contains(attributes, `"from":"the web"`), strings.Contains(attributes, `"call_sid":"`+a.Calls()[0].SID))
			},
			want: []string{"false true", "true true"},
		},
		{
			name: "3900 characters of one's own", deserted: true,
			readings: []reading.Set{{}, {AutomaticAttributesFree: true}},
			scene:    enqueue(`{"kind":"sales","note":"` + strings.Repeat("x", 3900) + `"}`),
			shows:    tasks,
			want:     []string{"0", "1"},
		},
		{
			name: "4097 characters of one's own", deserted: true,
			readings: []reading.Set{{}, {AutomaticAttributesFree: true}},
			scene:    enqueue(`{"kind":"sales","note":"` + strings.Repeat("x", 4072) + `"}`),
			shows:    tasks,
			want:     []string{"0", "0"},
		},
		{
			name: "a worker's attribute with the name of a field", deserted: true,
			readings: []reading.Set{{}, {AttributesHideFields: true}},
			scene: func(a *account) {
				a.addWorkers(`Ann {"friendly_name":"Zoë"}`)
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","expression":"worker.friendly_name == 'Ann'"}]}]}`, time.Minute)
				enqueue(`{}`)(a)
			},
			shows: func(a *account) string { return fmt.Sprint(len(a.Reservations())) },
			want:  []string{"1", "0"},
		},
		{
			name:     "a worker's attribute called channel",
			readings: []reading.Set{{}, {AttributesHideFields: true}},
			scene: func(a *account) {
				noError(a.app.t, a.SetWorkerAttributes(a.Workers()[0].SID, `{"channel":"radio"}`))
			},
			shows: func(a *account) string { return fmt.Sprint(a.matches(a.app.t, `channel == "radio"`)) },
			want:  []string{"false", "true"},
		},
	})
}

func TestReadingsOfTheLine(t *testing.T) {
	runReadings(t, []readingTest{
		{
			name: "one of two offers is rejected", workers: []string{aliceNumber, bobNumber, "+15550000013"},
			readings: []reading.Set{{}, {ReplacesOffers: true}, {ReplacesOffers: true, AcceptedReservationsOccupy: true}},
			scene: func(a *account) {
				queue := a.must(a.AddTaskQueue(simulator.TaskQueue{Name: "Two", TargetWorkers: "1==1", MaxReservedWorkers: 2}))
				a.route(`{"default_filter":{"queue":"`+queue+`"}}`, time.Minute)
				a.waits(20 * time.Second)
				a.Loop().After(5*time.Second, func() { a.app.rejectReservation(a.Tasks()[0].SID, a.Reservations()[0].SID) })
			},
			shows: (*account).summary,
			want: []string{
				"canceled hangup; worker-1 rejected, worker-2 canceled",
				"canceled hangup; worker-1 rejected, worker-2 canceled, worker-3 canceled",
				"canceled hangup; worker-1 rejected, worker-2 canceled, worker-3 canceled",
			},
		},
		{
			name:     "the first in line cannot be served",
			readings: []reading.Set{{}, {FirstTaskBlocks: true}},
			scene: func(a *account) {
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","expression":"task.from == '+15550000002'"}]}]}`, time.Minute)
				a.waits(30 * time.Second)
				a.CallAfter(5*time.Second, "+15550000002", lineNumber, script.HangsUpAfter(10*time.Second))
			},
			shows: (*account).summary,
			want:  []string{"canceled hangup, canceled hangup; worker-1 canceled", "canceled hangup, canceled hangup; "},
		},
		{
			name:     "the timeout of a step that is skipped",
			readings: []reading.Set{{}, {SkippedTimeoutLapses: true}},
			scene: func(a *account) {
				a.move(0, awaySID)
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10,"skip_if":"1==1"},{"timeout":5}]}]}`, time.Minute)
				a.waits(30 * time.Second)
			},
			shows: func(a *account) string { return a.Tasks()[0].Ended.Sub(a.Tasks()[0].Created).String() },
			want:  []string{"15s", "5s"},
		},
	})
}
