package sweeper

import (
	"context"
	"slices"

	"switchboard/shared/outlook"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Outlook keeps what callers can expect.
type Outlook interface {
	Change(ctx context.Context, change func(outlook.Outlook) outlook.Outlook) error
}

// count counts the workers who take calls, and writes it for the functions that callers hear: those
// in an available activity, in a call, or in its wrap-up. It makes one request to Twilio. If SSM
// fails, the count gets old, and workers count as available. The open call backs are written with
// it.
func (r *run) count(ctx context.Context, wrappingUp []twilio.Worker) error {
	if err := r.may(ctx); err != nil {
		return err
	}
	available, err := r.handler.Twilio.AvailableWorkers(ctx)
	if err != nil {
		return err
	}
	taking := map[string]bool{}
	for _, worker := range slices.Concat(available, wrappingUp) {
		taking[worker.SID] = true
	}
	for _, known := range r.open {
		for _, ref := range known.Reservations() {
			if worker := known.Worker(ref); worker != "" && r.hasWorker(ref.TaskSID) && (known.Talked(ref) || known.MayBePending(ref)) {
				taking[worker] = true
			}
		}
	}
	workers := len(taking)
	if workers == 0 && slices.ContainsFunc(r.listed, func(task twilio.Task) bool { return r.hasWorker(task.SID) }) {
		workers = 1 // of a call that the ledger does not know
	}
	r.measure(ctx, workers, len(available))
	now := r.handler.Now()
	err = r.handler.Outlook.Change(ctx, func(held outlook.Outlook) outlook.Outlook {
		return held.Count(workers, now).List(r.callbacks()...)
	})
	if err != nil {
		r.handler.Logger.WarnContext(ctx, "outlook not written", "error", err)
	}
	return nil
}

// hasWorker reports whether a worker is reserved for a task, or works on it.
func (r *run) hasWorker(task string) bool {
	return slices.Contains([]string{"reserved", "assigned", "wrapping"}, r.tasks[task].Status)
}

// callbacks returns the open call backs.
func (r *run) callbacks() []outlook.Callback {
	var open []outlook.Callback
	for _, known := range r.asked {
		if request := known.Request(); taskrouter.KindOf(request.Key) == taskrouter.Callback && !request.State.Ended() {
			open = append(open, outlook.Callback{Number: request.Number, Entered: request.Entered})
		}
	}
	return open
}
