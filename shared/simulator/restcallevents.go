package simulator

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// exchange is a webhook of a call, with its answer.
type exchange struct {
	webhook
	answer
	at time.Time // when Twilio sent it
}

// keepExchange keeps what a call's webhook was answered with, if the configuration says so.
func (t *Twilio) keepExchange(w webhook, a answer, at time.Time) {
	if t.cfg.CallEvents && w.subject != nil {
		w.subject.exchanges = append(w.subject.exchanges, exchange{w, a, at})
	}
}

// restCallEvents answers GET Calls/{sid}/Events
// (https://www.twilio.com/docs/voice/api/call-event-resource). No public source says which webhooks
// are listed (?): here all that are about the call, TaskRouter's excepted.
func (t *Twilio) restCallEvents(rest *restCall, sid string) (any, error) {
	c := t.callBySID[sid]
	if c == nil {
		return nil, notFound(rest.path)
	}
	listed := c.exchanges
	if !c.over() || t.loop.Now().Sub(c.ended) < t.cfg.CallEventsAfter {
		listed = nil
	}
	return accountList(rest, "events", listed, exchange.json), nil
}

// json returns the exchange as Twilio lists it. A webhook without an answer has no response code
// (?).
func (e exchange) json() map[string]any {
	parameters := map[string]string{}
	for name := range e.params {
		parameters[snakeCase(name)] = e.params.Get(name)
	}
	response := map[string]any{
		"date_created": rfc2822(e.at), "request_duration": e.took.Milliseconds(), "response_code": nil, "content_type": nil, "response_body": nil,
	}
	if e.err == nil {
		response["response_code"], response["content_type"], response["response_body"] = e.status, e.contentType, string(e.body)
	}
	return map[string]any{
		"request":  map[string]any{"method": e.method, "url": strip(e.webhook.url), "parameters": parameters},
		"response": response,
	}
}

// restNotifications answers GET Calls/{sid}/Notifications, the debugger's entries about a call,
// newest first (https://www.twilio.com/docs/usage/monitor-alert replaces it for whole accounts).
func (t *Twilio) restNotifications(rest *restCall, sid string) (any, error) {
	if t.callBySID[sid] == nil {
		return nil, notFound(rest.path)
	}
	if err := t.refuse(rest.params, "Log", "MessageDate", "MessageDate<", "MessageDate>"); err != nil {
		return nil, err
	}
	var all []map[string]any
	for i, a := range slices.Backward(t.debugger) {
		if a.CallSID == sid {
			all = append(all, t.notificationJSON(i, a))
		}
	}
	return accountList(rest, "notifications", all, func(shown map[string]any) map[string]any { return shown }), nil
}

func (t *Twilio) notificationJSON(i int, a Alert) map[string]any {
	log := "0" // an error
	if strings.EqualFold(logLevel(a.Code), "warning") {
		log = "1"
	}
	at, code := rfc2822(a.At), strconv.Itoa(a.Code)
	return map[string]any{
		"sid": alertSID(i), "account_sid": t.cfg.AccountSID, "call_sid": a.CallSID, "api_version": "2010-04-01", "log": log, "error_code": code,
		"more_info": "https://www.twilio.com/docs/errors/" + code, "message_text": a.Text, "message_date": at, "date_created": at, "date_updated": at,
		"request_method": orNull(a.Method), "request_url": orNull(a.URL),
		"uri": "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/Calls/" + a.CallSID + "/Notifications/" + alertSID(i) + ".json",
	}
}
