package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/memorysize"
)

// runtime is how long the functions take in Go or in Node, with a memory size.
type runtime struct {
	node      bool
	megabytes int
	idle      time.Duration // after which Lambda ends an environment
	needs     []memorysize.Need
}

// need returns what a function needs. The sweeper and the function that copies recordings are not
// measured; they need what the bridge function does, and their requests are their own. In Node all
// functions need what one of two does: one that only answers, or one that also writes to the table.
func (r runtime) need(function string) (memorysize.Need, error) {
	name := function
	switch {
	case r.node && slices.Contains([]string{"enqueue", "hold"}, function):
		name = "enqueue, Node, lean"
	case r.node:
		name = "taskevents, Node, lean"
	case function == "sweeper" || function == "recordings":
		name = "bridge"
	case function == "worker":
		name = "worker, gate"
	}
	for _, each := range r.needs {
		if each.Name == name {
			return each, nil
		}
	}
	return memorysize.Need{}, fmt.Errorf("the measurements have no function %q", name)
}

// billed is what Lambda charges for.
type billed struct {
	requests, cold int
	gigabyteSecs   float64
}

// bill returns what Lambda charges for a function's invocations: each in whole milliseconds, and
// the init of an environment with the first (https://aws.amazon.com/lambda/pricing/).
func (r runtime) bill(function string, invocations []invocation) (b billed, err error) {
	need, err := r.need(function)
	if err != nil {
		return b, err
	}
	var environments []time.Time // when each is free, the last one first
	var sum time.Duration
	for _, each := range invocations {
		cpu := need.Warm.Mean
		// The environment that was used last serves first; the others become idle.
		free := slices.IndexFunc(environments, func(at time.Time) bool { return !at.After(each.at) })
		if free >= 0 && each.at.Sub(environments[free]) > r.idle {
			free = -1
		}
		if free < 0 {
			cpu = need.Init.Mean + need.First.Mean
			b.cold++
			environments = append(environments, time.Time{})
			free = len(environments) - 1
		}
		took := memorysize.Duration(r.megabytes, cpu, each.wait)
		environments[free] = each.at.Add(took)
		slices.SortFunc(environments, func(a, b time.Time) int { return b.Compare(a) })
		sum += (took + time.Millisecond - 1).Truncate(time.Millisecond)
	}
	b.requests = len(invocations)
	b.gigabyteSecs = sum.Seconds() * float64(r.megabytes) / 1024
	return b, nil
}

// name says which runtime it is, such as "Go, 256 MB".
func (r runtime) name() string {
	language := "Go"
	if r.node {
		language = "Node"
	}
	return strings.Join([]string{language, fmt.Sprint(r.megabytes, " MB")}, ", ")
}
