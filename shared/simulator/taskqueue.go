package simulator

import (
	"fmt"

	"switchboard/shared/expression"
)

// taskQueue is a TaskQueue; target is nil when it matches no worker.
type taskQueue struct {
	sid, name, targetWorkers string
	target                   *expression.Expression
	newestFirst              bool
	workersAtOnce            int
	reserved, assigned       *Activity // nil: the worker's activity stays
}

// maxReservedWorkers is the maximum number of workers who are offered a task at the same time
// (https://www.twilio.com/docs/taskrouter/limits).
const maxReservedWorkers = 50

func (t *Twilio) parseTaskQueue(q TaskQueue) (parsed *taskQueue, err error) {
	parsed = &taskQueue{name: q.Name, targetWorkers: q.TargetWorkers, newestFirst: q.TaskOrder == LIFO, workersAtOnce: max(q.MaxReservedWorkers, 1)}
	if q.TargetWorkers != "" {
		if parsed.target, err = t.parseExpression(q.TargetWorkers, expression.WorkerNames); err != nil {
			return nil, err
		}
		t.watchesChannels = t.watchesChannels || parsed.target.NamesChannel()
	}
	if !isTaskOrder(q.TaskOrder) {
		return nil, fmt.Errorf("the task order %q is neither FIFO nor LIFO", q.TaskOrder)
	}
	if q.MaxReservedWorkers < 0 || q.MaxReservedWorkers > maxReservedWorkers {
		return nil, fmt.Errorf("%d reserved workers are not 1 to %d", q.MaxReservedWorkers, maxReservedWorkers)
	}
	if parsed.reserved, err = t.optionalActivity(q.ReservationActivity); err != nil {
		return nil, err
	}
	parsed.assigned, err = t.optionalActivity(q.AssignmentActivity)
	return parsed, err
}

func (t *Twilio) optionalActivity(sid string) (*Activity, error) {
	activity := t.activity(sid)
	if sid != "" && activity == nil {
		return nil, fmt.Errorf("no activity %s", sid)
	}
	return activity, nil
}

func isTaskOrder(order string) bool { return order == "" || order == FIFO || order == LIFO }

// has reports whether the worker is a member, which depends on target_workers alone. The result
// holds until a field of the worker changes; the fields of the worker's channels change with each
// reservation.
func (q *taskQueue) has(w *worker) bool {
	member, known := w.memberOf[q]
	if !known || q.target != nil && q.target.NamesChannel() {
		member = q.target != nil && q.target.Match(nil, w.fields)
		w.memberOf[q] = member
	}
	return member
}
