package survey

import (
	"context"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
)

// The longest times that the caller waits for what is not part of the answer.
const (
	giveUpTime = 2 * time.Second // what is only recorded
	askTime    = 3 * time.Second // whether the caller is in a queue once more
)

// left answers by QueueResult. A worker call for a caller who no longer waits is ended.
func (v visit) left(ctx context.Context) twiml.Document {
	result := taskrouter.QueueResult(taskrouter.Word(v.request.Form.Get("QueueResult")))
	v.log.InfoContext(ctx, "caller left the queue", "queue_result", result, "call_status", taskrouter.Word(v.request.Form.Get("CallStatus")))
	if result == taskrouter.Unreadable {
		result = "" // which leaves what is known as it is
	}
	over := !v.inProgress() || result == taskrouter.Hangup
	known, err := v.h.Ledger.LeftQueue(ctx, v.call, string(result), over)
	if err != nil {
		v.log.ErrorContext(ctx, "caller's leaving not recorded", "error", err)
	}
	if bridges := v.endable(known, over); !result.Talked() && len(bridges) > 0 && (over || !v.waitsAgain(ctx)) {
		v.endWorkerCalls(ctx, known, bridges, over)
		v.giveUp(ctx, bridges)
	}
	if over || result.Elsewhere() {
		return twiml.Empty()
	}
	return v.treatment(result)
}

// endable lists the bridges under way that no worker talks in. While the call lives, a worker who
// has just taken it may be being connected to the caller's next queue entry: that bridge ends by
// itself.
func (v visit) endable(known ledger.Call, over bool) []ledger.Ref {
	return slices.DeleteFunc(known.Reservations(), func(ref ledger.Ref) bool {
		return known.State(ref).Ended() && len(known.UnansweredCallsOf(ref.ReservationSID)) == 0 || known.Talked(ref) || !over && known.WorkerAccepted(ref)
	})
}

// waitsAgain asks Twilio whether the caller is in a queue once more: an operator, or your own
// TwiML, put them back, and this report of the first queue is late. The bridges under way are for
// the second then.
func (v visit) waitsAgain(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	waiting, err := v.h.Voice.Waiting(ctx, v.h.WorkflowSID, v.call)
	if err != nil {
		v.log.ErrorContext(ctx, "queue not read; caller taken to wait", "error", err)
		return true
	}
	return waiting
}

func (v visit) treatment(result taskrouter.QueueResult) twiml.Document {
	switch result {
	case taskrouter.Bridged:
		return twiml.AskScore(v.request.URL("/survey/score"), false)
	case taskrouter.QueueFull:
		return twiml.Overflow(v.request.URL("/survey/voicemail"))
	case taskrouter.Leave:
		return twiml.Voicemail(v.request.URL("/survey/voicemail"))
	}
	return twiml.Apology(v.request.URL("/survey/voicemail"))
}

// endWorkerCalls ends the worker calls of bridges whose caller no longer waits. If the call is
// over, no worker talks to its caller, even if the ledger lacks the latest facts. If it is not,
// only a phone that still rings is stopped: while Twilio was asked, the caller may have been
// connected from their next queue.
func (v visit) endWorkerCalls(ctx context.Context, known ledger.Call, bridges []ledger.Ref, over bool) {
	end := v.h.Voice.CancelCall
	if over {
		end = v.h.Voice.EndCall
	}
	for _, ref := range bridges {
		for _, workerCall := range known.UnansweredCallsOf(ref.ReservationSID) {
			if err := end(ctx, workerCall); err != nil {
				v.log.ErrorContext(ctx, "worker call not ended", "worker_call_sid", workerCall, "error", err)
			}
		}
	}
}

// giveUp records that the bridges have no caller. The caller waits meanwhile: a call that was
// offered to hundreds of workers has as many bridges, and the sweeper records those that time does
// not allow for.
func (v visit) giveUp(ctx context.Context, bridges []ledger.Ref) {
	ctx, cancel := context.WithTimeout(ctx, giveUpTime)
	defer cancel()
	if err := v.h.Ledger.MarkBridgesCallerLeft(ctx, bridges...); err != nil {
		v.log.ErrorContext(ctx, "bridges not recorded as caller_left", "error", err)
	}
}
