package trigger

import (
	"context"
	"time"

	"switchboard/functions/sweeper"
	"switchboard/shared/simulator/clock"
)

// Period is how often the schedule runs the sweeper (template.yaml).
const Period = 5 * time.Minute

// Sweeper is the function that the schedule runs.
type Sweeper interface {
	Handle(context.Context) (sweeper.Report, error)
}

// Schedule runs the sweeper after first, and then after each Period until run returns false.
func Schedule(loop *clock.Loop, first time.Duration, run func() (again bool)) {
	loop.After(first, func() {
		loop.Go(func() {
			if run() {
				Schedule(loop, Period, run)
			}
		})
	})
}
