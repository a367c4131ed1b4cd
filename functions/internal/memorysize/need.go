package memorysize

import (
	"maps"
	"slices"
	"time"
)

// Need is what one function needs, as bench measures it.
type Need struct {
	Name  string `json:"name"`  // of the function, such as "enqueue" or "enqueue, Node, lean"
	Init  Step   `json:"init"`  // from the start of the process to its first request for an event
	First Step   `json:"first"` // the first invocation of a process
	Warm  Step   `json:"warm"`  // each further one
	Peak  int64  `json:"peak"`  // resident memory, in bytes
}

// Step is what a part of an invocation needs.
type Step struct {
	Mean  time.Duration  `json:"mean_ns"` // processor time
	P50   time.Duration  `json:"p50_ns"`
	P99   time.Duration  `json:"p99_ns"`
	Calls map[string]int `json:"calls"` // requests, by service
}

// Wait returns how long the step waits for its requests, one after the other.
func (s Step) Wait() (sum time.Duration) {
	for _, service := range slices.Sorted(maps.Keys(s.Calls)) {
		sum += time.Duration(s.Calls[service]) * Wait(service)
	}
	return sum
}

// Median returns the step's usual duration with a memory size in MB.
func (s Step) Median(megabytes int) time.Duration { return Duration(megabytes, s.P50, s.Wait()) }

// Slow returns the duration that 99 of 100 do not exceed. The wait is the same.
func (s Step) Slow(megabytes int) time.Duration { return Duration(megabytes, s.P99, s.Wait()) }
