package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/settings"
)

// TestShiftsAreDrawn checks that a seed's shifts do not change, that worlds without shifts stay as
// they were, and that each kind of shift is drawn.
func TestShiftsAreDrawn(t *testing.T) {
	t.Parallel()
	const worlds = 600
	none, seen := 0, map[string]bool{}
	for seed := range uint64(worlds) {
		p, _ := drawsAlike(t, seed, (*plan).drawShifts, func(p plan) bool { return p.shifts != nil }, (*plan).drawOwnDesk)
		s := p.shifts
		if s == nil {
			none++
			continue
		}
		if mistakes := (settings.Settings{Zone: s.zone, Shifts: s.written}).Check(); len(mistakes) > 0 {
			t.Fatalf("seed %d: %+v", seed, mistakes)
		}
		for n, shift := range s.of {
			if has := strings.Contains(p.workers[n].attributes, `"shift":"`+shift+`"`); has != (shift != "") {
				t.Fatalf("seed %d: attributes %s of a worker of shift %q", seed, p.workers[n].attributes, shift)
			}
			seen["shift "+shift] = true
		}
		seen["zone "+s.zone] = true
		seen["a short shift"] = seen["a short shift"] || s.ends-s.change < lastCaller
		seen["an own desk"] = seen["an own desk"] || p.own != nil
	}
	if none < worlds*3/4 || none > worlds*19/20 {
		t.Errorf("%d of %d worlds have no shifts", none, worlds)
	}
	for _, want := range []string{"shift ", "shift early", "shift late", "zone UTC", "zone Asia/Kolkata", "a short shift", "an own desk"} {
		if !seen[want] {
			t.Errorf("no world has %s", want)
		}
	}
}

// TestPlantedShiftDefectsAreFound breaks each rule about shifts on purpose.
func TestPlantedShiftDefectsAreFound(t *testing.T) {
	t.Parallel()
	tests := []planted{
		{
			name: "boundaries are not applied",
			rule: endsShift,
			wiring: atFunction(sweepFunction, func(c *bundle.Clients) {
				c.Queue = sender{c.Queue, func(body string) (string, bool) { return body, !strings.HasPrefix(body, `{"shift"`) }}
			}),
			within: 300,
		},
		{
			name: "the end of a shift stops a phone",
			rule: cutsNoCall,
			wiring: over(func(r *http.Request, _ http.RoundTripper) *http.Response {
				if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/Workers/") {
					if form := posted(r); form.Get("ActivitySid") == account.OfflineSID {
						form.Set("RejectPendingReservations", "true")
						r.Body, r.ContentLength = io.NopCloser(strings.NewReader(form.Encode())), int64(len(form.Encode()))
					}
				}
				return nil
			}),
			within: 600,
		},
	}
	for _, test := range tests {
		test.isFound(t, false)
	}
}
