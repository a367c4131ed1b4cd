package simulator

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// routeAlerts answers requests for monitor.twilio.com's Alerts, the debugger's entries
// (https://www.twilio.com/docs/usage/monitor-alert).
func (t *Twilio) routeAlerts(rest *restCall, parts []string) (any, error) {
	switch pattern(rest.method, parts) {
	case "GET Alerts":
		return t.restAlerts(rest)
	case "GET Alerts/*":
		for i, a := range t.debugger {
			if parts[1] == alertSID(i) {
				shown := t.alertJSON(rest, i, a)
				// The trace has the requests and answers; an alert does not repeat them.
				for _, name := range []string{"request_headers", "request_variables", "response_headers", "response_body"} {
					shown[name] = nil
				}
				return shown, nil
			}
		}
		return nil, notFound(rest.path)
	}
	return t.notSimulated(rest)
}

// alertAge is the maximum age of a listed alert.
const alertAge = 30 * 24 * time.Hour

// restAlerts lists the alerts, newest first.
func (t *Twilio) restAlerts(rest *restCall) (any, error) {
	since, until := t.loop.Now().Add(-alertAge), t.loop.Now()
	for name, bound := range map[string]*time.Time{"StartDate": &since, "EndDate": &until} {
		text := rest.params.Get(name)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			at, err = time.Parse(time.DateOnly, text)
		}
		if err != nil {
			return nil, badRequest(20001, "Invalid %s %q", name, text)
		}
		*bound = at
	}
	var all []map[string]any
	for i, a := range slices.Backward(t.debugger) {
		if !a.At.Before(since) && !a.At.After(until) {
			all = append(all, t.alertJSON(rest, i, a))
		}
	}
	return t.restList(rest, "alerts", all, map[string]string{"LogLevel": "log_level"})
}

// alertSID returns the SID of the debugger's i-th entry.
func alertSID(i int) string { return fmt.Sprintf("NO%032x", i+1) }

// logLevel returns the log level that Twilio's error dictionary
// (https://www.twilio.com/docs/api/errors) gives a code. It knows the codes of the simulator's
// entries.
func logLevel(code int) string {
	switch code {
	case 12200, 14109, 14207, 15003, 40001, 40005:
		return "warning"
	}
	return "error"
}

// alertJSON returns an alert as the list shows it. Its text is form-encoded, as in captured alerts.
func (t *Twilio) alertJSON(rest *restCall, i int, a Alert) map[string]any {
	code, level, at := strconv.Itoa(a.Code), logLevel(a.Code), rfc3339(a.At)
	text := url.Values{"Msg": {a.Text}, "ErrorCode": {code}, "LogLevel": {strings.ToUpper(level)}}
	if a.URL != "" {
		text.Set("url", a.URL)
	}
	subject := cmp.Or(a.CallSID, a.ReservationSID, a.TaskSID, a.MessageSID)
	return map[string]any{
		"sid": alertSID(i), "account_sid": t.cfg.AccountSID, "alert_text": text.Encode(), "error_code": code, "log_level": level,
		"more_info": "https://www.twilio.com/docs/errors/" + code, "api_version": "2010-04-01", "resource_sid": orNull(subject), "service_sid": nil,
		"request_method": orNull(a.Method), "request_url": orNull(a.URL), "date_created": at, "date_generated": at, "date_updated": at,
		"url": rest.base + "/v1/Alerts/" + alertSID(i),
	}
}
