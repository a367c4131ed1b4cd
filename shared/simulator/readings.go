package simulator

// Readings choose between readings of Twilio's documentation where no public source settles the point. The zero value has the likelier
// reading of each. DrawReadings draws them all, and String and ParseReadings write and read them.
type Readings struct {
	// AfterBridge is what becomes of a task once its bridged call is over. In a single-tasking workspace it is completed at once.
	AfterBridge AfterBridge
	// WorkerCallSIDOnDialQueue writes worker_call_sid into the task's attributes for <Dial><Queue> as well; Twilio documents it
	// for the dequeue and call instructions only (docs/taskrouter/twiml-queue-calls).
	WorkerCallSIDOnDialQueue bool

	// MissingAttribute is what != and NOT IN say of an attribute that is not there.
	MissingAttribute MissingAttribute
	// Coercion is whether values of different types are compared.
	Coercion Coercion
	// Syntax is how strictly expressions are read.
	Syntax Syntax

	// AttributeUpdate is what a pending task does when its attributes are updated.
	AttributeUpdate AttributeUpdate
	// ReservationTimeout is what a task does whose reservation times out before its step does.
	ReservationTimeout ReservationTimeout
	// RepeatedEvents is which events tell of a task that stays in its queue.
	RepeatedEvents RepeatedEvents
	// LaterFilters is whether a later filter takes a task that came to the end of its targets.
	LaterFilters LaterFilters
	// StepDeadline is what happens when a step's deadline passes while a reservation is pending.
	StepDeadline StepDeadline
	// NoMatch is what becomes of an <Enqueue> whose task matches no filter of a workflow without a default.
	NoMatch NoMatch

	// IdleClock is what makes a worker the one who was idle for the shortest time.
	IdleClock IdleClock
	// QueueActivities is whether a task queue's reservation and assignment activities count in a multitasking workspace.
	QueueActivities QueueActivities
	// Capacity is which reservations use a worker's capacity in a multitasking workspace.
	Capacity Capacity
	// Channel is the task channel of a call's task.
	Channel Channel

	// CallerWithoutTask is what a queued caller does whose task the workflow or the API has ended.
	CallerWithoutTask CallerWithoutTask
	// UnansweredDequeue is what a dequeue instruction's call that is not answered does to the reservation.
	UnansweredDequeue UnansweredDequeue
	// DequeueAccepts is when a dequeue instruction accepts the reservation.
	DequeueAccepts DequeueAccepts
	// FailedAssignment is what becomes of a reservation when both assignment URLs have failed.
	FailedAssignment FailedAssignment
	// Reasons are the texts of TaskCanceledReason.
	Reasons Reasons
	// EventOrder is the order of events that belong to one change.
	EventOrder EventOrder
	// SettledReservation is the answer to an update of a reservation that is no longer pending.
	SettledReservation SettledReservation
	// AssignmentParameters are the parameters of the assignment callback that not every source has.
	AssignmentParameters AssignmentParameters
	// NoWorkerOnTaskEvents leaves the worker out of task.wrapup and task.completed, where a capture has it and the reference has not.
	NoWorkerOnTaskEvents bool
	// TellWorkerCallSID sends task.updated when worker_call_sid is written.
	TellWorkerCallSID bool

	// DialFailure is the DialCallStatus of a Dial->Queue that fails, with 14215 or 14217 for instance: "failed" if empty, "error" or "no-answer".
	DialFailure string
	// NoDialBridged leaves DialBridged out of the parameters of the action of <Dial>.
	NoDialBridged bool
	// NoQueueAtDialAction leaves QueueResult, QueueSid and QueueTime out of the parameters of the action of a <Dial> that dequeued a call.
	NoQueueAtDialAction bool
	// DialActionAfterHangUp requests the action of <Dial> also for a leg that has hung up itself.
	DialActionAfterHangUp bool
	// BridgedInProgress says CallStatus=in-progress at the action of <Enqueue> for bridged also when the caller has hung up.
	BridgedInProgress bool
	// HangUpInWhisper is QueueResult=hangup, not bridging-in-process, when the caller hangs up during the document of <Queue url>.
	HangUpInWhisper bool
}

