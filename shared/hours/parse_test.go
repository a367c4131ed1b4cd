package hours_test

import (
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"switchboard/shared/hours"
)

func TestParseWeek(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		texts map[string]string
		want  string // as Week's String writes it
	}{
		{
			name: "nothing",
			want: "mon-sun closed",
		},
		{
			name:  "one day",
			texts: map[string]string{"wed": "09:00-17:00"},
			want:  "mon-tue closed, wed 09:00-17:00, thu-sun closed",
		},
		{
			name:  "a range and a list",
			texts: map[string]string{"mon-tue,thu, fri": "9:00-12:30 13:30-18:00"},
			want:  "mon-tue 09:00-12:30 13:30-18:00, wed closed, thu-fri 09:00-12:30 13:30-18:00, sat-sun closed",
		},
		{
			name:  "a range over the week's end",
			texts: map[string]string{"sat-mon": "always", "tue-fri": "closed"},
			want:  "mon always, tue-fri closed, sat-sun always",
		},
		{
			name:  "the week from Sunday",
			texts: map[string]string{"sun-sat": "00:00-24:00"},
			want:  "mon-sun always",
		},
		{
			name:  "spans in another order",
			texts: map[string]string{"mon": " 13:30-18:00\t09:00-12:30 "},
			want:  "mon 09:00-12:30 13:30-18:00, tue-sun closed",
		},
		{
			name:  "touching past midnight",
			texts: map[string]string{"mon-sun": "22:00-06:00 06:00-09:00"},
			want:  "mon-sun 06:00-09:00 22:00-06:00",
		},
		{
			name:  "into a closed day",
			texts: map[string]string{"sat": "22:00-21:59"},
			want:  "mon-fri closed, sat 22:00-21:59, sun closed",
		},
		{
			name:  "until midnight",
			texts: map[string]string{"mon": "22:00-24:00", "tue": "22:00-00:00"},
			want:  "mon 22:00-24:00, tue 22:00-00:00, wed-sun closed",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			week, err := hours.ParseWeek(test.texts)
			if err != nil {
				t.Fatal(err)
			}
			if got := week.String(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestParseWeekMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		texts map[string]string
		key   string
		text  string // a part of the mistake's text
	}{
		{
			name:  "unknown weekday",
			texts: map[string]string{"mon": "closed", "monday": "09:00-12:00"},
			key:   "monday",
			text:  `"monday" is no weekday: write mon, tue,`,
		},
		{
			name:  "capital letters",
			texts: map[string]string{"Mon-Fri": "09:00-12:00"},
			key:   "Mon-Fri",
			text:  "write mon, tue,",
		},
		{
			name:  "no weekday",
			texts: map[string]string{"": "09:00-12:00"},
			key:   "",
			text:  `"" is no weekday`,
		},
		{
			name:  "comma at the end",
			texts: map[string]string{"mon,": "09:00-12:00"},
			key:   "mon,",
			text:  `"" is no weekday`,
		},
		{
			name:  "three days with hyphens",
			texts: map[string]string{"mon-tue-wed": "09:00-12:00"},
			key:   "mon-tue-wed",
			text:  `"mon-tue-wed" is no weekday`,
		},
		{
			name:  "range of one day",
			texts: map[string]string{"mon-mon": "09:00-12:00"},
			key:   "mon-mon",
			text:  "write mon, or mon-sun",
		},
		{
			name:  "day named twice",
			texts: map[string]string{"mon-fri": "09:00-12:00", "wed": "closed"},
			key:   "wed",
			text:  "wed is already in mon-fri",
		},
		{
			name:  "day named twice in a key",
			texts: map[string]string{"mon,sun-tue": "09:00-12:00"},
			key:   "mon,sun-tue",
			text:  "mon is already in mon,sun-tue",
		},
		{
			name:  "no hours",
			texts: map[string]string{"mon": " "},
			key:   "mon",
			text:  "no hours: write closed, always or such as 09:00-12:30",
		},
		{
			name:  "another word",
			texts: map[string]string{"mon": "open"},
			key:   "mon",
			text:  `"open" in place of hours: write closed, always`,
		},
		{
			name:  "reason of a weekday",
			texts: map[string]string{"mon": "closed Monday"},
			key:   "mon",
			text:  `"Monday" behind the hours`,
		},
		{
			name:  "hours of a closed day",
			texts: map[string]string{"mon": "closed 09:00-12:00"},
			key:   "mon",
			text:  `"09:00-12:00" behind closed`,
		},
		{
			name:  "hours of a whole day",
			texts: map[string]string{"mon": "always 09:00-12:00"},
			key:   "mon",
			text:  `"09:00-12:00" behind always`,
		},
		{
			name:  "hour 25",
			texts: map[string]string{"mon": "09:00-25:00"},
			key:   "mon",
			text:  `"09:00-25:00" is no span: write one such as 09:00-12:30, from 00:00 to 24:00`,
		},
		{
			name:  "half past 24",
			texts: map[string]string{"mon": "09:00-24:30"},
			key:   "mon",
			text:  `"09:00-24:30" is no span`,
		},
		{
			name:  "from 24:00",
			texts: map[string]string{"mon": "24:00-02:00"},
			key:   "mon",
			text:  `"24:00-02:00" is no span`,
		},
		{
			name:  "minute 60",
			texts: map[string]string{"mon": "09:60-12:00"},
			key:   "mon",
			text:  `"09:60-12:00" is no span`,
		},
		{
			name:  "one digit of minutes",
			texts: map[string]string{"mon": "09:0-12:00"},
			key:   "mon",
			text:  `"09:0-12:00" is no span`,
		},
		{
			name:  "hours without minutes",
			texts: map[string]string{"mon": "9-12"},
			key:   "mon",
			text:  `"9-12" is no span`,
		},
		{
			name:  "three digits",
			texts: map[string]string{"mon": "009:00-12:00"},
			key:   "mon",
			text:  `"009:00-12:00" is no span`,
		},
		{
			name:  "other digits",
			texts: map[string]string{"mon": "09:00-1٢:00"},
			key:   "mon",
			text:  "is no span",
		},
		{
			name:  "spaces in a span",
			texts: map[string]string{"mon": "09:00 - 12:00"},
			key:   "mon",
			text:  "without spaces",
		},
		{
			name:  "a dash",
			texts: map[string]string{"mon": "09:00–12:00"},
			key:   "mon",
			text:  "is no span",
		},
		{
			name:  "a comma between spans",
			texts: map[string]string{"mon": "09:00-12:00, 13:00-14:00"},
			key:   "mon",
			text:  `"09:00-12:00," is no span`,
		},
		{
			name:  "empty span",
			texts: map[string]string{"mon": "09:00-09:00"},
			key:   "mon",
			text:  "the span 09:00-09:00 is empty: write always",
		},
		{
			name:  "empty span at midnight",
			texts: map[string]string{"mon": "0:00-00:00"},
			key:   "mon",
			text:  "is empty",
		},
		{
			name:  "overlapping spans",
			texts: map[string]string{"mon": "12:00-14:00 09:00-12:01"},
			key:   "mon",
			text:  "09:00-12:01 overlaps 12:00-14:00",
		},
		{
			name:  "past midnight over a later span",
			texts: map[string]string{"mon": "09:00-08:00 13:00-14:00"},
			key:   "mon",
			text:  "09:00-08:00 overlaps 13:00-14:00",
		},
		{
			name:  "into the next day's hours",
			texts: map[string]string{"mon-fri": "05:00-12:00", "sun": "22:00-05:01"},
			key:   "sun",
			text:  "22:00-05:01 of sun overlaps 05:00-12:00 of mon",
		},
		{
			name:  "Saturday into Sunday's hours",
			texts: map[string]string{"sat": "22:00-03:00", "sun": "02:00-04:00"},
			key:   "sat",
			text:  "22:00-03:00 of sat overlaps 02:00-04:00 of sun",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			week, err := hours.ParseWeek(test.texts)
			wantMistake(t, err, test.key, test.text)
			if !reflect.DeepEqual(week, hours.Week{}) {
				t.Errorf("%v with an error", week)
			}
		})
	}
}

