package simulator

import (
	"slices"

	"switchboard/shared/expression"
)

// enterStep moves a task into a step of its workflow and starts the step's timer.
func (t *Twilio) enterStep(k *task, s step) {
	to := k.workflow.target(s)
	k.step, k.fresh = s, true
	if k.queue != to.queue {
		k.queue, k.entered = to.queue, t.loop.Now()
	}
	if to.priority != nil {
		k.priority = *to.priority
	}
	k.stepTimer.Stop()
	if s.deadline > 0 {
		k.stepTimer = t.after(s.deadline-k.age(t.loop.Now()), func() { t.deadlinePasses(k) })
	}
	t.checkKnown(k, to)
	t.matchSoon()
}

// deadlinePasses moves a pending task to its next step. While a reservation is pending, the task
// moves when the reservation ends. A step that begins after its deadline gets one try: place ends
// it.
func (t *Twilio) deadlinePasses(k *task) {
	switch {
	case k.status == taskPending && !k.fresh:
		t.stepOver(k)
	case k.status == taskReserved && t.cfg.Readings.DeadlineCancels:
		for len(k.offers) > 0 {
			t.endReservation(k.offers[0], reservationCanceled, nil)
		}
	}
}

// stepOver moves a task to its next step after its step has timed out.
func (t *Twilio) stepOver(k *task) {
	next, ok := k.workflow.after(k.step, k.attributes, t.cfg.Readings.FirstFilterOnly)
	t.taskEvent(k, "task-queue.timeout", "timed out of TaskQueue "+k.queue.name)
	if !ok {
		t.endOfWorkflow(k, "workflow.timeout", "reached the end of Workflow "+k.workflow.Name, "Workflow timeout")
		return
	}
	t.changeStep(k, next)
}

// skipStep moves a task to its next step because no worker can take it when the step begins.
func (t *Twilio) skipStep(k *task) {
	from := k.step
	if t.cfg.Readings.SkippedTimeoutLapses {
		from.spent -= k.workflow.target(from).timeout
	}
	next, ok := k.workflow.skipped(from, k.attributes)
	if !ok {
		t.endOfWorkflow(k, "workflow.skipped", "was skipped out of Workflow "+k.workflow.Name, "Workflow skipped")
		return
	}
	t.changeStep(k, next)
}

func (t *Twilio) changeStep(k *task, next step) {
	from := k.queue
	moved := k.workflow.target(next).queue != from
	if moved {
		t.taskEvent(k, "task-queue.moved", "moved out of TaskQueue "+from.name)
	}
	t.enterStep(k, next)
	if moved || t.cfg.Readings.EventsEachTime {
		t.taskEvent(k, "task-queue.entered", "entered TaskQueue "+k.queue.name)
	}
	t.taskEvent(k, "workflow.target-matched", "matched a workflow target")
}

// reevaluate starts a pending task again at the first filter that matches. If none matches, the
// task keeps its step.
func (t *Twilio) reevaluate(k *task) {
	next, ok := k.workflow.first(k.attributes)
	if !ok {
		return
	}
	if next.filter != k.step.filter || next.target != k.step.target || k.workflow.target(next).queue != k.queue {
		t.changeStep(k, next)
		return
	}
	t.enterStep(k, next)
	t.repeatEvents(k)
}

// reevaluateAll starts a workflow's pending tasks again under its new configuration.
func (t *Twilio) reevaluateAll(updated *workflow) {
	for _, k := range slices.Clone(t.routable) {
		if k.workflow.SID == updated.SID && k.status == taskPending {
			k.workflow = updated
			t.reevaluate(k)
		}
	}
}

func (t *Twilio) repeatEvents(k *task) {
	if t.cfg.Readings.EventsEachTime {
		t.taskEvent(k, "task-queue.entered", "entered TaskQueue "+k.queue.name)
		t.taskEvent(k, "workflow.target-matched", "matched a workflow target")
	}
}

// reroute makes a task pending again after its last reservation ended unaccepted, with the given
// status.
func (t *Twilio) reroute(k *task, ended string) {
	if k.status != taskReserved || len(k.offers) > 0 {
		return
	}
	t.setTaskStatus(k, taskPending)
	switch {
	case k.assignments >= assignmentLimitCount:
		t.cancelTask(k, reasonAssignments)
	case k.late(t.loop.Now()), ended == reservationTimeout && t.leavesEarly(k):
		t.stepOver(k)
	default:
		t.repeatEvents(k)
		t.matchSoon()
	}
}

// leavesEarly reports whether a reservation's timeout ends the step before its deadline. The last
// step never ends early.
func (t *Twilio) leavesEarly(k *task) bool {
	if !t.cfg.Readings.TimeoutEndsStep || k.step.deadline == 0 {
		return false
	}
	_, more := k.workflow.after(k.step, k.attributes, t.cfg.Readings.FirstFilterOnly)
	return more
}

// place offers a pending task to workers, or moves it through the steps that are skipped or have
// timed out. A queue that is blocked offers no worker.
func (t *Twilio) place(k *task, blocked map[*taskQueue]bool) {
	for k.status == taskPending {
		fit, to := t.fitting(k), k.workflow.target(k.step)
		if len(fit) > 0 && !blocked[k.queue] {
			k.fresh = false
			k.assignments++
			t.setTaskStatus(k, taskReserved)
			t.offer(k, fit[:min(len(fit), to.queue.workersAtOnce)])
			return
		}
		if !k.fresh {
			return
		}
		k.fresh = false
		switch {
		case to.skipIf != nil && to.skipIf.Match(nil, t.countWorkers(to.queue)):
			t.skipStep(k)
		case k.late(t.loop.Now()):
			t.stepOver(k)
		default:
			return
		}
	}
}

// countWorkers counts a task queue's workers for skip_if. It counts by activity and ignores
// capacity (https://www.twilio.com/docs/taskrouter/worker-presence).
func (t *Twilio) countWorkers(q *taskQueue) expression.Attributes {
	var available, unavailable float64
	byActivity := map[string]float64{}
	for _, w := range t.workers {
		if !q.has(w) {
			continue
		}
		byActivity[w.activity.SID]++
		if w.activity.Available {
			available++
		} else {
			unavailable++
		}
	}
	counts := expression.Attributes{"available": available, "unavailable": unavailable}
	for _, activity := range t.activities {
		counts[activity.SID] = byActivity[activity.SID]
	}
	return counts
}
