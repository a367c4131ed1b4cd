// Package linkedcalls lists, for an operator who invokes it, which calls belong together: the
// caller's call and the worker call, with their times. It reads the ledger, and TaskRouter's events
// if the ledger has a gap.
package linkedcalls

import (
	"context"
	"log/slog"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// eventsReach is how far back TaskRouter's events are read if the request gives no time. Twilio
// keeps them with their attributes for 30 days (https://www.twilio.com/docs/taskrouter/api/event).
const eventsReach = 30 * 24 * time.Hour

// Ledger finds calls.
type Ledger interface {
	ByCall(ctx context.Context, key string) (ledger.Call, bool, error)
	ByEitherCall(ctx context.Context, sid string) (ledger.Call, bool, error)
	ByTask(ctx context.Context, sid string) (ledger.Call, bool, error)
	Between(ctx context.Context, from, until time.Time) ([]ledger.Call, error)
}

// Events reads the workspace's events.
type Events interface {
	Events(ctx context.Context, query twilio.EventQuery) ([]taskrouter.Event, error)
}

// Handler answers an operator's question.
type Handler struct {
	Ledger    Ledger
	Events    Events
	Workflows taskrouter.Workflows
	Now       func() time.Time
	Logger    *slog.Logger
}

// Report is the function's output: calls, oldest first, or the lines of an export.
type Report struct {
	Calls   []Link `json:"calls,omitzero"`
	Text    string `json:"text,omitempty"`    // whole lines
	Next    string `json:"next,omitempty"`    // what a request for the lines that follow has as "next"; "" when there are none
	Warning string `json:"warning,omitempty"` // why the answer may lack something
}

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, request Request) (Report, error) {
	question, err := h.question(request)
	if err != nil {
		return Report{}, err
	}
	report, err := question(ctx)
	if err != nil {
		return Report{}, err
	}
	h.Logger.InfoContext(ctx, "linked calls listed", "task_sid", request.TaskSID, "call_sid", request.CallSID, "day", request.Day,
		"found", len(report.Calls), "text_bytes", len(report.Text))
	return report, nil
}
