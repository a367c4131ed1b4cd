package worker

import (
	"context"
	"slices"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/rejection"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// dialed hears how <Dial> ended. Which DialCallStatus a reservation that cannot be accepted gives is documented nowhere:
// whatever does not say that the two talked counts as not connected.
func (v visit) dialed(ctx context.Context) twiml.Document {
	if !v.connected() {
		v.reject(ctx, failure.BridgeNotConnected)
		return twiml.CallerGone()
	}
	if err := v.h.Ledger.RecordTalked(ctx, v.ref, v.leg); err != nil {
		v.log.ErrorContext(ctx, "bridge not noted", "error", err)
	}
	return twiml.HangUp("")
}

func (v visit) connected() bool {
	if bridged := v.request.Form.Get("DialBridged"); bridged != "" {
		return bridged == "true"
	}
	return slices.Contains([]string{"completed", "answered"}, v.request.Form.Get("DialCallStatus"))
}

// status hears how the worker's call is getting on. A call that is over without a bridge gives the reservation up, so that the next
// worker is tried at once; one that rings for nobody is ended. A worker who talks is left alone, whatever the rest of the ledger says.
func (v visit) status(ctx context.Context) webhook.Answer {
	state := v.request.Form.Get("CallStatus")
	over := taskrouter.CallStatus(state).Ended()
	known, err := v.h.Ledger.RecordWorkerCall(ctx, v.ref, v.leg, over)
	if err != nil {
		v.log.ErrorContext(ctx, "worker's call not noted", "call_status", taskrouter.Word(state), "error", err)
	}
	switch {
	case v.isAnother(known):
		return webhook.Malformed()
	case over && known.Talked(v.ref):
		err = v.completeLater(ctx, known.Worker(v.ref))
	case over && !known.Resolved(v.ref):
		v.reject(ctx, unbridged(state))
		return webhook.Received()
	case over || known.Talked(v.ref):
		return webhook.Received()
	case known.CannotBridge(v.ref):
		err = v.h.Voice.CancelCall(ctx, v.leg)
	case v.late(known):
		v.reject(ctx, failure.RingLate)
		err = v.h.Voice.CancelCall(ctx, v.leg)
	default:
		return webhook.Received()
	}
	if err != nil {
		v.log.ErrorContext(ctx, "status callback not handled", "call_status", taskrouter.Word(state), "error", err)
		return webhook.Unavailable()
	}
	return webhook.Received()
}

// late reports whether the phone began to ring when the reservation could no longer outlast it. Twilio places one call a second for each
// account and keeps others back (docs/voice/api/call-resource).
func (v visit) late(known ledger.Call) bool {
	began, by := v.told(), known.DialBy(v.ref)
	return !by.IsZero() && began.After(by) && slices.Contains([]ledger.State{ledger.Dialling, ledger.Ringing}, known.State(v.ref))
}

// told is when Twilio sent the status, by its own clock where that is earlier: a status callback can
// be long under way.
func (v visit) told() time.Time {
	now := v.h.Now()
	if told, err := time.Parse(time.RFC1123Z, v.request.Form.Get("Timestamp")); err == nil && told.Before(now) {
		return told
	}
	return now
}

// completeLater has the task completed once its worker had time to wrap up, should its own events get lost.
func (v visit) completeLater(ctx context.Context, worker string) error {
	if v.h.WrapUp == nil {
		return nil
	}
	work := &deferred.WrapUp{CallSID: v.ref.CallSID, TaskSID: v.ref.TaskSID, WorkerCallSID: v.leg, WorkerSID: worker, Ended: v.told()}
	return v.h.Queue.Send(ctx, deferred.Message{WrapUp: work}, deferred.SpareDelay(*v.h.WrapUp))
}

// unbridged is the failure table's name for a worker's call that ended before the bridge, by its status.
func unbridged(status string) failure.Failure {
	switch status {
	case "busy":
		return failure.RingBusy
	case "no-answer":
		return failure.RingNoAnswer
	case "completed":
		return failure.GateHungUp
	}
	return failure.RingFailed
}

// reject ends the reservation. If Twilio does not take that, the reservation times out.
func (v visit) reject(ctx context.Context, why failure.Failure) {
	log := v.log.With("call_status", taskrouter.Word(v.request.Form.Get("CallStatus")), "dial_call_status", taskrouter.Word(v.request.Form.Get("DialCallStatus")))
	_ = v.h.Rejecter.Reject(ctx, rejection.Rejection{Ref: v.ref, Why: why, BaseURL: v.request.BaseURL, Log: log})
}
