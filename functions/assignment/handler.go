// Package assignment answers the workflow's assignment callback, and the fallback that TaskRouter asks when the first
// answer failed: which worker gets the call, and how.
package assignment

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

const (
	// sendTimeout is what SQS may take of the 5 seconds in which TaskRouter wants its answer.
	sendTimeout = 2 * time.Second

	// callbackTimeout is how old a reservation may be when its callback comes, and as much again when TaskRouter asks the
	// fallback because the first answer failed.
	callbackTimeout = 5 * time.Second

	// gatewayTimeout is the longest that API Gateway waits for a function. A time before that is no gateway's: example events and
	// emulators have such.
	gatewayTimeout = 30 * time.Second
	// clockSkew is how far Twilio's clock may be ahead of ours.
	clockSkew = 2 * time.Second
	// longestWay is how old a reservation can be when its callback comes, the fallback's after a first answer that was waited for
	// to the end of a webhook's 15 seconds (docs/usage/webhooks/webhooks-connection-overrides). A Timestamp before that is
	// another clock's, and would take the time of the bridge.
	longestWay = 20 * time.Second
)

// Queue takes work that the answer may not wait for.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Handler answers POST /assignment and /assignment/fallback (docs/taskrouter/handle-assignment-callbacks).
type Handler struct {
	Edge                webhook.Edge
	WorkspaceSID        string
	Deferred            bool // place the worker's call ourselves, after the CRM step; false = let Twilio dequeue
	Queue               Queue
	PostWorkActivitySID string
	Activities          failure.Activities
	CallerID            string        // "" = the number that the caller dialled
	Ring                time.Duration // how long a worker's phone may ring
	ReservationTimeout  time.Duration // as the workflow has it
	Now                 func() time.Time
	Logger              *slog.Logger
}

// Handle implements the Lambda function. Deferred it makes one network call, to SQS; otherwise none.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.assign)
}

// assign always answers 200 with an instruction, or without one once the work is in the queue. Where it can do neither
// it rejects, so that the task goes to somebody else instead of waiting for the reservation to time out.
func (h Handler) assign(ctx context.Context, request webhook.Request) webhook.Answer {
	callback, err := taskrouter.ParseAssignmentCallback(request.Form)
	log := h.Logger.With("task_sid", callback.TaskSID, "reservation_sid", callback.ReservationSID, "worker_sid", callback.WorkerSID, "call_sid", callback.TaskAttributes.CallSID)
	if err == nil && callback.WorkspaceSID != h.WorkspaceSID {
		err = fmt.Errorf("callback of workspace %s, this stack serves %s: check WorkspaceSid", callback.WorkspaceSID, h.WorkspaceSID)
	}
	if err != nil {
		return h.reject(ctx, log, failure.CallbackUnreadable, err)
	}
	contact, err := taskrouter.WorkerContact(callback.WorkerAttributes)
	if err != nil {
		return h.reject(ctx, log, failure.NoContact, err)
	}
	if !h.Deferred {
		log.InfoContext(ctx, "dequeue to the worker")
		return webhook.Instruction(h.dequeue(callback, contact))
	}
	work, err := h.bridge(request, callback, contact)
	if err != nil {
		return h.reject(ctx, log, failure.CallbackUnreadable, err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := h.Queue.Send(ctx, deferred.Message{Bridge: work}, 0); err != nil {
		return h.reject(ctx, log, failure.QueueRefused, err)
	}
	log.InfoContext(ctx, "bridge deferred", "deadline", work.Deadline)
	return webhook.Instruction(nil)
}

func (h Handler) reject(ctx context.Context, log *slog.Logger, why failure.Failure, err error) webhook.Answer {
	log.With(why.Fields()...).WarnContext(ctx, "reservation rejected", "error", err)
	return webhook.Instruction(taskrouter.Reject{ActivitySID: h.Activities.For(why)})
}

func (h Handler) dequeue(callback taskrouter.AssignmentCallback, contact taskrouter.Contact) taskrouter.Dequeue {
	return taskrouter.Dequeue{
		To:                  contact,
		From:                h.callerID(callback),
		PostWorkActivitySID: h.PostWorkActivitySID,
		Timeout:             int(h.Ring / time.Second),
	}
}

func (h Handler) bridge(request webhook.Request, callback taskrouter.AssignmentCallback, contact taskrouter.Contact) (*deferred.Bridge, error) {
	work := &deferred.Bridge{
		CallSID:          callback.TaskAttributes.CallSID,
		TaskSID:          callback.TaskSID,
		ReservationSID:   callback.ReservationSID,
		WorkerSID:        callback.WorkerSID,
		WorkerName:       callback.WorkerName,
		Contact:          contact,
		CallerID:         h.callerID(callback),
		BaseURL:          request.BaseURL,
		Deadline:         h.deadline(request, callback.Timestamp),
		TaskAttributes:   json.RawMessage(request.Form.Get("TaskAttributes")),
		WorkerAttributes: json.RawMessage(callback.WorkerAttributes),
	}
	return work, work.Check()
}

func (h Handler) callerID(callback taskrouter.AssignmentCallback) string {
	if h.CallerID != "" {
		return h.CallerID
	}
	return callback.TaskAttributes.To
}

// deadline is when the reservation times out at the earliest: by when the callback came in, less all the time that it may have
// taken, or by Twilio's own timestamp, which is not always there and is by another clock; whichever is earlier. A cold start can
// lie between the gateway and the function.
func (h Handler) deadline(request webhook.Request, timestamp time.Time) time.Time {
	received := h.Now()
	if waited := received.Sub(request.Received); waited > 0 && waited < gatewayTimeout {
		received = request.Received
	}
	reserved := received.Add(-callbackTimeout)
	if request.Path == "/assignment/fallback" {
		reserved = reserved.Add(-callbackTimeout)
	}
	if told := timestamp.Add(-clockSkew); !timestamp.IsZero() && told.Before(reserved) {
		reserved = told
		if earliest := received.Add(-longestWay); told.Before(earliest) {
			reserved = earliest
		}
	}
	return reserved.Add(h.ReservationTimeout)
}
