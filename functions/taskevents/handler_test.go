package taskevents_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/taskevents"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook/webhooktest"
)

const (
	callSID           = "CA00000000000000000000000000000001"
	accountSID        = "AC00000000000000000000000000000001"
	taskSID           = "WT00000000000000000000000000000001"
	workflowSID       = "WW00000000000000000000000000000001"
	previousWorkflow  = "WW00000000000000000000000000000007"
	otherWorkflow     = "WW00000000000000000000000000000002"
	alice             = "WK0000000000000000000000000000000a" // the workers, their reservations, and the calls to them
	aliceReserved     = "WR0000000000000000000000000000000a"
	aliceCall         = "CA0000000000000000000000000000000a"
	bob               = "WK0000000000000000000000000000000b"
	bobReserved       = "WR0000000000000000000000000000000b"
	bobCall           = "CA0000000000000000000000000000000b"
	taskAttributes    = `{"call_sid":"` + callSID + `","account_sid":"` + accountSID + `"}`
	availableActivity = "WA00000000000000000000000000000001"
	rejectActivity    = "WA00000000000000000000000000000002"
	postWorkActivity  = "WA00000000000000000000000000000003"
	overflowURL       = webhooktest.BaseURL + "/survey/overflow"
)

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// twilio is REST: who waits, and what it was told to do.
type twilio struct {
	waiting    bool // the caller does, without a task
	gone       bool // the call ended before it could be redirected
	err        error
	tasks      map[string]string // status by task
	asked      []string          // call in queue
	ended      []string
	canceled   []string
	redirected []string // call to URL
}

func (v *twilio) EndCall(_ context.Context, sid string) error {
	v.ended = append(v.ended, sid)
	return v.err
}

func (v *twilio) CancelCall(_ context.Context, sid string) error {
	v.canceled = append(v.canceled, sid)
	return v.err
}

func (v *twilio) Stranded(_ context.Context, call string, _ time.Time) (bool, error) {
	v.asked = append(v.asked, call)
	return v.waiting, v.err
}

func (v *twilio) TaskStatus(_ context.Context, task string) (string, error) {
	return v.tasks[task], v.err
}

func (v *twilio) RedirectCall(_ context.Context, sid, url string) (bool, error) {
	v.redirected = append(v.redirected, sid+" to "+url)
	return !v.gone, v.err
}

// sender is SQS: it keeps what it was given.
type sender struct {
	sent []*sqs.SendMessageInput
	err  error
}

func (s *sender) SendMessage(_ context.Context, input *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	s.sent = append(s.sent, input)
	return &sqs.SendMessageOutput{}, s.err
}

// brokenStore is a table that cannot be written.
type brokenStore struct{ ledger.Store }

func (brokenStore) Apply(context.Context, ledger.Change) (ledger.Fields, bool, error) {
	return nil, false, errors.New("table unreachable")
}

// desk is the handler with all that it touches.
type desk struct {
	taskevents.Handler
	ledger ledger.Ledger
	twilio *twilio
	queue  *sender
	roster roster.Roster
	noted  *notes
}

// notes are what events showed of what callers can expect.
type notes struct{ outlook.Outlook }

func (n *notes) Note(_ context.Context, facts outlook.Outlook) { n.Outlook = n.Merge(facts) }

func newDesk(store ledger.Store) desk {
	kept, rest, queue := ledger.Ledger{Store: store, Now: now}, &twilio{}, &sender{}
	workers, noted := roster.Roster{Store: &roster.Memory{}}, &notes{}
	work := deferred.Queue{Client: queue, URL: "https://sqs.example/bridge"}
	absences := reconciler.Absences{
		Roster: workers, Queue: work, Now: now, Pause: time.Minute,
		Activities: reconciler.Activities{Available: availableActivity, PostWork: postWorkActivity, Reject: rejectActivity}.Complete(),
	}
	return desk{
		Handler: taskevents.Handler{
			Edge:       webhooktest.Edge(),
			Ledger:     kept,
			Twilio:     rest,
			Queue:      deferred.Queue{Client: queue, URL: "https://sqs.example/bridge"},
			Roster:     absences,
			Activities: absences.Activities,
			Outlook:    noted,
			Workflows:  taskrouter.Workflows{Current: workflowSID, Previous: previousWorkflow},
			WrapUp:     new(30 * time.Second),
			Now:        now,
			Logger:     webhooktest.Logger(),
		},
		ledger: kept, twilio: rest, queue: queue, roster: workers, noted: noted,
	}
}

