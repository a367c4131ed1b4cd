package deferred

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"switchboard/shared/taskrouter"
)

func TestDecodeRefusesPoison(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, wantIn string }{
		{"empty", ``, "decode deferred work"},
		{"no JSON", `hello`, "decode deferred work"},
		{"cut off", `{"bridge":{"call_sid":`, "decode deferred work"},
		{"null", `null`, "neither"},
		{"array", `[]`, "decode deferred work"},
		{"nothing", `{}`, "neither"},
		{"bridge and wrap-up", `{"bridge":{},"wrap_up":{}}`, "more than one"},
		{"bridge and queue limit", `{"bridge":{},"queue_limit":{"found":100}}`, "more than one"},
		{"wrap-up and queue limit", `{"wrap_up":{},"queue_limit":{"found":100}}`, "more than one"},
		{"null queue limit", `{"queue_limit":null}`, "neither"},
		{"queue limit of another form", `{"queue_limit":{"found":"many"}}`, "decode deferred work"},
		{"unknown work", `{"survey":{}}`, "neither"},
		{"empty bridge", `{"bridge":{}}`, "SID"},
		{"null bridge", `{"bridge":null}`, "neither"},
		{"empty wrap-up", `{"wrap_up":{}}`, "SID"},
		{"wrap-up of no task", `{"wrap_up":{"call_sid":"` + callSID + `"}}`, "WT"},
		{"wrap-up of no call", `{"wrap_up":{"task_sid":"` + taskSID + `"}}`, "CA"},
		{"wrap-up with half a worker call", `{"wrap_up":{"call_sid":"` + callSID + `","task_sid":"` + taskSID + `","worker_call_sid":"CA1"}}`, "CA"},
		{"deadline of another form", `{"bridge":{"deadline":1795521600}}`, "decode deferred work"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Decode(test.body)
			if err == nil || !strings.Contains(err.Error(), test.wantIn) {
				t.Errorf("err = %v, want one with %q", err, test.wantIn)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	if err := bridge().Check(); err != nil {
		t.Fatalf("a whole bridge: %v", err)
	}
	tests := []struct {
		name   string
		change func(*Bridge)
		wantIn string
	}{
		{"malformed call", func(b *Bridge) { b.CallSID = callSID + "/.." }, "CA"},
		{"task for a call", func(b *Bridge) { b.CallSID = "WT00000000000000000000000000000002" }, "CA"},
		{"no task", func(b *Bridge) { b.TaskSID = "" }, "WT"},
		{"no reservation", func(b *Bridge) { b.ReservationSID = "" }, "WR"},
		{"no worker", func(b *Bridge) { b.WorkerSID = "" }, "WK"},
		{"no contact", func(b *Bridge) { b.Contact = "" }, "contact"},
		{"contact that Twilio cannot call", func(b *Bridge) { b.Contact = "javascript:alert(1)" }, "contact"},
		{"no base URL", func(b *Bridge) { b.BaseURL = "" }, "base_url"},
		{"path for a base URL", func(b *Bridge) { b.BaseURL = "/worker" }, "base_url"},
		{"malformed base URL", func(b *Bridge) { b.BaseURL = "https://[::1" }, "base_url"},
		{"no deadline", func(b *Bridge) { b.Deadline = time.Time{} }, "deadline"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := changed(test.change).Check()
			if err == nil || !strings.Contains(err.Error(), test.wantIn) {
				t.Errorf("err = %v, want one with %q", err, test.wantIn)
			}
		})
	}
}

func TestSIDKindsAreChecked(t *testing.T) {
	t.Parallel()
	if err := changed(func(b *Bridge) { b.CallSID, b.ReservationSID = taskSID, workerSID }).Check(); err == nil {
		t.Error("a task's SID passes for a call's, a worker's for a reservation's")
	}
	if _, err := Decode(`{"wrap_up":{"call_sid":"` + taskSID + `","task_sid":"` + taskSID + `"}}`); err == nil {
		t.Error("a task's SID passes for a call's")
	}
	if _, err := Decode(`{"wrap_up":{"call_sid":"` + callSID + `","task_sid":"` + workerCallSID + `","worker_call_sid":"` + workerCallSID + `"}}`); err == nil {
		t.Error("a call's SID passes for a task's")
	}
}

func TestContactMustBeDialable(t *testing.T) {
	t.Parallel()
	if err := changed(func(b *Bridge) { b.Contact = " +14155550199\n" }).Check(); err == nil {
		t.Error("an address with white space around it passes")
	}
}

func TestBaseURLMustBeReachable(t *testing.T) {
	t.Parallel()
	if err := changed(func(b *Bridge) { b.BaseURL = "ftp://switchboard.example" }).Check(); err == nil {
		t.Error("an ftp URL passes")
	}
}

func FuzzDecode(f *testing.F) {
	work := bridge()
	for _, message := range []Message{{Bridge: &work}, {WrapUp: &WrapUp{CallSID: callSID, TaskSID: taskSID, WorkerCallSID: workerCallSID}}, {QueueLimit: &QueueLimit{Found: 100}}, {Return: &Return{WorkerSID: "WK00000000000000000000000000000001"}}, {FaultOver: &FaultOver{}}, {Shift: &Shift{WorkerSID: "WK00000000000000000000000000000001", At: time.Unix(1, 0).UTC(), On: true}}} {
		text, err := json.Marshal(message)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(`{"bridge":{"deadline":"9999-12-31T23:59:59Z"},"wrap_up":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		message, err := Decode(body)
		if err != nil {
			return
		}
		if kinds := message.kinds(); kinds != 1 {
			t.Fatalf("accepted %d kinds of work in one: %+v", kinds, message)
		}
		if work := message.Shift; work != nil && (!taskrouter.ValidSID("WK", work.WorkerSID) || work.At.IsZero()) {
			t.Errorf("accepted %+v", work)
		}
		if work := message.Return; work != nil && !taskrouter.ValidSID("WK", work.WorkerSID) {
			t.Errorf("accepted %+v", work)
		}
		if work := message.Miss; work != nil && (!taskrouter.ValidSID("WK", work.WorkerSID) || !taskrouter.ValidSID("WR", work.ReservationSID)) {
			t.Errorf("accepted %+v", work)
		}
		if work := message.WrapUp; work != nil {
			if !taskrouter.ValidSID("CA", work.CallSID) || !taskrouter.ValidSID("WT", work.TaskSID) || (work.WorkerCallSID != "" && !taskrouter.ValidSID("CA", work.WorkerCallSID)) {
				t.Errorf("accepted %+v", work)
			}
			return
		}
		if message.Bridge == nil {
			return
		}
		known := message.Bridge.CallSID != "" // or else the ledger is asked for the task's call
		for prefix, sid := range map[string]string{"CA": message.Bridge.CallSID, "WT": message.Bridge.TaskSID, "WR": message.Bridge.ReservationSID, "WK": message.Bridge.WorkerSID} {
			if !taskrouter.ValidSID(prefix, sid) && (known || prefix != "CA") {
				t.Errorf("accepted %q for a %s… SID", sid, prefix)
			}
		}
		_, err = taskrouter.ParseContact(string(message.Bridge.Contact))
		if err != nil && (known || message.Bridge.Contact != "") || message.Bridge.Deadline.IsZero() {
			t.Errorf("accepted %+v", message.Bridge)
		}
		if _, err := json.Marshal(message); err != nil {
			t.Errorf("accepted what cannot be sent again: %v", err)
		}
	})
}
