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
	const ours, workers = true, false
	return [count]Row{
		CallbackUnreadable: {Assignment, "unreadable", "the callback names another workspace, no whole SIDs, or no call", Rejected, ours},
		NoContact:          {Assignment, "no-contact", "the worker has no usable `contact_uri`", Rejected, workers},
		QueueRefused:       {Assignment, "sqs", "SQS refuses the message, or takes longer than 2 s", Rejected, ours},

		ClaimFailed:    {Claim, "table", "the table is throttled or out of reach", Rejected, ours},
		MessageLate:    {Claim, "too-late", "less than the shortest ring is left when the message comes", Stale, ours},
		AttemptDied:    {Claim, "died", "an earlier attempt died before it dialled", Rejected, ours},
		OutcomeUnknown: {Claim, "unknown", "an earlier attempt died when it may have dialled", Unknown, ours},

		CRMUnsigned:    {CRM, "unsigned", "`crm-secret` cannot be read or used", Rejected, ours},
		CRMRefused:     {CRM, "refused", "the CRM answers 3xx or 4xx", Rejected, ours},
		CRMServerError: {CRM, "server-error", "the CRM answers 5xx, twice", Rejected, ours},
		CRMTimeout:     {CRM, "time-out", "the CRM does not answer in time", Rejected, ours},
		CRMUnreachable: {CRM, "unreachable", "the connection fails or breaks, twice", Rejected, ours},
		CRMBreakerOpen: {CRM, "breaker-open", "the CRM was down a moment ago: it is not asked", Rejected, ours},

		DialNotNoted:      {Dial, "table", "the table does not take that a call is about to be placed: none is", Rejected, ours},
		DialLate:          {Dial, "too-late", "less than the shortest ring is left after the CRM step", Stale, ours},
		DialNoCredentials: {Dial, "no-credentials", "SSM has no credentials for Twilio", Rejected, ours},
		DialUnreachable:   {Dial, "unreachable", "no connection to Twilio, in three tries", Rejected, ours},
		DialInvalidNumber: {Dial, "invalid-number", "Twilio cannot call the worker's number", Rejected, workers},
		DialGeoPermission: {Dial, "geo-permission", "the account may not call the worker's country", Rejected, workers},
		DialCallerID:      {Dial, "caller-id", "the number shown to the worker is not the account's, or not verified", Rejected, ours},
		DialUnauthorized:  {Dial, "401", "wrong credentials", Rejected, ours},
		DialForbidden:     {Dial, "403", "the account or its key may not", Rejected, ours},
		DialNotFound:      {Dial, "404", "no such account", Rejected, ours},
		DialConflict:      {Dial, "409", "Twilio tells of a conflict", Rejected, ours},
		DialThrottled:     {Dial, "429", "throttled in each of three tries, or for as long as the ring still fits", Rejected, ours},
		DialRefused:       {Dial, "refused", "another 4xx", Rejected, ours},
		DialServerError:   {Dial, "server-error", "5xx", Unknown, ours},
		DialTimeout:       {Dial, "time-out", "no answer in time", Unknown, ours},
		DialReset:         {Dial, "reset", "the connection breaks once the request may be out", Unknown, ours},
		DialUndecodable:   {Dial, "undecodable", "an answer without a call SID in it", Unknown, ours},

		RingBusy:     {Ring, "busy", "the worker's line is busy", Rejected, workers},
		RingNoAnswer: {Ring, "no-answer", "the worker does not answer", Rejected, workers},
		RingFailed:   {Ring, "failed", "the call cannot be connected, or is cancelled", Rejected, workers},
		RingLate:     {Ring, "too-late", "Twilio's own queue of calls kept this one until it would ring beyond the deadline: it is ended", Stale, ours},

		GateNoKey:    {Gate, "no-key", "nobody presses a key: a mailbox, or no worker", Rejected, workers},
		GateDeclined: {Gate, "declined", "the worker presses 2", Rejected, workers},
		GateOtherKey: {Gate, "other-key", "the worker presses another key than 1, 2 and, while it may be asked for, 3", Rejected, workers},
		GateHungUp:   {Gate, "hung-up", "the worker hangs up before the bridge", Rejected, workers},

		BridgeNotConnected: {Bridge, "not-connected", "the worker took the call and was not connected", Rejected, ours},

		RejectFailed: {Reject, "twilio", "Twilio does not take the rejection; a message comes again, three times", TimedOut, ours},
	}
}
