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

	// Foreign are the workflow's tasks that are not calls: chats, messages, other programs'
	// call-backs. A run does nothing to them.
	Foreign int `json:"foreign"`

	// Postponed are the callers and tasks about which a later run will ask Twilio: this one has
	// asked about as many as it may.
	Postponed int `json:"postponed,omitempty"`

	Workers int `json:"workers"` // looked at, because they should have been brought back

	Sound  int `json:"sound"`  // open calls that go on as they should
	Closed int `json:"closed"` // open calls of which the ledger knew all: closed without a question

	Done   []Finding `json:"done"`
	Left   []Finding `json:"left"`
	Failed []Finding `json:"failed"`

	// Stopped is why the run ended before it had looked at everything, "" when it had.
	Stopped string `json:"stopped,omitempty"`
}

// Finding is one thing that was done, left, or not possible, and why.
type Finding struct {
	What           string `json:"what"`
	CallSID        string `json:"call_sid,omitempty"`
	TaskSID        string `json:"task_sid,omitempty"`
	ReservationSID string `json:"reservation_sid,omitempty"`
	WorkerCallSID  string `json:"worker_call_sid,omitempty"`
	Why            string `json:"why"`
}

// CallClosed is what a run does if a call ended as it should. Twilio sends no webhook when a caller
// hangs up who left the queue for another document.
const CallClosed = "call closed"

// What else a run does repairs something.
const (
	legEnded            = "worker's call ended"
	reservationRejected = "reservation rejected"
	taskCompleted       = "task completed"
	taskCanceled        = "task canceled"
	callerRedirected    = "caller sent to overflow"
)

// What a run leaves.
const (
	legLeft  = "worker's call goes on"
	taskLeft = "task is stuck"
)

// sweepFailed is the finding for a call or task that could not be swept.
const sweepFailed = "not swept"

func (r *run) done(ctx context.Context, what, why string, ref ledger.Ref, leg string) {
	r.report.Done = append(r.report.Done, finding(what, why, ref, leg))
	r.log(ctx, slog.LevelInfo, what, why, ref, leg)
}

func (r *run) left(ctx context.Context, what, why string, ref ledger.Ref, leg string) {
	r.report.Left = append(r.report.Left, finding(what, why, ref, leg))
	r.log(ctx, slog.LevelWarn, what, why, ref, leg)
}

func (r *run) failed(ctx context.Context, err error, ref ledger.Ref) {
	r.report.Failed = append(r.report.Failed, finding(sweepFailed, err.Error(), ref, ""))
	r.log(ctx, slog.LevelError, sweepFailed, err.Error(), ref, "")
}

func finding(what, why string, ref ledger.Ref, leg string) Finding {
	return Finding{what, ref.CallSID, ref.TaskSID, ref.ReservationSID, leg, why}
}

func (r *run) log(ctx context.Context, level slog.Level, what, why string, ref ledger.Ref, leg string) {
	r.handler.Logger.Log(ctx, level, what, "call_sid", ref.CallSID, "task_sid", ref.TaskSID, "reservation_sid", ref.ReservationSID, "worker_call_sid", leg, "why", why)
}
