package sweeper

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// run is one run: what it saw at its beginning, and what it has done since.
type run struct {
	handler   Handler
	began     time.Time
	waiting   map[string]time.Time   // calls in the workflow's queue, and since when
	listed    []twilio.Task          // that have not ended and may be calls
	tasks     map[string]twilio.Task // the same
	live      map[string]bool        // calls
	open      map[string]ledger.Call // by CallSid
	asked     []ledger.Call          // requests
	ofOpen    map[string]bool        // tasks of the open calls and requests
	dice      *rand.Rand
	swept     map[string]bool          // callers' calls
	made      int                      // requests to Twilio
	questions int                      // waiting callers about whom Twilio was asked
	learned   int                      // tasks that no call is known of, about which Twilio was asked
	records   map[string]roster.Record // by WorkerSID; nil = not read yet
	report    Report
}

// stopped is why a run ended early.
type stopped string

func (s stopped) Error() string { return string(s) }

const (
	timeOver     stopped = "the run's time is up"
	requestsMade stopped = "the run has made all its requests"
)

// look reads the lists. It reads the queue before the tasks: a caller who waits has a task by then.
// It reads the ledger last, so that the ledger's facts are never older than Twilio's.
func (r *run) look(ctx context.Context) ([]ledger.Call, error) {
	r.tasks, r.open = map[string]twilio.Task{}, map[string]ledger.Call{}
	r.ofOpen, r.swept = map[string]bool{}, map[string]bool{}
	r.report = Report{Done: []Finding{}, Left: []Finding{}, Failed: []Finding{}}
	var err error
	if r.waiting, err = r.handler.Twilio.WaitingCalls(ctx); err != nil {
		return nil, err
	}
	listed, err := r.handler.Twilio.Tasks(ctx, taskrouter.OpenTask()...)
	if err != nil {
		return nil, err
	}
	r.listed = slices.DeleteFunc(listed, func(task twilio.Task) bool { return !taskrouter.CallChannel(task.Channel) })
	r.report.Foreign = len(listed) - len(r.listed)
	for _, task := range r.listed {
		r.tasks[task.SID] = task
	}
	if r.live, err = r.handler.Twilio.LiveCalls(ctx); err != nil {
		return nil, err
	}
	open, err := r.openCalls(ctx)
	if err != nil {
		return nil, err
	}
	for _, known := range open {
		r.open[known.CallSID()] = known
		for _, task := range known.Tasks() {
			r.ofOpen[task] = true
		}
	}
	r.asked, err = r.handler.Ledger.OpenRequests(ctx, maxCalls)
	for _, known := range r.asked {
		for _, task := range known.Tasks() {
			r.ofOpen[task] = true
		}
	}
	r.report.Waiting, r.report.Tasks, r.report.LiveCalls = len(r.waiting), len(r.listed), len(r.live)
	r.report.OpenRequests = len(r.asked)
	return open, err
}

// openCalls returns open calls that need a look, and closes the others, page by page: a busy desk
// ends more calls between two runs than a page has, and calls that stay open must not hide those
// that came after them.
func (r *run) openCalls(ctx context.Context) (open []ledger.Call, err error) {
	from := time.Unix(0, 0)
	for {
		page, err := r.handler.Ledger.Open(ctx, from, r.began.Add(-grace), maxCalls)
		if err != nil {
			return nil, err
		}
		for _, known := range page {
			from = known.FirstSeen().Add(time.Millisecond)
			if !r.isOver(known) || r.since(r.began) >= closeTime || r.closeOver(ctx, known) != nil {
				open = append(open, known)
			}
		}
		r.report.OpenCalls += len(page)
		if len(page) < maxCalls || len(open) >= maxCalls || r.since(r.began) >= closeTime {
			return open, nil
		}
	}
}

// sweep looks at callers who wait, then at shifts, open calls and requests, and workers who should
// be back. The rest of the run's requests is for the tasks of no open call: other programs can put
// any number of tasks into the workflow, and these must not use up the requests for calls.
func (r *run) sweep(ctx context.Context, open []ledger.Call) {
	r.dice = rand.New(rand.NewPCG(uint64(r.began.Unix()), 0))
	callers := slices.Sorted(maps.Keys(r.waiting))
	_ = around(r.dice, callers, func(call string) bool {
		return r.continues(ctx, r.caller(ctx, call), ledger.Ref{CallSID: call})
	}) && r.continues(ctx, r.shifts(ctx), ledger.Ref{}) && around(r.dice, open, func(known ledger.Call) bool {
		return r.continues(ctx, r.call(ctx, known), ledger.Ref{CallSID: known.CallSID(), TaskSID: known.TaskSID()})
	}) && r.requests(ctx) && r.continues(ctx, r.workers(ctx), ledger.Ref{}) && around(r.dice, r.listed, func(task twilio.Task) bool {
		return r.continues(ctx, r.task(ctx, task), ledger.Ref{TaskSID: task.SID})
	})
}

// around passes each item to sweep until that returns false, and reports whether it reached the
// last. It begins at a random item, so that one which fails in every run, at the cost of its
// requests, does not block the others of its group for ever.
func around[T any](dice *rand.Rand, items []T, sweep func(T) bool) bool {
	if len(items) == 0 {
		return true
	}
	first := dice.IntN(len(items))
	for i := range items {
		if !sweep(items[(first+i)%len(items)]) {
			return false
		}
	}
	return true
}

// continues records the result for a call or task, and reports whether to look at the next one. If
// Twilio throttles us, the run ends: the calls need the account's rate more.
func (r *run) continues(ctx context.Context, err error, ref ledger.Ref) bool {
	var stop stopped
	var failure *twilio.Error
	if err == nil && r.since(r.began) >= runTime {
		err = timeOver
	}
	switch {
	case err == nil:
		return true
	case errors.As(err, &stop):
		r.report.Stopped = err.Error()
		return false
	}
	r.failed(ctx, err, ref)
	switch {
	case ctx.Err() != nil:
		r.report.Stopped = ctx.Err().Error()
	case errors.As(err, &failure) && failure.Status == http.StatusTooManyRequests:
		r.report.Stopped = "Twilio throttles us"
	}
	return r.report.Stopped == ""
}

// may waits before a request to Twilio, and returns an error if the run may make none.
func (r *run) may(ctx context.Context) error {
	switch {
	case r.made >= maxRequests:
		return requestsMade
	case r.since(r.began) >= runTime:
		return timeOver
	}
	r.made++
	return r.handler.Pause(ctx, requestPause)
}

func (r *run) since(at time.Time) time.Duration { return r.handler.Now().Sub(at) }
