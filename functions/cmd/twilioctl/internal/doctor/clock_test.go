package doctor

import (
	"net/http"
	"testing"
	"time"
)

func TestClocks(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		date string
		took time.Duration
		want Level
	}{
		{now.Format(http.TimeFormat), 0, OK},
		{now.Add(9 * time.Second).Format(http.TimeFormat), 0, OK},
		{now.Add(-9 * time.Second).Format(http.TimeFormat), 0, OK},
		{now.Add(11 * time.Second).Format(http.TimeFormat), 0, Warning},
		{now.Add(-11 * time.Second).Format(http.TimeFormat), 0, Warning},
		{now.Add(11 * time.Second).Format(http.TimeFormat), 10 * time.Second, OK},
		{"yesterday", 0, Skipped},
		{"", 0, Skipped},
	} {
		c := &clocks{now: func() time.Time { return now.Add(test.took) }}
		c.record("AWS", test.date, now)
		if got := (&evidence{clocks: c}).checkClocks(); got[0].Level != test.want {
			t.Errorf("Date %q after %s: %+v, want %s", test.date, test.took, got, test.want)
		}
	}
}
