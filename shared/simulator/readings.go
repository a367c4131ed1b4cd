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

	// TaskAttributesWin lets <Task> name an attribute that Twilio sets itself, such as from; otherwise Twilio's value takes its place.
	TaskAttributesWin bool
	// AutomaticAttributesFree leaves the attributes that Twilio sets itself out of the 4,096 characters that <Task> may have.
	AutomaticAttributesFree bool
	// AttributesHideFields lets a worker's attribute win over the field of that name in expressions, such as sid or friendly_name.
	AttributesHideFields bool
	// UnavailableOffers is what becomes of the pending reservations of a worker who is moved to an
	// unavailable activity without RejectPendingReservations.
	UnavailableOffers UnavailableOffers
	// SameActivityUpdates sends worker.activity.update also for a worker who is moved to the activity that they are in.
	SameActivityUpdates bool
	// ReplacesOffers offers a task to another worker when one of several reservations ends unaccepted; otherwise only when all have ended.
	ReplacesOffers bool
	// FirstTaskBlocks lets a task that cannot be placed keep back those after it in its queue.
	FirstTaskBlocks bool
	// SkippedTimeoutLapses leaves the timeout of a step that was skipped out of the deadlines of later steps.
	SkippedTimeoutLapses bool
	// RingBuffer lets a call that POST Calls places ring for five seconds more than its Timeout: docs/voice/api/call-resource has "some call
	// flows" do so.
	RingBuffer bool

	// FallbackForFirstDocument asks the fallback URL only when the first document of a call fails; otherwise for any, but a wait document.
	FallbackForFirstDocument bool
	// NoAssignmentOverrides ignores connection overrides of the assignment URLs; otherwise they count within the five seconds of an answer.
	NoAssignmentOverrides bool
	// NewTokenOnRetry gives each try of a webhook an I-Twilio-Idempotency-Token of its own.
	NewTokenOnRetry bool
	// SortedQuery requests a webhook's URL with its query sorted by name, and signs it as it was configured (twilio-php #790).
	SortedQuery bool
	// EmptyAnswerWarns has an empty answer to the assignment callback warned of (40001), and {} not; otherwise the other way round (40005).
	EmptyAnswerWarns bool
	// SIDsInDequeueCallback sends TaskSid and ReservationSid to the status callback of a dequeue or call instruction too, as public code
	// expects.
	SIDsInDequeueCallback bool

	// DialFailure is the DialCallStatus of a Dial->Queue that fails, with 14215 or 14217 for instance: "failed" if empty, "error" or "no-answer".
	DialFailure string
	// NoDialBridged leaves DialBridged out of the parameters of the action of <Dial>.
	NoDialBridged bool
	// NoQueueAtDialAction leaves all parameters of the queue out of those of the action of a <Dial> that dequeued a call. Otherwise it is told
	// what <Queue url> is told: QueueSid, QueueTime and DequeingCallSid (docs/voice/twiml/dial).
	NoQueueAtDialAction bool
	// QueueResultAtDialAction sends QueueResult, QueueSid and QueueTime there instead, as another emulator does.
	QueueResultAtDialAction bool
	// DialActionAfterHangUp requests the action of <Dial> also for a leg that has hung up itself.
	DialActionAfterHangUp bool
	// BridgedInProgress says CallStatus=in-progress at the action of <Enqueue> for bridged also when the caller has hung up.
	BridgedInProgress bool
	// HangUpInWhisper is QueueResult=hangup, not bridging-in-process, when the caller hangs up during the document of <Queue url>.
	HangUpInWhisper bool

	// PostWork is when a worker goes to the post-work activity.
	PostWork PostWork
	// PostWorkSparesMoved leaves a worker alone whom a person or a program has moved since the
	// reservation was accepted; by default the post-work activity takes the place of any other.
	PostWorkSparesMoved bool
	// MoveResetsIdle makes a worker who changes activities the one who was idle for the shortest time.
	MoveResetsIdle bool
	// RejectWhenAvailable ignores RejectPendingReservations for an available activity, and without an
	// activity; by default that is a 400.
	RejectWhenAvailable bool
	// UnmovedKeepsOffers ignores RejectPendingReservations for a worker who is in that activity
	// already; by default their pending reservations are rejected.
	UnmovedKeepsOffers bool
	// NoAttributesInList lists workers with attributes null, as Twilio's OpenAPI says; by default as
	// the sample of the page has them.
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
