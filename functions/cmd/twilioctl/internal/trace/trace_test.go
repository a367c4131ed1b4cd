package trace

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/ledger"
)

// TestEverySIDLeadsToCall traces one call by each of its SIDs.
func TestEverySIDLeadsToCall(t *testing.T) {
	t.Parallel()
	w := played(t, plainCall(), nil)
	reservation := w.twilio.Reservations()[0]
	want := w.trace(w.caller())
	printed := text(t, want)
	if len(want.Gaps) > 0 || !strings.Contains(printed, "\nno gaps\n") {
		t.Errorf("gaps %+v", want.Gaps)
	}
	for _, part := range []string{
		"POST /enqueue → 200", "POST /worker/…/gate → 200", "event reservation.created", "worker call placed ring_seconds=15",
		"bridge function claimed the reservation", "caller left the queue: bridged", "worker call ended: completed", " ms\n", `"answered_after_ms":`,
	} {
		if !strings.Contains(printed, part) {
			t.Errorf("the trace has no %q:\n%s", part, printed)
		}
	}
	if !strings.Contains(printed, `"gaps":[]`) {
		t.Error("scripts get no list of gaps")
	}
	for _, secret := range []string{"4155550101", "4155550191", "2065550100"} {
		if strings.Contains(printed, secret) {
			t.Errorf("the trace has a number, %s", secret)
		}
	}
	for _, sid := range []string{want.WorkerCallSIDs[0], reservation.TaskSID, reservation.SID} {
		if got := w.trace(sid); text(t, got) != printed {
			t.Errorf("%s leads to another trace:\n%s", sid, text(t, got))
		}
	}
}

// TestPlantedGapsAreNamed takes away one step after another.
func TestPlantedGapsAreNamed(t *testing.T) {
	t.Parallel()
	lose := func(lost func(*trigger.Message) bool) func(*inprocess.Bundle) {
		return func(b *inprocess.Bundle) {
			receive := b.Queue.Receive
			b.Queue.Receive = func(m *trigger.Message) bool { return lost(m) || receive(m) }
		}
	}
	tests := []struct {
		name  string
		alter func(*inprocess.Bundle) // before the call
		plant func(*world)            // after it
		want  string                  // in the text of the gap
		more  bool                    // other gaps follow from it
	}{
		{
			name:  "no message reaches the bridge",
			alter: lose(func(m *trigger.Message) bool { return strings.Contains(m.Body, `"bridge"`) }),
			want:  "missing is the claim: no bridge began\n  likely: the message was sent, and BridgeFunction did not work it off",
			more:  true,
		},
		{
			name: "no assignment callback was logged",
			plant: func(w *world) {
				w.without(".claimed", ".crm", ".dialling", ".dialed", ".ringing")
				w.unlog(functionLogs, "bridge deferred")
			},
			want: "likely: no assignment callback was logged",
			more: true,
		},
		{
			name: "the bridge died after the claim",
			plant: func(w *world) {
				w.without(".dialed", ".accepted", ".bridged", ".completed", ".wrapup", ".answered", ".gate", ".done")
			},
			want: "missing is the worker call after the claim",
			more: true,
		},
		{
			name:  "the gate was not recorded",
			plant: func(w *world) { w.without(".gate", ".answered") },
			want:  "missing is the gate, though the worker call was answered",
		},
		{
			name: "no talk followed",
			plant: func(w *world) {
				w.without(".accepted", ".bridged", ".completed", ".wrapup")
				w.tracer.Events = none{}
			},
			want: "missing is the talk, though the worker took the call",
		},
		{
			name:  "the end of the worker call",
			plant: func(w *world) { w.without(".leg_ended", ".bridged") },
			want:  "missing is the end of the worker call in the ledger",
		},
		{
			name:  "the end of the task",
			plant: func(w *world) { w.without(".completed") },
			want:  "missing is the end of the task after the talk (task.completed)",
			more:  true,
		},
		{
			name:  "an event was lost",
			plant: func(w *world) { w.without(".accepted") },
			want:  "missing is event reservation.accepted in the ledger",
		},
		{
			name:  "how the caller left",
			plant: func(w *world) { w.without("ended", "left_queue", "queue_result") },
			want:  "missing is how the caller left the queue",
			more:  true,
		},
		{
			name:  "a webhook is in no access log",
			plant: func(w *world) { w.unlog(accessLogs, "/hold") },
			want:  "missing is POST /hold in the access log",
		},
		{
			name:  "an assignment is in no access log",
			plant: func(w *world) { w.unlog(accessLogs, "/assignment") },
			want:  "missing is POST /assignment in the access log",
		},
		{
			name:  "the access log is empty",
			plant: func(w *world) { w.cloud.groups[accessLogs] = nil },
			want:  "missing is the access log",
		},
		{
			name:  "a webhook failed",
			alter: func(b *inprocess.Bundle) { delete(b.Front, "/hold"); delete(b.Front, "/hold/") },
			want:  "missing is a useful answer to POST /hold\n  likely: Twilio got 404",
			more:  true,
		},
		{
			name:  "the logs are deleted",
			plant: func(w *world) { w.tracer.Stack.Retention = time.Minute },
			want:  "missing is log lines\n  likely: they are deleted",
		},
		{
			name:  "no log group",
			plant: func(w *world) { delete(w.cloud.groups, functionLogs) },
			want:  "there is none of that name\n  do: give the stack that served the call with --stack",
		},
		{
			name:  "no right to the logs",
			plant: func(w *world) { w.cloud.denied = true },
			want:  "do: allow logs:FilterLogEvents on " + accessLogs,
			more:  true,
		},
		{
			name:  "nothing was logged",
			plant: func(w *world) { w.unlog(functionLogs, "") },
			want:  "missing is log lines\n  likely: no line of /aws/lambda/switchboard names the call",
		},
		{
			name:  "the call is too young for Twilio",
			plant: func(w *world) { w.ago(2 * time.Minute) },
			want:  "missing is Twilio's list of the call's webhooks\n  likely: the call is too young",
			more:  true,
		},
		{
			name:  "the call is too young for the logs",
			plant: func(w *world) { w.ago(10 * time.Second); w.unlog(functionLogs, "") },
			want:  "missing is log lines\n  likely: the call is younger than the logs' delay",
			more:  true,
		},
		{
			name: "TaskRouter's events are over",
			plant: func(w *world) {
				w.tracer.Now = func() time.Time { return w.loop.Now().Add(eventsKept) }
				w.tracer.Stack.Retention *= 2
			},
			want: "missing is TaskRouter's events\n  likely: they are over",
		},
		{
			name:  "the ledger has no item",
			plant: func(w *world) { w.tracer.Ledger.Store = pruned{w.table, []string{""}} },
			want:  "missing is the call in the ledger",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := played(t, plainCall(), test.alter)
			if test.plant != nil {
				test.plant(w)
			}
			found := w.trace(w.caller())
			if printed := text(t, found); !strings.Contains(printed, test.want) || !test.more && len(found.Gaps) != 1 {
				t.Errorf("%d gaps, want %q in\n%s", len(found.Gaps), test.want, printed)
			}
			for _, gap := range found.Gaps {
				if gap.About == "" || gap.Reason == "" || gap.Remedy == "" {
					t.Errorf("gap %+v", gap)
				}
			}
		})
	}
}

