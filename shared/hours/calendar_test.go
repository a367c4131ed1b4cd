package hours_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"switchboard/shared/hours"
)

func load(t testing.TB, zone string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

// desk returns a calendar of texts, in a zone.
func desk(t testing.TB, zone string, week, dates map[string]string) hours.Calendar {
	t.Helper()
	parsedWeek, err := hours.ParseWeek(week)
	if err != nil {
		t.Fatal(err)
	}
	parsedDates, err := hours.ParseDates(dates)
	if err != nil {
		t.Fatal(err)
	}
	return hours.Calendar{Zone: load(t, zone), Week: parsedWeek, Dates: parsedDates}
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// office is open on weekdays with a break at noon, and on Saturday night. Christmas has hours of
// its own. 2026-12-21 is a Monday.
func office(t testing.TB) hours.Calendar {
	return desk(t, "Europe/Berlin", map[string]string{
		"mon-fri": "9:00-12:30 13:30-18:00",
		"sat":     "22:00-02:00",
	}, map[string]string{
		"2026-12-24":             "09:00-12:00 Christmas Eve",
		"2026-12-25..2026-12-26": "closed Christmas",
		"2026-12-27":             "23:00-01:00",
		"2027-01-03":             "closed",
	})
}

func TestAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		at   string
		want hours.State
	}{
		{
			name: "before the first second",
			at:   "2026-12-21T08:59:59+01:00",
		},
		{
			name: "last nanosecond before it",
			at:   "2026-12-21T08:59:59.999999999+01:00",
		},
		{
			name: "first second",
			at:   "2026-12-21T09:00:00+01:00",
			want: hours.State{Open: true},
		},
		{
			name: "last second before the break",
			at:   "2026-12-21T12:29:59.999999999+01:00",
			want: hours.State{Open: true},
		},
		{
			name: "first second of the break",
			at:   "2026-12-21T12:30:00+01:00",
		},
		{
			name: "after the break",
			at:   "2026-12-21T13:30:00+01:00",
			want: hours.State{Open: true},
		},
		{
			name: "closing time",
			at:   "2026-12-21T18:00:00+01:00",
		},
		{
			name: "asked in another zone",
			at:   "2026-12-21T11:59:59-05:00",
			want: hours.State{Open: true},
		},
		{
			name: "before midnight",
			at:   "2026-12-19T23:59:59+01:00",
			want: hours.State{Open: true},
		},
		{
			name: "past midnight on Sunday",
			at:   "2026-12-20T01:59:59+01:00",
			want: hours.State{Open: true},
		},
		{
			name: "closing time on Sunday",
			at:   "2026-12-20T02:00:00+01:00",
		},
		{
			name: "a date's shorter hours",
			at:   "2026-12-24T11:59:59+01:00",
			want: hours.State{Open: true},
		},
		{
			name: "after them",
			at:   "2026-12-24T13:30:00+01:00",
			want: hours.State{Reason: "Christmas Eve"},
		},
		{
			name: "last second of a date",
			at:   "2026-12-24T23:59:59+01:00",
			want: hours.State{Reason: "Christmas Eve"},
		},
		{
			name: "first second of a holiday",
			at:   "2026-12-25T00:00:00+01:00",
			want: hours.State{Reason: "Christmas"},
		},
		{
			name: "holiday in place of late hours",
			at:   "2026-12-26T23:00:00+01:00",
			want: hours.State{Reason: "Christmas"},
		},
		{
			name: "past midnight after a holiday",
			at:   "2026-12-27T01:00:00+01:00",
		},
		{
			name: "a date's hours past midnight",
			at:   "2026-12-28T00:59:59+01:00",
			want: hours.State{Open: true},
		},
		{
			name: "late hours into a closed date",
			at:   "2027-01-03T01:59:59+01:00",
			want: hours.State{Open: true},
		},
		{
			name: "a closed date without reason",
			at:   "2027-01-03T02:00:00+01:00",
		},
	}
	calendar := office(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := calendar.At(instant(t, test.at)); got != test.want {
				t.Errorf("At(%s) = %+v, want %+v", test.at, got, test.want)
			}
		})
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		week  map[string]string
		dates map[string]string
		at    string
		want  string // "" = never
	}{
		{
			name: "opening",
			week: map[string]string{"mon": "09:00-12:00"},
			at:   "2026-06-01T08:59:59.5Z",
			want: "2026-06-01T09:00:00Z",
		},
		{
			name: "closing, from the first second",
			week: map[string]string{"mon": "09:00-12:00"},
			at:   "2026-06-01T09:00:00Z",
			want: "2026-06-01T12:00:00Z",
		},
		{
			name: "a week later",
			week: map[string]string{"mon": "09:00-12:00"},
			at:   "2026-06-01T12:00:00Z",
			want: "2026-06-08T09:00:00Z",
		},
		{
			name: "touching spans",
			week: map[string]string{"mon": "12:00-13:00 13:00-14:00"},
			at:   "2026-06-01T12:30:00Z",
			want: "2026-06-01T14:00:00Z",
		},
		{
			name: "touching at midnight",
			week: map[string]string{"mon": "22:00-24:00", "tue": "00:00-02:00"},
			at:   "2026-06-01T23:00:00Z",
			want: "2026-06-02T02:00:00Z",
		},
		{
			name: "touching at midnight, as 00:00",
			week: map[string]string{"mon": "22:00-00:00", "tue": "00:00-02:00"},
			at:   "2026-06-01T23:00:00Z",
			want: "2026-06-02T02:00:00Z",
		},
		{
			name: "touching past midnight",
			week: map[string]string{"sun": "22:00-06:00", "mon": "06:00-09:00"},
			at:   "2026-05-31T23:00:00Z",
			want: "2026-06-01T09:00:00Z",
		},
		{
			name: "around the clock until Friday",
			week: map[string]string{"mon-fri": "always"},
			at:   "2026-06-01T10:00:00Z",
			want: "2026-06-06T00:00:00Z",
		},
		{
			name: "always",
			week: map[string]string{"mon-sun": "always"},
			at:   "2026-06-01T10:00:00Z",
		},
		{
			name:  "always but for a date",
			week:  map[string]string{"mon-sun": "always"},
			dates: map[string]string{"2027-05-01": "closed"},
			at:    "2026-06-01T10:00:00Z",
			want:  "2027-05-01T00:00:00Z",
		},
		{
			name: "never open",
			at:   "2026-06-01T10:00:00Z",
		},
		{
			name:  "a date that is 400 days away",
			dates: map[string]string{"2027-07-06": "10:00-11:00"},
			at:    "2026-06-01T10:00:00Z",
			want:  "2027-07-06T10:00:00Z",
		},
		{
			name:  "a date that is farther away",
			dates: map[string]string{"2027-07-06": "10:00-11:00"},
			at:    "2026-06-01T09:59:59Z",
		},
		{
			name:  "closed for a week",
			week:  map[string]string{"mon-fri": "09:00-12:00"},
			dates: map[string]string{"2026-06-01..2026-06-07": "closed"},
			at:    "2026-05-29T12:00:00Z",
			want:  "2026-06-08T09:00:00Z",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			change, found := desk(t, "UTC", test.week, test.dates).Next(instant(t, test.at))
			if got := format(change, found); got != test.want {
				t.Errorf("Next(%s) = %q, want %q", test.at, got, test.want)
			}
		})
	}
}

