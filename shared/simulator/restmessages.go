package simulator

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Messages of errors that Twilio documents (https://www.twilio.com/docs/api/errors).
func refusedText(code int, from, to string) string {
	switch code {
	case 21211:
		return fmt.Sprintf("The 'To' number %s is not a valid phone number.", to)
	case 21408:
		return fmt.Sprintf("Permission to send an SMS has not been enabled for the region indicated by the 'To' number: %s.", to)
	case 21610:
		return "Attempt to send to unsubscribed recipient"
	case 21612:
		return fmt.Sprintf("The 'To' phone number: %s, is not currently reachable using the 'From' phone number: %s via SMS.", to, from)
	case 21614:
		return fmt.Sprintf("'To' number is not a valid mobile number: %s", to)
	}
	return fmt.Sprintf("The text from %s to %s is refused", from, to)
}

// restCreateMessage answers POST Messages
// (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).
func (t *Twilio) restCreateMessage(rest *restCall) (any, error) {
	params := rest.params
	if err := t.refuse(params, "ApplicationSid", "MediaUrl", "ContentSid", "ContentVariables", "SendAt", "ScheduleType", "SendAsMms",
		"PersistentAction", "ShortenUrls", "FallbackFrom", "ForceDelivery"); err != nil {
		return nil, err
	}
	service, err := t.checkNewText(params)
	if err != nil {
		return nil, err
	}
	from, to := params.Get("From"), params.Get("To")
	validity := int(maxValidity.Seconds())
	f := fields{params: params}
	f.whole("ValidityPeriod", &validity, 1, validity) // no public source gives the code (?)
	if f.err != nil {
		return nil, f.err
	}
	sender := from
	if sender == "" {
		sender = service.Numbers[0]
	}
	outcome := t.outcomeOf(sender, to)
	key := optOutOf(service, sender, to)
	if service == nil {
		key = optOutOf(t.serviceOf(sender), sender, to)
	}
	switch {
	case t.optedOut[key]:
		outcome.Refused = 21610
	case t.noTexting[countryOf(to)]:
		outcome.Refused = 21408
	}
	if outcome.Refused != 0 {
		return nil, badRequest(outcome.Refused, "%s", refusedText(outcome.Refused, sender, to))
	}
	status := textQueued
	if service != nil {
		status = textAccepted
	}
	m := t.newText(from, to, params.Get("Body"), textOverAPI, status)
	m.service, m.outcome, m.callback, m.validity = service, outcome, params.Get("StatusCallback"), time.Duration(validity)*time.Second
	t.postText(m)
	return created(rest, t.messageJSON(m))
}

// checkNewText rejects a text that Twilio rejects before it checks the recipient. The service is
// nil when the request names none.
func (t *Twilio) checkNewText(params url.Values) (service *MessagingService, err error) {
	from, to, body, sid := params.Get("From"), params.Get("To"), params.Get("Body"), params.Get("MessagingServiceSid")
	if sid != "" {
		if service = find(t.services, func(s *MessagingService) bool { return s.SID == sid }); service == nil {
			return nil, badRequest(21701, "The Messaging Service %s does not exist", sid)
		}
	}
	number := t.numbers[from]
	switch {
	case to == "":
		return nil, badRequest(21604, "A 'To' phone number is required.")
	case !isPhone(to):
		return nil, badRequest(21211, "%s", refusedText(21211, from, to))
	case body == "":
		return nil, badRequest(21602, "Message body is required.")
	case utf8.RuneCountInString(body) > maxTextLength:
		return nil, badRequest(21617, "The concatenated message body exceeds the %d character limit", maxTextLength)
	case from == "" && service == nil:
		return nil, badRequest(21603, "A 'From' phone number is required.")
	case from == to:
		return nil, badRequest(21266, "'To' and 'From' number cannot be the same")
	case from != "" && !isPhone(from):
		return nil, badRequest(21212, "Invalid 'From' Phone Number: %s", from)
	case from != "" && number == nil:
		return nil, badRequest(21659, "'From' %s is not a Twilio phone number or Short Code country mismatch", from)
	case number != nil && number.NoSMS:
		return nil, badRequest(21606, "The 'From' phone number %s is not a valid, SMS-capable Twilio phone number", from)
	case service != nil && (len(service.Numbers) == 0 || from != "" && !slices.Contains(service.Numbers, from)):
		return nil, badRequest(21704, "The Messaging Service contains no phone number that can send")
	}
	return service, checkURLs(params, 21609, "StatusCallback")
}

// SetTextingPermission allows or forbids texts to a country, for example "US". POST Messages
// rejects a forbidden one with 21408. At first all countries are allowed.
func (t *Twilio) SetTextingPermission(iso string, allowed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.noTexting[iso] = !allowed
}

// restMessages answers GET Messages, newest first.
func (t *Twilio) restMessages(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "DateSent", "DateSent<", "DateSent>"); err != nil {
		return nil, err
	}
	to, from := rest.params.Get("To"), rest.params.Get("From")
	all := slices.DeleteFunc(slices.Clone(t.texts), func(m *message) bool { return to != "" && m.to != to || from != "" && m.from != from })
	slices.Reverse(all)
	return accountList(rest, "messages", all, t.messageJSON, "To", "From"), nil
}

func (t *Twilio) restMessage(rest *restCall, sid string) (any, error) {
	m := find(t.texts, func(m *message) bool { return m.sid == sid })
	if m == nil {
		return nil, notFound(rest.path)
	}
	return t.messageJSON(m), nil
}

func (t *Twilio) messageJSON(m *message) map[string]any {
	own := "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/Messages/" + m.sid
	parts, service := segments(m.body), ""
	if m.status == textAccepted {
		parts = 0 // the service has not chosen a sender yet
	}
	if m.service != nil {
		service = m.service.SID
	}
	shown := map[string]any{
		"sid": m.sid, "account_sid": t.cfg.AccountSID, "api_version": "2010-04-01", "body": m.body, "from": orNull(m.from), "to": m.to,
		"direction": m.direction, "status": m.status, "num_segments": strconv.Itoa(parts), "num_media": "0",
		"messaging_service_sid": orNull(service), "price": nil, "price_unit": "USD", "error_code": nil, "error_message": nil,
		"date_created": rfc2822(m.created), "date_updated": rfc2822(m.updated), "date_sent": rfc2822OrNull(m.sent),
		"uri": own + ".json", "subresource_uris": map[string]any{"media": own + "/Media.json"},
	}
	if m.errorCode != 0 {
		shown["error_code"], shown["error_message"] = m.errorCode, strings.ToUpper(m.status[:1])+m.status[1:]
	}
	return shown
}
