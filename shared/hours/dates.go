package hours

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// ParseDates reads holidays and other dates with hours of their own. Keys are dates, 2026-12-25, or
// ranges of them that are at most a year long, 2026-12-24..2027-01-01. Values are as ParseWeek's,
// with the reason, of at most 100 characters, behind them: closed Christmas, 09:00-12:00 Christmas
// Eve. The error is a *Mistake: of the first key, in their alphabetical order, that has one.
func ParseDates(texts map[string]string) (map[Date]Day, error) {
	dates := map[Date]Day{}
	keys := map[Date]string{}
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		first, last, err := parseRange(key)
		if err != nil {
			return nil, mistake(key, err)
		}
		day, err := parseDay(texts[key])
		if err != nil {
			return nil, mistake(key, err)
		}
		for t := first; !t.After(last); t = t.AddDate(0, 0, 1) {
			date := dateOf(t)
			if other, ok := keys[date]; ok {
				return nil, mistake(key, fmt.Errorf("%v is already in %s: name each date only once", date, other))
			}
			dates[date], keys[date] = day, key
		}
	}
	return dates, nil
}

// parseRange reads a date or a range of dates. first and last are in UTC.
func parseRange(key string) (first, last time.Time, err error) {
	from, until, isRange := strings.Cut(key, "..")
	if first, err = parseDate(from); err != nil {
		return first, last, err
	}
	if !isRange {
		return first, first, nil
	}
	if last, err = parseDate(until); err != nil {
		return first, last, err
	}
	switch {
	case last.Before(first):
		err = fmt.Errorf("the range ends before it begins: write %s..%s", until, from)
	case !last.Before(first.AddDate(1, 0, 0)):
		err = fmt.Errorf("the range is longer than a year: it may end on %v", dateOf(first.AddDate(1, 0, -1)))
	}
	return first, last, err
}

func parseDate(text string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no date: write one such as 2026-12-25, or a range such as 2026-12-24..2027-01-01", text)
	}
	return t, nil
}
