package sweeper_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/roster"
	"switchboard/shared/settings"
	"switchboard/shared/twilio"
)

// early is a desk with a shift.
func early(zone string, week, dates map[string]string) settings.Settings {
	return settings.Settings{Zone: zone, Shifts: map[string]settings.Shift{"early": {Week: week, Dates: dates}}}
}

func daily(span string) map[string]string { return map[string]string{"mon-sun": span} }

func TestShifts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		desk    settings.Settings
		now     string // "" = noon of 2026-11-24
		applied string // the boundary in the worker's record; "" = none
		want    []string
	}{
		{
			name: "no shifts",
		},
		{
			name:    "begins in five minutes",
			desk:    early("UTC", daily("12:05-14:00"), nil),
			applied: "2026-11-23T14:00:00Z",
			want:    []string{"01 2026-11-24 12:05:00 true after 5m0s"},
		},
		{
			name:    "a short shift",
			desk:    early("UTC", daily("12:05-12:06"), nil),
			applied: "2026-11-23T12:06:00Z",
			want:    []string{"01 2026-11-24 12:05:00 true after 5m0s", "01 2026-11-24 12:06:00 false after 6m0s"},
		},
		{
			name:    "ends in less than a second",
			desk:    early("UTC", daily("06:00-12:05"), nil),
			now:     "2026-11-24T12:04:59.5Z",
			applied: "2026-11-24T06:00:00Z",
			want:    []string{"01 2026-11-24 12:05:00 false after 1s"},
		},
		{
			name:    "begins in an hour",
			desk:    early("UTC", daily("13:00-14:00"), nil),
			applied: "2026-11-23T14:00:00Z",
		},
		{
			name: "of a new worker began hours ago",
			desk: early("UTC", daily("06:00-14:00"), nil),
			want: []string{"01 2026-11-24 06:00:00 true after 0s"},
		},
		{
			name:    "sweeper down over several boundaries",
			desk:    early("UTC", daily("06:00-08:00 09:00-10:00"), nil),
			applied: "2026-11-23T10:00:00Z",
			want:    []string{"01 2026-11-24 10:00:00 false after 0s"},
		},
		{
			name:    "began a moment ago",
			desk:    early("UTC", daily("11:59-14:00"), nil),
			now:     "2026-11-24T11:59:10Z",
			applied: "2026-11-23T14:00:00Z",
		},
		{
			name:    "spans that touch",
			desk:    early("UTC", daily("06:00-12:05 12:05-14:00"), nil),
			applied: "2026-11-24T06:00:00Z",
		},
		{
			name:    "closed by its date",
			desk:    early("UTC", daily("12:05-14:00"), map[string]string{"2026-11-24": "closed"}),
			applied: "2026-11-23T14:00:00Z",
		},
		{
			name: "no time zone",
			desk: early("", daily("12:05-14:00"), nil),
		},
		{
			name: "a time zone that does not exist",
			desk: early("America/Newark_York", daily("12:05-14:00"), nil),
		},
		{
			name:    "begins in the hour that the clock skips",
			desk:    early("America/New_York", daily("02:30-10:00"), nil),
			now:     "2026-03-08T06:55:00Z",
			applied: "2026-03-07T15:00:00Z",
			want:    []string{"01 2026-03-08 07:00:00 true after 5m0s"},
		},
		{
			name:    "ends at the second 01:30",
			desk:    early("America/New_York", daily("22:00-01:30"), nil),
			now:     "2026-11-01T06:25:00Z",
			applied: "2026-11-01T02:00:00Z",
			want:    []string{"01 2026-11-01 06:30:00 false after 5m0s"},
		},
		{
			name:    "does not end at the first 01:30",
			desk:    early("America/New_York", daily("22:00-01:30"), nil),
			now:     "2026-11-01T05:25:00Z",
			applied: "2026-11-01T02:00:00Z",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBroom(t, &account{workers: map[string][]twilio.Worker{"early": {{SID: workerSID}}}})
			b.desk = test.desk
			if test.now != "" {
				b.now = parsed(t, test.now)
			}
			if test.applied != "" {
				at := parsed(t, test.applied)
				_, _, err := (roster.Roster{Store: &b.roster}).Change(t.Context(), workerSID, func(r *roster.Record) bool {
					r.Shift = at
					return true
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			report := b.sweep(t)
			if !slices.Equal(b.sent, test.want) || report.Shifts != len(test.want) {
				t.Errorf("sent %q, want %q; report %+v", b.sent, test.want, report)
			}
			wrong := test.desk.Shifts != nil && (test.desk.Zone == "" || strings.Contains(test.desk.Zone, "Newark"))
			if len(report.Failed) > 0 != wrong {
				t.Errorf("failed %+v", report.Failed)
			}
		})
	}
}

func TestShiftMovesFewWorkersTogether(t *testing.T) {
	t.Parallel()
	workers := make([]twilio.Worker, 12)
	for i := range workers {
		workers[i].SID = workerSID
	}
	b := newBroom(t, &account{workers: map[string][]twilio.Worker{"early": workers}})
	b.desk = early("UTC", daily("12:00-12:11"), nil)
	b.sweep(t)
	if got := []string{b.sent[0], b.sent[4], b.sent[5], b.sent[11]}; !slices.Equal(got, []string{
		"01 2026-11-24 12:11:00 false after 11m0s", "01 2026-11-24 12:11:00 false after 11m0s",
		"01 2026-11-24 12:11:00 false after 11m1s", "01 2026-11-24 12:11:00 false after 11m2s",
	}) {
		t.Errorf("sent %q", b.sent)
	}
}

func TestShiftNotListed(t *testing.T) {
	t.Parallel()
	b := newBroom(t, &account{shiftsErr: errors.New("Twilio is down")})
	b.desk = early("UTC", daily("12:05-14:00"), nil)
	if report := b.sweep(t); len(report.Failed) != 1 || len(b.sent) > 0 || report.Stopped != "" {
		t.Errorf("sent %q, report %+v", b.sent, report)
	}
}

// TestThrottledShiftIsListedAgain has workers call the line for staff, which uses up the same
// limit.
func TestThrottledShiftIsListedAgain(t *testing.T) {
	t.Parallel()
	for throttled, want := range []int{2, 2, 2, 0} { // boundaries asked for
		a := &account{throttled: throttled, workers: map[string][]twilio.Worker{"early": {{SID: workerSID}}}}
		b := newBroom(t, a)
		b.desk = early("UTC", daily("12:05-14:00"), nil)
		if report := b.sweep(t); len(b.sent) != want || (report.Stopped != "") != (want == 0) {
			t.Errorf("throttled %d times: sent %q, report %+v", throttled, b.sent, report)
		}
	}
}

func parsed(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
