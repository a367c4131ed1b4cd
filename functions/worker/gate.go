package worker

import (
	"context"

	"switchboard/shared/failure"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/workercall"
)

// gate asks the worker, or the mailbox that answered, for a key. If the ledger fails it announces
// nothing. The last repeat has no announcement either, and no key for another repeat.
func (w workerRequest) gate(ctx context.Context) webhook.Answer {
	known, err := w.handler.Ledger.RecordAnswered(ctx, w.ref, w.workerCall)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to record worker answer; announcement skipped", "error", err)
	}
	key := w.url(workercall.Key, w.route.Again)
	switch {
	case w.isAnother(known):
		return webhook.Malformed()
	case known.CannotBridge(w.ref):
		return w.callerGone(ctx)
	case w.route.Again == workercall.MaxRepeats:
		return webhook.TwiML(twiml.Gate(key, w.waiting(known), ""))
	}
	return webhook.TwiML(twiml.Gate(key, w.waiting(known), known.Announcement(w.ref)))
}

// key takes the worker's answer to the gate. A mailbox presses nothing.
func (w workerRequest) key(ctx context.Context) webhook.Answer {
	switch digits := w.request.Form.Get("Digits"); {
	case digits == "1":
		return w.dial(ctx)
	case digits == "3" && w.route.Again < workercall.MaxRepeats:
		w.route.Again++
		return w.gate(ctx)
	case w.isStranger(ctx):
		return webhook.Malformed()
	case digits == "2":
		w.reject(ctx, failure.GateDeclined)
	case digits == "9":
		w.reject(ctx, failure.GateSignedOff)
		return webhook.TwiML(twiml.SignedOff())
	case digits == "":
		w.reject(ctx, failure.GateNoKey)
	default:
		w.reject(ctx, failure.GateOtherKey)
	}
	return webhook.TwiML(twiml.Goodbye())
}

// dial connects the worker to the caller. <Queue reservationSid> accepts the reservation itself,
// and fails if it cannot be accepted: if the ledger fails, trying is still right.
func (w workerRequest) dial(ctx context.Context) webhook.Answer {
	known, err := w.handler.Ledger.RecordAccepted(ctx, w.ref, w.workerCall)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to record worker answer", "error", err)
	}
	switch {
	case w.isAnother(known):
		return webhook.Malformed()
	case known.CannotBridge(w.ref):
		return w.callerGone(ctx)
	case w.isRequest():
		return w.take(ctx, known)
	}
	return webhook.TwiML(twiml.DialQueue(twiml.DialQueueParams{
		ReservationSID:      w.ref.ReservationSID,
		PostWorkActivitySID: w.handler.PostWorkActivitySID,
		ActionURL:           w.url(workercall.Dialed, 0),
	}))
}

// callerGone answers the worker of a reservation that cannot be bridged.
func (w workerRequest) callerGone(ctx context.Context) webhook.Answer {
	if w.isRequest() {
		w.log.InfoContext(ctx, "worker answered after the request ended")
		return webhook.TwiML(twiml.RequestGone())
	}
	w.log.InfoContext(ctx, "worker answered after the caller left")
	return webhook.TwiML(twiml.CallerGone())
}
