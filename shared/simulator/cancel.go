package simulator

import (
	"slices"

	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

const (
	reasonTTL         = "Task TTL Exceeded"
	reasonAssignments = "Task TTL Exceeded or Max assignment count exceeded"
)

// cancelTask cancels a pending or reserved task with its reservations: its time is over or its
// caller left. A caller who still waits stays in the voice queue.
func (t *Twilio) cancelTask(k *task, reason string) {
	if t.cfg.Readings.ReasonsEmpty {
		switch reason {
		case reasonTTL, reasonAssignments:
			reason = reasonAssignments
		default:
			reason = ""
		}
	}
	t.cancel(k, reason)
}

// endOfWorkflow cancels a task that has no further step.
func (t *Twilio) endOfWorkflow(k *task, kind, what, reason string) {
	t.taskEvent(k, kind, what)
	t.cancelTask(k, reason)
	t.letCallerGo(k)
}

func (t *Twilio) cancel(k *task, reason string) {
	if k.status != taskPending && k.status != taskReserved {
		return
	}
	k.reason = reason
	t.setTaskStatus(k, taskCanceled)
	offers := k.offers
	var events []func()
	for _, r := range slices.Clone(offers) {
		events = append(events, t.closeReservation(r, reservationCanceled, nil)...)
	}
	t.announce(append(events, func() { t.taskEvent(k, "task.canceled", "canceled: "+reason) }))
	for _, r := range offers {
		t.dropLeg(r)
	}
	if c := t.callBySID[k.callSID]; c != nil && !c.over() {
		c.notice(script.TaskCanceled)
	}
}

// letCallerGo takes a caller without a task out of the queue, under the reading CallerLeaves.
func (t *Twilio) letCallerGo(k *task) {
	if !t.cfg.Readings.CallerLeaves {
		return
	}
	t.after(0, func() {
		if c := t.callBySID[k.callSID]; c != nil && c.member != nil && c.member.task == k {
			t.leaveQueue(c, "error")
		}
	})
}

// announce sends the events of one change in the order of Readings.EventOrder.
func (t *Twilio) announce(events []func()) {
	switch t.cfg.Readings.EventOrder {
	case reading.TaskFirst:
		slices.Reverse(events)
	case reading.EventsShuffled:
		t.random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	}
	for _, send := range events {
		send()
	}
}
