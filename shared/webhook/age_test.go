package webhook

import (
	"net/url"
	"testing"
	"time"
)

func TestOlder(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		stamp string
		want  bool
	}{
		{
			name:  "event, an hour and a second",
			stamp: "1795517999",
			want:  true,
		},
		{
			name:  "event, an hour",
			stamp: "1795518000",
			want:  false,
		},
		{
			name:  "event, from the future",
			stamp: "1795600000",
			want:  false,
		},
		{
			name:  "status, two hours",
			stamp: "Tue, 24 Nov 2026 10:00:00 +0000",
			want:  true,
		},
		{
			name:  "status, a minute",
			stamp: "Tue, 24 Nov 2026 11:59:00 +0000",
			want:  false,
		},
		{
			name:  "status, two hours in another zone",
			stamp: "Tue, 24 Nov 2026 05:00:00 -0500",
			want:  true,
		},
		{
			name:  "status, day of one digit",
			stamp: "Mon, 2 Nov 2026 10:00:00 +0000",
			want:  true,
		},
		{
			name:  "absent",
			stamp: "",
			want:  false,
		},
		{
			name:  "zero",
			stamp: "0",
			want:  false,
		},
		{
			name:  "negative",
			stamp: "-9223372036854775808",
			want:  false,
		},
		{
			name:  "beyond every calendar",
			stamp: "9223372036854775807",
			want:  false,
		},
		{
			name:  "words",
			stamp: "yesterday",
			want:  false,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request := Request{Form: url.Values{"Timestamp": {test.stamp}}}
			if got := request.Older(time.Hour, now); got != test.want {
				t.Errorf("Older = %t, want %t (sent %s)", got, test.want, request.Sent())
			}
		})
	}
	if (Request{}).Older(time.Hour, now) {
		t.Error("a request without a form is older")
	}
}

func FuzzSent(f *testing.F) {
	for _, stamp := range []string{"1795518000", "Tue, 24 Nov 2026 10:00:00 +0000", "", "-1", "9223372036854775807", "Sat, 1 Jan 0000 00:00:00 +2359"} {
		f.Add(stamp)
	}
	f.Fuzz(func(t *testing.T, stamp string) {
		sent := Request{Form: url.Values{"Timestamp": {stamp}}}.Sent()
		if year := sent.Year(); !sent.IsZero() && (year < 1970 || year > 9999) {
			t.Errorf("%q is in the year %d", stamp, year)
		}
	})
}