// AfterBridge is a reading of docs/taskrouter/lifecycle-task-state.
type AfterBridge int

const (
	// Wrapping leaves the task, and its place in the worker's capacity, in wrapping until the REST API completes it.
	Wrapping AfterBridge = iota
	// Completed completes the task at once.
	Completed
	// CompletedWithPostWork completes the task at once if a post-work activity was given, and leaves it in wrapping otherwise.
	CompletedWithPostWork
)

// MissingAttribute is a reading of docs/taskrouter/expression-syntax: an absent attribute is NULL.
type MissingAttribute int

const (
	// NullDiffers makes a missing attribute differ from every constant.
	NullDiffers MissingAttribute = iota
	// NullNeverMatches makes every comparison with a missing attribute false, except one with null itself.
	NullNeverMatches
)

// Coercion is a reading of "different types should be avoided" (docs/taskrouter/expression-syntax).
type Coercion int

const (
	// NoCoercion makes values of different types unequal, and out of order.
	NoCoercion Coercion = iota
	// Coerced compares numbers in strings as numbers, and other values of different types as text.
	Coerced
)

// Syntax is a reading of docs/taskrouter/expression-syntax.
type Syntax int

const (
	// StrictSyntax binds AND before OR, refuses a single = and NOT HAS, and heeds the case of strings.
	StrictSyntax Syntax = iota
	// LenientSyntax reads AND and OR from left to right, takes = for ==, allows NOT HAS, and ignores the case of strings.
	LenientSyntax
)

// AttributeUpdate is a reading of "Workflow re-evaluation" (docs/taskrouter/lifecycle-task-workflows-and-assignment).
type AttributeUpdate int

const (
	// AttributesKeepStep leaves the task where it is.
	AttributesKeepStep AttributeUpdate = iota
	// AttributesReroute starts again at the first filter.
	AttributesReroute
)

// ReservationTimeout is a reading of docs/taskrouter/task-evaluation.
type ReservationTimeout int

const (
	// TimeoutKeepsStep offers the task to other workers of the step.
	TimeoutKeepsStep ReservationTimeout = iota
	// TimeoutEndsStep moves the task to the next step, if there is one.
	TimeoutEndsStep
)

// RepeatedEvents is a reading of docs/taskrouter/api/event/reference.
type RepeatedEvents int

const (
	// EventsOnChange sends workflow.target-matched for a new step, and task-queue.entered for a new queue.
	EventsOnChange RepeatedEvents = iota
	// EventsEachTime sends both whenever the task is evaluated, after each unaccepted reservation too.
	EventsEachTime
)

// LaterFilters is a reading of docs/taskrouter/workflow-configuration.
type LaterFilters int

const (
	// NextMatchingFilter takes the task on to the next filter that matches.
	NextMatchingFilter LaterFilters = iota
	// FirstFilterOnly cancels the task.
	FirstFilterOnly
)

// StepDeadline is a reading of docs/taskrouter/task-evaluation.
type StepDeadline int

const (
	// DeadlineWaits looks at the deadline when the reservation ends.
	DeadlineWaits StepDeadline = iota
	// DeadlineCancels cancels the reservation and moves the task.
	DeadlineCancels
)

// NoMatch is a reading of docs/api/errors/14222.
type NoMatch int

const (
	// NoMatchRefused makes no task: error 14222 and QueueResult=error.
	NoMatchRefused NoMatch = iota
	// NoMatchCanceled makes a task and cancels it at once; the caller is in the queue.
	NoMatchCanceled
)

// IdleClock is a reading of "longest time since last task assignment" (docs/taskrouter/order-workers).
type IdleClock int

const (
	// IdleSinceAccepted starts at the last reservation that was accepted.
	IdleSinceAccepted IdleClock = iota
	// IdleSinceReserved starts at the last reservation, whatever came of it.
	IdleSinceReserved
	// IdleSinceCompleted starts at the last task that was completed.
	IdleSinceCompleted
)

// QueueActivities is a reading of docs/taskrouter/multitasking.
type QueueActivities int