// hears delivers an event and returns the status of the answer.
func (d desk) hears(t *testing.T, event url.Values) int {
	t.Helper()
	answer, err := d.Handle(t.Context(), webhooktest.Event("/events", event))
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode == http.StatusNoContent && (answer.Body != "" || answer.Headers["Content-Type"] != "application/json") {
		t.Errorf("answer = %+v, want JSON's type and no body", answer)
	}
	return answer.StatusCode
}

// known is the call in the ledger; false if nothing was written.
func (d desk) known(t *testing.T) (ledger.Call, bool) {
	t.Helper()
	call, found, err := d.ledger.ByCall(t.Context(), callSID)
	if err != nil {
		t.Fatal(err)
	}
	return call, found
}

// event is a callback of the type at a second of the call's story. Its SID is made of both, so that
// the same event has the same.
func event(kind, second string, parameters ...string) url.Values {
	form := url.Values{
		"Sid": {"EV000000000000000000000000000000" + second}, "EventType": {kind}, "TimestampMs": {"17955216" + second + "500"},
		"WorkspaceSid": {"WS00000000000000000000000000000001"}, "WorkflowSid": {workflowSID},
		"TaskSid": {taskSID}, "TaskAttributes": {taskAttributes}, "AccountSid": {accountSID},
	}
	for i := 0; i < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}
	return form
}

func ofAlice(kind, second string) url.Values {
	return event(kind, second, "ReservationSid", aliceReserved, "WorkerSid", alice)
}

func ofBob(kind, second string) url.Values {
	return event(kind, second, "ReservationSid", bobReserved, "WorkerSid", bob)
}

func at(second int) time.Time {
	return time.Unix(1795521600, 500e6).Add(time.Duration(second) * time.Second).UTC()
}

func TestEventFile(t *testing.T) {
	t.Parallel()
	d := newDesk(&ledger.Memory{})
	// The file is invoked at any time: it must not be refused for its age.
	d.Now = func() time.Time { return now().AddDate(1, 0, 0) }
	answer, err := d.Handle(t.Context(), webhooktest.File(t, filepath.Join("..", "..", "events", "taskevents.json")))
	if err != nil || answer.StatusCode != http.StatusNoContent {
		t.Errorf("answer = %+v, %v, want 204", answer, err)
	}
	call, _ := d.known(t)
	if call.TaskSID() != taskSID || call.WorkerSID() != "WK00000000000000000000000000000001" || !call.TalkStarted().Equal(at(20)) {
		t.Errorf("task %s, worker %s, bridged %s, want the file's", call.TaskSID(), call.WorkerSID(), call.TalkStarted())
	}
}

