package simulator

import (
	"time"
)

// Reservation statuses (docs/taskrouter/api/reservations).
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
	timer                               *Timer
	leg                                 *call // placed by a dequeue instruction
	version                             int
}

func (r *reservation) setStatus(status string, now time.Time) {
	if r.status == reservationPending {
		r.settled = now
	}
	r.status, r.updated = status, now
	r.version++
}

// reserve offers a task to a worker.
func (t *Twilio) reserve(k *task, w *worker) {
	now := t.loop.Now()
	timeout := k.workflow.ReservationTimeout
	r := &reservation{
		sid: t.sids.next("WR"), task: k, worker: w, status: reservationPending, created: now, updated: now, deadline: now.Add(timeout),
	}
	t.reservations = append(t.reservations, r)
	t.reservedBySID[r.sid] = r
	k.open = r
	k.assignments++
	w.occupied++
	t.setTaskStatus(k, taskReserved)
	r.timer = t.after(timeout, func() { t.expire(r) })
	t.reservationEvent(r, "reservation.created", "created")
	t.assign(r)
	if c := t.callBySID[k.callSID]; c != nil && !c.over() {
		c.notice(WorkerReserved)
	}
}

// expire ends a pending reservation that nobody answered; its worker goes to the workspace's timeout activity.
func (t *Twilio) expire(r *reservation) {
	if r.status == reservationPending {
		t.endReservation(r, reservationTimeout, t.activity(t.workspace.TimeoutActivity))
	}
}

// endReservation ends a pending reservation unaccepted. activity, if not nil, is where its worker goes.
func (t *Twilio) endReservation(r *reservation, status string, activity *Activity) {
	r.setStatus(status, t.loop.Now())
	r.timer.Stop()
	r.worker.occupied--
	r.task.open = nil
	t.reservationEvent(r, "reservation."+status, status)
	if activity != nil {
		t.moveWorker(r.worker, activity)
	}
	if leg := r.leg; leg != nil {
		r.leg = nil
		t.endCall(leg, callCanceled, "twilio")
	}
	t.reroute(r.task)
	t.matchSoon()
}

// acceptReservation assigns the task to the worker.
func (t *Twilio) acceptReservation(r *reservation) {
	r.setStatus(reservationAccepted, t.loop.Now())
	r.timer.Stop()
	r.worker.idleSince = t.loop.Now()
	t.setTaskStatus(r.task, taskAssigned)
	t.reservationEvent(r, "reservation.accepted", "accepted")
}
