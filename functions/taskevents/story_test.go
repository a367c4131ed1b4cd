package taskevents_test

import (
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/ledger"
)

// withWorkerCall is an event of a task to whose attributes TaskRouter has added the worker call, as
// it does upon a dequeue.
func withWorkerCall(event url.Values, workerCall string) url.Values {
	event.Set("TaskAttributes", `{"call_sid":"`+callSID+`","account_sid":"`+accountSID+`","worker_call_sid":"`+workerCall+`"}`)
	return event
}

// answered is a call that Alice did not take and Bob did.
func answered() []url.Values {
	return []url.Values{
		event("task.created", "00"),
		ofAlice("reservation.created", "01"),
		ofAlice("reservation.rejected", "20"),
		ofBob("reservation.created", "21"),
		withWorkerCall(ofBob("reservation.accepted", "25"), bobCall),
		withWorkerCall(event("task.completed", "50", "WorkerSid", bob), bobCall),
	}
}

// wrappedUp is a call in a multitasking workspace.
func wrappedUp() []url.Values {
	return []url.Values{
		ofBob("reservation.created", "01"),
		withWorkerCall(ofBob("reservation.accepted", "25"), bobCall),
		withWorkerCall(event("task.wrapup", "40", "WorkerSid", bob), bobCall),
		withWorkerCall(ofBob("reservation.wrapup", "41"), bobCall),
		withWorkerCall(event("task.completed", "50", "WorkerSid", bob), bobCall),
		withWorkerCall(ofBob("reservation.completed", "51"), bobCall),
	}
}

// abandoned is a caller who left while Alice's phone rang.
func abandoned() []url.Values {
	return []url.Values{
		event("task.created", "00"),
		ofAlice("reservation.created", "01"),
		ofAlice("reservation.canceled", "10"),
		event("task.canceled", "11"),
		event("task.deleted", "12"),
	}
}

// told delivers the events to a ledger that knows nothing and returns what it knows then.
func told(t *testing.T, events []url.Values) ledger.Call {
	t.Helper()
	call, _ := toldFields(t, events)
	return call
}

// toldFields is told, with the fields as they are stored.
func toldFields(t *testing.T, events []url.Values) (ledger.Call, ledger.Fields) {
	t.Helper()
	store := &ledger.Memory{}
	d := newDesk(store)
	for _, event := range events {
		if got := d.hears(t, event); got != http.StatusNoContent {
			t.Fatalf("%s: status = %d, want 204", event.Get("EventType"), got)
		}
	}
	call, _ := d.known(t)
	fields, err := store.Get(t.Context(), callSID)
	if err != nil {
		t.Fatal(err)
	}
	return call, fields
}

func TestStory(t *testing.T) {
	t.Parallel()
	toAlice := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: aliceReserved}
	toBob := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: bobReserved}
	tests := []struct {
		name                       string
		events                     []url.Values
		wantWorker, wantWorkerCall string
		wantBridged                time.Time
		wantAliceEnded, wantWith   bool // no caller left for Alice; Bob talked
	}{
		{"second worker answers", answered(), bob, bobCall, at(25), true, true},
		{"wrapped up", wrappedUp(), bob, bobCall, at(25), true, true},
		{"caller leaves", abandoned(), "", "", time.Time{}, true, false},
		{"no worker yet", abandoned()[:2], "", "", time.Time{}, false, false},
		{"no worker_call_sid, as by Dial Queue", []url.Values{ofBob("reservation.accepted", "25")}, bob, "", at(25), false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			call := told(t, test.events)
			if call.CallSID() != callSID || call.TaskSID() != taskSID || !call.FirstSeen().Equal(now()) {
				t.Errorf("call %s, task %s, first seen %s, want %s, %s, %s", call.CallSID(), call.TaskSID(), call.FirstSeen(), callSID, taskSID, now())
			}
			if call.WorkerSID() != test.wantWorker || call.WorkerCallSID() != test.wantWorkerCall || !call.TalkStarted().Equal(test.wantBridged) {
				t.Errorf("worker %q, worker call %q, bridged %s, want %q, %q, %s", call.WorkerSID(), call.WorkerCallSID(), call.TalkStarted(), test.wantWorker, test.wantWorkerCall, test.wantBridged)
			}
			if call.CannotBridge(toAlice) != test.wantAliceEnded || call.Talked(toBob) != test.wantWith {
				t.Errorf("over for Alice %t, Bob connected %t, want %t, %t", call.CannotBridge(toAlice), call.Talked(toBob), test.wantAliceEnded, test.wantWith)
			}
		})
	}
}

// TestOrderDoesNotMatter delivers a call's events in every order there is. Only when a bridge came
// into a state is told by whichever event brought it there.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	for name, events := range map[string][]url.Values{"second worker answers": answered(), "wrapped up": wrappedUp(), "caller leaves": abandoned()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := func(events []url.Values) ledger.Fields {
				_, fields := toldFields(t, events)
				maps.DeleteFunc(fields, func(name, _ string) bool {
					_, word, _ := strings.Cut(name, ".")
					return slices.Contains([]string{"offered", "bridged", "done", "caller_left"}, word)
				})
				return fields
			}
			want := facts(events)
			inEveryOrder(slices.Clone(events), func(shuffled []url.Values) {
				if got := facts(shuffled); !maps.Equal(got, want) {
					t.Fatalf("order %v:\n got %v\nwant %v", kinds(shuffled), got, want)
				}
			})
		})
	}
}

// inEveryOrder calls visit with each permutation of all, by swapping (Heap's algorithm).
func inEveryOrder(all []url.Values, visit func([]url.Values)) {
	var permute func(int)
	permute = func(n int) {
		if n <= 1 {
			visit(all)
			return
		}
		for i := range n {
			permute(n - 1)
			if i < n-1 {
				all[i*(1-n%2)], all[n-1] = all[n-1], all[i*(1-n%2)]
			}
		}
	}
	permute(len(all))
}

func kinds(events []url.Values) []string {
	var names []string
	for _, event := range events {
		names = append(names, event.Get("EventType"))
	}
	return names
}

func TestEveryOrderIsEveryOrder(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	inEveryOrder(abandoned(), func(events []url.Values) {
		order := ""
		for _, event := range events {
			order += event.Get("Sid")
		}
		seen[order] = true
	})
	if len(seen) != 120 {
		t.Errorf("%d orders of five events, want 120", len(seen))
	}
}

// TestDuplicatesAreCountedOnce delivers each event again, right away and at the end, the second
// time with other contents, so that counting it again would show.
func TestDuplicatesAreCountedOnce(t *testing.T) {
	t.Parallel()
	want := told(t, answered())
	events := slices.Concat(answered(), answered(), answered())
	for _, again := range events[len(answered()):] {
		again.Set("TimestampMs", "1795529999000")
		if again.Has("WorkerSid") {
			again.Set("WorkerSid", alice)
		}
	}
	if got := told(t, events); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %v\nwant %v", got, want)
	}
}
