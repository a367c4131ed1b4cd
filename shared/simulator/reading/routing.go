package reading

// AfterBridge is a reading of https://www.twilio.com/docs/taskrouter/lifecycle-task-state.
type AfterBridge int

const (
	// Wrapping leaves the task in wrapping, where it uses the worker's capacity, until the REST API
	// completes it.
	Wrapping AfterBridge = iota
	// Completed completes the task immediately.
	Completed
	// CompletedWithPostWork completes the task immediately if the instruction names a post-work
	// activity, and leaves it in wrapping if not.
	CompletedWithPostWork
)

// MissingAttribute is a reading of https://www.twilio.com/docs/taskrouter/expression-syntax: an
// absent attribute is NULL.
type MissingAttribute int

const (
	// NullDiffers makes a missing attribute differ from every constant.
	NullDiffers MissingAttribute = iota
	// NullNeverMatches makes every comparison with a missing attribute false, except one with null
	// itself.
	NullNeverMatches
)

// Coercion is a reading of "different types should be avoided"
// (https://www.twilio.com/docs/taskrouter/expression-syntax).
type Coercion int

const (
	// NoCoercion makes values of different types unequal, and out of order.
	NoCoercion Coercion = iota
	// Coerced compares numbers in strings as numbers, and other values of different types as text.
	Coerced
)

// Syntax is a reading of https://www.twilio.com/docs/taskrouter/expression-syntax.
type Syntax int

const (
	// StrictSyntax binds AND before OR, refuses NOT HAS, and heeds the case of strings.
	StrictSyntax Syntax = iota
	// LenientSyntax reads AND and OR from left to right, allows NOT HAS, and ignores the case of
	// strings.
	LenientSyntax
)

// AttributeUpdate is a reading of "Workflow re-evaluation"
// (https://www.twilio.com/docs/taskrouter/lifecycle-task-workflows-and-assignment).
type AttributeUpdate int

const (
	// AttributesKeepStep leaves the task in its step.
	AttributesKeepStep AttributeUpdate = iota
	// AttributesReroute starts the task again at the first filter.
	AttributesReroute
)

// ReservationTimeout is a reading of https://www.twilio.com/docs/taskrouter/task-evaluation.
type ReservationTimeout int

const (
	// TimeoutKeepsStep offers the task to other workers of the step.
	TimeoutKeepsStep ReservationTimeout = iota
	// TimeoutEndsStep moves the task to the next step, if there is one.
	TimeoutEndsStep
)

// RepeatedEvents is a reading of https://www.twilio.com/docs/taskrouter/api/event/reference.
type RepeatedEvents int

const (
	// EventsOnChange sends workflow.target-matched for a new step, and task-queue.entered for a new
	// queue.
	EventsOnChange RepeatedEvents = iota
	// EventsEachTime sends both whenever the task is evaluated, after each unaccepted reservation
	// too.
	EventsEachTime
)

// LaterFilters is a reading of https://www.twilio.com/docs/taskrouter/workflow-configuration.
type LaterFilters int

const (
	// NextMatchingFilter takes the task on to the next filter that matches.
	NextMatchingFilter LaterFilters = iota
	// FirstFilterOnly cancels the task.
	FirstFilterOnly
)

// StepDeadline is a reading of https://www.twilio.com/docs/taskrouter/task-evaluation.
type StepDeadline int

const (
	// DeadlineWaits checks the deadline when the reservation ends.
	DeadlineWaits StepDeadline = iota
	// DeadlineCancels cancels the reservation and moves the task to its next step.
	DeadlineCancels
)

// NoMatch is a reading of https://www.twilio.com/docs/api/errors/14222.
type NoMatch int

const (
	// NoMatchRefused creates no task: Twilio reports error 14222 and QueueResult=error.
	NoMatchRefused NoMatch = iota
	// NoMatchCanceled creates a task and cancels it immediately; the caller stays in the queue.
	NoMatchCanceled
)

// IdleClock is a reading of "longest time since last task assignment"
// (https://www.twilio.com/docs/taskrouter/order-workers).
type IdleClock int

const (
	// IdleSinceAccepted starts at the last reservation that was accepted.
	IdleSinceAccepted IdleClock = iota
	// IdleSinceReserved starts at the last reservation, accepted or not.
	IdleSinceReserved
	// IdleSinceCompleted starts at the last task that was completed.
	IdleSinceCompleted
)

// QueueActivities is a reading of https://www.twilio.com/docs/taskrouter/multitasking.
type QueueActivities int

const (
	// QueueActivitiesIgnored leaves the worker's activity alone.
	QueueActivitiesIgnored QueueActivities = iota
	// QueueActivitiesApplied moves the worker, as a single-tasking workspace does.
	QueueActivitiesApplied
)

// Capacity is a reading of https://www.twilio.com/docs/taskrouter/multitasking, whose formula and
// FAQ differ. Both count wrapping reservations.
type Capacity int

const (
	// OpenReservationsOccupy counts pending, accepted and wrapping reservations, like the formula.
	OpenReservationsOccupy Capacity = iota
	// AcceptedReservationsOccupy counts accepted and wrapping reservations, like the FAQ.
	AcceptedReservationsOccupy
)

// PostWork is a reading of https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks: the
// worker enters the post-work activity at the end of the call.
type PostWork int

const (
	// PostWorkAfterWrapUp moves the worker after task.wrapup and reservation.wrapup.
	PostWorkAfterWrapUp PostWork = iota
	// PostWorkBeforeWrapUp moves the worker before them.
	PostWorkBeforeWrapUp
	// PostWorkLate moves the worker some seconds after the call.
	PostWorkLate
)

// UnavailableOffers is a reading of
// https://www.twilio.com/docs/taskrouter/lifecycle-task-workflows-and-assignment, which covers only
// a move to another available activity.
type UnavailableOffers int

const (
	// OffersStay leaves pending reservations until they are accepted, rejected or time out.
	OffersStay UnavailableOffers = iota
	// OffersCanceled cancels them.
	OffersCanceled
	// OffersRejected rejects them.
	OffersRejected
)

// Channel is a reading of https://www.twilio.com/docs/taskrouter/api/task.
type Channel int

const (
	// VoiceChannel is the task channel "voice".
	VoiceChannel Channel = iota
	// DefaultChannel is the task channel "default".
	DefaultChannel
)
