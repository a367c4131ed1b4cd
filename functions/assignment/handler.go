// Package assignment answers the workflow's assignment callback. The answer says which worker gets
// the call, and how. Package fallback gives the same answer to the fallback callback.
package assignment

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

const (
	// sendTimeout is SQS's share of the 5 seconds in which TaskRouter expects an answer.
	sendTimeout = 2 * time.Second

	// callbackTimeout is the maximum age of a reservation when its callback arrives. TaskRouter may
	// need as much again before it requests the fallback.
	callbackTimeout = 5 * time.Second

	// gatewayTimeout is the maximum time that API Gateway waits for a function. Older receive times
	// are ignored; example events and emulators send them.
	gatewayTimeout = 30 * time.Second
	// clockSkew is how far Twilio's clock may be ahead of ours.
	clockSkew = 2 * time.Second
	// maxCallbackAge is the maximum age of a reservation at the fallback: Twilio may have waited a
	// webhook's 15 seconds for the first answer
	// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). An older
	// Timestamp is ignored: it comes from a skewed clock and would shorten the bridge's deadline.
	maxCallbackAge = 20 * time.Second
)

// Queue takes work that must not delay the answer.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Handler answers POST /assignment and /assignment/fallback
// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks).
type Handler struct {
	Edge                webhook.Edge
	WorkspaceSID        string
	Deferred            bool // place the worker call ourselves, after the CRM step; false = Twilio dequeues
	Queue               Queue
	PostWorkActivitySID string
	Activities          failure.Activities
	CallerID            string        // "" = the number that the caller dialed
	Ring                time.Duration // how long a worker's phone may ring
	ReservationTimeout  time.Duration // the workflow's
	Now                 func() time.Time
	Logger              *slog.Logger
}

// Handle implements the Lambda function. If Deferred, it makes one network call, to SQS; if not,
// none.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.assign)
}

// assign always answers 200. The answer has an instruction, or none if SQS accepted the message or
// the callback is not about a call of this stack.
func (h Handler) assign(ctx context.Context, request webhook.Request) webhook.Answer {
	callback, err := taskrouter.ParseAssignmentCallback(request.Form)
	log := h.Logger.With("task_sid", callback.TaskSID, "reservation_sid", callback.ReservationSID, "worker_sid", callback.WorkerSID)
	switch {
	case err != nil:
		h.Logger.WarnContext(ctx, "assignment callback ignored", "error", err)
		return webhook.Instruction(nil)
	case callback.WorkspaceSID != h.WorkspaceSID:
		log.WarnContext(ctx, "assignment callback of another workspace ignored",
			"workspace_sid", callback.WorkspaceSID, "hint", "check WorkspaceSid")
		return webhook.Instruction(nil)
	case request.Older(webhook.Lifetime, h.Now()):
		log.WarnContext(ctx, "assignment callback ignored: it is hours old")
		return webhook.Instruction(nil)
	}
	mark, isRequest := callback.TaskAttributes.Request()
	switch {
	case isRequest:
		callback.TaskAttributes.CallSID = mark.Key
	case !callback.TaskAttributes.EnqueuedBy(callback.AccountSID):
		return h.find(ctx, log, request, callback)
	}
	log = log.With(taskrouter.LogFields(callback.TaskAttributes.CallSID)...)
	contact, err := taskrouter.WorkerContact(callback.WorkerAttributes)
	// A dequeue instruction needs a call (https://www.twilio.com/docs/api/errors/40140).
	dequeues := !h.Deferred && !isRequest
	if err == nil && dequeues && contact.Extension() != "" {
		err = errors.New("a dequeue instruction cannot dial the extension of contact_uri")
	}
	if err != nil {
		return h.reject(ctx, log, failure.NoContact, err)
	}
	work := h.bridge(request, callback, contact)
	work.CallerID = taskrouter.CallerID(contact, h.CallerID, work.To, work.From)
	if work.CallerID == "" && !isRequest { // of a request, the bridge function cancels the task
		return h.overflow(ctx, log, request, callback, failure.NoCallerID)
	}
	if dequeues {
		log.InfoContext(ctx, "worker dequeued")
		return webhook.Instruction(h.dequeue(work))
	}
	if err := h.send(ctx, work); err != nil {
		return h.reject(ctx, log, failure.QueueRefused, err)
	}
	log.InfoContext(ctx, "bridge deferred", "deadline", work.Deadline)
	return webhook.Instruction(nil)
}

