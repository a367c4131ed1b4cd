package texts

import (
	"context"
	"errors"
	"log/slog"

	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Twilio sends texts, and knows where workers take calls.
type Twilio interface {
	SendMessage(ctx context.Context, message twilio.Message) (sid string, err error)
	WorkerContact(ctx context.Context, worker string) (taskrouter.Contact, error)
}

// Notifier texts workers about what happened to them. It implements reconciler.Notifier.
type Notifier struct {
	Twilio  Twilio
	Roster  roster.Roster
	From    string // E.164, or a Messaging Service's SID; "" = no texts
	BaseURL string // where Twilio reaches /messages/status
	Logger  *slog.Logger
}

// SignedOff texts a worker whom missed calls signed off, unless the worker takes calls elsewhere
// than at a telephone of their own, or Twilio refuses texts to it. A refusal for good is recorded.
// err is Twilio's or the roster's; a retry may send a second text.
func (n Notifier) SignedOff(ctx context.Context, workerSID string) error {
	if n.From == "" {
		return nil
	}
	contact, err := n.Twilio.WorkerContact(ctx, workerSID)
	if err != nil || !contact.IsPhone() || contact.Extension() != "" {
		return err
	}
	record, err := n.Roster.Get(ctx, workerSID)
	if err != nil || !record.MayText(contact.Number()) {
		return err
	}
	sid, err := n.Twilio.SendMessage(ctx, twilio.Message{
		To: contact.Number(), From: n.From, Body: signedOff(record.Misses), StatusCallbackURL: n.BaseURL + StatusPath + workerSID,
	})
	var refused *twilio.Error
	if errors.As(err, &refused) && twilio.RefusesNumber(refused.Code) {
		return errors.Join(err, Refused(ctx, n.Roster, workerSID, contact.Number(), refused.Code))
	}
	if err == nil {
		n.Logger.InfoContext(ctx, "text sent", "worker_sid", workerSID, "message_sid", sid)
	}
	return err
}

// StatusPath is the route below which Twilio reports what became of a text; the worker's SID
// follows.
const StatusPath = "/messages/status/"

// Refused records that Twilio refuses texts to a worker's number for good. A retry is safe.
func Refused(ctx context.Context, workers roster.Roster, workerSID, number string, code int) error {
	_, _, err := workers.Change(ctx, workerSID, func(record *roster.Record) bool { return record.StopTexts(number, code) })
	return err
}
