package duty

import (
	"context"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/texts"
	"switchboard/shared/twiml"
)

// menu says how the worker stands and how many callers wait, and asks for a key.
func (v visit) menu(ctx context.Context) twiml.Document {
	state, err := v.h.Workers.State(ctx, v.worker)
	if err != nil || state.Standing == "" {
		v.log.ErrorContext(ctx, "worker's state not read", "error", err)
		return twiml.DutyFailed()
	}
	return twiml.Duty(twiml.DutyParams{
		KeyURL: v.url("key", v.times), State: texts.Standing(state, v.h.Now()), Waiting: v.waiting(ctx), Last: v.times >= maxRepeats,
	})
}

// waiting is the number of callers who wait; less than 0 if Twilio does not say. The queue is there
// once a first call was enqueued.
func (v visit) waiting(ctx context.Context) int {
	queue, _, err := v.h.Twilio.Queue(ctx, v.h.WorkflowSID)
	if err != nil {
		v.log.ErrorContext(ctx, "waiting callers not counted", "error", err)
		return -1
	}
	return queue.Size
}

// pressed does what the key stands for. An unknown key repeats the menu.
func (v visit) pressed(ctx context.Context) twiml.Document {
	switch digits := v.request.Form.Get("Digits"); {
	case digits == "1":
		return v.sign(ctx, v.h.Workers.SignOn)
	case digits == "2":
		return v.sign(ctx, v.h.Workers.SignOff)
	case digits == "" || v.times >= maxRepeats:
		return twiml.Goodbye()
	}
	v.times++
	return v.menu(ctx)
}

// sign signs the worker on or off, and says how they stand then. It is brief: the next caller may
// be offered to this very phone.
func (v visit) sign(ctx context.Context, do func(context.Context, string, roster.Source) (reconciler.State, error)) twiml.Document {
	state, err := do(ctx, v.worker, roster.ByPhone)
	if err != nil || state.Standing == "" {
		v.log.ErrorContext(ctx, "worker not signed on or off", "error", err)
		return twiml.DutyFailed()
	}
	return twiml.HangUp(texts.Standing(state, v.h.Now()) + " Goodbye.")
}
