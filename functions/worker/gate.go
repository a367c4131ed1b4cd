package worker

import (
	"context"
	"strconv"

	"switchboard/shared/failure"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// mostRepeats is how often whoever is at the gate can ask for it again. Meanwhile the caller waits and the reservation runs out.
const mostRepeats = 3

// gate asks whoever answered, worker or mailbox, for a key. Without the ledger it announces nothing. The last time that it is asked for
// again it only names the keys, without the one for once more.
func (v visit) gate(ctx context.Context) webhook.Answer {
	known, err := v.h.Ledger.RecordAnswered(ctx, v.ref, v.leg)
	if err != nil {
		v.log.ErrorContext(ctx, "worker's answer not noted: the gate announces nothing", "error", err)
	}
	switch {
	case v.isAnother(known):
		return webhook.Malformed()
	case known.CannotBridge(v.ref):
		return v.callerGone(ctx)
	case v.again == mostRepeats:
		return webhook.TwiML(twiml.Gate(v.keyURL(), ""))
	}
	return webhook.TwiML(twiml.Gate(v.keyURL(), known.Announcement(v.ref)))
}

// keyURL counts how often it was asked for.
func (v visit) keyURL() string {
	if v.again == 0 {
		return v.url("key")
	}
	return v.url("key/" + strconv.Itoa(v.again))
}

// key takes the worker's answer to the gate. A mailbox presses nothing.
func (v visit) key(ctx context.Context) webhook.Answer {
	switch digits := v.request.Form.Get("Digits"); {
	case digits == "1":
		return v.dial(ctx)
	case digits == "3" && v.again < mostRepeats:
		v.again++
		return v.gate(ctx)
	case v.isStranger(ctx):
		return webhook.Malformed()
	case digits == "2":
		v.reject(ctx, failure.GateDeclined)
	case digits == "9":
		v.reject(ctx, failure.GateSignedOff)
		return webhook.TwiML(twiml.SignedOff())
	case digits == "":
		v.reject(ctx, failure.GateNoKey)
	default:
		v.reject(ctx, failure.GateOtherKey)
	}
	return webhook.TwiML(twiml.Goodbye())
}

// dial connects the worker to the caller. <Queue reservationSid> accepts the reservation itself, and fails when there is
// nothing left to accept: without the ledger it is still right to try.
func (v visit) dial(ctx context.Context) webhook.Answer {
	known, err := v.h.Ledger.RecordAccepted(ctx, v.ref, v.leg)
	if err != nil {
		v.log.ErrorContext(ctx, "worker's answer not noted", "error", err)
	}
	switch {
	case v.isAnother(known):
		return webhook.Malformed()
	case known.CannotBridge(v.ref):
		return v.callerGone(ctx)
	}
	return webhook.TwiML(twiml.DialQueue(twiml.DialQueueParams{
		ReservationSID:      v.ref.ReservationSID,
		PostWorkActivitySID: v.h.PostWorkActivitySID,
		ActionURL:           v.url("dialed"),
	}))
}

// callerGone is for a reservation with nobody left to bridge: the caller left, it was given up, or nobody knew of this call.
func (v visit) callerGone(ctx context.Context) webhook.Answer {
	v.log.InfoContext(ctx, "worker answered, and there is nobody to bridge")
	return webhook.TwiML(twiml.CallerGone())
}
