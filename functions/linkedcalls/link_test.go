package linkedcalls_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	created   = taskrouter.TaskCreated
	accepted  = taskrouter.ReservationAccepted
	completed = taskrouter.TaskCompleted

	monthAgo = 30 * 24 * time.Hour
	filled   = `{"calls":[{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `","task_sid":"` + taskSID + `","worker_sid":"` + workerSID +
		`","enqueued":"2026-11-24T12:01:00Z","bridged":"2026-11-24T12:02:00Z","sources":["ledger","events"]}]}`
	filledWorker = `{"calls":[{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `","task_sid":"` + taskSID + `","worker_sid":"` + workerSID +
		`","enqueued":"2026-11-24T12:01:00Z","bridged":"2026-11-24T12:02:00Z",` + acceptedTry + `,"sources":["ledger","events"]}]}`
	onlyEvents = `{"calls":[{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `","task_sid":"` + taskSID + `","worker_sid":"` + workerSID +
		`","enqueued":"2026-11-24T12:01:00Z","bridged":"2026-11-24T12:02:00Z","sources":["events"]}]}`
	onlyAccepted = `{"calls":[{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `","task_sid":"` + taskSID + `","worker_sid":"` + workerSID +
		`","bridged":"2026-11-24T12:02:00Z","sources":["events"]}]}`
)

func TestGapsAreFilledFromEvents(t *testing.T) {
	t.Parallel()
	byTask := twilio.EventQuery{TaskSID: taskSID, Since: at(59).Add(-monthAgo)}
	byType := twilio.EventQuery{Type: accepted, Since: at(59).Add(-monthAgo)}
	task, call, workerCall := `{"task_sid":"`+taskSID+`"}`, `{"call_sid":"`+callSID+`"}`, `{"call_sid":"`+workerCallSID+`"}`
	tests := []struct {
		name, input string
		created     int // minute at which the ledger heard of the task, 0 = never
		accepted    int // and of the acceptance, without worker_call_sid
		listed      []taskrouter.Event
		want        string
		wantAsked   twilio.EventQuery
	}{
		{"who took the call", task, 1, 0, []taskrouter.Event{event(accepted, 2, taskSID, callSID, workerCallSID)}, filled, byTask},
		{"who took the call, by call", call, 1, 0, []taskrouter.Event{event(accepted, 2, taskSID, callSID, workerCallSID)}, filled, byTask},
		{"the worker's call", task, 1, 2, []taskrouter.Event{event(completed, 8, taskSID, callSID, workerCallSID)}, strings.Replace(filledWorker, `"tries"`, `"completed":"2026-11-24T12:08:00Z","tries"`, 1), byTask},
		{"the whole call", task, 0, 0, []taskrouter.Event{event(created, 1, taskSID, callSID, ""), event(accepted, 2, taskSID, callSID, workerCallSID)}, onlyEvents, byTask},
		{"the whole call, by call", call, 0, 0, []taskrouter.Event{event(accepted, 2, taskSID, callSID, workerCallSID)}, onlyAccepted, byType},
		{"the whole call, by the worker's", workerCall, 0, 0, []taskrouter.Event{event(accepted, 2, taskSID, callSID, workerCallSID)}, onlyAccepted, byType},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			store := &ledger.Memory{}
			if test.created != 0 {
				record(t, store, taskSID, callSID, "", test.created, test.accepted)
			}
			rest := &events{listed: append(othersEvents(), test.listed...)}
			got, err := invoke(t, newHandler(store, rest), test.input)
			if err != nil || got != test.want {
				t.Errorf("\n got %s, %v\nwant %s", got, err, test.want)
			}
			if !reflect.DeepEqual(rest.asked, []twilio.EventQuery{test.wantAsked}) {
				t.Errorf("events asked for: %+v, want %+v", rest.asked, test.wantAsked)
			}
		})
	}
}

// othersEvents are of no use for our calls, though one names the same worker.
func othersEvents() []taskrouter.Event {
	otherWorkflow := event(accepted, 3, taskSID, callSID, otherCallSID)
	otherWorkflow.WorkflowSID = "WW00000000000000000000000000000002"
	return []taskrouter.Event{
		otherWorkflow,
		event(accepted, 3, otherTaskSID, "", ""),                         // a chat
		{Type: "worker.activity.update", Time: at(3)},                    // no task at all
		event(accepted, 3, "WT00000000000000000000000000000009", "", ""), // another chat
	}
}

