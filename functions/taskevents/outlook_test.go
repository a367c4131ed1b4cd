package taskevents_test

import (
	"fmt"
	"net/http"
	"testing"

	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/taskrouter"
)

// TestEventsShowWhatCallersCanExpect has what an event shows after a task was created at second 0.
func TestEventsShowWhatCallersCanExpect(t *testing.T) {
	t.Parallel()
	const lunch = "WA00000000000000000000000000000009"
	tests := []struct {
		name   string
		events [][]string // type, second, parameters
		want   outlook.Outlook
	}{
		{
			name:   "a caller waits",
			events: [][]string{{"task.created", "00"}},
		},
		{
			name:   "a worker is reserved",
			events: [][]string{{"task.created", "00"}, {"reservation.created", "07", "ReservationSid", aliceReserved, "WorkerSid", alice}},
		},
		{
			name:   "a caller is answered",
			events: [][]string{{"task.created", "00"}, {"reservation.accepted", "42", "ReservationSid", aliceReserved, "WorkerSid", alice}},
			want:   outlook.Outlook{Seen: at(42), Answered: at(42), Waited: 42},
		},
		{
			name:   "a caller is answered, whose wait is not known",
			events: [][]string{{"reservation.accepted", "42", "ReservationSid", aliceReserved, "WorkerSid", alice}},
			want:   outlook.Outlook{Seen: at(42)},
		},
		{
			name:   "a worker signs on",
			events: [][]string{append([]string{"worker.activity.update", "05"}, moved(availableActivity, lunch)...)},
			want:   outlook.Outlook{Seen: at(5)},
		},
		{
			name:   "a worker wraps up",
			events: [][]string{append([]string{"worker.activity.update", "05"}, moved(postWorkActivity, availableActivity)...)},
		},
		{
			name:   "a worker has wrapped up",
			events: [][]string{append([]string{"worker.activity.update", "05"}, moved(availableActivity, postWorkActivity)...)},
		},
		{
			name:   "a worker leaves",
			events: [][]string{append([]string{"worker.activity.update", "05"}, moved(lunch, availableActivity)...)},
		},
		{
			name:   "an event is of another workflow",
			events: [][]string{{"task.created", "00"}, {"reservation.accepted", "07", "ReservationSid", aliceReserved, "WorkflowSid", otherWorkflow}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(&ledger.Memory{})
			for _, each := range test.events {
				if got := d.hears(t, event(each[0], each[1], each[2:]...)); got != http.StatusNoContent {
					t.Errorf("status = %d, want 204", got)
				}
			}
			if d.noted.Outlook != test.want {
				t.Errorf("noted %+v, want %+v", d.noted.Outlook, test.want)
			}
		})
	}
}

// TestTaskOfCallBackIsShown has a call back whose caller had entered the line at second 2.
func TestTaskOfCallBackIsShown(t *testing.T) {
	t.Parallel()
	callback := taskrouter.CallbackKey(callSID)
	for kind, test := range map[string]struct {
		key  string
		want outlook.Outlook
	}{
		"callback": {callback, outlook.Outlook{Callbacks: outlook.ListCallbacks(outlook.Callback{Number: "+14155550123", Entered: at(2)}), Added: at(40)}},
		"message":  {"RE00000000000000000000000000000001", outlook.Outlook{}},
	} {
		d := newDesk(&ledger.Memory{})
		r := ledger.Request{Key: test.key, Number: "+14155550123", Entered: at(2)}
		if _, _, err := d.Ledger.(ledger.Ledger).Ask(t.Context(), r, ledger.Left); err != nil {
			t.Fatal(err)
		}
		attributes := fmt.Sprintf(`{"request":{"kind":%q,"key":%q,"try":1}}`, kind, test.key)
		if got := d.hears(t, event("task.created", "40", "TaskAttributes", attributes)); got != http.StatusNoContent {
			t.Errorf("status = %d, want 204", got)
		}
		if d.noted.Outlook != test.want {
			t.Errorf("%s: noted %+v, want %+v", kind, d.noted.Outlook, test.want)
		}
	}
}
