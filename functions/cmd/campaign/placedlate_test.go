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

// TestCallsPlacedLate has many people call together. Twilio places one call a second, so it places
// the last ones when the ring no longer fits into the reservation. Those calls must be stopped, and
// no reservation may time out.
func TestCallsPlacedLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		late := 0
		for seed := range uint64(6) {
			d := draws{rand.New(rand.NewPCG(seed, 2))}
			p := oneLeaves(seed, 0)
			p.ring, p.reservationTimeout, p.readings = 15*time.Second, 25*time.Second, reading.Draw(d.Rand)
			p.callers, p.workers = nil, nil
			for n := range 12 {
				phone := fmt.Sprintf("+1415555%04d", 900+n)
				p.callers = append(p.callers, caller{from: fmt.Sprintf("+1415555%04d", 100+n), steps: []script.Step{script.HangsUpAfter(90 * time.Second)}})
				p.workers = append(p.workers, member{
					name: phone, contact: phone, phones: []script.Phone{script.NeverAnswers()},
					attributes: `{"contact_uri":"` + phone + `","skills":["billing"]}`,
				})
			}
			w := lived(t, p, &rates{}, wiring{})
			for _, text := range rulesOf(w.broken) {
				t.Errorf("seed %d: %s", seed, text)
			}
			late += w.placedLate(t)
		}
		if late == 0 {
			t.Error("no call was placed too late")
		}
	})
}

// placedLate counts the calls that Twilio placed too late, and checks that each rang only for a
// moment. A phone may ring for 5 s longer than its Timeout.
func (w *world) placedLate(t *testing.T) (late int) {
	t.Helper()
	reservations := map[string]simulator.ReservationRecord{}
	for _, r := range w.twilio.Reservations() {
		reservations[r.SID] = r
	}
	for _, workerCall := range w.twilio.Calls() {
		r, found := reservations[rules.ReservationSID(workerCall)]
		if found && workerCall.Dialed.IsZero() && workerCall.HungUpBy == "rest" {
			late++ // taken back from Twilio's queue
		}
		if !found || workerCall.Dialed.IsZero() || !workerCall.Dialed.Add(workerCall.Timeout+5*time.Second).After(r.Deadline) {
			continue
		}
		late++
		if rang := workerCall.Ended.Sub(workerCall.Dialed); rang > 2*time.Second {
			t.Errorf("seed %d: a call placed %s before the deadline rang for %s", w.seed, r.Deadline.Sub(workerCall.Dialed), rang)
		}
		if r.Status == "timeout" {
			t.Errorf("seed %d: its reservation timed out", w.seed)
		}
	}
	return late
}
