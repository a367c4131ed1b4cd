package simulator

import (
	"slices"
	"strings"
)

// restListTaskQueues lists the task queues
// (https://www.twilio.com/docs/taskrouter/api/task-queue).
func (t *Twilio) restListTaskQueues(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "EvaluateWorkerAttributes", "WorkerSid", "Ordering"); err != nil {
		return nil, err
	}
	all := shownAll(t.queues, func(q *taskQueue) map[string]any { return t.taskQueueJSON(rest, q) })
	return t.restList(rest, "task_queues", all, map[string]string{"FriendlyName": "friendly_name"})
}

func (t *Twilio) restCreateTaskQueue(rest *restCall) (any, error) {
	q := TaskQueue{TargetWorkers: "1==1"}
	if err := t.taskQueueFields(rest, &q); err != nil {
		return nil, err
	}
	added, err := t.addTaskQueue(q)
	if err != nil {
		return nil, badRequest(20001, "%s", err)
	}
	t.resourceEvent("task-queue.created", added.sid, "TaskQueue "+added.name+" created")
	return created(rest, t.taskQueueJSON(rest, added))
}

// taskQueueFields reads a task queue's parameters; parseTaskQueue checks the expression.
func (t *Twilio) taskQueueFields(rest *restCall, q *TaskQueue) error {
	f := fields{params: rest.params}
	f.friendlyName(&q.Name)
	f.text("TargetWorkers", &q.TargetWorkers)
	f.oneOf("TaskOrder", FIFO+" "+LIFO, &q.TaskOrder)
	f.whole("MaxReservedWorkers", &q.MaxReservedWorkers, 1, maxReservedWorkers)
	t.activityField(&f, "ReservationActivitySid", &q.ReservationActivity)
	t.activityField(&f, "AssignmentActivitySid", &q.AssignmentActivity)
	if f.err != nil {
		return f.err
	}
	if slices.ContainsFunc(t.queues, func(other *taskQueue) bool { return other.sid != q.SID && strings.EqualFold(other.name, q.Name) }) {
		return nameTaken("TaskQueue", q.Name)
	}
	return nil
}

// restUpdateTaskQueue changes a task queue in place, so that workflows and waiting tasks use the
// new values.
func (t *Twilio) restUpdateTaskQueue(rest *restCall, q *taskQueue) (any, error) {
	asked := q.settings()
	if err := t.taskQueueFields(rest, &asked); err != nil {
		return nil, err
	}
	changed, err := t.parseTaskQueue(asked)
	if err != nil {
		return nil, badRequest(20001, "%s", err)
	}
	before := q.targetWorkers
	changed.sid = q.sid
	*q = *changed
	for _, w := range t.workers {
		delete(w.memberOf, q)
	}
	t.stamp(q.sid)
	if q.targetWorkers != before {
		t.resourceEvent("task-queue.expression.updated", q.sid, "TaskQueue "+q.name+" expression updated")
	}
	t.matchSoon()
	return t.taskQueueJSON(rest, q), nil
}

// settings returns the TaskQueue that parseTaskQueue parsed.
func (q *taskQueue) settings() TaskQueue {
	asked := TaskQueue{SID: q.sid, Name: q.name, TargetWorkers: q.targetWorkers, TaskOrder: q.order(), MaxReservedWorkers: q.workersAtOnce}
	if q.reserved != nil {
		asked.ReservationActivity = q.reserved.SID
	}
	if q.assigned != nil {
		asked.AssignmentActivity = q.assigned.SID
	}
	return asked
}

func (q *taskQueue) order() string {
	if q.newestFirst {
		return LIFO
	}
	return FIFO
}

// restDeleteTaskQueue deletes a task queue that no workflow refers to and in which no task waits.
func (t *Twilio) restDeleteTaskQueue(rest *restCall, q *taskQueue) (any, error) {
	for _, w := range t.workflows {
		if w.leadsTo(q) {
			return nil, badRequest(20001, "Cannot delete TaskQueue %s because workflow %s refers to it", q.sid, w.SID)
		}
	}
	if slices.ContainsFunc(t.tasks, func(k *task) bool { return k.queue == q && k.ended.IsZero() }) {
		return nil, badRequest(20001, "Cannot delete TaskQueue %s because it has tasks", q.sid)
	}
	t.queues = slices.DeleteFunc(t.queues, func(other *taskQueue) bool { return other == q })
	t.resourceEvent("task-queue.deleted", q.sid, "TaskQueue "+q.name+" deleted")
	return noContent(rest)
}

func (t *Twilio) taskQueueJSON(rest *restCall, q *taskQueue) map[string]any {
	base := t.workspaceURL(rest)
	shown := map[string]any{
		"sid": q.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "friendly_name": q.name,
		"target_workers": q.targetWorkers, "task_order": q.order(), "max_reserved_workers": q.workersAtOnce,
		"reservation_activity_sid": nil, "reservation_activity_name": nil, "assignment_activity_sid": nil, "assignment_activity_name": nil,
		"url": base + "/TaskQueues/" + q.sid, "links": map[string]any{"workspace": base},
	}
	t.showDates(shown, q.sid)
	showActivity(shown, "reservation_activity", q.reserved)
	showActivity(shown, "assignment_activity", q.assigned)
	return shown
}
