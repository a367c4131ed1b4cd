package main

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
)

// spell is one stay of a worker in an activity.
type spell struct {
	worker, activity string
	from, until      time.Time // until zero = to the end of the world
	by               mover
	i                *invocation // invocation that caused it; nil = none, or the answer to an assignment callback
	reservation      string      // whose end began the spell; "" = none
	chosen           bool        // by a person, or we moved the worker back to a person's choice
}

// mover says who moved a worker into an activity.
type mover int

const (
	theStart mover = iota // the worker began there
	aPerson
	us          // we updated the worker
	aRejection  // we rejected a reservation with the activity
	aTimeout    // TaskRouter, after a reservation's timeout
	aCallsEnd   // Twilio, with the post-work activity
	taskRouting // TaskRouter, with the task queue's activity or the one before
)

// staffed has the workers' days, from which their rules are judged.
type staffed struct {
	verdict
	spells map[string][]spell // by worker SID, in order
	held   map[string][]hold  // by worker SID, in order
}

// hold is an accepted reservation of a worker.
type hold struct {
	reservation string
	from, until time.Time // until the talk ends; zero = it has not ended
	completed   time.Time // when it stopped counting against the worker's capacity; zero = never
}

// moveAt identifies a move of a worker.
type moveAt struct {
	at     int64
	worker string
}

// workersDay reconstructs the workers' days from what Twilio recorded and from who sent which
// request.
func (v verdict) workersDay(requests []simulator.Request) staffed {
	day := staffed{verdict: v, spells: map[string][]spell{}, held: map[string][]hold{}}
	for n, sid := range v.staff {
		day.spells[sid] = []spell{{worker: sid, activity: v.workers[n].first(), from: account.Morning}}
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

// spellOf returns the spell that an event began, with who moved the worker.
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

// wish returns what a worker wants by the roster, and since when.
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

// asked reports whether the worker or the team lead expressed a wish between two times.
func (w *world) asked(worker string, from, until time.Time) bool {
	return slices.ContainsFunc(w.wishes[worker], func(known wished) bool {
		own := known.by == roster.ByPhone || known.by == roster.ByText || known.by == roster.ByLead || known.by == roster.ByGate
		return own && !known.at.Before(from) && !known.at.After(until)
	})
}

// onCall reports whether the worker had one accepted reservation or talk from a moment to a later
// one.
func (day staffed) onCall(worker string, from, until time.Time) bool {
	return slices.ContainsFunc(day.held[worker], func(h hold) bool {
		return !h.from.After(from) && (h.until.IsZero() || h.until.After(until))
	})
}

// pressedNine reports whether the worker pressed 9 at the gate, to be signed off.
func (v verdict) pressedNine(reservation string) bool {
	return reservation != "" && slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		return i.function == "/worker/" && strings.Contains(i.path, reservation+"/key") && i.field("Digits") == "9"
	})
}
