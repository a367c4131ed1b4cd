package reading

// CallerWithoutTask is a reading of https://www.twilio.com/docs/taskrouter/task-evaluation, which
// settles only that a caller stays after a task's TTL.
type CallerWithoutTask int

const (
	// CallerStays keeps the caller in the queue.
	CallerStays CallerWithoutTask = iota
	// CallerLeaves takes the caller out of it with QueueResult=error.
	CallerLeaves
)

// UnansweredDequeue is a reading of
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks.
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

// DequeueAccepts is a reading of
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks.
type DequeueAccepts int

const (
	// AcceptedAtBridge accepts when the worker has answered and is bridged, which is one moment
	// here.
	AcceptedAtBridge DequeueAccepts = iota
	// AcceptedAtInstruction accepts before the worker is called. If the worker does not answer, the
	// task ends as after a call.
	AcceptedAtInstruction
)

// FailedAssignment is a reading of
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks.
type FailedAssignment int

const (
	// FailureCancels cancels the reservation and leaves the worker's activity alone.
	FailureCancels FailedAssignment = iota
	// FailureTimesOut lets the reservation time out at once, with the timeout activity.
	FailureTimesOut
)

// Reasons is a reading of https://www.twilio.com/docs/taskrouter/api/event/reference. The reason
// that a REST request gives is sent as it is.
type Reasons int

const (
	// ReasonsNamed are "hangup", "Workflow timeout", "Task TTL Exceeded" and the like.
	ReasonsNamed Reasons = iota
	// ReasonsEmpty are empty, but for "Task TTL Exceeded or Max assignment count exceeded".
	ReasonsEmpty
)

// EventOrder is a reading of https://www.twilio.com/docs/taskrouter/api/event/reference, which
// promises no order.
type EventOrder int

const (
	// ReservationFirst sends the reservation's event, then the worker's, then the task's.
	ReservationFirst EventOrder = iota
	// TaskFirst sends them the other way round.
	TaskFirst
	// EventsShuffled sends them in an order drawn from the seed.
	EventsShuffled
)

// SettledReservation is a guess: no capture of this answer is public
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
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks and of what others have
// captured.
type AssignmentParameters int

const (
	// AssignmentDocumented sends Timestamp and no WorkerName.
	AssignmentDocumented AssignmentParameters = iota
	// AssignmentCaptured sends neither, as captures from 2018 have it.
	AssignmentCaptured
	// AssignmentWithWorkerName sends both.
	AssignmentWithWorkerName
)
