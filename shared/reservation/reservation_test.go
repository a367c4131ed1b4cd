package reservation

import (
	"slices"
	"testing"
)

// TestStatesMoveForward follows all moves: none leads back, none leaves an end, and every state can
// be reached.
func TestStatesMoveForward(t *testing.T) {
	t.Parallel()
	next := map[State][]State{}
	for _, to := range States() {
		for _, from := range to.From()[1:] {
			if from.Ended() {
				t.Errorf("%s leads to %s, and is an end", from, to)
			}
			next[from] = append(next[from], to)
		}
	}
	reached := map[State]bool{}
	var reach func(State, []State)
	reach = func(at State, way []State) {
		reached[at] = true
		if slices.Contains(way, at) {
			t.Fatalf("%v leads back to %s", way, at)
		}
		for _, to := range next[at] {
			reach(to, append(slices.Clone(way), at))
		}
	}
	reach(Offered, nil)
	if len(reached) != len(States()) {
		t.Errorf("%d states can be reached, want all %d", len(reached), len(States()))
	}
}