// TestCallerWhoLeftUnserved was linked to no worker, and no event can change that.
func TestCallerWhoLeftUnserved(t *testing.T) {
	t.Parallel()
	for _, result := range []string{"hangup", "leave", "queue-full"} {
		store := &ledger.Memory{}
		record(t, store, taskSID, callSID, "", 1, 0)
		kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(9) }}
		if _, err := kept.LeftQueue(t.Context(), callSID, result, true); err != nil {
			t.Fatal(err)
		}
		rest := &events{}
		got, err := invoke(t, newHandler(store, rest), `{"task_sid":"`+taskSID+`"}`)
		want := `{"calls":[{"call_sid":"` + callSID + `","task_sid":"` + taskSID + `","enqueued":"2026-11-24T12:01:00Z","left_queue":"2026-11-24T12:09:00Z","queue_result":"` + result + `","sources":["ledger"]}]}`
		if err != nil || got != want {
			t.Errorf("\n got %s, %v\nwant %s", got, err, want)
		}
		if len(rest.asked) != 0 {
			t.Errorf("events were asked for: %+v", rest.asked)
		}
	}
}

func TestWhatTheLedgerKnowsCountsMore(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	record(t, store, taskSID, callSID, "", 1, 2)
	rest := &events{listed: []taskrouter.Event{event(created, 5, taskSID, callSID, ""), event(accepted, 6, taskSID, callSID, workerCallSID)}}
	if got, err := invoke(t, newHandler(store, rest), `{"task_sid":"`+taskSID+`"}`); err != nil || got != filledWorker {
		t.Errorf("\n got %s, %v\nwant %s", got, err, filledWorker)
	}
}

// TestSince has one call that the ledger knows, one that it half knows, one that only events
// contain, and one that is too old.
func TestSince(t *testing.T) {
	t.Parallel()
	const onlyInEvents = "CA00000000000000000000000000000004"
	store := wholeCall(t)
	record(t, store, "WT00000000000000000000000000000005", "CA00000000000000000000000000000005", "", 0, 0)
	record(t, store, otherTaskSID, otherCallSID, "", 7, 0)
	rest := &events{listed: append(othersEvents(),
		event(accepted, 8, otherTaskSID, otherCallSID, ""),
		event(accepted, 4, "WT00000000000000000000000000000004", onlyInEvents, ""),
		event(accepted, 2, taskSID, callSID, workerCallSID),
	)}
	got, err := invoke(t, newHandler(store, rest), `{"since":"2026-11-24T12:01:00Z"}`)
	want := `{"calls":[` + wholeLink + `,` +
		`{"call_sid":"` + onlyInEvents + `","task_sid":"WT00000000000000000000000000000004","worker_sid":"` + workerSID + `","bridged":"2026-11-24T12:04:00Z","sources":["events"]},` +
		`{"call_sid":"` + otherCallSID + `","task_sid":"` + otherTaskSID + `","worker_sid":"` + workerSID + `","enqueued":"2026-11-24T12:07:00Z","bridged":"2026-11-24T12:08:00Z","sources":["ledger","events"]}]}`
	if err != nil || got != want {
		t.Errorf("\n got %s, %v\nwant %s", got, err, want)
	}
	if wantAsked := (twilio.EventQuery{Type: accepted, Since: at(1)}); !reflect.DeepEqual(rest.asked, []twilio.EventQuery{wantAsked}) {
		t.Errorf("events asked for: %+v, want %+v", rest.asked, wantAsked)
	}
}

func TestSinceWithAnotherZone(t *testing.T) {
	t.Parallel()
	got, err := invoke(t, newHandler(wholeCall(t), &events{}), `{"since":"2026-11-24T13:01:00+01:00"}`)
	if want := `{"calls":[` + wholeLink + `]}`; err != nil || got != want {
		t.Errorf("\n got %s, %v\nwant %s", got, err, want)
	}
}

// TestACallOfThisMoment may have a time that is ahead of our clock.
func TestACallOfThisMoment(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	callAt(t, store, at(59).Add(time.Second), 1)
	report, err := newHandler(store, &events{}).Handle(t.Context(), linkedcalls.Request{Since: "2026-11-24T12:30:00Z"})
	if err != nil || len(report.Calls) != 1 {
		t.Errorf("report = %+v, %v, want one call", report, err)
	}
}

