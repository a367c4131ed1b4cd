package worker

import (
	"context"
	"slices"

	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// key takes the worker's answer to the gate. A mailbox presses nothing.
func (v visit) key(ctx context.Context) webhook.Answer {
	if v.request.Form.Get("Digits") == "1" {
		return v.dial(ctx)
	}
	v.log.InfoContext(ctx, "worker did not take the call")
	v.reject(ctx)
	return webhook.TwiML(twiml.Goodbye())
}

// dial connects the worker to the caller. <Queue reservationSid> accepts the reservation itself, and fails when there is
// nothing left to accept: without the ledger it is still right to try.
func (v visit) dial(ctx context.Context) webhook.Answer {
	known, err := v.h.Ledger.Answered(ctx, v.ref, v.leg)
	if err != nil {
		v.log.ErrorContext(ctx, "worker's answer not noted", "error", err)
	}
	if known.Over(v.ref) {
		v.log.InfoContext(ctx, "worker answered after the caller had gone")
		return webhook.TwiML(twiml.CallerGone())
	}
	return webhook.TwiML(twiml.DialQueue(twiml.DialQueueParams{
		ReservationSID:      v.ref.ReservationSID,
		PostWorkActivitySID: v.h.PostWorkActivitySID,
		ActionURL:           v.url("dialed"),
	}))
}

// dialed hears how <Dial> ended. Which DialCallStatus a reservation that cannot be accepted gives is documented nowhere:
// whatever does not say that the two talked counts as not connected.
func (v visit) dialed(ctx context.Context) webhook.Answer {
	if !v.connected() {
		v.log.WarnContext(ctx, "worker not connected to the caller", "dial_call_status", v.request.Form.Get("DialCallStatus"))
		v.reject(ctx)
		return webhook.TwiML(twiml.CallerGone())
	}
	if err := v.h.Ledger.Bridged(ctx, v.ref, v.leg); err != nil {
		v.log.ErrorContext(ctx, "bridge not noted", "error", err)
	}
	return webhook.TwiML(twiml.HangUp(""))
}

func (v visit) connected() bool {
	if bridged := v.request.Form.Get("DialBridged"); bridged != "" {
		return bridged == "true"
	}
	return slices.Contains([]string{"completed", "answered"}, v.request.Form.Get("DialCallStatus"))
}

// status hears how the worker's call is getting on. A call that is over without a bridge gives the reservation up, so
// that the next worker is tried at once; one that rings for nobody is ended.
func (v visit) status(ctx context.Context) webhook.Answer {
	state := v.request.Form.Get("CallStatus")
	over := slices.Contains([]string{"completed", "busy", "failed", "no-answer", "canceled"}, state)
	known, err := v.h.Ledger.LegSeen(ctx, v.ref, v.leg, over)
	if err != nil {
		v.log.ErrorContext(ctx, "worker's call not noted", "call_status", state, "error", err)
	}
	switch {
	case over && !known.Settled(v.ref):
		v.log.InfoContext(ctx, "worker's call ended before the bridge", "call_status", state)
		v.reject(ctx)
	case !over && known.Over(v.ref):
		if err := v.h.Twilio.EndCall(ctx, v.leg); err != nil {
			v.log.ErrorContext(ctx, "worker's phone may ring for nobody", "error", err)
			return webhook.Unavailable()
		}
	}
	return webhook.Received()
}

// reject gives the reservation up. When that fails its own timeout does, later.
func (v visit) reject(ctx context.Context) {
	pending, err := v.h.Twilio.RejectReservation(ctx, v.ref.TaskSID, v.ref.ReservationSID, v.h.RejectActivitySID)
	if err != nil {
		v.log.ErrorContext(ctx, "reservation not rejected: it will time out", "error", err)
		return
	}
	v.log.InfoContext(ctx, "reservation rejected", "was_pending", pending)
}
