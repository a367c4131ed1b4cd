// Package rejection ends a reservation that cannot become a bridge, and charges the failure to the
// one who bears it: the worker, us, or the call. It logs the failure and records it in the ledger.
package rejection

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

const (
	// requestTimeout is the time for the requests to Twilio, with their retries.
	requestTimeout = 12 * time.Second
	// recordTimeout is the time for a write to the ledger, of which there are two.
	recordTimeout = 2 * time.Second
)

// Ledger records why a bridge failed and how its reservation ended.
type Ledger interface {
	Failed(ctx context.Context, ref ledger.Ref, why failure.Failure) (ledger.Call, error)
	SentToOverflow(ctx context.Context, ref ledger.Ref, why failure.Failure) error
	RecordRejectionFor(
		ctx context.Context, ref ledger.Ref, why failure.Failure, end reservation.State, wasPending bool,
	) error
	ByCall(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
}

// Twilio rejects reservations and redirects callers. It also reads tasks, who waits, and the
// activities that TaskRouter itself moves workers to.
type Twilio interface {
	TaskStatus(ctx context.Context, task string) (string, error)
	Waiting(ctx context.Context, call string) (bool, error)
	RejectReservation(ctx context.Context, task, reservation, activity string) (wasPending bool, err error)
	RedirectCall(ctx context.Context, sid, url string) (redirected bool, err error)
	RoutineActivities(ctx context.Context) ([]string, error)
}

// Absences records that a rejection moved its worker away, and schedules the worker's return.
type Absences interface {
	Chosen(ctx context.Context, workerSID string) (activity string, err error)
	Rejected(ctx context.Context, rejected reconciler.Rejected) error
}

// Requests ends or repeats the try of a request, whose task has no caller to be sent to overflow.
type Requests interface {
	GiveUp(ctx context.Context, seen ledger.Request, why string) error
	Missed(ctx context.Context, seen ledger.Request, why string, soon bool) (again time.Time, err error)
}

// Rejecter ends reservations.
type Rejecter struct {
	Absences   Absences
	Requests   Requests
	Ledger     Ledger
	Twilio     Twilio
	Activities failure.Activities
	Now        func() time.Time
}

// Rejection is one reservation that cannot become a bridge.
type Rejection struct {
	Ref      ledger.Ref
	Worker   string // WK…; "" = the ledger knows
	Why      failure.Failure
	Cause    error     // for the log; nil = the failure says it all
	BaseURL  string    // where Twilio reaches our webhooks
	Deadline time.Time // when the reservation times out; zero = not known
	Log      *slog.Logger
}

// Reject ends the reservation. A failure that the next worker cannot change, and the second fault
// of ours for one task, send the caller to overflow and move no worker: Twilio then cancels the
// task with its reservation. Any other failure rejects the reservation and moves its worker. The
// error is Twilio's; a retry is safe.
func (r Rejecter) Reject(ctx context.Context, rejection Rejection) error {
	requests, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	if taskrouter.IsRequest(rejection.Ref.CallSID) {
		return r.ofRequest(ctx, requests, rejection)
	}
	if r.ofCall(ctx, rejection) {
		redirected, err := r.overflow(requests, rejection)
		if err == nil {
			return r.sent(ctx, rejection, redirected)
		}
		rejection.Log.ErrorContext(ctx, "caller not sent to overflow", "error", err)
	}
	return r.reject(requests, rejection)
}

// ofCall reports whether the call bears the failure. It records a fault of ours before the
// reservation is rejected: TaskRouter offers the task to the next worker without delay, and that
// offer's failure must find this one.
func (r Rejecter) ofCall(ctx context.Context, rejection Rejection) bool {
	switch rejection.Why.Row().Charge {
	case failure.ToWorker, failure.ToWish:
		return false
	case failure.ToCall:
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	known, err := r.Ledger.Failed(ctx, rejection.Ref, rejection.Why)
	if err != nil {
		rejection.Log.ErrorContext(ctx, "failure not recorded", "error", err)
	}
	// A late delivery may find the reservation resolved or timed out, and the caller waiting with
	// another task: the call does not bear this failure then.
	late := !rejection.Deadline.IsZero() && r.Now().After(rejection.Deadline)
	return known.Faults(rejection.Ref) > 0 && !late && !known.Resolved(rejection.Ref)
}

// overflow redirects a caller who waits with the task. If the task has ended, the caller may wait
// with the next one. A caller who does not wait has hung up, or is being connected to a worker: to
// this one, if the outcome of the worker call is unknown, or to another who was reserved at the
// same time.
func (r Rejecter) overflow(ctx context.Context, rejection Rejection) (redirected bool, err error) {
	status, err := r.Twilio.TaskStatus(ctx, rejection.Ref.TaskSID)
	if err != nil || status != "pending" && status != "reserved" {
		return false, err
	}
	waiting, err := r.Twilio.Waiting(ctx, rejection.Ref.CallSID)
	if err != nil || !waiting {
		return false, err
	}
	path := failure.OverflowPath(r.language(ctx, rejection)) + rejection.Why.Path()
	return r.Twilio.RedirectCall(ctx, rejection.Ref.CallSID, rejection.BaseURL+path)
}

// language returns the language in which the caller is spoken to. If the ledger does not know it,
// the caller hears that of the number.
func (r Rejecter) language(ctx context.Context, rejection Rejection) string {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	known, _, err := r.Ledger.ByCall(ctx, rejection.Ref.CallSID)
	if err != nil {
		rejection.Log.WarnContext(ctx, "failed to read caller's language", "error", err)
	}
	return known.Language(rejection.Ref.TaskSID)
}

// sent records that the caller is at overflow. Twilio ends the reservation of a caller who was not
// redirected.
func (r Rejecter) sent(ctx context.Context, rejection Rejection, redirected bool) error {
	log := rejection.Log.With(rejection.Why.Fields()...)
	log.WarnContext(ctx, "call not served", "error", rejection.Cause, "sent_to_overflow", redirected)
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	var err error
	if redirected {
		err = r.Ledger.SentToOverflow(ctx, rejection.Ref, rejection.Why)
	} else {
		_, err = r.Ledger.Failed(ctx, rejection.Ref, rejection.Why)
	}
	if err != nil {
		rejection.Log.ErrorContext(ctx, "failure not recorded", "error", err)
	}
	return nil
}

// ofRequest is Reject for the task of a request. A failure that the next worker cannot change gives
// the request up, and the second fault of ours for one task ends the try. Both cancel the task with
// its reservation, and move no worker.
func (r Rejecter) ofRequest(ctx, requests context.Context, rejection Rejection) error {
	if !r.ofCall(ctx, rejection) {
		return r.reject(requests, rejection)
	}
	ended, err := r.endTry(requests, rejection)
	if err == nil && ended {
		rejection.Log.With(rejection.Why.Fields()...).WarnContext(ctx, "request not served", "error", rejection.Cause)
		return nil
	}
	if err != nil {
		rejection.Log.ErrorContext(ctx, "try of request not ended", "error", err)
	}
	return r.reject(requests, rejection)
}

// endTry ends the try whose task the reservation is for; ended is false if it is over.
func (r Rejecter) endTry(ctx context.Context, rejection Rejection) (ended bool, err error) {
	known, err := r.Ledger.Failed(ctx, rejection.Ref, rejection.Why)
	if err != nil {
		return false, err
	}
	seen := known.Request()
	if seen.TaskSID != rejection.Ref.TaskSID || seen.State != ledger.Waiting {
		return false, nil
	}
	why := rejection.Why.Path()[1:]
	if rejection.Why.Row().Charge == failure.ToCall {
		return true, r.Requests.GiveUp(ctx, seen, why)
	}
	_, err = r.Requests.Missed(ctx, seen, why, false)
	return true, err
}

func (r Rejecter) reject(requests context.Context, rejection Rejection) error {
	why, ref, log := rejection.Why, rejection.Ref, rejection.Log
	worker, activity := r.destination(requests, rejection)
	wish := why.Row().Charge == failure.ToWish
	if wish {
		// Before the rejection, and whether or not that finds the reservation pending: a worker who
		// has signed off must not be offered another call.
		r.recordAbsence(requests, rejection, worker, activity)
	}
	wasPending, err := r.Twilio.RejectReservation(requests, ref.TaskSID, ref.ReservationSID, activity)
	if err != nil {
		log = log.With(failure.RejectFailed.Fields()...)
		log.ErrorContext(requests, "reservation not rejected", "error", err, "reason", why.Row().Name)
		return fmt.Errorf("reject reservation for %s: %w", why.Path()[1:], err)
	}
	outcome := []any{"error", rejection.Cause, "was_pending", wasPending}
	log.With(why.Fields()...).WarnContext(requests, "reservation rejected", outcome...)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(requests), recordTimeout)
	defer cancel()
	if err := r.Ledger.RecordRejectionFor(ctx, ref, why, r.end(rejection, wasPending), wasPending); err != nil {
		log.ErrorContext(ctx, "rejection not recorded", "error", err)
	}
	if wasPending && !wish {
		r.recordAbsence(ctx, rejection, worker, activity)
	}
	return nil
}

// recordAbsence schedules the worker's return, or signs the worker off. If that fails, TaskRouter's
// event of the rejection leads to it, or the sweeper does it.
func (r Rejecter) recordAbsence(ctx context.Context, rejection Rejection, worker, activity string) {
	if worker == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	rejected := reconciler.Rejected{
		WorkerSID: worker, ReservationSID: rejection.Ref.ReservationSID, Why: rejection.Why, Activity: activity,
	}
	if err := r.Absences.Rejected(ctx, rejected); err != nil {
		rejection.Log.ErrorContext(ctx, "absence not recorded", "worker_sid", worker, "error", err)
	}
}

// destination is the reservation's worker, "" if none is known, and the activity to which the
// rejection moves them: none, if they have just chosen another one.
func (r Rejecter) destination(ctx context.Context, rejection Rejection) (worker, activity string) {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	worker, activity = rejection.Worker, r.Activities.For(rejection.Why)
	if worker == "" {
		known, _, err := r.Ledger.ByCall(ctx, rejection.Ref.CallSID)
		if err != nil {
			rejection.Log.ErrorContext(ctx, "worker not looked up", "error", err)
		}
		worker = known.Worker(rejection.Ref)
	}
	if worker == "" {
		return "", activity
	}
	chose, err := r.chose(ctx, worker)
	if err != nil {
		rejection.Log.ErrorContext(ctx, "worker's activity not looked up", "worker_sid", worker, "error", err)
	}
	if chose {
		return worker, ""
	}
	return worker, activity
}

// chose reports whether a person chose the activity that the worker is in. It asks Twilio only if
// that is not one of ours.
func (r Rejecter) chose(ctx context.Context, worker string) (chose bool, err error) {
	activity, err := r.Absences.Chosen(ctx, worker)
	if err != nil || activity == "" {
		return false, err
	}
	routine, err := r.Twilio.RoutineActivities(ctx)
	return err == nil && !slices.Contains(routine, activity), err
}

// end is the reservation's state after the rejection, "" if TaskRouter's event records it: Twilio
// had resolved the reservation before. After the deadline that event hardly arrives.
func (r Rejecter) end(rejection Rejection, wasPending bool) reservation.State {
	row := rejection.Why.Row()
	switch {
	case wasPending && row.Charge == failure.ToCall:
		return reservation.Rejected // the caller could not be sent to overflow
	case wasPending:
		return row.End
	case !rejection.Deadline.IsZero() && r.Now().After(rejection.Deadline):
		return reservation.Expired
	}
	return ""
}
