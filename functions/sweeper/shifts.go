package sweeper

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/hours"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/settings"
	"switchboard/shared/twilio"
)

const (
	// shiftAhead is how long before a boundary a run asks for it to be applied: the run before may
	// have failed. SQS delays a message by 15 minutes at the maximum.
	shiftAhead = 11 * time.Minute

	// together is the number of workers who are moved in each second after a boundary: Twilio
	// limits the rate of requests.
	together = 5
)

// shifts has the bridge function apply the boundaries of the workers' shifts: the next ones at
// their time, and the last one now if a worker's record does not have it. It makes one request for
// each shift. A boundary that is asked for twice acts once.
func (r *run) shifts(ctx context.Context) error {
	desk := r.handler.Settings.Get(ctx)
	for _, name := range slices.Sorted(maps.Keys(desk.Shifts)) {
		if err := r.shift(ctx, desk, name); err != nil && !r.continues(ctx, err, ledger.Ref{}) {
			return stopped(r.report.Stopped)
		}
	}
	return nil
}

func (r *run) shift(ctx context.Context, desk settings.Settings, name string) error {
	calendar, err := desk.ShiftCalendar(name)
	if err != nil {
		return err
	}
	now := r.handler.Now()
	last, hasLast := calendar.Last(now)
	soon := ahead(calendar, now)
	if !hasLast && len(soon) == 0 {
		return nil
	}
	records, err := r.workerRecords(ctx)
	if err != nil {
		return err
	}
	workers, err := r.workersOfShift(ctx, name)
	if err != nil {
		return err
	}
	overdue := hasLast && now.Sub(last) > returnGrace
	for i, worker := range workers {
		after := time.Duration(i/together) * time.Second
		if applied := records[worker.SID].Shift; overdue && applied.Before(last) {
			if err := r.boundary(ctx, deferred.Shift{WorkerSID: worker.SID, At: last, On: calendar.At(last).Open}, after); err != nil {
				return err
			}
		}
		for _, next := range soon {
			work := deferred.Shift{WorkerSID: worker.SID, At: next, On: calendar.At(next).Open}
			if err := r.boundary(ctx, work, next.Sub(now)+after); err != nil {
				return err
			}
		}
	}
	return nil
}

// listTries is how often a run lists a shift's workers. Twilio lists some three times a second by
// expression, and workers who call the line for staff use up the same limit.
const listTries = 3

func (r *run) workersOfShift(ctx context.Context, name string) (workers []twilio.Worker, err error) {
	for range listTries {
		if err = r.may(ctx); err != nil {
			return nil, err
		}
		var refused *twilio.Error
		workers, err = r.handler.Twilio.WorkersOfShift(ctx, name)
		if !errors.As(err, &refused) || !refused.Throttled() {
			return workers, err
		}
		if pause := r.handler.Pause(ctx, time.Second); pause != nil {
			return nil, err
		}
	}
	return nil, err
}

// ahead returns the boundaries that come before the run after the next one.
func ahead(calendar hours.Calendar, now time.Time) (soon []time.Time) {
	next, found := calendar.Next(now)
	for ; found && next.Sub(now) <= shiftAhead; next, found = calendar.Next(next) {
		soon = append(soon, next)
	}
	return soon
}

// boundary asks for a boundary to be applied after a delay, in whole seconds, rounded up.
func (r *run) boundary(ctx context.Context, work deferred.Shift, delay time.Duration) error {
	r.report.Shifts++
	work.At = work.At.UTC()
	delay = min((delay + time.Second - 1).Truncate(time.Second), deferred.MaxDelay)
	return r.handler.Queue.Send(ctx, deferred.Message{Shift: &work}, delay)
}

// workerRecords reads the roster once in a run.
func (r *run) workerRecords(ctx context.Context) (map[string]roster.Record, error) {
	if r.records != nil {
		return r.records, nil
	}
	all, err := r.handler.Roster.All(ctx)
	if err != nil {
		return nil, err
	}
	r.records = map[string]roster.Record{}
	for _, record := range all {
		r.records[record.WorkerSID] = record
	}
	return r.records, nil
}
