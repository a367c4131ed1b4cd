package failure

// The steps, in their order.
const (
	Assignment = "assignment" // the callback is answered
	Claim      = "claim"      // the message is taken
	CRM        = "crm"        // the CRM is told
	Dial       = "dial"       // POST /Calls
	Ring       = "ring"       // the worker's phone rings
	Gate       = "gate"       // the worker has answered
	Bridge     = "bridge"     // the worker is connected
	Reject     = "reject"     // the reservation is rejected
)

// Table has a row for each failure.
func Table() [count]Row {
	return [count]Row{
		NoContact:    {Assignment, "no-contact", "the worker has no usable `contact_uri`", Rejected, ToWorker},
		NoCallerID:   {Assignment, "caller-id", "neither `WorkerCallerId` nor what the caller dialed is a number that Twilio can show", Canceled, ToCall},
		QueueRefused: {Assignment, "sqs", "SQS refuses the message, or takes longer than 2 s", Rejected, ToUs},

		ClaimFailed:    {Claim, "table", "the table is throttled or out of reach", Rejected, ToUs},
		MessageLate:    {Claim, "too-late", "less than the shortest ring is left when the message comes", Stale, ToUs},
		AttemptDied:    {Claim, "died", "an earlier attempt died before it called the worker", Rejected, ToUs},
		OutcomeUnknown: {Claim, "unknown", "an earlier attempt died when it may have called the worker", Unknown, ToUs},

		CRMUnsigned:    {CRM, "unsigned", "`crm-secret` or `crm-authorization` cannot be read or used", Rejected, ToUs},
		CRMRefused:     {CRM, "refused", "the CRM answers 4xx: it refuses this caller", Canceled, ToCall},
		CRMForbidden:   {CRM, "forbidden", "the CRM answers 3xx, 401, 403, 405, 407, 408 or 429: it refuses us", Rejected, ToUs},
		CRMServerError: {CRM, "server-error", "the CRM answers 5xx, twice", Rejected, ToUs},
		CRMTimeout:     {CRM, "time-out", "the CRM does not answer in time", Rejected, ToUs},
		CRMUnreachable: {CRM, "unreachable", "the connection fails or breaks, twice", Rejected, ToUs},
		CRMBreakerOpen: {CRM, "breaker-open", "the CRM was down a moment ago: it is not asked", Rejected, ToUs},

		DialNotNoted:      {Dial, "table", "the table rejects the write before the worker is called: no call is placed", Rejected, ToUs},
		DialLate:          {Dial, "too-late", "less than the shortest ring is left after the CRM step", Stale, ToUs},
		DialNoCredentials: {Dial, "no-credentials", "SSM has no credentials for Twilio", Rejected, ToUs},
		DialUnreachable:   {Dial, "unreachable", "no connection to Twilio, in three tries", Rejected, ToUs},
		DialInvalidNumber: {Dial, "invalid-number", "Twilio cannot call the worker's number", Rejected, ToWorker},
		DialGeoPermission: {Dial, "geo-permission", "the account may not call the worker's country", Rejected, ToWorker},
		DialCallerID:      {Dial, "caller-id", "the number shown to the worker is not the account's, or not verified", Canceled, ToCall},
		DialUnauthorized:  {Dial, "401", "wrong credentials", Rejected, ToUs},
		DialForbidden:     {Dial, "403", "the account or its key may not", Rejected, ToUs},
		DialNotFound:      {Dial, "404", "no such account", Rejected, ToUs},
		DialConflict:      {Dial, "409", "Twilio reports a conflict", Rejected, ToUs},
		DialThrottled:     {Dial, "429", "throttled in each of three tries, or for as long as the ring still fits", Rejected, ToUs},
		DialRefused:       {Dial, "refused", "another 4xx", Rejected, ToUs},
		DialServerError:   {Dial, "server-error", "5xx", Unknown, ToUs},
		DialTimeout:       {Dial, "time-out", "no answer in time", Unknown, ToUs},
		DialReset:         {Dial, "reset", "the connection breaks once the request may be out", Unknown, ToUs},
		DialUndecodable:   {Dial, "undecodable", "an answer without a call SID in it", Unknown, ToUs},

		RingBusy:     {Ring, "busy", "the worker's line is busy", Rejected, ToWorker},
		RingNoAnswer: {Ring, "no-answer", "the worker does not answer", Rejected, ToWorker},
		RingFailed:   {Ring, "failed", "the call cannot be connected, or is canceled", Rejected, ToWorker},
		RingLate:     {Ring, "too-late", "Twilio's own queue of calls kept this one until it would ring beyond the deadline: it is ended", Stale, ToUs},

		GateNoKey:     {Gate, "no-key", "no key is pressed: a mailbox, or no worker", Rejected, ToWorker},
		GateDeclined:  {Gate, "declined", "the worker presses 2", Rejected, ToWorker},
		GateSignedOff: {Gate, "signed-off", "the worker presses 9", Rejected, ToWish},
		GateOtherKey:  {Gate, "other-key", "the worker presses another key than 1, 2, 9 and, while it may be asked for, 3", Rejected, ToWorker},
		GateHungUp:    {Gate, "hung-up", "the worker hangs up before the bridge", Rejected, ToWorker},

		BridgeNotConnected: {Bridge, "not-connected", "the worker took the call and was not connected", Rejected, ToUs},

		RejectFailed: {Reject, "twilio", "Twilio does not take the rejection; SQS delivers a message three times", TimedOut, ToUs},
	}
}
