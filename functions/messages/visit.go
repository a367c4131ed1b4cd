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

// visit is one text from one worker.
type visit struct {
	h       Handler
	message string
	worker  string
	log     *slog.Logger
}

// obey does what the worker asks for, and replies how they stand then.
func (v visit) obey(ctx context.Context, what order) webhook.Answer {
	if what == unknown {
		return v.help(ctx, texts.Help)
	}
	state, err := v.do(ctx, what)
	if err != nil || state.Standing == "" {
		v.log.ErrorContext(ctx, "text not obeyed", "error", err)
		return webhook.TwiML(twiml.Reply(texts.Failed))
	}
	if _, _, err := v.h.Roster.Change(ctx, v.worker, func(record *roster.Record) bool { return record.Understood() }); err != nil {
		v.log.ErrorContext(ctx, "help texts not reset", "error", err)
	}
	return webhook.TwiML(twiml.Reply(texts.Standing(state, v.h.Now())))
}

func (v visit) do(ctx context.Context, what order) (reconciler.State, error) {
	switch what {
	case signOn:
		return v.h.Workers.SignOn(ctx, v.worker, roster.ByText)
	case signOff:
		return v.h.Workers.SignOff(ctx, v.worker, roster.ByText)
	default:
		return v.h.Workers.State(ctx, v.worker)
	}
}

// help sends a text that changes nothing, unless the worker has had enough of them in a row.
// Without the roster it sends none: the sender may be a program that replies without end.
func (v visit) help(ctx context.Context, text string) webhook.Answer {
	var due bool
	_, _, err := v.h.Roster.Change(ctx, v.worker, func(record *roster.Record) (changed bool) {
		due, changed = record.CountHelp(v.message)
		return changed
	})
	if err != nil {
		v.log.ErrorContext(ctx, "help text not counted, and not sent", "error", err)
		return webhook.Unavailable()
	}
	if !due {
		return webhook.TwiML(twiml.Empty())
	}
	return webhook.TwiML(twiml.Reply(text))
}
