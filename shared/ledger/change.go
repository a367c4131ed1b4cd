package ledger

import (
	"cmp"
	"context"
	"maps"
	"time"

	"switchboard/shared/cause"
)

// Fields are what the ledger knows of one call, without levels: the call's own under plain names, a
// task's and a reservation's under "WT….name" and "WR….name". One item a call lets one conditional
// write decide every race about it.
type Fields map[string]string

// Change is one atomic write to a call's fields.
type Change struct {
	CallSID string

	// Once holds values for fields that have none yet: the first report of a fact stays.
	Once Fields

	// Set overwrites.
	Set Fields

	// Absent names fields none of which may exist.
	Absent []string

	// Present names fields all of which must exist.
	Present []string

	// Within names fields that must be absent or have one of the values.
	Within map[string][]string

	// EventSID must not have been written with an earlier change; "" = no event.
	EventSID string

	// EventOf is the SID of the resource with whose fields EventSID is kept; "" = the call's.
	EventOf string

	// Forget names fields that are removed, none of those that are written; "WR….event_sids" are
	// the events of a resource.
	Forget []string
}

// eventSIDs is the string set of the recorded event SIDs: the call's own and, behind "WR….", a
// reservation's. It is not a field of a call.
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

// Index names a way to look calls up by a field that is not the key.
type Index struct {
	Name, Field string

	// From and Until leave out calls that were first seen before From, or not before Until. Both
	// are set, or neither; only an index that is sorted by first_seen has them.
	From, Until time.Time

	// Most limits the result to the oldest calls. With 0, more than maxFound calls are an error.
	Most int
}

// The table's secondary indexes, as template.yaml declares them; byPhase is another.
var (
	byTask       = Index{Name: "by-task", Field: taskSID}
	byWorkerCall = Index{Name: "by-worker-call", Field: workerCallSID}
	byDay        = Index{Name: "by-day", Field: day}
)

// maxFound is how many calls one answer holds: a function has 256 MB, and a call needs some 5 kB.
const maxFound = 20_000

// ErrItemFull is returned for a change that needs more room than an item has: 400 KB. Nothing is
// written.
const ErrItemFull = cause.Text("ledger item is full")

const errTooMany = cause.Text("more than 20,000 calls: ask for a shorter time")

// full reports whether the result has as many calls as are asked for.
func (i Index) full(found int) bool { return i.Most > 0 && found >= i.Most }

// check returns an error for more calls than fit into memory.
func (i Index) check(found int) error {
	if found > maxFound {
		return errTooMany
	}
	return nil
}

// between returns the index with its bounds.
func (i Index) between(from, until time.Time) Index {
	i.From, i.Until = from, until
	return i
}

// bounds are the first and the last value of first_seen in the result; bounded is false without
// From and Until.
func (i Index) bounds() (first, last string, bounded bool) {
	if i.From.IsZero() || i.Until.IsZero() {
		return "", "", false
	}
	// DynamoDB's BETWEEN includes both ends, so the last one is the millisecond before Until.
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

// Store keeps fields by call: DynamoDB, or Memory. One contract test holds both.
type Store interface {
	// Apply makes the change if its conditions hold; made reports whether they did. fields are the
	// call's fields after that, either way. A change for which the item has no room wraps
	// ErrItemFull. Any other error leaves open whether the change was made; a retry is safe.
	Apply(context.Context, Change) (fields Fields, made bool, err error)

	// Get returns a call's fields, as the last Apply left them; nil if there are none.
	Get(ctx context.Context, callSID string) (Fields, error)

	// Find returns the calls whose indexed field has the value, oldest first, as the last Apply
	// left them. The index may lag a moment behind: a call may be missing, or have another value.
	Find(ctx context.Context, index Index, value string) ([]Fields, error)
}
