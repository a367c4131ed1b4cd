package sweeper

import (
	"context"
	"maps"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/metric"
	"switchboard/shared/roster"
	"switchboard/shared/twilio"
)

const (
	// returnGrace is the time that the message which brings a worker back may take.
	returnGrace = 15 * time.Second

	// putTime is how long after a sign-off the sweeper checks that a worker who signed on again is
	// where they should be: three of its runs.
	putTime = 15 * time.Minute

	// reconcileRequests is the maximum number of requests for one worker: the worker, their events,
	// and the move.
	reconcileRequests = 3
)

// workers brings back workers whose return was lost: those in an activity into which we put
// workers, and those whose roster record asks for it. It makes one request for each such activity,
// and one that counts the workers who take calls.
func (r *run) workers(ctx context.Context) error {
	known, err := r.workerRecords(ctx)
	if err != nil {
		return err
	}
	var wrappingUp []twilio.Worker
	seen := map[string]bool{}
	for _, activity := range r.handler.Activities.Away() {
		if err := r.may(ctx); err != nil {
			return err
		}
		workers, err := r.handler.Twilio.WorkersIn(ctx, activity)
		if err != nil {
			return err
		}
		if activity == r.handler.Activities.PostWork {
			wrappingUp = workers
		}
		for _, worker := range workers {
			seen[worker.SID] = true
			if err := r.worker(ctx, worker.SID, r.isDue(worker, known[worker.SID])); err != nil {
				return err
			}
		}
	}
	r.handler.Metrics.Record(metric.Count(metric.WorkersAway, len(seen)-len(wrappingUp)))
	if err := r.count(ctx, wrappingUp); err != nil {
		return err
	}
	for _, sid := range slices.Sorted(maps.Keys(known)) {
		record := known[sid]
		if err := r.worker(ctx, record.WorkerSID, !seen[record.WorkerSID] && r.isOpen(record)); err != nil {
			return err
		}
	}
	return nil
}

// worker reconciles one worker. err is not nil only if the run must end.
func (r *run) worker(ctx context.Context, sid string, due bool) error {
	if !due {
		return nil
	}
	for range reconcileRequests {
		if err := r.may(ctx); err != nil {
			return err
		}
	}
	r.report.Workers++
	if err := r.handler.Workers.Reconcile(ctx, sid, time.Time{}); err != nil && !r.continues(ctx, err, ledger.Ref{}) {
		return stopped(r.report.Stopped)
	}
	return nil
}

// isDue reports whether a worker in one of our activities should have left it. A worker whom a
// person put there is reconciled once, and one who signed off stays.
func (r *run) isDue(worker twilio.Worker, record roster.Record) bool {
	switch {
	case record.Pending:
		return true
	case record.Left.Equal(worker.Since):
		return false
	case !record.WantsCalls():
		return worker.ActivitySID != r.handler.Activities.Offline
	case record.Absence.Activity == worker.ActivitySID && !record.Absence.Until.IsZero():
		return r.since(record.Absence.Until) > returnGrace
	case worker.ActivitySID == r.handler.Activities.PostWork:
		return r.handler.WrapUp != nil && r.since(worker.Since) > *r.handler.WrapUp+returnGrace
	}
	return r.since(worker.Since) > r.handler.MissedCallPause+returnGrace
}

// isOpen reports whether the roster has unfinished work about a worker.
func (r *run) isOpen(record roster.Record) bool {
	put := r.since(record.Put.At)
	if record.WantsCalls() && record.Put.Activity == r.handler.Activities.Offline && put > returnGrace && put < putTime {
		return true // signed off, and on again while that was under way
	}
	return record.Pending || record.Absence.Cause != "" && (record.Absence.Move || r.since(record.Absence.Until) > returnGrace)
}
