package linkedcalls

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// day is a date in the time zone of a call center: 24 hours, or 23 or 25 when the clocks change.
type day struct {
	zone       *time.Location
	begin, end time.Time
}

// newDay returns a date such as 2026-11-24 in a time zone, by its IANA name; "" is UTC.
func newDay(date, zone string) (day, error) {
	parsed, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return day{}, fmt.Errorf("read day as a date, such as 2026-11-24: %w", err)
	}
	location, err := loadZone(zone)
	if err != nil {
		return day{}, err
	}
	begin, exists := firstInstant(parsed, location)
	if !exists {
		return day{}, fmt.Errorf("there is no %s in %s: the clocks skipped it", date, location)
	}
	end, exists := firstInstant(parsed.AddDate(0, 0, 1), location)
	if !exists {
		end, _ = firstInstant(parsed.AddDate(0, 0, 2), location)
	}
	return day{zone: location, begin: begin, end: end}, nil
}

func loadZone(name string) (*time.Location, error) {
	location, err := time.LoadLocation(name)
	// "Local" is where Lambda runs, not where the operator is.
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("timezone is %q: give an IANA name, such as Europe/Berlin, or leave it out for UTC", name)
	}
	return location, nil
}

// firstInstant returns when a date begins by the zone's clocks; found is false if it never does.
// Not every day has a midnight: some zones change their clocks at midnight, to one o'clock or back
// to the day before.
func firstInstant(date time.Time, zone *time.Location) (begin time.Time, exists bool) {
	noon := time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, zone)
	if !sameDate(noon, date) {
		return time.Time{}, false
	}
	midnight := noon.Add(-12 * time.Hour)
	change, _ := noon.ZoneBounds()
	if change.IsZero() || change.Before(midnight) {
		return midnight, true
	}
	before := change.Add(-time.Nanosecond)
	if !sameDate(before, date) {
		return change, true
	}
	_, was := before.Zone()
	_, is := noon.Zone()
	return midnight.Add(time.Duration(is-was) * time.Second), true
}

func sameDate(at, date time.Time) bool {
	return at.Format(time.DateOnly) == date.Format(time.DateOnly)
}

// rest returns where the export continues after an answer with next, which is an instant and,
// unless it is UTC, the zone.
func (d day) rest(next string) (time.Time, error) {
	instant, zone, _ := strings.Cut(next, " ")
	from, err := time.Parse(time.RFC3339, instant)
	if err != nil || zone != d.zoneName() || from.Before(d.begin) || !from.Before(d.end) {
		return time.Time{}, errors.New("next is not from an answer about this day")
	}
	return from, nil
}

// next returns the text that rest parses.
func (d day) next(at time.Time) string {
	return strings.TrimSuffix(at.UTC().Format(time.RFC3339Nano)+" "+d.zoneName(), " ")
}

// zoneName returns "" for UTC.
func (d day) zoneName() string {
	if d.zone == time.UTC {
		return ""
	}
	return d.zone.String()
}
