package recordings

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/requests"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	// promise is how long a message waits for a worker: the longest time to live of a task
	// (https://www.twilio.com/docs/taskrouter/api/task). It stays in the list of messages after
	// that.
	promise = 14 * 24 * time.Hour
	// maxTries is how many tasks a message may have, one after the other: it is never lost because
	// its caller does not answer, or a worker keeps it for later.
	maxTries = 1000
)

// deliver makes the message a request with a task, and tells the topic. The request's key is the
// RecordingSid, so that there is one.
func (j job) deliver(ctx context.Context) error {
	call, err := j.Twilio.CallRecord(ctx, j.work.CallSID)
	if err != nil {
		return err
	}
	request, err := j.request(ctx, call)
	if err != nil {
		return err
	}
	known, made, err := j.Ledger.Ask(ctx, request, ledger.Left)
	if err != nil {
		return err
	}
	if made {
		j.log.InfoContext(ctx, "message taken")
	}
	if _, err := j.Desk.Create(ctx, known); err != nil {
		return err // a later delivery or the sweeper tries again
	}
	return j.tell(ctx, call)
}

func (j job) request(ctx context.Context, call twilio.CallRecord) (ledger.Request, error) {
	desk, now := j.Settings.Get(ctx), j.Now()
	attributes, err := j.attributes(ctx, desk.Number(call.To))
	if err != nil {
		return ledger.Request{}, err
	}
	return ledger.Request{
		Key: j.work.RecordingSID, Number: phone(call.From), Dialed: phone(call.To), Language: j.work.Language,
		Asked: now, Entered: now, Until: now.Add(promise), Attributes: attributes, Tries: maxTries,
		Every: desk.Messages.Keep(),
	}, nil
}

// attributes are those of the call's task, by which its workers were found, or those of the number
// for a caller who was not in the queue. Twilio keeps a task's for five minutes after its end.
func (j job) attributes(ctx context.Context, number settings.Number) (string, error) {
	known, _, err := j.Ledger.ByCall(ctx, j.work.CallSID)
	if err != nil {
		return "", err
	}
	if task := known.TaskSID(); task != "" {
		if found, _, err := j.Twilio.TaskAttributes(ctx, task); err != nil || found != "" {
			return requests.Routing(found), err
		}
	}
	var language json.RawMessage
	if spoken := cmp.Or(j.work.Language, number.Language); spoken != "" {
		language = json.RawMessage(`{"language":"` + spoken + `"}`)
	}
	merged, err := settings.Merge(number.Attributes, language)
	return cmp.Or(string(merged), "{}"), err
}

// phone is a number that can be called; "" for a withheld one, an app and SIP.
func phone(address string) string {
	if contact := taskrouter.Contact(address); contact.IsPhone() {
		return contact.Number()
	}
	return ""
}
