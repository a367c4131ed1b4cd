package worker

import (
	"context"
	"errors"
	"slices"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/rejection"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// dialed answers <Dial>'s action URL. No source says which DialCallStatus Twilio sends for a
// reservation that it cannot accept. So every status that does not say that the two talked counts
// as not connected.
func (w workerRequest) dialed(ctx context.Context) twiml.Document {
	if !w.connected() {
		w.reject(ctx, failure.BridgeNotConnected)
		return twiml.CallerGone()
	}
	if err := w.handler.Ledger.RecordTalked(ctx, w.ref, w.workerCall); err != nil {
		w.log.ErrorContext(ctx, "failed to record end of talk", "error", err)
	}
	return twiml.HangUp("")
}

func (w workerRequest) connected() bool {
	if bridged := w.request.Form.Get("DialBridged"); bridged != "" {
		return bridged == "true"
	}
	return slices.Contains([]string{"completed", "answered"}, w.request.Form.Get("DialCallStatus"))
}

// status answers the status callback of the worker call. If the call ended without a talk, it
// rejects the reservation, so that TaskRouter offers it to the next worker. If the caller cannot be
// bridged, it cancels the call. It never ends the call of a worker who talks.
func (w workerRequest) status(ctx context.Context) webhook.Answer {
	state := w.request.Form.Get("CallStatus")
	ended := taskrouter.CallStatus(state).Ended()
	known, err := w.handler.Ledger.RecordWorkerCall(ctx, w.ref, w.workerCall, ended)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to record worker call in ledger", "call_status", taskrouter.Word(state), "error", err)
	}
	switch {
	case w.isAnother(known):
		return webhook.Malformed()
	case ended && w.isRequest() && known.WorkerAccepted(w.ref):
		if !known.Resolved(w.ref) { // our answer to the key did not come so far
			w.reject(ctx, failure.BridgeNotConnected)
		}
		err = errors.Join(w.handler.Requests.WorkerLeft(ctx, known, w.ref, w.workerCall), w.completeLater(ctx, known.Worker(w.ref)))
	case ended && known.Talked(w.ref):
		err = w.completeLater(ctx, known.Worker(w.ref))
	case ended && !known.Resolved(w.ref):
		w.reject(ctx, unbridged(state))
		return webhook.Received()
	case ended || known.Talked(w.ref):
		return webhook.Received()
	case known.CannotBridge(w.ref):
		err = w.handler.Twilio.CancelCall(ctx, w.workerCall)
	case w.late(known):
		w.reject(ctx, failure.RingLate)
		err = w.handler.Twilio.CancelCall(ctx, w.workerCall)
	default:
		return webhook.Received()
	}
	if err != nil {
		w.log.ErrorContext(ctx, "failed to handle status callback", "call_status", taskrouter.Word(state), "error", err)
		return webhook.Unavailable()
	}
	return webhook.Received()
}

// late reports whether the phone began to ring too late to be answered before the reservation ends.
// Twilio places one call a second for each account and queues the others
// (https://www.twilio.com/docs/voice/api/call-resource).
func (w workerRequest) late(known ledger.Call) bool {
	began, by := w.sentAt(), known.DialBy(w.ref)
	return !by.IsZero() && began.After(by) && slices.Contains([]reservation.State{reservation.Dialing, reservation.Ringing}, known.State(w.ref))
}

// sentAt returns when Twilio sent the status: by Twilio's clock if that is earlier than ours, since
// a status callback can take long to arrive.
func (w workerRequest) sentAt() time.Time {
	now := w.handler.Now()
	if sent, err := time.Parse(time.RFC1123Z, w.request.Form.Get("Timestamp")); err == nil && sent.Before(now) {
		return sent
	}
	return now
}

// completeLater has the bridge function complete the task after the wrap-up time, in case the
// task's own events get lost: package taskevents sends the same message for those, with a shorter
// delay.
func (w workerRequest) completeLater(ctx context.Context, worker string) error {
	if w.handler.WrapUp == nil {
		return nil
	}
	work := &deferred.WrapUp{CallSID: w.ref.CallSID, TaskSID: w.ref.TaskSID, WorkerCallSID: w.workerCall, WorkerSID: worker, Ended: w.sentAt().Truncate(time.Second)}
	return w.handler.Queue.Send(ctx, deferred.Message{WrapUp: work}, deferred.SpareDelay(*w.handler.WrapUp))
}

// unbridged returns the failure of a worker call that ended before the talk, by its status.
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

// reject rejects the reservation. If Twilio does not accept that, the reservation times out.
func (w workerRequest) reject(ctx context.Context, why failure.Failure) {
	log := w.log.With("call_status", taskrouter.Word(w.request.Form.Get("CallStatus")), "dial_call_status", taskrouter.Word(w.request.Form.Get("DialCallStatus")))
	_ = w.handler.Rejecter.Reject(ctx, rejection.Rejection{Ref: w.ref, Why: why, BaseURL: w.request.BaseURL, Log: log})
}
