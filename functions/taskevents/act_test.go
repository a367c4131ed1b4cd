package taskevents_test

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
)

const laterTask = "WT00000000000000000000000000000002"

// bothRing has Alice's and Bob's phones ring, as far as the ledger knows.
func (d desk) bothRing(t *testing.T) {
	t.Helper()
	for _, ring := range []struct{ reservation, worker, workerCall string }{{aliceReserved, alice, aliceCall}, {bobReserved, bob, bobCall}} {
		ref := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: ring.reservation}
		if _, made, err := d.ledger.Claim(t.Context(), ref, ledger.Offer{WorkerSID: ring.worker}); err != nil || !made {
			t.Fatalf("claim: %t, %v", made, err)
		}
		if _, err := d.ledger.RecordPlaced(t.Context(), ref, ring.workerCall); err != nil {
			t.Fatal(err)
		}
	}
}

func toAlice() ledger.Ref {
	return ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: aliceReserved}
}

func toBob() ledger.Ref {
	return ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: bobReserved}
}

// TestPhonesThatRing has every type of event come while two workers' phones ring, and its caller
// wait.
func TestPhonesThatRing(t *testing.T) {
	t.Parallel()
	both := []string{aliceCall, bobCall}
	tests := []struct {
		event              url.Values
		wantEnded          []string
		wantCanceled       []string // unless they were answered
		wantAlice, wantBob reservation.State
	}{
		{event("task.created", "01"), nil, nil, reservation.Ringing, reservation.Ringing},
		{event("task.canceled", "01"), both, nil, reservation.CallerLeft, reservation.CallerLeft},
		{event("task.deleted", "01"), nil, both, reservation.Ringing, reservation.Ringing},
		{event("task.system-deleted", "01"), nil, both, reservation.Ringing, reservation.Ringing},
		{event("task.completed", "01"), nil, both, reservation.Ringing, reservation.Ringing},
		{event("task.wrapup", "01"), nil, nil, reservation.Ringing, reservation.Ringing},
		{ofAlice("reservation.created", "01"), nil, nil, reservation.Ringing, reservation.Ringing},
		{ofAlice("reservation.accepted", "01"), nil, nil, reservation.Talking, reservation.Ringing},
		{ofAlice("reservation.wrapup", "01"), nil, nil, reservation.Talked, reservation.Ringing},
		{ofAlice("reservation.completed", "01"), nil, nil, reservation.Talked, reservation.Ringing},
		{ofAlice("reservation.rejected", "01"), []string{aliceCall}, nil, reservation.Rejected, reservation.Ringing},
		{ofAlice("reservation.timeout", "01"), []string{aliceCall}, nil, reservation.Expired, reservation.Ringing},
		{ofAlice("reservation.canceled", "01"), []string{aliceCall}, nil, reservation.CallerLeft, reservation.Ringing},
		{ofBob("reservation.rescinded", "01"), []string{bobCall}, nil, reservation.Ringing, reservation.Expired},
		{event("reservation.failed", "01", "ReservationSid", bobReserved), []string{bobCall}, nil, reservation.Ringing, reservation.Expired},
	}
	for _, test := range tests {
		t.Run(test.event.Get("EventType"), func(t *testing.T) {
			t.Parallel()
			d := newDesk(&ledger.Memory{})
			d.bothRing(t)
			// A copy of the request, sent later, costs no request.
			for _, clock := range []time.Time{now(), now().Add(time.Minute), now().Add(time.Hour)} {
				d.Now = func() time.Time { return clock }
				if got := d.hears(t, test.event); got != http.StatusNoContent {
					t.Errorf("status = %d, want 204", got)
				}
			}
			if !slices.Equal(d.twilio.ended, test.wantEnded) {
				t.Errorf("worker calls ended: %v, want %v", d.twilio.ended, test.wantEnded)
			}
			if !slices.Equal(d.twilio.canceled, test.wantCanceled) {
				t.Errorf("worker calls canceled: %v, want %v", d.twilio.canceled, test.wantCanceled)
			}
			if len(d.queue.sent) > 1 {
				t.Errorf("%d messages, want one at most", len(d.queue.sent))
			}
			call, _ := d.known(t)
			if a, b := call.State(toAlice()), call.State(toBob()); a != test.wantAlice || b != test.wantBob {
				t.Errorf("Alice %s, Bob %s, want %s, %s", a, b, test.wantAlice, test.wantBob)
			}
		})
	}
}

