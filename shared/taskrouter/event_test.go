package taskrouter

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestParseEvent(t *testing.T) {
	t.Parallel()
	got, err := ParseEvent(fixture(t, "event-reservation-accepted.json"))
	if err != nil {
		t.Fatal(err)
	}
	if got.SID != "EV00000000000000000000000000000001" || got.Type != ReservationAccepted || got.WorkflowSID != workflowSID ||
		got.TaskSID != taskSID || got.ReservationSID != reservationSID || got.WorkerSID != workerSID {
		t.Errorf("event = %+v", got)
	}
	if got.Task.CallSID != callSID || got.Task.WorkerCallSID != workerCallSID || string(got.Task.Own["skill"]) != `"billing"` {
		t.Errorf("task = %+v", got.Task)
	}
	if want := time.Date(2026, 11, 24, 12, 0, 20, 500_000_000, time.UTC); !got.Time.Equal(want) {
		t.Errorf("time = %s, want %s", got.Time, want)
	}
	if !got.AboutCall() {
		t.Error("the event counts as one about no call")
	}
}

func TestEventsWithoutACall(t *testing.T) {
	t.Parallel()
	accepted := fixture(t, "event-reservation-accepted.json")
	tests := []struct {
		name string
		form url.Values
		want string // its type
	}{
		{"worker", fixture(t, "event-worker-activity-update.json"), "worker.activity.update"},
		{"workspace", url.Values{"EventType": {"workspace.updated"}}, "workspace.updated"},
		{"type of the future", url.Values{"EventType": {"task.teleported"}, "TaskSid": {taskSID}}, "task.teleported"},
		{"task of another channel", with(accepted, "TaskAttributes", `{"channel":"chat","from":"SM1"}`), ReservationAccepted},
		{"task without attributes", with(accepted, "TaskAttributes", ""), ReservationAccepted},
		{"task with null attributes", with(accepted, "TaskAttributes", "null"), ReservationAccepted},
		{"call, but no task", with(accepted, "TaskSid", ""), ReservationAccepted},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseEvent(test.form)
			if err != nil || got.Type != test.want || got.AboutCall() {
				t.Errorf("event = %+v, %v; want %s, about no call", got, err, test.want)
			}
		})
	}
}

func TestEventOfForeignTask(t *testing.T) {
	t.Parallel()
	form := with(fixture(t, "event-reservation-accepted.json"), "TaskAttributes", `{"channel":"chat","from":{"id":7}}`)
	if got, err := ParseEvent(form); err != nil || got.AboutCall() {
		t.Errorf("event = %+v, %v; want one about no call", got, err)
	}
}

func TestEventTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, ms, seconds string
		want              time.Time
	}{
		{"both", "1795521620500", "1795521600", time.UnixMilli(1795521620500)},
		{"milliseconds", "1795521620500", "", time.UnixMilli(1795521620500)},
		{"seconds", "", "1795521600", time.Unix(1795521600, 0)},
		{"junk milliseconds", "soon", "1795521600", time.Unix(1795521600, 0)},
		{"milliseconds out of range", "99999999999999999999", "1795521600", time.Unix(1795521600, 0)},
		{"junk", "soon", "2026-11-24T12:00:00Z", time.Time{}},
		{"neither", "", "", time.Time{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			form := with(with(fixture(t, "event-worker-activity-update.json"), "TimestampMs", test.ms), "Timestamp", test.seconds)
			got, err := ParseEvent(form)
			if err != nil || !got.Time.Equal(test.want) || got.Time.Location() != time.UTC {
				t.Errorf("time = %s, %v; want %s in UTC", got.Time, err, test.want)
			}
		})
	}
}

func TestMalformedEvents(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, parameter, value, wantIn string }{
		{"no type", "EventType", "", "EventType"},
		{"event", "Sid", "EV1", "Sid is not a EV"},
		{"workflow", "WorkflowSid", "WW1", "WorkflowSid"},
		{"task", "TaskSid", taskSID + "/..", "TaskSid"},
		{"reservation", "ReservationSid", "WR0123456789ABCDEF0123456789ABCDEF", "ReservationSid"},
		{"worker", "WorkerSid", workerSID + "\n", "WorkerSid"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseEvent(with(fixture(t, "event-reservation-accepted.json"), test.parameter, test.value))
			if err == nil || !strings.Contains(err.Error(), test.wantIn) || test.value != "" && strings.Contains(err.Error(), test.value) {
				t.Errorf("err = %v, want one with %q and without the value", err, test.wantIn)
			}
		})
	}
}

