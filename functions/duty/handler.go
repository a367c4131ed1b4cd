// Package duty answers the line for staff: workers who call from their own phone hear their state,
// and sign on or off with a key. Those who may close the desk do it there, in an emergency.
package duty

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// Twilio finds the worker who has a number, and counts the callers who wait.
type Twilio interface {
	WorkersAt(ctx context.Context, number string) ([]twilio.Worker, error)
	WorkerContact(ctx context.Context, worker string) (taskrouter.Contact, error)
	Queues(ctx context.Context) ([]twilio.Queue, error)
}

// Workers signs workers on and off, and reads their state.
type Workers interface {
	SignOn(ctx context.Context, workerSID string, by roster.Source) (reconciler.State, error)
	SignOff(ctx context.Context, workerSID string, by roster.Source) (reconciler.State, error)
	State(ctx context.Context, workerSID string) (reconciler.State, error)
}

// Desk closes and opens all numbers by hand. Read returns whether they are closed, and the prompts.
type Desk interface {
	Read(ctx context.Context) (settings.Settings, error)
	SetClosed(ctx context.Context, closed settings.Closed) error
}

// Secrets holds the PIN that workers must enter, if there is one.
type Secrets interface {
	Get(ctx context.Context) (secrets.Set, error)
}

// Handler answers POST /duty and, below /duty/{began}/{WorkerSid}, pin/{try}, key/{repeats},
// reason/{try}, close/{reason} and open/0; began is when the call began, in Unix seconds.
type Handler struct {
	Edge    webhook.Edge
	Twilio  Twilio
	Workers Workers
	Secrets Secrets
	Desk    Desk
	Now     func() time.Time
	Logger  *slog.Logger
}

const (
	maxTries   = 3 // of the PIN
	maxRepeats = 3
)

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.route)
}

func (h Handler) route(ctx context.Context, request webhook.Request) webhook.Answer {
	call := request.Form.Get("CallSid")
	if !taskrouter.ValidSID("CA", call) || request.Older(webhook.Lifetime, h.Now()) {
		return webhook.Malformed()
	}
	log := h.Logger.With("call_sid", call)
	if request.Path == "/duty" {
		return webhook.TwiML(h.begin(ctx, request, log))
	}
	read, stop, found := h.read(request, log)
	if !found {
		return webhook.NotFound()
	}
	if read.late() {
		return webhook.Malformed()
	}
	return webhook.TwiML(read.answer(ctx, stop))
}

// begin looks up the worker who calls.
func (h Handler) begin(ctx context.Context, request webhook.Request, log *slog.Logger) twiml.Document {
	found, err := h.Twilio.WorkersAt(ctx, request.Form.Get("From"))
	switch {
	case err != nil:
		log.ErrorContext(ctx, "failed to look up worker", "error", err)
		return twiml.DutyFailed()
	case len(found) == 0:
		return twiml.ForStaff()
	case len(found) > 1:
		log.WarnContext(ctx, "worker not signed on or off: several have the number", "worker_sid", found[0].SID, "other_worker_sid", found[1].SID)
		return twiml.HangUp(texts.SharedNumber + " Goodbye.")
	}
	read := workerRequest{handler: h, request: request, began: h.Now(), worker: found[0].SID, log: log.With("worker_sid", found[0].SID)}
	pin, err := read.pin(ctx)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "line for staff closed", "error", err)
		return twiml.DutyFailed()
	case pin.Empty():
		return read.menu(ctx)
	}
	return read.ask()
}

// workerRequest is one request about a worker who called the line.
type workerRequest struct {
	handler Handler
	request webhook.Request
	began   time.Time
	worker  string
	times   int    // how often the PIN was entered, the menu repeated, or the reason asked for
	reason  string // why the desk is to be closed; "" = the usual words
	log     *slog.Logger
}

// read parses the path of a later request: the stop at which the worker pressed keys.
func (h Handler) read(request webhook.Request, log *slog.Logger) (read workerRequest, stop string, found bool) {
	parts := request.Segments("/duty")
	if len(parts) != 4 || !taskrouter.ValidSID("WK", parts[1]) {
		return workerRequest{}, "", false
	}
	began, err := strconv.ParseInt(parts[0], 10, 64)
	read = workerRequest{handler: h, request: request, began: time.Unix(began, 0), worker: parts[1], log: log.With("worker_sid", parts[1])}
	if parts[2] == "close" {
		read.reason, found = reasonOf(parts[3])
		return read, parts[2], found && err == nil
	}
	read.times = slices.Index(counts()[parts[2]], parts[3])
	return read, parts[2], read.times >= 0 && err == nil
}

// counts has, for each stop, the valid last parts of a path: how often the worker entered the PIN
// before, or heard the menu again.
func counts() map[string][]string {
	return map[string][]string{"pin": {"0", "1", "2"}, "key": {"0", "1", "2", "3"}, "reason": {"0", "1"}, "open": {"0"}}
}

// late reports whether the call began longer ago than a call to this line can last. Such a request
// is a copy of an old one; it has no Timestamp.
func (w workerRequest) late() bool {
	return w.handler.Now().Sub(w.began).Abs() > webhook.Lifetime
}

func (w workerRequest) answer(ctx context.Context, stop string) twiml.Document {
	contact, err := w.handler.Twilio.WorkerContact(ctx, w.worker)
	switch {
	case err != nil:
		w.log.ErrorContext(ctx, "failed to look up worker", "error", err)
		return twiml.DutyFailed()
	case contact == "" || string(contact) != w.request.Form.Get("From"):
		return twiml.ForStaff()
	case stop == "pin":
		return w.tried(ctx)
	case stop == "key":
		return w.pressed(ctx)
	}
	switch lead, err := w.isLead(ctx); {
	case err != nil:
		w.log.ErrorContext(ctx, "failed to look up worker", "error", err)
		return twiml.DutyFailed()
	case !lead:
		w.log.WarnContext(ctx, "desk not changed", "reason", "the worker is no lead")
		return unchanged()
	case stop == "open":
		return w.opening(ctx)
	case stop == "close":
		return w.closing(ctx)
	}
	return w.reasonGiven()
}

func (w workerRequest) url(stop string, times int) string { return w.urlOf(stop, strconv.Itoa(times)) }

func (w workerRequest) urlOf(stop, part string) string {
	return w.request.URL("/duty/" + strconv.FormatInt(w.began.Unix(), 10) + "/" + w.worker + "/" + stop + "/" + part)
}
