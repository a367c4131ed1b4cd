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

	// NullNeverMatches makes every comparison with an absent attribute false, except one with null
	// itself. By default an absent attribute differs from every constant
	// (https://www.twilio.com/docs/taskrouter/expression-syntax).
	NullNeverMatches bool
	// Coerced compares numbers in strings as numbers, and other values of different types as text.
	// By default they are unequal, and out of order: "different types should be avoided"
	// (https://www.twilio.com/docs/taskrouter/expression-syntax).
	Coerced bool
	// LenientSyntax reads AND and OR from left to right, allows NOT HAS, and ignores the case of
	// strings. By default AND binds before OR.
	LenientSyntax bool

	// AttributesReroute starts a pending task whose attributes are updated again at the first
	// filter. By default the task keeps its step
	// (https://www.twilio.com/docs/taskrouter/lifecycle-task-workflows-and-assignment).
	AttributesReroute bool
	// TimeoutEndsStep moves a task whose reservation times out before its step does to the next
	// step, if there is one. By default other workers of the step are offered it
	// (https://www.twilio.com/docs/taskrouter/task-evaluation).
	TimeoutEndsStep bool
	// EventsEachTime sends workflow.target-matched and task-queue.entered whenever the task is
	// evaluated, after each unaccepted reservation too. By default a new step and a new queue send
	// them (https://www.twilio.com/docs/taskrouter/api/event/reference).
	EventsEachTime bool
	// FirstFilterOnly cancels a task after the last target of its filter. By default the task goes
	// to the next filter that matches
	// (https://www.twilio.com/docs/taskrouter/workflow-configuration).
	FirstFilterOnly bool
	// DeadlineCancels cancels a pending reservation and moves the task to its next step when the
	// step's deadline passes. By default the deadline waits for the end of the reservation
	// (https://www.twilio.com/docs/taskrouter/task-evaluation).
	DeadlineCancels bool
	// NoMatchCanceled creates a task that matches no filter of a workflow without a default and
	// cancels it immediately; the caller stays in the queue. By default Twilio reports error 14222
	// and QueueResult=error (https://www.twilio.com/docs/api/errors/14222).
	NoMatchCanceled bool

	// IdleClock is the moment from which a worker's idle time counts.
	IdleClock IdleClock
	// QueueActivitiesApplied applies a task queue's reservation and assignment activities in a
	// multitasking workspace, as in a single-tasking one
	// (https://www.twilio.com/docs/taskrouter/multitasking).
	QueueActivitiesApplied bool
	// AcceptedReservationsOccupy counts accepted and wrapping reservations only in a worker's
	// capacity, like the FAQ of https://www.twilio.com/docs/taskrouter/multitasking. By default
	// pending ones count, too, like its formula.
	AcceptedReservationsOccupy bool
	// DefaultChannel puts the tasks of calls into the task channel "default". By default it is
	// "voice" (https://www.twilio.com/docs/taskrouter/api/task).
	DefaultChannel bool

	// CallerLeaves takes a caller whose task the workflow or the API ended out of the queue with
	// QueueResult=error. By default the caller stays
	// (https://www.twilio.com/docs/taskrouter/task-evaluation, which says so only about a task's
	// TTL).
	CallerLeaves bool
	// UnansweredDequeue is what happens to the reservation of a dequeue instruction when the worker
	// does not answer.
	UnansweredDequeue UnansweredDequeue
	// AcceptedAtInstruction accepts the reservation of a dequeue instruction before Twilio calls
	// the worker. If the worker does not answer, the task ends as after a call. By default the
	// bridge accepts it (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks).
	AcceptedAtInstruction bool
	// FailureTimesOut times a reservation out, with the timeout activity, when both assignment URLs
	// fail. By default it is canceled and the worker's activity stays
	// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks).
	FailureTimesOut bool
	// ReasonsEmpty sends no TaskCanceledReason but "Task TTL Exceeded or Max assignment count
	// exceeded". By default it is "hangup", "Workflow timeout" and the like. A reason in a REST
	// request is always sent unchanged.
	ReasonsEmpty bool
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
	// NoQueueAfterWaitRedirect removes the queue's parameters from every request of a wait document
	// except that for <Enqueue waitUrl>, for which alone Twilio documents them
	// (https://www.twilio.com/docs/voice/twiml/enqueue): from that of <Redirect> and of <Gather>.
	NoQueueAfterWaitRedirect bool
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
	// RecordingCallbackFirst has the file of a <Record>, and its status callback, before the action
	// is requested. By default they come two seconds after it: "the recording file may not be
	// immediately available" then (https://www.twilio.com/docs/voice/twiml/record).
	RecordingCallbackFirst bool
}
