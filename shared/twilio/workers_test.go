package twilio

import (
	"context"
	"net/url"
	"slices"
	"testing"
)

const (
	workerSID     = "WK00000000000000000000000000000001"
	workersPath   = "/v1/Workspaces/" + workspaceSID + "/Workers"
	workerPath    = workersPath + "/" + workerSID
	workersQueues = "/v1/Workspaces/" + workspaceSID + "/TaskQueues"
)

const workerJSON = `{"sid":"` + workerSID + `","friendly_name":"Alice","activity_sid":"` + activitySID + `","activity_name":"Available",` +
	`"available":true,"date_status_changed":"2026-11-24T12:00:00Z"}`

func alice() Worker {
	return Worker{
		SID: workerSID, Name: "Alice", ActivitySID: activitySID, ActivityName: "Available", Available: true, Since: at("2026-11-24T12:00:00Z"),
	}
}

// workerOperations are the requests about workers, for the tests of all operations.
func workerOperations() []operation {
	list := func(key string, items string) reply {
		return ok(`{"` + key + `":[` + items + `],"meta":{"next_page_url":null,"key":"` + key + `"}}`)
	}
	return []operation{
		{"Worker", func(ctx context.Context, c *Client) error {
			worker, found, err := c.Worker(ctx, workerSID)
			return expect(err, found && worker == alice(), worker)
		}, []reply{ok(workerJSON)}, []seen{get(workerPath, url.Values{})}},
		{"WorkersIn", func(ctx context.Context, c *Client) error {
			workers, err := c.WorkersIn(ctx, activitySID)
			return expect(err, slices.Equal(workers, []Worker{alice()}), workers)
		}, []reply{list("workers", workerJSON)}, []seen{get(workersPath, url.Values{"ActivitySid": {activitySID}, "PageSize": {"1000"}})}},
		{"AvailableWorkers", func(ctx context.Context, c *Client) error {
			workers, err := c.AvailableWorkers(ctx)
			return expect(err, slices.Equal(workers, []Worker{alice()}), workers)
		}, []reply{list("workers", workerJSON)}, []seen{get(workersPath, url.Values{"Available": {"true"}, "PageSize": {"1000"}})}},
		{"WorkersAt", func(ctx context.Context, c *Client) error {
			workers, err := c.WorkersAt(ctx, "+14155550191")
			return expect(err, slices.Equal(workers, []Worker{alice()}), workers)
		}, []reply{list("workers", workerJSON)}, []seen{get(workersPath, url.Values{
			"TargetWorkersExpression": {`contact_uri == "+14155550191"`}, "PageSize": {"1000"},
		})}},
		{"WorkersOfShift", func(ctx context.Context, c *Client) error {
			workers, err := c.WorkersOfShift(ctx, "early")
			return expect(err, slices.Equal(workers, []Worker{alice()}), workers)
		}, []reply{list("workers", workerJSON)}, []seen{get(workersPath, url.Values{
			"TargetWorkersExpression": {`shift == "early"`}, "PageSize": {"1000"},
		})}},
		{"MoveWorker", func(ctx context.Context, c *Client) error {
			moved, err := c.MoveWorker(ctx, Worker{SID: workerSID, ETag: `"3"`}, activitySID, true)
			return expect(err, moved == Move{Made: true, Since: alice().Since}, moved)
		}, []reply{ok(workerJSON)}, []seen{post(workerPath, url.Values{"ActivitySid": {activitySID}, "RejectPendingReservations": {"true"}})}},
		{"OnCall", func(ctx context.Context, c *Client) error {
			onCall, err := c.OnCall(ctx, workerSID)
			return expect(err, onCall, onCall)
		}, []reply{list("reservations", `{"sid":"`+reservationSID+`"}`)}, []seen{
			get(workerPath+"/Reservations", url.Values{"ReservationStatus": {"accepted"}, "PageSize": {"1"}}),
		}},
		{"RoutineActivities", func(ctx context.Context, c *Client) error {
			activities, err := c.RoutineActivities(ctx)
			return expect(err, slices.Equal(activities, []string{activitySID}), activities)
		}, []reply{list("task_queues", `{"reservation_activity_sid":"`+activitySID+`","assignment_activity_sid":null}`)}, []seen{
			get(workersQueues, url.Values{"PageSize": {"1000"}}),
		}},
		{"Events of a worker", func(ctx context.Context, c *Client) error {
			_, err := c.Events(ctx, EventQuery{WorkerSID: workerSID, Since: at("2026-11-24T12:00:00Z")})
			return expect(err, true, nil)
		}, []reply{ok(`{"events":[],"meta":{"next_page_url":null}}`)}, []seen{get(eventsPath, url.Values{
			"WorkerSid": {workerSID}, "StartDate": {"2026-11-24T12:00:00Z"}, "PageSize": {"1000"},
		})}},
	}
}

func TestMoveWorkerRefused(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange[Move]{
		{"changed meanwhile", []reply{refusal(412, 20412)}, Move{}, false},
		{"worker deleted", []reply{refusal(404, 20404)}, Move{}, false},
		{"answer lost, then changed by that request", []reply{refusal(503, 20503), refusal(412, 20412)}, Move{Lost: true}, false},
		{"throttled, then moved", []reply{refusal(429, 20429), ok(workerJSON)}, Move{Made: true, Since: alice().Since}, false},
		{"no such activity", []reply{refusal(400, 20001)}, Move{}, true},
	}, func(ctx context.Context, c *Client) (Move, error) {
		return c.MoveWorker(ctx, Worker{SID: workerSID, ETag: `"3"`}, activitySID, false)
	})
}

func TestWorkerOfStranger(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t)
	for _, number := range []string{"", "anonymous", `+1" OR "1" == "1`, "client:alice", "+18005551212x123", "+14155550191 "} {
		if workers, err := client.WorkersAt(t.Context(), number); len(workers) != 0 || err != nil {
			t.Errorf("%q: %v, %v", number, workers, err)
		}
	}
	if asked := server.requests(); len(asked) != 0 {
		t.Errorf("requests = %+v, want none", asked)
	}
}
