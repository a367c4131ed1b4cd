package survey

import (
	"context"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
)

// The maximum times that the caller waits for requests that do not change the answer.
const (
	recordTime = 2 * time.Second // writes to the ledger
	askTime    = 3 * time.Second // whether the caller is in a queue again
)

// left answers by QueueResult. A worker call for a caller who no longer waits is ended.
func (c callerRequest) left(ctx context.Context) twiml.Document {
	result := taskrouter.QueueResult(taskrouter.Word(c.request.Form.Get("QueueResult")))
	c.log.InfoContext(ctx, "caller left the queue", "queue_result", result, "call_status", taskrouter.Word(c.request.Form.Get("CallStatus")))
	if result == taskrouter.Unreadable {
		result = "" // which leaves what is known as it is
	}
	over := !c.inProgress() || result == taskrouter.Hangup
	known, err := c.handler.Ledger.LeftQueue(ctx, c.call, string(result), over)
	if err != nil {
		c.log.ErrorContext(ctx, "failed to record how the caller left", "error", err)
	}
	if bridges := c.endable(known, over); !result.Talked() && len(bridges) > 0 && (over || !c.waitsAgain(ctx)) {
		c.endWorkerCalls(ctx, known, bridges, over)
		c.markCallerLeft(ctx, bridges)
	}
	if over || result.Elsewhere() {
		return twiml.Empty()
	}
	return c.treatment(result)
}

// endable lists the bridges under way that no worker talks in. While the call lives, a worker who
// has just taken it may be being connected to the caller's next queue entry: that bridge ends by
// itself.
func (c callerRequest) endable(known ledger.Call, over bool) []ledger.Ref {
	return slices.DeleteFunc(known.Reservations(), func(ref ledger.Ref) bool {
		return known.State(ref).Ended() && len(known.UnansweredCallsOf(ref.ReservationSID)) == 0 || known.Talked(ref) || !over && known.WorkerAccepted(ref)
	})
}

// waitsAgain asks Twilio whether the caller is in a queue once more: an operator, or your own
// TwiML, put them back, and this report of the first queue is late. The bridges under way are for
// the second then.
func (c callerRequest) waitsAgain(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	waiting, err := c.handler.Twilio.Waiting(ctx, c.handler.WorkflowSID, c.call)
	if err != nil {
		c.log.ErrorContext(ctx, "queue not read; caller assumed to wait", "error", err)
		return true
	}
	return waiting
}

func (c callerRequest) treatment(result taskrouter.QueueResult) twiml.Document {
	switch result {
	case taskrouter.Bridged:
		return twiml.AskScore(c.request.URL("/survey/score"), false)
	case taskrouter.QueueFull:
		return twiml.Overflow(c.request.URL("/survey/voicemail"))
	case taskrouter.Leave:
		return twiml.Voicemail(c.request.URL("/survey/voicemail"))
	}
	return twiml.Apology(c.request.URL("/survey/voicemail"))
}

// endWorkerCalls ends the worker calls of bridges whose caller no longer waits. If the call is
// over, no worker talks to its caller, even if the ledger lacks the latest facts. If it is not,
// only a phone that still rings is stopped: while Twilio was asked, the caller may have been
// connected from their next queue.
func (c callerRequest) endWorkerCalls(ctx context.Context, known ledger.Call, bridges []ledger.Ref, over bool) {
	end := c.handler.Twilio.CancelCall
	if over {
		end = c.handler.Twilio.EndCall
	}
	for _, ref := range bridges {
		for _, workerCall := range known.UnansweredCallsOf(ref.ReservationSID) {
			if err := end(ctx, workerCall); err != nil {
				c.log.ErrorContext(ctx, "failed to end worker call after the caller left", "worker_call_sid", workerCall, "error", err)
			}
		}
	}
}

// markCallerLeft records that the bridges have no caller. The caller waits meanwhile: a call that
// was offered to hundreds of workers has as many bridges, and the sweeper records those that time
// does not allow for.
func (c callerRequest) markCallerLeft(ctx context.Context, bridges []ledger.Ref) {
	ctx, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	if err := c.handler.Ledger.MarkBridgesCallerLeft(ctx, bridges...); err != nil {
		c.log.ErrorContext(ctx, "failed to mark bridges as caller_left", "error", err)
	}
}