// TestPhonesThatAreLeftAlone is a caller who leaves when one worker has been connected and
// another's call is over.
func TestPhonesThatAreLeftAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(&ledger.Memory{})
	d.bothRing(t)
	if _, err := d.ledger.RecordWorkerCall(t.Context(), toBob(), bobCall, true); err != nil {
		t.Fatal(err)
	}
	for _, event := range []url.Values{ofAlice("reservation.accepted", "01"), ofBob("reservation.canceled", "02"), event("task.canceled", "03")} {
		if got := d.hears(t, event); got != http.StatusNoContent {
			t.Errorf("%s: status = %d, want 204", event.Get("EventType"), got)
		}
	}
	if len(d.twilio.ended) != 0 {
		t.Errorf("worker calls ended: %v, want none", d.twilio.ended)
	}
}

func TestTaskDiesBehindItsCaller(t *testing.T) {
	t.Parallel()
	asked, redirected := []string{callSID}, []string{callSID + " to " + overflowURL}
	tests := []struct {
		name       string
		twilio     twilio
		heardLeave bool // the survey knew first
		want       twilio
	}{
		{"the caller still waits", twilio{waiting: true}, false, twilio{waiting: true, asked: asked, redirected: redirected}},
		{"the caller hangs up meanwhile", twilio{waiting: true, gone: true}, false, twilio{waiting: true, gone: true, asked: asked, redirected: redirected}},
		{"the caller has gone", twilio{}, false, twilio{asked: asked}},
		{"the caller is known to have gone", twilio{waiting: true}, true, twilio{waiting: true}},
	}
	for _, test := range tests {
		for _, kind := range []string{"task.canceled", "task.completed", "task.deleted", "task.system-deleted", "task.wrapup"} {
			t.Run(test.name+": "+kind, func(t *testing.T) {
				t.Parallel()
				d := newDesk(&ledger.Memory{})
				*d.twilio = test.twilio
				if test.heardLeave {
					if _, _, err := d.ledger.Event(t.Context(), parsed(t, event("task.created", "00", "TimestampMs", "1795521500000"))); err != nil {
						t.Fatal(err)
					}
					if _, err := d.ledger.LeftQueue(t.Context(), callSID, "hangup", true); err != nil {
						t.Fatal(err)
					}
				}
				if got := d.hears(t, event(kind, "01")); got != http.StatusNoContent {
					t.Errorf("status = %d, want 204", got)
				}
				if !reflect.DeepEqual(*d.twilio, test.want) {
					t.Errorf("REST: %+v, want %+v", *d.twilio, test.want)
				}
			})
		}
	}
}

// TestSecondTaskDies is a caller who left a queue once, was enqueued again, and waits. The record
// of the first leaving is in time, late, or by a clock that is ahead; events have milliseconds, or
// seconds as documented.
func TestSecondTaskDies(t *testing.T) {
	t.Parallel()
	withSeconds := func(form url.Values) url.Values {
		form.Set("Timestamp", form.Get("TimestampMs")[:10])
		form.Del("TimestampMs")
		return form
	}
	inMilliseconds := func(form url.Values) url.Values { return form }
	tests := []struct {
		name   string
		left   time.Duration // when the leaving is recorded, after the second task was created
		result string
		stamp  func(url.Values) url.Values
	}{
		{
			name:   "in time",
			left:   -2 * time.Second,
			result: "redirected",
			stamp:  inMilliseconds,
		},
		{
			name:   "late by a cold start",
			left:   700 * time.Millisecond,
			result: "redirected",
			stamp:  inMilliseconds,
		},
		{
			name:   "late by a retry",
			left:   5 * time.Second,
			result: "leave",
			stamp:  inMilliseconds,
		},
		{
			name:   "events in seconds",
			left:   -250 * time.Millisecond,
			result: "redirected",
			stamp:  withSeconds,
		},
		{
			name:   "after a talk",
			left:   time.Second,
			result: "bridged",
			stamp:  inMilliseconds,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(&ledger.Memory{})
			d.twilio.waiting = true
			clock := at(1)
			d.ledger.Now = func() time.Time { return clock }
			d.Ledger = d.ledger
			hear := func(event url.Values) {
				if got := d.hears(t, test.stamp(event)); got != http.StatusNoContent {
					t.Errorf("%s: status = %d, want 204", event.Get("EventType"), got)
				}
			}
			hear(event("task.created", "01"))
			clock = at(5).Add(test.left)
			if test.left > 0 {
				hear(event("task.created", "05", "TaskSid", laterTask))
			}
			if _, err := d.ledger.LeftQueue(t.Context(), callSID, test.result, false); err != nil {
				t.Fatal(err)
			}
			if test.left < 0 {
				hear(event("task.created", "05", "TaskSid", laterTask))
			}
			clock = at(30)
			hear(event("task.canceled", "30", "TaskSid", laterTask))
			if want := []string{callSID + " to " + overflowURL}; !slices.Equal(d.twilio.redirected, want) {
				t.Errorf("redirected %v, want %v", d.twilio.redirected, want)
			}
		})
	}
}

