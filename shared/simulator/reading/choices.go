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
