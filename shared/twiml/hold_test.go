package twiml

import (
	"strings"
	"testing"
	"time"
)

func TestHoldAnnouncement(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		position int
		wait     time.Duration
		want     string
	}{
		{"nothing known", 0, 0, "Thank you for waiting. To leave"},
		{"nonsense", -3, -time.Hour, "Thank you for waiting. To leave"},
		{"first", 1, 0, "waiting. You are next in line. To leave"},
		{"second", 2, 0, "waiting. You are number 2 in line. To leave"},
		{"wait alone", 0, time.Second, "waiting. The expected wait is less than a minute. To leave"},
		{"nearly a minute", 7, 59 * time.Second, "number 7 in line. The expected wait is less than a minute. To leave"},
		{"a minute", 7, time.Minute, "The expected wait is about 1 minute. To leave"},
		{"rounded down", 7, 89 * time.Second, "The expected wait is about 1 minute. To leave"},
		{"rounded up", 7, 90 * time.Second, "The expected wait is about 2 minutes. To leave"},
		{"three minutes", 7, 3 * time.Minute, "The expected wait is about 3 minutes. To leave"},
		{"nearly an hour", 7, 59 * time.Minute, "The expected wait is about 59 minutes. To leave"},
		{"rounded up to an hour", 7, 59*time.Minute + 30*time.Second, "The expected wait is an hour or more. To leave"},
		{"a day", 7, 24 * time.Hour, "The expected wait is an hour or more. To leave"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			document := string(Hold(HoldParams{KeyURL: base, Position: test.position, AverageWait: test.wait}))
			if !strings.Contains(document, test.want) {
				t.Errorf("got %s, want %q in it", document, test.want)
			}
		})
	}
}