func wantMistake(t *testing.T, err error, key, text string) {
	t.Helper()
	var mistake *hours.Mistake
	if !errors.As(err, &mistake) || mistake.Key != key || !strings.Contains(mistake.Text, text) {
		t.Errorf("error %v, want key %q and %q", err, key, text)
	}
}

func TestParseDates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		texts map[string]string
		want  map[string]string // as Date's and Day's String write them
	}{
		{
			name: "nothing",
			want: map[string]string{},
		},
		{
			name:  "closed",
			texts: map[string]string{"2026-12-25": "closed"},
			want:  map[string]string{"2026-12-25": "closed"},
		},
		{
			name:  "closed with a reason",
			texts: map[string]string{"2026-12-25": "closed  First  day of Christmas "},
			want:  map[string]string{"2026-12-25": "closed First day of Christmas"},
		},
		{
			name:  "hours with a reason",
			texts: map[string]string{"2026-12-24": "10:30-12:00 9:00-10:00 Christmas Eve"},
			want:  map[string]string{"2026-12-24": "09:00-10:00 10:30-12:00 Christmas Eve"},
		},
		{
			name:  "a reason that begins with a digit",
			texts: map[string]string{"2026-07-04": "closed 4th of July", "2026-07-03": "09:00-12:00 4th of July"},
			want:  map[string]string{"2026-07-04": "closed 4th of July", "2026-07-03": "09:00-12:00 4th of July"},
		},
		{
			name:  "always",
			texts: map[string]string{"2026-11-27": "always Black Friday"},
			want:  map[string]string{"2026-11-27": "always Black Friday"},
		},
		{
			name:  "a range over the year's end",
			texts: map[string]string{"2026-12-30..2027-01-01": "closed Holidays"},
			want: map[string]string{
				"2026-12-30": "closed Holidays",
				"2026-12-31": "closed Holidays",
				"2027-01-01": "closed Holidays",
			},
		},
		{
			name:  "a range of one date",
			texts: map[string]string{"2028-02-29..2028-02-29": "closed"},
			want:  map[string]string{"2028-02-29": "closed"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dates, err := hours.ParseDates(test.texts)
			if err != nil {
				t.Fatal(err)
			}
			if got := written(dates); !maps.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func written(dates map[hours.Date]hours.Day) map[string]string {
	texts := map[string]string{}
	for date, day := range dates {
		texts[date.String()] = day.String()
	}
	return texts
}

func TestParseDatesYear(t *testing.T) {
	t.Parallel()
	dates, err := hours.ParseDates(map[string]string{"2027-03-01..2028-02-29": "closed"})
	if err != nil || len(dates) != 366 {
		t.Errorf("%d dates, error %v", len(dates), err)
	}
}

func TestParseDatesReason(t *testing.T) {
	t.Parallel()
	dates, err := hours.ParseDates(map[string]string{"2026-12-24": "09:00-12:00 Christmas Eve"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[hours.Date]hours.Day{{Year: 2026, Month: time.December, Day: 24}: {
		Spans:  []hours.Span{{From: 9 * 60, Until: 12 * 60}},
		Reason: "Christmas Eve",
	}}
	if !reflect.DeepEqual(dates, want) {
		t.Errorf("%v, want %v", dates, want)
	}
}

func TestParseDatesMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		texts map[string]string
		key   string
		text  string // a part of the mistake's text
	}{
		{
			name:  "no such date",
			texts: map[string]string{"2026-02-30": "closed"},
			key:   "2026-02-30",
			text:  `"2026-02-30" is no date: write one such as 2026-12-25, or a range`,
		},
		{
			name:  "leap day of another year",
			texts: map[string]string{"2027-02-29": "closed"},
			key:   "2027-02-29",
			text:  "is no date",
		},
		{
			name:  "another order",
			texts: map[string]string{"25.12.2026": "closed"},
			key:   "25.12.2026",
			text:  "is no date",
		},
		{
			name:  "one digit",
			texts: map[string]string{"2026-1-01": "closed"},
			key:   "2026-1-01",
			text:  "is no date",
		},
		{
			name:  "range without an end",
			texts: map[string]string{"2026-12-24..": "closed"},
			key:   "2026-12-24..",
			text:  `"" is no date`,
		},
		{
			name:  "range of three",
			texts: map[string]string{"2026-12-24..2026-12-25..2026-12-26": "closed"},
			key:   "2026-12-24..2026-12-25..2026-12-26",
			text:  "is no date",
		},
		{
			name:  "range that ends early",
			texts: map[string]string{"2026-12-24..2026-12-23": "closed"},
			key:   "2026-12-24..2026-12-23",
			text:  "ends before it begins: write 2026-12-23..2026-12-24",
		},
		{
			name:  "range of a year and a day",
			texts: map[string]string{"2026-12-24..2027-12-24": "closed"},
			key:   "2026-12-24..2027-12-24",
			text:  "longer than a year: it may end on 2027-12-23",
		},
		{
			name:  "date named twice",
			texts: map[string]string{"2026-12-24..2027-01-01": "closed", "2026-12-25": "closed Christmas"},
			key:   "2026-12-25",
			text:  "2026-12-25 is already in 2026-12-24..2027-01-01",
		},
		{
			name:  "no hours",
			texts: map[string]string{"2026-12-25": ""},
			key:   "2026-12-25",
			text:  "no hours",
		},
		{
			name:  "only a reason",
			texts: map[string]string{"2026-12-25": "Christmas"},
			key:   "2026-12-25",
			text:  `"Christmas" in place of hours`,
		},
		{
			name:  "hours of a closed date",
			texts: map[string]string{"2026-12-25": "closed 09:00-12:00"},
			key:   "2026-12-25",
			text:  `"09:00-12:00" behind closed`,
		},
		{
			name:  "hours that are not",
			texts: map[string]string{"2026-12-25": "09:00-12:00 13-14 Christmas"},
			key:   "2026-12-25",
			text:  `"13-14" is no span`,
		},
		{
			name:  "overlapping spans",
			texts: map[string]string{"2026-12-25": "09:00-12:00 11:00-14:00 Christmas"},
			key:   "2026-12-25",
			text:  "09:00-12:00 overlaps 11:00-14:00",
		},
		{
			name:  "long reason",
			texts: map[string]string{"2026-12-25": "closed " + strings.Repeat("é", 101)},
			key:   "2026-12-25",
			text:  "a reason of 101 characters, at most 100",
		},
		{
			name:  "control character",
			texts: map[string]string{"2026-12-25": "closed Christ\x00mas"},
			key:   "2026-12-25",
			text:  "not text",
		},
		{
			name:  "reason that is not UTF-8",
			texts: map[string]string{"2026-12-25": "closed No\xebl"},
			key:   "2026-12-25",
			text:  "not text",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dates, err := hours.ParseDates(test.texts)
			wantMistake(t, err, test.key, test.text)
			if dates != nil {
				t.Errorf("%v with an error", dates)
			}
		})
	}
}

func TestMistakeError(t *testing.T) {
	t.Parallel()
	err := &hours.Mistake{Key: "mon", Text: "no hours"}
	if got, want := err.Error(), "mon: no hours"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// FuzzParse parses a text as hours of weekdays and of dates. What can be parsed is written and
// parsed again to the same.
func FuzzParse(f *testing.F) {
	f.Add("mon-fri", "09:00-12:30 13:30-18:00")
	f.Add("sat-mon", "always")
	f.Add("mon,wed", "22:00-06:00")
	f.Add("sun", "closed")
	f.Add("2026-12-25", "closed Christmas")
	f.Add("2026-12-24..2027-01-01", "9:00-12:00 Christmas Eve")
	f.Add("2026-07-04", "always 4th of July")
	f.Fuzz(func(t *testing.T, key, text string) {
		week, err := hours.ParseWeek(map[string]string{key: text})
		if err == nil {
			again := map[string]string{}
			for line := range strings.SplitSeq(week.String(), ", ") {
				days, spans, _ := strings.Cut(line, " ")
				again[days] = spans
			}
			if parsed, err := hours.ParseWeek(again); err != nil || !reflect.DeepEqual(parsed, week) {
				t.Errorf("%q parsed as %v, error %v", week, parsed, err)
			}
		}
		dates, err := hours.ParseDates(map[string]string{key: text})
		if err == nil {
			if parsed, err := hours.ParseDates(written(dates)); err != nil || !reflect.DeepEqual(parsed, dates) {
				t.Errorf("%v parsed as %v, error %v", dates, parsed, err)
			}
		}
	})
}
