package hours

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseWeek reads the hours of weekdays. Keys are mon, tue, wed, thu, fri, sat, sun, ranges and
// lists of them: mon-fri, sat-mon, mon,wed. Values are closed, always, or spans with white space
// between them: 09:00-12:30 13:30-18:00, past midnight 22:00-06:00. A weekday that no key names is
// closed. The error is a *Mistake: of the first key, in their alphabetical order, that has one.
func ParseWeek(texts map[string]string) (Week, error) {
	var week Week
	var keys [7]string
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		named, err := parseWeekdays(key)
		if err != nil {
			return Week{}, mistake(key, err)
		}
		day, err := parseDay(texts[key])
		if err != nil {
			return Week{}, mistake(key, err)
		}
		if day.Reason != "" {
			return Week{}, mistake(key, fmt.Errorf("%q behind the hours: weekdays have no reason, only dates do", day.Reason))
		}
		for _, weekday := range named {
			if keys[weekday] != "" {
				return Week{}, mistake(key, fmt.Errorf("%s is already in %s: name each day only once", weekdays[weekday], keys[weekday]))
			}
			keys[weekday], week[weekday] = key, day.Spans
		}
	}
	for weekday := range week {
		if err := week.overlap(weekday); err != nil {
			return Week{}, mistake(keys[weekday], err)
		}
	}
	return week, nil
}

// parseWeekdays reads a key such as mon-wed,fri.
func parseWeekdays(key string) ([]time.Weekday, error) {
	var days []time.Weekday
	for part := range strings.SplitSeq(key, ",") {
		from, until, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			until = from
		}
		first, last := slices.Index(weekdays[:], from), slices.Index(weekdays[:], until)
		switch {
		case first < 0 || last < 0:
			return nil, fmt.Errorf("%q is no weekday: write mon, tue, wed, thu, fri, sat, sun, mon-fri or mon,wed", part)
		case isRange && first == last:
			return nil, fmt.Errorf("the range %q ends where it begins: write %s, or mon-sun for the whole week", part, from)
		}
		for day := first; ; day = (day + 1) % 7 {
			days = append(days, time.Weekday(day))
			if day == last {
				break
			}
		}
	}
	return days, nil
}

// overlap returns an error if a span of the weekday ends after the next day's first has begun.
func (w Week) overlap(weekday int) error {
	tomorrow := (weekday + 1) % 7
	if len(w[weekday]) == 0 || len(w[tomorrow]) == 0 {
		return nil
	}
	late, early := w[weekday][len(w[weekday])-1], w[tomorrow][0]
	if late.end()-midnight <= early.From {
		return nil
	}
	return fmt.Errorf("%v of %s overlaps %v of %s: each span begins when the one before it ends, or later",
		late, weekdays[weekday], early, weekdays[tomorrow])
}
