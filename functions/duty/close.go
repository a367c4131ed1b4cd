package duty

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"unicode"

	"switchboard/shared/prompt"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
)

// usual stands for the prompt closed in a path, where a reason could be. No reason has its length.
const usual = "usual"

// deskKey returns what key 9 does for this worker, by whether the desk is closed by hand.
func (w workerRequest) deskKey(ctx context.Context, lead bool) twiml.DeskKey {
	if !lead {
		return ""
	}
	desk, err := w.handler.Desk.Read(ctx)
	switch {
	case err != nil:
		w.log.ErrorContext(ctx, "failed to read whether the desk is closed", "error", err)
		return ""
	case desk.Closed.Now:
		return twiml.OpenDesk
	}
	return twiml.CloseDesk
}

// change begins to close or open the desk.
func (w workerRequest) change(key twiml.DeskKey) twiml.Document {
	w.times = 0
	if key == twiml.OpenDesk {
		return twiml.ConfirmOpening(w.url("open", 0))
	}
	return w.askReason()
}

func (w workerRequest) askReason() twiml.Document {
	return twiml.AskReason(w.url("reason", w.times), w.times > 0)
}

// reasonGiven repeats what callers will hear. It asks once again for a reason that it could not
// understand.
func (w workerRequest) reasonGiven() twiml.Document {
	reason := sentence(w.request.Form.Get("SpeechResult"))
	switch {
	case w.request.Form.Get("Digits") == "1":
		return twiml.ConfirmClosing(w.closeURL(""), "")
	case reason != "":
		return twiml.ConfirmClosing(w.closeURL(reason), reason)
	case w.times > 0:
		return unchanged()
	}
	w.times++
	return w.askReason()
}

// closing closes the desk once the worker has confirmed the reason.
func (w workerRequest) closing(ctx context.Context) twiml.Document {
	switch w.request.Form.Get("Digits") {
	case "1":
		closed := settings.Closed{Now: true}
		if w.reason != "" {
			closed.Reason = w.reasons(ctx)
		}
		return w.set(ctx, closed, "The desk is closed for every number.", "desk closed by phone")
	case "2":
		return w.askReason()
	}
	return unchanged()
}

// reasons returns what callers hear by language: the reason, which the worker said in English, and
// in other languages the prompt closed. If SSM could not store all, the English reason is for all.
func (w workerRequest) reasons(ctx context.Context) map[string]string {
	desk, err := w.handler.Desk.Read(ctx)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to read the desk's own prompts", "error", err)
	}
	english := map[string]string{string(prompt.English): w.reason}
	all := maps.Clone(english)
	for _, language := range prompt.Languages() {
		if language != prompt.English {
			line := desk.Book(string(language)).Line(prompt.Closed, nil)
			all[string(language)] = cmp.Or(line.URL, line.Text)
		}
	}
	if _, err := (settings.Settings{Closed: settings.Closed{Now: true, Reason: all}}).Encode(settings.OfClosed); err != nil {
		w.log.WarnContext(ctx, "reason not stored in each language", "error", err)
		return english
	}
	return all
}

func (w workerRequest) opening(ctx context.Context) twiml.Document {
	if w.request.Form.Get("Digits") == "1" {
		return w.set(ctx, settings.Closed{}, "The desk is open again, at the hours of each number.", "desk opened by phone")
	}
	return unchanged()
}

func (w workerRequest) set(ctx context.Context, closed settings.Closed, said, logged string) twiml.Document {
	if err := w.handler.Desk.SetClosed(ctx, closed); err != nil {
		w.log.ErrorContext(ctx, "failed to close or open the desk", "error", err)
		return twiml.DutyFailed()
	}
	w.log.InfoContext(ctx, logged, "with_reason", closed.Reason != nil)
	return twiml.HangUp(fmt.Sprintf("%s It takes up to %d minutes until every caller hears it. Goodbye.", said, int(secrets.Fresh.Minutes())))
}

func unchanged() twiml.Document { return twiml.HangUp("Nothing was changed. Goodbye.") }

// isLead reports whether the worker may close and open the desk, also at a later request: the right
// may have been taken away.
func (w workerRequest) isLead(ctx context.Context) (bool, error) {
	state, err := w.handler.Workers.State(ctx, w.worker)
	return state.Lead, err
}

// longestReason is in characters: callers hear it, and the URL of the confirmation carries it.
const longestReason = 160

// sentence returns what Twilio heard as a text that callers can hear: on one line, without the
// characters by which a text means a placeholder or a recording.
func sentence(heard string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || strings.ContainsRune(".,;:!?'’-%&", r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(heard, " "))
	runes := []rune(strings.Join(strings.Fields(kept), " "))
	if len(runes) > longestReason {
		runes = runes[:longestReason]
	}
	return strings.TrimSpace(string(runes))
}

func (w workerRequest) closeURL(reason string) string {
	part := usual
	if reason != "" {
		part = base64.RawURLEncoding.EncodeToString([]byte(reason))
	}
	return w.urlOf("close", part)
}

// reasonOf returns the reason in the last part of a path; "" = the usual words.
func reasonOf(part string) (reason string, valid bool) {
	if part == usual {
		return "", true
	}
	text, err := base64.RawURLEncoding.DecodeString(part)
	reason = string(text)
	return reason, err == nil && reason != "" && sentence(reason) == reason
}
