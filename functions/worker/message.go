package worker

import (
	"context"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/recording"
	"switchboard/shared/spoken"
	"switchboard/shared/twiml"
	"switchboard/shared/workercall"
)

// linkLife is how long a link to a message works, which Twilio fetches before it plays it.
const linkLife = 10 * time.Minute

// Files has the recordings of messages.
type Files interface {
	Size(ctx context.Context, key string) (size int, found bool, err error)
	Link(ctx context.Context, key string, life time.Duration) (string, error)
}

// The keys after a message.
const (
	callKey = "1"
	doneKey = "2"
	keepKey = "3"
)

// message is what the gate says of a message.
func message(r ledger.Request) string {
	if r.Number != "" {
		return "A message, from " + spoken.PhoneNumbers(r.Number, "plus") + "."
	}
	return "A message."
}

// play plays the message that this worker has taken.
func (w workerRequest) play(ctx context.Context, r ledger.Request) twiml.Document {
	link, key := "", recording.Key(r.Key)
	_, found, err := w.handler.Files.Size(ctx, key)
	if err != nil || found {
		link, err = w.handler.Files.Link(ctx, key, linkLife)
	}
	switch {
	case err != nil:
		w.log.ErrorContext(ctx, "failed to link message", "error", err)
	case !found:
		w.log.WarnContext(ctx, "message not played: its recording was deleted")
	default:
		w.log.InfoContext(ctx, "message played", "try", r.Try)
	}
	return twiml.Heard(twiml.HeardParams{MessageURL: link, KeyURL: w.url(workercall.Choice, w.route.Again), CanCall: w.canCall(r)})
}

// canCall reports whether the caller of a message can be called back: they did not withhold their
// number, and the number that they had dialed can be shown to them.
func (w workerRequest) canCall(r ledger.Request) bool { return r.Number != "" && r.Dialed != "" }

// choice does with a message what the worker's key says. Without a key, as after hanging up, it is
// kept for later.
func (w workerRequest) choice(ctx context.Context) twiml.Document {
	known, _, err := w.handler.Ledger.ByCall(ctx, w.ref.CallSID)
	if err != nil {
		w.log.ErrorContext(ctx, "failed to read message; it is kept for later", "error", err)
		return twiml.MessageKept() // the end of the worker call keeps it
	}
	r := known.Request()
	if r.Talking != w.ref.ReservationSID || r.State != ledger.Talking {
		return twiml.RequestGone()
	}
	switch digits := w.request.Form.Get("Digits"); {
	case digits == callKey && w.canCall(r):
		return w.callBack(ctx, r)
	case digits == doneKey:
		return w.done(ctx)
	case digits == keepKey, digits == "", w.route.Again == workercall.MaxRepeats:
		return w.keep(ctx, r)
	}
	w.route.Again++
	return w.play(ctx, r)
}

func (w workerRequest) done(ctx context.Context) twiml.Document {
	if err := w.handler.Requests.Heard(ctx, w.ref); err != nil {
		w.log.ErrorContext(ctx, "failed to mark message as done; it is kept for later", "error", err)
		return twiml.MessageKept()
	}
	return twiml.MessageDone()
}

func (w workerRequest) keep(ctx context.Context, r ledger.Request) twiml.Document {
	if _, err := w.handler.Requests.Missed(ctx, r, "kept for later", false); err != nil {
		w.log.ErrorContext(ctx, "failed to keep message; the end of the worker call keeps it", "error", err)
	}
	return twiml.MessageKept()
}
