// Package sweeper finishes what no webhook will finish. It runs on a schedule and compares four
// lists: the callers in the workflow's queue, the workflow's tasks, the account's live calls, and
// the calls that the ledger has not closed. Where they agree it does nothing, so a sound world
// costs a run six requests, and one for each activity into which we put workers, however many
// people wait or talk. Where they do not, it reads the one
// call, task or reservation again, and acts only on what Twilio says then.
//
// Every action can be made twice, and none depends on one before it: a run may be killed anywhere,
// and two may run at the same time.
package sweeper

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	// grace is how long webhooks and deferred work have for what they are about to do. All deadlines are late by it.
	grace = time.Minute

	// runTime is when a run stops to begin anything. A last request with its retries takes half a minute more, which is
	// what the function's timeout leaves (template.yaml).
	runTime = time.Minute

	// mostCalls and mostRequests bound a run. requestPause leaves Twilio's rates to the calls: TaskRouter's filtered lists
	// alone are limited to 3 requests a second (docs/taskrouter/limits).
	mostCalls    = 1000
	mostRequests = 150
	requestPause = 350 * time.Millisecond

	// mostRescues bounds the waiting callers about whom a run asks Twilio. A question makes
	// strandedRequests requests, the redirect one more.
	mostRescues      = 25
	strandedRequests = 3

	// mostLearned bounds the tasks that a run reads because the ledger knows no call of theirs: a
	// workflow may hold any number of tasks that are none of ours.
	mostLearned = mostRequests / 3
)

// Ledger is what is known of calls.
type Ledger interface {
	Rows
	Facts
	Reservations
}

// Rows finds calls and closes them.
type Rows interface {
	Open(ctx context.Context, before time.Time, limit int) ([]ledger.Call, error)
	ByCall(ctx context.Context, sid string) (ledger.Call, bool, error)
	ByTask(ctx context.Context, sid string) (ledger.Call, bool, error)
	Close(ctx context.Context, call, reason string) (bool, error)
}

// Facts takes what Twilio's own record says of a call.
type Facts interface {
	Event(ctx context.Context, event taskrouter.Event) (ledger.Call, bool, error)
	RecordCallerEnded(ctx context.Context, call, status string, at time.Time) (ledger.Call, error)
	MarkCallerLeft(ctx context.Context, call ledger.Call, task string) error
}

// Reservations takes what Twilio's own record says of a worker's call, and what we did about it.
type Reservations interface {
	RecordWorkerCall(ctx context.Context, ref ledger.Ref, leg string, over bool) (ledger.Call, error)
	RecordRejection(ctx context.Context, ref ledger.Ref, end ledger.State, pending bool) error
}

// Twilio is REST.
type Twilio interface {
	Lists
	Records
	Voice
	Queue
	Tasks
}

// Lists reads many at once.
type Lists interface {
	WaitingCalls(ctx context.Context, queueName string) (map[string]time.Time, error)
	Tasks(ctx context.Context, workflow string, statuses ...string) ([]twilio.Task, error)
	LiveCalls(ctx context.Context) (map[string]bool, error)
	Events(ctx context.Context, query twilio.EventQuery) ([]taskrouter.Event, error)
	WorkersIn(ctx context.Context, activity string) ([]twilio.Worker, error)
}

// Roster is the record of the workers.
type Roster interface {
	All(ctx context.Context) ([]roster.Record, error)
}

// Workers brings a worker to where they should be.
type Workers interface {
	Reconcile(ctx context.Context, workerSID string, callEnded time.Time) error
}

// Records reads one.
type Records interface {
	CallRecord(ctx context.Context, sid string) (twilio.CallRecord, error)
	Reservation(ctx context.Context, task, sid string) (twilio.Reservation, error)
}

// Voice ends our own calls to workers, CancelCall only as long as nobody has answered.
type Voice interface {
	CancelCall(ctx context.Context, sid string) error
	EndCall(ctx context.Context, sid string) error
}

// Queue says whether a caller waits without a task, and takes one out.
type Queue interface {
	Stranded(ctx context.Context, workflow, call string, created time.Time) (bool, error)
	RedirectCall(ctx context.Context, sid, url string) (bool, error)
}

// Tasks rejects reservations and ends tasks whose call is over.
type Tasks interface {
	RejectReservation(ctx context.Context, task, reservation, activity string) (bool, error)
	CompleteTask(ctx context.Context, task, reason string) error
	CancelTask(ctx context.Context, task, reason string) (bool, error)
}

// Handler makes one run.
type Handler struct {
	Ledger             Ledger
	Twilio             Twilio
	Roster             Roster
	Workers            Workers
	Activities         reconciler.Activities
	MissedCallPause    time.Duration
	AccountSID         string
	WorkflowSID        string
	BaseURL            string // where Twilio reaches the other functions
	ReservationTimeout time.Duration
	WrapUp             *time.Duration // how long a task may stay in wrapping; nil = for ever
	EndStuckTasks      bool
	Now                func() time.Time
	Pause              func(context.Context, time.Duration) error // between requests
	Logger             *slog.Logger
}

// Handle implements the Lambda function, whose input says nothing. An error means that nothing could be looked at; what could
// not be mended is in the report, and the next run tries it again.
func (h Handler) Handle(ctx context.Context) (Report, error) {
	r := &run{h: h, began: h.Now()}
	open, err := r.look(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("sweep: %w", err)
	}
	r.sweep(ctx, open)
	if r.report.Foreign > 0 {
		h.Logger.InfoContext(ctx, "foreign tasks left alone", "tasks", r.report.Foreign)
	}
	h.Logger.InfoContext(ctx, "swept", "open_calls", r.report.OpenCalls, "waiting", r.report.Waiting, "tasks", r.report.Tasks, "live_calls", r.report.LiveCalls,
		"sound", r.report.Sound, "closed", r.report.Closed, "done", len(r.report.Done), "left", len(r.report.Left), "failed", len(r.report.Failed),
		"postponed", r.report.Postponed, "requests", r.requests, "stopped", r.report.Stopped)
	return r.report, nil
}
