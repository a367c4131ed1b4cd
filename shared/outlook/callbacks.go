package outlook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxListed is how many call backs a list has: a standard SSM parameter has 4 KB.
	maxListed = 250

	// more ends a list that leaves out the youngest.
	more = "+"

	// nameLength is how many hexadecimal digits name a number in a list.
	nameLength = 8

	// sweep is how long the sweeper may run: what an event showed meanwhile, it may not have read.
	sweep = time.Minute
)

// Callback is an open call back.
type Callback struct {
	Number  string    // whom to call, E.164
	Entered time.Time // the place that its caller has kept
}

// Callbacks is the text of the open call backs, the oldest first, without the numbers: of each
// eight hexadecimal digits that name the number, and the Unix time of its place to base 36.
//
//	5c7b1ee0toyk2o 0d2f9a31toyk7d
type Callbacks string

// ListCallbacks returns the list. It leaves out those behind the 250th.
func ListCallbacks(open ...Callback) Callbacks {
	var entries []entry
	for _, each := range open {
		entries = append(entries, entry{nameOf(each.Number), each.Entered.Unix()})
	}
	return list(entries, false)
}

// Has reports whether the list may have the number: two numbers may have the same name. Who finds
// one asks the ledger.
func (c Callbacks) Has(number string) bool {
	entries, _ := c.read()
	return slices.ContainsFunc(entries, func(e entry) bool { return e.name == nameOf(number) })
}

// ahead counts the call backs whose callers had entered the line before a time. own is a number
// that does not count: the caller's. certain is false if the list may leave some out.
func (c Callbacks) ahead(entered time.Time, own string) (n int, certain bool) {
	entries, rest := c.read()
	before := 0
	for _, e := range entries {
		if e.entered > entered.Unix() {
			break
		}
		before++
		if e.name != nameOf(own) {
			n++
		}
	}
	return n, !rest || before < len(entries)
}

// with returns the list of the call backs of both.
func (c Callbacks) with(other Callbacks) Callbacks {
	entries, rest := c.read()
	others, othersRest := other.read()
	return list(append(entries, others...), rest || othersRest)
}

// entry is one call back of a list.
type entry struct {
	name    string
	entered int64 // Unix time; 0 = not known, which counts as before all others
}

func (c Callbacks) read() (entries []entry, rest bool) {
	for _, word := range strings.Fields(string(c)) {
		if word == more {
			return entries, true
		}
		at := min(nameLength, len(word))
		seconds, err := strconv.ParseInt(word[at:], 36, 64)
		if err != nil {
			seconds = 0 // a list of an earlier version has no times
		}
		entries = append(entries, entry{word[:at], seconds})
	}
	return entries, false
}

// list writes entries, each number once, with its oldest place.
func list(entries []entry, rest bool) Callbacks {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.entered, b.entered), strings.Compare(a.name, b.name))
	})
	var words []string
	seen := map[string]bool{}
	for _, e := range entries {
		if seen[e.name] {
			continue
		}
		if len(words) == maxListed {
			rest = true
			break
		}
		seen[e.name] = true
		words = append(words, e.name+strconv.FormatInt(e.entered, 36))
	}
	if rest {
		words = append(words, more)
	}
	return Callbacks(strings.Join(words, " "))
}

func nameOf(number string) string {
	sum := sha256.Sum256([]byte(number))
	return hex.EncodeToString(sum[:nameLength/2])
}

// List returns the outlook with the open call backs that were read at a count. It keeps those that
// events have shown since the sweeper may have read them.
func (o Outlook) List(open ...Callback) Outlook {
	listed := ListCallbacks(open...)
	if o.shownSince(o.Counted) {
		listed = listed.with(o.Callbacks)
	}
	o.Callbacks = listed
	return o
}

// shownSince reports whether an event has shown a call back that a count may not have read.
func (o Outlook) shownSince(counted time.Time) bool {
	return !o.Added.IsZero() && o.Added.Add(sweep).After(counted)
}

// Ahead counts the open call backs that are known to be ahead of a caller who entered the line at a
// time; own is the caller's number, whose call back does not count. certain is false if there may
// be more: the list is older than ten minutes, or full. A stack that is so new that no workers were
// counted yet has no older call backs.
func (o Outlook) Ahead(now, entered time.Time, own string) (n int, certain bool) {
	n, certain = o.Callbacks.ahead(entered.Add(margin), own)
	return n, certain && (o.counts(now) || o.Counted.IsZero())
}
