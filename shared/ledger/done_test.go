package ledger_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"switchboard/shared/ledger"
)

const (
	firstKey  = "CB00000000000000000000000000000001"
	secondKey = "CB00000000000000000000000000000002"
	doneTask  = "WT00000000000000000000000000000009"
)

// TestMarkDone marks a call back as done in each state.
func TestMarkDone(t *testing.T) {
	t.Parallel()
	ref := ledger.Ref{CallSID: firstKey, TaskSID: doneTask, ReservationSID: "WR00000000000000000000000000000009"}
	steps := []struct {
		state ledger.RequestState
		want  bool
		step  func(context.Context, ledger.Ledger, ledger.Request) error
	}{
		{ledger.Left, true, nil},
		{ledger.Creating, true, func(ctx context.Context, l ledger.Ledger, r ledger.Request) error {
			_, _, err := l.Creating(ctx, r)
			return err
		}},
		{ledger.Waiting, true, func(ctx context.Context, l ledger.Ledger, _ ledger.Request) error {
			_, _, err := l.Adopt(ctx, firstKey, 1, doneTask)
			return err
		}},
		{ledger.Talking, false, func(ctx context.Context, l ledger.Ledger, _ ledger.Request) error {
			_, _, err := l.StartTalking(ctx, ref)
			return err
		}},
		{ledger.GivenUp, true, func(ctx context.Context, l ledger.Ledger, r ledger.Request) error {
			known, _, err := l.GiveUp(ctx, r, "no-answer")
			if err == nil {
				_, err = l.CloseRequest(ctx, known.Request(), "complete")
			}
			return err
		}},
	}
	for until, last := range steps {
		t.Run(string(last.state), func(t *testing.T) {
			t.Parallel()
			l := ledger.Ledger{Store: &ledger.Memory{}, Now: time.Now}
			known, _, err := l.Ask(t.Context(), ledger.Request{Key: firstKey, Number: "+14155550123"}, ledger.Left)
			for _, each := range steps[1 : until+1] {
				if err == nil {
					err = each.step(t.Context(), l, known.Request())
				}
				known, _, _ = l.ByCall(t.Context(), firstKey)
			}
			if err != nil || known.Request().State != last.state {
				t.Fatalf("state %s, %v", known.Request().State, err)
			}
			done, made, err := l.MarkDone(t.Context(), known, "marked as done")
			if err != nil || made != last.want || made && (done.Request().State != ledger.Done || done.Request().Outcome != "marked as done") {
				t.Errorf("made %t, %+v, %v, want %t", made, done.Request(), err, last.want)
			}
			if _, again, err := l.MarkDone(t.Context(), done, "marked as done"); again || err != nil {
				t.Errorf("made again %t, %v", again, err)
			}
			unheard, err := l.UnheardRequests(t.Context(), 10)
			if listed := len(unheard) > 0; err != nil || listed == last.want {
				t.Errorf("listed %t, %v", listed, err)
			}
		})
	}
}

// TestRequestThatChangedIsNotMarked has the request tried again after it was read.
func TestRequestThatChangedIsNotMarked(t *testing.T) {
	t.Parallel()
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: time.Now}
	seen, _, err := l.Ask(t.Context(), ledger.Request{Key: firstKey, Number: "+14155550123", Tries: 3}, ledger.Left)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Creating(t.Context(), seen.Request()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Again(t.Context(), seen.Request(), time.Now(), "busy"); err != nil {
		t.Fatal(err)
	}
	if _, made, err := l.MarkDone(t.Context(), seen, "marked as done"); made || err != nil {
		t.Errorf("made %t, %v", made, err)
	}
}

func TestRequestsAtANumber(t *testing.T) {
	t.Parallel()
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: time.Now}
	const number = "+14155550123"
	for _, key := range []string{firstKey, secondKey} {
		known, _, err := l.Ask(t.Context(), ledger.Request{Key: key, Number: number}, ledger.Left)
		if err != nil {
			t.Fatal(err)
		}
		if holder, err := l.HoldNumber(t.Context(), number, key); err != nil || holder.CallSID() != key {
			t.Fatal(holder, err)
		}
		if _, _, err := l.GiveUp(t.Context(), known.Request(), "busy"); err != nil {
			t.Fatal(err)
		}
	}
	if keys, err := l.RequestsAt(t.Context(), number); err != nil || !slices.Equal(keys, []string{firstKey, secondKey}) {
		t.Errorf("%q, %v", keys, err)
	}
	if keys, err := l.RequestsAt(t.Context(), "+14155550199"); err != nil || len(keys) > 0 {
		t.Errorf("another number: %q, %v", keys, err)
	}
}
