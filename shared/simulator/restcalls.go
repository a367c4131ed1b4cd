package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// restCreateCall is POST Calls (docs/voice/api/call-resource).
func (t *Twilio) restCreateCall(rest *restCall) (any, error) {
	params := rest.params
	if err := t.checkNewCall(params); err != nil {
		return nil, err
	}
	c := t.newCall(params.Get("From"), params.Get("To"), outbound, callQueued)
	c.startURL, c.startMethod, c.startTwiML = params.Get("Url"), method(params, "Method"), params.Get("Twiml")
	c.fallbackURL, c.fallbackMethod = params.Get("FallbackUrl"), method(params, "FallbackMethod")
	c.timeout = min(max(seconds(params.Get("Timeout"), time.Minute), time.Second), 600*time.Second)
	if callback := params.Get("StatusCallback"); callback != "" {
		c.progress = progress{
			url: callback, method: method(params, "StatusCallbackMethod"), events: eventSet(strings.Join(params["StatusCallbackEvent"], ",")),
		}
	}
	t.placeOutbound(c)
	rest.status = http.StatusCreated
	return t.callJSON(c), nil
}

func method(params url.Values, name string) string {
	if m := strings.ToUpper(params.Get(name)); m != "" {
		return m
	}
	return http.MethodPost
}

func (t *Twilio) checkNewCall(params url.Values) error {
	to, from := params.Get("To"), params.Get("From")
	switch {
	case to == "":
		return badRequest(21201, "No 'To' number is specified")
	case from == "":
		return badRequest(21213, "'From' phone number is required")
	case !isAddress(to):
		return badRequest(21211, "The phone number you are attempting to call, %s, is not valid.", to)
	case strings.HasPrefix(from, "+") && t.numbers[from] == nil:
		return badRequest(21210, "The source phone number provided, %s, is not yet verified for your account.", from)
	case params.Get("Url") == "" && params.Get("Twiml") == "" && params.Get("ApplicationSid") == "":
		return badRequest(21205, "Url parameter is required.")
	case params.Get("Url") != "" && !isWebURL(params.Get("Url")):
		return badRequest(21205, "Url is not a valid URL: %s", params.Get("Url"))
	case len(params.Get("Twiml")) > 4000:
		return badRequest(21218, "Twiml is longer than 4000 characters")
	case params.Get("StatusCallback") != "" && !isWebURL(params.Get("StatusCallback")):
		return badRequest(21609, "The 'StatusCallback' URL %s is not a valid URL.", params.Get("StatusCallback"))
	}
	return t.refuse(params, "ApplicationSid", "MachineDetection", "AsyncAmd", "Record", "SendDigits", "TimeLimit", "SipAuthUsername", "Byoc")
}

// refuse answers a request that asks for what is not simulated.
func (t *Twilio) refuse(params url.Values, names ...string) error {
	for _, name := range names {
		if value := params.Get(name); value != "" && value != "false" {
			t.problem(nil, "not simulated: parameter %s=%s", name, value)
			return restError{http.StatusNotImplemented, 20001, "not simulated: parameter " + name}
		}
	}
	return nil
}

func isWebURL(raw string) bool {
	parsed, err := url.Parse(raw)
	return err == nil && parsed.Host != "" && (parsed.Scheme == "http" || parsed.Scheme == "https")
}

// restUpdateCall is POST Calls/{sid}: end a call, or give it another document.
func (t *Twilio) restUpdateCall(rest *restCall, c *call) (any, error) {
	target, twiml, status := rest.params.Get("Url"), rest.params.Get("Twiml"), rest.params.Get("Status")
	switch {
	case status != "" && status != callCanceled && status != callCompleted:
		return nil, badRequest(21218, "Invalid Status %q", status)
	case c.over():
		return nil, badRequest(21220, "Call is not in-progress. Cannot redirect.")
	case status != "":
		t.endOverREST(c, status)
		return t.callJSON(c), nil
	case target == "" && twiml == "":
		return nil, badRequest(21205, "Url parameter is required.")
	case target != "" && !isWebURL(target):
		return nil, badRequest(21205, "Url is not a valid URL: %s", target)
	case c.status != callInProgress:
		return nil, badRequest(21220, "Call is not in-progress. Cannot redirect.")
	}
	t.takeElsewhere(c)
	if target != "" {
		t.fetch(c, fetch{what: "redirected call", method: method(rest.params, "Method"), url: target})
	} else {
		t.after(0, func() {
			if !c.over() {
				t.load(c, fetch{what: "Twiml", method: "POST"}, answer{status: 200, contentType: "text/xml", body: []byte(twiml)})
			}
		})
	}
	return t.callJSON(c), nil
}

// endOverREST ends a leg; "canceled" does not touch one that is in progress.
func (t *Twilio) endOverREST(c *call, status string) {
	switch {
	case c.status != callInProgress:
		t.endCall(c, callCanceled, "rest")
	case status == callCompleted:
		t.endCall(c, callCompleted, "rest")
	}
}

// takeElsewhere takes a call out of its queue or bridge because another document is to run.
func (t *Twilio) takeElsewhere(c *call) {
	switch {
	case c.member != nil:
		m := t.vacate(c)
		t.callerLeft(m, "redirected")
		t.redirectedAway(c, m, "redirected")
	case c.bridge != nil:
		b := c.bridge
		t.endBridge(b, c)
		if c == b.caller {
			t.redirectedAway(c, b.member, "redirected-from-bridged")
		}
	}
}

// redirectedAway requests the action of <Enqueue> for a call that is already elsewhere; the answer is not executed.
func (t *Twilio) redirectedAway(c *call, m *member, result string) {
	c.queueResults = append(c.queueResults, result)
	t.traceCall(KindCall, c, "leaves the queue: %s", result)
	ref, given := m.verb.attrs["action"]
	if target, err := resolve(m.after.url, ref); given && err == nil {
		t.notifyCall(c, "enqueue action", m.verb.attr("method", "POST"), target, queueParams(result, m))
	}
}

func (t *Twilio) callJSON(c *call) map[string]any {
	uri := "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/Calls/" + c.sid
	answer := map[string]any{
		"sid": c.sid, "account_sid": t.cfg.AccountSID, "to": c.to, "from": c.from,
		"to_formatted": formatted(c.to), "from_formatted": formatted(c.from), "status": c.status, "direction": c.direction,
		"api_version": "2010-04-01", "uri": uri + ".json", "price_unit": "USD", "queue_time": "0",
		"date_created": rfc2822(c.created), "date_updated": rfc2822(t.loop.Now()),
		"start_time": rfc2822OrNull(c.answered), "end_time": rfc2822OrNull(c.ended), "duration": nil,
		"parent_call_sid": nil, "phone_number_sid": nil, "price": nil, "answered_by": nil, "forwarded_from": nil, "group_sid": nil,
		"caller_name": nil, "trunk_sid": nil,
		"subresource_uris": map[string]any{"notifications": uri + "/Notifications.json", "recordings": uri + "/Recordings.json"},
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

func rfc2822(at time.Time) string { return at.UTC().Format(time.RFC1123Z) }

func rfc2822OrNull(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return rfc2822(at)
}

// formatted writes a North American number as Twilio does, and leaves others as they are.
func formatted(address string) string {
	if len(address) == 12 && strings.HasPrefix(address, "+1") {
		return "(" + address[2:5] + ") " + address[5:8] + "-" + address[8:]
	}
	return address
}
