package limits

import (
	"context"
	"time"

	"switchboard/shared/simulator/clock"
)

// Limits of Lambda in an account with its default quota.
const (
	// AccountConcurrency is how many invocations run at the same time, of all functions
	// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). A new account may
	// have fewer: twilioctl doctor reads it.
	AccountConcurrency = 1000

	// A function gets up to 1,000 new environments every 10 s, refilled continuously
	// (https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html).
	newEnvironments       = 1000
	newEnvironmentsSecond = 100
)

// Lambda's own times: the start of a microVM with the init of a function in Go, and a warm
// invocation without its requests, from the request to the API on.
const (
	coldStart = 150 * time.Millisecond
	warmStart = 8 * time.Millisecond
)

// Account counts the invocations of all functions.
type Account struct {
	Concurrency int // the limit
	Most        int // that ran at the same time

	running int
}

// Function has the execution environments of a function. Each serves one invocation at a time.
type Function[H any] struct {
	Network
	Account *Account
	Start   func() H      // creates an environment
	Timeout time.Duration // after which Lambda ends an invocation; the context says so, and none is ended

	Invocations, Throttled, Environments int
	Busy                                 time.Duration // of all invocations, without cold starts

	scaling *Rate
	idle    []H
}

// Invoke has an environment run an invocation: an idle one, or a new one. It returns false, and
// runs nothing, if Lambda throttles it.
func (f *Function[H]) Invoke(run func(context.Context, H)) bool {
	if f.scaling == nil {
		f.scaling = &Rate{Loop: f.Loop, PerSecond: newEnvironmentsSecond, Burst: newEnvironments}
	}
	if f.Account.running >= f.Account.Concurrency || len(f.idle) == 0 && !f.scaling.Take() {
		f.Throttled++
		return false
	}
	f.Invocations++
	f.Account.running++
	f.Account.Most = max(f.Account.Most, f.Account.running)
	environment := f.environment()
	began := f.Loop.Now()
	f.Takes(warmStart)
	run(invocation{context.Background(), f.Loop, f.Loop.Now().Add(f.Timeout)}, environment)
	f.Busy += f.Loop.Now().Sub(began)
	f.idle = append(f.idle, environment)
	f.Account.running--
	return true
}

func (f *Function[H]) environment() H {
	if last := len(f.idle) - 1; last >= 0 {
		environment := f.idle[last]
		f.idle = f.idle[:last]
		return environment
	}
	f.Environments++
	f.Takes(coldStart)
	return f.Start()
}

// invocation is a context whose deadline is at an instant of virtual time.
type invocation struct {
	context.Context
	loop *clock.Loop
	ends time.Time
}

// Deadline implements context.Context: what is left, from now on in real time.
func (i invocation) Deadline() (deadline time.Time, limited bool) {
	return time.Now().Add(i.ends.Sub(i.loop.Now())), true
}
