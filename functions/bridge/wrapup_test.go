package bridge

import (
	"testing"

	"switchboard/shared/deferred"
)

func TestCompleteTaskAfterWrapUp(t *testing.T) {
	t.Parallel()
	worker, caller, both := []string{workerCall}, []string{callerCall}, []string{workerCall, callerCall}
	tests := []struct {
		name, status, workerCall string
		living                   []string
		wantAgain                bool
		want                     []string
	}{
		{"it is wrapping", "wrapping", workerCall, nil, false, []string{"complete"}},
		{"it is wrapping, its caller is in the survey", "wrapping", workerCall, caller, false, []string{"complete"}},
		{"it is wrapping, its worker still talks", "wrapping", workerCall, worker, true, nil},
		{"it is wrapping, both still talk", "wrapping", workerCall, both, true, nil},
		{"it is wrapping, its worker call is unknown", "wrapping", "", nil, false, []string{"complete"}},
		{"it is wrapping, its worker call is unknown, its caller still talks", "wrapping", "", caller, true, nil},
		{"it is assigned, both calls are gone", "assigned", workerCall, nil, false, []string{"complete"}},
		{"it is assigned, its caller is there", "assigned", workerCall, caller, true, nil},
		{"it is assigned, its worker still talks", "assigned", workerCall, worker, true, nil},
		{"it is assigned, its worker call is unknown", "assigned", "", nil, false, []string{"complete"}},
		{"it is assigned, its worker call is unknown, its caller still talks", "assigned", "", caller, true, nil},
		{"it was completed by hand", "completed", workerCall, nil, false, nil},
		{"it was canceled", "canceled", workerCall, nil, false, nil},
		{"it is offered again", "reserved", workerCall, nil, false, nil},
		{"it waits again", "pending", workerCall, nil, false, nil},
		{"it is gone", "", workerCall, nil, false, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			d.taskStatus, d.living = test.status, test.living
			again := d.deliver(t, deferred.Message{WrapUp: &deferred.WrapUp{CallSID: callerCall, TaskSID: task, WorkerCallSID: test.workerCall}})
			if again != test.wantAgain {
				t.Errorf("retried: %t, want %t", again, test.wantAgain)
			}
			d.want(t, test.want...)
		})
	}
}

// TestSeveralMessagesCompleteATaskOnce is task.wrapup, reservation.wrapup and the end of the
// worker's call, each of which may send one.
func TestSeveralMessagesCompleteATaskOnce(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.taskStatus = "wrapping"
	for range 3 {
		if d.deliver(t, deferred.Message{WrapUp: &deferred.WrapUp{CallSID: callerCall, TaskSID: task, WorkerCallSID: workerCall}}) {
			t.Error("SQS retries the message")
		}
	}
	d.want(t, "complete")
}
