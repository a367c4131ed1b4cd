package hours

import (
	"fmt"
	"slices"
	"strings"
)

// String returns the weekdays from Monday, those with the same hours together: mon-fri 09:00-12:30
// 13:30-18:00, sat-sun closed.
func (w Week) String() string {
	var groups []string
	for first := 0; first < 7; {
		spans := w[(first+1)%7]
		last := first
		for last < 6 && slices.Equal(spans, w[(last+2)%7]) {
			last++
		}
		name := weekdays[(first+1)%7]
		if last > first {
			name += "-" + weekdays[(last+1)%7]
		}
		groups = append(groups, name+" "+Day{Spans: spans}.String())
		first = last + 1
	}
	return strings.Join(groups, ", ")
}

// String returns the hours and the reason: closed Christmas, 09:00-12:00 Christmas Eve.
func (d Day) String() string {
	var words []string
	switch {
	case len(d.Spans) == 0:
		words = append(words, "closed")
	case slices.Equal(d.Spans, []Span{{0, midnight}}):
		words = append(words, "always")
	default:
		for _, span := range d.Spans {
			words = append(words, span.String())
		}
	}
	if d.Reason != "" {
		words = append(words, d.Reason)
	}
	return strings.Join(words, " ")
}

// String returns a date as 2026-12-25.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// String returns a span as 09:00-12:30.
func (s Span) String() string { return s.From.String() + "-" + s.Until.String() }

// String returns a clock time as 09:00.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }
