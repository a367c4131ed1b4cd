package sweeper

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// run is one run: what it saw at its beginning, and what it has done since.
type run struct {
	h        Handler
	began    time.Time
	listed   []twilio.Task          // that have not ended
	tasks    map[string]twilio.Task // the same
	live     map[string]bool        // calls
	ofOpen   map[string]bool        // tasks of the open calls
	swept    map[string]bool        // callers' calls
	requests int
	report   Report
}

// stopped is why a run goes no further.
type stopped string

func (s stopped) Error() string { return string(s) }

const (
	timeOver     stopped = "the run's time is over"
	requestsMade stopped = "the run has made all its requests"
)

// look makes the lists. The ledger comes last: what it says is never older than what Twilio said.
func (r *run) look(ctx context.Context) ([]ledger.Call, error) {
	r.tasks, r.ofOpen, r.swept = map[string]twilio.Task{}, map[string]bool{}, map[string]bool{}
	r.report = Report{Done: []Finding{}, Left: []Finding{}, Failed: []Finding{}}
	var err error
	if r.listed, err = r.h.Twilio.Tasks(ctx, r.h.WorkflowSID, "pending", "reserved", "assigned", "wrapping"); err != nil {
		return nil, err
	}
	for _, task := range r.listed {
		r.tasks[task.SID] = task
	}
	if r.live, err = r.h.Twilio.LiveCalls(ctx); err != nil {
		return nil, err
	}
	open, err := r.h.Ledger.Open(ctx, r.began.Add(-grace), mostCalls)
	for _, known := range open {
		for _, task := range known.Tasks() {
			r.ofOpen[task] = true
		}
	}
	r.report.Tasks, r.report.LiveCalls, r.report.OpenCalls = len(r.listed), len(r.live), len(open)
	return open, err
}

// sweep goes through the open calls, and the tasks that belong to none of them. Each run begins at another place: what cannot be mended, at
// the cost of its requests, must not keep the rest from being looked at.
func (r *run) sweep(ctx context.Context, open []ledger.Call) {
	count := len(open) + len(r.listed)
	if count == 0 {
		return
	}
	first := rand.New(rand.NewPCG(uint64(r.began.Unix()), 0)).IntN(count)
	for i := range count {
		if !r.one(ctx, open, (first+i)%count) {
			return
		}
	}
}

// one sweeps the call or task at a place in the two lists, and reports whether the run goes on.
func (r *run) one(ctx context.Context, open []ledger.Call, place int) bool {
	if place < len(open) {
		known := open[place]
		return r.goesOn(ctx, r.call(ctx, known), ledger.Ref{CallSID: known.CallSID(), TaskSID: known.TaskSID()})
	}
	task := r.listed[place-len(open)]
	return r.goesOn(ctx, r.task(ctx, task), ledger.Ref{TaskSID: task.SID})
}

// goesOn notes what came of a call or task, and reports whether to look at the next one. Where Twilio throttles us, the calls need its
// rates more than we do.
func (r *run) goesOn(ctx context.Context, err error, ref ledger.Ref) bool {
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

// may is asked before each thing that is asked of Twilio, which is a request or two.
func (r *run) may(ctx context.Context) error {
	switch {
	case r.requests >= mostRequests:
		return requestsMade
	case r.since(r.began) >= runTime:
		return timeOver
	}
	r.requests++
	return r.h.Pause(ctx, requestPause)
}

func (r *run) since(at time.Time) time.Duration { return r.h.Now().Sub(at) }
