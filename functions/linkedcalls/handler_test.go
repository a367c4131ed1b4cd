package linkedcalls_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook/webhooktest"
)

const (
	accountSID     = "AC00000000000000000000000000000001"
	callSID        = "CA00000000000000000000000000000001"
	workerCallSID  = "CA00000000000000000000000000000002"
	otherCallSID   = "CA00000000000000000000000000000003"
	taskSID        = "WT00000000000000000000000000000001"
	otherTaskSID   = "WT00000000000000000000000000000003"
	reservationSID = "WR00000000000000000000000000000001"
	workerSID      = "WK00000000000000000000000000000001"
	workflowSID    = "WW00000000000000000000000000000001"
)

// at is a minute of the day of the tests.
func at(minute int) time.Time { return time.Date(2026, 11, 24, 12, minute, 0, 0, time.UTC) }

// events is TaskRouter's Events API. It returns the same events to each query, and keeps the query.
type events struct {
	listed []taskrouter.Event
	err    error
	asked  []twilio.EventQuery
}

func (e *events) Events(_ context.Context, query twilio.EventQuery) ([]taskrouter.Event, error) {
	e.asked = append(e.asked, query)
	return e.listed, e.err
}

// unreadable is a table that cannot be read.
type unreadable struct{ ledger.Store }

func (unreadable) Get(context.Context, string) (ledger.Fields, error) {
	return nil, errors.New("table unreachable")
}

func (unreadable) Find(context.Context, ledger.Index, string) ([]ledger.Fields, error) {
	return nil, errors.New("table unreachable")
}

func newHandler(store ledger.Store, rest *events) linkedcalls.Handler {
	now := func() time.Time { return at(59) }
	return linkedcalls.Handler{Ledger: ledger.Ledger{Store: store, Now: now}, Events: rest, Workflows: taskrouter.Workflows{Current: workflowSID}, Now: now, Logger: webhooktest.Logger()}
}

// invoke is what Lambda does with an operator's JSON.
func invoke(t *testing.T, h linkedcalls.Handler, input string) (string, error) {
	t.Helper()
	var request linkedcalls.Request
	if err := json.Unmarshal([]byte(input), &request); err != nil {
		t.Fatal(err)
	}
	report, err := h.Handle(t.Context(), request)
	if err != nil {
		return "", err
	}
	output, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return string(output), nil
}

// event is about a task and its call. An empty workerCall is a task without worker_call_sid.
func event(kind string, minute int, task, call, workerCall string) taskrouter.Event {
	return taskrouter.Event{
		Type: kind, Time: at(minute), WorkflowSID: workflowSID, TaskSID: task, ReservationSID: reservationSID, WorkerSID: workerSID,
		Task: taskrouter.TaskAttributes{AutomaticAttributes: taskrouter.AutomaticAttributes{CallSID: call, AccountSID: accountSID}, WorkerCallSID: workerCall},
	}
}

// record has the ledger record a task's creation, and of its acceptance unless the minute is 0.
func record(t *testing.T, store ledger.Store, task, call, workerCall string, created, accepted int) {
	t.Helper()
	hear := func(event taskrouter.Event) {
		// Callbacks come a little after their events.
		kept := ledger.Ledger{Store: store, Now: func() time.Time { return event.Time.Add(time.Second) }}
		if _, _, err := kept.Event(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	hear(event(taskrouter.TaskCreated, created, task, call, ""))
	if accepted != 0 {
		hear(event(taskrouter.ReservationAccepted, accepted, task, call, workerCall))
	}
}

// wholeCall is one of which the ledger knows everything.
func wholeCall(t *testing.T) *ledger.Memory {
	t.Helper()
	store := &ledger.Memory{}
	record(t, store, taskSID, callSID, workerCallSID, 1, 2)
	kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(9) }}
	if _, err := kept.LeftQueue(t.Context(), callSID, "bridged", false); err != nil {
		t.Fatal(err)
	}
	if err := kept.Scored(t.Context(), callSID, 5); err != nil {
		t.Fatal(err)
	}
	return store
}

const wholeLink = `{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `","task_sid":"` + taskSID + `","worker_sid":"` + workerSID +
	`","enqueued":"2026-11-24T12:01:00Z","bridged":"2026-11-24T12:02:00Z","left_queue":"2026-11-24T12:09:00Z","queue_result":"bridged","score":"5",` + acceptedTry + `,"sources":["ledger"]}`

// acceptedTry is what the ledger makes of an acceptance of which it heard nothing before.
const acceptedTry = `"tries":[{"reservation_sid":"` + reservationSID + `","task_sid":"` + taskSID + `","worker_sid":"` + workerSID +
	`","state":"bridged","times":{"bridged":"2026-11-24T12:02:00Z"}}]`

func TestLedgerKnowsItAll(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile(filepath.Join("..", "..", "events", "linkedcalls.json"))
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string]string{
		"the event file":    string(file),
		"the caller's call": `{"call_sid":"` + callSID + `"}`,
		"the worker's call": `{"call_sid":"` + workerCallSID + `"}`,
		"the task":          `{"task_sid":"` + taskSID + `"}`,
	}
	for name, input := range inputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rest := &events{}
			got, err := invoke(t, newHandler(wholeCall(t), rest), input)
			if want := `{"calls":[` + wholeLink + `]}`; err != nil || got != want {
				t.Errorf("\n got %s, %v\nwant %s", got, err, want)
			}
			if len(rest.asked) != 0 {
				t.Errorf("events were asked for: %+v", rest.asked)
			}
		})
	}
}

