package settings

import (
	"fmt"
	"time"

	"switchboard/shared/hours"
)

// Calendar returns opening hours of that name. err is not nil if there are none, or if the zone is
// not in the binary's time zone database (import time/tzdata).
func (s Settings) Calendar(name string) (hours.Calendar, error) {
	opening, found := s.Hours[name]
	if !found {
		return hours.Calendar{}, fmt.Errorf("find hours %q: the settings have none of that name", name)
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return hours.Calendar{}, fmt.Errorf("load time zone: %w", err)
	}
	week, err := hours.ParseWeek(opening.Week)
	if err != nil {
		return hours.Calendar{}, fmt.Errorf("parse hours %q: %w", name, err)
	}
	dates, err := hours.ParseDates(opening.Dates)
	if err != nil {
		return hours.Calendar{}, fmt.Errorf("parse hours %q: %w", name, err)
	}
	return hours.Calendar{Zone: zone, Week: week, Dates: dates}, nil
}

// Opening is when callers of a dialed number are served again: now if they are, or if it is not
// known, as for a desk that is closed by hand.
func (s Settings) Opening(dialed string, now time.Time) time.Time {
	calendar, err := s.Calendar(s.Number(dialed).Hours)
	if err != nil || calendar.At(now).Open {
		return now
	}
	if next, found := calendar.Next(now); found {
		return next
	}
	return now
}

// Open reports whether callers of a dialed number are served at a time. Hours that cannot be
// evaluated count as open.
func (s Settings) Open(dialed string, at time.Time) bool {
	if s.Closed.Now {
		return false
	}
	name := s.Number(dialed).Hours
	if name == "" {
		return true
	}
	calendar, err := s.Calendar(name)
	return err != nil || calendar.At(at).Open
}
