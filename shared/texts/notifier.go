package texts

import (
	"context"
	"errors"
	"log/slog"

	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Twilio sends texts, and reads at which address a worker takes calls.
type Twilio interface {
	SendMessage(ctx context.Context, message twilio.Message) (sid string, err error)
	WorkerContact(ctx context.Context, worker string) (taskrouter.Contact, error)
}

// Notifier sends texts to workers about what happened to them. It implements reconciler.Notifier.
type Notifier struct {
	Twilio  Twilio
	Roster  roster.Roster
	From    string // E.164, or a Messaging Service's SID; "" = no texts
	BaseURL string // where Twilio reaches /messages/status
	Logger  *slog.Logger
}

// SignedOff sends a text to a worker whom missed calls signed off. It sends none if the worker does
// not take calls at a telephone of their own, or if Twilio refuses texts to it. It records a
// permanent refusal. err is Twilio's or the roster's; a retry may send a second text.
func (n Notifier) SignedOff(ctx context.Context, workerSID string) error {
	if n.From == "" {
		return nil
	}
	contact, err := n.Twilio.WorkerContact(ctx, workerSID)
	if err != nil || !taskrouter.IsNumber(string(contact)) {
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

// StatusPath is the route to which Twilio posts the status of a text; the worker's SID follows.
const StatusPath = "/messages/status/"

// Refused records that Twilio will never deliver texts to a worker's number. A retry is safe.
func Refused(ctx context.Context, workers roster.Roster, workerSID, number string, code int) error {
	_, _, err := workers.Change(ctx, workerSID, func(record *roster.Record) bool { return record.StopTexts(number, code) })
	return err
}
