package taskrouter

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fixture reads a form from testdata. Each file says itself that it is synthetic, and what it
// follows.
func fixture(t testing.TB, name string) url.Values {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Form map[string]string `json:"form"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	for name, value := range file.Form {
		form.Set(name, value)
	}
	return form
}

// with returns a form in which one parameter is another; an empty value takes it away.
func with(form url.Values, name, value string) url.Values {
	changed := url.Values{}
	for each, values := range form {
		changed[each] = values
	}
	changed.Set(name, value)
	if value == "" {
		changed.Del(name)
	}
	return changed
}

func TestParseAssignmentCallback(t *testing.T) {
	t.Parallel()
	got, err := ParseAssignmentCallback(fixture(t, "assignment.json"))
	if err != nil {
		t.Fatal(err)
	}
	if got.AccountSID != accountSID || got.WorkspaceSID != workspaceSID || got.WorkflowSID != workflowSID || got.TaskQueueSID != taskQueueSID ||
		got.TaskSID != taskSID || got.ReservationSID != reservationSID || got.WorkerSID != workerSID || got.WorkerName != "Alice" {
		t.Errorf("callback = %+v", got)
	}
	if got.TaskAge != 12*time.Second || got.TaskPriority != 5 || !got.Timestamp.Equal(time.Unix(1795521600, 0)) {
		t.Errorf("age %s, priority %d, time %s", got.TaskAge, got.TaskPriority, got.Timestamp)
	}
	if got.TaskAttributes.CallSID != callSID || got.TaskAttributes.CalledState != "WA" || string(got.TaskAttributes.Own["skill"]) != `"billing"` {
		t.Errorf("task attributes = %+v", got.TaskAttributes)
	}
	if contact, err := WorkerContact(got.WorkerAttributes); err != nil || contact != "+14155550199" {
		t.Errorf("worker's contact = %q, %v", contact, err)
	}
}

func TestAssignmentCallbackNeedsItsSIDs(t *testing.T) {
	t.Parallel()
	whole := fixture(t, "assignment.json")
	for name, prefix := range map[string]string{"WorkspaceSid": "WS", "TaskSid": "WT", "ReservationSid": "WR", "WorkerSid": "WK"} {
		for fault, value := range map[string]string{
			"missing":           "",
			"short":             prefix + "1",
			"of another kind":   callSID,
			"upper case":        prefix + "0123456789ABCDEF0123456789ABCDEF",
			"climbing the path": prefix + "1/../../../../../../Workers/WK00001",
			"line end":          whole.Get(name) + "\n",
		} {
			t.Run(name+" "+fault, func(t *testing.T) {
				t.Parallel()
				_, err := ParseAssignmentCallback(with(whole, name, value))
				if err == nil || !strings.Contains(err.Error(), name) {
					t.Errorf("err = %v, want one that names %s", err, name)
				}
			})
		}
	}
}

func TestUnreadableAttributesNameNoCall(t *testing.T) {
	t.Parallel()
	for _, attributes := range []string{"", "null", "[]", `{"call_sid":"CA`, `{"channel":"chat"}`, `{"call_sid":"CA1"}`, `{"call_sid":1}`, "\xff", `"call_sid"`} {
		callback, err := ParseAssignmentCallback(with(fixture(t, "assignment.json"), "TaskAttributes", attributes))
		if err != nil || callback.TaskAttributes.EnqueuedBy(callback.AccountSID) || !ValidSID("WT", callback.TaskSID) {
			t.Errorf("%q: %+v, %v, want the callback without a call", attributes, callback.TaskAttributes, err)
		}
	}
}

// TestAssignmentCallbackAsCaptured leaves out what the captures that are public leave out too.
func TestAssignmentCallbackAsCaptured(t *testing.T) {
	t.Parallel()
	form := with(with(fixture(t, "assignment.json"), "Timestamp", ""), "WorkerName", "")
	got, err := ParseAssignmentCallback(form)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Timestamp.IsZero() || got.WorkerName != "" || got.ReservationSID != reservationSID {
		t.Errorf("callback = %+v", got)
	}
}

func TestAssignmentCallbackWithJunkNumbers(t *testing.T) {
	t.Parallel()
	for _, junk := range []string{"", "x", "1.5", "0x10", "12 s", "٣", "1795521600\n"} {
		form := with(with(with(fixture(t, "assignment.json"), "TaskAge", junk), "TaskPriority", junk), "Timestamp", junk)
		got, err := ParseAssignmentCallback(form)
		if err != nil || got.TaskAge != 0 || got.TaskPriority != 0 || !got.Timestamp.IsZero() {
			t.Errorf("%q: age %s, priority %d, time %s, %v; want zero, and no error", junk, got.TaskAge, got.TaskPriority, got.Timestamp, err)
		}
	}
}

func TestCallbackNumbersOutOfRange(t *testing.T) {
	t.Parallel()
	const huge = "99999999999999999999"
	form := with(with(fixture(t, "assignment.json"), "TaskAge", huge), "TaskPriority", huge)
	if got, err := ParseAssignmentCallback(form); err != nil || got.TaskAge != 0 || got.TaskPriority != 0 {
		t.Errorf("age %s, priority %d, %v; want zero, and no error", got.TaskAge, got.TaskPriority, err)
	}
}

func TestInstructions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		instruction json.Marshaler
		want        string
	}{
		{"dequeue to a phone", Dequeue{To: "+14155550199", From: "+12065550100", PostWorkActivitySID: activitySID, Timeout: 15},
			`{"instruction":"dequeue","to":"+14155550199","from":"+12065550100","post_work_activity_sid":"` + activitySID + `","timeout":15}`},
		{"dequeue with what must be there", Dequeue{To: "client:alice"}, `{"instruction":"dequeue","to":"client:alice"}`},
		{"dequeue without a caller id", Dequeue{To: "client:alice", PostWorkActivitySID: activitySID, Timeout: 15},
			`{"instruction":"dequeue","to":"client:alice","post_work_activity_sid":"` + activitySID + `","timeout":15}`},
		{"reject", Reject{ActivitySID: activitySID}, `{"instruction":"reject","activity_sid":"` + activitySID + `"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(test.instruction)
			if err != nil || string(got) != test.want {
				t.Errorf("instruction = %s, %v\nwant %s", got, err, test.want)
			}
		})
	}
}

func FuzzParseAssignmentCallback(f *testing.F) {
	f.Add(fixture(f, "assignment.json").Encode())
	f.Add("ReservationSid=WR1%2F..%2F..&TaskAttributes=null")
	f.Fuzz(func(t *testing.T, query string) {
		// A form that does not parse never gets here: what is left of it is as good an input as
		// any.
		form, _ := url.ParseQuery(query)
		got, err := ParseAssignmentCallback(form)
		if err != nil {
			return
		}
		for prefix, sid := range map[string]string{"WS": got.WorkspaceSID, "WT": got.TaskSID, "WR": got.ReservationSID, "WK": got.WorkerSID, "CA": got.TaskAttributes.CallSID} {
			unlinked := prefix == "CA" && sid == ""
			if !ValidSID(prefix, sid) && !unlinked {
				t.Errorf("accepted %q for a %s… SID", sid, prefix)
			}
		}
	})
}
