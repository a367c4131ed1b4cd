package messages

import (
	"context"
	"log/slog"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/texts"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// workerText is one text from one worker.
type workerText struct {
	handler Handler
	message string
	worker  string
	log     *slog.Logger
}

// obey does what the worker asks for, and replies with their new state.
func (w workerText) obey(ctx context.Context, what order) webhook.Answer {
	if what == unknown {
		return w.help(ctx, texts.Help)
	}
	state, err := w.do(ctx, what)
	if err != nil || state.Standing == "" {
		w.log.ErrorContext(ctx, "failed to handle text", "error", err)
		return webhook.TwiML(twiml.Reply(texts.Failed))
	}
	if _, _, err := w.handler.Roster.Change(ctx, w.worker, func(record *roster.Record) bool { return record.Understood() }); err != nil {
		w.log.ErrorContext(ctx, "failed to reset help texts", "error", err)
	}
	return webhook.TwiML(twiml.Reply(texts.Standing(state, w.handler.Now())))
}

func (w workerText) do(ctx context.Context, what order) (reconciler.State, error) {
	switch what {
	case signOn:
		return w.handler.Workers.SignOn(ctx, w.worker, roster.ByText)
	case signOff:
		return w.handler.Workers.SignOff(ctx, w.worker, roster.ByText)
	default:
		return w.handler.Workers.State(ctx, w.worker)
	}
}

// help sends a text that changes nothing, until the worker has had the maximum in a row. If the
// roster fails it sends none: the sender may be a program that replies without end.
func (w workerText) help(ctx context.Context, text string) webhook.Answer {
	var due bool
	_, _, err := w.handler.Roster.Change(ctx, w.worker, func(record *roster.Record) (changed bool) {
		due, changed = record.CountHelp(w.message)
		return changed
	})
	if err != nil {
		w.log.ErrorContext(ctx, "failed to count help text; none sent", "error", err)
		return webhook.Unavailable()
	}
	if !due {
		return webhook.TwiML(twiml.Empty())
	}
	return webhook.TwiML(twiml.Reply(text))
}