func format(t time.Time, found bool) string {
	if !found {
		return ""
	}
	return t.Format(time.RFC3339)
}

func TestZeroCalendar(t *testing.T) {
	t.Parallel()
	var calendar hours.Calendar
	if got := calendar.At(time.Unix(0, 0)); got != (hours.State{}) {
		t.Errorf("At = %+v", got)
	}
	if change, found := calendar.Next(time.Unix(0, 0)); found {
		t.Errorf("Next = %v", change)
	}
}

// TestUnorderedOverlappingSpans has a calendar that the parsers would not return.
func TestUnorderedOverlappingSpans(t *testing.T) {
	t.Parallel()
	calendar := hours.Calendar{Week: hours.Week{
		time.Monday: {{14 * 60, 16 * 60}, {9 * 60, 12 * 60}, {11 * 60, 14 * 60}, {12 * 60, 13 * 60}},
	}}
	change, _ := calendar.Next(instant(t, "2026-06-01T09:30:00Z"))
	if want := instant(t, "2026-06-01T16:00:00Z"); !change.Equal(want) {
		t.Errorf("Next = %v, want %v", change, want)
	}
}

// TestSpanOfWholeDay has the one span of 24 hours that the parsers do not return.
func TestSpanOfWholeDay(t *testing.T) {
	t.Parallel()
	calendar := hours.Calendar{Week: hours.Week{time.Monday: {{9 * 60, 9 * 60}}}}
	change, _ := calendar.Next(instant(t, "2026-06-01T09:00:00Z"))
	if want := instant(t, "2026-06-02T09:00:00Z"); !change.Equal(want) {
		t.Errorf("Next = %v, want %v", change, want)
	}
}

func TestAtAllocatesNothing(t *testing.T) {
	calendar, at := office(t), instant(t, "2026-12-25T10:00:00+01:00")
	if n := testing.AllocsPerRun(100, func() { calendar.At(at) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLast(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		zone  string // "" = UTC
		week  map[string]string
		dates map[string]string
		at    string
		want  string // "" = never
	}{
		{
			name: "the first second",
			week: map[string]string{"mon": "09:00-12:00"},
			at:   "2026-06-01T09:00:00Z",
			want: "2026-06-01T09:00:00Z",
		},
		{
			name: "a nanosecond before it",
			week: map[string]string{"mon": "09:00-12:00"},
			at:   "2026-06-01T08:59:59.999999999Z",
			want: "2026-05-25T12:00:00Z",
		},
		{
			name: "after spans that touch",
			week: map[string]string{"mon": "09:00-12:00 12:00-14:00"},
			at:   "2026-06-01T13:00:00Z",
			want: "2026-06-01T09:00:00Z",
		},
		{
			name: "half a year ago",
			dates: map[string]string{
				"2026-01-05": "09:00-12:00",
			},
			at:   "2026-07-05T13:00:00Z",
			want: "2026-01-05T12:00:00Z",
		},
		{
			name: "clock put forward over the beginning",
			zone: "America/New_York",
			week: map[string]string{"sun": "02:30-10:00"},
			at:   "2026-03-08T12:00:00Z",
			want: "2026-03-08T07:00:00Z",
		},
		{
			name: "clock put back over the end",
			zone: "America/New_York",
			week: map[string]string{"sat": "22:00-01:30"},
			at:   "2026-11-01T12:00:00Z",
			want: "2026-11-01T06:30:00Z",
		},
		{
			name: "always",
			week: map[string]string{"mon-sun": "always"},
			at:   "2026-06-01T10:00:00Z",
		},
		{
			name: "never",
			at:   "2026-06-01T10:00:00Z",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			zone := test.zone
			if zone == "" {
				zone = "UTC"
			}
			last, found := desk(t, zone, test.week, test.dates).Last(instant(t, test.at))
			if found != (test.want != "") || found && !last.Equal(instant(t, test.want)) {
				t.Errorf("last change %v, %t, want %s", last, found, test.want)
			}
		})
	}
}
