package enqueue

import (
	"context"

	"switchboard/shared/dialing"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
)

// dialedStop is where Twilio reports that the call to another number has ended.
const dialedStop = "dialed"

// closed returns what a caller hears while the desk is closed. Hours that cannot be evaluated count
// as open: a desk that answers is better than one that does not.
func (a arrival) closed(ctx context.Context) (document twiml.Document, closed bool) {
	opening := a.settings.Hours[a.number.Hours]
	if now := a.settings.Closed; now.Now {
		line := a.book().Line(prompt.Closed, nil)
		if text := settings.SayIn(now.Reason, a.language); text != "" {
			line = a.book().Say(text, nil)
		}
		a.log.InfoContext(ctx, "caller answered while closed", "reason", "closed by hand")
		return a.treat(ctx, line, opening.WhenClosed, opening.Number), true
	}
	if a.number.Hours == "" {
		return "", false
	}
	calendar, err := a.settings.Calendar(a.number.Hours)
	if err != nil {
		a.log.ErrorContext(ctx, "hours not evaluated; the desk counts as open", "error", err)
		return "", false
	}
	state := calendar.At(a.handler.Now())
	if state.Open {
		return "", false
	}
	line := a.book().Line(prompt.Closed, nil)
	if state.Reason != "" {
		line = a.book().Line(prompt.ClosedToday, map[string]string{"reason": state.Reason})
	}
	a.log.InfoContext(ctx, "caller answered while closed", "reason", "hours")
	return a.treat(ctx, line, opening.WhenClosed, opening.Number), true
}

// deserted returns what a caller hears if no worker has taken calls for longer than the desk's
// settings say. A desk that was closed until then has only begun: its workers are about to sign on.
func (a arrival) deserted(ctx context.Context) (document twiml.Document, deserted bool) {
	limit := a.settings.NoWorker
	if limit == nil {
		return "", false
	}
	now := a.handler.Now()
	if !a.handler.Outlook.Get(ctx).NoWorker(now, limit.Longer()) {
		return "", false
	}
	if calendar, err := a.settings.Calendar(a.number.Hours); err == nil && !calendar.At(now.Add(-limit.Longer())).Open {
		return "", false
	}
	a.log.InfoContext(ctx, "caller answered while no worker takes calls")
	return a.treat(ctx, a.book().Line(prompt.NoWorkers, nil), limit.Offer, limit.Number), true
}

// treat tells a caller why they are not put into the queue, and gives them a treatment; number is
// settings.AnotherNumber's.
func (a arrival) treat(ctx context.Context, reason twiml.Line, treatment settings.Treatment, number string) twiml.Document {
	book := a.book()
	switch treatment {
	case settings.Callback:
		if a.settings.CallsBack(a.request.Form.Get("To")) {
			return twiml.Redirect(a.request.URL("/survey"+a.chosenLanguage()+"/callback/closed"), reason)
		}
	case settings.Goodbye:
		return twiml.SayAndHangUp(reason, book.Line(prompt.Goodbye, nil))
	case settings.AnotherNumber:
		shown, found := dialing.Shown(a.request.Form.Get("From"), a.request.Form.Get("To"))
		if !found {
			a.log.WarnContext(ctx, "caller not connected to another number", "reason", "neither From nor To is a number")
			break
		}
		return twiml.DialNumber(twiml.DialNumberParams{
			Lines:     []twiml.Line{reason, book.Line(prompt.Connecting, nil)},
			Number:    number,
			CallerID:  shown,
			ActionURL: a.request.URL("/enqueue/" + dialedStop),
		})
	}
	return book.TakeMessage(a.survey(), reason)
}

// dialed answers a caller after the call to another number: with a mailbox if that call was not
// answered.
func (a arrival) dialed() twiml.Document {
	if a.request.Form.Get("DialCallStatus") == "completed" {
		return twiml.HangUp("")
	}
	return a.book().TakeMessage(a.survey(), a.book().Line(prompt.NotTaken, nil))
}
