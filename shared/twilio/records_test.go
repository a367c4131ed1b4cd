package twilio

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"testing"
	"time"
)

// tasksPath is where tasks are listed.
const tasksPath = "/v1/Workspaces/" + workspaceSID + "/Tasks"

func calls(sids ...string) reply {
	list := ""
	for _, sid := range sids {
		if list != "" {
			list += ","
		}
		list += `{"sid":"` + sid + `"}`
	}
	return ok(`{"calls":[` + list + `],"next_page_uri":null}`)
}

// recordOperations are the requests that read Twilio's own record, and the one that acts on it.
func recordOperations() []operation {
	byStatus := func(status string) seen {
		return get(callsPath, url.Values{"Status": {status}, "PageSize": {"1000"}})
	}
	return []operation{
		{"CallRecord", func(ctx context.Context, c *Client) error {
			record, err := c.CallRecord(ctx, workerCallSID)
			return expect(err, record == CallRecord{Status: "completed", Ended: at("2026-11-24T12:00:20Z")}, record)
		}, []reply{ok(`{"sid":"` + workerCallSID + `","status":"completed","end_time":"Tue, 24 Nov 2026 12:00:20 +0000"}`)}, []seen{get(legPath, url.Values{})}},
		{"LiveCalls", func(ctx context.Context, c *Client) error {
			live, err := c.LiveCalls(ctx)
			return expect(err, maps.Equal(live, map[string]bool{callSID: true, workerCallSID: true}), live)
		}, []reply{calls(), calls(workerCallSID), calls(workerCallSID, callSID)}, []seen{byStatus("queued"), byStatus("ringing"), byStatus("in-progress")}},
		{"Tasks", func(ctx context.Context, c *Client) error {
			tasks, err := c.Tasks(ctx, "assigned", "wrapping")
			want := Task{SID: taskSID, Status: "wrapping", Channel: "voice", Created: at("2026-11-24T12:00:00Z"), Updated: at("2026-11-24T12:00:20Z")}
			return expect(err, len(tasks) == 1 && tasks[0] == want, tasks)
		}, []reply{ok(`{"tasks":[{"sid":"` + taskSID + `","assignment_status":"wrapping","attributes":null,"task_channel_unique_name":"voice",` +
			`"date_created":"2026-11-24T12:00:00Z","date_updated":"2026-11-24T12:00:20Z"}],"meta":{"key":"tasks","next_page_url":null}}`)}, []seen{get(tasksPath, url.Values{
			"WorkflowSid": {workflowSID}, "AssignmentStatus": {"assigned", "wrapping"}, "PageSize": {"1000"},
		})}},
		{"Reservation", func(ctx context.Context, c *Client) error {
			reservation, err := c.Reservation(ctx, taskSID, reservationSID)
			return expect(err, reservation == Reservation{Status: "timeout", Updated: at("2026-11-24T12:00:20Z")}, reservation)
		}, []reply{ok(`{"reservation_status":"timeout","date_updated":"2026-11-24T12:00:20Z"}`)}, []seen{get(reservationPath, url.Values{})}},
		{"CancelTask", func(ctx context.Context, c *Client) error {
			canceled, err := c.CancelTask(ctx, taskSID, "its call has ended")
			return expect(err, canceled, canceled)
		}, []reply{ok(`{"sid":"` + taskSID + `","assignment_status":"canceled"}`)}, []seen{
			post(taskPath, url.Values{"AssignmentStatus": {"canceled"}, "Reason": {"its call has ended"}}),
		}},
	}
}

func at(text string) time.Time {
	moment, _ := time.Parse(time.RFC3339, text)
	return moment
}

func TestCallRecord(t *testing.T) {
	t.Parallel()
	const ended, answered = "true false", "false true"
	runExchanges(t, []exchange[string]{ // want: ended, answered
		{"queued", []reply{call("queued")}, "false false", false},
		{"ringing", []reply{call("ringing")}, "false false", false},
		{"in progress", []reply{call("in-progress")}, answered, false},
		{"a status of webhooks, which REST may have too", []reply{call("initiated")}, "false false", false},
		{"completed", []reply{call("completed")}, ended, false},
		{"no answer", []reply{call("no-answer")}, ended, false},
		{"status untold", []reply{ok(`{}`)}, "false false", false},
		{"never was", []reply{refusal(404, 20404)}, ended, false},
		{"refused", []reply{refusal(400, 20001)}, ended, true},
	}, func(ctx context.Context, c *Client) (string, error) {
		record, err := c.CallRecord(ctx, workerCallSID)
		return fmt.Sprint(record.HasEnded(), record.Answered()), err
	})
}

func TestLiveCallsAreAllOrNone(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, calls(workerCallSID), refusal(403, 20003))
	if live, err := client.LiveCalls(t.Context()); err == nil || live != nil {
		t.Errorf("LiveCalls = %v, %v; want an error and no calls: half a list would have the others ended", live, err)
	}
}

func TestListsGoOverPages(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t)
	task := func(sid, next string) reply {
		return ok(`{"tasks":[{"sid":"` + sid + `"}],"meta":{"key":"tasks","next_page_url":` + next + `}}`)
	}
	server.replies = []reply{task(taskSID, `"`+server.URL+tasksPath+`?PageSize=1000&Page=1&PageToken=PT1"`), refusal(500, 20500),
		task(taskSID, `"`+server.URL+tasksPath+`?PageSize=1000&Page=1&PageToken=PT1"`), task("WT00000000000000000000000000000002", "null")}
	tasks, err := client.Tasks(t.Context(), "pending")
	if err != nil || len(tasks) != 2 || tasks[1].SID != "WT00000000000000000000000000000002" {
		t.Errorf("Tasks = %+v, %v; want both, once", tasks, err)
	}
}

func TestAReservationThatIsGone(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, refusal(404, 20404))
	if got, err := client.Reservation(t.Context(), taskSID, reservationSID); err != nil || got != (Reservation{}) {
		t.Errorf("Reservation = %+v, %v; want none", got, err)
	}
}

func TestCancelTaskKeepsAssignedTask(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 409, 410, 412} {
		client, server, _ := newTwilio(t, refusal(status, 20001))
		if canceled, err := client.CancelTask(t.Context(), taskSID, "its call has ended"); err != nil || canceled || len(server.requests()) != 1 {
			t.Errorf("%d: CancelTask = %t, %v after %d requests; want false at the first", status, canceled, err, len(server.requests()))
		}
	}
}