func TestQuestionsThatAreRefused(t *testing.T) {
	t.Parallel()
	const oneOf = `give one of {"task_sid": "WT…"}, {"call_sid": "CA…"}, {"since": "2026-11-24T09:00:00Z"} and {"day": `
	tests := []struct{ name, input, want string }{
		{"nothing", `{}`, oneOf},
		{"two of them", `{"task_sid":"` + taskSID + `","call_sid":"` + callSID + `"}`, oneOf},
		{"all of them", `{"task_sid":"` + taskSID + `","call_sid":"` + callSID + `","since":"2026-11-24T12:00:00Z"}`, oneOf},
		{"a call for a task", `{"task_sid":"` + callSID + `"}`, "task_sid is not a WT… SID"},
		{"a task for a call", `{"call_sid":"` + taskSID + `"}`, "call_sid is not a CA… SID"},
		{"a date", `{"since":"2026-11-24"}`, "RFC 3339 time, such as 2026-11-24T09:00:00Z"},
		{"a time that Twilio has forgotten", `{"since":"2026-10-25T12:58:59Z"}`, "30 days"},
		{"a day and a call", `{"day":"2026-11-24","format":"csv","call_sid":"` + callSID + `"}`, oneOf},
		{"a format of a task", `{"task_sid":"` + taskSID + `","format":"csv"}`, oneOf},
		{"the rest of a task", `{"task_sid":"` + taskSID + `","next":"2026-11-24T12:00:00Z"}`, oneOf},
		{"no day", `{"day":"2026-11-31","format":"csv"}`, "date, such as 2026-11-24"},
		{"tomorrow", `{"day":"2026-11-25","format":"csv"}`, "day has not begun, in UTC"},
		{"tomorrow in Hawaii", `{"day":"2026-11-25","timezone":"Pacific/Honolulu","format":"csv"}`, "day has not begun, in Pacific/Honolulu"},
		{"a zone of a task", `{"task_sid":"` + taskSID + `","timezone":"Europe/Berlin"}`, oneOf},
		{"a zone that is none", `{"day":"2026-11-24","timezone":"Europe/Berln","format":"csv"}`, `timezone is "Europe/Berln": give an IANA name`},
		{"the zone of the machine", `{"day":"2026-11-24","timezone":"Local","format":"csv"}`, `timezone is "Local": give an IANA name`},
		{"a zone that is a path", `{"day":"2026-11-24","timezone":"../etc/passwd","format":"csv"}`, `give an IANA name`},
		{"a day that was skipped", `{"day":"2011-12-30","timezone":"Pacific/Apia","format":"csv"}`, "the clocks skipped it"},
		{"the rest in another zone", `{"day":"2026-11-24","timezone":"Europe/Berlin","format":"csv","next":"2026-11-24T12:00:00Z Europe/Paris"}`, "next is not"},
		{"the rest in UTC", `{"day":"2026-11-24","timezone":"Europe/Berlin","format":"csv","next":"2026-11-24T12:00:00Z"}`, "next is not"},
		{"the rest in no zone", `{"day":"2026-11-24","format":"csv","next":"2026-11-24T12:00:00Z Nowhere"}`, `timezone is "Nowhere"`},
		{"a day in no format", `{"day":"2026-11-24"}`, "format is csv or jsonl"},
		{"a day in another format", `{"day":"2026-11-24","format":"xml"}`, "format is csv or jsonl"},
		{"the rest of another day", `{"day":"2026-11-24","format":"csv","next":"2026-11-25T00:00:00Z"}`, "next is not"},
		{"the rest of the day before", `{"day":"2026-11-24","format":"csv","next":"2026-11-23T23:59:59.999Z"}`, "next is not"},
		{"a rest that is no time", `{"day":"2026-11-24","format":"csv","next":"2"}`, "next is not"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rest := &events{}
			got, err := invoke(t, newHandler(unreadable{}, rest), test.input)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("answer %s, error %v, want an error that says %q", got, err, test.want)
			}
			if len(rest.asked) != 0 {
				t.Errorf("events were asked for: %+v", rest.asked)
			}
		})
	}
}

func TestSourcesThatFail(t *testing.T) {
	t.Parallel()
	inputs := []string{`{"task_sid":"` + taskSID + `"}`, `{"call_sid":"` + callSID + `"}`, `{"since":"2026-11-24T12:00:00Z"}`}
	for _, input := range append(inputs, `{"day":"2026-11-24","format":"csv"}`) {
		t.Run("ledger "+input, func(t *testing.T) {
			t.Parallel()
			if _, err := invoke(t, newHandler(unreadable{}, &events{}), input); err == nil || !strings.Contains(err.Error(), "table unreachable") {
				t.Errorf("error = %v, want the ledger's", err)
			}
		})
	}
	for _, input := range inputs {
		t.Run("events "+input, func(t *testing.T) {
			t.Parallel()
			rest := &events{err: errors.New("list events: HTTP status 503")}
			if _, err := invoke(t, newHandler(&ledger.Memory{}, rest), input); err == nil || !strings.Contains(err.Error(), "list events") {
				t.Errorf("error = %v, want the Events API's", err)
			}
		})
	}
}
