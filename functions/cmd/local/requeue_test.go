package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// putBack is an operator who redirects a caller to the number's VoiceUrl.
func (o oneCaller) putBack(t *testing.T) {
	path := "https://api.twilio.com/2010-04-01/Accounts/" + accountSID + "/Calls/" + o.line.CallSID() + ".json"
	o.posts(t, path, url.Values{"Url": {"https://switchboard.example/enqueue"}})
}

// posts is a REST request of an operator or a script, which Twilio takes.
func (o oneCaller) posts(t *testing.T, address string, form url.Values) {
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(accountSID, o.AuthToken())
	if answer, err := wire.InProcess(o.Twilio).RoundTrip(r); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("POST %s was answered %+v, %v", address, answer, err)
	}
}

// TestCallerPutBack is served: an operator puts a caller back into the queue who waits there, who
// left it by star, or who has talked with a worker.
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
			o := newOneCaller(t, 4, "+14155550102", ourNumber, nil)
			o.line = o.CallAfter(0, "+14155550101", ourNumber, test.steps...)
			for _, w := range o.Workers() {
				if test.available > 0 {
					if err := o.SetWorkerActivity(w.SID, offlineSID); err != nil {
						t.Fatal(err)
					}
					o.loop.After(test.available, func() { _ = o.SetWorkerActivity(w.SID, availableSID) })
				}
			}
			o.loop.After(test.back, func() { o.putBack(t) })
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
