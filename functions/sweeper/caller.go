package sweeper

import (
	"context"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// caller looks at one caller who waits in the workflow's queue. It asks nothing about a caller
// whose task is in the lists, nor about one who has just arrived: events may still be on their way.
func (r *run) caller(ctx context.Context, call string) error {
	if r.since(r.waiting[call]) < grace {
		return nil
	}
	known, err := r.known(ctx, call)
	switch {
	case err != nil:
		return err
	case r.served(known):
		return nil
	case r.questions >= maxQuestions:
		r.report.Postponed++
		return nil
	}
	r.questions++
	return r.redirectToOverflow(ctx, call, known.Language(known.TaskSID()))
}

// known returns what the ledger knows of a caller's call, even if the call is closed; the zero Call
// if it knows nothing.
func (r *run) known(ctx context.Context, call string) (ledger.Call, error) {
	if known, found := r.open[call]; found {
		return known, nil
	}
	known, found, err := r.handler.Ledger.ByCall(ctx, call)
	if err != nil || !found {
		return ledger.Call{}, err
	}
	return known, nil
}

// served reports whether one of the call's tasks can still bring its caller to a worker. A caller
// can be enqueued several times, and any of the tasks may still live.
func (r *run) served(known ledger.Call) bool {
	for _, sid := range known.Tasks() {
		if taskrouter.TaskLives(r.tasks[sid].Status) {
			return true
		}
	}
	return false
}

// redirectToOverflow sends a caller who waits without a task to overflow. The task events function
// does the same if the event of the task's end arrives; here each request counts, and there is no
// event whose task could be compared.
func (r *run) redirectToOverflow(ctx context.Context, call, language string) error {
	for range strandedRequests {
		if err := r.may(ctx); err != nil {
			return err
		}
	}
	stranded, err := r.handler.Twilio.Stranded(ctx, call, time.Time{})
	if err != nil || !stranded {
		return err
	}
	if err := r.may(ctx); err != nil {
		return err
	}
	redirected, err := r.handler.Twilio.RedirectCall(ctx, call, r.handler.BaseURL+failure.OverflowPath(language))
	if redirected {
		r.done(ctx, callerRedirected, "no task is left that the caller waits with", ledger.Ref{CallSID: call}, "")
	}
	return err
}
