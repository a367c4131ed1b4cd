// Package worker answers for the call to a worker: the gate ("press 1"), the bridge to the caller, what happens when there
// is no caller any more, and how the call ended.
package worker

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/rejection"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

// Ledger records what became of the worker call.
type Ledger interface {
	ByCall(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	RecordAnswered(ctx context.Context, ref ledger.Ref, workerCall string) (ledger.Call, error)
	RecordAccepted(ctx context.Context, ref ledger.Ref, workerCall string) (ledger.Call, error)
	RecordTalked(ctx context.Context, ref ledger.Ref, workerCall string) error
	RecordWorkerCall(ctx context.Context, ref ledger.Ref, workerCall string, ended bool) (ledger.Call, error)
}

// Voice ends worker calls that were not answered.
type Voice interface {
	CancelCall(ctx context.Context, sid string) error
}

// Queue takes work for later.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Handler answers POST /worker/{CallSid}/{TaskSid}/{ReservationSid}/{stop}, the caller's call being the one named. The
// stops are gate, key, dial, dialed and status; below key lies how often the gate was heard again.
type Handler struct {
	Edge                webhook.Edge
	Ledger              Ledger
	Voice               Voice
	Rejecter            rejection.Rejecter
	Queue               Queue
	PostWorkActivitySID string
	WrapUp              *time.Duration // how long a task may stay in wrapping; nil = for ever
	Now                 func() time.Time
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
	if !visit.whole() || visit.leg == visit.ref.CallSID || request.Older(webhook.Lifetime, h.Now()) {
		return webhook.Malformed()
	}
	switch stop {
	case "gate":
		return visit.gate(ctx)
	case "key":
		return visit.key(ctx)
	case "dial":
		return visit.dial(ctx)
	case "dialed":
		if !visit.connected() && visit.isStranger(ctx) {
			return webhook.Malformed()
		}
		return webhook.TwiML(visit.dialed(ctx))
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
	again   int    // how often whoever is at the gate asked for it again, 3 times at most
	log     *slog.Logger
}

func (h Handler) visit(request webhook.Request) (visit, string, bool) {
	parts := request.Segments("/worker")
	again := 0
	if len(parts) == 5 && parts[3] == "key" {
		again = slices.Index([]string{"", "1", "2", "3"}, parts[4])
		parts = parts[:4]
	}
	if len(parts) != 4 || again < 0 {
		return visit{}, "", false
	}
	ref := ledger.Ref{CallSID: parts[0], TaskSID: parts[1], ReservationSID: parts[2]}
	leg := request.Form.Get("CallSid")
	log := h.Logger.With("call_sid", ref.CallSID, "task_sid", ref.TaskSID, "reservation_sid", ref.ReservationSID, "worker_call_sid", leg)
	return visit{h: h, request: request, ref: ref, leg: leg, again: again, log: log}, parts[3], true
}

func (v visit) whole() bool {
	return taskrouter.ValidSID("CA", v.ref.CallSID) && taskrouter.ValidSID("WT", v.ref.TaskSID) &&
		taskrouter.ValidSID("WR", v.ref.ReservationSID) && taskrouter.ValidSID("CA", v.leg)
}

// isAnother reports that the ledger has another worker call for the reservation. There is one at
// most, and the first that the ledger is given stays: so this request is about a call that we did
// not place. Twilio signs it all the same when another program of the account names our URL.
func (v visit) isAnother(known ledger.Call) bool {
	placed := known.WorkerCall(v.ref)
	if placed == "" || placed == v.leg {
		return false
	}
	v.log.Warn("webhook refused", "reason", "the reservation has another worker call", "placed", placed)
	return true
}

// isStranger is isAnother for a stop that is about to reject the reservation and has not asked the
// ledger. Without an answer the reservation is rejected as before.
func (v visit) isStranger(ctx context.Context) bool {
	known, _, err := v.h.Ledger.ByCall(ctx, v.ref.CallSID)
	if err != nil {
		v.log.ErrorContext(ctx, "worker call not checked", "error", err)
	}
	return v.isAnother(known)
}

func (v visit) url(stop string) string {
	return v.request.URL("/worker/" + v.ref.CallSID + "/" + v.ref.TaskSID + "/" + v.ref.ReservationSID + "/" + stop)
}
