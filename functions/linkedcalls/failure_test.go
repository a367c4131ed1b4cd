package linkedcalls_test

import (
	"testing"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
)

// unserved is a call whose first bridge failed by a fault of ours, and whose second one failed
// because the CRM refused the caller.
func unserved(t *testing.T) *ledger.Memory {
	t.Helper()
	store := &ledger.Memory{}
	record(t, store, taskSID, callSID, "", 1, 0)
	kept := ledger.Ledger{Store: store, Now: midnight}
	first := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID}
	second := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: "WR00000000000000000000000000000002"}
	for _, err := range []error{
		kept.RecordRejectionFor(t.Context(), first, failure.CRMTimeout, reservation.Rejected, true),
		kept.SentToOverflow(t.Context(), second, failure.CRMRefused),
		kept.Overflowed(t.Context(), callSID, failure.CRMRefused),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func TestFailureOfEachTry(t *testing.T) {
	t.Parallel()
	report, err := newHandler(unserved(t), &events{}).Handle(t.Context(), linkedcalls.Request{TaskSID: taskSID})
	if err != nil || len(report.Calls) != 1 || len(report.Calls[0].Tries) != 2 {
		t.Fatalf("%+v, %v, want one call with two tries", report, err)
	}
	link := report.Calls[0]
	for i, want := range [][2]string{{"crm/time-out", "us"}, {"crm/refused", "call"}} {
		if got := [2]string{link.Tries[i].Failure, link.Tries[i].ChargedTo}; got != want {
			t.Errorf("try %d: %q, want %q", i+1, got, want)
		}
	}
	if link.Overflow != "crm/refused" {
		t.Errorf("overflow %q, want crm/refused", link.Overflow)
	}
}

func TestOverflowColumn(t *testing.T) {
	t.Parallel()
	text, _ := exported(t, dayAfter(unserved(t), &events{}), "csv")
	read := records(t, text)
	if len(read) != 2 || read[1]["overflow"] != "crm/refused" {
		t.Errorf("%v, want overflow crm/refused", read)
	}
}