// TestCallsOfDemoHaveNoGap traces the calls of the demo, in which workers do not answer, callers
// leave and the CRM step fails.
func TestCallsOfDemoHaveNoGap(t *testing.T) {
	t.Parallel()
	for _, call := range demo() {
		w := played(t, call, nil)
		if found := w.trace(w.caller()); len(found.Gaps) > 0 {
			t.Errorf("%s: %s", call.Title, text(t, found))
		}
	}
}

func TestUnknownSIDsNameARemedy(t *testing.T) {
	t.Parallel()
	w := played(t, plainCall(), nil)
	for sid, want := range map[string]string{
		"CA1":                                "give the SID of a caller's call",
		"WK00000000000000000000000000000001": "give the SID of a caller's call",
		"CA00000000000000000000000000000009": "is it a call of this stack (--stack)",
		"WT00000000000000000000000000000009": "is it a call of this stack (--stack)",
		"WR00000000000000000000000000000009": "give the SID of the call or the task",
	} {
		if _, err := w.tracer.Trace(t.Context(), sid); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", sid, err, want)
		}
	}
	w.tracer.Ledger.Store = broken{w.table}
	if _, err := w.tracer.Trace(t.Context(), w.caller()); !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("without the ledger: %v", err)
	}
}

// TestPatternIsNoLongerThanAllowed traces a call with many reservations.
func TestPatternIsNoLongerThanAllowed(t *testing.T) {
	t.Parallel()
	const call, task = "CA00000000000000000000000000000001", "WT00000000000000000000000000000001"
	store, fields := &ledger.Memory{}, ledger.Fields{"call_sid": call, "task_sid": task}
	for n := range 40 {
		fields[fmt.Sprintf("WR%032x.task_sid", n)] = task
	}
	if _, _, err := store.Apply(t.Context(), ledger.Change{CallSID: call, Set: fields}); err != nil {
		t.Fatal(err)
	}
	found, _, err := (ledger.Ledger{Store: store}).ByCall(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	e := &evidence{call: found, key: call}
	if pattern := e.pattern(); len(pattern) > maxPattern || !strings.Contains(pattern, task) || len(pattern) < maxPattern/2 {
		t.Errorf("%d bytes: %s", len(pattern), pattern)
	}
}

// TestLongAccessLogIsNotCompared has more requests in the call's time than are read.
func TestLongAccessLogIsNotCompared(t *testing.T) {
	t.Parallel()
	w := played(t, plainCall(), nil)
	w.cloud.page = 1_000
	line := w.cloud.groups[accessLogs][0]
	for range maxLines {
		w.cloud.groups[accessLogs] = append(w.cloud.groups[accessLogs], line)
	}
	w.unlog(accessLogs, "/hold")
	found := w.trace(w.caller())
	if len(found.Gaps) != 1 || found.Gaps[0].Missing != "the rest of the log" || !strings.Contains(found.Gaps[0].Remedy, "2026-11-24T09:0") {
		t.Errorf("gaps %+v", found.Gaps)
	}
}
