package unheard_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/unheard"
	"switchboard/shared/ledger"
)

const (
	key  = "RE00000000000000000000000000000001"
	task = "WT00000000000000000000000000000001"
)

// tasks is Twilio: it counts what was canceled.
type tasks struct {
	canceled int
	err      error
}

func (t *tasks) CancelTask(_ context.Context, sid, _ string) (bool, error) {
	if sid == task && t.err == nil {
		t.canceled++
	}
	return t.err == nil, t.err
}

// offered is a message whose task waits.
func offered(t *testing.T) ledger.Ledger {
	t.Helper()
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: time.Now}
	known, _, err := l.Ask(t.Context(), ledger.Request{Key: key, Number: "+14155550123"}, ledger.Left)
	if err == nil {
		_, _, err = l.Creating(t.Context(), known.Request())
	}
	if err == nil {
		_, _, err = l.Adopt(t.Context(), key, 1, task)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTaskOfADoneMessageIsCanceled(t *testing.T) {
	t.Parallel()
	far := &tasks{err: errors.New("twilio is down")}
	d := unheard.Desk{Ledger: offered(t), Twilio: far}
	if _, err := d.MarkDone(t.Context(), key); err == nil || !strings.Contains(err.Error(), "repeat the command") {
		t.Errorf("while Twilio is down: %v", err)
	}
	far.err = nil
	if nothing, err := d.MarkDone(t.Context(), key); err != nil || nothing != "it is done already" || far.canceled != 1 {
		t.Errorf("repeated: %q, %v, canceled %d tasks", nothing, err, far.canceled)
	}
}

func TestWhatCannotBeMarkedAsDone(t *testing.T) {
	t.Parallel()
	ref := ledger.Ref{CallSID: key, TaskSID: task, ReservationSID: "WR00000000000000000000000000000001"}
	for name, test := range map[string]struct {
		ledger  func(l ledger.Ledger) error
		nothing string
		err     string
	}{
		"a worker hears it": {func(l ledger.Ledger) error { _, _, err := l.StartTalking(t.Context(), ref); return err }, "", "a worker has"},
		"withdrawn": {func(l ledger.Ledger) error {
			_, _, err := l.Withdraw(t.Context(), key, "talked to a worker")
			return err
		}, "it is not open: talked to a worker", ""},
		"heard": {func(l ledger.Ledger) error {
			_, _, err := l.StartTalking(t.Context(), ref)
			if err == nil {
				_, _, err = l.Finish(t.Context(), ref, "marked by key", "")
			}
			return err
		}, "it is done already", ""},
	} {
		l, far := offered(t), &tasks{}
		if err := test.ledger(l); err != nil {
			t.Fatal(err)
		}
		nothing, err := unheard.Desk{Ledger: l, Twilio: far}.MarkDone(t.Context(), key)
		if nothing != test.nothing || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) || far.canceled > 0 {
			t.Errorf("%s: %q, %v, canceled %d tasks", name, nothing, err, far.canceled)
		}
	}
	wanted := ledger.Ledger{Store: &ledger.Memory{}, Now: time.Now}
	if _, _, err := wanted.Ask(t.Context(), ledger.Request{Key: key}, ledger.Wanted); err != nil {
		t.Fatal(err)
	}
	if _, err := (unheard.Desk{Ledger: wanted, Twilio: &tasks{}}).MarkDone(t.Context(), key); err == nil || !strings.Contains(err.Error(), "in the line") {
		t.Errorf("still wanted: %v", err)
	}
}

// TestChangeMeanwhileIsSaid has a worker take the message between the read and the write.
func TestChangeMeanwhileIsSaid(t *testing.T) {
	t.Parallel()
	if _, err := (unheard.Desk{Ledger: taken{offered(t)}, Twilio: &tasks{}}).MarkDone(t.Context(), key); err == nil || !strings.Contains(err.Error(), "has just changed") {
		t.Errorf("err = %v", err)
	}
}

type taken struct{ ledger.Ledger }

func (k taken) MarkDone(ctx context.Context, seen ledger.Call, how string) (ledger.Call, bool, error) {
	ref := ledger.Ref{CallSID: key, TaskSID: task, ReservationSID: "WR00000000000000000000000000000001"}
	if _, _, err := k.StartTalking(ctx, ref); err != nil {
		return ledger.Call{}, false, err
	}
	return k.Ledger.MarkDone(ctx, seen, how)
}
