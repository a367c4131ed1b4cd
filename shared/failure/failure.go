// Package failure says what becomes of a reservation, its worker and its task when a step on the way from the assignment
// callback to the bridge fails. It is one table: the functions act by it, README shows it, and the metric Failures counts
// by it.
package failure

// Failure is a way in which a step can fail: a row of the table.
type Failure int

// The failures, in the order of the steps.
const (
	CallbackUnreadable Failure = iota
	NoContact
	QueueRefused

	ClaimFailed
	MessageLate
	AttemptDied
	OutcomeUnknown

	CRMUnsigned
	CRMRefused
	CRMServerError
	CRMTimeout
	CRMUnreachable
	CRMBreakerOpen

	DialNotNoted
	DialLate
	DialNoCredentials
	DialUnreachable
	DialInvalidNumber
	DialGeoPermission
	DialCallerID
	DialUnauthorized
	DialForbidden
	DialNotFound
	DialConflict
	DialThrottled
	DialRefused
	DialServerError
	DialTimeout
	DialReset
	DialUndecodable

	RingBusy
	RingNoAnswer
	RingFailed
	RingLate

	GateNoKey
	GateDeclined
	GateOtherKey
	GateHungUp

	BridgeNotConnected

	RejectFailed
	count int = iota
)

// Row is what a failure leads to.
type Row struct {
	Step, Name string // the log fields step and failure, and the metric's dimensions
	Cause      string

	// Reservation is how it ends: Rejected, Stale, Unknown or TimedOut.
	Reservation string

	// Ours says that the worker had no part in it, and goes to FaultActivitySid; otherwise to RejectActivitySid.
	Ours bool
}

// How a reservation ends. All but TimedOut are rejected over REST, or by the callback's answer; the names tell them apart in
// the ledger.
const (
	Rejected = "rejected"  // it is known that nobody was called, or that the call came to nothing
	Stale    = "stale"     // nothing was dialled because it would have rung beyond the deadline
	Unknown  = "unknown"   // a call may have been placed: whoever answers it hears that the caller has gone
	TimedOut = "times out" // Twilio did not take the rejection
)

// Row returns the failure's row.
func (f Failure) Row() Row { return Table()[f] }

// Fields are the failure's log fields. The metric filter in template.yaml reads them.
func (f Failure) Fields() []any {
	row := f.Row()
	return []any{"step", row.Step, "failure", row.Name, "ours", row.Ours}
}

// Task is what becomes of the task.
func (r Row) Task() string {
	if r.Reservation == TimedOut {
		return "offered to the next worker after that"
	}
	return "offered to the next worker"
}

// Activity is the activity that the worker goes to, by the name of the setting.
func (r Row) Activity() string {
	switch {
	case r.Reservation == TimedOut:
		return "the workspace's timeout activity"
	case r.Ours:
		return "FaultActivitySid"
	}
	return "RejectActivitySid"
}

// Activities are the SIDs (WA…) of the activities that a worker goes to whose reservation is rejected.
type Activities struct {
	Reject string
	Fault  string // "" = Reject
}

// For is the activity for a failure.
func (a Activities) For(f Failure) string {
	if f.Row().Ours && a.Fault != "" {
		return a.Fault
	}
	return a.Reject
}
