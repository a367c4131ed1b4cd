package enqueue

import (
	"context"

	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
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
		return a.treat(ctx, line), true
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
	return a.treat(ctx, line), true
}

// treat gives a caller who is not put into the queue what the number's hours say.
func (a arrival) treat(ctx context.Context, reason twiml.Line) twiml.Document {
	book, opening := a.book(), a.settings.Hours[a.number.Hours]
	switch opening.WhenClosed {
	case settings.Callback:
		if a.settings.CallsBack(a.request.Form.Get("To")) {
			return twiml.Redirect(a.request.URL("/survey"+a.chosenLanguage()+"/callback/closed"), reason)
		}
	case settings.Goodbye:
		return twiml.SayAndHangUp(reason, book.Line(prompt.Goodbye, nil))
	case settings.AnotherNumber:
		shown, found := a.shown()
		if !found {
			a.log.WarnContext(ctx, "caller not connected to another number", "reason", "neither From nor To is a number")
			break
		}
		return twiml.DialNumber(twiml.DialNumberParams{
			Lines:     []twiml.Line{reason, book.Line(prompt.Connecting, nil)},
			Number:    opening.Number,
			CallerID:  shown,
			ActionURL: a.request.URL("/enqueue/" + dialedStop),
		})
	}
	return book.TakeMessage(a.survey(), reason)
}

// shown returns the number that the phone elsewhere shows; "" leaves it to Twilio, which shows the
// caller's. If the caller has no number, because they withhold it or call over SIP or from an app,
// it is the one that they dialed: Twilio refuses any other, and ends the <Dial>
// (https://www.twilio.com/docs/api/errors/13214).
func (a arrival) shown() (number string, found bool) {
	if taskrouter.Contact(a.request.Form.Get("From")).IsPhone() {
		return "", true
	}
	to := taskrouter.Contact(a.request.Form.Get("To"))
	return to.Number(), to.IsPhone()
}

// dialed answers a caller after the call to another number: with a mailbox if that call was not
// answered.
func (a arrival) dialed() twiml.Document {
	if a.request.Form.Get("DialCallStatus") == "completed" {
		return twiml.HangUp("")
	}
	return a.book().TakeMessage(a.survey(), a.book().Line(prompt.NotTaken, nil))
}
