package enqueue

import (
	"context"

	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
)

// dialedStop is where Twilio reports that the call to another number has ended.
const dialedStop = "dialed"

// closed returns what a caller hears while the desk is closed. Hours that cannot be evaluated count
// as open: a desk that answers is better than one that does not.
func (a arrival) closed(ctx context.Context) (document twiml.Document, closed bool) {
	if now := a.settings.Closed; now.Now {
		line := a.book().Line(prompt.Closed, nil)
		if text := settings.SayIn(now.Reason, a.language); text != "" {
			line = a.book().Say(text, nil)
		}
		a.log.InfoContext(ctx, "caller answered while closed", "reason", "closed by hand")
		return a.treat(line), true
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
	return a.treat(line), true
}

// treat gives a caller who is not put into the queue what the number's hours say.
func (a arrival) treat(reason twiml.Line) twiml.Document {
	book, opening := a.book(), a.settings.Hours[a.number.Hours]
	switch opening.WhenClosed {
	case settings.Goodbye:
		return twiml.SayAndHangUp(reason, book.Line(prompt.Goodbye, nil))
	case settings.AnotherNumber:
		return twiml.DialNumber(twiml.DialNumberParams{
			Lines:     []twiml.Line{reason, book.Line(prompt.Connecting, nil)},
			Number:    opening.Number,
			ActionURL: a.request.URL("/enqueue/" + dialedStop),
		})
	}
	return book.TakeMessage(a.request.URL("/survey"+a.chosenLanguage()+"/voicemail"), reason)
}

// dialed answers a caller after the call to another number: with a mailbox if that call was not
// answered.
func (a arrival) dialed() twiml.Document {
	if a.request.Form.Get("DialCallStatus") == "completed" {
		return twiml.HangUp("")
	}
	return a.book().TakeMessage(a.request.URL("/survey"+a.chosenLanguage()+"/voicemail"), a.book().Line(prompt.NotTaken, nil))
}
