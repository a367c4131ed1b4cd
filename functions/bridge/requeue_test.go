package bridge

import (
	"testing"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
)

// TestCallerWhoCameBack is bridged. The caller has left the queue and is put into it again, by an
// operator or by the customer's own TwiML; a second task is made and a worker reserved for it.
// However they left, their call was not over.
func TestCallerWhoCameBack(t *testing.T) {
	t.Parallel()
	const secondTask = "WT00000000000000000000000000000002"
	for _, result := range []string{"redirected", "redirected-from-bridged", "leave", "bridged", "queue-full", "error", "system-error"} {
		t.Run(result, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			if _, err := d.ledger.LeftQueue(t.Context(), callerCall, result, false); err != nil {
				t.Fatal(err)
			}
			work := d.bridge()
			work.TaskSID = secondTask
			d.deliver(t, deferred.Message{Bridge: &work})
			d.want(t, "crm", placed)
			if state := d.known(t).State(ledger.Ref{CallSID: callerCall, TaskSID: secondTask, ReservationSID: reservation}); state != ledger.Ringing {
				t.Errorf("the bridge is %s, want ringing", state)
			}
		})
	}
}
