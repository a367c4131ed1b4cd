package main

import (
	"testing"
	"time"

	"switchboard/shared/simulator"
)

func TestHungUpEarly(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		call simulator.CallRecord
		want bool
	}{
		{"before the answer", simulator.CallRecord{Created: began, Ended: began.Add(20 * time.Millisecond), HungUpBy: "caller"}, true},
		{"before the wait document", simulator.CallRecord{Answered: began, Ended: began.Add(20 * time.Millisecond), HungUpBy: "caller"}, true},
		{"after a silence", simulator.CallRecord{Answered: began, Ended: began.Add(5 * time.Second), HungUpBy: "caller"}, false},
		{"hung up by Twilio", simulator.CallRecord{Created: began, Ended: began.Add(20 * time.Millisecond), HungUpBy: "twilio"}, false},
		{"hung up by us", simulator.CallRecord{Answered: began, Ended: began.Add(20 * time.Millisecond), HungUpBy: "rest"}, false},
	}
	for _, test := range tests {
		if got := hungUpEarly(test.call); got != test.want {
			t.Errorf("%s: %t, want %t", test.name, got, test.want)
		}
	}
}
