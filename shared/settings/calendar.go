package settings

import (
	"errors"
	"fmt"
	"time"

	"switchboard/shared/hours"
)

// Calendar returns opening hours of that name. err is not nil if there are none, or if the zone is
// not in the binary's time zone database (import time/tzdata).
func (s Settings) Calendar(name string) (hours.Calendar, error) {
	if calendar, parsed := s.calendars[name]; parsed {
		return calendar, nil
	}
	opening, found := s.Hours[name]
	if !found {
		return hours.Calendar{}, fmt.Errorf("find hours %q: the settings have none of that name", name)
	}
	return calendarOf(s.Zone, "hours "+name, opening.Week, opening.Dates)
}

// ShiftCalendar returns when the workers of a shift are signed on. err is not nil if there is no
// such shift, if no zone is set, or if the zone is not in the binary's time zone database.
func (s Settings) ShiftCalendar(name string) (hours.Calendar, error) {
	shift, found := s.Shifts[name]
	switch {
	case !found:
		return hours.Calendar{}, fmt.Errorf("find shift %q: the settings have none of that name", name)
	case s.Zone == "":
		return hours.Calendar{}, errors.New("find time zone of the shifts: the settings have none")
	}
	return calendarOf(s.Zone, "shift "+name, shift.Week, shift.Dates)
}

func calendarOf(zone, what string, weekdays, days map[string]string) (hours.Calendar, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return hours.Calendar{}, fmt.Errorf("load time zone: %w", err)
	}
	week, err := hours.ParseWeek(weekdays)
	if err != nil {
		return hours.Calendar{}, fmt.Errorf("parse %s: %w", what, err)
	}
	dates, err := hours.ParseDates(days)
	if err != nil {
		return hours.Calendar{}, fmt.Errorf("parse %s: %w", what, err)
	}
	return hours.Calendar{Zone: location, Week: week, Dates: dates}, nil
}

// parse keeps the calendars of all hours, so that not each call has to parse them and to load the
// zone. Calendar reports those that cannot be parsed.
func (s *Settings) parse() {
	for name := range s.Hours {
		if calendar, err := s.Calendar(name); err == nil {
			s.calendars = with(s.calendars, name, calendar)
		}
	}
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
