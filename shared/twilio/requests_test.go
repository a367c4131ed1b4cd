package twilio

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"switchboard/shared/secrets"
)

// operation is one thing that the client does, with the answers that it gets when all goes well.
type operation struct {
	name    string
	do      func(context.Context, *Client) error
	replies []reply
	want    []seen
}

func post(path string, form url.Values) seen {
	return seen{method: http.MethodPost, path: path, query: url.Values{}, form: form}
}

func get(path string, query url.Values) seen {
	return seen{method: http.MethodGet, path: path, query: query, form: url.Values{}}
}

func ok(body string) reply { return reply{status: http.StatusOK, body: body} }

func call(status string) reply {
	return ok(`{"sid":"` + workerCallSID + `","status":"` + status + `"}`)
}

func queuesPage(next string) reply {
	return ok(`{"queues":[{"sid":"` + queueSID + `","friendly_name":"` + workflowSID + `","max_size":100,"current_size":3}],"next_page_uri":` + next + `}`)
}

func expect(err error, right bool, got any) error {
	if err == nil && !right {
		return fmt.Errorf("unexpected result: %+v", got)
	}
	return err
}

// exchange is a request of the client, with the answers that it gets, one for each request that it
// makes, and what it returns.
type exchange[T any] struct {
	name    string
	replies []reply
	want    T
	wantErr bool
}

func runExchanges[T comparable](t *testing.T, tests []exchange[T], do func(context.Context, *Client) (T, error)) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, test.replies...)
			got, err := do(t.Context(), client)
			if got != test.want || (err != nil) != test.wantErr {
				t.Errorf("%+v, %v; want %+v, and an error: %t", got, err, test.want, test.wantErr)
			}
			if asked := len(server.requests()); asked != len(test.replies) {
				t.Errorf("asked %d times, want %d", asked, len(test.replies))
			}
		})
	}
}

// errorOf returns Twilio's error, the zero value if err is none of its.
func errorOf(err error) Error {
	var failure *Error
	if errors.As(err, &failure) {
		return *failure
	}
	return Error{}
}

func placeCall(ctx context.Context, c *Client) error {
	sid, _, err := c.PlaceCall(ctx, WorkerCall{
		To: "+14155550199", From: "+12065550100", Ring: 15*time.Second + time.Millisecond, SendDigits: "W123#",
		AnswerURL: "https://switchboard.example/worker/gate", StatusCallbackURL: "https://switchboard.example/worker/status",
	})
	return expect(err, sid == workerCallSID, sid)
}

func endCall(ctx context.Context, c *Client) error { return c.EndCall(ctx, workerCallSID) }

