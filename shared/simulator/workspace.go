package simulator

import "time"

// Workspace holds the settings of the account's only workspace.
type Workspace struct {
	Name string
	// EventCallbackURL receives event callbacks; EventsFilter, if not empty, limits them to these
	// types.
	EventCallbackURL string
	EventsFilter     []string
	// TimeoutActivity is the SID of the activity for a worker who lets a reservation time out.
	TimeoutActivity string
	// DefaultActivity is the SID of the activity that a worker starts in if no other is given; the
	// default is the first unavailable one.
	DefaultActivity string
	// SingleTasking makes it a legacy workspace, one with multi_task_enabled=false: a worker has
	// one task at a time, goes through the task queue's activities, and is free once the call is
	// over.
	SingleTasking bool
	// PrioritizeQueueOrder is the TaskOrder, FIFO or LIFO, of the task queues that are served
	// first; the default is FIFO.
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
	// Channels are the worker's task channels by unique name; calls come on that which
	// Readings.Channel says. A channel that is not named has capacity 1.
	Channels map[string]WorkerChannel
}

// WorkerChannel is how much of a task channel a worker takes
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
// over worker attributes: use 1==1 for all workers; an empty one matches nobody.
type TaskQueue struct {
	SID, Name, TargetWorkers string
	// TaskOrder is FIFO, the default, or LIFO, which takes the newest task whatever its priority.
	TaskOrder string
	// MaxReservedWorkers is how many workers, 1 to 50, are offered one task at the same time; the
	// default is 1.
	MaxReservedWorkers int
	// ReservationActivity and AssignmentActivity are the SIDs of a worker's activities once
	// reserved and once assigned. A multitasking workspace ignores them, unless
	// Readings.QueueActivities says otherwise.
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
