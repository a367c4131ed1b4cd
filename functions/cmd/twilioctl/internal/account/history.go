package account

import (
	"context"
	"net/mail"
	"strconv"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"switchboard/shared/twilio"
)

// PastCall is Twilio's record of a call, live or over. Times are in whole seconds.
type PastCall struct {
	SID, Status, Direction string
	Created                time.Time
	Ended                  time.Time     // zero = it is live
	Lasted                 time.Duration // from the answer to the end; 0 = it was not answered, or is live
}

// Answered reports whether a person or a machine took the call.
func (c PastCall) Answered() bool { return c.Status == "in-progress" || c.Lasted > 0 }

// PastCall reads a call (https://www.twilio.com/docs/voice/api/call-resource).
func (c *Client) PastCall(ctx context.Context, sid string) (PastCall, error) {
	const what = "fetch call"
	if err := twilio.CheckSID(what, "CA", sid); err != nil {
		return PastCall{}, err
	}
	var read PastCall
	err := c.Do(ctx, what, func(rest client.BaseClient) error {
		found, err := api.NewApiServiceWithClient(rest).FetchCall(sid, &api.FetchCallParams{})
		if err == nil {
			read = pastCall(*found)
		}
		return err
	})
	return read, err
}

func pastCall(call api.ApiV2010Call) PastCall {
	seconds, _ := strconv.Atoi(value(call.Duration))
	return PastCall{
		SID: value(call.Sid), Status: value(call.Status), Direction: value(call.Direction),
		Created: mailDate(value(call.DateCreated)), Ended: mailDate(value(call.EndTime)), Lasted: time.Duration(seconds) * time.Second,
	}
}

// mailDate reads a time of Twilio's oldest API, such as "Tue, 11 Aug 2020 17:44:08 +0000"; zero =
// none.
func mailDate(text string) time.Time {
	at, err := mail.ParseDate(text)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// Exchange is a request that Twilio sent for a call, with what it was answered.
type Exchange struct {
	At          time.Time // in whole seconds
	Method, URL string
	Status      int // 0 = no answer
	Took        time.Duration
}

// EventsDelay is the time from the end of a call until Twilio lists its exchanges
// (https://www.twilio.com/docs/voice/api/call-event-resource).
const EventsDelay = 15 * time.Minute

// Exchanges lists the requests that Twilio sent for a call. Before EventsDelay has passed there may
// be none.
func (c *Client) Exchanges(ctx context.Context, call string) ([]Exchange, error) {
	const what = "list a call's events"
	if err := twilio.CheckSID(what, "CA", call); err != nil {
		return nil, err
	}
	return list(ctx, c, what, func(rest client.BaseClient) ([]api.ApiV2010CallEvent, error) {
		params := &api.ListCallEventParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return api.NewApiServiceWithClient(rest).ListCallEvent(call, params)
	}, func(event api.ApiV2010CallEvent) Exchange {
		request, response := members(event.Request), members(event.Response)
		return Exchange{
			At: mailDate(textOf(response["date_created"])), Method: textOf(request["method"]), URL: textOf(request["url"]),
			Status: int(numberOf(response["response_code"])), Took: time.Duration(numberOf(response["request_duration"])) * time.Millisecond,
		}
	})
}

// Notification is an entry of Twilio's debugger about a call.
type Notification struct {
	At          time.Time // in whole seconds
	Code        int       // https://www.twilio.com/docs/api/errors
	Method, URL string    // of the request that failed; "" = none
}

// Notifications lists the debugger's entries about a call.
func (c *Client) Notifications(ctx context.Context, call string) ([]Notification, error) {
	const what = "list a call's notifications"
	if err := twilio.CheckSID(what, "CA", call); err != nil {
		return nil, err
	}
	return list(ctx, c, what, func(rest client.BaseClient) ([]api.ApiV2010CallNotification, error) {
		params := &api.ListCallNotificationParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return api.NewApiServiceWithClient(rest).ListCallNotification(call, params)
	}, func(n api.ApiV2010CallNotification) Notification {
		code, _ := strconv.Atoi(value(n.ErrorCode))
		return Notification{At: mailDate(value(n.MessageDate)), Code: code, Method: value(n.RequestMethod), URL: value(n.RequestUrl)}
	})
}

// members returns the members of a JSON object; none if it is something else.
func members(object *any) map[string]any {
	found, _ := value(object).(map[string]any)
	return found
}

func textOf(member any) string {
	text, _ := member.(string)
	return text
}

// numberOf reads a number that Twilio may write as a text.
func numberOf(member any) float64 {
	switch n := member.(type) {
	case float64:
		return n
	case string:
		read, _ := strconv.ParseFloat(n, 64)
		return read
	}
	return 0
}
