package twilio

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"switchboard/shared/cause"
	own "switchboard/shared/taskrouter"
)

// WorkerCall is a call to be placed to a worker
// (https://www.twilio.com/docs/voice/api/call-resource).
type WorkerCall struct {
	To, From          string        // phone, sip: or client: address; E.164 or client
	AnswerURL         string        // asked for TwiML when the worker answers
	StatusCallbackURL string        // told when the call begins and ends
	Ring              time.Duration // how long it may ring, whole seconds
	SendDigits        string        // keys pressed once it is answered, before AnswerURL's document; "" = none
}

// PlaceCall places a call and returns its SID, and how long Twilio queues it before it dials: the
// account places so many calls a second. queued is 0 if Twilio does not say. POST /Calls takes no
// idempotency key, so PlaceCall retries only a request that Twilio throttled or never got, as long
// as ctx allows. err is an *Error or a *SIDError, or about missing credentials; then Twilio was not
// asked.
func (c *Client) PlaceCall(ctx context.Context, call WorkerCall) (sid string, queued time.Duration, err error) {
	const what = "place call to worker"
	if err := c.check(what); err != nil {
		return "", 0, err
	}
	params := &api.CreateCallParams{}
	params.SetTo(call.To)
	params.SetFrom(call.From)
	params.SetUrl(call.AnswerURL)
	params.SetMethod(http.MethodPost)
	params.SetStatusCallback(call.StatusCallbackURL)
	params.SetStatusCallbackMethod(http.MethodPost)
	params.SetStatusCallbackEvent([]string{"initiated", "completed"})
	params.SetTimeout(int(call.Ring / time.Second))
	if call.SendDigits != "" {
		params.SetSendDigits(call.SendDigits)
	}
	err = c.request(ctx, what, (*Error).unprocessed, func(s services) error {
		placed, err := s.voice.CreateCall(params)
		if err != nil {
			return err
		}
		if !own.ValidSID("CA", text(placed.Sid)) {
			return errNoCallSID
		}
		sid, queued = *placed.Sid, queueTime(placed)
		return nil
	})
	return sid, queued, err
}

// queueTime returns a call's queue_time, which is in milliseconds; 0 for none.
func queueTime(call *api.ApiV2010Call) time.Duration {
	milliseconds, err := strconv.ParseUint(text(call.QueueTime), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(milliseconds) * time.Millisecond
}

// EndCall ends a worker call, whether it is queued, ringing or talking. It is a no-op if the call
// has ended. "canceled" ends a call that was not answered, "completed" ends any
// (https://www.twilio.com/docs/voice/api/call-resource); of a queued call Twilio documents only the
// first. err is a *SIDError if sid is not a call's.
func (c *Client) EndCall(ctx context.Context, sid string) error {
	status, err := c.updateStatus(ctx, sid, "canceled")
	var unasked *SIDError
	if errors.As(err, &unasked) {
		return err
	}
	if err == nil && own.CallStatus(status).Ended() {
		return nil
	}
	_, err = c.updateStatus(ctx, sid, "completed")
	if refused(err) {
		return nil
	}
	return err
}

// CancelCall ends a worker call that was not answered. It is a no-op if the call was answered or
// has ended, so it is safe while the worker may be talking.
func (c *Client) CancelCall(ctx context.Context, sid string) error {
	_, err := c.updateStatus(ctx, sid, "canceled")
	if refused(err) {
		return nil
	}
	return err
}

func (c *Client) updateStatus(ctx context.Context, call, wanted string) (status string, err error) {
	if err := c.check("set call "+wanted, sid{"CA", call}); err != nil {
		return "", err
	}
	params := &api.UpdateCallParams{}
	params.SetStatus(wanted)
	err = c.request(ctx, "set call "+call+" "+wanted, (*Error).Transient, func(s services) error {
		updated, err := s.voice.UpdateCall(call, params)
		if err == nil && updated.Status != nil {
			status = *updated.Status
		}
		return err
	})
	return status, err
}

// RedirectCall takes a call out of its queue, to the TwiML at url. redirected is false if the call
// has ended. err is a *SIDError if sid is not a call's.
func (c *Client) RedirectCall(ctx context.Context, call, url string) (bool, error) {
	if err := c.check("redirect call", sid{"CA", call}); err != nil {
		return false, err
	}
	params := &api.UpdateCallParams{}
	params.SetUrl(url)
	params.SetMethod(http.MethodPost)
	err := c.request(ctx, "redirect call "+call, (*Error).Transient, func(s services) error {
		_, err := s.voice.UpdateCall(call, params)
		return err
	})
	var failure *Error
	if errors.As(err, &failure) && (failure.Status == http.StatusNotFound || failure.Code == callNotInProgress) {
		return false, nil
	}
	return err == nil, err
}

// errNoCallSID reports an answer to POST /Calls without a usable SID: Twilio may have placed the
// call.
const errNoCallSID = cause.Text("the answer has no call SID")

// callNotInProgress is Twilio's error 21220: a call that has ended cannot be changed.
const callNotInProgress = 21220
