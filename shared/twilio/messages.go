package twilio

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"switchboard/shared/cause"
	own "switchboard/shared/taskrouter"
)

// Message is a text to a phone (https://www.twilio.com/docs/messaging/api/message-resource).
type Message struct {
	To                string // E.164
	From              string // E.164, or the SID of a Messaging Service, MG…
	Body              string // at most 1,600 characters
	StatusCallbackURL string // told of what becomes of it
}

// validity is how long Twilio and the carriers may keep a text that cannot be delivered yet. Our
// texts are about the present.
const validity = 5 * time.Minute

// SendMessage sends a text and returns its SID. POST /Messages takes no idempotency key: only a
// request that Twilio throttled or never got, and so did not process, is made again. err is a
// *Error or a *SIDError, or about credentials; a retry may send a second text.
func (c *Client) SendMessage(ctx context.Context, message Message) (string, error) {
	const what = "send text"
	if err := c.check(what); err != nil {
		return "", err
	}
	params := &api.CreateMessageParams{}
	params.SetTo(message.To)
	params.SetBody(message.Body)
	if strings.HasPrefix(message.From, "MG") {
		params.SetMessagingServiceSid(message.From)
	} else {
		params.SetFrom(message.From)
	}
	params.SetValidityPeriod(int(validity / time.Second))
	params.SetStatusCallback(message.StatusCallbackURL)
	var sid string
	err := c.request(ctx, what, (*Error).unprocessed, func(s services) error {
		sent, err := s.voice.CreateMessage(params)
		if err != nil {
			return err
		}
		if !IsMessageSID(text(sent.Sid)) {
			return errNoMessageSID
		}
		sid = *sent.Sid
		return nil
	})
	return sid, err
}

// errNoMessageSID is an answer to a new text that we cannot use: the text may have been sent.
const errNoMessageSID = cause.Text("the answer has no message SID")

// IsMessageSID reports whether sid is the whole SID of a text, SM…, or of a multimedia message,
// MM….
func IsMessageSID(sid string) bool { return own.ValidSID("SM", sid) || own.ValidSID("MM", sid) }

// RefusesNumber reports whether Twilio's error code means that it will deliver no text to a number,
// until that is changed: the person has opted out (21610), the number is no mobile phone
// (21614, 30006), or the sender may not text it (30034).
// https://www.twilio.com/docs/api/errors
func RefusesNumber(code int) bool { return slices.Contains([]int{21610, 21614, 30006, 30034}, code) }

// WorkerContact reads the address at which a worker takes calls; "" if Twilio knows no such worker,
// or if the worker has none that can be called. err is a *Error or a *SIDError; a retry is safe.
// https://www.twilio.com/docs/taskrouter/api/worker
func (c *Client) WorkerContact(ctx context.Context, worker string) (contact own.Contact, err error) {
	if err := c.checkTaskRouter("fetch contact of worker", sid{"WK", worker}); err != nil {
		return "", err
	}
	err = c.request(ctx, "fetch contact of worker "+worker, (*Error).Transient, func(s services) error {
		contact = "" // of a try before
		fetched, err := s.taskrouter.FetchWorker(c.WorkspaceSID, worker)
		if err == nil {
			contact, _ = own.WorkerContact(text(fetched.Attributes))
		}
		return err
	})
	if hasStatus(err, http.StatusNotFound) {
		return "", nil
	}
	return contact, err
}
