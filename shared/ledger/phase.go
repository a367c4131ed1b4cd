package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"switchboard/shared/taskrouter"
)

// Names of the fields by which a call is followed until nothing more can happen to it.
const (
	phase      = "phase" // open, closed
	closed     = "closed"
	closedFor  = "closed_for" // why
	callStatus = "call_status"
	callEnded  = "call_ended"
)

const (
	phaseOpen   = "open"
	phaseClosed = "closed"
)

// byPhase holds keys only: most calls are closed, and whoever asks for the open ones reads them anyway.
func byPhase() Index { return Index{Name: "by-phase", Field: phase} }

// closedMeanwhile is how many calls in the index may have been closed since.
const closedMeanwhile = 100

// Open returns the calls that were first seen before a time and are not closed, oldest first, up to limit of them.
func (l Ledger) Open(ctx context.Context, before time.Time, limit int) ([]Call, error) {
	index := byPhase().between(time.Unix(0, 0), before)
	index.Most = limit + closedMeanwhile
	keys, err := l.Store.Find(ctx, index, phaseOpen)
	if err != nil {
		return nil, err
	}
	var calls []Call
	for _, key := range keys {
		if len(calls) == limit {
			break
		}
		fields, err := l.Store.Get(ctx, key[callSID])
		if err != nil {
			return nil, err
		}
		// The index lags behind: a call that was just closed may still be in it.
		if fields[phase] == phaseOpen {
			calls = append(calls, Call{fields})
		}
	}
	return calls, nil
}

// Close ends the watch over a call; reason is for people. It returns false for a call that was closed before. What is
// told of the call later is written all the same.
func (l Ledger) Close(ctx context.Context, call, reason string) (bool, error) {
	change := l.change(call)
	delete(change.Once, phase) // set here, and one write cannot do both
	change.Set[phase] = phaseClosed
	change.Once[closed] = l.now()
	change.Once[closedFor] = reason
	change.Absent = []string{closed}
	_, made, err := l.apply(ctx, change)
	return made, err
}

// CallOver notes how Twilio's own record says that the caller's call ended, and that nobody can be bridged to it any more;
// a time of zero is unknown.
func (l Ledger) CallOver(ctx context.Context, call, status string, at time.Time) (Call, error) {
	change := l.change(call)
	change.Once[callStatus] = status
	change.Once[ended] = l.now()
	if !at.IsZero() {
		change.Once[callEnded] = at.UTC().Format(timeFormat)
	}
	known, _, err := l.apply(ctx, change)
	return known, err
}

// Closed reports whether the watch over the call has ended.
func (c Call) Closed() bool { return c.has(closed) }

// Complete reports that, by what is known, nothing can happen to the call any more that anybody would have to care for:
// nobody can be bridged to the caller, every task has ended, and so has every call to a worker. Every bridge has come to its
// end, too: of one that has not, Twilio's own record may tell what nobody told us.
func (c Call) Complete() bool {
	if !c.has(ended) && !c.left() {
		return false
	}
	alive := func(task string) bool { return !c.any(task, taskDeaths()) }
	goesOn := func(ref Ref) bool { return !c.State(ref).Ended() || c.Leg(ref) != "" && !c.LegEnded(ref) }
	return !slices.ContainsFunc(c.Tasks(), alive) && !slices.ContainsFunc(c.Reservations(), goesOn)
}

// left reports that the caller left the queue for a document of ours, which ends the call.
func (c Call) left() bool {
	return c.has(leftQueue) && !taskrouter.QueueResult(c.QueueResult()).Elsewhere()
}

// Tasks lists the tasks that the call waited with, in a stable order.
func (c Call) Tasks() []string {
	var tasks []string
	add := func(sid string) {
		if sid != "" && !slices.Contains(tasks, sid) {
			tasks = append(tasks, sid)
		}
	}
	add(c.TaskSID())
	for name, value := range c.fields {
		if sid, _, found := strings.Cut(name, "."); found && taskrouter.ValidSID("WT", sid) {
			add(sid)
		} else if strings.HasSuffix(name, "."+ofTask) {
			add(value)
		}
	}
	slices.Sort(tasks)
	return tasks
}

// LiveTasks lists the tasks of the call of whose end the ledger has not heard.
func (c Call) LiveTasks() []string {
	return slices.DeleteFunc(c.Tasks(), func(task string) bool { return c.any(task, taskDeaths()) })
}

// lastTask returns the task that began last; last if no other began later.
func (c Call) lastTask(last string) string {
	began := c.began()
	for _, task := range c.Tasks() {
		if began[task] > began[last] {
			last = task
		}
	}
	return last
}

// talkedSince reports whether the caller talked to a worker with a task that began after this one,
// of which the ledger learns at the given time, as text.
func (c Call) talkedSince(task, at string) bool {
	began := c.began()
	start := cmp.Or(began[task], at)
	return slices.ContainsFunc(c.Reservations(), func(ref Ref) bool {
		return began[ref.TaskSID] > start && c.connected(ref.ReservationSID)
	})
}

// began returns, for each task, when it or its first reservation was reported first.
func (c Call) began() map[string]string {
	began := c.heard()
	for _, ref := range c.Reservations() {
		if at := began[ref.ReservationSID]; began[ref.TaskSID] == "" || at < began[ref.TaskSID] {
			began[ref.TaskSID] = at
		}
	}
	return began
}

// Pending reports that TaskRouter may still have the reservation pending: nobody told that it was accepted or has ended, and
// we have not rejected it. That its caller is known to have left ends our work on it, not the reservation.
func (c Call) Pending(ref Ref) bool {
	ends := []string{"rejected", "timeout", "canceled", "rescinded", "failed", rejecting, forgotten}
	return !c.connected(ref.ReservationSID) && !c.any(ref.ReservationSID, ends) && !c.any(ref.TaskSID, taskDeaths())
}

// LegEnded reports whether the call to the reservation's worker is known to be at its end.
func (c Call) LegEnded(ref Ref) bool { return c.has(ref.ReservationSID + "." + legEnded) }

// Reserved is when TaskRouter made the reservation, or when we first heard of it where no event told.
func (c Call) Reserved(ref Ref) time.Time {
	if offered := c.At(ref, Offered); !offered.IsZero() {
		return offered
	}
	if claimed := c.Claimed(ref); !claimed.IsZero() {
		return claimed
	}
	return c.FirstSeen()
}

// Knows reports whether what an event tells is known.
func (c Call) Knows(event taskrouter.Event) bool {
	resource, fact, _ := strings.Cut(event.Type, ".")
	if resource == "reservation" {
		return c.has(event.ReservationSID+"."+fact) || c.isForgotten(event.ReservationSID)
	}
	return c.has(event.TaskSID + "." + fact)
}
