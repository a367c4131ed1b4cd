package main

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/shared/roster"
	"switchboard/shared/simulator"
)

// spell is one time that a worker spent in an activity.
type spell struct {
	worker, activity string
	from, until      time.Time // until zero = to the end of the world
	by               mover
	i                *invocation // that asked for it; nil = none of ours, or the assignment callback's answer
	reservation      string      // with whose end it began; "" = none
	chosen           bool        // by a person; or we put the worker back there
}

// mover is who moved a worker into an activity.
type mover int

const (
	theStart mover = iota // nothing: the worker began there
	aPerson
	us          // an update of the worker
	aRejection  // by us, with the activity
	aTimeout    // TaskRouter, of a reservation
	aCallsEnd   // Twilio: the post-work activity
	taskRouting // TaskRouter: an activity of the task queue, or the one before
)

// staffed is what the workers' rules are judged by.
type staffed struct {
	verdict
	spells map[string][]spell // by worker SID, in order
	held   map[string][]hold  // by worker SID, in order
}

// hold is an accepted reservation of a worker.
type hold struct {
	reservation string
	from, until time.Time // until the talk is over; zero = it goes on
	completed   time.Time // when its place became free; zero = never
}

// moveAt is a move of a worker at an instant.
type moveAt struct {
	at     int64
	worker string
}

// workersDay reconstructs it from what Twilio recorded and from who asked for what.
func (v verdict) workersDay(requests []simulator.Request) staffed {
	day := staffed{verdict: v, spells: map[string][]spell{}, held: map[string][]hold{}}
	for n, sid := range v.staff {
		day.spells[sid] = []spell{{worker: sid, activity: v.workers[n].first(), from: start()}}
	}
	ours, rejected := map[moveAt]int{}, map[string]int{}
	for n, r := range requests {
		if r.Method != http.MethodPost || r.Status != http.StatusOK || v.askers[n] == nil {
			continue
		}
		switch sid := lastOf(r.Path); {
		case strings.HasPrefix(sid, "WK") && r.Params.Get("ActivitySid") != "":
			ours[moveAt{r.At.UnixNano(), sid}] = n
		case strings.HasPrefix(sid, "WR") && r.Params.Get("ReservationStatus") == "rejected":
			rejected[sid] = n
		}
	}
	for _, e := range v.events {
		switch e.Type {
		case "worker.activity.update":
			if list := day.spells[e.WorkerSID]; len(list) > 0 {
				s := v.spellOf(e, ours, rejected)
				list[len(list)-1].until = s.from
				day.spells[e.WorkerSID] = append(list, s)
			}
		case "reservation.accepted":
			day.held[e.WorkerSID] = append(day.held[e.WorkerSID], hold{reservation: e.ReservationSID, from: e.At})
		case "reservation.wrapup", "reservation.completed", "reservation.canceled":
			day.release(e)
		}
	}
	return day
}

func (day staffed) release(e simulator.EventRecord) {
	for n := range day.held[e.WorkerSID] {
		h := &day.held[e.WorkerSID][n]
		if h.reservation != e.ReservationSID {
			continue
		}
		if h.until.IsZero() {
			h.until = e.At
		}
		if e.Type != "reservation.wrapup" {
			h.completed = e.At
		}
	}
}

// spellOf finds out who moved a worker.
func (v verdict) spellOf(e simulator.EventRecord, ours map[moveAt]int, rejected map[string]int) spell {
	s := spell{worker: e.WorkerSID, activity: e.Params.Get("WorkerActivitySid"), from: e.At, by: taskRouting}
	if slices.Contains(v.choices, choice{e.At, e.WorkerSID, s.activity}) {
		s.by = aPerson
		return s
	}
	if n, found := ours[moveAt{e.At.UnixNano(), e.WorkerSID}]; found {
		s.by, s.i = us, v.askers[n]
		return s
	}
	for _, r := range v.reservations {
		if r.WorkerSID != e.WorkerSID || !r.Settled.Equal(e.At) {
			continue
		}
		switch r.Status {
		case "rejected":
			s.by, s.reservation = aRejection, r.SID
			if n, found := rejected[r.SID]; found {
				s.i = v.askers[n]
			}
			return s
		case "timeout":
			s.by, s.reservation = aTimeout, r.SID
			return s
		}
	}
	if s.activity == v.desk.postWork {
		s.by = aCallsEnd
	}
	return s
}

// wish is what the roster says that a worker wants, and since when.
func (w *world) wish(worker string, at time.Time) (wish roster.Wish, since time.Time) {
	wish = roster.On
	for _, known := range w.wishes[worker] {
		if known.at.After(at) {
			break
		}
		if wants := known.wish != roster.Off; wants != (wish != roster.Off) || since.IsZero() {
			since = known.at
		}
		if wish = roster.On; known.wish == roster.Off {
			wish = roster.Off
		}
	}
	return wish, since
}

// asked reports whether a worker or the team lead expressed a wish between two times.
func (w *world) asked(worker string, from, until time.Time) bool {
	return slices.ContainsFunc(w.wishes[worker], func(known wished) bool {
		own := known.by == roster.ByPhone || known.by == roster.ByText || known.by == roster.ByLead || known.by == roster.ByGate
		return own && !known.at.Before(from) && !known.at.After(until)
	})
}

// onCall reports whether a worker has an accepted reservation, or talks, all the time from a moment
// to a later one.
func (day staffed) onCall(worker string, from, until time.Time) bool {
	return slices.ContainsFunc(day.held[worker], func(h hold) bool {
		return !h.from.After(from) && (h.until.IsZero() || h.until.After(until))
	})
}

// pressedNine reports whether a worker asked at the gate to be signed off.
func (v verdict) pressedNine(reservation string) bool {
	return reservation != "" && slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		return i.function == "/worker/" && strings.Contains(i.path, reservation+"/key") && i.field("Digits") == "9"
	})
}
