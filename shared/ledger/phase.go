package ledger

import (
	"context"
	"slices"
	"time"

	"switchboard/shared/taskrouter"
)

// Names of the fields by which the sweeper follows a call until nothing more can happen to it.
const (
	phase      = "phase"
	closed     = "closed"     // when
	closedFor  = "closed_for" // why
	callStatus = "call_status"
	callEnded  = "call_ended"
)

// The values of phase.
const (
	phaseOpen    = "open"
	phaseClosed  = "closed"
	phaseGivenUp = "given_up" // of a request that is closed, and that a person should know of
)

var byPhase = Index{Name: "by-phase", Field: phase}

// closedMeanwhile is how many calls in the index may have been closed since.
const closedMeanwhile = 100

// Open returns calls that are not closed and were first seen at from or later and before a time,
// the oldest first, up to limit. err is the Store's; a retry is safe.
func (l Ledger) Open(ctx context.Context, from, before time.Time, limit int) (calls []Call, err error) {
	return l.inPhase(ctx, phaseOpen, from, before, limit)
}

func (l Ledger) inPhase(ctx context.Context, wanted string, from, before time.Time, limit int) (calls []Call, err error) {
	index := byPhase.between(from, before)
	index.Most = limit + closedMeanwhile
	found, err := l.Store.Find(ctx, index, wanted)
	if err != nil {
		return nil, err
	}
	for _, fields := range found {
		// The index lags behind: a call that was just closed may still be in it.
		if fields[phase] == wanted && len(calls) < limit {
			calls = append(calls, Call{fields})
		}
	}
	return calls, nil
}

// Close marks a call as one that the sweeper need not look at again; reason is for people. made is
// false if the call was closed before. Facts that are reported later are still recorded. err is the
// Store's, or wraps ErrItemFull; a retry is safe, though made may then be false.
func (l Ledger) Close(ctx context.Context, call, reason string) (made bool, err error) {
	return l.closeAs(ctx, phaseClosed, call, reason)
}

// CloseRequest is Close for a request that has ended. UnheardRequests still has one that was given
// up.
func (l Ledger) CloseRequest(ctx context.Context, r Request, reason string) (made bool, err error) {
	if r.State == GivenUp {
		return l.closeAs(ctx, phaseGivenUp, r.Key, reason)
	}
	return l.Close(ctx, r.Key, reason)
}

func (l Ledger) closeAs(ctx context.Context, as, call, reason string) (made bool, err error) {
	change := l.change(call)
	delete(change.Once, phase) // set here, and one write cannot do both
	change.Set[phase] = as
	change.Once[closed] = l.now()
	change.Once[closedFor] = reason
	change.Absent = []string{closed}
	_, made, err = l.apply(ctx, change)
	return made, err
}

// RecordCallerEnded records that the caller's call ended, with its status and the time of its end
// in Twilio's record; at = zero if unknown. It returns the call. err is the Store's, or wraps
// ErrItemFull; a retry is safe.
func (l Ledger) RecordCallerEnded(ctx context.Context, call, status string, at time.Time) (Call, error) {
	change := l.change(call)
	change.Once[callStatus] = status
	change.Once[ended] = l.now()
	change.Once[callEnded] = text(at)
	known, _, err := l.apply(ctx, change)
	return known, err
}

// Closed reports whether the sweeper need not look at the call again.
func (c Call) Closed() bool { return c.has(closed) }

// NothingPending reports whether the call, its tasks, its bridges and its worker calls have all
// ended. A bridge that has not may still be explained by Twilio's own record.
func (c Call) NothingPending() bool {
	leftForUs := c.has(leftQueue) && !taskrouter.QueueResult(c.QueueResult()).Elsewhere()
	if !c.has(ended) && !leftForUs && !c.has(over) {
		return false
	}
	lives := func(ref Ref) bool { return !c.State(ref).Ended() || c.WorkerCall(ref) != "" && !c.WorkerCallEnded(ref) }
	return len(c.LiveTasks()) == 0 && !slices.ContainsFunc(c.Reservations(), lives)
}
