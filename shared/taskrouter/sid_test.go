package taskrouter

import (
	"regexp"
	"strings"
	"testing"
)

const (
	accountSID     = "AC00000000000000000000000000000001"
	workspaceSID   = "WS00000000000000000000000000000001"
	workflowSID    = "WW00000000000000000000000000000001"
	taskQueueSID   = "WQ00000000000000000000000000000001"
	taskSID        = "WT00000000000000000000000000000001"
	reservationSID = "WR00000000000000000000000000000001"
	workerSID      = "WK00000000000000000000000000000001"
	activitySID    = "WA00000000000000000000000000000001"
	callSID        = "CA00000000000000000000000000000001"
	workerCallSID  = "CA00000000000000000000000000000002"
)

func TestValidSID(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, prefix, sid string
		want              bool
	}{
		{"reservation", "WR", "WR0123456789abcdef0123456789abcdef", true},
		{"call", "CA", callSID, true},
		{"another kind", "WR", taskSID, false},
		{"prefix in lower case", "WR", "wr0123456789abcdef0123456789abcdef", false},
		{"digits in upper case", "WR", "WR0123456789ABCDEF0123456789abcdef", false},
		{"one digit short", "WR", "WR0123456789abcdef0123456789abcde", false},
		{"one digit long", "WR", "WR0123456789abcdef0123456789abcdef0", false},
		{"no prefix", "WR", "0123456789abcdef0123456789abcdef", false},
		{"prefix alone", "WR", "WR", false},
		{"empty", "WR", "", false},
		{"not hexadecimal", "WR", "WR0123456789abcdef0123456789abcdeg", false},
		{"not hexadecimal in the middle", "WR", "WR0123456789abcdefg123456789abcdef", false},
		{"slashes", "WR", "WR1/../../../Tasks/WT0000000000001", false},
		{"query", "WR", "WR0123456789abcdef0123456789abc?x=", false},
		{"newline after", "WR", reservationSID + "\n", false},
		{"newline for a digit", "WR", "WR0123456789abcdef0123456789abcde\n", false},
		{"space before", "WR", " " + reservationSID, false},
		{"NUL", "WR", "WR0123456789abcdef0123456789abcde\x00", false},
		{"two bytes that are one character", "WR", "WR0123456789abcdef0123456789abcdé", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := ValidSID(test.prefix, test.sid); got != test.want {
				t.Errorf("ValidSID(%q, %q) = %t, want %t", test.prefix, test.sid, got, test.want)
			}
		})
	}
}

func FuzzValidSID(f *testing.F) {
	f.Add("WR", reservationSID)
	f.Add("", "0123456789abcdef0123456789abcdef")
	f.Add("WR", reservationSID+"\n")
	f.Fuzz(func(t *testing.T, prefix, sid string) {
		want := strings.HasPrefix(sid, prefix) && regexp.MustCompile(`\A[0-9a-f]{32}\z`).MatchString(sid[len(prefix):])
		if got := ValidSID(prefix, sid); got != want {
			t.Errorf("ValidSID(%q, %q) = %t, want %t", prefix, sid, got, want)
		}
	})
}
