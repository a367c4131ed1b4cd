package twilio

import (
	"cmp"
	"context"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	own "switchboard/shared/taskrouter"
)

// CallRecord is Twilio's record of a call (https://www.twilio.com/docs/voice/api/call-resource).
type CallRecord struct {
	Status   string // "" when Twilio knows no such call, "untold" when its answer has no status
	From, To string // as the call's webhooks have them
	Ended    time.Time
}

// HasEnded reports whether the call has ended, or never existed. It is false for an unknown status.
func (r CallRecord) HasEnded() bool { return r.Status == "" || own.CallStatus(r.Status).Ended() }

// Answered reports whether the call was answered and has not ended.
func (r CallRecord) Answered() bool { return r.Status == "in-progress" }

// CallRecord reads a call. Twilio's answer may lag behind, so that an ended call still seems alive.
// A value that is not a call's SID is a *SIDError, never a call that Twilio does not know.
func (c *Client) CallRecord(ctx context.Context, call string) (record CallRecord, err error) {
	if err := c.check("fetch call", sid{"CA", call}); err != nil {
		return CallRecord{}, err
	}
	err = c.request(ctx, "fetch call "+call, (*Error).Transient, func(s services) error {
		fetched, err := s.voice.FetchCall(call, nil)
		if err == nil {
			record = CallRecord{
				Status: cmp.Or(text(fetched.Status), "untold"), From: text(fetched.From), To: text(fetched.To),
				Ended: rfc2822(text(fetched.EndTime)),
			}
		}
		return err
	})
	if notFound(err) {
		return CallRecord{}, nil
	}
	return record, err
}

// LiveCalls lists the SIDs of all calls of the account that have not ended. It lists one status
// after the other, in the order of a call, so that it finds a call whose status changes meanwhile.
func (c *Client) LiveCalls(ctx context.Context) (map[string]bool, error) {
	if err := c.check("list calls"); err != nil {
		return nil, err
	}
	live := map[string]bool{}
	for _, status := range []string{"queued", "ringing", "in-progress"} {
		params := &api.ListCallParams{}
		params.SetStatus(status)
		params.SetPageSize(1000)
		err := c.request(ctx, "list calls that are "+status, (*Error).Transient, func(s services) error {
			return everyPage(func(token, number string) (*string, error) {
				page, err := s.voice.PageCall(params, token, number)
				if err != nil {
					return nil, err
				}
				for _, call := range page.Calls {
					if own.ValidSID("CA", text(call.Sid)) {
						live[*call.Sid] = true
					}
				}
				return page.NextPageUri, CheckItems(len(live))
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return live, nil
}

// rfc2822 parses a time as api.twilio.com writes it; zero if there is none.
func rfc2822(text string) time.Time {
	at, err := time.Parse(time.RFC1123Z, text)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
