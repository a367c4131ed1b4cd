package failure

import "switchboard/shared/reservation"

// The steps, in their order.
const (
	Assignment = "assignment" // the assignment function answers the callback
	Claim      = "claim"      // the bridge function claims the reservation
	CRM        = "crm"        // the CRM step
	Dial       = "dial"       // POST /Calls
	Ring       = "ring"       // the worker's phone rings
	Gate       = "gate"       // the worker has answered
	Bridge     = "bridge"     // Twilio connects worker and caller
	Reject     = "reject"     // we reject the reservation
)

// Table has a row for each failure. README.md says what causes each.
var Table = [count]Row{
	NoContact:    {Step: Assignment, Name: "no-contact", End: reservation.Rejected, Charge: ToWorker},
	NoCallerID:   {Step: Assignment, Name: "caller-id", End: reservation.CallerLeft, Charge: ToCall},
	QueueRefused: {Step: Assignment, Name: "sqs", End: reservation.Rejected, Charge: ToUs},

	ClaimFailed:    {Step: Claim, Name: "table", End: reservation.Rejected, Charge: ToUs},
	MessageLate:    {Step: Claim, Name: "too-late", End: reservation.Expired, Charge: ToUs},
	AttemptDied:    {Step: Claim, Name: "died", End: reservation.Rejected, Charge: ToUs},
	OutcomeUnknown: {Step: Claim, Name: "unknown", End: reservation.Unknown, Charge: ToUs},

	CRMUnsigned:    {Step: CRM, Name: "unsigned", End: reservation.Rejected, Charge: ToUs},
	CRMRefused:     {Step: CRM, Name: "refused", End: reservation.CallerLeft, Charge: ToCall},
	CRMForbidden:   {Step: CRM, Name: "forbidden", End: reservation.Rejected, Charge: ToUs},
	CRMServerError: {Step: CRM, Name: "server-error", End: reservation.Rejected, Charge: ToUs},
	CRMTimeout:     {Step: CRM, Name: "time-out", End: reservation.Rejected, Charge: ToUs},
	CRMUnreachable: {Step: CRM, Name: "unreachable", End: reservation.Rejected, Charge: ToUs},
	CRMBreakerOpen: {Step: CRM, Name: "breaker-open", End: reservation.Rejected, Charge: ToUs},

	DialNotNoted:      {Step: Dial, Name: "table", End: reservation.Rejected, Charge: ToUs},
	DialLate:          {Step: Dial, Name: "too-late", End: reservation.Expired, Charge: ToUs},
	DialNoCredentials: {Step: Dial, Name: "no-credentials", End: reservation.Rejected, Charge: ToUs},
	DialUnreachable:   {Step: Dial, Name: "unreachable", End: reservation.Rejected, Charge: ToUs},
	DialInvalidNumber: {Step: Dial, Name: "invalid-number", End: reservation.Rejected, Charge: ToWorker},
	DialGeoPermission: {Step: Dial, Name: "geo-permission", End: reservation.Rejected, Charge: ToWorker},
	DialCallerID:      {Step: Dial, Name: "caller-id", End: reservation.CallerLeft, Charge: ToCall},
	DialUnauthorized:  {Step: Dial, Name: "401", End: reservation.Rejected, Charge: ToUs},
	DialForbidden:     {Step: Dial, Name: "403", End: reservation.Rejected, Charge: ToUs},
	DialNotFound:      {Step: Dial, Name: "404", End: reservation.Rejected, Charge: ToUs},
	DialConflict:      {Step: Dial, Name: "409", End: reservation.Rejected, Charge: ToUs},
	DialThrottled:     {Step: Dial, Name: "429", End: reservation.Rejected, Charge: ToUs},
	DialRefused:       {Step: Dial, Name: "refused", End: reservation.Rejected, Charge: ToUs},
	DialServerError:   {Step: Dial, Name: "server-error", End: reservation.Unknown, Charge: ToUs},
	DialTimeout:       {Step: Dial, Name: "time-out", End: reservation.Unknown, Charge: ToUs},
	DialReset:         {Step: Dial, Name: "reset", End: reservation.Unknown, Charge: ToUs},
	DialUndecodable:   {Step: Dial, Name: "undecodable", End: reservation.Unknown, Charge: ToUs},

	RingBusy:     {Step: Ring, Name: "busy", End: reservation.Rejected, Charge: ToWorker},
	RingNoAnswer: {Step: Ring, Name: "no-answer", End: reservation.Rejected, Charge: ToWorker},
	RingFailed:   {Step: Ring, Name: "failed", End: reservation.Rejected, Charge: ToWorker},
	RingLate:     {Step: Ring, Name: "too-late", End: reservation.Expired, Charge: ToUs},

	GateNoKey:     {Step: Gate, Name: "no-key", End: reservation.Rejected, Charge: ToWorker},
	GateDeclined:  {Step: Gate, Name: "declined", End: reservation.Rejected, Charge: ToWorker},
	GateSignedOff: {Step: Gate, Name: "signed-off", End: reservation.Rejected, Charge: ToWish},
	GateOtherKey:  {Step: Gate, Name: "other-key", End: reservation.Rejected, Charge: ToWorker},
	GateHungUp:    {Step: Gate, Name: "hung-up", End: reservation.Rejected, Charge: ToWorker},

	BridgeNotConnected: {Step: Bridge, Name: "not-connected", End: reservation.Rejected, Charge: ToUs},

	RejectFailed: {Step: Reject, Name: "twilio", End: reservation.Expired, Charge: ToUs},
}
