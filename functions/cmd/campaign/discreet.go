package main

import (
	"context"
	"log/slog"
	"regexp"
	"strings"

	"switchboard/functions/internal/rules"
)

// logger is the functions'. Its lines are read in some of the hostile worlds, and dropped in all
// others.
func (w *world) logger() *slog.Logger {
	if w.hostile == nil || !w.hostile.logs {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(reader{w})
}

// reader is a log whose lines are searched for what they must not have.
type reader struct{ world *world }

// Enabled implements slog.Handler.
func (r reader) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (r reader) Handle(_ context.Context, line slog.Record) error {
	r.read(line.Message, line.Message)
	line.Attrs(func(a slog.Attr) bool {
		r.readAttr(line.Message, a)
		return true
	})
	return nil
}

// WithAttrs implements slog.Handler.
func (r reader) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		r.readAttr("with", a)
	}
	return r
}

// WithGroup implements slog.Handler.
func (r reader) WithGroup(string) slog.Handler { return r }

func (r reader) readAttr(line string, a slog.Attr) {
	switch value := a.Value.Resolve(); value.Kind() {
	case slog.KindGroup:
		for _, member := range value.Group() {
			r.readAttr(line, member)
		}
	case slog.KindString, slog.KindAny:
		r.read(line+", "+a.Key, value.String())
	}
}

// sids are SIDs, whose digits can look like a number.
var sids = regexp.MustCompile(`\b[A-Z]{2}[0-9a-f]{32}\b`)

// read looks for what a world has planted: numbers, tokens, and what a body has in every case.
func (r reader) read(where, text string) {
	text = sids.ReplaceAllString(text, "")
	for _, planted := range [...]string{"415555", "2065550100", "9005550123", withheldNumber[1:], firstToken, secondToken, crmSecret[6:], "CallSid=", "AccountSid=", `"call_sid":`, "%22call_sid"} {
		if strings.Contains(text, planted) {
			r.world.breaks(rules.Discreet, "%s: %.200q", where, text)
			return
		}
	}
}
