package simulator_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

func TestReadingsOfAttributes(t *testing.T) {
	t.Parallel()
	enqueue := func(t *testing.T, a *account, attributes string) {
		t.Helper()
		a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `" action="/survey"><Task>` + attributes + `</Task></Enqueue>`
		a.Call(callerNumber, lineNumber, script.HangsUpAfter(2*time.Second))
		a.run(t)
	}
	runReadings(t, []readingTest{
		{
			name:     "an attribute that Twilio sets as well",
			readings: []reading.Set{{}, {TaskAttributesWin: true}},
			scene: func(t *testing.T, a *account) string {
				enqueue(t, a, `{"kind":"sales","from":"the web"}`)
				attributes := a.Tasks()[0].Attributes
				return fmt.Sprint(strings.Contains(attributes, `"from":"the web"`), strings.Contains(attributes, `"call_sid":"`+a.Calls()[0].SID))
			},
			want: []string{"false true", "true true"},
		},
		{
			name:     "3900 characters of one's own",
			readings: []reading.Set{{}, {AutomaticAttributesFree: true}},
			scene: func(t *testing.T, a *account) string {
				enqueue(t, a, `{"kind":"sales","note":"`+strings.Repeat("x", 3900)+`"}`)
				return fmt.Sprint(len(a.Tasks()))
			},
			want: []string{"0", "1"},
		},
		{
			name:     "4097 characters of one's own",
			readings: []reading.Set{{}, {AutomaticAttributesFree: true}},
			scene: func(t *testing.T, a *account) string {
				enqueue(t, a, `{"kind":"sales","note":"`+strings.Repeat("x", 4072)+`"}`)
				return fmt.Sprint(len(a.Tasks()))
			},
			want: []string{"0", "0"},
		},
		{
			name:     "a worker's attribute with the name of a field",
			readings: []reading.Set{{}, {AttributesHideFields: true}},
			scene: func(t *testing.T, a *account) string {
				must(t)(a.AddWorker(simulator.Worker{Name: "Ann", Attributes: `{"friendly_name":"Zoë"}`, Activity: availableSID}))
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","expression":"worker.friendly_name == 'Ann'"}]}]}`, time.Minute)
				enqueue(t, a, `{}`)
				return fmt.Sprint(len(a.Reservations()))
			},
			want: []string{"1", "0"},
		},
	})
}

func TestReadingsOfActivities(t *testing.T) {
	t.Parallel()
	move := func(t *testing.T, a *account, activity string) string {
		a.route(t, toEveryone, time.Minute)
		a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
		a.Loop().After(5*time.Second, func() {
			if status := a.ask("POST", "/Workers/"+a.Workers()[0].SID, url.Values{"ActivitySid": {activity}}); status != 200 {
				t.Errorf("status %d", status)
			}
		})
		a.run(t)
		return a.happened("reservation.created")
	}
	runReadings(t, []readingTest{
		{
			name: "an unavailable worker's pending reservation", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {UnavailableOffers: reading.OffersCanceled}, {UnavailableOffers: reading.OffersRejected}},
			scene: func(t *testing.T, a *account) string {
				got := move(t, a, awaySID)
				return got + " " + a.Reservations()[0].Settled.Sub(a.Reservations()[0].Created).Round(5*time.Second).String()
			},
			want: []string{
				"reservation.created worker.activity.update reservation.canceled task.canceled 20s",
				"reservation.created worker.activity.update reservation.canceled task.canceled 5s",
				"reservation.created worker.activity.update reservation.rejected task.canceled 5s",
			},
		},
		{
			name: "moved to where the worker is", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {SameActivityUpdates: true}},
			scene:    func(t *testing.T, a *account) string { return move(t, a, availableSID) },
			want: []string{
				"reservation.created reservation.canceled task.canceled",
				"reservation.created worker.activity.update reservation.canceled task.canceled",
			},
		},
	})
}

func TestReadingsOfReplacement(t *testing.T) {
	t.Parallel()
	runReadings(t, []readingTest{{
		name: "one of two offers is rejected", workers: []string{aliceNumber, bobNumber, "+15550000013"},
		readings: []reading.Set{{}, {ReplacesOffers: true}, {ReplacesOffers: true, AcceptedReservationsOccupy: true}},
		scene: func(t *testing.T, a *account) string {
			queue := must(t)(a.AddTaskQueue(simulator.TaskQueue{Name: "Two", TargetWorkers: "1==1", MaxReservedWorkers: 2}))
			a.route(t, `{"default_filter":{"queue":"`+queue+`"}}`, time.Minute)
			a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
			a.Loop().After(5*time.Second, func() { a.app.rejectReservation(a.Tasks()[0].SID, a.Reservations()[0].SID) })
			a.run(t)
			return a.summary()
		},
		want: []string{
			"canceled hangup; worker-1 rejected, worker-2 canceled",
			"canceled hangup; worker-1 rejected, worker-2 canceled, worker-3 canceled",
			"canceled hangup; worker-1 rejected, worker-2 canceled, worker-3 canceled",
		},
	}})
}

func TestReadingsOfTheLine(t *testing.T) {
	t.Parallel()
	runReadings(t, []readingTest{
		{
			name: "the first in line cannot be served", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {FirstTaskBlocks: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","expression":"task.from == '+15550000002'"}]}]}`, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(30*time.Second))
				a.CallAfter(5*time.Second, "+15550000002", lineNumber, script.HangsUpAfter(10*time.Second))
				a.run(t)
				return a.summary()
			},
			want: []string{"canceled hangup, canceled hangup; worker-1 canceled", "canceled hangup, canceled hangup; "},
		},
		{
			name:     "the timeout of a step that is skipped",
			readings: []reading.Set{{}, {SkippedTimeoutLapses: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10,"skip_if":"1==1"},{"timeout":5}]}]}`, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(30*time.Second))
				a.run(t)
				return a.Tasks()[0].Ended.Sub(a.Tasks()[0].Created).String()
			},
			want: []string{"15s", "5s"},
		},
	})
}
