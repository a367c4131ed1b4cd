package linkedcalls_test

import (
	"testing"
	"time"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// TestCallBackIsLinked looks a call back up by each call that belongs to it, and exports it.
func TestCallBackIsLinked(t *testing.T) {
	t.Parallel()
	const customerCall = "CA0000000000000000000000000000000c"
	store := &ledger.Memory{}
	kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(5) }}
	ref := ledger.Ref{CallSID: taskrouter.CallbackKey(callSID), TaskSID: taskSID, ReservationSID: "WR00000000000000000000000000000001"}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := kept.Ask(t.Context(), ledger.Request{Key: ref.CallSID, Number: "+14155550123", Asked: at(1), Tries: 3}, ledger.Left)
	check(err)
	check(kept.PromisedCallback(t.Context(), callSID))
	asked, _, err := kept.ByCall(t.Context(), ref.CallSID)
	check(err)
	_, _, err = kept.Creating(t.Context(), asked.Request())
	check(err)
	_, _, err = kept.Adopt(t.Context(), ref.CallSID, 1, taskSID)
	check(err)
	_, _, err = kept.Claim(t.Context(), ref, ledger.Offer{WorkerSID: workerSID})
	check(err)
	_, err = kept.RecordAccepted(t.Context(), ref, workerCallSID)
	check(err)
	_, _, err = kept.StartTalking(t.Context(), ref)
	check(err)
	_, _, err = kept.Finish(t.Context(), ref, "answered", customerCall)
	check(err)
	for name, request := range map[string]linkedcalls.Request{
		"the caller's call": {CallSID: callSID},
		"the worker's call": {CallSID: workerCallSID},
		"the task":          {TaskSID: taskSID},
		"since":             {Since: at(0).Format(time.RFC3339)},
	} {
		report, err := newHandler(store, &events{}).Handle(t.Context(), request)
		check(err)
		if len(report.Calls) != 1 || report.Calls[0].CallSID != callSID || report.Calls[0].Callback == nil {
			t.Fatalf("%s: %+v", name, report)
		}
		got := report.Calls[0].Callback
		if got.State != ledger.Done || got.Tries != 1 || !got.Asked.Equal(at(1)) || got.CustomerCallSID != customerCall || got.WorkerCallSID != workerCallSID || len(got.Offers) != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
