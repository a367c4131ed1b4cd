package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/functions/internal/rules"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// TestCallsThatTwilioKeepsBack has so many people call at once that Twilio, which places one call a
// second, comes to the last workers when their reservations can no longer outlast the ring. Those
// phones are stopped, and no reservation is left to time out.
func TestCallsThatTwilioKeepsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		late := 0
		for seed := range uint64(20) {
			d := draws{rand.New(rand.NewPCG(seed, 2))}
			p := oneLeaves(seed, 0)
			p.ring, p.reservationTimeout, p.readings = 15*time.Second, 25*time.Second, reading.Draw(d.Rand)
			p.callers, p.workers = nil, nil
			for n := range 12 {
				phone := fmt.Sprintf("+1415555%04d", 900+n)
				p.callers = append(p.callers, caller{from: fmt.Sprintf("+1415555%04d", 100+n), steps: []script.Step{script.StaysOn()}})
				p.workers = append(p.workers, member{name: phone, contact: phone, attributes: `{"contact_uri":"` + phone + `","skills":["billing"]}`, phones: []script.Phone{script.NeverAnswers()}})
			}
			none := rates{}
			w, err := newWorld(p, &none, nil, soundWiring(), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, text := range rulesOf(w.broken) {
				t.Errorf("seed %d: %s", seed, text)
			}
			late += w.keptBack(t)
		}
		if late == 0 {
			t.Error("no call was kept back for too long")
		}
	})
}

// keptBack counts the calls that were dialled too late, and holds each to having rung for a moment.
// A phone may ring for 5 s longer than its Timeout.
func (w *world) keptBack(t *testing.T) (late int) {
	t.Helper()
	reservations := map[string]simulator.ReservationRecord{}
	for _, r := range w.twilio.Reservations() {
		reservations[r.SID] = r
	}
	for _, leg := range w.twilio.Calls() {
		r, found := reservations[rules.ReservationSID(leg)]
		if !found || leg.Dialed.IsZero() || !leg.Dialed.Add(leg.Timeout+5*time.Second).After(r.Deadline) {
			continue
		}
		late++
		if rang := leg.Ended.Sub(leg.Dialed); rang > 2*time.Second {
			t.Errorf("seed %d: a call that was dialled %s before the deadline rang for %s", w.seed, r.Deadline.Sub(leg.Dialed), rang)
		}
		if r.Status == "timeout" {
			t.Errorf("seed %d: its reservation timed out", w.seed)
		}
	}
	return late
}
