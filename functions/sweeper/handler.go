// Package sweeper repairs calls and requests whose webhooks were lost, and creates the tasks of
// requests that are due. It runs on a schedule and compares four
// lists: the callers in the workflow's queue, the workflow's tasks, the account's live calls, and
// the calls that the ledger has not closed. If they agree, it does nothing: such a run makes seven
// requests, and one for each activity into which we put workers and for each shift of workers,
// however many people wait or talk.
// If they do not, it reads the call, task or reservation again, and acts only on that answer of
// Twilio's. It also counts the workers who take calls, for what callers hear.
//
// Every action can be repeated, and none depends on an earlier one: a run may be killed anywhere,
// and two may run at the same time.
package sweeper

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/metric"
	"switchboard/shared/reconciler"
	"switchboard/shared/reservation"
	"switchboard/shared/roster"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	// grace is the time that webhooks and deferred work have to act before the sweeper does.
	grace = time.Minute

	// runTime is how long a run begins new requests. The last request with its retries takes half a
	// minute more; the function's timeout allows for it (template.yaml).
	runTime = time.Minute

	// closeTime is how long a run closes calls that are over before it looks at the others.
	closeTime = runTime / 2

	// maxCalls and maxRequests bound a run. requestPause leaves Twilio's rates to the calls:
	// TaskRouter's filtered lists alone are limited to 3 requests a second
	// (https://www.twilio.com/docs/taskrouter/limits).
	maxCalls     = 1000
	maxRequests  = 150
	requestPause = 350 * time.Millisecond

	// maxQuestions is the maximum number of waiting callers about whom a run asks Twilio. A
	// question takes strandedRequests requests, with a previous workflow two more, and the redirect
	// one more.
	maxQuestions     = 25
	strandedRequests = 4

	// maxLearned is the maximum number of tasks that a run reads because the ledger knows no call
	// of theirs: other programs may put any number of tasks into the workflow.
	maxLearned = maxRequests / 3
)

// Ledger finds calls and closes them, and records what Twilio reports about them.
type Ledger interface {
	OpenRequests(ctx context.Context, limit int) ([]ledger.Call, error)
	CallerLeftFor(ctx context.Context, key string) (call ledger.Call, made bool, err error)
	Withdraw(ctx context.Context, key, why string) (call ledger.Call, made bool, err error)
	Open(ctx context.Context, from, before time.Time, limit int) ([]ledger.Call, error)
	ByCall(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	ByTask(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	Close(ctx context.Context, call, reason string) (closed bool, err error)
	CloseRequest(ctx context.Context, r ledger.Request, reason string) (made bool, err error)
	Event(ctx context.Context, event taskrouter.Event) (call ledger.Call, first bool, err error)
	RecordCallerEnded(ctx context.Context, call, status string, at time.Time) (ledger.Call, error)
	MarkCallerLeft(ctx context.Context, call ledger.Call, task string) error
	RecordWorkerCall(ctx context.Context, ref ledger.Ref, workerCall string, ended bool) (ledger.Call, error)
	RecordRejection(ctx context.Context, ref ledger.Ref, end reservation.State, wasPending bool) error
}

// Twilio reads lists and single resources, ends worker calls (CancelCall only those that were not
// answered), redirects callers, rejects reservations, and ends tasks.
type Twilio interface {
	WaitingCalls(ctx context.Context) (map[string]time.Time, error)
	Tasks(ctx context.Context, statuses ...string) ([]twilio.Task, error)
	LiveCalls(ctx context.Context) (map[string]bool, error)
	Events(ctx context.Context, query twilio.EventQuery) ([]taskrouter.Event, error)
	WorkersIn(ctx context.Context, activity string) ([]twilio.Worker, error)
	AvailableWorkers(ctx context.Context) ([]twilio.Worker, error)
	WorkersOfShift(ctx context.Context, name string) ([]twilio.Worker, error)
	CallRecord(ctx context.Context, sid string) (twilio.CallRecord, error)
	TaskStatus(ctx context.Context, task string) (string, error)
	Reservation(ctx context.Context, task, sid string) (twilio.Reservation, error)
	Stranded(ctx context.Context, call string, created time.Time) (bool, error)
	CancelCall(ctx context.Context, sid string) error
	EndCall(ctx context.Context, sid string) error
	RedirectCall(ctx context.Context, sid, url string) (redirected bool, err error)
	RejectReservation(ctx context.Context, task, reservation, activity string) (wasPending bool, err error)
	CompleteTask(ctx context.Context, task, reason string) error
	WrapUpTask(ctx context.Context, task string) error
	CancelTask(ctx context.Context, task, reason string) (canceled bool, err error)
}

// Roster has the records of the workers.
type Roster interface {
	All(ctx context.Context) ([]roster.Record, error)
}

// Workers moves a worker to the activity that they should be in.
type Workers interface {
	Reconcile(ctx context.Context, workerSID string, callEnded time.Time) error
}

// Settings has the hours of numbers, and the shifts of the workers.
type Settings interface {
	Get(ctx context.Context) settings.Settings
}

// Queue takes work for later.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Requests has requests served.
type Requests interface {
	Create(ctx context.Context, known ledger.Call) (created bool, err error)
	WorkerLeft(ctx context.Context, known ledger.Call, ref ledger.Ref, workerCall string) error
	Lost(ctx context.Context, seen ledger.Request, why string) error
	GiveUp(ctx context.Context, seen ledger.Request, why string) error
}

// Handler makes one run.
type Handler struct {
	Requests           Requests
	Ledger             Ledger
	Twilio             Twilio
	Roster             Roster
	Workers            Workers
	Outlook            Outlook
	Settings           Settings
	Queue              Queue // of the bridge function
	Activities         reconciler.Activities
	MissedCallPause    time.Duration
	AccountSID         string
	BaseURL            string // where Twilio reaches the other functions
	ReservationTimeout time.Duration
	WrapUp             *time.Duration // how long a task may stay in wrapping; nil = without limit
	EndStuckTasks      bool
	Metrics            *metric.Recorder
	Now                func() time.Time
	Pause              func(context.Context, time.Duration) error // between requests
	Logger             *slog.Logger
}

// Handle implements the Lambda function, which ignores its input. err means that the run could read
// none of its lists. What it could not repair is in the report, and the next run retries it.
func (h Handler) Handle(ctx context.Context) (Report, error) {
	r := &run{handler: h, began: h.Now()}
	open, err := r.look(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("sweep: %w", err)
	}
	r.sweep(ctx, open)
	if r.report.Foreign > 0 {
		h.Logger.InfoContext(ctx, "foreign tasks ignored", "tasks", r.report.Foreign)
	}
	h.Logger.InfoContext(ctx, "sweep finished", "open_calls", r.report.OpenCalls, "waiting", r.report.Waiting, "tasks", r.report.Tasks, "live_calls", r.report.LiveCalls, "open_requests", r.report.OpenRequests,
		"sound", r.report.Sound, "closed", r.report.Closed, "done", len(r.report.Done), "left", len(r.report.Left), "failed", len(r.report.Failed),
		"postponed", r.report.Postponed, "shifts", r.report.Shifts, "requests", r.made, "stopped", r.report.Stopped)
	return r.report, nil
}
