package taskevents

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
	"switchboard/shared/workercall"
)

// act does what an event requires besides its record: first what ends a ringing phone or a caller's
// wait.
func (h Handler) act(ctx context.Context, log *slog.Logger, request webhook.Request, event taskrouter.Event, known ledger.Call) error {
	switch event.Type {
	case taskrouter.ReservationCreated:
		if known.CallerLeft(event.TaskSID) {
			return h.Ledger.MarkCallerLeft(ctx, known, event.TaskSID)
		}
	case taskrouter.TaskCanceled:
		return errors.Join(
			h.endCalls(ctx, log, known.UnansweredCalls(event.TaskSID), h.Twilio.EndCall),
			h.redirectToOverflow(ctx, log, request, event, known),
			h.tryAgain(ctx, event, known),
			h.Ledger.MarkCallerLeft(ctx, known, event.TaskSID),
		)
	case taskrouter.TaskCompleted, taskrouter.TaskDeleted, taskrouter.TaskSystemDeleted:
		// Such a task may have been accepted, and that event may arrive late or never: a talk must
		// not be ended.
		return errors.Join(h.endCalls(ctx, log, known.UnansweredCalls(event.TaskSID), h.Twilio.CancelCall), h.redirectToOverflow(ctx, log, request, event, known))
	case taskrouter.ReservationCanceled, taskrouter.ReservationRescinded:
		return errors.Join(h.endCalls(ctx, log, known.UnansweredCallsOf(event.ReservationSID), h.Twilio.EndCall), h.unanswered(ctx, event, known))
	case taskrouter.ReservationTimeout, taskrouter.ReservationRejected, taskrouter.ReservationFailed:
		return errors.Join(h.endCalls(ctx, log, known.UnansweredCallsOf(event.ReservationSID), h.Twilio.EndCall), h.missed(ctx, event, known, delayOf(event)))
	case taskrouter.TaskWrapup:
		// Twilio may accept a reservation when it begins to dequeue. If that worker does not
		// answer, the caller waits with a task that TaskRouter offers to no other worker.
		return errors.Join(h.completeLater(ctx, event, known), h.redirectToOverflow(ctx, log, request, event, known))
	case taskrouter.ReservationWrapup:
		return h.completeLater(ctx, event, known)
	case taskrouter.ReservationCompleted:
		// A single-tasking workspace has no wrapping.
		switch worker := cmp.Or(event.WorkerSID, known.WorkerOf(event.TaskSID)); {
		case known.WrappedUp(event.ReservationSID):
		case h.PostWork:
			return h.completeLater(ctx, event, known)
		case worker != "":
			return h.Roster.Answered(ctx, worker, event.Time)
		}
	}
	return nil
}

// tryAgain ends the try of a request whose task was canceled: the last step of the workflow timed
// out, or an operator canceled it, and no documented field tells these apart. What we cancel
// ourselves is recorded before.
func (h Handler) tryAgain(ctx context.Context, event taskrouter.Event, known ledger.Call) error {
	r := known.Request()
	if r.State != ledger.Waiting || r.TaskSID != event.TaskSID {
		return nil
	}
	_, err := h.Requests.Missed(ctx, r, "task canceled", false)
	return err
}

// rejectionTime is the time in which our function records a rejection that it made.
const rejectionTime = 10 * time.Second

// delayOf returns when the cause of a reservation's end can be looked up.
func delayOf(event taskrouter.Event) time.Duration {
	if event.Type == taskrouter.ReservationRejected {
		return rejectionTime
	}
	return 0
}

// missed has the bridge function look up why a reservation ended without a talk, and bring its
// worker back. TaskRouter offers the call to the same worker again if Twilio fails to dequeue it.
// Not every type of event names the worker.
func (h Handler) missed(ctx context.Context, event taskrouter.Event, known ledger.Call, delay time.Duration) error {
	worker := cmp.Or(event.WorkerSID, known.Worker(refOf(event)))
	if worker == "" {
		return nil
	}
	miss := &deferred.Miss{
		CallSID: event.Task.CallSID, TaskSID: event.TaskSID, ReservationSID: event.ReservationSID, WorkerSID: worker,
		WorkerCallSID: event.Task.WorkerCallSID, Event: event.Type, At: event.Time,
	}
	return h.Queue.Send(ctx, deferred.Message{Miss: miss}, delay)
}

func refOf(event taskrouter.Event) ledger.Ref {
	return ledger.Ref{CallSID: event.Task.CallSID, TaskSID: event.TaskSID, ReservationSID: event.ReservationSID}
}