// operations lists every request that the client can make, as Twilio's OpenAPI documents have it.
func operations() []operation {
	return append([]operation{
		{"PlaceCall", placeCall, []reply{{status: http.StatusCreated, body: `{"sid":"` + workerCallSID + `","status":"queued"}`}}, []seen{post(callsPath, url.Values{
			"To": {"+14155550199"}, "From": {"+12065550100"}, "Timeout": {"15"}, "SendDigits": {"W123#"},
			"Url": {"https://switchboard.example/worker/gate"}, "Method": {"POST"},
			"StatusCallback": {"https://switchboard.example/worker/status"}, "StatusCallbackMethod": {"POST"}, "StatusCallbackEvent": {"initiated", "completed"},
		})}},
		{"EndCall", endCall, []reply{call("in-progress"), call("completed")}, []seen{
			post(legPath, url.Values{"Status": {"canceled"}}), post(legPath, url.Values{"Status": {"completed"}}),
		}},
		{"RedirectCall", func(ctx context.Context, c *Client) error {
			redirected, err := c.RedirectCall(ctx, callSID, "https://switchboard.example/survey/overflow")
			return expect(err, redirected, redirected)
		}, []reply{call("in-progress")}, []seen{
			post(callPath, url.Values{"Url": {"https://switchboard.example/survey/overflow"}, "Method": {"POST"}}),
		}},
		{"CallRecord", func(ctx context.Context, c *Client) error {
			record, err := c.CallRecord(ctx, workerCallSID)
			return expect(err, record.HasEnded(), record)
		}, []reply{call("completed")}, []seen{get(legPath, url.Values{})}},
		{"RejectReservation", func(ctx context.Context, c *Client) error {
			rejected, err := c.RejectReservation(ctx, taskSID, reservationSID, activitySID)
			return expect(err, rejected, rejected)
		}, []reply{ok(`{"sid":"` + reservationSID + `","reservation_status":"rejected"}`)}, []seen{
			post(reservationPath, url.Values{"ReservationStatus": {"rejected"}, "WorkerActivitySid": {activitySID}}),
		}},
		{"TaskStatus", func(ctx context.Context, c *Client) error {
			status, err := c.TaskStatus(ctx, taskSID)
			return expect(err, status == "wrapping", status)
		}, []reply{ok(`{"sid":"` + taskSID + `","assignment_status":"wrapping"}`)}, []seen{get(taskPath, url.Values{})}},
		{"CompleteTask", func(ctx context.Context, c *Client) error {
			return c.CompleteTask(ctx, taskSID, "wrap-up time is over")
		}, []reply{ok(`{"sid":"` + taskSID + `","assignment_status":"completed"}`)}, []seen{
			post(taskPath, url.Values{"AssignmentStatus": {"completed"}, "Reason": {"wrap-up time is over"}}),
		}},
		{"Queue", func(ctx context.Context, c *Client) error {
			queue, found, err := c.Queue(ctx, workflowSID)
			return expect(err, found && queue == Queue{SID: queueSID, MaxSize: 100, Size: 3}, queue)
		}, []reply{queuesPage("null")}, []seen{get(queuesPath, url.Values{"PageSize": {"1000"}})}},
		{"SetMaxSize", func(ctx context.Context, c *Client) error { return c.SetMaxSize(ctx, queueSID, 500) },
			[]reply{ok(`{"sid":"` + queueSID + `","max_size":500}`)}, []seen{post(queuePath, url.Values{"MaxSize": {"500"}})}},
		{"Waiting", func(ctx context.Context, c *Client) error {
			waiting, err := c.Waiting(ctx, callSID)
			return expect(err, waiting, waiting)
		}, []reply{queuesPage(`""`), ok(`{"call_sid":"` + callSID + `","position":1}`)}, []seen{
			get(queuesPath, url.Values{"PageSize": {"1000"}}), get(memberPath, url.Values{}),
		}},
		{"Stranded", func(ctx context.Context, c *Client) error {
			stranded, err := c.Stranded(ctx, callSID, time.Time{})
			return expect(err, stranded, stranded)
		}, []reply{queuesPage("null"), ok(`{"call_sid":"` + callSID + `","position":1}`), tasksPage(), ok(`{"call_sid":"` + callSID + `","position":1}`)}, []seen{
			get(queuesPath, url.Values{"PageSize": {"1000"}}), get(memberPath, url.Values{}), get(tasksPath, url.Values{
				"WorkflowSid": {workflowSID}, "AssignmentStatus": {"pending", "reserved", "assigned"},
				"EvaluateTaskAttributes": {`call_sid == "` + callSID + `"`}, "PageSize": {"1000"},
			}), get(memberPath, url.Values{}),
		}},
		{"WaitingCalls", func(ctx context.Context, c *Client) error {
			waiting, err := c.WaitingCalls(ctx)
			return expect(err, maps.Equal(waiting, map[string]time.Time{callSID: at("2026-11-24T12:00:20Z")}), waiting)
		}, []reply{queuesPage("null"), members("null", member(callSID))}, []seen{
			get(queuesPath, url.Values{"PageSize": {"1000"}}), get(membersPath, url.Values{"PageSize": {"1000"}}),
		}},
		{"Events", func(ctx context.Context, c *Client) error {
			since := time.Date(2026, 11, 24, 13, 0, 0, 0, time.FixedZone("CET", 3600))
			events, err := c.Events(ctx, EventQuery{TaskSID: taskSID, Type: "reservation.accepted", Since: since})
			return expect(err, len(events) == 0, events)
		}, []reply{ok(`{"events":[],"meta":{"next_page_url":null}}`)}, []seen{get(eventsPath, url.Values{
			"TaskSid": {taskSID}, "EventType": {"reservation.accepted"}, "StartDate": {"2026-11-24T12:00:00Z"}, "PageSize": {"1000"},
		})}},
		{"Events until", func(ctx context.Context, c *Client) error {
			since := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
			events, err := c.Events(ctx, EventQuery{Since: since, Until: since.Add(time.Hour + time.Millisecond)})
			return expect(err, len(events) == 0, events)
		}, []reply{ok(`{"events":[],"meta":{"next_page_url":null}}`)}, []seen{get(eventsPath, url.Values{
			"StartDate": {"2026-11-24T12:00:00Z"}, "EndDate": {"2026-11-24T13:00:01Z"}, "PageSize": {"1000"},
		})}},
	}, slices.Concat(recordOperations(), workerOperations(), messageOperations(), requestOperations(), recordingOperations())...)
}

