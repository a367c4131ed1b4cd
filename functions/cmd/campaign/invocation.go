package main

import (
	"context"
	"strings"
	"time"
)

// invocation is one run of a function. It is the context that the function gets: its deadline lies
// on the world's clock.
type invocation struct {
	world    *world
	function string // its first route, or "bridge"
	path     string
	body     string // of the request or message; empty once judged
	forged   bool

	signed       time.Time // by Twilio; zero for a forgery
	came         time.Time // began lies a cold start later
	began, ended time.Time
	until        time.Time // when Lambda kills it
	status       int
	answer       string  // to the assignment callback, in a hostile world
	faults       []fault // that struck it and are not harmless
	effects      int     // writes, sent messages, REST requests and CRM posts
	killed       bool
	throttled    bool          // TaskRouter's limit of filtered lists was reached in each try
	crmFailed    bool          // the CRM did not take what it was sent
	crmRefused   bool          // because of the caller (4xx)
	asked        string        // the last REST request
	tries        int           // of that
	paused       time.Duration // between the tries of a REST request, which its context does not know of
}

type invocationKey struct{}

// Deadline implements context.Context. Contexts are about the machine's clock, and the world's
// stands still while the function runs, so the time that is left is the same on both.
func (i *invocation) Deadline() (time.Time, bool) {
	return time.Now().Add(i.until.Sub(i.world.loop.Now())), true
}

// Done implements context.Context.
func (i *invocation) Done() <-chan struct{} { return nil }

// Err implements context.Context.
func (i *invocation) Err() error {
	if i.world.loop.Now().Before(i.until) {
		return nil
	}
	return context.DeadlineExceeded
}

// Value implements context.Context.
func (i *invocation) Value(key any) any {
	if key == (invocationKey{}) {
		return i
	}
	return nil
}

func invocationOf(ctx context.Context) *invocation {
	i, _ := ctx.Value(invocationKey{}).(*invocation)
	return i
}

// killed is what a function panics with when Lambda kills it.
type killed struct{}

func (i *invocation) kill() {
	i.killed = true
	panic(killed{})
}

// sleep lets d pass, or as much of it as Lambda leaves.
func (i *invocation) sleep(d time.Duration) {
	if left := i.until.Sub(i.world.loop.Now()); d >= left {
		i.world.loop.Sleep(left)
		i.kill()
	}
	i.world.loop.Sleep(d)
}

// grain is what the machine may need for an invocation without a trace in the world.
const grain = 50 * time.Millisecond

// patience is how long a client waits under ctx. What the machine needs between making the context
// and now is rounded away: runs of a seed are to be the same.
func patience(ctx context.Context) time.Duration {
	deadline, found := ctx.Deadline()
	if !found {
		return time.Hour
	}
	left := (time.Until(deadline) + grain - 1) / grain * grain
	return max(left-invocationOf(ctx).paused, 0)
}

// clean reports that nothing went wrong which could excuse the function.
func (i *invocation) clean() bool {
	return len(i.faults) == 0 && !i.killed && i.status >= 200 && i.status < 300 && !i.ended.IsZero()
}

// field finds a form parameter that needs no unescaping: a SID, a status, an event's type.
func (i *invocation) field(name string) string { return field(i.body, name) }

func field(body, name string) string {
	for rest := body; ; {
		at := strings.Index(rest, name)
		if at < 0 {
			return ""
		}
		after := rest[at+len(name):]
		if (at == 0 || rest[at-1] == '&') && strings.HasPrefix(after, "=") {
			value, _, _ := strings.Cut(after[1:], "&")
			return value
		}
		rest = after
	}
}
