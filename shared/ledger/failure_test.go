package ledger

import (
	"testing"

	"switchboard/shared/failure"
	"switchboard/shared/reservation"
)

func TestFaultsOfOneTask(t *testing.T) {
	t.Parallel()
	other := Ref{call, otherTask, "WR00000000000000000000000000000003"}
	tests := []struct {
		name   string
		failed map[Ref]failure.Failure
		want   int
	}{
		{
			name: "none",
		},
		{
			name:   "its own",
			failed: map[Ref]failure.Failure{ref(): failure.CRMServerError},
		},
		{
			name:   "ours with the worker before",
			failed: map[Ref]failure.Failure{refNext(): failure.CRMServerError},
			want:   1,
		},
		{
			name:   "the worker's",
			failed: map[Ref]failure.Failure{refNext(): failure.RingBusy},
		},
		{
			name:   "the call's",
			failed: map[Ref]failure.Failure{refNext(): failure.CRMRefused},
		},
		{
			name:   "ours with another task",
			failed: map[Ref]failure.Failure{other: failure.CRMServerError},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLedger()
			for r, why := range test.failed {
				if _, err := l.Failed(t.Context(), r, why); err != nil {
					t.Fatal(err)
				}
			}
			if got := after(t, l, claim(ref())).Faults(ref()); got != test.want {
				t.Errorf("%d faults, want %d", got, test.want)
			}
		})
	}
}

func TestOverflowEndsTheTask(t *testing.T) {
	t.Parallel()
	l := newLedger()
	after(t, l, claim(ref()))
	if err := l.SentToOverflow(t.Context(), ref(), failure.CRMRefused); err != nil {
		t.Fatal(err)
	}
	known, claimed, err := l.Claim(t.Context(), refNext(), Offer{WorkerSID: alice})
	if claimed || err != nil || !known.CannotBridge(refNext()) || known.State(ref()) != reservation.CallerLeft || !known.Unserved(task).Equal(noon()) {
		t.Errorf("claim %t, %v, over %t, state %s, unserved %s", claimed, err, known.CannotBridge(refNext()), known.State(ref()), known.Unserved(task))
	}
	if why, charged := known.Failure(ref()); why != "crm/refused" || charged != "call" {
		t.Errorf("failure %q charged to %q, want crm/refused, call", why, charged)
	}
	if _, claimed, err := l.Claim(t.Context(), Ref{call, otherTask, reservedNext}, Offer{WorkerSID: alice}); !claimed || err != nil {
		t.Errorf("the same caller's next task: claim %t, %v, want it made", claimed, err)
	}
}

func TestFirstFailureStays(t *testing.T) {
	t.Parallel()
	l := newLedger()
	for _, why := range []failure.Failure{failure.CRMServerError, failure.AttemptDied} {
		if err := l.RecordRejectionFor(t.Context(), ref(), why, reservation.Rejected, true); err != nil {
			t.Fatal(err)
		}
	}
	if why, charged := after(t, l).Failure(ref()); why != "crm/server-error" || charged != "us" {
		t.Errorf("failure %q charged to %q, want crm/server-error, us", why, charged)
	}
}
