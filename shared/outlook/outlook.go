// Package outlook has what callers can expect: how long the caller waited who was answered last,
// whether any worker takes calls, and which call backs are open. Functions write it to one SSM
// parameter, and those that callers hear read it with their secrets, so that no caller waits for a
// request about it.
//
// Who entered service last tells the next wait best without a model of the desk: R. Ibrahim and
// W. Whitt, Real-Time Delay Estimation Based on Delay History, M&SOM 11 (2009) 397,
// https://doi.org/10.1287/msom.1080.0223.
package outlook

import (
	"slices"
	"time"
)

const (
	// waitFresh is how long a wait says something about the next one.
	waitFresh = 15 * time.Minute

	// countFresh is how long a count of workers holds: the sweeper makes one every five minutes.
	countFresh = 10 * time.Minute

	// minWorkers is the least number of workers for whom a wait can be said: with fewer, one long
	// talk decides it.
	minWorkers = 3

	// margin is by how much the clocks of Twilio and of the functions may differ.
	margin = 30 * time.Second
)

// Outlook is what was written last. Its zero value knows nothing: callers hear nothing of it, and
// workers count as available. Times of zero are not known.
type Outlook struct {
	Answered time.Time `json:"answered,omitzero"` // when a caller was answered last
	Waited   int       `json:"waited,omitempty"`  // seconds that this caller had waited, from the queue on
	Counted  time.Time `json:"counted,omitzero"`  // when workers were counted last
	Workers  int       `json:"workers,omitempty"` // who were available, in a call or in its wrap-up then
	None     time.Time `json:"none,omitzero"`     // the first count in a row that found no worker
	Seen     time.Time `json:"seen,omitzero"`     // when an event last showed a worker who takes calls

	Callbacks Callbacks `json:"callbacks,omitempty"` // open at the count, or shown by an event since
	Added     time.Time `json:"added,omitzero"`      // when an event last showed one of them
}

// Merge returns the later of the facts of both.
func (o Outlook) Merge(other Outlook) Outlook {
	if other.Answered.After(o.Answered) {
		o.Answered, o.Waited = other.Answered, other.Waited
	}
	older := other
	if other.Counted.After(o.Counted) {
		older = o
		o.Counted, o.Workers, o.None, o.Callbacks = other.Counted, other.Workers, other.None, other.Callbacks
	}
	if older.shownSince(o.Counted) {
		o.Callbacks = o.Callbacks.with(older.Callbacks)
	}
	if other.Added.After(o.Added) {
		o.Added = other.Added
	}
	if other.Seen.After(o.Seen) {
		o.Seen = other.Seen
	}
	return o
}

// Count returns the outlook after a count of the workers who take calls.
func (o Outlook) Count(workers int, now time.Time) Outlook {
	none := time.Time{}
	switch {
	case workers == 0 && o.isDeserted():
		none = o.None
	case workers == 0:
		none = now
	}
	o.Counted, o.Workers, o.None = now, workers, none
	return o
}

// isDeserted reports whether the last count found no worker, and no event has shown one since.
func (o Outlook) isDeserted() bool {
	return o.Workers == 0 && !o.None.IsZero() && o.Seen.Before(o.None.Add(-margin))
}

// NoWorker reports whether no worker has taken calls for longer than a time. It is false if that is
// not known: a count is missing or older than ten minutes.
func (o Outlook) NoWorker(now time.Time, longer time.Duration) bool {
	return o.isDeserted() && o.counts(now) && now.Sub(o.None) > longer
}

func (o Outlook) counts(now time.Time) bool { return within(countFresh, o.Counted, now) }

// within reports whether a time is known, and not longer ago than that.
func within(limit time.Duration, at, now time.Time) bool {
	ago := now.Sub(at)
	return !at.IsZero() && ago <= limit && ago >= -margin
}

// Range is a wait in minutes: more than From, up to To; To is 0 for any longer wait.
type Range struct{ From, To int }

// steps are the bounds of ranges, in minutes.
var steps = []int{1, 2, 3, 5, 10, 15, 20, 30, 45, 60}

// Wait returns the range in which the wait of the last caller who was answered lies, for a caller
// who has waited for a time. found is false if it says little to this caller: it is older than
// fifteen minutes, fewer than three workers take calls, or the caller has waited longer.
func (o Outlook) Wait(now time.Time, waited time.Duration) (wait Range, found bool) {
	if !within(waitFresh, o.Answered, now) || !o.counts(now) || o.Workers < minWorkers {
		return Range{}, false
	}
	wait = rangeOf(time.Duration(o.Waited) * time.Second)
	if !wait.Admits(waited) {
		return Range{}, false
	}
	return wait, true
}

// Ranges lists all ranges, shorter waits first.
func Ranges() []Range {
	var all []Range
	from := 0
	for _, to := range steps {
		all = append(all, Range{from, to})
		from = to
	}
	return append(all, Range{From: from})
}

func rangeOf(waited time.Duration) Range {
	all := Ranges()
	at := slices.IndexFunc(all, func(r Range) bool { return r.Admits(waited) })
	return all[at] // which the last one ends
}

// Admits reports whether a wait of that length may still end in the range.
func (r Range) Admits(waited time.Duration) bool {
	return r.To == 0 || waited <= time.Duration(r.To)*time.Minute
}
