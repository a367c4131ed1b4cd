package linkedcalls_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/awsenv"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// TestTaskCompletedLinksBothCalls in both bridge modes: Twilio writes worker_call_sid into the task
// in dequeue mode only.
func TestTaskCompletedLinksBothCalls(t *testing.T) {
	t.Parallel()
	ref := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID}
	modes := map[string]func(*testing.T, ledger.Ledger) []taskrouter.Event{
		"deferred": func(t *testing.T, kept ledger.Ledger) []taskrouter.Event {
			if _, _, err := kept.Claim(t.Context(), ref, ledger.Offer{WorkerSID: workerSID}); err != nil {
				t.Fatal(err)
			}
			if _, err := kept.RecordPlaced(t.Context(), ref, workerCallSID); err != nil {
				t.Fatal(err)
			}
			return []taskrouter.Event{event(accepted, 2, taskSID, callSID, ""), event(completed, 8, taskSID, callSID, "")}
		},
		"dequeue": func(*testing.T, ledger.Ledger) []taskrouter.Event {
			return []taskrouter.Event{event(accepted, 2, taskSID, callSID, workerCallSID), event(completed, 8, taskSID, callSID, workerCallSID)}
		},
		"dequeue, the acceptance is lost": func(t *testing.T, kept ledger.Ledger) []taskrouter.Event {
			wrapUp := event("reservation.wrapup", 7, taskSID, callSID, workerCallSID)
			return []taskrouter.Event{wrapUp, event(completed, 8, taskSID, callSID, workerCallSID)}
		},
	}
	for mode, happens := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			store := &ledger.Memory{}
			kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(1) }}
			for _, reported := range happens(t, kept) {
				if _, _, err := kept.Event(t.Context(), reported); err != nil {
					t.Fatal(err)
				}
			}
			for _, sid := range []string{callSID, workerCallSID} {
				call, found, err := kept.ByEitherCall(t.Context(), sid)
				if err != nil || !found || call.CallSID() != callSID || call.WorkerCallSID() != workerCallSID || !call.Completed().Equal(at(8)) {
					t.Errorf("row of %s: %v, %t, %v", sid, call, found, err)
				}
			}
			rest := &events{}
			report, err := newHandler(store, rest).Handle(t.Context(), linkedcalls.Request{TaskSID: taskSID})
			if err != nil || len(report.Calls) != 1 {
				t.Fatalf("report = %+v, %v", report, err)
			}
			if link := report.Calls[0]; link.CallSID != callSID || link.WorkerCallSID != workerCallSID || link.WorkerSID != workerSID || !link.Completed.Equal(at(8)) {
				t.Errorf("link = %+v", link)
			}
		})
	}
}

// TestNoScan watches what goes to DynamoDB for each kind of question: single items, and queries by
// index.
func TestNoScan(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []string
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var query struct{ IndexName string }
		_ = json.NewDecoder(r.Body).Decode(&query)
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Header.Get("X-Amz-Target")+" "+query.IndexName)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write([]byte(`{}`))
	}))
	t.Cleanup(table.Close)
	env := awsenv.Environment(func(name string) string {
		return map[string]string{
			"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_DYNAMODB": table.URL,
			"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		}[name]
	})
	h := newHandler(ledger.NewDynamoDB(env, "ledger", func() time.Time { return at(59) }), &events{})
	const target = "DynamoDB_20120810."
	for _, question := range []struct {
		input string
		want  []string
	}{
		{`{"task_sid":"` + taskSID + `"}`, []string{target + "Query by-task"}},
		{`{"call_sid":"` + callSID + `"}`, []string{target + "GetItem ", target + "Query by-worker-call"}},
		{`{"since":"2026-11-24T12:00:00Z"}`, []string{target + "Query by-day"}},
		{`{"day":"2026-11-24","format":"csv"}`, []string{target + "Query by-day"}},
	} {
		asked = nil
		if _, err := invoke(t, h, question.input); err != nil {
			t.Fatal(err)
		}
		if got := slices.Compact(asked); !slices.Equal(got, question.want) {
			t.Errorf("%s: asked %q, want %q", question.input, got, question.want)
		}
	}
}