// cancellationTime is the time in which Twilio ends the task of a caller who left.
const cancellationTime = 2 * time.Second

// unanswered has the bridge function look up whether the worker of a canceled reservation did not
// answer: no source says how a dequeue ends then, while its caller still waits
// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks).
func (h Handler) unanswered(ctx context.Context, event taskrouter.Event, known ledger.Call) error {
	dequeued := event.Task.WorkerCallSID != "" && known.Claimed(refOf(event)).IsZero()
	if event.Type != taskrouter.ReservationCanceled || !dequeued || known.CallerLeft(event.TaskSID) {
		return nil
	}
	return h.missed(ctx, event, known, cancellationTime)
}

// endCalls logs and ends worker calls whose caller cannot be bridged.
func (h Handler) endCalls(ctx context.Context, log *slog.Logger, workerCalls []string, end func(context.Context, string) error) error {
	return workercall.EndAll(ctx, workerCalls, func(ctx context.Context, sid string) error {
		log.InfoContext(ctx, "worker call ended: the caller left", "worker_call_sid", sid)
		return end(ctx, sid)
	})
}

// redirectToOverflow sends a caller whose task has ended to overflow, if they still wait. Most
// tasks end because their caller left or was served, which the ledger may know: the call has ended,
// or the caller talked to a worker. That the caller left a queue proves nothing: it may have been
// an earlier one. A caller who waits with another task is not redirected
// (https://www.twilio.com/docs/taskrouter/task-evaluation).
//
// The sweeper redirects callers, too. It compares lists of Twilio's instead of the ledger, and each
// of its requests waits for its turn.
func (h Handler) redirectToOverflow(ctx context.Context, log *slog.Logger, request webhook.Request, event taskrouter.Event, known ledger.Call) error {
	isRequest := taskrouter.IsRequest(event.Task.CallSID)
	if isRequest || known.Ended() || known.Served(event.TaskSID) || !known.Unserved(event.TaskSID).IsZero() {
		return nil
	}
	stranded, err := h.Twilio.Stranded(ctx, event.Task.CallSID, known.TaskCreated(event.TaskSID))
	if err != nil || !stranded {
		return err
	}
	waits, err := h.waitsWithAnother(ctx, known, event.TaskSID)
	if err != nil || waits {
		return err
	}
	log.WarnContext(ctx, "task ended while the caller waited; caller sent to overflow")
	_, err = h.Twilio.RedirectCall(ctx, event.Task.CallSID, request.URL(failure.OverflowPath(event.Task.Language())))
	return err
}

// waitsWithAnother asks Twilio for the call's other tasks that have not ended by the ledger: a
// script may have replaced the attributes by which Twilio finds them.
func (h Handler) waitsWithAnother(ctx context.Context, known ledger.Call, ended string) (bool, error) {
	for _, task := range known.LiveTasks() {
		if task == ended {
			continue
		}
		status, err := h.Twilio.TaskStatus(ctx, task)
		if err != nil {
			return false, err
		}
		if taskrouter.TaskLives(status) {
			return true, nil
		}
	}
	return false, nil
}

// completeLater has the bridge function complete the task after the wrap-up time: in a multitasking
// workspace Twilio does not, and the worker would get no second call. Two events and the worker
// call's status callback ask for it, since each may get lost; a second completion changes nothing.
// Only an event names the task's worker, so only here the roster records the end of the talk if no
// task is to be completed.
func (h Handler) completeLater(ctx context.Context, event taskrouter.Event, known ledger.Call) error {
	worker := cmp.Or(event.WorkerSID, known.WorkerOf(event.TaskSID))
	if h.WrapUp == nil && worker != "" {
		return h.Roster.Answered(ctx, worker, event.Time)
	}
	if h.WrapUp == nil {
		return nil
	}
	// A caller who was enqueued again has a worker call for each task. If the ledger failed, the
	// event may name it.
	workerCall := cmp.Or(known.TalkedWith(event.TaskSID), event.Task.WorkerCallSID)
	if workerCall == "" && known.TaskSID() == event.TaskSID {
		workerCall = known.WorkerCallSID()
	}
	work := &deferred.WrapUp{CallSID: event.Task.CallSID, TaskSID: event.TaskSID, WorkerCallSID: workerCall, WorkerSID: worker, Ended: event.Time}
	delay := *h.WrapUp
	if event.Type == taskrouter.ReservationWrapup {
		delay = deferred.SpareDelay(delay)
	}
	return h.Queue.Send(ctx, deferred.Message{WrapUp: work}, delay)
}
