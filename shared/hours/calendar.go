// Package hours says when a desk is open. It reads the hours as people write them and compares them
// with the clock on the desk's wall. A program that uses it needs the database of time zones, as
// time/tzdata embeds it: https://pkg.go.dev/time/tzdata.
package hours

import "time"

// Calendar says when a desk is open, by its own clocks. The zero Calendar is never open.
//
// A span that begins in the gap of a clock put forward begins at the first instant after the gap;
// one that ends there ends at that instant. Of an hour that a clock put back shows twice, a span
// has everything from the first instant that the clock shows one of its minutes to the last.
type Calendar struct {
	Zone *time.Location // nil = UTC
	Week Week
	// Dates have other hours than their weekday has. A span that passes midnight belongs to the day
	// on which it begins: it continues into a date that is closed.
	Dates map[Date]Day
}

// Week has the spans of each weekday, by time.Weekday. A weekday without spans is closed.
type Week [7][]Span

// Day is a date with hours of its own, such as a holiday.
type Day struct {
	Spans  []Span // in place of the weekday's; none = closed all day
	Reason string // such as Christmas, for the prompt; "" = none is given
}

// Date is a day of the calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Span is from one clock time until, but without, another. Until at or before From is the next
// day's. Spans of a calendar may touch and overlap: they are then one opening.
type Span struct{ From, Until Clock }

// Clock is a time that a clock shows, in minutes after midnight, 0…1440. 1440 is 24:00, the
// midnight at the end of the day.
type Clock int

// State is what a caller is told about the desk.
type State struct {
	Open bool
	// Reason is why the date is not like its weekday, if the desk is closed and the date has one.
	Reason string
}

const (
	midnight  Clock = 24 * 60
	secsOfDay int64 = 24 * 60 * 60
	// ahead is how far Next looks, in days: a year, and what a fixed date moves within the week.
	ahead = 400
)

// At says whether the desk is open at t.
func (c Calendar) At(t time.Time) State {
	if _, open := c.end(t.Unix()); open {
		return State{Open: true}
	}
	return State{Reason: c.Dates[dateOf(t.In(c.zone()))].Reason}
}

// Next returns the first instant after t, in the desk's zone, at which At's Open changes. found is
// false if it does not change within 400 days.
func (c Calendar) Next(t time.Time) (change time.Time, found bool) {
	at := t.Unix()
	latest := at + ahead*secsOfDay
	end, open := c.end(at)
	if !open {
		at = c.opening(at, latest)
	}
	for open && at <= latest {
		at = end
		end, open = c.end(at)
	}
	if at > latest {
		return time.Time{}, false
	}
	return time.Unix(at, 0).In(c.zone()), true
}

// Last returns the last instant up to t, in the desk's zone, at which At's Open changed. found is
// false if it did not change within 400 days.
func (c Calendar) Last(t time.Time) (change time.Time, found bool) {
	for _, days := range []int64{1, 8, 64, ahead} {
		next, changes := c.Next(time.Unix(t.Unix()-days*secsOfDay, 0))
		for ; changes && !next.After(t); next, changes = c.Next(next) {
			change, found = next, true
		}
		if found {
			break
		}
	}
	return change, found
}

// end returns when the last of the spans ends that are open at an instant. Instants are in seconds
// since 1970.
func (c Calendar) end(at int64) (end int64, open bool) {
	today := dateOf(time.Unix(at, 0).In(c.zone())).utc()
	// A clock put back across midnight shows today between two parts of yesterday: a span from two
	// days ago can end after it, and one of tomorrow can have begun.
	for day := today.AddDate(0, 0, -2); !day.After(today.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		for _, span := range c.spans(day) {
			from, until := c.instants(day, span)
			if from <= at && at < until && (!open || until > end) {
				end, open = until, true
			}
		}
	}
	return end, open
}

// opening returns when the next span begins after an instant at which none is open, or an instant
// after latest. Spans begin in the order of their dates, also when midnight is shown twice.
func (c Calendar) opening(at, latest int64) int64 {
	opening := latest + 1
	day := dateOf(time.Unix(at, 0).In(c.zone())).utc()
	for ; opening > latest && day.Unix() <= latest+secsOfDay; day = day.AddDate(0, 0, 1) {
		for _, span := range c.spans(day) {
			from, until := c.instants(day, span)
			if at < from && from < until && from < opening {
				opening = from
			}
		}
	}
	return opening
}

// spans returns the spans that begin on a day.
func (c Calendar) spans(day time.Time) []Span {
	if special, ok := c.Dates[dateOf(day)]; ok {
		return special.Spans
	}
	return c.Week[day.Weekday()]
}

// instants returns when a span of a day begins and ends. A span that lies in a gap is empty.
func (c Calendar) instants(day time.Time, span Span) (from, until int64) {
	start := day.Unix()
	return shown(c.zone(), start+60*int64(span.From)), passed(c.zone(), start+60*int64(span.end()))
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// end returns Until in minutes after the midnight before From.
func (s Span) end() Clock {
	if s.Until <= s.From {
		return s.Until + midnight
	}
	return s.Until
}

func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// utc returns midnight in UTC, where each day has 24 hours.
func (d Date) utc() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// Begins returns the first instant of a date by the zone's clocks, which is not midnight where they
// are changed at midnight. exists is false for a date that the zone's clocks skipped; at is then
// the first instant of the next date.
func (d Date) Begins(zone *time.Location) (at time.Time, exists bool) {
	at = time.Unix(shown(zone, d.utc().Unix()), 0).In(zone)
	return at, dateOf(at) == dateOf(d.utc())
}
