package ledger

import (
	"cmp"
	"context"
	"maps"
	"time"

	"switchboard/shared/cause"
)

// Fields are what is known of one call, flat: the call's own under plain names, a task's and a reservation's under
// "WT….name" and "WR….name". One item a call lets one conditional write decide every race about it.
type Fields map[string]string

// Change is one atomic write to a call's fields.
type Change struct {
	CallSID string

	// Once are kept as they are when already there: the first to tell wins, and so state only moves forward.
	Once Fields

	// Set are overwritten.
	Set Fields

	// Absent names fields none of which may be there yet; otherwise nothing is written.
	Absent []string

	// Within names fields that may only be absent or hold one of the values; otherwise nothing is written.
	Within map[string][]string

	// EventSID, when not empty, must not have been written with an earlier change; otherwise nothing is written.
	EventSID string

	// EventOf is the SID of the resource with whose fields EventSID is kept, "" for the call's.
	EventOf string

	// Forget names fields that are removed, none of those that are written; "WR….event_sids" are
	// the events of a resource.
	Forget []string
}

// eventSIDs is the name of the event SIDs that were counted, in the table a string set: the call's
// own, and behind "WR…." a reservation's. They are no field of a call.
const eventSIDs = "event_sids"

// eventSet is where the change keeps its event.
func (c Change) eventSet() string {
	if c.EventOf == "" {
		return eventSIDs
	}
	return c.EventOf + "." + eventSIDs
}

// clone returns a change whose maps are its own.
func (c Change) clone() Change {
	c.Once, c.Set, c.Within = maps.Clone(c.Once), maps.Clone(c.Set), maps.Clone(c.Within)
	return c
}

// Index names a way to look calls up other than by the caller's CallSid.
type Index struct {
	Name, Field string

	// From and Until leave out calls first seen before, or not before, where the index is sorted by that; both are set, or
	// neither.
	From, Until time.Time

	// Most is how many calls are wanted, the oldest of them; 0 = all, of which more than mostFound
	// are an error.
	Most int
}

// mostFound is how many calls are read at once: a function has 256 MB, and a call needs some 5 kB.
const mostFound = 20_000

// ErrItemFull is returned for a change that needs more room than a call's item has: 400 KB.
// Nothing is written then.
const ErrItemFull = cause.Text("ledger item is full")

const errTooMany = cause.Text("more than 20,000 calls: ask for a shorter time")

// full reports that found are all that are wanted.
func (i Index) full(found int) bool { return i.Most > 0 && found >= i.Most }

// check returns an error for more calls than fit into memory.
func (i Index) check(found int) error {
	if found > mostFound {
		return errTooMany
	}
	return nil
}

// The table's secondary indexes, as template.yaml declares them.
func byTask() Index       { return Index{Name: "by-task", Field: taskSID} }
func byWorkerCall() Index { return Index{Name: "by-worker-call", Field: workerCallSID} }
func byDay() Index        { return Index{Name: "by-day", Field: day} }

// between returns the index with its bounds.
func (i Index) between(from, until time.Time) Index {
	i.From, i.Until = from, until
	return i
}

// bounds are the first and the last text of first_seen that are wanted; false when all are.
func (i Index) bounds() (first, last string, bounded bool) {
	if i.From.IsZero() || i.Until.IsZero() {
		return "", "", false
	}
	// Times are kept in whole milliseconds. The one before Until is the last: a condition on a key can have no open end.
	return text(ceil(i.From)), text(ceil(i.Until).Add(-time.Millisecond)), true
}

// ceil rounds up to whole milliseconds.
func ceil(at time.Time) time.Time {
	if whole := at.Truncate(time.Millisecond); whole.Before(at) {
		return whole.Add(time.Millisecond)
	}
	return at
}

// older orders calls by when they were first seen.
func older(a, b Fields) int {
	return cmp.Or(cmp.Compare(a[firstSeen], b[firstSeen]), cmp.Compare(a[callSID], b[callSID]))
}

// Store keeps fields by call. DynamoDB and Memory are the two there are, held to one contract by a test.
type Store interface {
	// Apply makes the change, or nothing when its conditions do not hold. Either way it returns the fields as they now
	// are, and whether the change was made. A change after which the item would be larger than 400 KB is ErrItemFull.
	Apply(context.Context, Change) (fields Fields, made bool, err error)

	// Get returns a call's fields, as the last Apply left them; nil when there are none.
	Get(ctx context.Context, callSID string) (Fields, error)

	// Find returns the calls whose indexed field has the value, oldest first. It may lag a moment behind Apply.
	Find(ctx context.Context, index Index, value string) ([]Fields, error)
}
