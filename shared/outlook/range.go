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

// toldPrefix begins the segment of a wait URL that says which wait its caller is told first. So
// what is recorded is what they hear, though functions read the outlook at different times.
const toldPrefix = "wait-"

// Told returns the segment for a caller who is told that range.
func Told(r Range) string { return toldPrefix + r.Text() }

// ParseTold reads the segment that Told returns; found is false for any other segment.
func ParseTold(segment string) (r Range, found bool) {
	text, isTold := strings.CutPrefix(segment, toldPrefix)
	if !isTold {
		return Range{}, false
	}
	return ParseRange(text)
}