// TestLaterTaskWithReplacedAttributes has a caller whose first task ended wait with the next, whose
// call_sid a script replaced: Twilio's list of the call's tasks lacks it.
func TestLaterTaskWithReplacedAttributes(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]int{"pending": 0, "reserved": 0, "assigned": 0, "wrapping": 1, "canceled": 1, "": 1} {
		d := newDesk(&ledger.Memory{})
		d.twilio.waiting, d.twilio.tasks = true, map[string]string{laterTask: status}
		d.hears(t, event("task.created", "01"))
		d.hears(t, event("task.created", "02", "TaskSid", laterTask))
		if d.hears(t, event("task.completed", "03")); len(d.twilio.redirected) != want {
			t.Errorf("next task %q: redirected %v, want %d times", status, d.twilio.redirected, want)
		}
	}
}

// TestReplacedAttributes has a script that takes call_sid away from the task of a call that the
// ledger knows.
func TestReplacedAttributes(t *testing.T) {
	t.Parallel()
	for _, attributes := range []string{`{"customer":"gold"}`, `{"call_sid":7}`, `[]`, ``, `{"call_sid":"CA1"}`} {
		for _, channel := range []string{"", "voice", "default", "chat"} {
			d := newDesk(&ledger.Memory{})
			d.bothRing(t)
			replaced := event("task.canceled", "02", "TaskAttributes", attributes, "TaskChannelUniqueName", channel)
			if got := d.hears(t, replaced); got != http.StatusNoContent {
				t.Errorf("%s: status = %d, want 204", attributes, got)
			}
			if want := []string{aliceCall, bobCall}; channel != "chat" && !slices.Equal(d.twilio.ended, want) {
				t.Errorf("%s on channel %q: worker calls ended: %v, want %v", attributes, channel, d.twilio.ended, want)
			}
		}
	}
}

// TestNumberForAText has one automatic attribute written as a number: the event counts all the
// same.
func TestNumberForAText(t *testing.T) {
	t.Parallel()
	d := newDesk(&ledger.Memory{})
	d.bothRing(t)
	edited := strings.TrimSuffix(taskAttributes, "}") + `,"from_zip":94105,"worker_call_sid":{}}`
	d.hears(t, event("task.canceled", "01", "TaskAttributes", edited))
	if want := []string{aliceCall, bobCall}; !slices.Equal(d.twilio.ended, want) {
		t.Errorf("worker calls ended: %v, want %v", d.twilio.ended, want)
	}
}

// TestFailures are answered so that Twilio delivers the event again, after everything that could be
// done was done.
func TestFailures(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	tests := []struct {
		name           string
		event          url.Values
		restErr        error
		queueErr       error
		storeFails     bool
		wantEnded      []string
		wantRedirected int
		wantSent       int
	}{
		{"REST cannot end a call", ofAlice("reservation.timeout", "01"), down, nil, false, []string{aliceCall}, 0, 1},
		{"REST cannot end either call", event("task.canceled", "01"), down, nil, false, []string{aliceCall, bobCall}, 0, 0},
		{"SQS takes no message", event("task.wrapup", "01"), nil, down, false, nil, 1, 1},
		{"the table cannot be written, a caller waits", event("task.canceled", "01"), nil, nil, true, nil, 1, 0},
		{"the table cannot be written, a task is wrapping", event("task.wrapup", "01"), nil, nil, true, nil, 1, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(&ledger.Memory{})
			if test.storeFails {
				d = newDesk(brokenStore{})
			} else {
				d.bothRing(t)
			}
			d.twilio.waiting, d.twilio.err, d.queue.err = true, test.restErr, test.queueErr
			if got := d.hears(t, test.event); got != http.StatusServiceUnavailable {
				t.Errorf("status = %d, want 503", got)
			}
			if !slices.Equal(d.twilio.ended, test.wantEnded) || len(d.twilio.redirected) != test.wantRedirected || len(d.queue.sent) != test.wantSent {
				t.Errorf("ended %v, redirected %v, %d messages, want %v, %d, %d", d.twilio.ended, d.twilio.redirected, len(d.queue.sent), test.wantEnded, test.wantRedirected, test.wantSent)
			}
		})
	}
}

