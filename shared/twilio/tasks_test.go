package twilio

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	own "switchboard/shared/taskrouter"
)

func TestRejectReservation(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange[bool]{
		{"rejected", []reply{ok(`{"reservation_status":"rejected"}`)}, true, false},
		{"settled, by 400", []reply{refusal(400, 20001)}, false, false},
		{"settled, by 404", []reply{refusal(404, 20404)}, false, false},
		{"settled, by 409", []reply{refusal(409, 20409)}, false, false},
		{"settled, by 410", []reply{refusal(410, 20410)}, false, false},
		{"settled, by 412", []reply{refusal(412, 20412)}, false, false},
		{"settled, told in HTML", []reply{{status: http.StatusNotFound, body: "<html>"}}, false, false},
		{"taken, and of another status", []reply{ok(`{"reservation_status":"accepted"}`)}, false, false},
		{"taken, status untold", []reply{ok(`{}`)}, false, false},
		{"broken, then rejected", []reply{refusal(500, 20500), ok(`{"reservation_status":"rejected"}`)}, true, false},
		{"rejected at the try that broke", []reply{refusal(500, 20500), refusal(400, 20001)}, false, false},
		{"broken", slices.Repeat([]reply{refusal(500, 20500)}, 3), false, true},
		{"throttled", slices.Repeat([]reply{refusal(429, 20429)}, 3), false, true},
		{"cut", slices.Repeat([]reply{{cut: true}}, 3), false, true},
	}, func(ctx context.Context, c *Client) (bool, error) {
		return c.RejectReservation(ctx, taskSID, reservationSID, activitySID)
	})
}

func TestTaskStatus(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange[string]{
		{"wrapping", []reply{ok(`{"assignment_status":"wrapping"}`)}, "wrapping", false},
		{"untold", []reply{ok(`{}`)}, "", false},
		{"gone", []reply{refusal(404, 20404)}, "", false},
		{"refused", []reply{refusal(400, 20001)}, "", true},
	}, func(ctx context.Context, c *Client) (string, error) { return c.TaskStatus(ctx, taskSID) })
}

func TestCompleteTaskKeepsEndedTask(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 409, 410, 412} {
		client, server, _ := newTwilio(t, refusal(status, 20001))
		if err := client.CompleteTask(t.Context(), taskSID, "wrap-up time is over"); err != nil {
			t.Errorf("%d: err = %v, want none", status, err)
		}
		if got := len(server.requests()); got != 1 {
			t.Errorf("%d: asked %d times, want once", status, got)
		}
	}
}

// event is one as the Events API lists it; data is its event_data.
func event(sid, rest, data string) string {
	return `{"sid":"` + sid + `","event_type":"reservation.accepted","event_date":"2026-11-24T12:00:20Z"` + rest + `,"event_data":` + data + `}`
}

func attributes(text string) string { return `"task_attributes":` + strconv.Quote(text) }

func events(next string, items ...string) reply {
	return ok(`{"events":[` + strings.Join(items, ",") + `],"meta":{"key":"events","next_page_url":` + next + `}}`)
}

const (
	eventSID = "EV00000000000000000000000000000001"
	sids     = `"task_sid":"` + taskSID + `","reservation_sid":"` + reservationSID + `","worker_sid":"WK00000000000000000000000000000001","workflow_sid":"` + workflowSID + `",`
)

func TestEventsOverPages(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t)
	next := `"` + server.URL + eventsPath + `?PageSize=1000&Page=1&PageToken=PAEV1"`
	server.replies = []reply{events(next, event(eventSID, "", "{}")), events("null", event("EV00000000000000000000000000000002", "", "{}"))}
	got, err := client.Events(t.Context(), EventQuery{Since: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)})
	if err != nil || len(got) != 2 || got[0].SID != eventSID || got[1].SID != "EV00000000000000000000000000000002" {
		t.Fatalf("events = %+v, %v", got, err)
	}
	want := []seen{
		get(eventsPath, url.Values{"PageSize": {"1000"}, "StartDate": {"2026-11-24T12:00:00Z"}}),
		get(eventsPath, url.Values{"PageSize": {"1000"}, "Page": {"1"}, "PageToken": {"PAEV1"}, "StartDate": {"2026-11-24T12:00:00Z"}}),
	}
	if asked := server.requests(); !slices.EqualFunc(asked, want, equal) {
		t.Errorf("requests = %+v\nwant %+v", asked, want)
	}
}

