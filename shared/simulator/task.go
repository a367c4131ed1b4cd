package simulator

import (
	"slices"
	"strconv"
	"time"
)

// Task statuses (docs/taskrouter/lifecycle-task-state).
const (
	taskPending   = "pending"
	taskReserved  = "reserved"
	taskAssigned  = "assigned"
	taskWrapping  = "wrapping"
	taskCompleted = "completed"
	taskCanceled  = "canceled"
)

// assignmentLimitCount is how often a task may go from pending to reserved (docs/taskrouter/limits).
const assignmentLimitCount = 1000

// readableAfterEnd is how long a finished task can be read (docs/taskrouter/lifecycle-task-state).
const readableAfterEnd = 5 * time.Minute

// task is a TaskRouter Task for a voice call.
type task struct {
	sid, callSID   string
	status, reason string
	attributes     Attributes
	json           string
	priority       int
	timeout        time.Duration
	workflow       *workflow
	step           step
	queue          *taskQueue
	assignments    int
	open           *reservation // pending, accepted or wrapping
	version        int

	created, updated, entered, ended time.Time
	life, stepTimer                  *Timer
}

type taskOptions struct {
	callSID    string
	attributes Attributes
	json       string
	priority   int
	timeout    time.Duration
}

// createTask makes a task and sends it into the workflow. It returns nil when no filter takes it.
func (t *Twilio) createTask(w *workflow, o taskOptions) *task {
	first, ok := w.first(o.attributes)
	if !ok {
		return nil
	}
	now := t.loop.Now()
	k := &task{
		sid: t.sids.next("WT"), callSID: o.callSID, status: taskPending, attributes: o.attributes, json: o.json, priority: o.priority,
		timeout: o.timeout, workflow: w, created: now, updated: now, entered: now,
	}
	t.tasks = append(t.tasks, k)
	t.taskBySID[k.sid] = k
	t.routable = append(t.routable, k)
	k.life = t.after(o.timeout, func() { t.cancelTask(k, "Task TTL Exceeded") })
	t.enterStep(k, first)
	t.taskEvent(k, "workflow.target-matched", "matched a workflow target")
	t.taskEvent(k, "task.created", "created")
	t.taskEvent(k, "task-queue.entered", "entered TaskQueue "+k.queue.name)
	t.taskEvent(k, "workflow.entered", "entered Workflow "+w.Name)
	return k
}

// enterStep places a task in a step of its workflow and starts the step's timer.
func (t *Twilio) enterStep(k *task, s step) {
	to := k.workflow.target(s)
	k.step = s
	if k.queue != to.queue {
		k.queue, k.entered = to.queue, t.loop.Now()
	}
	if to.priority != nil {
		k.priority = *to.priority
	}
	k.stepTimer.Stop()
	if s.deadline > 0 {
		k.stepTimer = t.after(s.deadline-k.age(t.loop.Now()), func() { t.stepOver(k) })
	}
	t.matchSoon()
}

func (k *task) age(now time.Time) time.Duration { return now.Sub(k.created) }

// stepOver moves a task whose step has timed out. While a reservation is pending it stays: the step is looked at again when that ends.
func (t *Twilio) stepOver(k *task) {
	if k.status != taskPending {
		return
	}
	from := k.queue
	next, ok := k.workflow.after(k.step, k.attributes)
	t.taskEvent(k, "task-queue.timeout", "timed out of TaskQueue "+from.name)
	if !ok {
		t.taskEvent(k, "workflow.timeout", "reached the end of Workflow "+k.workflow.Name)
		t.cancelTask(k, "Workflow timeout")
		return
	}
	moved := k.workflow.target(next).queue != from
	if moved {
		t.taskEvent(k, "task-queue.moved", "moved out of TaskQueue "+from.name)
	}
	t.enterStep(k, next)
	if moved {
		t.taskEvent(k, "task-queue.entered", "entered TaskQueue "+k.queue.name)
	}
	t.taskEvent(k, "workflow.target-matched", "matched a workflow target")
}

// reroute makes a task pending again after its reservation ended unaccepted.
func (t *Twilio) reroute(k *task) {
	if k.status != taskReserved {
		return
	}
	t.setTaskStatus(k, taskPending)
	switch {
	case k.assignments >= assignmentLimitCount:
		t.cancelTask(k, "Task TTL Exceeded or Max assignment count exceeded")
	case k.step.deadline > 0 && k.age(t.loop.Now()) >= k.step.deadline:
		t.stepOver(k)
	default:
		t.matchSoon()
	}
}

func (t *Twilio) setTaskStatus(k *task, status string) {
	k.status, k.updated = status, t.loop.Now()
	k.version++
	switch status {
	case taskPending, taskReserved:
		return
	case taskCanceled, taskCompleted:
		k.ended = k.updated
	}
	k.life.Stop()
	k.stepTimer.Stop()
	t.routable = slices.DeleteFunc(t.routable, func(other *task) bool { return other == k })
}

// cancelTask cancels a pending or reserved task with its reservation. Its call, if it is still there, stays in the voice queue.
func (t *Twilio) cancelTask(k *task, reason string) {
	if k.status != taskPending && k.status != taskReserved {
		return
	}
	k.reason = reason
	t.setTaskStatus(k, taskCanceled)
	if r := k.open; r != nil {
		t.endReservation(r, reservationCanceled, nil)
	}
	t.taskEvent(k, "task.canceled", "canceled: "+reason)
	if c := t.callBySID[k.callSID]; c != nil && !c.over() {
		c.notice(TaskCanceled)
	}
}

// afterCall does what becomes of a task once its bridged call is over.
func (t *Twilio) afterCall(k *task) {
	if t.cfg.Readings.AfterBridge == Completed {
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
	k.open.setStatus(reservationWrapping, t.loop.Now())
	t.taskEvent(k, "task.wrapup", "wrapup")
	t.reservationEvent(k.open, "reservation.wrapup", "wrapup")
}

// completeTask completes an assigned or wrapping task and frees its worker.
func (t *Twilio) completeTask(k *task, reason string) {
	if k.status != taskAssigned && k.status != taskWrapping {
		return
	}
	k.reason = reason
	t.setTaskStatus(k, taskCompleted)
	r := k.open
	r.setStatus(reservationCompleted, t.loop.Now())
	t.taskEvent(k, "task.completed", "completed")
	t.reservationEvent(r, "reservation.completed", "completed")
	k.open = nil
	r.worker.occupied--
	t.matchSoon()
}

// setWorkerCallSID links the worker's call to the task, as Twilio does for the dequeue instruction.
func (t *Twilio) setWorkerCallSID(k *task, sid string) {
	k.attributes["worker_call_sid"] = sid
	k.json = encodeAttributes(k.attributes)
	k.version++
}

func (k *task) ageSeconds(now time.Time) string { return strconv.Itoa(int(k.age(now).Seconds())) }