// TestHostileAttributes are of events whose other fields are worth having.
func TestHostileAttributes(t *testing.T) {
	t.Parallel()
	const accounts = `"account_sid":"AC00000000000000000000000000000001"`
	long := "CA" + strings.Repeat("0", 2098)
	tests := []struct {
		name, attributes       string
		wantCall, wantWorker   string
		wantAccount, wantAbout bool
		wantFrom               string
	}{
		{"path", `{"call_sid":"CA1/../../IncomingPhoneNumbers","from":"+1",` + accounts + `}`, "", "", true, false, "+1"},
		{"no SID", `{"call_sid":"n/a","from":"+1",` + accounts + `}`, "", "", true, false, "+1"},
		{"long", `{"call_sid":"` + long + `","from":"+1",` + accounts + `}`, "", "", true, false, "+1"},
		{"worker call", `{"call_sid":"` + callSID + `","worker_call_sid":"` + taskSID + `",` + accounts + `}`, callSID, "", true, true, ""},
		{"account", `{"call_sid":"` + callSID + `","account_sid":"AC1/.."}`, callSID, "", false, false, ""},
		{"no account", `{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `"}`, callSID, workerCallSID, false, false, ""},
		{"whole", `{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `",` + accounts + `}`, callSID, workerCallSID, true, true, ""},
		{"upper case key", `{"CALL_SID":"` + callSID + `",` + accounts + `}`, "", "", true, false, ""},
		{"cut off", `{"call_sid":`, "", "", false, false, ""},
		{"array", `[1]`, "", "", false, false, ""},
		{"text", `"REDACTED"`, "", "", false, false, ""},
		{"no JSON", `REDACTED`, "", "", false, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseEvent(with(fixture(t, "event-reservation-accepted.json"), "TaskAttributes", test.attributes))
			if err != nil || got.ReservationSID == "" || got.TaskSID != taskSID || got.Type != ReservationAccepted {
				t.Fatalf("event = %+v, %v; want its other fields", got, err)
			}
			if got.Task.CallSID != test.wantCall || got.Task.WorkerCallSID != test.wantWorker || (got.Task.AccountSID != "") != test.wantAccount ||
				got.Task.From != test.wantFrom || got.AboutCall() != test.wantAbout {
				t.Errorf("task = %+v, about a call: %t", got.Task, got.AboutCall())
			}
		})
	}
}

func TestNewEventKeepsWholeFields(t *testing.T) {
	t.Parallel()
	got, err := NewEvent(EventFields{SID: "EV1", TaskSID: taskSID, ReservationSID: reservationSID + "/..", WorkerSID: workerSID})
	if err == nil || got.SID != "" || got.TaskSID != taskSID || got.ReservationSID != "" || got.WorkerSID != workerSID {
		t.Errorf("event = %+v, %v; want the whole SIDs, and an error", got, err)
	}
}

func TestCallerIsNoWorkerCall(t *testing.T) {
	t.Parallel()
	got, err := NewEvent(EventFields{Type: TaskCompleted, TaskAttributes: `{"call_sid":"` + callSID + `","worker_call_sid":"` + callSID + `"}`})
	if err != nil || got.Task.CallSID != callSID || got.Task.WorkerCallSID != "" {
		t.Errorf("task = %+v, %v, want the caller's call alone", got.Task, err)
	}
}

func TestEnqueuedBy(t *testing.T) {
	t.Parallel()
	const account, other = "AC00000000000000000000000000000001", "AC00000000000000000000000000000002"
	ours := TaskAttributes{AutomaticAttributes: AutomaticAttributes{CallSID: callSID, AccountSID: account}}
	if !ours.EnqueuedBy(account) || ours.EnqueuedBy(other) || ours.EnqueuedBy("") || (TaskAttributes{}).EnqueuedBy("") {
		t.Error("another account's task is ours, or ours is another's")
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add(fixture(f, "event-reservation-accepted.json").Encode())
	f.Add(fixture(f, "event-worker-activity-update.json").Encode())
	f.Add("EventType=task.created&TaskSid=WT1&TimestampMs=9223372036854775807")
	f.Fuzz(func(t *testing.T, query string) {
		// A form that does not parse never gets here: what is left of it is as good an input as
		// any.
		form, _ := url.ParseQuery(query)
		got, err := ParseEvent(form)
		if err != nil {
			return
		}
		for _, each := range [][2]string{{"EV", got.SID}, {"WW", got.WorkflowSID}, {"WT", got.TaskSID}, {"WR", got.ReservationSID}, {"WK", got.WorkerSID}, {"CA", got.Task.CallSID}, {"CA", got.Task.WorkerCallSID}, {"AC", got.Task.AccountSID}} {
			if each[1] != "" && !ValidSID(each[0], each[1]) {
				t.Errorf("accepted %q for a %s… SID", each[1], each[0])
			}
		}
		if got.Type == "" {
			t.Error("accepted an event without a type")
		}
	})
}

func TestQueueNameIsPrintable(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"plain", "Everyone", "Everyone"},
		{"missing", "", ""},
		{"with line breaks", " Billing\r\n\x00(Süd) ", "Billing(Süd)"},
		{"not UTF-8", "Bill\xffing", "Billing"},
		{"too long", strings.Repeat("ü", 40), strings.Repeat("ü", 32)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			event, err := NewEvent(EventFields{Type: TaskCreated, TaskQueueName: test.text})
			if err != nil || event.Queue != test.want {
				t.Errorf("queue %q, %v, want %q", event.Queue, err, test.want)
			}
		})
	}
}
