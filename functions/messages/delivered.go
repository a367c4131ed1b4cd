package messages

import (
	"context"
	"log/slog"
	"strconv"

	"switchboard/shared/taskrouter"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
)

// delivered answers the status callback of a text to a worker. If Twilio will never deliver to the
// number, the roster records that, and no further text is sent there.
// https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
func (h Handler) delivered(ctx context.Context, request webhook.Request, worker string, log *slog.Logger) webhook.Answer {
	number := request.Form.Get("To")
	code, err := strconv.Atoi(request.Form.Get("ErrorCode"))
	if err != nil || code == 0 {
		return webhook.Received()
	}
	log.WarnContext(ctx, "text not delivered", "message_status", taskrouter.Word(request.Form.Get("MessageStatus")), "error_code", code)
	if !twilio.RefusesNumber(code) || !taskrouter.IsNumber(number) {
		return webhook.Received()
	}
	if err := texts.Refused(ctx, h.Roster, worker, number, code); err != nil {
		log.ErrorContext(ctx, "failed to record refusal of texts", "error", err)
		return webhook.Unavailable()
	}
	return webhook.Received()
}
