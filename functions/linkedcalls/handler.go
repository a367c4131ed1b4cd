// Package linkedcalls tells which calls belong together, for an operator who invokes it: the caller's, the worker's, and
// when. It reads the ledger, and TaskRouter's events where the ledger has a gap.
package linkedcalls

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// eventsReach is how far back TaskRouter's events are read for a call that the request gives no time for. Twilio keeps
// them with their attributes for 30 days (docs/taskrouter/api/event).
const eventsReach = 30 * 24 * time.Hour

// Ledger looks calls up.
type Ledger interface {
	ByCall(ctx context.Context, sid string) (ledger.Call, bool, error)
	ByTask(ctx context.Context, sid string) (ledger.Call, bool, error)
	Between(ctx context.Context, from, until time.Time) ([]ledger.Call, error)
}

// Events reads the workspace's events.
type Events interface {
	Events(ctx context.Context, query twilio.EventQuery) ([]taskrouter.Event, error)
}

// Handler answers an operator's question.
type Handler struct {
	Ledger      Ledger
	Events      Events
	WorkflowSID string
	Now         func() time.Time
	Logger      *slog.Logger
}

// Request is the function's input. Exactly one field is set.
type Request struct {
	TaskSID string `json:"task_sid,omitempty"`
	CallSID string `json:"call_sid,omitempty"` // the caller's or the worker's
	Since   string `json:"since,omitempty"`    // RFC 3339, at most 30 days ago
}

// Report is the function's output, oldest call first.
type Report struct {
	Calls   []Link `json:"calls"`
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
	h.Logger.InfoContext(ctx, "linked calls", "task_sid", request.TaskSID, "call_sid", request.CallSID, "found", len(report.Calls))
	return report, nil
}

func (h Handler) question(request Request) (func(context.Context) (Report, error), error) {
	task, call, since := request.TaskSID, request.CallSID, request.Since
	switch {
	case task != "" && call == "" && since == "":
		if !taskrouter.ValidSID("WT", task) {
			return nil, errors.New("task_sid is not a WT… SID")
		}
		return func(ctx context.Context) (Report, error) { return h.byTask(ctx, task) }, nil
	case call != "" && task == "" && since == "":
		if !taskrouter.ValidSID("CA", call) {
			return nil, errors.New("call_sid is not a CA… SID")
		}
		return func(ctx context.Context) (Report, error) { return h.byCall(ctx, call) }, nil
	case since != "" && task == "" && call == "":
		from, err := time.Parse(time.RFC3339, since)
		if err != nil {
			return nil, fmt.Errorf("read since as an RFC 3339 time, such as 2026-11-24T09:00:00Z: %w", err)
		}
		if h.Now().Sub(from) > eventsReach {
			return nil, errors.New("since lies more than 30 days back: Twilio keeps no events from then")
		}
		return func(ctx context.Context) (Report, error) { return h.since(ctx, from) }, nil
	}
	return nil, errors.New(`give one of {"task_sid": "WT…"}, {"call_sid": "CA…"} or {"since": "2026-11-24T09:00:00Z"}`)
}
