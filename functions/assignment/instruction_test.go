package assignment_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
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
		From: "+14155550123", To: "+12065550100", Contact: "+14155550199", CallerID: "+12065550100", BaseURL: webhooktest.BaseURL,
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

// TestDeadlineByTwiliosClock takes the timestamp of the reservation where it comes before what the
// callback's own time allows.
func TestDeadlineByTwiliosClock(t *testing.T) {
	t.Parallel()
	const callbackAge, clockSkew, longest = 5 * time.Second, 2 * time.Second, 20 * time.Second
	tests := []struct {
		name, path   string
		age, counted time.Duration // before the callback came in
	}{
		{"the callback came without delay", "/assignment", 0, callbackAge},
		{"the callback took 3 s", "/assignment", 3 * time.Second, callbackAge},
		{"the callback took 9 s", "/assignment", 9 * time.Second, 9*time.Second + clockSkew},
		{"the fallback after 5 s", "/assignment/fallback", 5 * time.Second, 2 * callbackAge},
		{"the fallback after 12 s", "/assignment/fallback", 12 * time.Second, 12*time.Second + clockSkew},
		{"Twilio's clock is ahead", "/assignment", -3 * time.Second, callbackAge},
		{"Twilio's clock is an hour behind", "/assignment", time.Hour, longest},
		{"Twilio's clock is an hour ahead", "/assignment", -time.Hour, callbackAge},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			queue := &sender{}
			form := callback()
			form.Set("Timestamp", strconv.FormatInt(now().Add(-test.age).Unix(), 10))
			event := webhooktest.Event(test.path, form)
			event.RequestContext.TimeEpoch = now().UnixMilli()
			handle(t, newHandler(queue), event)
			want := now().Add(2*time.Minute - test.counted)
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
	// The signer's domain with another spelling of its end stands for the custom domain, which
	// Twilio signs.
	h.Edge.PublicBaseURL = webhooktest.BaseURL + "/"
	event := webhooktest.Event("/assignment", callback())
	event.RequestContext.DomainName = "other.execute-api.us-east-1.amazonaws.com"
	handle(t, h, event)
	if got := queue.bridges(t); len(got) != 1 || got[0].BaseURL != webhooktest.BaseURL {
		t.Errorf("messages = %+v, want one with base URL %s", got, webhooktest.BaseURL)
	}
}

// TestDeliveredTwice gives the same answer twice. The bridge, which claims the reservation, calls
// its worker once.
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
	tests := []struct{ name, parameter, value, want string }{
		{"worker without contact_uri", "WorkerAttributes", `{"skills":["billing"]}`, rejected},
		{"worker with a name for a contact_uri", "WorkerAttributes", `{"contact_uri":"Alice"}`, rejected},
		{"worker with a local number", "WorkerAttributes", `{"contact_uri":"0205550199"}`, rejected},
		{"worker with a contact_uri that is no text", "WorkerAttributes", `{"contact_uri":14155550199}`, rejected},
		{"worker with a contact_uri made to break TwiML", "WorkerAttributes", `{"contact_uri":"sip:a@b\"><Hangup/>"}`, rejected},
		{"worker attributes are no JSON", "WorkerAttributes", `{"contact_uri":`, rejected},
		{"worker attributes are null", "WorkerAttributes", `null`, rejected},
		{"no worker attributes", "WorkerAttributes", "", rejected},
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
				if got := handle(t, h, webhooktest.Event("/assignment", form)); got != test.want {
					t.Errorf("deferred %t: body = %s, want %s", isDeferred, got, test.want)
				}
				if len(queue.sent) != 0 {
					t.Errorf("deferred %t: %d messages, want none", isDeferred, len(queue.sent))
				}
			}
		})
	}
}

// TestForeignTask has tasks that name no call of this account: the worker is not moved, and the
// bridge, which has the ledger, looks whether the task is a call's all the same.
func TestForeignTask(t *testing.T) {
	t.Parallel()
	attributes := map[string]string{
		"a chat":                   `{"channelType":"web"}`,
		"no JSON":                  `{"call_sid":`,
		"a list":                   `[]`,
		"null":                     `null`,
		"none":                     ``,
		"a call that is none":      `{"call_sid":"../../Calls","account_sid":"` + accountSID + `"}`,
		"a call as a number":       `{"call_sid":7,"account_sid":"` + accountSID + `"}`,
		"another account's call":   `{"call_sid":"` + callSID + `","account_sid":"AC00000000000000000000000000000002"}`,
		"another program's call":   `{"call_sid":"` + callSID + `"}`,
		"bytes that are not UTF-8": "{\"a\":\"\xff\"}",
		"replaced by a script":     `{"customer":"gold"}`,
		"in other case":            `{"Call_Sid":"` + callSID + `","Account_Sid":"` + accountSID + `"}`,
	}
	for name, text := range attributes {
		for contact, wantContact := range map[string]string{"+14155550199": "+14155550199", "Alice": ""} {
			for _, isDeferred := range []bool{true, false} {
				for _, err := range []error{nil, errors.New("throttled")} {
					queue := &sender{err: err}
					h := newHandler(queue)
					h.Deferred = isDeferred
					form := callback()
					form.Set("TaskAttributes", text)
					form.Set("WorkerAttributes", `{"contact_uri":"`+contact+`"}`)
					if got := handle(t, h, webhooktest.Event("/assignment", form)); got != "" {
						t.Errorf("%s: body = %s, want none", name, got)
					}
					bridges := queue.bridges(t)
					if len(bridges) != 1 || bridges[0].CallSID != "" || bridges[0].TaskSID != taskSID || string(bridges[0].Contact) != wantContact {
						t.Errorf("%s: messages %+v, want one about the task", name, bridges)
					}
				}
			}
		}
	}
}