// find sends a task whose attributes do not name its call to the bridge function, which can ask the
// ledger: a script may have replaced the attributes. If the ledger does not know the task either,
// it belongs to another program: its worker must not be moved, nor its reservation rejected.
func (h Handler) find(
	ctx context.Context, log *slog.Logger, request webhook.Request, callback taskrouter.AssignmentCallback,
) webhook.Answer {
	contact, err := taskrouter.WorkerContact(callback.WorkerAttributes)
	if err != nil {
		contact = ""
	}
	work := h.bridge(request, callback, contact)
	work.CallSID, work.CallerID = "", h.CallerID
	if err := h.send(ctx, work); err != nil {
		log.WarnContext(ctx, "failed to queue task without a call", "error", err)
	}
	return webhook.Instruction(nil)
}

func (h Handler) send(ctx context.Context, work *deferred.Bridge) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	return h.Queue.Send(ctx, deferred.Message{Bridge: work}, 0)
}

func (h Handler) reject(ctx context.Context, log *slog.Logger, why failure.Failure, err error) webhook.Answer {
	log.With(why.Fields()...).WarnContext(ctx, "reservation rejected", "error", err)
	return webhook.Instruction(taskrouter.Reject{ActivitySID: h.Activities.For(why)})
}

// overflow redirects the caller to overflow. That ends the task and the reservation, and moves no
// worker. The survey function records why.
func (h Handler) overflow(
	ctx context.Context, log *slog.Logger, request webhook.Request, callback taskrouter.AssignmentCallback, why failure.Failure,
) webhook.Answer {
	log.With(why.Fields()...).WarnContext(ctx, "call not served", "sent_to_overflow", true)
	return webhook.Instruction(taskrouter.Redirect{
		CallSID: callback.TaskAttributes.CallSID,
		URL:     request.URL(failure.OverflowPath(callback.TaskAttributes.Language()) + why.Path()),
	})
}

func (h Handler) dequeue(work *deferred.Bridge) taskrouter.Dequeue {
	return taskrouter.Dequeue{
		To:                  work.Contact,
		From:                work.CallerID,
		PostWorkActivitySID: h.PostWorkActivitySID,
		Timeout:             int(h.Ring / time.Second),
	}
}

func (h Handler) bridge(request webhook.Request, callback taskrouter.AssignmentCallback, contact taskrouter.Contact) *deferred.Bridge {
	return &deferred.Bridge{
		CallSID:          callback.TaskAttributes.CallSID,
		TaskSID:          callback.TaskSID,
		ReservationSID:   callback.ReservationSID,
		WorkerSID:        callback.WorkerSID,
		WorkerName:       callback.WorkerName,
		From:             callback.TaskAttributes.From,
		To:               callback.TaskAttributes.To,
		Contact:          contact,
		BaseURL:          request.BaseURL,
		Deadline:         h.deadline(request, callback.Timestamp),
		TaskAttributes:   object(request.Form.Get("TaskAttributes")),
		WorkerAttributes: object(callback.WorkerAttributes),
	}
}

// object returns a text as JSON, or nil if it is not a JSON object.
func object(text string) json.RawMessage {
	if !json.Valid([]byte(text)) {
		return nil
	}
	return json.RawMessage(text)
}

// deadline returns the earliest time at which the reservation can time out. It counts from the time
// at which API Gateway received the callback, minus the maximum time that the callback may have
// taken, or from Twilio's Timestamp if that is earlier. A cold start can lie between API Gateway
// and the function.
func (h Handler) deadline(request webhook.Request, timestamp time.Time) time.Time {
	received := h.Now()
	if waited := received.Sub(request.Received); waited > 0 && waited < gatewayTimeout {
		received = request.Received
	}
	reserved := received.Add(-callbackTimeout)
	if request.Path == "/assignment/fallback" {
		reserved = reserved.Add(-callbackTimeout)
	}
	if stamped := timestamp.Add(-clockSkew); !timestamp.IsZero() && stamped.Before(reserved) {
		reserved = stamped
		if earliest := received.Add(-maxCallbackAge); stamped.Before(earliest) {
			reserved = earliest
		}
	}
	return reserved.Add(h.ReservationTimeout)
}
