package main

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/roster"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
)

// shifts are those of a world's workers: early ends, and late begins, while callers call.
type shifts struct {
	written map[string]settings.Shift
	zone    string
	change  time.Duration // from early to late, since account.Morning
	ends    time.Duration // of late, the same
	of      []string      // the shift of each worker; "" = none
	swept   time.Duration // when the sweeper runs first
}

// The names of the shifts.
const (
	early = "early"
	late  = "late"
)

// drawShifts gives the workers of some worlds shifts. It has its own random sequence, so that the
// other worlds stay the same. It comes after drawOwnDesk, whose zone it uses.
func (p *plan) drawShifts() {
	d := draws{rand.New(rand.NewPCG(p.seed, 70))}
	if !d.chance(0.15) || p.own != nil && p.own.read.Zone == "" {
		return
	}
	s := &shifts{zone: "UTC", swept: d.span(0, 20*time.Second)}
	s.change = time.Duration(1+d.IntN(4)) * time.Minute
	s.ends = s.change + pick(d, time.Minute, 3*time.Minute, 10*time.Hour)
	for n := range p.workers {
		shift := pick(d, early, early, late, late, "")
		if s.of = append(s.of, shift); shift != "" {
			m := &p.workers[n]
			m.attributes = strings.TrimSuffix(m.attributes, "}") + `,"shift":"` + shift + `"}`
		}
	}
	if p.own != nil {
		s.zone = p.own.written.Zone
	}
	zone, err := time.LoadLocation(s.zone)
	if err != nil {
		panic(err) // the machine that runs the campaign has the time zones
	}
	clock := func(d time.Duration) string { return account.Morning.Add(d).In(zone).Format("15:04") }
	s.written = map[string]settings.Shift{
		early: {Week: map[string]string{"mon-sun": clock(-3*time.Hour) + "-" + clock(s.change)}},
		late:  {Week: map[string]string{"mon-sun": clock(s.change) + "-" + clock(s.ends)}},
	}
	if p.own != nil {
		p.own.written.Shifts = s.written
	}
	p.shifts = s
}

// aDay is the time between two ends of a shift.
const aDay = 24 * time.Hour

// end is when a shift of a worker ended, and when the next one began.
type end struct{ at, next time.Time }

// endsOf returns when the shifts of a worker ended, of which the functions know during the world.
func (s *shifts) endsOf(worker int) []end {
	change, ends := account.Morning.Add(s.change), account.Morning.Add(s.ends)
	switch s.of[worker] {
	case early:
		return []end{{change, account.Morning.Add(-3 * time.Hour).Add(aDay)}}
	case late:
		return []end{{ends.Add(-aDay), change}, {ends, change.Add(aDay)}}
	}
	return nil
}

// judgeShifts checks that the end of a shift signs its workers off, and that no boundary cuts a
// call.
func (day staffed) judgeShifts(requests []simulator.Request) {
	if day.shifts == nil {
		return
	}
	for n, r := range requests {
		worker, i := lastOf(r.Path), day.askers[n]
		stops := r.Method == http.MethodPost && i != nil && r.Params.Get("RejectPendingReservations") == "true"
		if stops && day.byShift(worker, i.began) && day.byShift(worker, r.At) {
			day.breaks(cutsNoCall, "the phone of worker %s was stopped at %s because their shift had ended", worker, timeOfDay(r.At))
		}
	}
	for n, worker := range day.staff {
		for _, e := range day.shifts.endsOf(n) {
			day.judgeEnd(worker, e)
		}
	}
}

// byShift reports whether the end of a shift is the worker's last wish before a time.
func (w *world) byShift(worker string, at time.Time) bool {
	last := wished{}
	for _, known := range w.wishes[worker] {
		if !known.at.After(at) {
			last = known
		}
	}
	return last.by == roster.ByShift && last.wish == roster.Off
}

// movedByShift reports whether a boundary between two times moves the worker out of the activity
// that a person chose: the end of a shift does, and its beginning does if they are signed off.
func (w *world) movedByShift(worker, chosen string, from, until time.Time) bool {
	return slices.ContainsFunc(w.wishes[worker], func(known wished) bool {
		moves := known.wish == roster.Off || chosen == cmp.Or(w.desk.offline, account.UnavailableSID)
		return known.by == roster.ByShift && moves && !known.at.Before(from) && !known.at.After(until)
	})
}

// judgeEnd checks that a worker is not available after the end of a shift, unless they or a person
// have said so since.
func (day staffed) judgeEnd(worker string, e end) {
	limit := day.signedOffBy(e.at)
	if limit.IsZero() {
		return
	}
	for n, s := range day.spells[worker] {
		until := s.until
		if until.IsZero() || until.After(e.next) {
			until = e.next
		}
		from := latest(s.from.Add(prompt), limit) // TaskRouter makes workers available after a call
		switch {
		case s.activity != account.AvailableSID || !until.After(from):
		case day.saidOn(worker, e.at.Add(-sameMoment), until), day.madeAvailable(worker, n, e.at.Add(-sameMoment)):
		default:
			day.breaks(endsShift, "worker %s, whose shift ended at %s, was available at %s", worker, timeOfDay(e.at), timeOfDay(from))
		}
	}
}

// saidOn reports whether the worker wanted calls between two times for another reason than a shift.
func (w *world) saidOn(worker string, from, until time.Time) bool {
	return slices.ContainsFunc(w.wishes[worker], func(known wished) bool {
		return known.by != roster.ByShift && known.wish != roster.Off && !known.at.Before(from) && !known.at.After(until)
	})
}

// madeAvailable reports whether a person made the worker available after a time, and no later than
// with a spell.
func (day staffed) madeAvailable(worker string, spell int, after time.Time) bool {
	for _, s := range day.spells[worker][:spell+1] {
		if s.by == aPerson && s.activity == account.AvailableSID && !s.from.Before(after) {
			return true
		}
	}
	return false
}

// signedOffBy returns when a worker must have been signed off whose shift ended at a time. Zero =
// no sweep could see that.
func (day staffed) signedOffBy(at time.Time) time.Time {
	asked := slices.ContainsFunc(day.sweeps, func(sweep *invocation) bool {
		return sweep.clean() && sweep.ended.Before(at) && at.Sub(sweep.came) < 10*time.Minute
	})
	if asked && len(day.faults.struck) == 0 {
		return at.Add(prompt)
	}
	for _, sweep := range day.sweeps {
		calm := len(day.faults.struck) == 0 || sweep.came.Sub(account.Morning) >= calmAfter
		if sweep.clean() && calm && sweep.came.After(at.Add(returnGrace)) {
			return sweep.ended.Add(prompt)
		}
	}
	return time.Time{}
}
