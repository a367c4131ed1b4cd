package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// refuse rejects a request with a parameter that is not simulated.
func (t *Twilio) refuse(params url.Values, names ...string) error {
	for _, name := range names {
		if value := params.Get(name); value != "" && value != "false" {
			t.problem(nil, "not simulated: parameter %s=%s", name, value)
			return restError{http.StatusNotImplemented, 20001, "not simulated: parameter " + name}
		}
	}
	return nil
}

// restUpdateCall answers POST Calls/{sid}: it ends a call, or gives it another document.
func (t *Twilio) restUpdateCall(rest *restCall, c *call) (any, error) {
	target, twiml, status := rest.params.Get("Url"), rest.params.Get("Twiml"), rest.params.Get("Status")
	options, err := readCallOptions(rest.params)
	switch {
	case err != nil:
		return nil, err
	case status != "" && status != callCanceled && status != callCompleted:
		return nil, badRequest(20001, "Invalid Status %q", status)
	case c.over():
		return nil, badRequest(21220, "Call is not in-progress. Cannot redirect.")
	case status != "":
		t.endOverREST(c, status)
		return t.callJSON(c), nil
	case target == "" && twiml == "" && options.timeLimit == 0 && !rest.params.Has("StatusCallback"):
		return nil, badRequest(21205, "Url parameter is required.")
	case c.status != callInProgress:
		return nil, badRequest(21220, "Call is not in-progress. Cannot redirect.")
	}
	t.changeCall(c, rest.params, options)
	switch {
	case target != "":
		t.takeElsewhere(c)
		t.fetch(c, fetch{what: "redirected call", method: options.method, url: target, first: true})
	case twiml != "":
		t.takeElsewhere(c)
		t.after(0, func() {
			if !c.over() {
				t.load(c, fetch{what: "Twiml", method: "POST", first: true}, inlineTwiML(twiml))
			}
		})
	}
	return t.callJSON(c), nil
}

// changeCall sets the fields of a live call that POST Calls/{sid} can change.
func (t *Twilio) changeCall(c *call, params url.Values, options callOptions) {
	if fallback := params.Get("FallbackUrl"); fallback != "" {
		c.fallbackURL, c.fallbackMethod = fallback, options.fallbackMethod
	}
	if callback := params.Get("StatusCallback"); callback != "" {
		c.progress.url, c.progress.method, c.progress.events = callback, options.callbackMethod, eventSet("")
	}
	if options.timeLimit > 0 {
		t.limitCall(c, options.timeLimit)
	}
}

// restListCalls answers GET Calls, newest first.
func (t *Twilio) restListCalls(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "StartTime", "StartTime<", "StartTime>", "EndTime", "EndTime<", "EndTime>"); err != nil {
		return nil, err
	}
	if status := rest.params.Get("Status"); status != "" && !has("queued ringing in-progress completed busy failed no-answer canceled", status) {
		return nil, badRequest(20001, "Invalid Status %q", status)
	}
	all := slices.DeleteFunc(slices.Clone(t.calls), func(c *call) bool { return !c.wanted(rest.params) })
	slices.Reverse(all)
	return accountList(rest, "calls", all, t.callJSON, "To", "From", "Status", "ParentCallSid"), nil
}

func (c *call) wanted(params url.Values) bool {
	for name, value := range map[string]string{"To": c.to, "From": c.from, "Status": c.status, "ParentCallSid": c.parentSID()} {
		if asked := params.Get(name); asked != "" && asked != value {
			return false
		}
	}
	return true
}

// endOverREST ends a leg; "canceled" has no effect on a leg that is in progress.
func (t *Twilio) endOverREST(c *call, status string) {
	switch {
	case c.status != callInProgress:
		t.endCall(c, callCanceled, "rest")
	case status == callCompleted:
		t.endCall(c, callCompleted, "rest")
	}
}

func (t *Twilio) callJSON(c *call) map[string]any {
	uri := "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/Calls/" + c.sid
	answer := map[string]any{
		"sid": c.sid, "account_sid": t.cfg.AccountSID, "to": c.to, "from": c.from,
		"to_formatted": formatted(c.to), "from_formatted": formatted(c.from), "status": c.status, "direction": c.direction,
		"api_version": "2010-04-01", "uri": uri + ".json", "price_unit": "USD", "queue_time": strconv.FormatInt(t.queueTime(c).Milliseconds(), 10),
		"date_created": rfc2822(c.created), "date_updated": rfc2822(t.loop.Now()),
		"start_time": rfc2822OrNull(c.answered), "end_time": rfc2822OrNull(c.ended), "duration": nil,
		"parent_call_sid": orNull(c.parentSID()), "phone_number_sid": nil, "price": nil, "answered_by": nil, "forwarded_from": nil, "group_sid": nil,
		"caller_name": nil, "trunk_sid": nil,
		"subresource_uris": map[string]any{
			"notifications": uri + "/Notifications.json", "recordings": uri + "/Recordings.json", "events": uri + "/Events.json",
		},
	}
	if !c.ended.IsZero() {
		talked := 0
		if !c.answered.IsZero() {
			talked = int(c.ended.Sub(c.answered).Seconds())
		}
		answer["duration"] = strconv.Itoa(talked)
	}
	return answer
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func rfc2822(at time.Time) string { return at.UTC().Format(time.RFC1123Z) }

func rfc2822OrNull(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return rfc2822(at)
}
