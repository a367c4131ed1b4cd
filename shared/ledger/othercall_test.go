package ledger

import "testing"

// TestOtherWorkerCallChangesNothing has requests about another call than the reservation's own.
func TestOtherWorkerCallChangesNothing(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]step{
		"dialed": dial(ref(), nextWorkerCall), "answered": answer(ref(), nextWorkerCall), "bridged": bridge(ref(), nextWorkerCall),
		"seen": see(ref(), nextWorkerCall, false), "ended": see(ref(), nextWorkerCall, true),
	} {
		l := newLedger()
		before := after(t, l, claim(ref()), dial(ref(), workerCall))
		known := after(t, l, each)
		if known.WorkerCall(ref()) != workerCall || known.WorkerCallSID() != workerCall || known.State(ref()) != before.State(ref()) || known.WorkerCallEnded(ref()) || known.Talked(ref()) {
			t.Errorf("%s: worker call %s, state %s, ended %t, connected %t", name, known.WorkerCall(ref()), known.State(ref()), known.WorkerCallEnded(ref()), known.Talked(ref()))
		}
	}
}