func equal(a, b seen) bool {
	same := func(x, y []string) bool { return slices.Equal(x, y) }
	return a.method == b.method && a.path == b.path && maps.EqualFunc(a.query, b.query, same) && maps.EqualFunc(a.form, b.form, same)
}

func TestRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	for _, operation := range operations() {
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			client, server, waited := newTwilio(t, operation.replies...)
			if err := operation.do(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(server.requests(), operation.want, equal) {
				t.Errorf("requests = %+v\nwant %+v", server.requests(), operation.want)
			}
			for _, asked := range server.requests() {
				if asked.user != accountSID || asked.password != token {
					t.Errorf("signed in as %q with %q, want the account with its token", asked.user, asked.password)
				}
				if asked.method == http.MethodPost && asked.contentType != "application/x-www-form-urlencoded" {
					t.Errorf("Content-Type = %q", asked.contentType)
				}
			}
			if len(waited.asked) != 0 {
				t.Errorf("waited %v, want no wait", waited.asked)
			}
		})
	}
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	const key, secret = "SK00000000000000000000000000000001", "0123456789abcdefABCDEF"
	tests := []struct {
		name               string
		set                secrets.Set
		wantUser, wantPass string
	}{
		{"auth token", secrets.Set{AuthToken: secrets.New(token)}, accountSID, token},
		{"API key is preferred", secrets.Set{AuthToken: secrets.New(token), APIKeySID: secrets.New(key), APIKeySecret: secrets.New(secret)}, key, secret},
		{"API key without its secret", secrets.Set{AuthToken: secrets.New(token), APIKeySID: secrets.New(key)}, accountSID, token},
		{"secret without its API key", secrets.Set{AuthToken: secrets.New(token), APIKeySecret: secrets.New(secret)}, accountSID, token},
		{"the secondary token signs webhooks only", secrets.Set{AuthToken: secrets.New(token), AuthTokenSecondary: secrets.New(secret)}, accountSID, token},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, call("in-progress"))
			client.Secrets = keys{set: test.set}
			if _, err := client.CallRecord(t.Context(), workerCallSID); err != nil {
				t.Fatal(err)
			}
			// With an API key, too, the path names the account.
			if got := server.requests()[0]; got.user != test.wantUser || got.password != test.wantPass || got.path != legPath {
				t.Errorf("signed in as %q with %q for %s", got.user, got.password, got.path)
			}
		})
	}
}

func TestWithoutSecretsNothingIsAsked(t *testing.T) {
	t.Parallel()
	missing := errors.New("no SSM parameter")
	for _, operation := range operations() {
		client, server, _ := newTwilio(t)
		client.Secrets = keys{err: missing}
		if err := operation.do(t.Context(), client); !errors.Is(err, missing) {
			t.Errorf("%s: err = %v, want one that wraps %v", operation.name, err, missing)
		}
		if len(server.requests()) != 0 {
			t.Errorf("%s: asked %+v", operation.name, server.requests())
		}
	}
}