// TestEventsThatChangeNothing are answered and change nothing: not in the ledger, not at Twilio,
// not in the queue.
func TestEventsThatChangeNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		event url.Values
		want  int
	}{
		{"another workflow", event("task.canceled", "01", "WorkflowSid", otherWorkflow), http.StatusNoContent},
		{"a chat: no call", event("task.canceled", "01", "TaskAttributes", `{"channelType":"web"}`), http.StatusNoContent},
		{"no attributes", event("task.canceled", "01", "TaskAttributes", ""), http.StatusNoContent},
		{"a worker's activity", event("worker.activity.update", "01", "TaskSid", "", "TaskAttributes", "", "WorkflowSid", ""), http.StatusNoContent},
		{"a queue entered", event("task-queue.entered", "01"), http.StatusNoContent},
		{"a target matched", event("workflow.target-matched", "01"), http.StatusNoContent},
		{"attributes updated", event("task.updated", "01"), http.StatusNoContent},
		{"a type of tomorrow", event("task.teleported", "01"), http.StatusNoContent},
		{"a reservation's type of tomorrow", ofAlice("reservation.teleported", "01"), http.StatusNoContent},
		{"a reservation's event without reservation", event("reservation.accepted", "01"), http.StatusNoContent},
		{"no type", event("", "01"), http.StatusBadRequest},
		{"attributes are no JSON", event("task.canceled", "01", "TaskAttributes", `{"call_sid":`), http.StatusNoContent},
		{"attributes are a list", event("task.canceled", "01", "TaskAttributes", `[]`), http.StatusNoContent},
		{"another program's call back", event("task.canceled", "01", "TaskAttributes", `{"call_sid":"`+callSID+`"}`), http.StatusNoContent},
		{"another account's call", event("task.canceled", "01", "TaskAttributes", `{"call_sid":"`+callSID+`","account_sid":"AC00000000000000000000000000000002"}`), http.StatusNoContent},
		{"hours old", event("task.canceled", "01", "Timestamp", "1795500000"), http.StatusBadRequest},
		{"a task that is none", event("task.canceled", "01", "TaskSid", "WT1/../.."), http.StatusBadRequest},
		{"a call that is none", event("task.canceled", "01", "TaskAttributes", `{"call_sid":"CA1/../../IncomingPhoneNumbers","account_sid":"`+accountSID+`"}`), http.StatusNoContent},
		{"a reservation that is none", event("reservation.accepted", "01", "ReservationSid", "WR.accepted"), http.StatusBadRequest},
		{"a worker that is none", event("reservation.accepted", "01", "ReservationSid", aliceReserved, "WorkerSid", "alice"), http.StatusBadRequest},
		{"an event SID that is none", event("task.canceled", "01", "Sid", "1"), http.StatusBadRequest},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(&ledger.Memory{})
			d.twilio.waiting = true
			if got := d.hears(t, test.event); got != test.want {
				t.Errorf("status = %d, want %d", got, test.want)
			}
			d.wantNothingDone(t)
		})
	}
}

func TestWrongSignature(t *testing.T) {
	t.Parallel()
	for _, option := range []webhooktest.Option{webhooktest.SignedWith("67890"), webhooktest.Unsigned()} {
		d := newDesk(&ledger.Memory{})
		d.twilio.waiting = true
		answer, err := d.Handle(t.Context(), webhooktest.Event("/events", event("task.canceled", "01"), option))
		if err != nil || answer.StatusCode != http.StatusForbidden {
			t.Errorf("answer = %+v, %v, want 403", answer, err)
		}
		d.wantNothingDone(t)
	}
}

func (d desk) wantNothingDone(t *testing.T) {
	t.Helper()
	if call, found := d.known(t); found {
		t.Errorf("the ledger has %+v, want nothing", call)
	}
	if !reflect.DeepEqual(d.twilio, &twilio{waiting: d.twilio.waiting}) {
		t.Errorf("REST was used: %+v", d.twilio)
	}
	if len(d.queue.sent) != 0 {
		t.Errorf("%d messages were sent", len(d.queue.sent))
	}
}

func TestAnUnwrittenEventIsDeliveredAgain(t *testing.T) {
	t.Parallel()
	if got := newDesk(brokenStore{}).hears(t, event("task.created", "01")); got != http.StatusServiceUnavailable {
		t.Errorf("status = %d, want 503", got)
	}
	d := newDesk(&ledger.Memory{})
	d.Edge.Secrets = &webhooktest.Secrets{Err: errors.New("SSM unreachable")}
	if got := d.hears(t, event("task.created", "01")); got != http.StatusServiceUnavailable {
		t.Errorf("status without secrets = %d, want 503", got)
	}
	d.wantNothingDone(t)
}