func TestEventsAreListedOnce(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t)
	next := `"` + server.URL + eventsPath + `?Page=1"`
	first := events(next, event(eventSID, "", "{}"))
	server.replies = []reply{first, refusal(500, 20500), first, events("null")}
	if got, err := client.Events(t.Context(), EventQuery{}); err != nil || len(got) != 1 {
		t.Errorf("events = %+v, %v; want one", got, err)
	}
}

func TestEventData(t *testing.T) {
	t.Parallel()
	seconds := time.Date(2026, 11, 24, 12, 0, 20, 0, time.UTC)
	whole := own.Event{
		SID: eventSID, Type: own.ReservationAccepted, Time: seconds, WorkflowSID: workflowSID,
		TaskSID: taskSID, ReservationSID: reservationSID, WorkerSID: "WK00000000000000000000000000000001",
	}
	bare := own.Event{SID: eventSID, Type: own.ReservationAccepted, Time: seconds}
	withCalls, precise := whole, whole
	withCalls.Task.CallSID, withCalls.Task.WorkerCallSID = callSID, workerCallSID
	precise.Time = seconds.Add(500 * time.Millisecond)
	tests := []struct {
		name, listed string
		want         own.Event
	}{
		{"snake_case names", event(eventSID, "", `{`+sids+attributes(`{"call_sid":"`+callSID+`","worker_call_sid":"`+workerCallSID+`"}`)+`}`), withCalls},
		{"milliseconds", event(eventSID, `,"event_date_ms":1795521620500`, `{`+sids+`"task_age":"12"}`), precise},
		{"redacted attributes", event(eventSID, "", `{`+sids+attributes("REDACTED")+`}`), whole},
		{"empty attributes", event(eventSID, "", `{`+sids+attributes("")+`}`), whole},
		{"number among attributes", event(eventSID, "", `{`+sids+attributes(`{"from_zip":94105}`)+`}`), whole},
		{"call_sid with a path", event(eventSID, "", `{`+sids+attributes(`{"call_sid":"CA1/../../IncomingPhoneNumbers"}`)+`}`), whole},
		{"call_sid without a SID", event(eventSID, "", `{`+sids+attributes(`{"call_sid":"n/a","worker_call_sid":"n/a"}`)+`}`), whole},
		{"call_sid of 2,100 bytes", event(eventSID, "", `{`+sids+attributes(`{"call_sid":"CA`+strings.Repeat("0", 2098)+`"}`)+`}`), whole},
		{"account_sid without a SID", event(eventSID, "", `{`+sids+attributes(`{"account_sid":"n/a"}`)+`}`), whole},
		{"malformed SIDs", event(eventSID, "", `{"task_sid":"WT1/..","reservation_sid":7,"worker_sid":"n/a","workflow_sid":"`+strings.Repeat("W", 2100)+`"}`), bare},
		{"no data", event(eventSID, "", `null`), bare},
		{"empty data", event(eventSID, "", `{}`), bare},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, _, _ := newTwilio(t, events("null", test.listed))
			got, err := client.Events(t.Context(), EventQuery{})
			if err != nil || len(got) != 1 {
				t.Fatalf("events = %+v, %v; want one", got, err)
			}
			gotText, _ := json.Marshal(got[0])
			wantText, _ := json.Marshal(test.want)
			if string(gotText) != string(wantText) {
				t.Errorf("event = %s\nwant %s", gotText, wantText)
			}
		})
	}
}

func TestOddEventHidesNoOther(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, events("null", event(eventSID, "", `{"task_sid":7}`), event("EV00000000000000000000000000000002", "", `{}`)))
	if got, err := client.Events(t.Context(), EventQuery{}); err != nil || len(got) != 2 {
		t.Errorf("events = %+v, %v; want both", got, err)
	}
}
