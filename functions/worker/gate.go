package worker

import (
	"context"
	"strconv"

	"switchboard/shared/failure"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// maxRepeats is how often the gate is repeated. Meanwhile the caller waits and the reservation runs
// out.
const maxRepeats = 3

// gate asks the worker, or the mailbox that answered, for a key. If the ledger fails it announces
// nothing. The last repeat has no announcement either, and no key for another repeat.
func (w workerRequest) gate(ctx context.Context) webhook.Answer {
	known, err := w.handler.Ledger.RecordAnswered(ctx, w.ref, w.workerCall)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to record worker answer; announcement skipped", "error", err)
	}
	switch {
	case w.isAnother(known):
		return webhook.Malformed()
	case known.CannotBridge(w.ref):
		return w.callerGone(ctx)
	case w.again == maxRepeats:
		return webhook.TwiML(twiml.Gate(w.keyURL(), ""))
	}
	return webhook.TwiML(twiml.Gate(w.keyURL(), known.Announcement(w.ref)))
}

// keyURL returns the URL of the next key; it counts the repeats.
func (w workerRequest) keyURL() string {
	if w.again == 0 {
		return w.url("key")
	}
	return w.url("key/" + strconv.Itoa(w.again))
}

// key takes the worker's answer to the gate. A mailbox presses nothing.
func (w workerRequest) key(ctx context.Context) webhook.Answer {
	switch digits := w.request.Form.Get("Digits"); {
	case digits == "1":
		return w.dial(ctx)
	case digits == "3" && w.again < maxRepeats:
		w.again++
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
	}
	return webhook.TwiML(twiml.DialQueue(twiml.DialQueueParams{
		ReservationSID:      w.ref.ReservationSID,
		PostWorkActivitySID: w.handler.PostWorkActivitySID,
		ActionURL:           w.url("dialed"),
	}))
}

// callerGone answers the worker of a reservation that cannot be bridged.
func (w workerRequest) callerGone(ctx context.Context) webhook.Answer {
	w.log.InfoContext(ctx, "worker answered after the caller left")
	return webhook.TwiML(twiml.CallerGone())
}