func TestNothingSince(t *testing.T) {
	t.Parallel()
	got, err := invoke(t, newHandler(wholeCall(t), &events{}), `{"since":"2026-11-24T12:30:00Z"}`)
	if want := `{"calls":[]}`; err != nil || got != want {
		t.Errorf("\n got %s, %v\nwant %s", got, err, want)
	}
}

func TestNothingKnown(t *testing.T) {
	t.Parallel()
	for _, input := range []string{`{"task_sid":"` + taskSID + `"}`, `{"call_sid":"` + callSID + `"}`} {
		got, err := invoke(t, newHandler(&ledger.Memory{}, &events{}), input)
		if want := `{"calls":[]}`; err != nil || got != want {
			t.Errorf("%s:\n got %s, %v\nwant %s", input, got, err, want)
		}
	}
}

// TestCallWithoutTask is one of which the ledger heard by the Enqueue action only, as when every
// event was lost.
func TestCallWithoutTask(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(9) }}
	if _, err := kept.LeftQueue(t.Context(), callSID, "hangup", true); err != nil {
		t.Fatal(err)
	}
	got, err := invoke(t, newHandler(store, &events{}), `{"call_sid":"`+callSID+`"}`)
	want := `{"calls":[{"call_sid":"` + callSID + `","enqueued":"2026-11-24T12:09:00Z","left_queue":"2026-11-24T12:09:00Z","queue_result":"hangup","sources":["ledger"]}]}`
	if err != nil || got != want {
		t.Errorf("\n got %s, %v\nwant %s", got, err, want)
	}
}

// TestTransferredCall had a worker, who handed it on.
func TestTransferredCall(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	record(t, store, taskSID, callSID, "", 1, 0)
	kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(9) }}
	if _, err := kept.LeftQueue(t.Context(), callSID, "redirected-from-bridged", false); err != nil {
		t.Fatal(err)
	}
	rest := &events{listed: []taskrouter.Event{event(accepted, 2, taskSID, callSID, workerCallSID)}}
	got, err := invoke(t, newHandler(store, rest), `{"task_sid":"`+taskSID+`"}`)
	want := `{"calls":[{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `","task_sid":"` + taskSID + `","worker_sid":"` + workerSID +
		`","enqueued":"2026-11-24T12:01:00Z","bridged":"2026-11-24T12:02:00Z","left_queue":"2026-11-24T12:09:00Z","queue_result":"redirected-from-bridged","sources":["ledger","events"]}]}`
	if err != nil || got != want {
		t.Errorf("\n got %s, %v\nwant %s", got, err, want)
	}
}

// TestNewestEventFirst is the order in which Twilio lists events.
func TestNewestEventFirst(t *testing.T) {
	t.Parallel()
	rest := &events{listed: []taskrouter.Event{
		event(completed, 8, taskSID, callSID, workerCallSID), event(accepted, 2, taskSID, callSID, workerCallSID), event(created, 1, taskSID, callSID, ""),
	}}
	want := strings.Replace(onlyEvents, `"sources"`, `"completed":"2026-11-24T12:08:00Z","sources"`, 1)
	if got, err := invoke(t, newHandler(&ledger.Memory{}, rest), `{"task_sid":"`+taskSID+`"}`); err != nil || got != want {
		t.Errorf("\n got %s, %v\nwant %s", got, err, want)
	}
}

// TestAWorkerWhoDidNotAnswer has a call, which is not the one that the caller was linked to.
func TestAWorkerWhoDidNotAnswer(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(1) }}
	ref := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID}
	if _, err := kept.RecordPlaced(t.Context(), ref, workerCallSID); err != nil {
		t.Fatal(err)
	}
	got, err := invoke(t, newHandler(store, &events{}), `{"task_sid":"`+taskSID+`"}`)
	want := `{"calls":[{"call_sid":"` + callSID + `","task_sid":"` + taskSID + `","enqueued":"2026-11-24T12:01:00Z","tries":[{"reservation_sid":"` + reservationSID +
		`","task_sid":"` + taskSID + `","worker_call_sid":"` + workerCallSID + `","state":"ringing","times":{"ringing":"2026-11-24T12:01:00Z"}}],"sources":["ledger"]}]}`
	if err != nil || got != want {
		t.Errorf("\n got %s, %v\nwant %s", got, err, want)
	}
}
