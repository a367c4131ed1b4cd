package trigger

import (
	"slices"
	"testing"
	"time"

	"switchboard/shared/simulator/clock"
)

// TestPollersGrow has forty messages come in one instant, each of which takes two seconds.
func TestPollersGrow(t *testing.T) {
	t.Parallel()
	for maximum, want := range map[int][]int{
		2:   {2, 0, 2, 0, 2, 0},
		12:  {5, 5, 7, 5, 7, 5},
		100: {5, 5, 10, 10, 10, 0},
	} {
		began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
		loop := clock.NewVirtual(began)
		pollers := &Pollers{Loop: loop, Maximum: maximum}
		received := make([]int, 100)
		for range 40 {
			pollers.take(func() {
				received[int(loop.Now().Sub(began).Seconds())]++
				loop.Sleep(2 * time.Second)
			})
		}
		if err := loop.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(received[:len(want)], want) || len(pollers.Waits) != 40 {
			t.Errorf("up to %d: received %v a second, want %v; %d waits", maximum, received[:len(want)], want, len(pollers.Waits))
		}
	}
}
