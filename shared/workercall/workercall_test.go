package workercall

import (
	"context"
	"errors"
	"slices"
	"testing"

	"switchboard/shared/ledger"
)

// TestRouteIsParsed has each path that a route can have, and paths of another shape.
func TestRouteIsParsed(t *testing.T) {
	t.Parallel()
	ref := ledger.Ref{CallSID: "CA1", TaskSID: "WT1", ReservationSID: "WR1"}
	for path, want := range map[string]Route{
		"/worker/CA1/WT1/WR1/gate":   {ref, Gate, 0},
		"/worker/CA1/WT1/WR1/key":    {ref, Key, 0},
		"/worker/CA1/WT1/WR1/key/1":  {ref, Key, 1},
		"/worker/CA1/WT1/WR1/key/3":  {ref, Key, MaxRepeats},
		"/worker/CA1/WT1/WR1/dial":   {ref, Dial, 0},
		"/worker/CA1/WT1/WR1/dialed": {ref, Dialed, 0},
		"/worker/CA1/WT1/WR1/status": {ref, Status, 0},
	} {
		if got, found := Parse(path); !found || got != want || got.String() != path {
			t.Errorf("Parse(%s) = %+v, %t, as a path %s", path, got, found, got)
		}
	}
	for _, path := range []string{
		"", "/worker", "/worker/CA1/WT1/WR1", "/worker/CA1/WT1/WR1/key/4", "/worker/CA1/WT1/WR1/key/01",
		"/worker/CA1/WT1/WR1/gate/1", "/worker/CA1/WT1/WR1/key/1/1", "/survey/CA1/WT1/WR1/gate", "x/worker/CA1/WT1/WR1/gate",
	} {
		if got, found := Parse(path); found {
			t.Errorf("Parse(%q) = %+v, want not found", path, got)
		}
	}
}

// TestEndAllTriesEachCall fails at the first call.
func TestEndAllTriesEachCall(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	var ended []string
	err := EndAll(t.Context(), []string{"CA1", "CA2"}, func(_ context.Context, sid string) error {
		ended = append(ended, sid)
		if sid == "CA1" {
			return refused
		}
		return nil
	})
	if !errors.Is(err, refused) || !slices.Equal(ended, []string{"CA1", "CA2"}) {
		t.Errorf("ended %v, error %v", ended, err)
	}
}
