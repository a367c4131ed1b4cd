package reading

// CallerWithoutTask is a reading of https://www.twilio.com/docs/taskrouter/task-evaluation, which
// says only that a caller stays after a task's TTL.
type CallerWithoutTask int

const (
	// CallerStays keeps the caller in the queue.
	CallerStays CallerWithoutTask = iota
	// CallerLeaves takes the caller out of the queue with QueueResult=error.
	CallerLeaves
)

// UnansweredDequeue is a reading of
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks.
type UnansweredDequeue int

const (
	// DequeueTimesOut times the reservation out immediately, with the timeout activity.
	DequeueTimesOut UnansweredDequeue = iota
	// DequeueCancels cancels the reservation and leaves the worker's activity alone.
	DequeueCancels
	// DequeueFails does the same as DequeueCancels and sends the event reservation.failed.
	DequeueFails
	// DequeueStaysPending leaves the reservation pending until it times out.
	DequeueStaysPending
)

// DequeueAccepts is a reading of
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks.
type DequeueAccepts int

const (
	// AcceptedAtBridge accepts when the worker answers and Twilio bridges the call, which the
	// simulator does in one moment.
	AcceptedAtBridge DequeueAccepts = iota
	// AcceptedAtInstruction accepts before Twilio calls the worker. If the worker does not answer,
	// the task ends as after a call.
	AcceptedAtInstruction
)

// FailedAssignment is a reading of
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks.
type FailedAssignment int

const (
	// FailureCancels cancels the reservation and leaves the worker's activity alone.
	FailureCancels FailedAssignment = iota
	// FailureTimesOut times the reservation out immediately, with the timeout activity.
	FailureTimesOut
)

// Reasons is a reading of https://www.twilio.com/docs/taskrouter/api/event/reference. A reason in a
// REST request is always sent unchanged.
type Reasons int

const (
	// ReasonsNamed sends "hangup", "Workflow timeout", "Task TTL Exceeded" and the like.
	ReasonsNamed Reasons = iota
	// ReasonsEmpty sends no reason but "Task TTL Exceeded or Max assignment count exceeded".
	ReasonsEmpty
)

// EventOrder is a reading of https://www.twilio.com/docs/taskrouter/api/event/reference, which
// promises no order.
type EventOrder int

const (
	// ReservationFirst sends the reservation's event, then the worker's, then the task's.
	ReservationFirst EventOrder = iota
	// TaskFirst sends the task's event, then the worker's, then the reservation's.
	TaskFirst
	// EventsShuffled sends them in a random order that depends on the seed.
	EventsShuffled
)

// SettledReservation is the answer to an update of a reservation that is no longer pending. All
// three are guesses, because no capture is public
// (https://www.twilio.com/docs/taskrouter/api/reservations).
type SettledReservation int

const (
	// SettledBadRequest answers 400 with code 20001.
	SettledBadRequest SettledReservation = iota
	// SettledConflict answers 409 with code 20409.
	SettledConflict
	// SettledNotFound answers 404 with code 20404.
	SettledNotFound
)

// AssignmentParameters is a reading of
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks and of public captures.
type AssignmentParameters int

const (
	// AssignmentDocumented sends Timestamp and no WorkerName.
	AssignmentDocumented AssignmentParameters = iota
	// AssignmentCaptured sends neither, like captures from 2018.
	AssignmentCaptured
	// AssignmentWithWorkerName sends both.
	AssignmentWithWorkerName
)
