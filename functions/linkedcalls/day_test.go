package linkedcalls

import (
	"testing"
	"time"
)

func TestDayBounds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, date, zone string
		begin            string // UTC
		hours            float64
	}{
		{"UTC", "2026-11-24", "", "2026-11-24T00:00:00Z", 24},
		{"UTC by name", "2026-11-24", "UTC", "2026-11-24T00:00:00Z", 24},
		{"winter", "2026-11-24", "Europe/Berlin", "2026-11-23T23:00:00Z", 24},
		{"summer", "2026-07-24", "Europe/Berlin", "2026-07-23T22:00:00Z", 24},
		{"clocks go forward", "2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", 23},
		{"clocks go back", "2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00Z", 25},
		{"forward in America", "2026-03-08", "America/New_York", "2026-03-08T05:00:00Z", 23},
		{"back in America", "2026-11-01", "America/New_York", "2026-11-01T04:00:00Z", 25},
		{"half an hour", "2026-11-24", "Asia/Kolkata", "2026-11-23T18:30:00Z", 24},
		{"three quarters", "2026-11-24", "Asia/Kathmandu", "2026-11-23T18:15:00Z", 24},
		{"clocks go back half an hour", "2026-04-05", "Australia/Lord_Howe", "2026-04-04T13:00:00Z", 24.5},
		{"no midnight", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", 23},
		{"an evening twice", "2018-02-17", "America/Sao_Paulo", "2018-02-17T02:00:00Z", 25},
		{"midnight twice", "2026-11-01", "America/Havana", "2026-11-01T04:00:00Z", 25},
		{"before a day that was skipped", "2011-12-29", "Pacific/Apia", "2011-12-29T10:00:00Z", 24},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := newDay(test.date, test.zone)
			if err != nil {
				t.Fatal(err)
			}
			if begin := got.begin.UTC().Format(time.RFC3339); begin != test.begin || got.end.Sub(got.begin).Hours() != test.hours {
				t.Errorf("begins at %s and has %v hours, want %s and %v", begin, got.end.Sub(got.begin).Hours(), test.begin, test.hours)
			}
		})
	}
}

func TestDaysAdjoin(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Gaza"} {
		var end time.Time
		for date := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC); date.Year() < 2030; date = date.AddDate(0, 0, 1) {
			got, err := newDay(date.Format(time.DateOnly), zone)
			if err != nil {
				t.Fatal(err)
			}
			if !sameDate(got.begin, date) || !sameDate(got.end.Add(-1), date) || !end.IsZero() && !got.begin.Equal(end) {
				t.Errorf("%s in %s: from %s until %s, and the day before ends at %s", date, zone, got.begin, got.end, end)
			}
			end = got.end
		}
	}
}

// FuzzDay holds any date and zone to a day of 22 to 26 hours that next and rest agree about, or to
// an error.
func FuzzDay(f *testing.F) {
	f.Add("2026-10-25", "Europe/Berlin", uint32(3600))
	f.Add("2011-12-30", "Pacific/Apia", uint32(0))
	f.Add("2026-11-24", "Local", uint32(0))
	f.Fuzz(func(t *testing.T, date, zone string, seconds uint32) {
		got, err := newDay(date, zone)
		if err != nil {
			return
		}
		if length := got.end.Sub(got.begin); length < 22*time.Hour || length > 26*time.Hour {
			t.Errorf("%s in %q has %s", date, zone, length)
		}
		at := got.begin.Add(time.Duration(seconds) * time.Second)
		if back, err := got.rest(got.next(at)); at.Before(got.end) && got.begin.Year() > 0 && (err != nil || !back.Equal(at)) {
			t.Errorf("rest = %s, %v, want %s", back, err, at)
		}
	})
}
