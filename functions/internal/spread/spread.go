// Package spread says how times are spread.
package spread

import (
	"slices"
	"time"
)

// Times are in seconds.
type Times struct {
	P50     float64 `json:"p50"`
	P99     float64 `json:"p99"`
	Longest float64 `json:"longest"`
}

// Of returns the spread of all. It sorts them.
func Of(all []time.Duration) Times {
	return Times{Percentile(all, 50), Percentile(all, 99), Percentile(all, 100)}
}

// Percentile returns seconds; 0 for an empty list. It sorts the times.
func Percentile(times []time.Duration, percent int) float64 { return At(times, percent).Seconds() }

// At returns the time that so many percent do not exceed; 0 for an empty list. It sorts the times.
func At(times []time.Duration, percent int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	at := min((len(times)*percent+99)/100, len(times)) - 1
	return times[max(at, 0)]
}
