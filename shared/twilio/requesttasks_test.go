package twilio

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"
)

const requestKey = "CB00000000000000000000000000000001"

func createTask(ctx context.Context, c *Client) error {
	sid, err := c.CreateTask(ctx, NewTask{
		WorkflowSID: workflowSID, Attributes: `{"team":"billing"}`, Priority: 7, Timeout: time.Hour,
		Start: time.Date(2026, 11, 24, 13, 0, 0, 0, time.FixedZone("CET", 3600)),
	})
	return expect(err, sid == taskSID, sid)
}

// requestOperations are those for tasks without a call.
func requestOperations() []operation {
	return []operation{
		{"CreateTask", createTask, []reply{{status: 201, body: `{"sid":"` + taskSID + `"}`}}, []seen{post(tasksPath, url.Values{
			"WorkflowSid": {workflowSID}, "TaskChannel": {"voice"}, "Attributes": {`{"team":"billing"}`}, "Priority": {"7"}, "Timeout": {"3600"},
			"VirtualStartTime": {"2026-11-24T12:00:00Z"},
		})}},
		{"TasksOfRequest", func(ctx context.Context, c *Client) error {
			tasks, err := c.TasksOfRequest(ctx, requestKey, 2)
			return expect(err, len(tasks) == 0, tasks)
		}, []reply{tasksPage()}, []seen{get(tasksPath, url.Values{
			"WorkflowSid": {workflowSID}, "AssignmentStatus": {"pending", "reserved", "assigned"},
			"EvaluateTaskAttributes": {`request.key == "` + requestKey + `" AND request.try == 2`}, "PageSize": {"1000"},
		})}},
		{"TaskAttributes", func(ctx context.Context, c *Client) error {
			attributes, priority, err := c.TaskAttributes(ctx, taskSID)
			return expect(err, attributes == "{}" && priority == 7, attributes)
		}, []reply{ok(`{"sid":"` + taskSID + `","attributes":"{}","priority":7}`)}, []seen{get(taskPath, url.Values{})}},
		{"AcceptReservation", func(ctx context.Context, c *Client) error {
			accepted, err := c.AcceptReservation(ctx, taskSID, reservationSID)
			return expect(err, accepted, accepted)
		}, []reply{ok(`{"sid":"` + reservationSID + `","reservation_status":"accepted"}`)}, []seen{
			post(reservationPath, url.Values{"ReservationStatus": {"accepted"}}),
		}},
		{"WrapUpTask", func(ctx context.Context, c *Client) error { return c.WrapUpTask(ctx, taskSID) },
			[]reply{ok(`{"sid":"` + taskSID + `","assignment_status":"wrapping"}`)}, []seen{
				post(taskPath, url.Values{"AssignmentStatus": {"wrapping"}}),
			}},
		{"Dialed", func(ctx context.Context, c *Client) error {
			sid, record, err := c.Dialed(ctx, workerCallSID)
			return expect(err, sid == callSID && record.Status == "busy", record)
		}, []reply{ok(`{"calls":[{"sid":"` + callSID + `","status":"busy"}],"next_page_uri":null}`)}, []seen{
			get(callsPath, url.Values{"ParentCallSid": {workerCallSID}, "PageSize": {"1"}}),
		}},
	}
}

func TestAcceptReservation(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange[bool]{
		{"accepted", []reply{ok(`{"reservation_status":"accepted"}`)}, true, false},
		{"settled, by 400", []reply{refusal(400, 20001)}, false, false},
		{"settled, by 404", []reply{refusal(404, 20404)}, false, false},
		{"settled, by 409", []reply{refusal(409, 20409)}, false, false},
		{"throttled, then accepted", []reply{refusal(429, 20429), ok(`{"reservation_status":"accepted"}`)}, true, false},
		{"unknown, so not asked again", []reply{refusal(500, 20500)}, false, true},
		{"cut, so not asked again", []reply{{cut: true}}, false, true},
	}, func(ctx context.Context, c *Client) (bool, error) {
		return c.AcceptReservation(ctx, taskSID, reservationSID)
	})
}

func TestCreateTaskIsNotRepeated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reply   reply
		unknown bool
	}{
		"broken":      {refusal(500, 20500), true},
		"cut":         {reply{cut: true}, true},
		"without SID": {ok(`{}`), true},
		"refused":     {refusal(400, 20001), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, test.reply)
			err := createTask(t.Context(), client)
			var failure *Error
			if !errors.As(err, &failure) || failure.Unknown() != test.unknown || len(server.requests()) != 1 {
				t.Errorf("err = %v after %d requests", err, len(server.requests()))
			}
		})
	}
}
