package assignment_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

func TestDequeue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, contact, callerID string
		want                    string
	}{
		{"to a phone", "+14155550199", "", dequeuedToTheCell},
		{"to a SIP address", "sip:alice@example.com;transport=tls", "", strings.Replace(dequeuedToTheCell, "+14155550199", "sip:alice@example.com;transport=tls", 1)},
		{"to a client", "client:alice", "", strings.Replace(dequeuedToTheCell, "+14155550199", "client:alice", 1)},
		{"with a caller id of its own", "+14155550199", "+12065550111", strings.Replace(dequeuedToTheCell, "+12065550100", "+12065550111", 1)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			queue := &sender{}
			h := newHandler(queue)
			h.Deferred, h.CallerID = false, test.callerID
			form := callback()
			form.Set("WorkerAttributes", `{"contact_uri":"`+test.contact+`"}`)
			for _, path := range []string{"/assignment", "/assignment/fallback"} {
				if got := handle(t, h, webhooktest.Event(path, form)); got != test.want {
					t.Errorf("%s: body = %s, want %s", path, got, test.want)
				}
			}
			if len(queue.sent) != 0 {
				t.Errorf("%d messages, want none: Twilio places the call", len(queue.sent))
			}
		})
	}
}

func TestDeferred(t *testing.T) {
	t.Parallel()
	work := deferred.Bridge{
		CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID, WorkerSID: workerSID, WorkerName: "Alice",
		Contact: "+14155550199", CallerID: "+12065550100", BaseURL: webhooktest.BaseURL,
		TaskAttributes: json.RawMessage(taskAttributes), WorkerAttributes: json.RawMessage(`{"contact_uri":"+14155550199"}`),
	}
	tests := []struct {
		name, path, callerID, wantCallerID string
		wantDeadline                       time.Time
	}{
		{"first callback", "/assignment", "", "+12065550100", now().Add(2*time.Minute - 5*time.Second)},
		{"fallback, after the first had its 5 seconds", "/assignment/fallback", "", "+12065550100", now().Add(2*time.Minute - 10*time.Second)},
		{"caller id of our own", "/assignment", "+12065550111", "+12065550111", now().Add(2*time.Minute - 5*time.Second)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			queue := &sender{}
			h := newHandler(queue)
			h.CallerID = test.callerID
			if got := handle(t, h, webhooktest.Event(test.path, callback())); got != "" {
				t.Errorf("body = %s, want none", got)
			}
			want := work
			want.CallerID, want.Deadline = test.wantCallerID, test.wantDeadline
			if got := queue.bridges(t); !reflect.DeepEqual(got, []deferred.Bridge{want}) {
				t.Errorf("messages:\n got %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestDeadlineAfterAColdStart counts from the gateway's time, where that can be one.
func TestDeadlineAfterAColdStart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name              string
		received, counted time.Duration // before the function's now
	}{
		{"a cold start", 7 * time.Second, 7 * time.Second},
		{"the clocks differ", -time.Second, 0},
		{"the time of an example", time.Hour, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			queue := &sender{}
			event := webhooktest.Event("/assignment", callback())
			event.RequestContext.TimeEpoch = now().Add(-test.received).UnixMilli()
			handle(t, newHandler(queue), event)
			want := now().Add(2*time.Minute - 5*time.Second - test.counted)
			if got := queue.bridges(t); len(got) != 1 || !got[0].Deadline.Equal(want) {
				t.Errorf("messages = %+v, want one with deadline %s", got, want)
			}
		})
	}
}

func TestDeferredBehindACustomDomain(t *testing.T) {
	t.Parallel()
	queue := &sender{}
	h := newHandler(queue)
	// The signer's domain with another spelling of its end stands for the custom domain, which Twilio signs.
	h.Edge = webhook.Edge{Secrets: &webhooktest.Secrets{}, PublicBaseURL: webhooktest.BaseURL + "/", Logger: webhooktest.Logger()}
	event := webhooktest.Event("/assignment", callback())
	event.RequestContext.DomainName = "other.execute-api.us-east-1.amazonaws.com"
	handle(t, h, event)
	if got := queue.bridges(t); len(got) != 1 || got[0].BaseURL != webhooktest.BaseURL {
		t.Errorf("messages = %+v, want one with base URL %s", got, webhooktest.BaseURL)
	}
}

// TestDeliveredTwice gives the same answer twice. The bridge, which claims the reservation, calls its worker once.
func TestDeliveredTwice(t *testing.T) {
	t.Parallel()
	queue := &sender{}
	first := handle(t, newHandler(queue), webhooktest.Event("/assignment", callback()))
	second := handle(t, newHandler(queue), webhooktest.Event("/assignment", callback()))
	bridges := queue.bridges(t)
	if first != "" || second != "" || len(bridges) != 2 || !reflect.DeepEqual(bridges[0], bridges[1]) {
		t.Errorf("answers %q and %q, messages %+v, want none and the same work twice", first, second, bridges)
	}
}

func TestReject(t *testing.T) {
	t.Parallel()
	const otherSID = "ffffffffffffffffffffffffffffffff"
	tests := []struct{ name, parameter, value string }{
		{"worker without contact_uri", "WorkerAttributes", `{"skills":["billing"]}`},
		{"worker with a name for a contact_uri", "WorkerAttributes", `{"contact_uri":"Alice"}`},
		{"worker with a local number", "WorkerAttributes", `{"contact_uri":"0205550199"}`},
		{"worker with a contact_uri that is no text", "WorkerAttributes", `{"contact_uri":14155550199}`},
		{"worker with a contact_uri made to break TwiML", "WorkerAttributes", `{"contact_uri":"sip:a@b\"><Hangup/>"}`},
		{"worker attributes are no JSON", "WorkerAttributes", `{"contact_uri":`},
		{"worker attributes are null", "WorkerAttributes", `null`},
		{"no worker attributes", "WorkerAttributes", ""},
		{"task attributes are no JSON", "TaskAttributes", `{"call_sid":`},
		{"task attributes are a list", "TaskAttributes", `[]`},
		{"task attributes are null", "TaskAttributes", `null`},
		{"no task attributes", "TaskAttributes", ""},
		{"task without a call", "TaskAttributes", `{"to":"+12065550100"}`},
		{"task with a call that is none", "TaskAttributes", `{"call_sid":"../../Calls"}`},
		{"another workspace", "WorkspaceSid", "WS" + otherSID},
		{"no workspace", "WorkspaceSid", ""},
		{"no task", "TaskSid", ""},
		{"no reservation", "ReservationSid", ""},
		{"reservation that is none", "ReservationSid", "WR1/../../Calls"},
		{"no worker", "WorkerSid", ""},
		{"worker that is a task", "WorkerSid", "WT" + otherSID},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			form := callback()
			form.Set(test.parameter, test.value)
			for _, isDeferred := range []bool{true, false} {
				queue := &sender{}
				h := newHandler(queue)
				h.Deferred = isDeferred
				if got := handle(t, h, webhooktest.Event("/assignment", form)); got != rejected {
					t.Errorf("deferred %t: body = %s, want %s", isDeferred, got, rejected)
				}
				if len(queue.sent) != 0 {
					t.Errorf("deferred %t: %d messages, want none", isDeferred, len(queue.sent))
				}
			}
		})
	}
}

// TestStrayParametersAreAnswered is a callback with what informs only mangled, and with none of the optional ones.
func TestStrayParametersAreAnswered(t *testing.T) {
	t.Parallel()
	form := callback()
	form.Set("TaskAge", "old")
	form.Set("TaskPriority", "-")
	form.Set("Timestamp", "2026-11-24T12:00:00Z")
	form.Del("WorkerName")
	h := newHandler(&sender{})
	h.Deferred = false
	if got := handle(t, h, webhooktest.Event("/assignment", form)); got != dequeuedToTheCell {
		t.Errorf("body = %s, want %s", got, dequeuedToTheCell)
	}
}
