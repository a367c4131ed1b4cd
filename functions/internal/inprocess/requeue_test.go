package inprocess

import (
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/simulator/script"
)

// TestCallerPutBack: an operator redirects a caller back into the queue, who waits there, left it
// by *, or has talked. The caller is served.
func TestCallerPutBack(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		available time.Duration // when the workers come
		back      time.Duration // when the operator puts the caller back
		steps     []script.Step
		bridges   int
	}{
		{
			name:      "waits",
			available: 30 * time.Second,
			back:      20 * time.Second,
			steps:     []script.Step{script.HangsUpAfter(2 * time.Minute)},
			bridges:   1,
		},
		{
			name:      "left by star",
			available: 30 * time.Second,
			back:      20 * time.Second,
			steps:     []script.Step{script.Hears("in line"), script.Presses("*"), script.HangsUpAfter(2 * time.Minute)},
			bridges:   1,
		},
		{
			name:    "a worker's phone rings",
			back:    3 * time.Second,
			steps:   []script.Step{script.HangsUpAfter(2 * time.Minute)},
			bridges: 1,
		},
		{
			name:    "talks",
			back:    15 * time.Second,
			steps:   []script.Step{script.HangsUpAfter(2 * time.Minute)},
			bridges: 2,
		},
		{
			name:    "has talked",
			back:    40 * time.Second,
			steps:   []script.Step{script.HangsUpAfter(2 * time.Minute)},
			bridges: 2,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := newOneCaller(t, 4, "+14155550102", account.OurNumber, nil)
			o.line = o.CallAfter(0, "+14155550101", account.OurNumber, test.steps...)
			for _, w := range o.Workers() {
				if test.available > 0 {
					if err := o.SetWorkerActivity(w.SID, account.OfflineSID); err != nil {
						t.Fatal(err)
					}
					o.loop.After(test.available, func() { _ = o.SetWorkerActivity(w.SID, account.AvailableSID) })
				}
			}
			o.loop.After(test.back, func() { putBack(t, o.Twilio, o.line.CallSID()) })
			if err := o.loop.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			bridges := 0
			for _, c := range o.Calls() {
				if c.PeerSID == o.line.CallSID() {
					bridges++
				}
			}
			if bridges != test.bridges {
				t.Errorf("the caller was connected %d times, want %d", bridges, test.bridges)
			}
			if n := o.overflows(t, o.line); n > 0 {
				t.Errorf("the caller was sent to overflow %d times, want never", n)
			}
		})
	}
}
