package hours_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"switchboard/shared/hours"
)

// changingDays are days on which, or on the night after which, clocks change.
var changingDays = []struct{ zone, date string }{
	{"America/New_York", "2026-03-08"},
	{"America/New_York", "2026-11-01"},
	{"Asia/Beirut", "2026-03-29"},
	{"Asia/Beirut", "2026-10-24"},
	{"Africa/Cairo", "2026-04-24"},
	{"Africa/Cairo", "2026-10-29"},
	{"America/Santiago", "2026-04-04"},
	{"America/Santiago", "2026-09-06"},
	{"America/Havana", "2026-11-01"},
	{"America/St_Johns", "2006-10-28"},
	{"Australia/Lord_Howe", "2026-04-05"},
	{"Australia/Lord_Howe", "2026-10-04"},
	{"Africa/Casablanca", "2026-02-15"},
	{"Africa/Casablanca", "2026-03-22"},
	{"Pacific/Apia", "2011-12-30"},
	{"Europe/Berlin", "2026-06-10"},
}

const (
	minutesOfDay = 24 * 60
	walked       = 7 // days of the walk, whose fourth is the changing day
	margin       = 3 // days around them, whose spans may be open in the walk
)

// TestAgainstReference walks a week of random calendars minute by minute. At agrees with the
// reference, and changes exactly when Next says and, afterwards, Last.
func TestAgainstReference(t *testing.T) {
	t.Parallel()
	for seed := range uint64(96) {
		changing := changingDays[seed%uint64(len(changingDays))]
		t.Run(fmt.Sprint(changing.zone, changing.date, seed), func(t *testing.T) {
			t.Parallel()
			middle := instant(t, changing.date+"T00:00:00Z")
			calendar := drawCalendar(rand.New(rand.NewPCG(seed, 0)), load(t, changing.zone), middle)
			start := middle.AddDate(0, 0, -3)
			open := reference(calendar, start)
			change, found := calendar.Next(start)
			var last time.Time // change in the walk
			for minute, want := range open {
				at := start.Add(time.Duration(minute) * time.Minute)
				if got := calendar.At(at).Open; got != want {
					t.Fatalf("%v: open %v at %v, want %v", calendar, got, at.In(calendar.Zone), want)
				}
				if minute == 0 {
					continue
				}
				if changes, named := want != open[minute-1], found && at.Equal(change); changes != named {
					t.Fatalf("%v: change %v at %v, Next named %v", calendar, changes, at.In(calendar.Zone), change)
				}
				if found && at.Equal(change) {
					last = change
					change, found = calendar.Next(at)
				}
				if sameOffset(calendar.Zone, at) && want != onTheWall(calendar, at.In(calendar.Zone)) {
					t.Fatalf("%v: open %v at %v, unlike the clock on the wall", calendar, want, at.In(calendar.Zone))
				}
				if last.IsZero() || minute%97 > 0 && !at.Equal(last) {
					continue
				}
				if named, found := calendar.Last(at); !found || !named.Equal(last) {
					t.Fatalf("%v: Last named %v at %v, want %v", calendar, named, at.In(calendar.Zone), last)
				}
			}
		})
	}
}

// drawCalendar returns random spans, which may overlap, on weekdays and on dates around a day.
func drawCalendar(random *rand.Rand, zone *time.Location, middle time.Time) hours.Calendar {
	calendar := hours.Calendar{Zone: zone, Dates: map[hours.Date]hours.Day{}}
	for day := range calendar.Week {
		calendar.Week[day] = drawSpans(random)
	}
	for range random.IntN(4) {
		year, month, day := middle.AddDate(0, 0, random.IntN(walked)-3).Date()
		calendar.Dates[hours.Date{Year: year, Month: month, Day: day}] = hours.Day{Spans: drawSpans(random)}
	}
	return calendar
}

func drawSpans(random *rand.Rand) []hours.Span {
	var spans []hours.Span
	for range random.IntN(4) {
		span := hours.Span{From: drawClock(random) % minutesOfDay, Until: drawClock(random)}
		if random.IntN(2) == 0 { // a short one
			span.Until = min(span.From+hours.Clock(1+random.IntN(60)), minutesOfDay)
		}
		spans = append(spans, span)
	}
	return spans
}

// drawClock prefers the night, in which clocks change, and full hours.
func drawClock(random *rand.Rand) hours.Clock {
	clock := hours.Clock(random.IntN(minutesOfDay + 1))
	if random.IntN(3) > 0 {
		clock = (22*60 + clock%(6*60)) % minutesOfDay
	}
	if random.IntN(2) == 0 {
		clock -= clock % 30
	}
	return clock
}

// reference says for each minute of the walk whether the calendar is open. A span is open from the
// first minute at which the wall's clock shows a time in it to the last.
func reference(calendar hours.Calendar, start time.Time) []bool {
	const before = margin * minutesOfDay
	wall := make([]int, before+walked*minutesOfDay+before) // in minutes after start's midnight
	for i := range wall {
		at := start.Add(time.Duration(i-before) * time.Minute).In(calendar.Zone)
		wall[i] = wallMinutes(start, at)
	}
	open := make([]bool, len(wall))
	for n := -margin; n < walked+margin; n++ {
		day := start.AddDate(0, 0, n)
		for _, span := range spansOf(calendar, day) {
			from, until := n*minutesOfDay+int(span.From), n*minutesOfDay+int(span.Until)
			if span.Until <= span.From {
				until += minutesOfDay
			}
			first, last := len(wall), -1
			for i, minute := range wall {
				if minute >= from && minute < until {
					first, last = min(first, i), i
				}
			}
			for i := first; i <= last; i++ {
				open[i] = true
			}
		}
	}
	return open[before : len(open)-before]
}

// wallMinutes returns what the clock shows at an instant, in minutes after the midnight of a date.
func wallMinutes(date, at time.Time) int {
	year, month, day := at.Date()
	days := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Sub(date).Hours() / 24
	return int(days)*minutesOfDay + at.Hour()*60 + at.Minute()
}

func spansOf(calendar hours.Calendar, day time.Time) []hours.Span {
	year, month, date := day.Date()
	if special, ok := calendar.Dates[hours.Date{Year: year, Month: month, Day: date}]; ok {
		return special.Spans
	}
	return calendar.Week[day.Weekday()]
}

// sameOffset says whether the clock did not change around an instant.
func sameOffset(zone *time.Location, at time.Time) bool {
	_, before := at.Add(-2 * time.Hour).In(zone).Zone()
	_, after := at.Add(2 * time.Hour).In(zone).Zone()
	return before == after
}

// onTheWall compares clock times only.
func onTheWall(calendar hours.Calendar, at time.Time) bool {
	year, month, day := at.Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	clock := hours.Clock(at.Hour()*60 + at.Minute())
	for _, span := range spansOf(calendar, today) {
		if clock >= span.From && (clock < span.Until || span.Until <= span.From) {
			return true
		}
	}
	for _, span := range spansOf(calendar, today.AddDate(0, 0, -1)) {
		if span.Until <= span.From && clock < span.Until {
			return true
		}
	}
	return false
}