// TestDoneOnRedelivery is an event whose first delivery was recorded but could not be acted upon.
func TestDoneOnRedelivery(t *testing.T) {
	t.Parallel()
	d := newDesk(&ledger.Memory{})
	d.twilio.waiting, d.twilio.err = true, errors.New("down")
	if got := d.hears(t, event("task.canceled", "01")); got != http.StatusServiceUnavailable {
		t.Errorf("status = %d, want 503", got)
	}
	d.twilio.err = nil
	if got := d.hears(t, event("task.canceled", "01")); got != http.StatusNoContent {
		t.Errorf("status = %d, want 204", got)
	}
	if want := []string{callSID + " to " + overflowURL}; !slices.Equal(d.twilio.redirected, want) {
		t.Errorf("redirected %v, want %v", d.twilio.redirected, want)
	}
}

func parsed(t *testing.T, form url.Values) taskrouter.Event {
	t.Helper()
	event, err := taskrouter.ParseEvent(form)
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// TestATalkIsNeverEnded delivers the events of Alice's talk in every order, among them that an
// operator ended the task. Before her acceptance is known, Switchboard may cancel her call, which
// an answered call survives.
func TestATalkIsNeverEnded(t *testing.T) {
	t.Parallel()
	events := []url.Values{
		ofAlice("reservation.created", "01"), ofAlice("reservation.accepted", "02"), ofBob("reservation.rescinded", "03"),
		event("task.completed", "04"), event("task.deleted", "05"), event("task.system-deleted", "06"),
	}
	inEveryOrder(events, func(shuffled []url.Values) {
		d := newDesk(&ledger.Memory{})
		d.bothRing(t)
		accepted := false
		for _, event := range shuffled {
			before := len(d.twilio.canceled)
			if got := d.hears(t, event); got != http.StatusNoContent {
				t.Fatalf("%s: status = %d, want 204", event.Get("EventType"), got)
			}
			accepted = accepted || event.Get("EventType") == "reservation.accepted"
			if slices.Contains(d.twilio.ended, aliceCall) || accepted && slices.Contains(d.twilio.canceled[before:], aliceCall) {
				t.Fatalf("order %v: Alice's call was ended: %+v", kinds(shuffled), d.twilio)
			}
		}
		if call, _ := d.known(t); call.State(toAlice()) != reservation.Talking || call.State(toBob()) != reservation.Expired {
			t.Fatalf("order %v: Alice %s, Bob %s", kinds(shuffled), call.State(toAlice()), call.State(toBob()))
		}
	})
}

// TestLateReservationEvent belongs to a caller who has left already, or who talked.
func TestLateReservationEvent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		result string
		events []url.Values
		want   reservation.State
	}{
		{"hangup", nil, reservation.CallerLeft},
		{"", []url.Values{event("task.canceled", "01")}, reservation.CallerLeft},
		{"bridged", nil, reservation.Offered},
		{"", []url.Values{event("task.completed", "01")}, reservation.Offered},
		{"", nil, reservation.Offered},
	} {
		d := newDesk(&ledger.Memory{})
		if test.result != "" {
			if _, err := d.ledger.LeftQueue(t.Context(), callSID, test.result, true); err != nil {
				t.Fatal(err)
			}
		}
		for _, event := range append(test.events, ofAlice("reservation.created", "02")) {
			d.hears(t, event)
		}
		if call, _ := d.known(t); call.State(toAlice()) != test.want {
			t.Errorf("queue result %q, then %v: the bridge is %q, want %q", test.result, kinds(test.events), call.State(toAlice()), test.want)
		}
	}
}

// TestCompletionWithoutWrapUpIsAnswered has Twilio complete a task without wrapping, in a workspace
// where the activity stays as it is: nothing else tells that the worker talked.
func TestCompletionWithoutWrapUpIsAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(&ledger.Memory{})
	missed := roster.Record{WorkerSID: alice, Misses: 2, Wish: roster.On, Pending: true}
	if _, err := d.roster.Save(t.Context(), missed); err != nil {
		t.Fatal(err)
	}
	if status := d.hears(t, ofAlice("reservation.completed", "01")); status != http.StatusNoContent {
		t.Errorf("status %d", status)
	}
	record, err := d.roster.Get(t.Context(), alice)
	if err != nil || record.Misses != 0 || len(d.queue.sent) != 1 {
		t.Errorf("record %+v, %v; sent %v", record, err, d.queue.sent)
	}
}
