package survey

import (
	"context"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/workercall"
)

// The maximum times that the caller waits for requests that do not change the answer.
const (
	recordTime = 2 * time.Second // writes to the ledger
	askTime    = 3 * time.Second // whether the caller is in a queue again
)

// left answers by QueueResult. It ends the worker calls for a caller who no longer waits.
func (c callerRequest) left(ctx context.Context) twiml.Document {
	result := taskrouter.QueueResult(taskrouter.Word(c.request.Form.Get("QueueResult")))
	c.log.InfoContext(ctx, "caller left the queue", "queue_result", result, "call_status", taskrouter.Word(c.request.Form.Get("CallStatus")))
	c.measure(result)
	if result == taskrouter.Unreadable {
		result = "" // which leaves what is known as it is
	}
	ended := !c.inProgress() || result == taskrouter.Hangup
	known, err := c.handler.Ledger.LeftQueue(ctx, c.call, string(result), ended)
	if err != nil {
		c.log.ErrorContext(ctx, "failed to record how the caller left", "error", err)
	}
	if bridges := c.endable(known, ended); !result.Talked() && len(bridges) > 0 && (ended || !c.waitsAgain(ctx)) {
		c.endWorkerCalls(ctx, known, bridges, ended)
		c.markCallerLeft(ctx, bridges)
	}
	if document, told := c.calledBack(ctx, known, result, ended); told {
		return document
	}
	if result == taskrouter.Bridged {
		c.talked(ctx)
	}
	if ended || result.Elsewhere() {
		return twiml.Empty()
	}
	if result == taskrouter.Leave {
		if document, wanted := c.elsewhere(ctx, known); wanted {
			return document
		}
	}
	return c.treatment(result)
}

// endable lists the bridges under way in which no worker talks. While the caller's call lives, it
// leaves out a worker who has just accepted: Twilio may be connecting them to the caller's next
// queue entry, and that bridge ends by itself.
func (c callerRequest) endable(known ledger.Call, ended bool) []ledger.Ref {
	return slices.DeleteFunc(known.Reservations(), func(ref ledger.Ref) bool {
		return known.State(ref).Ended() && len(known.UnansweredCallsOf(ref.ReservationSID)) == 0 || known.Talked(ref) || !ended && known.WorkerAccepted(ref)
	})
}

// waitsAgain asks Twilio whether the caller is in a queue again: an operator, or your own TwiML,
// put them back, and this report of the first queue is late. Then the bridges under way are for the
// second queue.
func (c callerRequest) waitsAgain(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	waiting, err := c.handler.Twilio.Waiting(ctx, c.call)
	if err != nil {
		c.log.ErrorContext(ctx, "failed to read queue; caller assumed to wait", "error", err)
		return true
	}
	return waiting
}

func (c callerRequest) treatment(result taskrouter.QueueResult) twiml.Document {
	switch result {
	case taskrouter.Bridged:
		return c.begin()
	case taskrouter.QueueFull:
		return c.takeMessage(prompt.Busy)
	case taskrouter.Leave:
		return c.takeMessage(prompt.NotTaken)
	}
	return c.takeMessage(prompt.Apology)
}

// endWorkerCalls ends the worker calls of bridges whose caller no longer waits. If the caller's
// call has ended, no worker talks to them, even if the ledger lacks the latest facts. If it has
// not, only ringing worker calls are canceled: while Twilio was asked, it may have connected the
// caller from their next queue. A failure is only logged: Twilio waits for what the caller hears
// next.
func (c callerRequest) endWorkerCalls(ctx context.Context, known ledger.Call, bridges []ledger.Ref, ended bool) {
	end := c.handler.Twilio.CancelCall
	if ended {
		end = c.handler.Twilio.EndCall
	}
	for _, ref := range bridges {
		if err := workercall.EndAll(ctx, known.UnansweredCallsOf(ref.ReservationSID), end); err != nil {
			c.log.ErrorContext(ctx, "failed to end worker call after the caller left", "worker_call_sid", known.WorkerCall(ref), "error", err)
		}
	}
}

// markCallerLeft records that the bridges have no caller. A call that was offered to hundreds of
// workers has as many bridges. Since the caller waits for the answer, the time is limited; the
// sweeper records the rest.
func (c callerRequest) markCallerLeft(ctx context.Context, bridges []ledger.Ref) {
	ctx, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	if err := c.handler.Ledger.MarkBridgesCallerLeft(ctx, bridges...); err != nil {
		c.log.ErrorContext(ctx, "failed to mark bridges as caller_left", "error", err)
	}
}
