package ledger

import "testing"

// TestOtherWorkerCallChangesNothing has requests about another call than the reservation's own.
func TestOtherWorkerCallChangesNothing(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]step{
		"dialed": dial(ref(), legNext), "answered": answer(ref(), legNext), "bridged": bridge(ref(), legNext),
		"seen": see(ref(), legNext, false), "ended": see(ref(), legNext, true),
	} {
		l := newLedger()
		before := after(t, l, claim(ref()), dial(ref(), leg))
		known := after(t, l, each)
		if known.WorkerCall(ref()) != leg || known.WorkerCallSID() != leg || known.State(ref()) != before.State(ref()) || known.WorkerCallEnded(ref()) || known.Talked(ref()) {
			t.Errorf("%s: worker call %s, state %s, ended %t, connected %t", name, known.WorkerCall(ref()), known.State(ref()), known.WorkerCallEnded(ref()), known.Talked(ref()))
		}
	}
}
