package board

import (
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/staff"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

const (
	alice = "WK00000000000000000000000000000001"
	call  = "CA00000000000000000000000000000001"
	task  = "WT00000000000000000000000000000001"
	offer = "WR00000000000000000000000000000001"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// events records what TaskRouter reports of a call that is offered to Alice.
func events(t *testing.T, types ...string) []ledger.Call {
	t.Helper()
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: func() time.Time { return noon }}
	var known ledger.Call
	for n, kind := range types {
		var err error
		known, _, err = l.Event(t.Context(), taskrouter.Event{
			SID: "EV0000000000000000000000000000000" + string(rune('1'+n)), Type: kind, TaskSID: task, ReservationSID: offer, WorkerSID: alice,
			Time: noon.Add(time.Duration(n) * time.Second),
			Task: taskrouter.TaskAttributes{AutomaticAttributes: taskrouter.AutomaticAttributes{CallSID: call}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return []ledger.Call{known}
}

func TestStatesOfWorkers(t *testing.T) {
	t.Parallel()
	const created, accepted, wrapup = "reservation.created", "reservation.accepted", "reservation.wrapup"
	wrapUp := 30 * time.Second
	tests := []struct {
		name  string
		row   staff.Row
		open  []string // TaskRouter's events of the only call
		after time.Duration
		want  Worker
	}{
		{
			name:  "a worker without a call",
			row:   staff.Row{Available: true, Since: noon},
			after: time.Minute,
			want:  Worker{State: Available, Since: noon},
		},
		{
			name:  "a phone that rings",
			row:   staff.Row{Available: true, Since: noon},
			open:  []string{created},
			after: 5 * time.Second,
			want:  Worker{State: Ringing, Since: noon, Detail: "…0123"},
		},
		{
			name:  "an offer whose end the ledger did not hear of",
			row:   staff.Row{Available: true, Since: noon},
			open:  []string{created},
			after: 10 * time.Minute,
			want:  Worker{State: Available, Since: noon},
		},
		{
			name:  "a talk",
			row:   staff.Row{Available: true, Since: noon},
			open:  []string{created, accepted},
			after: time.Hour,
			want:  Worker{State: Talking, Since: noon.Add(time.Second), Detail: "…0123"},
		},
		{
			name:  "a wrap-up",
			row:   staff.Row{Available: true, Since: noon},
			open:  []string{created, accepted, wrapup},
			after: 10 * time.Second,
			want:  Worker{State: Wrapping, Since: noon.Add(2 * time.Second), Until: noon.Add(32 * time.Second)},
		},
		{
			name:  "a wrap-up whose end the ledger did not hear of",
			row:   staff.Row{Available: true, Since: noon},
			open:  []string{created, accepted, wrapup},
			after: 5 * time.Minute,
			want:  Worker{State: Available, Since: noon.Add(2 * time.Second)},
		},
		{
			name:  "after the wrap-up",
			row:   staff.Row{Available: true, Since: noon},
			open:  []string{created, accepted, wrapup, "task.completed"},
			after: 10 * time.Second,
			want:  Worker{State: Available, Since: noon.Add(2 * time.Second)},
		},
		{
			name: "a wrap-up in an activity of its own",
			row:  staff.Row{Since: noon, Standing: reconciler.WrapUp, Until: noon.Add(wrapUp)},
			want: Worker{State: Wrapping, Since: noon, Until: noon.Add(wrapUp)},
		},
		{
			name: "a pause",
			row:  staff.Row{Activity: "Unavailable", Since: noon, Standing: reconciler.Paused, Why: "missed call", Until: noon.Add(time.Minute)},
			want: Worker{State: Away, Since: noon, Until: noon.Add(time.Minute), Detail: "missed call"},
		},
		{
			name: "lunch",
			row:  staff.Row{Activity: "Lunch\x1b", ActivitySID: "WA2", Since: noon, Standing: reconciler.Elsewhere},
			want: Worker{State: Away, Since: noon, Detail: "Lunch "},
		},
		{
			name: "signed off",
			row:  staff.Row{Activity: "Unavailable", ActivitySID: "WA2", Since: noon, Standing: reconciler.SignedOff, Why: "end of the shift"},
			want: Worker{State: Off, Since: noon, Detail: "end of the shift"},
		},
		{
			name: "offline without a record",
			row:  staff.Row{Activity: "Offline", ActivitySID: "WA9", Since: noon},
			want: Worker{State: Off, Since: noon},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := staff.Desk{Reconciler: reconciler.Reconciler{WrapUp: &wrapUp, Activities: reconciler.Activities{Offline: "WA9"}}}
			test.row.SID = alice
			facts := Facts{Workers: []staff.Row{test.row}, Calls: []account.LiveCall{{SID: call, From: "+14155550123"}}}
			if test.open != nil {
				facts.Open = events(t, test.open...)
			}
			if got := Build(facts, d, noon.Add(test.after)).Workers[0]; got != test.want {
				t.Errorf("worker %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestCallBackKeepsItsWorker: the task of a call back is no caller in the line, and its worker
// talks.
func TestCallBackKeepsItsWorker(t *testing.T) {
	t.Parallel()
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: func() time.Time { return noon }}
	key := taskrouter.CallbackKey(call)
	asked, _, err := l.Ask(t.Context(), ledger.Request{Key: key, Number: "+14155550123", Asked: noon}, ledger.Left)
	if err != nil {
		t.Fatal(err)
	}
	if asked, _, err = l.Creating(t.Context(), asked.Request()); err != nil {
		t.Fatal(err)
	}
	if _, _, err = l.Adopt(t.Context(), key, asked.Request().Try, task); err != nil {
		t.Fatal(err)
	}
	ref := ledger.Ref{CallSID: key, TaskSID: task, ReservationSID: offer}
	if _, _, err := l.Event(t.Context(), taskrouter.Event{
		SID: "EV00000000000000000000000000000001", Type: "reservation.created", TaskSID: task, ReservationSID: offer, WorkerSID: alice, Time: noon,
		Task: taskrouter.TaskAttributes{AutomaticAttributes: taskrouter.AutomaticAttributes{CallSID: key}},
	}); err != nil {
		t.Fatal(err)
	}
	talking, allowed, err := l.StartTalking(t.Context(), ref)
	if err != nil || !allowed || talking.State(ref) != reservation.Talking {
		t.Fatal(allowed, err)
	}
	facts := Facts{
		Waiting:  []account.WaitingTask{{SID: task, Queue: "Billing", Created: noon}},
		Workers:  []staff.Row{{SID: alice, Name: "Alice", Available: true, Since: noon}},
		Requests: []ledger.Call{talking},
	}
	s := Build(facts, staff.Desk{}, noon.Add(time.Minute))
	if len(s.Callers) > 0 || s.Workers[0].State != Talking || s.Workers[0].Detail != "call back" {
		t.Errorf("callers %+v, workers %+v", s.Callers, s.Workers)
	}
	if *s.Requests != (Requests{Callbacks: 1, Oldest: noon}) {
		t.Errorf("requests %+v", s.Requests)
	}
}

// TestNumbersOfCallersAreShort: a wall is no place for whole numbers.
func TestNumbersOfCallersAreShort(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"+14155550123": "…0123", "anonymous": "withheld", "client:bob": "no number", "sip:bob@example.com": "no number", "": "withheld",
	} {
		d := newDay(Facts{Calls: []account.LiveCall{{SID: call, From: from}}}, staff.Desk{}, noon)
		if got := d.number(call); got != want {
			t.Errorf("%q is shown as %q, want %q", from, got, want)
		}
	}
}