const (
	// QueueActivitiesIgnored leaves the worker's activity alone.
	QueueActivitiesIgnored QueueActivities = iota
	// QueueActivitiesApplied moves the worker as in a single-tasking workspace.
	QueueActivitiesApplied
)

// Capacity is a reading of docs/taskrouter/api/worker-channel.
type Capacity int

const (
	// OpenReservationsOccupy counts pending, accepted and wrapping reservations.
	OpenReservationsOccupy Capacity = iota
	// AssignedTasksOccupy counts accepted reservations alone.
	AssignedTasksOccupy
)

// Channel is a reading of docs/taskrouter/api/task.
type Channel int

const (
	// VoiceChannel is the channel voice.
	VoiceChannel Channel = iota
	// DefaultChannel is the channel default.
	DefaultChannel
)

// CallerWithoutTask is a reading of docs/taskrouter/task-evaluation, which settles only that a caller stays after a task's TTL.
type CallerWithoutTask int

const (
	// CallerStays keeps the caller in the queue.
	CallerStays CallerWithoutTask = iota
	// CallerLeaves takes the caller out of it with QueueResult=error.
	CallerLeaves
)

// UnansweredDequeue is a reading of docs/taskrouter/handle-assignment-callbacks.
type UnansweredDequeue int

const (
	// DequeueTimesOut lets the reservation time out at once, with the timeout activity.
	DequeueTimesOut UnansweredDequeue = iota
	// DequeueCancels cancels the reservation and leaves the worker's activity alone.
	DequeueCancels
	// DequeueFails is DequeueCancels with the event reservation.failed.
	DequeueFails
	// DequeueStaysPending leaves the reservation pending until it times out.
	DequeueStaysPending
)

// DequeueAccepts is a reading of docs/taskrouter/handle-assignment-callbacks.
type DequeueAccepts int

const (
	// AcceptedAtBridge accepts when the worker has answered and is bridged.
	AcceptedAtBridge DequeueAccepts = iota
	// AcceptedAtInstruction accepts before the worker is called. If the worker does not answer, the task ends as after a call.
	AcceptedAtInstruction
)

// FailedAssignment is a reading of docs/taskrouter/handle-assignment-callbacks.
type FailedAssignment int

const (
	// FailureCancels cancels the reservation and leaves the worker's activity alone.
	FailureCancels FailedAssignment = iota
	// FailureTimesOut lets the reservation time out at once, with the timeout activity.
	FailureTimesOut
)

// Reasons is a reading of docs/taskrouter/api/event/reference. The reason that a REST request gives is sent as it is.
type Reasons int

const (
	// ReasonsNamed are "hangup", "Workflow timeout", "Task TTL Exceeded" and the like.
	ReasonsNamed Reasons = iota
	// ReasonsEmpty are empty, but for "Task TTL Exceeded or Max assignment count exceeded".
	ReasonsEmpty
)

// EventOrder is a reading of docs/taskrouter/api/event/reference, which promises no order.
type EventOrder int

const (
	// ReservationFirst sends the reservation's event, then the worker's, then the task's.
	ReservationFirst EventOrder = iota
	// TaskFirst sends them the other way round.
	TaskFirst
	// EventsShuffled sends them in an order drawn from the seed.
	EventsShuffled
)

// SettledReservation is a guess: no capture of this answer is public (docs/taskrouter/api/reservations).
type SettledReservation int

const (
	// SettledBadRequest answers 400 with code 20001.
	SettledBadRequest SettledReservation = iota
	// SettledConflict answers 409 with code 20409.
	SettledConflict
	// SettledNotFound answers 404 with code 20404.
	SettledNotFound
)

// AssignmentParameters is a reading of docs/taskrouter/handle-assignment-callbacks and of what others have captured.
type AssignmentParameters int

const (
	// AssignmentDocumented sends Timestamp and no WorkerName.
	AssignmentDocumented AssignmentParameters = iota
	// AssignmentCaptured sends neither, as captures from 2018 have it.
	AssignmentCaptured
	// AssignmentWithWorkerName sends both.
	AssignmentWithWorkerName
)
