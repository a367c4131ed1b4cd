package simulator

import "time"

// Workspace holds the settings of the account's only workspace.
type Workspace struct {
	Name string
	// EventCallbackURL receives event callbacks; EventsFilter, if not empty, limits them to these
	// types.
	EventCallbackURL string
	EventsFilter     []string
	// TimeoutActivity is the SID of the activity of a worker whose reservation timed out.
	TimeoutActivity string
	// DefaultActivity is the SID of the first activity of a worker who is added without one; the
	// default is the first unavailable one.
	DefaultActivity string
	// SingleTasking makes it a legacy workspace, with multi_task_enabled=false: a worker has one
	// task at a time, moves through the task queue's activities, and is free when the call ends.
	SingleTasking bool
	// PrioritizeQueueOrder is the TaskOrder, FIFO or LIFO, of the task queues that TaskRouter
	// serves first; the default is FIFO.
	PrioritizeQueueOrder string
}

// Activity is a TaskRouter activity; SID is generated when empty.
type Activity struct {
	SID, Name string
	Available bool
}

// Worker is a TaskRouter worker; SID is generated when empty.
type Worker struct {
	SID, Name string
	// Attributes is a JSON object, at most 4,096 characters.
	Attributes string
	// Activity is an activity's SID.
	Activity string
	// Channels are the worker's task channels by unique name; Readings.Channel names the channel of
	// calls. A channel that is not named has capacity 1.
	Channels map[string]WorkerChannel
}

// WorkerChannel is a worker's share in a task channel
// (https://www.twilio.com/docs/taskrouter/api/worker-channel). A single-tasking workspace ignores
// it.
type WorkerChannel struct {
	Capacity    int
	Unavailable bool
}

// Task orders (https://www.twilio.com/docs/taskrouter/queue-ordering-last-first-out-lifo).
const (
	FIFO = "FIFO"
	LIFO = "LIFO"
)

// TaskQueue is a TaskRouter task queue; SID is generated when empty. TargetWorkers is an expression
// over worker attributes: 1==1 matches all workers, an empty one matches no worker.
type TaskQueue struct {
	SID, Name, TargetWorkers string
	// TaskOrder is FIFO, the default, or LIFO, which serves the newest task first and ignores
	// priority.
	TaskOrder string
	// MaxReservedWorkers is the number of workers, 1 to 50, who are offered one task at the same
	// time; the default is 1.
	MaxReservedWorkers int
	// ReservationActivity and AssignmentActivity are the SIDs of a worker's activities once
	// reserved and once assigned. A multitasking workspace ignores them by default;
	// Readings.QueueActivities applies them.
	ReservationActivity, AssignmentActivity string
}

// Workflow is a TaskRouter workflow; SID is generated when empty. Configuration is the JSON of
// https://www.twilio.com/docs/taskrouter/workflow-configuration; ReservationTimeout is 120 s when
// zero.
type Workflow struct {
	SID, Name                                            string
	Configuration                                        string
	AssignmentCallbackURL, FallbackAssignmentCallbackURL string
	ReservationTimeout                                   time.Duration
}
