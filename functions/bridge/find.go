package bridge

import (
	"context"
	"errors"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/taskrouter"
)

// find bridges a task whose attributes do not name its call. If the ledger knows the task, a script
// has replaced the attributes. If not, the task belongs to another program, and find ignores it.
func (h Handler) find(ctx context.Context, work deferred.Bridge, sent time.Time) error {
	log := h.Logger.With("task_sid", work.TaskSID, "reservation_sid", work.ReservationSID, "worker_sid", work.WorkerSID)
	known, found, err := h.Ledger.ByTask(ctx, work.TaskSID)
	if err != nil {
		return err
	}
	if !found {
		log.InfoContext(ctx, "task without a call ignored")
		return nil
	}
	work.CallSID = known.CallSID()
	record, err := h.Twilio.CallRecord(ctx, work.CallSID)
	if err != nil {
		return err
	}
	work.From, work.To = record.From, record.To
	work.CallerID = taskrouter.CallerID(work.Contact, work.CallerID, work.To, work.From)
	j := h.job(work, sent)
	switch {
	case work.Contact == "":
		return j.reject(ctx, failure.NoContact, errors.New("contact_uri is missing or unusable"))
	case work.CallerID == "":
		return j.reject(ctx, failure.NoCallerID, nil)
	}
	return j.run(ctx)
}
