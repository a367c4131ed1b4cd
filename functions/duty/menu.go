package duty

import (
	"context"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/texts"
	"switchboard/shared/twiml"
)

// menu says how the worker stands and how many callers wait, and asks for a key.
func (w workerRequest) menu(ctx context.Context) twiml.Document {
	state, err := w.handler.Workers.State(ctx, w.worker)
	if err != nil || state.Standing == "" {
		w.log.ErrorContext(ctx, "worker's state not read", "error", err)
		return twiml.DutyFailed()
	}
	return twiml.Duty(twiml.DutyParams{
		KeyURL: w.url("key", w.times), State: texts.Standing(state, w.handler.Now()), Waiting: w.waiting(ctx), Last: w.times >= maxRepeats,
	})
}

// waiting is the number of callers who wait; less than 0 if Twilio does not say. The queue is there
// once a first call was enqueued.
func (w workerRequest) waiting(ctx context.Context) int {
	queue, _, err := w.handler.Twilio.Queue(ctx, w.handler.WorkflowSID)
	if err != nil {
		w.log.ErrorContext(ctx, "waiting callers not counted", "error", err)
		return -1
	}
	return queue.Size
}

// pressed does what the key stands for. An unknown key repeats the menu.
func (w workerRequest) pressed(ctx context.Context) twiml.Document {
	switch digits := w.request.Form.Get("Digits"); {
	case digits == "1":
		return w.sign(ctx, w.handler.Workers.SignOn)
	case digits == "2":
		return w.sign(ctx, w.handler.Workers.SignOff)
	case digits == "" || w.times >= maxRepeats:
		return twiml.Goodbye()
	}
	w.times++
	return w.menu(ctx)
}

// sign signs the worker on or off, and says how they stand then. It is brief: the next caller may
// be offered to this very phone.
func (w workerRequest) sign(ctx context.Context, do func(context.Context, string, roster.Source) (reconciler.State, error)) twiml.Document {
	state, err := do(ctx, w.worker, roster.ByPhone)
	if err != nil || state.Standing == "" {
		w.log.ErrorContext(ctx, "worker not signed on or off", "error", err)
		return twiml.DutyFailed()
	}
	return twiml.HangUp(texts.Standing(state, w.handler.Now()) + " Goodbye.")
}
