package twilio

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/cause"
)

// hostileSIDs are values for any kind of SID; prefix is that of the kind.
func hostileSIDs(prefix string) map[string]string {
	digits := strings.Repeat("0", 31)
	return map[string]string{
		"path":       prefix + "1/../../IncomingPhoneNumbers",
		"empty":      "",
		"upper case": prefix + digits + "A",
		"33 digits":  prefix + digits + "01",
		"31 digits":  prefix + digits,
		"NUL":        prefix + digits + "\x00",
		"line end":   prefix + digits + "0\n",
		"other kind": "ZZ" + digits + "1",
		"no SID":     "n/a",
		"long":       prefix + strings.Repeat("0", 2100),
		"query":      prefix + digits + "?",
	}
}

// pathParameters has each exported method of Client that takes a SID for its path, once for each
// such parameter.
func pathParameters() map[string]struct {
	prefix string
	do     func(ctx context.Context, c *Client, sid string) (result any, err error)
} {
	type parameter = struct {
		prefix string
		do     func(ctx context.Context, c *Client, sid string) (result any, err error)
	}
	return map[string]parameter{
		"EndCall":    {"CA", func(ctx context.Context, c *Client, sid string) (any, error) { return nil, c.EndCall(ctx, sid) }},
		"CancelCall": {"CA", func(ctx context.Context, c *Client, sid string) (any, error) { return nil, c.CancelCall(ctx, sid) }},
		"RedirectCall": {"CA", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.RedirectCall(ctx, sid, "https://switchboard.example/")
		}},
		"Stranded": {"CA", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.Stranded(ctx, sid, time.Time{})
		}},
		"CallRecord": {"CA", func(ctx context.Context, c *Client, sid string) (any, error) { return c.CallRecord(ctx, sid) }},
		"Waiting":    {"CA", func(ctx context.Context, c *Client, sid string) (any, error) { return c.Waiting(ctx, sid) }},
		"SetMaxSize": {"QU", func(ctx context.Context, c *Client, sid string) (any, error) { return nil, c.SetMaxSize(ctx, sid, 5) }},
		"RejectReservation task": {"WT", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.RejectReservation(ctx, sid, reservationSID, activitySID)
		}},
		"RejectReservation": {"WR", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.RejectReservation(ctx, taskSID, sid, activitySID)
		}},
		"TaskStatus": {"WT", func(ctx context.Context, c *Client, sid string) (any, error) { return c.TaskStatus(ctx, sid) }},
		"CompleteTask": {"WT", func(ctx context.Context, c *Client, sid string) (any, error) {
			return nil, c.CompleteTask(ctx, sid, "over")
		}},
		"Worker": {"WK", func(ctx context.Context, c *Client, sid string) (any, error) {
			worker, _, err := c.Worker(ctx, sid)
			return worker, err
		}},
		"WorkersIn": {"WA", func(ctx context.Context, c *Client, sid string) (any, error) { return c.WorkersIn(ctx, sid) }},
		"MoveWorker": {"WK", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.MoveWorker(ctx, Worker{SID: sid}, activitySID, false)
		}},
		"MoveWorker activity": {"WA", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.MoveWorker(ctx, Worker{SID: workerSID}, sid, false)
		}},
		"AcceptReservation": {"WR", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.AcceptReservation(ctx, taskSID, sid)
		}},
		"AcceptReservation task": {"WT", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.AcceptReservation(ctx, sid, reservationSID)
		}},
		"CreateTask": {"WW", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.CreateTask(ctx, NewTask{WorkflowSID: sid})
		}},
		"TasksOfRequest": {"CB", func(ctx context.Context, c *Client, key string) (any, error) {
			tasks, err := c.TasksOfRequest(ctx, key, 1)
			return tasks, err
		}},
		"TaskAttributes": {"WT", func(ctx context.Context, c *Client, sid string) (any, error) {
			attributes, _, err := c.TaskAttributes(ctx, sid)
			return attributes, err
		}},
		"RecordingFile": {"RE", func(ctx context.Context, c *Client, sid string) (any, error) {
			content, _, err := c.RecordingFile(ctx, sid)
			return content, err
		}},
		"RecordingsOf":    {"CA", func(ctx context.Context, c *Client, sid string) (any, error) { return c.RecordingsOf(ctx, sid) }},
		"DeleteTask":      {"WT", func(ctx context.Context, c *Client, sid string) (any, error) { return nil, c.DeleteTask(ctx, sid) }},
		"RecordingStatus": {"RE", func(ctx context.Context, c *Client, sid string) (any, error) { return c.RecordingStatus(ctx, sid) }},
		"DeleteRecording": {"RE", func(ctx context.Context, c *Client, sid string) (any, error) { return nil, c.DeleteRecording(ctx, sid) }},
		"WrapUpTask":      {"WT", func(ctx context.Context, c *Client, sid string) (any, error) { return nil, c.WrapUpTask(ctx, sid) }},
		"Dialed": {"CA", func(ctx context.Context, c *Client, sid string) (any, error) {
			dialed, _, err := c.Dialed(ctx, sid)
			return dialed, err
		}},
		"OnCall":     {"WK", func(ctx context.Context, c *Client, sid string) (any, error) { return c.OnCall(ctx, sid) }},
		"CancelTask": {"WT", func(ctx context.Context, c *Client, sid string) (any, error) { return c.CancelTask(ctx, sid, "over") }},
		"Reservation task": {"WT", func(ctx context.Context, c *Client, sid string) (any, error) {
			return c.Reservation(ctx, sid, reservationSID)
		}},
		"WorkerContact": {"WK", func(ctx context.Context, c *Client, sid string) (any, error) { return c.WorkerContact(ctx, sid) }},
		"Reservation":   {"WR", func(ctx context.Context, c *Client, sid string) (any, error) { return c.Reservation(ctx, taskSID, sid) }},
	}
}

