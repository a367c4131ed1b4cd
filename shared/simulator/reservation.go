package simulator

import (
	"slices"
	"time"

	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// Reservation statuses (https://www.twilio.com/docs/taskrouter/api/reservations).
const (
	reservationPending   = "pending"
	reservationAccepted  = "accepted"
	reservationRejected  = "rejected"
	reservationTimeout   = "timeout"
	reservationCanceled  = "canceled"
	reservationRescinded = "rescinded"
	reservationWrapping  = "wrapping"
	reservationCompleted = "completed"
)

// reservation is a TaskRouter Reservation.
type reservation struct {
	sid                                 string
	task                                *task
	worker                              *worker
	status                              string
	created, updated, deadline, settled time.Time
	timer                               *clock.Timer
	leg                                 *call     // placed by a dequeue instruction, until it is bridged
	postWork                            *Activity // the worker's activity after the call
	chosen                              int       // the worker's chosen when the reservation was accepted
	version                             int
	open, occupies, assigned            bool // whether the worker's open, occupied and assigned count it
}

// setReservation changes the status and updates the worker's counts.
func (t *Twilio) setReservation(r *reservation, status string) {
	now := t.loop.Now()
	if r.status == reservationPending && status != reservationPending {
		r.settled = now
	}
	r.status, r.updated = status, now
	r.version++
	if r.task.channel != "" {
		t.countOther(r, status == reservationPending || status == reservationAccepted || status == reservationWrapping)
		return
	}
	switch status {
	case reservationPending:
		t.countReservation(r, true, t.workspace.SingleTasking || !t.cfg.Readings.AcceptedReservationsOccupy, false)
	case reservationWrapping:
		t.countReservation(r, true, true, false)
	case reservationAccepted:
		t.countReservation(r, true, true, true)
	default:
		t.countReservation(r, false, false, false)
	}
}

func (t *Twilio) countReservation(r *reservation, open, occupies, assigned bool) {
	w := r.worker
	w.assigned += difference(r.assigned, assigned)
	w.open += difference(r.open, open)
	w.occupied += difference(r.occupies, occupies)
	if r.occupies && !occupies || t.watchesChannels {
		t.matchSoon()
	}
	r.open, r.occupies, r.assigned = open, occupies, assigned
}

func difference(before, after bool) int {
	switch {
	case before == after:
		return 0
	case after:
		return 1
	}
	return -1
}

// offer offers a task to workers.
func (t *Twilio) offer(k *task, workers []*worker) {
	var offers []*reservation
	for _, w := range workers {
		offers = append(offers, t.newReservation(k, w))
	}
	k.offers = append(slices.Clone(k.offers), offers...)
	k.open = k.offers[0]
	for _, r := range offers {
		t.reservationEvent(r, "reservation.created", "created")
		t.moveForTask(r.worker, k.queue.reserved)
		t.assign(r)
	}
	if c := t.callBySID[k.callSID]; c != nil && !c.over() {
		c.notice(script.WorkerReserved)
	}
}

func (t *Twilio) newReservation(k *task, w *worker) *reservation {
	now := t.loop.Now()
	timeout := k.workflow.ReservationTimeout
	r := &reservation{sid: t.sids.next("WR"), task: k, worker: w, created: now, deadline: now.Add(timeout)}
	t.setReservation(r, reservationPending)
	t.reservations = append(t.reservations, r)
	t.reservedBySID[r.sid] = r
	k.reservations = append(k.reservations, r)
	if t.cfg.Readings.IdleClock == reading.IdleSinceReserved {
		w.idleSince = now
	}
	r.timer = t.after(timeout, func() { t.expire(r) })
	return r
}

// expire times out a pending reservation and moves its worker to the workspace's timeout activity.
func (t *Twilio) expire(r *reservation) {
	if r.status == reservationPending {
		t.endReservation(r, reservationTimeout, t.activity(t.workspace.TimeoutActivity))
	}
}

// endReservation ends a pending reservation unaccepted. It moves the worker to activity, if that is
// not nil.
func (t *Twilio) endReservation(r *reservation, status string, activity *Activity) {
	t.announce(t.closeReservation(r, status, activity))
	t.dropLeg(r)
	t.reroute(r.task, status)
	t.replaceOffer(r.task)
	t.matchSoon()
}

// replaceOffer offers a task that still has pending reservations to one more worker, under the
// reading ReplacesOffers.
func (t *Twilio) replaceOffer(k *task) {
	if !t.cfg.Readings.ReplacesOffers || len(k.offers) == 0 {
		return
	}
	t.after(t.pace.Match, func() {
		if k.status != taskReserved || len(k.offers) >= k.queue.workersAtOnce {
			return
		}
		fit := slices.DeleteFunc(t.fitting(k), func(w *worker) bool {
			return slices.ContainsFunc(k.offers, func(r *reservation) bool { return r.worker == w })
		})
		if len(fit) > 0 {
			t.offer(k, fit[:1])
		}
	})
}

// failReservation ends a reservation that "failed and was not assigned". Unlike endReservation, its
// event names no worker, because the API has no such status.
func (t *Twilio) failReservation(r *reservation) {
	events := t.closeReservation(r, reservationCanceled, nil)
	events[0] = func() {
		t.emit("reservation.failed", "Reservation "+r.sid+" failed", "reservation", r.sid, t.reservationFields(r), r.task, r)
	}
	t.announce(events)
	t.dropLeg(r)
	t.reroute(r.task, reservationCanceled)
}

// closeReservation ends a pending reservation unaccepted and returns functions that send its
// events: the reservation's, then the worker's.
func (t *Twilio) closeReservation(r *reservation, status string, activity *Activity) []func() {
	t.setReservation(r, status)
	r.timer.Stop()
	k := r.task
	k.offers = slices.DeleteFunc(slices.Clone(k.offers), func(other *reservation) bool { return other == r })
	if k.open == r {
		k.open = nil
		if len(k.offers) > 0 {
			k.open = k.offers[0]
		}
	}
	return []func(){
		func() { t.reservationEvent(r, "reservation."+status, status) },
		func() { t.freeWorker(r.worker, activity) },
	}
}

// isOfferedAt reports whether a leg may have been placed for a pending reservation of the task.
func (k *task) isOfferedAt(leg *call) bool {
	return slices.ContainsFunc(k.offers, func(r *reservation) bool {
		contact, _ := r.worker.attributes["contact_uri"].(string)
		return contact == "" || contact == leg.reached()
	})
}

// dropLeg hangs up the unanswered call of a dequeue instruction.
func (t *Twilio) dropLeg(r *reservation) {
	leg := r.leg
	r.leg = nil
	if leg != nil && leg.answered.IsZero() {
		t.endCall(leg, callCanceled, "twilio")
	}
}

// acceptReservation assigns the task to the worker. It leaves an accepted reservation unchanged.
func (t *Twilio) acceptReservation(r *reservation) {
	if r.status != reservationPending {
		return
	}
	t.setReservation(r, reservationAccepted)
	r.timer.Stop()
	r.chosen = r.worker.chosen
	if t.cfg.Readings.IdleClock == reading.IdleSinceAccepted {
		r.worker.idleSince = t.loop.Now()
	}
	k := r.task
	if c := t.callBySID[k.callSID]; c != nil && c.bridge != nil {
		r.postWork = c.bridge.postWork
	}
	others := slices.DeleteFunc(k.offers, func(other *reservation) bool { return other == r })
	k.offers, k.open = nil, r
	t.setTaskStatus(k, taskAssigned)
	k.life = t.after(assignedLife, func() { t.deleteTask(k, "task.system-deleted") })
	t.reservationEvent(r, "reservation.accepted", "accepted")
	t.moveForTask(r.worker, k.queue.assigned)
	for _, other := range others {
		t.announce(t.closeReservation(other, reservationRescinded, nil))
		t.dropLeg(other)
	}
}
