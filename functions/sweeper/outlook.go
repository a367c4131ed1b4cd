package sweeper

import (
	"context"
	"slices"

	"switchboard/shared/dialing"
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
// fails, the count gets old, and workers count as available. The numbers that have an open call
// back are written with it.
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
		held = held.Count(workers, now)
		held.Callbacks = dialing.List(r.numbersToCall())
		return held
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

// numbersToCall returns the numbers that have an open call back.
func (r *run) numbersToCall() []string {
	var numbers []string
	for _, known := range r.asked {
		if request := known.Request(); taskrouter.KindOf(request.Key) == taskrouter.Callback && !request.State.Ended() {
			numbers = append(numbers, request.Number)
		}
	}
	return numbers
}
