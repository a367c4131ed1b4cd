package duty

import (
	"context"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/texts"
	"switchboard/shared/twiml"
)

// menu tells the worker their state and how many callers wait, and asks for a key.
func (w workerRequest) menu(ctx context.Context) twiml.Document {
	state, err := w.handler.Workers.State(ctx, w.worker)
	if err != nil || state.Standing == "" {
		w.log.ErrorContext(ctx, "failed to read worker's state", "error", err)
		return twiml.DutyFailed()
	}
	return twiml.Duty(twiml.DutyParams{
		KeyURL: w.url("key", w.times), State: texts.Standing(state, w.handler.Now()), Waiting: w.waiting(ctx), Last: w.times >= maxRepeats,
		Desk: w.deskKey(ctx, state.Lead),
	})
}

// waiting returns the number of callers who wait, or a negative number if Twilio does not answer.
// The queue exists once a first call was enqueued.
func (w workerRequest) waiting(ctx context.Context) int {
	queues, err := w.handler.Twilio.Queues(ctx)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to count waiting callers", "error", err)
		return -1
	}
	waiting := 0
	for _, queue := range queues {
		waiting += queue.Size
	}
	return waiting
}

// pressed does what the key means. An unknown key repeats the menu.
func (w workerRequest) pressed(ctx context.Context) twiml.Document {
	switch digits := w.request.Form.Get("Digits"); {
	case digits == "1":
		return w.sign(ctx, w.handler.Workers.SignOn)
	case digits == "2":
		return w.sign(ctx, w.handler.Workers.SignOff)
	case digits == "9":
		return w.pressedDesk(ctx)
	case digits == "" || w.times >= maxRepeats:
		return twiml.Goodbye()
	}
	w.times++
	return w.menu(ctx)
}

// pressedDesk begins to close or open the desk. For a worker who may not, 9 is an unknown key.
func (w workerRequest) pressedDesk(ctx context.Context) twiml.Document {
	lead, err := w.isLead(ctx)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to read worker's state", "error", err)
		return twiml.DutyFailed()
	}
	key := w.deskKey(ctx, lead)
	switch {
	case key != "":
		return w.change(key)
	case lead:
		return twiml.DutyFailed()
	case w.times >= maxRepeats:
		return twiml.Goodbye()
	}
	w.times++
	return w.menu(ctx)
}

// sign signs the worker on or off, and tells them their new state. It is brief: TaskRouter may
// offer the next caller to this very phone.
func (w workerRequest) sign(ctx context.Context, do func(context.Context, string, roster.Source) (reconciler.State, error)) twiml.Document {
	state, err := do(ctx, w.worker, roster.ByPhone)
	if err != nil || state.Standing == "" {
		w.log.ErrorContext(ctx, "failed to sign worker on or off", "error", err)
		return twiml.DutyFailed()
	}
	return twiml.HangUp(texts.Standing(state, w.handler.Now()) + " Goodbye.")
}
