package hours_test

import (
	"testing"
	"time"
)

// TestClockChanges has desks with one opening around a change of the clock.
func TestClockChanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		zone   string
		week   map[string]string
		closed string // an instant before the opening
		opens  string
		closes string
	}{
		{
			name:   "gap: beginning",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "02:30-04:00"},
			closed: "2026-03-08T00:00:00-05:00",
			opens:  "2026-03-08T03:00:00-04:00",
			closes: "2026-03-08T04:00:00-04:00",
		},
		{
			name:   "gap: end",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "01:00-02:30"},
			closed: "2026-03-08T00:00:00-05:00",
			opens:  "2026-03-08T01:00:00-05:00",
			closes: "2026-03-08T03:00:00-04:00",
		},
		{
			name:   "gap: whole span",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "02:10-02:50"},
			closed: "2026-03-08T00:00:00-05:00",
			opens:  "2026-03-15T02:10:00-04:00",
			closes: "2026-03-15T02:50:00-04:00",
		},
		{
			name:   "gap: break between spans",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "01:00-02:00 02:30-04:00"},
			closed: "2026-03-08T00:00:00-05:00",
			opens:  "2026-03-08T01:00:00-05:00",
			closes: "2026-03-08T04:00:00-04:00",
		},
		{
			name:   "gap: in a night",
			zone:   "America/New_York",
			week:   map[string]string{"sat": "22:00-06:00"},
			closed: "2026-03-07T12:00:00-05:00",
			opens:  "2026-03-07T22:00:00-05:00",
			closes: "2026-03-08T06:00:00-04:00",
		},
		{
			name:   "overlap: beginning",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "01:30-03:00"},
			closed: "2026-11-01T00:00:00-04:00",
			opens:  "2026-11-01T01:30:00-04:00",
			closes: "2026-11-01T03:00:00-05:00",
		},
		{
			name:   "overlap: end",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "00:30-01:30"},
			closed: "2026-11-01T00:00:00-04:00",
			opens:  "2026-11-01T00:30:00-04:00",
			closes: "2026-11-01T01:30:00-05:00",
		},
		{
			name:   "overlap: whole span",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "01:15-01:45"},
			closed: "2026-11-01T00:00:00-04:00",
			opens:  "2026-11-01T01:15:00-04:00",
			closes: "2026-11-01T01:45:00-05:00",
		},
		{
			name:   "overlap: whole hour",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "01:00-02:00"},
			closed: "2026-11-01T00:00:00-04:00",
			opens:  "2026-11-01T01:00:00-04:00",
			closes: "2026-11-01T02:00:00-05:00",
		},
		{
			name:   "overlap: end as it begins",
			zone:   "America/New_York",
			week:   map[string]string{"sun": "00:30-01:00"},
			closed: "2026-11-01T00:00:00-04:00",
			opens:  "2026-11-01T00:30:00-04:00",
			closes: "2026-11-01T01:00:00-04:00",
		},
		{
			name:   "overlap: in a night",
			zone:   "America/New_York",
			week:   map[string]string{"sat": "22:00-06:00"},
			closed: "2026-10-31T12:00:00-04:00",
			opens:  "2026-10-31T22:00:00-04:00",
			closes: "2026-11-01T06:00:00-05:00",
		},
		{
			name:   "midnight gap: beginning",
			zone:   "Asia/Beirut",
			week:   map[string]string{"sun": "00:30-09:00"},
			closed: "2026-03-28T12:00:00+02:00",
			opens:  "2026-03-29T01:00:00+03:00",
			closes: "2026-03-29T09:00:00+03:00",
		},
		{
			name:   "midnight gap: end",
			zone:   "Asia/Beirut",
			week:   map[string]string{"sat": "20:00-24:00"},
			closed: "2026-03-28T12:00:00+02:00",
			opens:  "2026-03-28T20:00:00+02:00",
			closes: "2026-03-29T01:00:00+03:00",
		},
		{
			name:   "midnight gap: touching spans",
			zone:   "Asia/Beirut",
			week:   map[string]string{"sat": "20:00-24:00", "sun": "01:00-02:00"},
			closed: "2026-03-28T12:00:00+02:00",
			opens:  "2026-03-28T20:00:00+02:00",
			closes: "2026-03-29T02:00:00+03:00",
		},
		{
			name:   "midnight gap: whole days",
			zone:   "Africa/Cairo",
			week:   map[string]string{"fri": "always"},
			closed: "2026-04-23T12:00:00+02:00",
			opens:  "2026-04-24T01:00:00+03:00",
			closes: "2026-04-25T00:00:00+03:00",
		},
		{
			name:   "midnight gap: past midnight",
			zone:   "America/Santiago",
			week:   map[string]string{"sat": "22:00-00:30"},
			closed: "2026-09-05T12:00:00-04:00",
			opens:  "2026-09-05T22:00:00-04:00",
			closes: "2026-09-06T01:00:00-03:00",
		},
		{
			name:   "midnight overlap: beginning",
			zone:   "America/Santiago",
			week:   map[string]string{"sat": "23:30-24:00"},
			closed: "2026-04-04T12:00:00-03:00",
			opens:  "2026-04-04T23:30:00-03:00",
			closes: "2026-04-05T00:00:00-04:00",
		},
		{
			name:   "midnight overlap: end",
			zone:   "America/Santiago",
			week:   map[string]string{"sat": "20:00-23:30"},
			closed: "2026-04-04T12:00:00-03:00",
			opens:  "2026-04-04T20:00:00-03:00",
			closes: "2026-04-04T23:30:00-04:00",
		},
		{
			name:   "midnight overlap: end as it begins",
			zone:   "America/Santiago",
			week:   map[string]string{"sat": "20:00-23:00"},
			closed: "2026-04-04T12:00:00-03:00",
			opens:  "2026-04-04T20:00:00-03:00",
			closes: "2026-04-04T23:00:00-03:00",
		},
		{
			name:   "midnight overlap: next day",
			zone:   "Africa/Cairo",
			week:   map[string]string{"fri": "00:00-02:00"},
			closed: "2026-10-29T12:00:00+03:00",
			opens:  "2026-10-30T00:00:00+02:00",
			closes: "2026-10-30T02:00:00+02:00",
		},
		{
			name:   "midnight overlap: whole day",
			zone:   "Asia/Beirut",
			week:   map[string]string{"sat": "always"},
			closed: "2026-10-23T12:00:00+03:00",
			opens:  "2026-10-24T00:00:00+03:00",
			closes: "2026-10-25T00:00:00+02:00",
		},
		{
			name:   "midnight shown twice: day before",
			zone:   "America/Havana",
			week:   map[string]string{"sat": "20:00-24:00"},
			closed: "2026-10-31T12:00:00-04:00",
			opens:  "2026-10-31T20:00:00-04:00",
			closes: "2026-11-01T00:00:00-04:00",
		},
		{
			name:   "midnight shown twice: day after",
			zone:   "America/Havana",
			week:   map[string]string{"sun": "always"},
			closed: "2026-10-31T12:00:00-04:00",
			opens:  "2026-11-01T00:00:00-04:00",
			closes: "2026-11-02T00:00:00-05:00",
		},
		{
			name:   "half-hour overlap",
			zone:   "Australia/Lord_Howe",
			week:   map[string]string{"sun": "01:45-03:00"},
			closed: "2026-04-05T00:00:00+11:00",
			opens:  "2026-04-05T01:45:00+11:00",
			closes: "2026-04-05T03:00:00+10:30",
		},
		{
			name:   "half-hour overlap: end",
			zone:   "Australia/Lord_Howe",
			week:   map[string]string{"sun": "01:00-01:45"},
			closed: "2026-04-05T00:00:00+11:00",
			opens:  "2026-04-05T01:00:00+11:00",
			closes: "2026-04-05T01:45:00+10:30",
		},
		{
			name:   "half-hour gap",
			zone:   "Australia/Lord_Howe",
			week:   map[string]string{"sun": "02:15-03:00"},
			closed: "2026-10-04T00:00:00+10:30",
			opens:  "2026-10-04T02:30:00+11:00",
			closes: "2026-10-04T03:00:00+11:00",
		},
		{
			name:   "Ramadan begins",
			zone:   "Africa/Casablanca",
			week:   map[string]string{"sun": "02:30-04:00"},
			closed: "2026-02-15T00:00:00+01:00",
			opens:  "2026-02-15T02:30:00+01:00",
			closes: "2026-02-15T04:00:00+00:00",
		},
		{
			name:   "Ramadan ends",
			zone:   "Africa/Casablanca",
			week:   map[string]string{"sun": "02:30-04:00"},
			closed: "2026-03-22T00:00:00+00:00",
			opens:  "2026-03-22T03:00:00+01:00",
			closes: "2026-03-22T04:00:00+01:00",
		},
		{
			name:   "back across midnight: day before",
			zone:   "America/St_Johns",
			week:   map[string]string{"sat": "20:00-24:00"},
			closed: "2006-10-28T12:00:00-02:30",
			opens:  "2006-10-28T20:00:00-02:30",
			closes: "2006-10-29T00:00:00-03:30",
		},
		{
			name:   "back across midnight: day after",
			zone:   "America/St_Johns",
			week:   map[string]string{"sun": "00:00-01:00"},
			closed: "2006-10-28T12:00:00-02:30",
			opens:  "2006-10-29T00:00:00-02:30",
			closes: "2006-10-29T01:00:00-03:30",
		},
		{
			name:   "back across midnight: two days before",
			zone:   "America/St_Johns",
			week:   map[string]string{"fri": "23:30-23:15"},
			closed: "2006-10-27T12:00:00-02:30",
			opens:  "2006-10-27T23:30:00-02:30",
			closes: "2006-10-28T23:15:00-03:30",
		},
		{
			name:   "a date that was left out",
			zone:   "Pacific/Apia",
			week:   map[string]string{"fri": "09:00-12:00"},
			closed: "2011-12-29T12:00:00-10:00",
			opens:  "2012-01-06T09:00:00+14:00",
			closes: "2012-01-06T12:00:00+14:00",
		},
		{
			name:   "until a date that was left out",
			zone:   "Pacific/Apia",
			week:   map[string]string{"thu": "20:00-24:00"},
			closed: "2011-12-29T12:00:00-10:00",
			opens:  "2011-12-29T20:00:00-10:00",
			closes: "2011-12-31T00:00:00+14:00",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			calendar := desk(t, test.zone, test.week, nil)
			opens, closes := instant(t, test.opens), instant(t, test.closes)
			for at := instant(t, test.closed); at.Before(closes.Add(time.Hour)); at = at.Add(time.Minute / 4) {
				for _, at := range []time.Time{at, at.Add(-time.Nanosecond)} {
					want := !at.Before(opens) && at.Before(closes)
					if got := calendar.At(at).Open; got != want {
						t.Fatalf("at %v: open %v, want %v", at.In(calendar.Zone), got, want)
					}
				}
			}
			if change, found := calendar.Next(instant(t, test.closed)); format(change, found) != format(opens.In(calendar.Zone), true) {
				t.Errorf("opens %v, want %v", change, test.opens)
			}
			for _, at := range []time.Time{opens, closes.Add(-time.Nanosecond)} {
				if change, found := calendar.Next(at); format(change, found) != format(closes.In(calendar.Zone), true) {
					t.Errorf("closes %v, want %v", change, test.closes)
				}
			}
		})
	}
}
