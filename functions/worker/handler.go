// Package worker answers the webhooks of a worker call: the gate ("press 1"), the connection to the
// caller, and the end of the call.
package worker

import (
	"context"
	"log/slog"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/rejection"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
	"switchboard/shared/workercall"
)

// Ledger records what became of the worker call.
type Ledger interface {
	ByCall(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	RecordAnswered(ctx context.Context, ref ledger.Ref, workerCall string) (ledger.Call, error)
	RecordAccepted(ctx context.Context, ref ledger.Ref, workerCall string) (ledger.Call, error)
	RecordTalked(ctx context.Context, ref ledger.Ref, workerCall string) error
	RecordWorkerCall(ctx context.Context, ref ledger.Ref, workerCall string, ended bool) (ledger.Call, error)
}

// Twilio ends worker calls that were not answered.
type Twilio interface {
	CancelCall(ctx context.Context, sid string) error
}

// Queue takes work for later.
type Queue interface {
	Send(ctx context.Context, message deferred.Message, delay time.Duration) error
}

// Requests gives a request to a worker, and ends it or has another try made.
type Requests interface {
	Take(ctx context.Context, known ledger.Call, ref ledger.Ref) (r ledger.Request, taken bool, err error)
	Reached(ctx context.Context, ref ledger.Ref, customer string) error
	Heard(ctx context.Context, ref ledger.Ref) error
	Missed(ctx context.Context, seen ledger.Request, why string, soon bool) (again time.Time, err error)
	WorkerLeft(ctx context.Context, known ledger.Call, ref ledger.Ref, workerCall string) error
}

// Handler answers the webhooks of a worker call at each stop of its workercall.Route.
type Handler struct {
	Edge                webhook.Edge
	Ledger              Ledger
	Twilio              Twilio
	Rejecter            rejection.Rejecter
	Requests            Requests
	Files               Files
	Queue               Queue
	PostWorkActivitySID string
	WrapUp              *time.Duration // how long a task may stay in wrapping; nil = without limit
	Now                 func() time.Time
	Logger              *slog.Logger
}

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.route)
}

func (h Handler) route(ctx context.Context, request webhook.Request) webhook.Answer {
	read, found := h.read(request)
	if !found {
		return webhook.NotFound()
	}
	if !read.whole() || read.workerCall == read.ref.CallSID || request.Older(webhook.Lifetime, h.Now()) {
		return webhook.Malformed()
	}
	switch read.route.Stop {
	case workercall.Gate:
		return read.gate(ctx)
	case workercall.Key:
		return read.key(ctx)
	case workercall.Dial:
		return read.dial(ctx)
	case workercall.Choice:
		if !read.isRequest() || read.isStranger(ctx) {
			return webhook.Malformed()
		}
		return webhook.TwiML(read.choice(ctx))
	case workercall.Dialed:
		if !read.connected() && read.isStranger(ctx) {
			return webhook.Malformed()
		}
		if read.isRequest() {
			return webhook.TwiML(read.calledBack(ctx))
		}
		return webhook.TwiML(read.dialed(ctx))
	case workercall.Status:
		return read.status(ctx)
	}
	return webhook.NotFound()
}

// workerRequest is one request about one worker call.
type workerRequest struct {
	handler    Handler
	request    webhook.Request
	route      workercall.Route
	ref        ledger.Ref // the route's
	workerCall string     // its SID
	log        *slog.Logger
}

func (h Handler) read(request webhook.Request) (read workerRequest, found bool) {
	route, found := workercall.Parse(request.Path)
	if !found {
		return workerRequest{}, false
	}
	ref := route.Ref
	workerCall := request.Form.Get("CallSid")
	log := h.Logger.With(taskrouter.LogFields(ref.CallSID)...).
		With("task_sid", ref.TaskSID, "reservation_sid", ref.ReservationSID, "worker_call_sid", workerCall)
	return workerRequest{handler: h, request: request, route: route, ref: ref, workerCall: workerCall, log: log}, true
}

func (w workerRequest) whole() bool {
	return taskrouter.ValidKey(w.ref.CallSID) && taskrouter.ValidSID("WT", w.ref.TaskSID) &&
		taskrouter.ValidSID("WR", w.ref.ReservationSID) && taskrouter.ValidSID("CA", w.workerCall)
}

// isAnother reports whether the ledger has another worker call for the reservation. A reservation
// has at most one, and the ledger keeps the first, so this request is about a call that we did not
// place: Twilio also signs requests for another program of the account that names our URL.
func (w workerRequest) isAnother(known ledger.Call) bool {
	placed := known.WorkerCall(w.ref)
	if placed == "" || placed == w.workerCall {
		return false
	}
	w.log.Warn("webhook refused", "reason", "the reservation has another worker call", "placed", placed)
	return true
}

// isStranger calls isAnother for a stop that rejects the reservation and has not read the ledger.
// If the ledger fails, it returns false.
func (w workerRequest) isStranger(ctx context.Context) bool {
	known, _, err := w.handler.Ledger.ByCall(ctx, w.ref.CallSID)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to check worker call", "error", err)
	}
	return w.isAnother(known)
}

// url returns the address of another stop of this worker call.
func (w workerRequest) url(stop workercall.Stop, again int) string {
	return w.request.URL(workercall.Route{Ref: w.ref, Stop: stop, Again: again}.String())
}
