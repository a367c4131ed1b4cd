package bridge

import (
	"context"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/taskrouter"
)

// request bridges the task of a request as that of a call, if it is the task of the request's
// present try. A task whose creation seemed to fail is adopted here.
func (h Handler) request(ctx context.Context, work deferred.Bridge, sent time.Time) error {
	j := h.job(work, sent)
	var attributes taskrouter.TaskAttributes
	if err := attributes.UnmarshalJSON(work.TaskAttributes); err != nil {
		return j.reject(ctx, failure.ClaimFailed, err)
	}
	mark, found := attributes.Request()
	if !found || mark.Key != work.CallSID {
		j.log.InfoContext(ctx, "task without a call ignored")
		return nil
	}
	adopted, err := h.Requests.Adopt(ctx, mark, work.TaskSID)
	switch {
	case err != nil:
		return j.reject(ctx, failure.ClaimFailed, err)
	case !adopted:
		j.log.InfoContext(ctx, "bridge skipped: the task is not that of its request")
		return nil
	case work.CallerID == "":
		return j.reject(ctx, failure.NoCallerID, nil)
	}
	return j.run(ctx)
}
