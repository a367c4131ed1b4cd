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