// TestNotOurCallback has callbacks that no answer of ours helps: nothing is done about their
// workers.
func TestNotOurCallback(t *testing.T) {
	t.Parallel()
	const otherSID = "ffffffffffffffffffffffffffffffff"
	tests := []struct{ name, parameter, value string }{
		{"another workspace", "WorkspaceSid", "WS" + otherSID},
		{"no workspace", "WorkspaceSid", ""},
		{"no task", "TaskSid", ""},
		{"no reservation", "ReservationSid", ""},
		{"reservation that is none", "ReservationSid", "WR1/../../Calls"},
		{"no worker", "WorkerSid", ""},
		{"worker that is a task", "WorkerSid", "WT" + otherSID},
		{"hours old", "Timestamp", strconv.FormatInt(now().Add(-3*time.Hour).Unix(), 10)},
	}
	for _, test := range tests {
		for _, isDeferred := range []bool{true, false} {
			queue := &sender{}
			h := newHandler(queue)
			h.Deferred = isDeferred
			form := callback()
			form.Set(test.parameter, test.value)
			if got := handle(t, h, webhooktest.Event("/assignment", form)); got != "" || len(queue.sent) > 0 {
				t.Errorf("%s: body = %s, %d messages, want none", test.name, got, len(queue.sent))
			}
		}
	}
}

// TestNoCallerID sends a caller whom no telephone can be called for to overflow, and moves no
// worker.
func TestNoCallerID(t *testing.T) {
	t.Parallel()
	want := `{"instruction":"redirect","call_sid":"` + callSID + `","url":"` + webhooktest.BaseURL + `/survey/overflow/assignment/caller-id"}`
	for _, to := range []string{`""`, `"sip:desk@example.sip.twilio.com"`, `"client:desk"`, `5`, `null`} {
		for _, isDeferred := range []bool{true, false} {
			queue := &sender{}
			h := newHandler(queue)
			h.Deferred = isDeferred
			form := callback()
			form.Set("TaskAttributes", `{"call_sid":"`+callSID+`","account_sid":"`+accountSID+`","from":"client:anna","to":`+to+`}`)
			if got := handle(t, h, webhooktest.Event("/assignment", form)); got != want || len(queue.sent) > 0 {
				t.Errorf("to %s: body = %s, %d messages, want %s", to, got, len(queue.sent), want)
			}
			h.CallerID = "+12065550111"
			if got := handle(t, h, webhooktest.Event("/assignment", form)); strings.Contains(got, "redirect") {
				t.Errorf("to %s with a number of our own: body = %s", to, got)
			}
		}
	}
}

// TestTheFailureTable has each row of the step.
func TestTheFailureTable(t *testing.T) {
	t.Parallel()
	arrange := map[failure.Failure]func(url.Values, *sender){
		failure.NoContact: func(form url.Values, _ *sender) { form.Set("WorkerAttributes", `{}`) },
		failure.NoCallerID: func(form url.Values, _ *sender) {
			form.Set("TaskAttributes", strings.Replace(taskAttributes, "+1206", "", 1))
		},
		failure.QueueRefused: func(_ url.Values, queue *sender) { queue.err = errors.New("throttled") },
	}
	for f, row := range failure.Table {
		if row.Step != failure.Assignment {
			continue
		}
		t.Run(row.Name+": charged to "+string(row.Charge), func(t *testing.T) {
			t.Parallel()
			form, queue, log := callback(), &sender{}, &bytes.Buffer{}
			arrange[failure.Failure(f)](form, queue)
			h := newHandler(queue)
			h.Logger = slog.New(slog.NewJSONHandler(log, nil))
			want, wantMessage := map[failure.Charge]string{failure.ToUs: ourFault, failure.ToWorker: rejected}[row.Charge], "reservation rejected"
			if row.Charge == failure.ToCall {
				want, wantMessage = `{"instruction":"redirect","call_sid":"`+callSID+`","url":"`+webhooktest.BaseURL+`/survey/overflow`+failure.Failure(f).Path()+`"}`, "call not served"
			}
			if got := handle(t, h, webhooktest.Event("/assignment", form)); got != want {
				t.Errorf("body = %s, want %s", got, want)
			}
			var line struct {
				Message       string `json:"msg"`
				Step, Failure string
				ChargedTo     string `json:"charged_to"`
			}
			if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.Message != wantMessage || line.Step != row.Step || line.Failure != row.Name || line.ChargedTo != string(row.Charge) {
				t.Errorf("log %s, want one line with step %s, failure %s, charged to %s", log, row.Step, row.Name, row.Charge)
			}
		})
	}
}

// TestExtensionNeedsTheDeferredBridge has a worker behind a switchboard: a dequeue instruction
// presses no keys.
func TestExtensionNeedsTheDeferredBridge(t *testing.T) {
	t.Parallel()
	form := callback()
	form.Set("WorkerAttributes", `{"contact_uri":"+18005551212x123"}`)
	for isDeferred, want := range map[bool]string{true: "", false: rejected} {
		h := newHandler(&sender{})
		h.Deferred = isDeferred
		if got := handle(t, h, webhooktest.Event("/assignment", form)); got != want {
			t.Errorf("deferred %t: body = %s, want %s", isDeferred, got, want)
		}
	}
}

// TestStrayParametersAreAnswered is a callback with what informs only mangled, and with none of the
// optional ones.
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
