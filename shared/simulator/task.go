package simulator

import (
	"slices"
	"strconv"
	"time"

	"switchboard/shared/expression"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/reading"
)

// Task statuses (https://www.twilio.com/docs/taskrouter/lifecycle-task-state), and one for a task
// that Twilio or the REST API has deleted.
const (
	taskPending   = "pending"
	taskReserved  = "reserved"
	taskAssigned  = "assigned"
	taskWrapping  = "wrapping"
	taskCompleted = "completed"
	taskCanceled  = "canceled"
	taskDeleted   = "deleted"
)

// assignmentLimitCount is the maximum number of times that a task may move from pending to reserved
// (https://www.twilio.com/docs/taskrouter/limits).
const assignmentLimitCount = 1000

const (
	readableAfterEnd = 5 * time.Minute // how long a finished task can be read (https://www.twilio.com/docs/taskrouter/lifecycle-task-state)
	assignedLife     = 24 * time.Hour  // how long a task may be assigned (https://www.twilio.com/docs/taskrouter/limits)
)

// task is a TaskRouter Task.
type task struct {
	sid, callSID   string // callSID is "" for a task that the REST API has created
	channel        string // unique name of the task channel; "" = the channel of calls
	status, reason string
	attributes     expression.Attributes
	json           string
	priority       int
	timeout        time.Duration
	workflow       *workflow
	step           step
	fresh          bool       // no worker has been searched for in this step yet
	queue          *taskQueue // nil if no filter matched it
	assignments    int
	offers         []*reservation // pending
	open           *reservation   // the accepted or wrapping reservation, else the first pending one
	reservations   []*reservation
	version        int

	created, start, updated, entered, ended time.Time // start is the virtual start time: the place in the line
	life, stepTimer                         *clock.Timer
}

type taskOptions struct {
	callSID    string
	channel    string
	attributes expression.Attributes
	json       string
	priority   int
	start      time.Time // the virtual start time; zero = now
	timeout    time.Duration
}

// createTask creates a task and starts its workflow. It returns nil if no filter matches the task.
func (t *Twilio) createTask(w *workflow, o taskOptions) *task {
	first, ok := w.first(o.attributes)
	if !ok && !t.cfg.Readings.NoMatchCanceled {
		return nil
	}
	now := t.loop.Now()
	if o.start.IsZero() {
		o.start = now
	}
	k := &task{
		sid: t.sids.next("WT"), callSID: o.callSID, channel: o.channel, status: taskPending, attributes: o.attributes, json: o.json, priority: o.priority,
		timeout: o.timeout, workflow: w, step: first, created: now, start: o.start, updated: now, entered: now,
	}
	t.tasks = append(t.tasks, k)
	t.taskBySID[k.sid] = k
	t.routable = append(t.routable, k)
	if !ok {
		t.taskEvent(k, "task.created", "created")
		t.endOfWorkflow(k, "workflow.timeout", "reached the end of Workflow "+w.Name, "Workflow timeout")
		return k
	}
	k.life = t.after(o.timeout, func() { t.cancelTask(k, reasonTTL) })
	t.enterStep(k, first)
	t.taskEvent(k, "workflow.target-matched", "matched a workflow target")
	t.taskEvent(k, "task.created", "created")
	t.taskEvent(k, "task-queue.entered", "entered TaskQueue "+k.queue.name)
	t.taskEvent(k, "workflow.entered", "entered Workflow "+w.Name)
	return k
}

func (k *task) age(now time.Time) time.Duration { return now.Sub(k.created) }

func (k *task) ageSeconds(now time.Time) string { return strconv.Itoa(int(k.age(now).Seconds())) }

// late reports whether the step's deadline has passed.
func (k *task) late(now time.Time) bool { return k.step.deadline > 0 && k.age(now) >= k.step.deadline }

// gone reports whether the task can no longer be read.
func (k *task) gone(now time.Time) bool {
	return k.status == taskDeleted || (!k.ended.IsZero() && now.Sub(k.ended) >= readableAfterEnd)
}

func (t *Twilio) setTaskStatus(k *task, status string) {
	k.status, k.updated = status, t.loop.Now()
	k.version++
	switch status {
	case taskPending, taskReserved:
		return
	case taskCanceled, taskCompleted, taskDeleted:
		k.ended = k.updated
	}
	k.life.Stop()
	k.stepTimer.Stop()
	t.routable = slices.DeleteFunc(t.routable, func(other *task) bool { return other == k })
}

// afterCall wraps up, completes or cancels a task after its bridged call has ended, or after its
// call failed although the reservation had been accepted.
func (t *Twilio) afterCall(k *task) {
	if k.status != taskAssigned {
		return
	}
	r := k.open
	t.dropLeg(r)
	chosen := t.cfg.Readings.AfterBridge
	if t.workspace.SingleTasking || chosen == reading.Completed || (chosen == reading.CompletedWithPostWork && r.postWork != nil) {
		t.completeTask(k, "")
		return
	}
	t.wrapUp(k)
}

func (t *Twilio) wrapUp(k *task) {
	if k.status != taskAssigned {
		return
	}
	t.setTaskStatus(k, taskWrapping)
	t.setReservation(k.open, reservationWrapping)
	t.taskEvent(k, "task.wrapup", "wrapup")
	t.reservationEvent(k.open, "reservation.wrapup", "wrapup")
}

// completeTask completes an assigned or wrapping task and frees its worker, who stays in their
// activity (https://www.twilio.com/docs/taskrouter/api/task-queue, "TaskQueues and Activities").
func (t *Twilio) completeTask(k *task, reason string) {
	if k.status != taskAssigned && k.status != taskWrapping {
		return
	}
	k.reason = reason
	t.setTaskStatus(k, taskCompleted)
	r := k.open
	t.setReservation(r, reservationCompleted)
	t.taskEvent(k, "task.completed", "completed")
	t.reservationEvent(r, "reservation.completed", "completed")
	k.open = nil
	if t.cfg.Readings.IdleClock == reading.IdleSinceCompleted {
		r.worker.idleSince = k.ended
	}
	t.dropLeg(r)
	to := r.worker.activity
	if t.cfg.Readings.CompletionReturns {
		to = nil // freeWorker chooses it
	}
	t.freeWorker(r.worker, to)
}

// deleteTask deletes a task: the REST API does so on request, and Twilio when a task was assigned
// for too long.
func (t *Twilio) deleteTask(k *task, kind string) {
	var events []func()
	offers := k.offers
	for _, r := range slices.Clone(offers) {
		events = append(events, t.closeReservation(r, reservationCanceled, nil)...)
	}
	if r := k.open; r != nil {
		t.countReservation(r, false, false, false)
		defer t.dropLeg(r)
		events = append(events, func() { t.freeWorker(r.worker, nil) })
	}
	t.setTaskStatus(k, taskDeleted)
	t.announce(append(events, func() { t.taskEvent(k, kind, "deleted") }))
	for _, r := range offers {
		t.dropLeg(r)
	}
}

// setWorkerCallSID links the worker's call to the task, as Twilio does for the dequeue and call
// instructions.
func (t *Twilio) setWorkerCallSID(k *task, sid string) {
	k.attributes["worker_call_sid"] = sid
	k.json = encodeAttributes(k.attributes)
	k.version++
	if t.cfg.Readings.TellWorkerCallSID {
		t.taskEvent(k, "task.updated", "updated")
	}
}
