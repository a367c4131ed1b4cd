package outlook

import (
	"fmt"
	"slices"
	"strings"
)

// Text returns the range as a path and the ledger have it: 5-10, or 60- for any longer wait; "" for
// the zero Range, which is no range.
func (r Range) Text() string {
	switch {
	case r == (Range{}):
		return ""
	case r.To == 0:
		return fmt.Sprintf("%d-", r.From)
	}
	return fmt.Sprintf("%d-%d", r.From, r.To)
}

// ParseRange reads the text of one of Ranges; found is false for any other.
func ParseRange(text string) (r Range, found bool) {
	all := Ranges()
	i := slices.IndexFunc(all, func(each Range) bool { return each.Text() == text })
	if i < 0 {
		return Range{}, false
	}
	return all[i], true
}

// A wait URL's segment says which wait its caller is told first, so that what is recorded is what
// they hear: the functions read the outlook at different times.
const (
	toldPrefix = "wait-"
	toldNone   = toldPrefix + "none"
)

// Told returns the segment of the wait URL for a caller who is told that range; the zero Range is
// none.
func Told(r Range) string {
	if r == (Range{}) {
		return toldNone
	}
	return toldPrefix + r.Text()
}

// ParseTold reads the segment that Told returns; found is false for any other segment.
func ParseTold(segment string) (r Range, found bool) {
	if segment == toldNone {
		return Range{}, true
	}
	text, isTold := strings.CutPrefix(segment, toldPrefix)
	if !isTold {
		return Range{}, false
	}
	return ParseRange(text)
}
