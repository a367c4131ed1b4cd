package bridge

import (
	"context"
	"fmt"

	"switchboard/shared/deferred"
	"switchboard/shared/taskrouter"
)

// wrapUp completes a task whose call has ended: one in wrapping, or one that Twilio left assigned.
// The first attempt completes it, and the others find it completed. While a worker still talks, SQS
// retries the message; after the last try the sweeper completes the task.
func (h Handler) wrapUp(ctx context.Context, work deferred.WrapUp) error {
	status, err := h.Twilio.TaskStatus(ctx, work.TaskSID)
	switch {
	case err != nil:
		return err
	case status != "wrapping" && status != "assigned":
		return h.bringBack(ctx, work)
	}
	for _, sid := range callsOf(status, work) {
		record, err := h.Twilio.CallRecord(ctx, sid)
		if err != nil {
			return err
		}
		if !record.HasEnded() {
			return fmt.Errorf("complete task %s: it is %s, and call %s has not ended", work.TaskSID, status, sid)
		}
	}
	if err := h.Twilio.CompleteTask(ctx, work.TaskSID, "wrap-up time is over"); err != nil {
		return err
	}
	h.Logger.InfoContext(ctx, "task completed after its wrap-up time", "call_sid", work.CallSID, "task_sid", work.TaskSID, "was", status)
	return h.bringBack(ctx, work)
}

// bringBack runs after the task is completed: until then the worker has no capacity for another
// call.
func (h Handler) bringBack(ctx context.Context, work deferred.WrapUp) error {
	if work.WorkerSID == "" || work.Ended.IsZero() {
		return nil
	}
	return h.Workers.CallEnded(ctx, work.WorkerSID, work.Ended)
}

// callsOf returns the calls that must have ended. The caller of a wrapping task may be in the
// survey, and the worker need not wait for that: only the worker call must have ended, if it is
// known.
func callsOf(status string, work deferred.WrapUp) []string {
	switch {
	case taskrouter.IsRequest(work.CallSID) && work.WorkerCallSID == "":
		return nil // a request has no caller on the phone
	case taskrouter.IsRequest(work.CallSID):
		return []string{work.WorkerCallSID}
	case work.WorkerCallSID == "":
		return []string{work.CallSID}
	case status == "wrapping":
		return []string{work.WorkerCallSID}
	}
	return []string{work.WorkerCallSID, work.CallSID}
}
