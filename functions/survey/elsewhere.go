package survey

import (
	"context"
	"time"

	"switchboard/shared/dialing"
	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/twiml"
)

const (
	// elsewhereStop is where the hold function sends a caller who wants another number while no
	// worker takes calls: number/{round}, with the round to which they return.
	elsewhereStop = "number"

	// dialedStop is where Twilio reports that the call to that number has ended.
	dialedStop = "dialed"
)

// leaving is how long it may take from the caller's key until Twilio reports that they left.
const leaving = time.Minute

// wantsElsewhere has a waiting caller leave the queue for another number. It notes that, since
// Twilio's report does not say why they left. If it cannot be noted, they stay in the line.
func (c callerRequest) wantsElsewhere(ctx context.Context, round string) twiml.Document {
	if c.desk.NumberWithoutWorker() == "" {
		return c.intoQueue(round)
	}
	if err := c.handler.Ledger.WantsElsewhere(ctx, c.call); err != nil {
		c.log.ErrorContext(ctx, "failed to record that the caller wants another number", "error", err)
		return c.intoQueue(round)
	}
	return twiml.Leave()
}

// elsewhere connects a caller to another number who has left the queue for it. wanted is false if
// they left for a message.
func (c callerRequest) elsewhere(ctx context.Context, known ledger.Call) (document twiml.Document, wanted bool) {
	number, at := c.desk.NumberWithoutWorker(), known.ElsewhereWanted()
	if number == "" || at.IsZero() || c.handler.Now().Sub(at) > leaving {
		return "", false
	}
	shown, found := dialing.Shown(c.request.Form.Get("From"), c.dialed)
	if !found {
		c.log.WarnContext(ctx, "caller not connected to another number", "reason", "neither From nor To is a number")
		return "", false
	}
	return twiml.DialNumber(twiml.DialNumberParams{
		Lines:     []twiml.Line{c.book.Line(prompt.Connecting, nil)},
		Number:    number,
		CallerID:  shown,
		ActionURL: c.url("/" + dialedStop),
	}), true
}

// dialedElsewhere answers a caller after the call to another number: with a mailbox if that call
// was not answered.
func (c callerRequest) dialedElsewhere() twiml.Document {
	if c.request.Form.Get("DialCallStatus") == "completed" {
		return twiml.HangUp("")
	}
	return c.takeMessage(prompt.NotTaken)
}
