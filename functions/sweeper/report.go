package sweeper

import (
	"context"
	"log/slog"

	"switchboard/shared/ledger"
)

// Report is the function's output.
type Report struct {
	// What was found.
	OpenCalls int `json:"open_calls"` // calls that the ledger had not closed, but for the youngest
	Waiting   int `json:"waiting"`    // callers in the workflow's queue
	Tasks     int `json:"tasks"`      // of the workflow, neither completed nor canceled, on a channel that calls use
	LiveCalls int `json:"live_calls"` // of the account

	OpenRequests    int `json:"open_requests,omitempty"`    // call backs and messages that the ledger had not closed
	WaitingRequests int `json:"waiting_requests,omitempty"` // those whose task waits for a worker

	// Foreign counts the workflow's tasks that are not calls: chats, messages, other programs'
	// call-backs. A run does nothing with them.
	Foreign int `json:"foreign"`

	// Postponed counts the callers and tasks that a later run will ask Twilio about: this run has
	// reached its maximum.
	Postponed int `json:"postponed,omitempty"`

	Workers int `json:"workers"` // workers who should have been brought back, and were looked at

	Shifts int `json:"shifts,omitempty"` // boundaries of workers' shifts that the bridge function was asked to apply

	Sound  int `json:"sound"`  // open calls that need nothing
	Closed int `json:"closed"` // open calls that were closed by the ledger alone

	Done   []Finding `json:"done"`
	Left   []Finding `json:"left"`
	Failed []Finding `json:"failed"`

	// Stopped is why the run ended before it had looked at everything; "" = it looked at
	// everything.
	Stopped string `json:"stopped,omitempty"`
}

// Finding is one thing that a run did, left, or failed to do, and why.
type Finding struct {
	What           string `json:"what"`
	CallSID        string `json:"call_sid,omitempty"`
	TaskSID        string `json:"task_sid,omitempty"`
	ReservationSID string `json:"reservation_sid,omitempty"`
	WorkerCallSID  string `json:"worker_call_sid,omitempty"`
	Why            string `json:"why"`
}

// CallClosed is the finding for a call that ended as it should. Twilio sends no webhook if a caller
// who left the queue for another document hangs up.
const CallClosed = "call closed"

// Findings that a desk's day brings: the sweeper is the clock of requests.
const (
	RequestCreated = "task of request created" // it was due
	RequestGivenUp = "request given up"        // its promise ended
)

// The other findings are repairs.
const (
	workerCallEnded     = "worker call ended"
	reservationRejected = "reservation rejected"
	taskCompleted       = "task completed"
	taskWrappedUp       = "task wrapped up"
	taskCanceled        = "task canceled"
	callerRedirected    = "caller sent to overflow"
)

// The findings that a run leaves.
const (
	workerCallLeft = "worker call continues"
	taskLeft       = "task is stuck"
)

// sweepFailed is the finding for a call or task that could not be swept.
const sweepFailed = "not swept"

func (r *run) done(ctx context.Context, what, why string, ref ledger.Ref, workerCall string) {
	r.report.Done = append(r.report.Done, finding(what, why, ref, workerCall))
	r.log(ctx, slog.LevelInfo, what, why, ref, workerCall)
}

func (r *run) left(ctx context.Context, what, why string, ref ledger.Ref, workerCall string) {
	r.report.Left = append(r.report.Left, finding(what, why, ref, workerCall))
	r.log(ctx, slog.LevelWarn, what, why, ref, workerCall)
}

func (r *run) failed(ctx context.Context, err error, ref ledger.Ref) {
	r.report.Failed = append(r.report.Failed, finding(sweepFailed, err.Error(), ref, ""))
	r.log(ctx, slog.LevelError, sweepFailed, err.Error(), ref, "")
}

func finding(what, why string, ref ledger.Ref, workerCall string) Finding {
	return Finding{what, ref.CallSID, ref.TaskSID, ref.ReservationSID, workerCall, why}
}

func (r *run) log(ctx context.Context, level slog.Level, what, why string, ref ledger.Ref, workerCall string) {
	r.handler.Logger.Log(ctx, level, what, "call_sid", ref.CallSID, "task_sid", ref.TaskSID, "reservation_sid", ref.ReservationSID, "worker_call_sid", workerCall, "why", why)
}
