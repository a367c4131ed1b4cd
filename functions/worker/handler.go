// Package worker answers for the call to a worker: the gate ("press 1"), the bridge to the caller, what happens when there
// is no caller any more, and how the call ended.
package worker

import (
	"context"
	"log/slog"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// Ledger remembers the worker's call.
type Ledger interface {
	Answered(ctx context.Context, ref ledger.Ref, leg string) (ledger.Call, error)
	Bridged(ctx context.Context, ref ledger.Ref, leg string) error
	LegSeen(ctx context.Context, ref ledger.Ref, leg string, over bool) (ledger.Call, error)
}

// Twilio rejects reservations and ends our own calls to workers.
type Twilio interface {
	RejectReservation(ctx context.Context, task, reservation, activity string) (bool, error)
	EndCall(ctx context.Context, sid string) error
}

// Handler answers POST /worker/{CallSid}/{TaskSid}/{ReservationSid}/{stop}, the caller's call being the one named. The
// stops are gate, key, dial, dialed and status.
type Handler struct {
	Edge                webhook.Edge
	Ledger              Ledger
	Twilio              Twilio
	PostWorkActivitySID string
	RejectActivitySID   string
	Logger              *slog.Logger
}

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.route)
}

func (h Handler) route(ctx context.Context, request webhook.Request) webhook.Answer {
	visit, stop, found := h.visit(request)
	if !found {
		return webhook.NotFound()
	}
	if !visit.whole() {
		return webhook.Malformed()
	}
	switch stop {
	case "gate":
		return webhook.TwiML(twiml.Gate(visit.url("key")))
	case "key":
		return visit.key(ctx)
	case "dial":
		return visit.dial(ctx)
	case "dialed":
		return visit.dialed(ctx)
	case "status":
		return visit.status(ctx)
	}
	return webhook.NotFound()
}

// visit is one request about one worker's call.
type visit struct {
	h       Handler
	request webhook.Request
	ref     ledger.Ref
	leg     string // the worker's call
	log     *slog.Logger
}

func (h Handler) visit(request webhook.Request) (visit, string, bool) {
	parts := request.Segments("/worker")
	if len(parts) != 4 {
		return visit{}, "", false
	}
	ref := ledger.Ref{CallSID: parts[0], TaskSID: parts[1], ReservationSID: parts[2]}
	leg := request.Form.Get("CallSid")
	log := h.Logger.With("call_sid", ref.CallSID, "task_sid", ref.TaskSID, "reservation_sid", ref.ReservationSID, "worker_call_sid", leg)
	return visit{h: h, request: request, ref: ref, leg: leg, log: log}, parts[3], true
}

func (v visit) whole() bool {
	return taskrouter.ValidSID("CA", v.ref.CallSID) && taskrouter.ValidSID("WT", v.ref.TaskSID) &&
		taskrouter.ValidSID("WR", v.ref.ReservationSID) && taskrouter.ValidSID("CA", v.leg)
}

func (v visit) url(stop string) string {
	return v.request.URL("/worker/" + v.ref.CallSID + "/" + v.ref.TaskSID + "/" + v.ref.ReservationSID + "/" + stop)
}
