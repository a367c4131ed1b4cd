package sweeper

import (
	"context"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Findings about requests.
const (
	requestWithdrawn = "request withdrawn"
	requestSettled   = "request settled"
	requestRetried   = "request tried again"
)

// requests sweeps the requests that are not closed. The sweeper is their clock, too: it creates the
// tasks of those that are due.
func (r *run) requests(ctx context.Context) bool {
	return around(r.dice, r.asked, func(known ledger.Call) bool {
		return r.continues(ctx, r.request(ctx, known), ledger.Ref{CallSID: known.CallSID(), TaskSID: known.TaskSID()})
	})
}

// request sweeps one request: first its reservations and tasks, as those of a call, then what is to
// become of it.
func (r *run) request(ctx context.Context, known ledger.Call) error {
	if r.swept[known.CallSID()] {
		return nil
	}
	r.swept[known.CallSID()] = true
	onPhone, err := r.offers(ctx, known)
	if err != nil || onPhone {
		return err
	}
	seen := known.Request()
	switch {
	case seen.State == "": // the events of a task that names a request which the ledger does not have
		_, err := r.handler.Ledger.Close(ctx, known.CallSID(), "unknown request")
		return err
	case seen.State.Ended():
		return r.finished(ctx, known)
	}
	if _, err := r.triedTasks(ctx, known, seen); err != nil {
		return err
	}
	switch {
	case r.since(seen.Until) >= 0 && seen.State != ledger.Talking:
		return r.act(ctx, RequestGivenUp, "the promise has ended", known, r.handler.Requests.GiveUp(ctx, seen, "the promise ended"))
	case r.since(seen.Since) < grace && (seen.State != ledger.Left || seen.NotBefore.IsZero()):
		return nil
	case seen.State == ledger.Wanted:
		return r.wanted(ctx, known, seen)
	case seen.State == ledger.Left, seen.State == ledger.Creating:
		return r.create(ctx, known, seen)
	case seen.State == ledger.Waiting:
		return r.lost(ctx, known, seen)
	}
	return r.talked(ctx, known, seen)
}

// offers sweeps the reservations of a request's tasks. onPhone reports whether a worker may be on
// the phone.
func (r *run) offers(ctx context.Context, known ledger.Call) (onPhone bool, err error) {
	if r.inOrder(known) {
		return r.live[known.TalkedWith("")], nil
	}
	if known, err = r.backfill(ctx, known); err != nil {
		return true, err
	}
	for _, ref := range known.Reservations() {
		alive, err := r.reservation(ctx, known, ref, false)
		if err != nil {
			return true, err
		}
		onPhone = onPhone || alive
	}
	return onPhone, nil
}

// triedTasks ends the tasks of earlier tries, and all of a request that has ended: they keep their
// workers from calls, since the report that the worker's call had ended was lost. live reports
// whether one still lives.
func (r *run) triedTasks(ctx context.Context, known ledger.Call, seen ledger.Request) (live bool, err error) {
	var since time.Time
	if !seen.State.Ended() {
		since = seen.Since
	}
	for _, sid := range known.Tasks() {
		task, listed := r.tasks[sid]
		if !listed || sid == seen.TaskSID && !seen.State.Ended() {
			continue
		}
		live = true
		switch {
		case r.wrappedUp(task, since):
			err = r.complete(ctx, known, task, "it was "+task.Status+" after its try had ended")
		case r.handler.WrapUp == nil && task.Status == "assigned" && min(r.since(task.Updated), r.since(since)) >= grace:
			err = r.wrapUp(ctx, known, task)
		}
		if err != nil {
			return true, err
		}
	}
	return live, nil
}

// finished closes a request that has ended when nothing is left.
func (r *run) finished(ctx context.Context, known ledger.Call) error {
	live, err := r.triedTasks(ctx, known, known.Request())
	if err != nil {
		return err
	}
	if live || !known.NothingPending() && r.since(known.Request().Since) < closeLate {
		return nil
	}
	made, err := r.handler.Ledger.CloseRequest(ctx, known.Request(), "complete")
	if made {
		r.report.Closed++
	}
	return err
}

// closeLate is how long events about an ended request may take.
const closeLate = time.Hour

// wanted sweeps a request whose caller has confirmed it: the function died before it had recorded
// that at the call, or the caller has left the line and the report of that was lost.
func (r *run) wanted(ctx context.Context, known ledger.Call, seen ledger.Request) error {
	call, _, err := r.handler.Ledger.ByCall(ctx, taskrouter.CallOf(seen.Key))
	if err != nil {
		return err
	}
	if call.CallbackWanted().IsZero() {
		_, _, err := r.handler.Ledger.Withdraw(ctx, seen.Key, "not confirmed")
		return r.act(ctx, requestWithdrawn, "its caller stayed in the line", known, err)
	}
	if _, waits := r.waiting[call.CallSID()]; waits {
		return nil
	}
	known, made, err := r.handler.Ledger.CallerLeftFor(ctx, seen.Key)
	if err != nil || !made {
		return err
	}
	return r.create(ctx, known, known.Request())
}

// create creates the task of a request that is due while the desk is open.
func (r *run) create(ctx context.Context, known ledger.Call, seen ledger.Request) error {
	if r.since(seen.NotBefore) < 0 || !r.handler.Settings.Get(ctx).Open(seen.Dialed, r.handler.Now()) {
		return nil
	}
	for range createRequests {
		if err := r.may(ctx); err != nil {
			return err
		}
	}
	created, err := r.handler.Requests.Create(ctx, known)
	if err != nil || !created {
		return err
	}
	return r.act(ctx, RequestCreated, "it was due", known, nil)
}

// createRequests is how many requests the creation of a task takes at most: the search for an
// earlier one, the task, and its end if the request has ended meanwhile.
const createRequests = 3

// lost sweeps a request that waits for a worker. Twilio deletes tasks, and a worker's acceptance
// can end without a talk.
func (r *run) lost(ctx context.Context, known ledger.Call, seen ledger.Request) error {
	task, listed := r.tasks[seen.TaskSID]
	gone, err := r.workerGone(ctx, known, task)
	switch {
	case err != nil:
		return err
	case gone:
		return r.act(ctx, requestRetried, "the call to the worker who accepted it has ended", known, r.handler.Requests.Lost(ctx, seen, "worker hung up"))
	case listed:
		r.report.Sound++
		r.report.WaitingRequests++
		return nil
	}
	if err := r.may(ctx); err != nil {
		return err
	}
	status, err := r.handler.Twilio.TaskStatus(ctx, seen.TaskSID)
	if err != nil || taskrouter.TaskLives(status) || status == "wrapping" {
		return err
	}
	return r.act(ctx, requestRetried, "its task has ended", known, r.handler.Requests.Lost(ctx, seen, "task lost"))
}

// workerGone reports whether a worker has accepted the task, and all calls to its workers have
// ended: the function that accepted it died before it had recorded that.
func (r *run) workerGone(ctx context.Context, known ledger.Call, task twilio.Task) (gone bool, err error) {
	if task.Status != "assigned" && task.Status != "wrapping" {
		return false, nil
	}
	for _, ref := range known.Reservations() {
		workerCall := known.WorkerCall(ref)
		if ref.TaskSID != task.SID || workerCall == "" {
			continue
		}
		record, err := r.record(ctx, workerCall)
		if err != nil || !record.HasEnded() || r.since(record.Ended) < grace {
			return false, err
		}
		gone = true
	}
	return gone, nil
}

// talked sweeps a request that a worker has taken, and whose end was not reported.
func (r *run) talked(ctx context.Context, known ledger.Call, seen ledger.Request) error {
	ref := ledger.Ref{CallSID: seen.Key, TaskSID: seen.TaskSID, ReservationSID: seen.Talking}
	workerCall := known.WorkerCall(ref)
	record, err := r.record(ctx, workerCall)
	switch {
	case err != nil:
		return err
	case !record.HasEnded() || r.since(record.Ended) < grace:
		return nil
	}
	if err := r.may(ctx); err != nil {
		return err
	}
	return r.act(ctx, requestSettled, "the call to its worker has ended: "+recorded(record.Status), known,
		r.handler.Requests.WorkerLeft(ctx, known, ref, workerCall))
}

// act reports what was done about a request.
func (r *run) act(ctx context.Context, what, why string, known ledger.Call, err error) error {
	if err == nil {
		r.done(ctx, what, why, ledger.Ref{CallSID: known.CallSID(), TaskSID: known.Request().TaskSID}, "")
	}
	return err
}
