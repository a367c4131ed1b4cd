// Package failure says what becomes of a reservation, its worker, its caller and its task when a
// step on the way from the assignment callback to the bridge fails. It is one table: the functions
// act by it, README.md shows it, and the metric Failures counts by it.
package failure

import (
	"cmp"
	"strings"

	"switchboard/shared/reservation"
)

// OverflowPath is where Twilio is sent with a caller who cannot be served. Failure.Path may follow.
// language is the one that the caller chose; "" = the number's.
func OverflowPath(language string) string {
	if language == "" {
		return "/survey/overflow"
	}
	return "/survey/" + language + "/overflow"
}

// Failure is a way in which a step can fail: a row of the table.
type Failure int

// The failures, in the order of the steps.
const (
	NoContact Failure = iota
	NoCallerID
	QueueRefused

	ClaimFailed
	MessageLate
	AttemptDied
	OutcomeUnknown

	CRMUnsigned
	CRMRefused
	CRMForbidden
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
	GateSignedOff
	GateOtherKey
	GateHungUp

	BridgeNotConnected

	RejectFailed
	count int = iota
)

// Row is what a failure leads to.
type Row struct {
	Step, Name string            // the log fields step and failure, and the metric's dimensions
	End        reservation.State // of a pending reservation; see shared/ledger/README.md
	Charge     Charge
}

// Charge is who bears the consequences of a failure.
type Charge string

const (
	// ToWorker sends the worker to RejectActivitySid, and TaskRouter offers the call to the next
	// worker.
	ToWorker Charge = "worker"

	// ToUs sends the worker to FaultActivitySid, and TaskRouter offers the call to the next worker.
	// The second such failure for one task is charged to the call: one caller takes at most one
	// worker away.
	ToUs Charge = "us"

	// ToWish sends the worker to OfflineActivitySid, because they asked for it, and TaskRouter
	// offers the call to the next worker.
	ToWish Charge = "wish"

	// ToCall moves no worker: the next one could not serve the call either. The caller is sent to
	// overflow.
	ToCall Charge = "call"
)

// Row returns the failure's row.
func (f Failure) Row() Row { return Table[f] }

// Fields are the failure's log fields. The metric filters in template.yaml read them.
func (f Failure) Fields() []any {
	row := f.Row()
	return []any{"step", row.Step, "failure", row.Name, "charged_to", string(row.Charge)}
}

// Path is the part of an overflow URL that says why the caller is sent there: "/crm/refused".
func (f Failure) Path() string { return "/" + f.Row().Step + "/" + f.Row().Name }

// Parse returns the failure that the ledger stores as "crm/refused".
func Parse(recorded string) (failure Failure, found bool) {
	step, name, _ := strings.Cut(recorded, "/")
	return Named(step, name)
}

// Named returns the failure with the step and name of its row.
func Named(step, name string) (failure Failure, found bool) {
	for f, row := range Table {
		if row.Step == step && row.Name == name {
			return Failure(f), true
		}
	}
	return 0, false
}

// Activities are the SIDs (WA…) of the activities to which a rejection moves the worker.
type Activities struct {
	Reject  string
	Fault   string // "" = Reject
	Offline string // "" = Reject
}

// For returns the activity for a failure. A call's own failure is rejected only if the caller
// cannot be sent to overflow; that is not the worker's doing.
func (a Activities) For(f Failure) string {
	switch f.Row().Charge {
	case ToWorker:
		return a.Reject
	case ToWish:
		return cmp.Or(a.Offline, a.Reject)
	}
	return cmp.Or(a.Fault, a.Reject)
}
