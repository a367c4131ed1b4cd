package requests

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	key         = "CB00000000000000000000000000000001"
	taskSID     = "WT00000000000000000000000000000001"
	nextTaskSID = "WT00000000000000000000000000000002"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// left is a ledger with a call back whose caller has left the line.
func left(t *testing.T, tries int) (ledger.Ledger, ledger.Call) {
	t.Helper()
	kept := ledger.Ledger{Store: &ledger.Memory{}, Now: noon}
	r := ledger.Request{Key: key, Number: "+14155550123", Until: noon().Add(time.Hour), Tries: tries, Attributes: "{}"}
	asked, _, err := kept.Ask(t.Context(), r, ledger.Left)
	if err != nil {
		t.Fatal(err)
	}
	return kept, asked
}

// waiting is a ledger with a call back whose task waits for a worker.
func waiting(t *testing.T, tries int) (ledger.Ledger, ledger.Call) {
	t.Helper()
	kept, asked := left(t, tries)
	if _, _, err := kept.Creating(t.Context(), asked.Request()); err != nil {
		t.Fatal(err)
	}
	known, _, err := kept.Adopt(t.Context(), key, 1, taskSID)
	if err != nil {
		t.Fatal(err)
	}
	return kept, known
}

// account writes down what Twilio was asked to do.
type account struct {
	Twilio
	did []string
}

func (a *account) WrapUpTask(_ context.Context, task string) error {
	a.did = append(a.did, "wrap up "+task)
	return nil
}

func (a *account) CancelTask(_ context.Context, task, _ string) (bool, error) {
	a.did = append(a.did, "cancel "+task)
	return false, nil // it is assigned
}

func (a *account) CreateTask(context.Context, twilio.NewTask) (string, error) {
	a.did = append(a.did, "create")
	return nextTaskSID, nil
}

// TestAcceptanceThatWasNotRecordedIsRetried: TaskRouter has the acceptance, the ledger failed when
// it was to record it, and the worker heard that the request is gone.
func TestAcceptanceThatWasNotRecordedIsRetried(t *testing.T) {
	t.Parallel()
	ref := ledger.Ref{CallSID: key, TaskSID: taskSID, ReservationSID: "WR00000000000000000000000000000001"}
	for name, test := range map[string]struct {
		event  string // of the reservation, that the ledger has
		closed bool   // the desk
		did    []string
		try    int
	}{
		"accepted": {
			event: "reservation.accepted",
			did:   []string{"cancel " + taskSID, "create", "wrap up " + taskSID},
			try:   2,
		},
		"accepted, and the desk has closed": {
			event:  "reservation.accepted",
			closed: true,
			did:    []string{"cancel " + taskSID, "wrap up " + taskSID},
			try:    2,
		},
		"Twilio did not accept it": {
			event: "reservation.rejected",
			did:   []string{"wrap up " + taskSID},
			try:   1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			kept, _ := waiting(t, 1)
			event := taskrouter.Event{Type: test.event, TaskSID: taskSID, ReservationSID: ref.ReservationSID}
			event.Task.CallSID = key
			known, _, err := kept.Event(ctx, event)
			if err != nil {
				t.Fatal(err)
			}
			a := &account{}
			d := Desk{Ledger: kept, Twilio: a, Now: noon, Logger: slog.New(slog.DiscardHandler)}
			d.Open = func(context.Context, string) bool { return !test.closed }
			if err := d.WorkerLeft(ctx, known, ref, "CA00000000000000000000000000000002"); err != nil {
				t.Fatal(err)
			}
			known, _, err = kept.ByCall(ctx, key)
			if err != nil {
				t.Fatal(err)
			}
			if r := known.Request(); !slices.Equal(a.did, test.did) || r.Try != test.try {
				t.Errorf("did %q in try %d, want %q, %d", a.did, r.Try, test.did, test.try)
			}
		})
	}
}
