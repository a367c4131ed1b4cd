package main

import (
	"context"
	"strings"
	"time"
)

// invocation is one run of a function, and the context that the function gets. Its deadline follows
// the world's clock.
type invocation struct {
	world    *world
	function string // its first route, or "bridge"
	path     string
	body     string // of the request or message; empty once judged
	forged   bool

	signed       time.Time // by Twilio; zero for a forgery
	came         time.Time // before the cold start; began is after it
	began, ended time.Time
	until        time.Time // when Lambda kills it
	status       int
	answer       string  // to the assignment callback, in a hostile world
	faults       []fault // those that are not harmless
	effects      int     // writes, sent messages, REST requests and CRM posts
	killed       bool
	throttled    bool          // Twilio answered every try of a request with 429
	crmFailed    bool          // a CRM request failed
	crmRefused   bool          // because of the caller (4xx)
	asked        string        // the last REST request
	tries        int           // of asked
	paused       time.Duration // between tries of a REST request
}

type invocationKey struct{}

// Deadline implements context.Context. Contexts use the machine's clock, and the world's clock
// stands still while the function runs, so the time left is the same on both.
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

// killed is the value of the panic with which Lambda ends a function.
type killed struct{}

func (i *invocation) kill() {
	i.killed = true
	panic(killed{})
}

// sleep waits for d, or for the time that Lambda leaves.
func (i *invocation) sleep(d time.Duration) {
	if left := i.until.Sub(i.world.loop.Now()); d >= left {
		i.world.loop.Sleep(left)
		i.kill()
	}
	i.world.loop.Sleep(d)
}

// grain is how much real time an invocation may take without an effect on the world.
const grain = 50 * time.Millisecond

// patience returns how long a client waits under ctx. It rounds up to grain, so that the machine's
// own time does not change a seed's outcome.
func patience(ctx context.Context) time.Duration {
	deadline, found := ctx.Deadline()
	if !found {
		return time.Hour
	}
	left := (time.Until(deadline) + grain - 1) / grain * grain
	return max(left-invocationOf(ctx).paused, 0)
}

// clean reports whether nothing went wrong that could excuse the function.
func (i *invocation) clean() bool {
	return len(i.faults) == 0 && !i.killed && i.status >= 200 && i.status < 300 && !i.ended.IsZero()
}

// field returns a form parameter that needs no unescaping: a SID, a status, the type of an event.
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