func TestHostileSIDsAreNotRequested(t *testing.T) {
	t.Parallel()
	for method, parameter := range pathParameters() {
		for kind, sid := range hostileSIDs(parameter.prefix) {
			t.Run(method+" "+kind, func(t *testing.T) {
				t.Parallel()
				client, server, _ := newTwilio(t, refusal(404, 20404))
				result, err := parameter.do(t.Context(), client, sid)
				var unasked *SIDError
				if !errors.As(err, &unasked) || unasked.Prefix != parameter.prefix || sid != "" && strings.Contains(err.Error(), sid) {
					t.Errorf("err = %v, want a *SIDError without the value", err)
				}
				if result != nil && !reflect.ValueOf(result).IsZero() {
					t.Errorf("result = %+v, as if the value named something", result)
				}
				if asked := server.requests(); len(asked) != 0 {
					t.Errorf("requests = %+v, want none", asked)
				}
			})
		}
	}
}

// TestEveryMethodIsAttacked holds pathParameters to the methods that Client has.
func TestEveryMethodIsAttacked(t *testing.T) {
	t.Parallel()
	withoutSID := []string{"Do", "PlaceCall", "LiveCalls", "Queue", "Queues", "WaitingCalls", "Tasks", "Events", "WorkersAt", "AvailableWorkers", "WorkersOfShift", "RoutineActivities", "SendMessage", "CallsFrom"}
	client := reflect.TypeFor[*Client]()
	for i := range client.NumMethod() {
		name := client.Method(i).Name
		if _, found := pathParameters()[name]; !found && !slices.Contains(withoutSID, name) {
			t.Errorf("Client.%s has no row: add it, with a hostile SID for each path parameter", name)
		}
	}
}

func TestHostileSettingsAreNotRequested(t *testing.T) {
	t.Parallel()
	for _, operation := range operations() {
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t)
			client.AccountSID, client.WorkspaceSID = "AC1/..", "WS1/.."
			var unasked *SIDError
			if err := operation.do(t.Context(), client); !errors.As(err, &unasked) || len(server.requests()) != 0 {
				t.Errorf("err = %v after %d requests, want a *SIDError and none", err, len(server.requests()))
			}
		})
	}
}

func TestEventsOfMalformedTask(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t)
	var unasked *SIDError
	if _, err := client.Events(t.Context(), EventQuery{TaskSID: "n/a"}); !errors.As(err, &unasked) || len(server.requests()) != 0 {
		t.Errorf("err = %v after %d requests, want a *SIDError and none", err, len(server.requests()))
	}
}

func TestMalformedQueueIsNotRequested(t *testing.T) {
	t.Parallel()
	queues := ok(`{"queues":[{"sid":"QU1/..","friendly_name":"` + workflowSID + `"}]}`)
	for name, ask := range map[string]func(*Client) error{
		"Waiting": func(c *Client) error { _, err := c.Waiting(t.Context(), callSID); return err },
		"Stranded": func(c *Client) error {
			_, err := c.Stranded(t.Context(), callSID, time.Time{})
			return err
		},
		"WaitingCalls": func(c *Client) error { _, err := c.WaitingCalls(t.Context()); return err },
	} {
		client, server, _ := newTwilio(t, queues)
		var unasked *SIDError
		if err := ask(client); !errors.As(err, &unasked) || len(server.requests()) != 1 {
			t.Errorf("%s: err = %v after %d requests, want a *SIDError after the list", name, err, len(server.requests()))
		}
	}
}

func TestPlacedCallWithoutWholeSID(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, reply{status: 201, body: `{"sid":"CA1/.."}`})
	err := placeCall(t.Context(), client)
	if errorOf(err).Status != 201 || !errors.Is(err, cause.Text("the answer has no call SID")) {
		t.Errorf("err = %v, want one that says that the answer has no SID", err)
	}
}
