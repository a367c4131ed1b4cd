package figures

import (
	"fmt"
	"time"

	"switchboard/shared/hours"
)

// slotLength is how much of a day one line of a table has.
const slotLength = 30 * time.Minute

// Period is one day of a desk or several, each from its first instant to that of the next one by
// the clocks of the desk: 24 hours, or 23 or 25 when the clocks change.
type Period struct {
	Zone *time.Location
	Days []Day // in their order, at least one
}

// Day is one date of a desk.
type Day struct {
	Date        string // such as 2026-11-24
	From, Until time.Time
}

// NewPeriod returns the days from one date to another, such as 2026-11-24, in a time zone. A date
// that the zone's clocks skipped is left out. err says which of the dates is wrong.
func NewPeriod(from, to string, zone *time.Location) (Period, error) {
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return Period{}, fmt.Errorf("read %q as a date, such as 2026-11-24: %w", from, err)
	}
	last, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return Period{}, fmt.Errorf("read %q as a date, such as 2026-11-24: %w", to, err)
	}
	if last.Before(first) {
		return Period{}, fmt.Errorf("the last day, %s, is before the first, %s", to, from)
	}
	period := Period{Zone: zone}
	for date := first; !date.After(last); date = date.AddDate(0, 0, 1) {
		begin, exists := begins(date, zone)
		end, _ := begins(date.AddDate(0, 0, 1), zone)
		if exists {
			period.Days = append(period.Days, Day{date.Format(time.DateOnly), begin, end})
		}
	}
	if len(period.Days) == 0 {
		return Period{}, fmt.Errorf("there is no %s in %s: the clocks skipped it", from, zone)
	}
	return period, nil
}

// Today returns the day in which an instant lies.
func Today(now time.Time, zone *time.Location) Period {
	date := now.In(zone)
	begin, _ := begins(date, zone)
	end, _ := begins(date.AddDate(0, 0, 1), zone)
	return Period{Zone: zone, Days: []Day{{date.Format(time.DateOnly), begin, end}}}
}

func begins(date time.Time, zone *time.Location) (at time.Time, exists bool) {
	year, month, day := date.Date()
	return hours.Date{Year: year, Month: month, Day: day}.Begins(zone)
}

// From is the first instant.
func (p Period) From() time.Time { return p.Days[0].From }

// Until is the first instant after the period.
func (p Period) Until() time.Time { return p.Days[len(p.Days)-1].Until }

// slots lists the half hours of a day, or of a day's clock if the period has several.
func (p Period) slots() []Slot {
	var slots []Slot
	if len(p.Days) > 1 {
		midnight := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		for at := midnight; at.Before(midnight.Add(24 * time.Hour)); at = at.Add(slotLength) {
			slots = append(slots, Slot{Clock: at.Format("15:04")})
		}
		return slots
	}
	seen := map[string]int{}
	for at := p.From(); at.Before(p.Until()); at = at.Add(slotLength) {
		clock := at.In(p.Zone).Format("15:04")
		seen[clock]++
		slots = append(slots, Slot{Clock: clock, Zone: at.In(p.Zone).Format("MST")})
	}
	for i := range slots {
		if seen[slots[i].Clock] == 1 {
			slots[i].Zone = ""
		}
	}
	return slots
}

// slot returns the index of the half hour of an instant.
func (p Period) slot(at time.Time) int {
	if len(p.Days) > 1 {
		hour, minute, _ := at.In(p.Zone).Clock()
		return (hour*60 + minute) / int(slotLength/time.Minute)
	}
	return int(at.Sub(p.From()) / slotLength)
}

// day returns the index of the day of an instant, -1 if it is not in the period.
func (p Period) day(at time.Time) int {
	for i, day := range p.Days {
		if !at.Before(day.From) && at.Before(day.Until) {
			return i
		}
	}
	return -1
}
