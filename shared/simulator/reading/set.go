// Package reading lists the points on which Twilio's documentation allows more than one reading,
// and the readings of each. A test can run under any of them.
package reading

// Set holds one reading for each point that no public source decides. The zero value is the
// likelier reading of each. Draw draws all of them; String and Parse write and read them.
type Set struct {
	// AfterBridge is what happens to a task after its bridged call. A single-tasking workspace
	// always completes it immediately.
	AfterBridge AfterBridge
	// WorkerCallSIDOnDialQueue writes worker_call_sid into the task's attributes for <Dial><Queue>,
	// too; Twilio documents it for the dequeue and call instructions only
	// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
	WorkerCallSIDOnDialQueue bool

	// MissingAttribute is the result of != and NOT IN with an absent attribute.
	MissingAttribute MissingAttribute
	// Coercion is whether values of different types are compared.
	Coercion Coercion
	// Syntax is how strictly expressions are read.
	Syntax Syntax

	// AttributeUpdate is what happens to a pending task when its attributes are updated.
	AttributeUpdate AttributeUpdate
	// ReservationTimeout is what happens to a task whose reservation times out before its step
	// does.
	ReservationTimeout ReservationTimeout
	// RepeatedEvents is which events TaskRouter sends for a task that stays in its queue.
	RepeatedEvents RepeatedEvents
	// LaterFilters is whether a task moves to a later filter after the last target of its filter.
	LaterFilters LaterFilters
	// StepDeadline is what happens when a step's deadline passes while a reservation is pending.
	StepDeadline StepDeadline
	// NoMatch is what happens to an <Enqueue> whose task matches no filter of a workflow without a
	// default.
	NoMatch NoMatch

	// IdleClock is the moment from which a worker's idle time counts.
	IdleClock IdleClock
	// QueueActivities is whether a task queue's reservation and assignment activities apply in a
	// multitasking workspace.
	QueueActivities QueueActivities
	// Capacity is which reservations use a worker's capacity in a multitasking workspace.
	Capacity Capacity
	// Channel is the task channel of a call's task.
	Channel Channel

	// CallerWithoutTask is what happens to a queued caller whose task the workflow or the API
	// ended.
	CallerWithoutTask CallerWithoutTask
	// UnansweredDequeue is what happens to the reservation of a dequeue instruction when the worker
	// does not answer.
	UnansweredDequeue UnansweredDequeue
	// DequeueAccepts is when a dequeue instruction accepts the reservation.
	DequeueAccepts DequeueAccepts
	// FailedAssignment is what happens to a reservation after both assignment URLs failed.
	FailedAssignment FailedAssignment
	// Reasons are the texts of TaskCanceledReason.
	Reasons Reasons
	// EventOrder is the order of events that belong to one change.
	EventOrder EventOrder
	// SettledReservation is the answer to an update of a reservation that is no longer pending.
	SettledReservation SettledReservation
	// AssignmentParameters are the assignment callback's parameters that differ between sources.
	AssignmentParameters AssignmentParameters
	// NoWorkerOnTaskEvents leaves the worker out of task.wrapup and task.completed. A capture has
	// the worker there, and the reference does not.
	NoWorkerOnTaskEvents bool
	// TellWorkerCallSID sends task.updated when Twilio writes worker_call_sid.
	TellWorkerCallSID bool

	// TaskAttributesWin lets <Task> override an attribute that Twilio sets itself, such as from. By
	// default Twilio's value replaces it.
	TaskAttributesWin bool
	// AutomaticAttributesFree does not count the attributes that Twilio sets itself in the limit of
	// 4,096 characters for <Task>.
	AutomaticAttributesFree bool
	// AttributesHideFields makes an expression read a worker's attribute instead of the worker's
	// field of the same name, such as sid or friendly_name.
	AttributesHideFields bool
	// UnavailableOffers is what happens to a worker's pending reservations when the worker is moved
	// to an unavailable activity without RejectPendingReservations.
	UnavailableOffers UnavailableOffers
	// SameActivityUpdates sends worker.activity.update even if the worker is moved to the current
	// activity.
	SameActivityUpdates bool
	// ReplacesOffers offers a task to another worker when one of several reservations ends
	// unaccepted. By default Twilio waits until all have ended.
	ReplacesOffers bool
	// FirstTaskBlocks makes a task that matches no worker block the tasks behind it.
	FirstTaskBlocks bool
	// SkippedTimeoutLapses does not count the timeout of a skipped step in the deadlines of later
	// steps.
	SkippedTimeoutLapses bool
	// RingBuffer makes a call that POST Calls places ring five seconds longer than its Timeout:
	// "some call flows" do so (https://www.twilio.com/docs/voice/api/call-resource).
	RingBuffer bool

	// FallbackForFirstDocument requests the fallback URL only when the first document of a call
	// fails. By default Twilio requests it for every document except a wait document.
	FallbackForFirstDocument bool
	// NoAssignmentOverrides ignores connection overrides of the assignment URLs. By default they
	// apply within the five seconds that Twilio waits for an answer.
	NoAssignmentOverrides bool
	// NewTokenOnRetry gives each try of a webhook a different I-Twilio-Idempotency-Token.
	NewTokenOnRetry bool
	// SortedQuery requests a webhook's URL with its query sorted by name, and signs the URL in its
	// configured order (twilio-php #790).
	SortedQuery bool
	// EmptyAnswerWarns reports an empty answer to the assignment callback (40001), but not {}. By
	// default Twilio reports {} (40005), but not an empty answer.
	EmptyAnswerWarns bool
	// SIDsInDequeueCallback sends TaskSid and ReservationSid to the status callback of a dequeue or
	// call instruction, too, which public code expects.
	SIDsInDequeueCallback bool

	// DialFailure is the DialCallStatus of a Dial->Queue that fails, for example with 14215 or
	// 14217: "error" or "no-answer"; "" means "failed".
	DialFailure string
	// NoDialBridged removes DialBridged from the parameters of the action of <Dial>.
	NoDialBridged bool
	// NoQueueAtDialAction removes all parameters of the queue from the action of a <Dial> that
	// dequeued a call. By default Twilio sends the same as to <Queue url>: QueueSid, QueueTime and
	// DequeingCallSid (https://www.twilio.com/docs/voice/twiml/dial).
	NoQueueAtDialAction bool
	// QueueResultAtDialAction sends QueueResult, QueueSid and QueueTime there instead, like another
	// emulator.
	QueueResultAtDialAction bool
	// DialActionAfterHangUp requests the action of <Dial> even after the caller hung up.
	DialActionAfterHangUp bool
	// BridgedInProgress sends CallStatus=in-progress to the action of <Enqueue> after a bridge,
	// even if the caller hung up.
	BridgedInProgress bool
	// HangUpInWhisper sends QueueResult=hangup, not bridging-in-process, when the caller hangs up
	// during the document of <Queue url>.
	HangUpInWhisper bool

	// PostWork is when a worker enters the post-work activity.
	PostWork PostWork
	// PostWorkSparesMoved keeps the activity of a worker whom a person or a program moved after the
	// reservation was accepted. By default the post-work activity replaces any other.
	PostWorkSparesMoved bool
	// MoveResetsIdle restarts a worker's idle time when the worker changes activities.
	MoveResetsIdle bool
	// RejectWhenAvailable ignores RejectPendingReservations with an available activity, and without
	// an activity. By default Twilio answers 400.
	RejectWhenAvailable bool
	// UnmovedKeepsOffers ignores RejectPendingReservations for a worker who already is in that
	// activity. By default Twilio rejects the worker's pending reservations.
	UnmovedKeepsOffers bool
	// NoAttributesInList lists workers with attributes null, like Twilio's OpenAPI files. By
	// default the list has their attributes, like the sample on Twilio's page.
	NoAttributesInList bool
	// CompletionReturns moves a worker of a task queue with activities back to the activity before
	// when the task is completed. By default the worker stays.
	CompletionReturns bool
	// WorkerVersionDiffers sends the number of activity changes as WorkerVersion. By default it is
	// the ETag.
	WorkerVersionDiffers bool
	// PreviousActivityName sends WorkerPreviousActivityName with worker.activity.update, which
	// public code expects.
	PreviousActivityName bool
	// NoActor names the workspace as the actor of every event. By default the actor of a change
	// over REST is the account, and of one in the console the user.
	NoActor bool
	// TextsThroughService sends MessagingServiceSid and OptOutType with every text, and applies an
	// opt-out to all of the account's numbers, as if one Messaging Service had them all.
	TextsThroughService bool
}
