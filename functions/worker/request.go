package worker

import (
	"context"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/spoken"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/workercall"
)

// customerRing is how long the phone of a customer who is called back rings: some five signals.
const customerRing = 25 * time.Second

func (w workerRequest) isRequest() bool { return taskrouter.IsRequest(w.ref.CallSID) }

// waiting is what the gate says first: who or what waits for the worker.
func (w workerRequest) waiting(known ledger.Call) string {
	switch taskrouter.KindOf(w.ref.CallSID) {
	case taskrouter.Message:
		return message(known.Request())
	case "":
		return "A caller is waiting."
	}
	if number := known.Request().Number; number != "" {
		return "A call back, to " + spoken.PhoneNumbers(number, "plus") + "."
	}
	return "A call back."
}

// take gives the request to the worker who pressed 1. Nothing is dialed unless the ledger gives it
// to this worker alone.
func (w workerRequest) take(ctx context.Context, known ledger.Call) webhook.Answer {
	r, taken, err := w.handler.Requests.Take(ctx, known, w.ref)
	switch {
	case err != nil:
		w.log.ErrorContext(ctx, "failed to take request", "error", err)
		w.reject(ctx, failure.BridgeNotConnected)
		return webhook.TwiML(twiml.RequestGone())
	case !taken:
		return w.callerGone(ctx)
	}
	if taskrouter.KindOf(r.Key) == taskrouter.Message {
		return webhook.TwiML(w.play(ctx, r))
	}
	return webhook.TwiML(w.callBack(ctx, r))
}

// callBack calls the customer of a request that this worker has taken.
func (w workerRequest) callBack(ctx context.Context, r ledger.Request) twiml.Document {
	w.log.InfoContext(ctx, "customer called back", "try", r.Try)
	return twiml.DialNumber(twiml.DialNumberParams{
		Lines:     []twiml.Line{{Text: "Calling now."}},
		Number:    r.Number,
		CallerID:  r.Dialed,
		Ring:      customerRing,
		ActionURL: w.url(workercall.Dialed, 0),
	})
}

// calledBack answers the action URL of the <Dial> that called a customer back.
func (w workerRequest) calledBack(ctx context.Context) twiml.Document {
	status := taskrouter.Word(w.request.Form.Get("DialCallStatus"))
	if w.connected() {
		if err := w.handler.Requests.Reached(ctx, w.ref, taskrouter.WholeSID("CA", w.request.Form.Get("DialCallSid"))); err != nil {
			w.log.ErrorContext(ctx, "failed to record end of talk", "error", err)
		}
		if err := w.handler.Ledger.RecordTalked(ctx, w.ref, w.workerCall); err != nil {
			w.log.ErrorContext(ctx, "failed to record end of talk", "error", err)
		}
		return twiml.HangUp("")
	}
	known, _, err := w.handler.Ledger.ByCall(ctx, w.ref.CallSID)
	var again time.Time
	if r := known.Request(); err == nil && r.Talking == w.ref.ReservationSID {
		isMessage := taskrouter.KindOf(r.Key) == taskrouter.Message
		again, err = w.handler.Requests.Missed(ctx, r, status, status == "canceled" && !isMessage)
	}
	if err != nil {
		w.log.ErrorContext(ctx, "failed to record that the customer was not reached", "dial_call_status", status, "error", err)
	}
	return twiml.NotReached(!again.IsZero())
}
