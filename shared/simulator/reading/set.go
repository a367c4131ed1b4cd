// Package reading names the points on which Twilio's documentation can be read in more than one
// way, and the readings of each. A test runs under any of them.
package reading

// Set chooses one reading for each point that no public source settles. The zero value has the
// likelier reading of each. Draw draws them all; String and Parse write and read them.
type Set struct {
	// AfterBridge is what happens to a task after its bridged call. In a single-tasking workspace
	// it is completed at once.
	AfterBridge AfterBridge
	// WorkerCallSIDOnDialQueue writes worker_call_sid into the task's attributes for <Dial><Queue>
	// as well; Twilio documents it for the dequeue and call instructions only
	// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
	WorkerCallSIDOnDialQueue bool

	// MissingAttribute is the result of != and NOT IN with an absent attribute.
	MissingAttribute MissingAttribute
	// Coercion says whether values of different types are compared.
	Coercion Coercion
	// Syntax is how strictly expressions are read.
	Syntax Syntax

	// AttributeUpdate is what a pending task does when its attributes are updated.
	AttributeUpdate AttributeUpdate
	// ReservationTimeout is what a task does whose reservation times out before its step does.
	ReservationTimeout ReservationTimeout
	// RepeatedEvents says which events are sent for a task that stays in its queue.
	RepeatedEvents RepeatedEvents
	// LaterFilters says whether a later filter takes a task after the last target of its filter.
	LaterFilters LaterFilters
	// StepDeadline is what happens when a step's deadline passes while a reservation is pending.
	StepDeadline StepDeadline
	// NoMatch is what happens to an <Enqueue> whose task matches no filter of a workflow without a
	// default.
	NoMatch NoMatch

	// IdleClock is what makes a worker the one who was idle for the shortest time.
	IdleClock IdleClock
	// QueueActivities says whether a task queue's reservation and assignment activities count in a
	// multitasking workspace.
	QueueActivities QueueActivities
	// Capacity says which reservations use a worker's capacity in a multitasking workspace.
	Capacity Capacity
	// Channel is the task channel of a call's task.
	Channel Channel

	// CallerWithoutTask is what happens to a queued caller whose task the workflow or the API
	// ended.
	CallerWithoutTask CallerWithoutTask
	// UnansweredDequeue is what happens to the reservation of a dequeue instruction whose call is
	// not answered.
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
	// AssignmentParameters are the parameters of the assignment callback on which the sources
	// differ.
	AssignmentParameters AssignmentParameters
	// NoWorkerOnTaskEvents leaves the worker out of task.wrapup and task.completed, where a capture
	// names one and the reference does not.
	NoWorkerOnTaskEvents bool
	// TellWorkerCallSID sends task.updated when worker_call_sid is written.
	TellWorkerCallSID bool

	// TaskAttributesWin lets <Task> name an attribute that Twilio sets itself, such as from. By
	// default Twilio's value replaces it.
	TaskAttributesWin bool
	// AutomaticAttributesFree leaves the attributes that Twilio sets itself out of the 4,096
	// characters that <Task> may have.
	AutomaticAttributesFree bool
	// AttributesHideFields lets a worker's attribute win over the field of that name in
	// expressions, such as sid or friendly_name.
	AttributesHideFields bool
	// UnavailableOffers is what happens to the pending reservations of a worker who is moved to an
	// unavailable activity without RejectPendingReservations.
	UnavailableOffers UnavailableOffers
	// SameActivityUpdates sends worker.activity.update also for a worker who is moved to the
	// activity that they are in.
	SameActivityUpdates bool
	// ReplacesOffers offers a task to another worker when one of several reservations ends
	// unaccepted. By default Twilio waits until all have ended.
	ReplacesOffers bool
	// FirstTaskBlocks makes the tasks behind one that matches no worker wait for it.
	FirstTaskBlocks bool
	// SkippedTimeoutLapses leaves the timeout of a step that was skipped out of the deadlines of
	// later steps.
	SkippedTimeoutLapses bool
	// RingBuffer lets a call that POST Calls places ring for five seconds more than its Timeout:
	// "some call flows" do so (https://www.twilio.com/docs/voice/api/call-resource).
	RingBuffer bool

	// FallbackForFirstDocument asks the fallback URL only when the first document of a call fails.
	// By default Twilio asks it for every document except a wait document.
	FallbackForFirstDocument bool
	// NoAssignmentOverrides ignores connection overrides of the assignment URLs. By default they
	// count within the five seconds of an answer.
	NoAssignmentOverrides bool
	// NewTokenOnRetry gives each try of a webhook a different I-Twilio-Idempotency-Token.
	NewTokenOnRetry bool
	// SortedQuery requests a webhook's URL with its query sorted by name, and signs it as it was
	// configured (twilio-php #790).
	SortedQuery bool
	// EmptyAnswerWarns warns of an empty answer to the assignment callback (40001), and not of {}.
	// By default it is the other way round (40005).
	EmptyAnswerWarns bool
	// SIDsInDequeueCallback sends TaskSid and ReservationSid to the status callback of a dequeue or
	// call instruction too, as public code expects.
	SIDsInDequeueCallback bool

	// DialFailure is the DialCallStatus of a Dial->Queue that fails, with 14215 or 14217 for
	// instance: "failed" if empty, "error" or "no-answer".
	DialFailure string
	// NoDialBridged leaves DialBridged out of the parameters of the action of <Dial>.
	NoDialBridged bool
	// NoQueueAtDialAction leaves all parameters of the queue out of those of the action of a <Dial>
	// that dequeued a call. By default Twilio sends it what it sends to <Queue url>: QueueSid,
	// QueueTime and DequeingCallSid (https://www.twilio.com/docs/voice/twiml/dial).
	NoQueueAtDialAction bool
	// QueueResultAtDialAction sends QueueResult, QueueSid and QueueTime there instead, as another
	// emulator does.
	QueueResultAtDialAction bool
	// DialActionAfterHangUp requests the action of <Dial> also for a caller who has hung up.
	DialActionAfterHangUp bool
	// BridgedInProgress says CallStatus=in-progress at the action of <Enqueue> for bridged also
	// when the caller has hung up.
	BridgedInProgress bool
	// HangUpInWhisper is QueueResult=hangup, not bridging-in-process, when the caller hangs up
	// during the document of <Queue url>.
	HangUpInWhisper bool

	// PostWork is when a worker goes to the post-work activity.
	PostWork PostWork
	// PostWorkSparesMoved leaves a worker alone whom a person or a program has moved since the
	// reservation was accepted; by default the post-work activity replaces any other.
	PostWorkSparesMoved bool
	// MoveResetsIdle makes a worker who changes activities the one who was idle for the shortest
	// time.
	MoveResetsIdle bool
	// RejectWhenAvailable ignores RejectPendingReservations for an available activity, and without
	// an activity; by default that is a 400.
	RejectWhenAvailable bool
	// UnmovedKeepsOffers ignores RejectPendingReservations for a worker who is in that activity
	// already; by default their pending reservations are rejected.
	UnmovedKeepsOffers bool
	// NoAttributesInList lists workers with attributes null, as Twilio's OpenAPI says; by default
	// as the sample of the page has them.
	NoAttributesInList bool
	// CompletionReturns takes a worker of a task queue with activities back to the activity before
	// when their task is completed; by default the worker stays.
	CompletionReturns bool
	// WorkerVersionDiffers counts changes of activity as WorkerVersion; by default it is the ETag.
	WorkerVersionDiffers bool
	// PreviousActivityName sends WorkerPreviousActivityName with worker.activity.update, as public
	// code expects.
	PreviousActivityName bool
	// NoActor lists every event as the workspace's own; by default a change over REST is the
	// account's, and one in the console a user's.
	NoActor bool
	// TextsThroughService sends MessagingServiceSid and OptOutType with every text, and opts out of
	// all of the account's numbers at once, as if one Messaging Service had them all.
	TextsThroughService bool
}
