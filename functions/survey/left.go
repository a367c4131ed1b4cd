package survey

import (
	"context"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
)

// giveUpTime is how long the caller may have to wait for what is only noted.
const giveUpTime = 2 * time.Second

// left answers by QueueResult. Unless another document has the call, ours ends it: whoever is still being called then is
// called for nobody.
func (v visit) left(ctx context.Context) twiml.Document {
	result := taskrouter.QueueResult(v.request.Form.Get("QueueResult"))
	v.log.InfoContext(ctx, "caller left the queue", "queue_result", taskrouter.Word(string(result)),
		"call_status", taskrouter.Word(v.request.Form.Get("CallStatus")))
	over := !v.inProgress() || !result.Elsewhere()
	known, err := v.h.Ledger.LeftQueue(ctx, v.call, string(result), over)
	if err != nil {
		v.log.ErrorContext(ctx, "caller's leaving not noted", "error", err)
	}
	if !result.Talked() {
		v.endWorkerCalls(ctx, known)
	}
	if !result.Talked() && over {
		v.giveUp(ctx, known)
	}
	if !v.inProgress() || result == taskrouter.Hangup || result.Elsewhere() {
		return twiml.Empty()
	}
	return v.treatment(result)
}

func (v visit) treatment(result taskrouter.QueueResult) twiml.Document {
	switch result {
	case taskrouter.Bridged:
		return twiml.AskScore(v.request.URL("/survey/score"), false)
	case taskrouter.QueueFull:
		return v.overflow()
	case taskrouter.Leave:
		return twiml.Voicemail(v.request.URL("/survey/voicemail"))
	}
	return twiml.Apology(v.request.URL("/survey/voicemail"))
}

// endWorkerCalls stops phones that ring for a caller who no longer waits. The caller is at our document or gone: whatever the ledger
// has not heard of yet, no worker talks to them.
func (v visit) endWorkerCalls(ctx context.Context, known ledger.Call) {
	for _, leg := range known.OpenLegs("") {
		if err := v.h.Voice.EndCall(ctx, leg); err != nil {
			v.log.ErrorContext(ctx, "worker's phone may ring for nobody", "worker_call_sid", leg, "error", err)
		}
	}
}

// giveUp notes which bridges are in vain. The caller waits meanwhile: a call that was offered to hundreds of workers has as many, and what is
// not noted in time is for the sweeper.
func (v visit) giveUp(ctx context.Context, known ledger.Call) {
	ctx, cancel := context.WithTimeout(ctx, giveUpTime)
	defer cancel()
	if err := v.h.Ledger.GiveUp(ctx, known, ""); err != nil {
		v.log.ErrorContext(ctx, "given up bridges not noted", "error", err)
	}
}
