package account

import "time"

// Snapshot is the part of an account that Switchboard uses, at one moment.
type Snapshot struct {
	AccountSID string
	Workspace  *Workspace // nil = none; then its resources are empty
	Others     []string   // names of the account's other workspaces, from Read
	Activities []Activity
	TaskQueues []TaskQueue
	Workflows  []Workflow
	Workers    []Worker

	Numbers []Number
	Queues  []Queue

	OpenTasks map[string]int // of workflows, by SID; those that were not asked for are missing
}

// Workspace is a TaskRouter workspace (https://www.twilio.com/docs/taskrouter/api/workspace).
type Workspace struct {
	SID, Name           string
	EventCallbackURL    string // with its connection overrides
	EventsFilter        string // event types, separated by commas; "" = all
	DefaultActivitySID  string // of a new worker
	TimeoutActivitySID  string // of a worker whose reservation timed out
	MultiTask           bool
	DefaultActivityName string
	TimeoutActivityName string
}

// Activity is a state of workers. Twilio cannot change whether it is available
// (https://www.twilio.com/docs/taskrouter/activities).
type Activity struct {
	SID, Name string
	Available bool
}

// TaskQueue is a TaskRouter task queue (https://www.twilio.com/docs/taskrouter/api/task-queue).
type TaskQueue struct {
	SID, Name          string
	TargetWorkers      string // expression over worker attributes
	TaskOrder          string // FIFO or LIFO
	MaxReservedWorkers int
}

// Workflow is a TaskRouter workflow (https://www.twilio.com/docs/taskrouter/api/workflow).
type Workflow struct {
	SID, Name                                            string
	Configuration                                        string // JSON, with the SIDs of task queues
	AssignmentCallbackURL, FallbackAssignmentCallbackURL string
	ReservationTimeout                                   time.Duration
}

// Worker is a TaskRouter worker (https://www.twilio.com/docs/taskrouter/api/worker).
type Worker struct {
	SID, Name                 string
	Attributes                string // JSON object
	ActivitySID, ActivityName string
	Available                 bool
	StatusChanged             time.Time // start of the activity; zero = unknown
}

// Number is a phone number of the account
// (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource). With an application
// or a trunk its voice URLs are not used.
type Number struct {
	SID, Number                 string // PN…, E.164
	VoiceURL, VoiceMethod       string
	FallbackURL, FallbackMethod string
	ApplicationSID, TrunkSID    string
	TextURL, TextMethod         string // for messages
	TextApplicationSID          string // with one TextURL is not used
	Texts                       bool   // it can send and receive them
}

// Queue is a voice queue. A workflow's queue has the WorkflowSid as its name; Twilio creates it for
// the first call (https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
type Queue struct {
	SID, Name     string
	MaxSize, Size int
}
