package survey

import (
	"context"

	"switchboard/shared/ledger"
	"switchboard/shared/twiml"
)

// left answers by QueueResult (docs/voice/twiml/enqueue, action).
func (v visit) left(ctx context.Context) twiml.Document {
	result := v.request.Form.Get("QueueResult")
	over := result == "hangup" || !v.inProgress()
	v.log.InfoContext(ctx, "caller left the queue", "queue_result", result, "call_status", v.request.Form.Get("CallStatus"))
	known, err := v.h.Ledger.LeftQueue(ctx, v.call, result, over)
	if err != nil {
		v.log.ErrorContext(ctx, "caller's leaving not noted", "error", err)
	}
	if !talked(result) {
		v.endWorkerCalls(ctx, known)
	}
	if over {
		return twiml.Empty()
	}
	return v.treatment(result)
}

func (v visit) treatment(result string) twiml.Document {
	mailbox := v.request.URL("/survey/voicemail")
	switch result {
	case "bridged":
		return twiml.AskScore(v.request.URL("/survey/score"), false)
	case "bridging-in-process", "redirected", "redirected-from-bridged":
		// Another document has the caller: whatever stood here would not be heard, or would end their call.
		return twiml.Empty()
	case "queue-full":
		return v.overflow()
	case "leave":
		return twiml.Voicemail(mailbox)
	}
	return twiml.Apology(mailbox)
}

// talked reports whether the caller was, or is being, connected to a worker, whose call then ends by itself.
func talked(result string) bool {
	return result == "bridged" || result == "bridging-in-process" || result == "redirected-from-bridged"
}

// endWorkerCalls stops phones that ring for a caller who no longer waits.
func (v visit) endWorkerCalls(ctx context.Context, known ledger.Call) {
	for _, leg := range known.OpenLegs("") {
		if err := v.h.Voice.EndCall(ctx, leg); err != nil {
			v.log.ErrorContext(ctx, "worker's phone may ring for nobody", "worker_call_sid", leg, "error", err)
		}
	}
}
