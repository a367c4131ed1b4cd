package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// restCreateCall answers POST Calls (https://www.twilio.com/docs/voice/api/call-resource).
func (t *Twilio) restCreateCall(rest *restCall) (any, error) {
	params := rest.params
	options, err := t.checkNewCall(params)
	if err != nil {
		return nil, err
	}
	c := t.newCall(params.Get("From"), params.Get("To"), outbound, callQueued)
	c.startURL, c.startTwiML = params.Get("Url"), params.Get("Twiml")
	c.startMethod, c.fallbackURL, c.fallbackMethod = options.method, params.Get("FallbackUrl"), options.fallbackMethod
	c.timeout, c.timeLimit, c.sendDigits = options.timeout, options.timeLimit, params.Get("SendDigits")
	if t.cfg.Readings.RingBuffer {
		c.buffer = 5 * time.Second
	}
	if callback := params.Get("StatusCallback"); callback != "" {
		c.progress = progress{url: callback, method: options.callbackMethod, events: eventSet(strings.Join(params["StatusCallbackEvent"], ","))}
	}
	t.placeOutbound(c)
	return created(rest, t.callJSON(c))
}

// callOptions are the parsed parameters of POST Calls.
type callOptions struct {
	method, fallbackMethod, callbackMethod string
	timeout, timeLimit                     time.Duration
}

// method returns a parameter that names an HTTP method; the default is POST.
func method(params url.Values, name string) (string, error) {
	switch asked := strings.ToUpper(params.Get(name)); asked {
	case "":
		return http.MethodPost, nil
	case http.MethodGet, http.MethodPost:
		return asked, nil
	default:
		return "", badRequest(21209, "Invalid %s %q", name, asked)
	}
}

func (t *Twilio) checkNewCall(params url.Values) (callOptions, error) {
	to, from := params.Get("To"), params.Get("From")
	switch {
	case to == "":
		return callOptions{}, badRequest(21201, "No 'To' number is specified")
	case from == "":
		return callOptions{}, badRequest(21213, "'From' phone number is required")
	case !isAddress(to):
		return callOptions{}, badRequest(21211, "The phone number you are attempting to call, %s, is not valid.", to)
	case !isAddress(from):
		return callOptions{}, badRequest(21212, "The source phone number provided, %s, is not valid.", from)
	case isPhone(to) && !isPhone(from):
		return callOptions{}, badRequest(21212, "The source phone number provided, %s, is not valid: a call to a phone comes from a phone number.", from)
	case isPhone(from) && !t.mayCallFrom(from):
		return callOptions{}, badRequest(21210, "The source phone number provided, %s, is not yet verified for your account.", from)
	case t.forbidden(to):
		return callOptions{}, badRequest(21215, "Account not authorized to call %s. Perhaps you need to enable some international permissions", to)
	case params.Get("Url") == "" && params.Get("Twiml") == "" && params.Get("ApplicationSid") == "":
		return callOptions{}, badRequest(21205, "Url parameter is required.")
	case len(params.Get("Twiml")) > startTwiMLLimit:
		return callOptions{}, badRequest(32018, "Twiml is longer than %d characters", startTwiMLLimit)
	}
	if digits := params.Get("SendDigits"); len(digits) > maxSendDigits || strings.Trim(digits, sendableKeys) != "" {
		return callOptions{}, badRequest(21206, "Invalid SendDigits %q", digits)
	}
	options, err := readCallOptions(params)
	if err != nil {
		return options, err
	}
	if options.timeout == 0 || options.timeout > maxAPIRing {
		return options, t.refuse(params, "Timeout") // Twilio documents values up to maxAPIRing
	}
	return options, t.refuse(params, "ApplicationSid", "MachineDetection", "AsyncAmd", "Record", "SipAuthUsername", "Byoc",
		"CallToken", "CallerId", "ClientNotificationUrl")
}

// Limits of SendDigits (https://www.twilio.com/docs/voice/api/call-resource,
// https://www.twilio.com/docs/api/errors/21206).
const (
	maxSendDigits = 32
	sendableKeys  = "0123456789ABCD*#wW"
)

// maxAPIRing is the maximum Timeout of POST Calls
// (https://www.twilio.com/docs/voice/api/call-resource).
const maxAPIRing = 600 * time.Second

// startTwiMLLimit is the maximum length of the parameter Twiml of POST Calls.
const startTwiMLLimit = 4000

func readCallOptions(params url.Values) (o callOptions, err error) {
	if err := checkURLs(params, 21205, "Url", "FallbackUrl"); err != nil {
		return o, err
	}
	if err := checkURLs(params, 21609, "StatusCallback"); err != nil {
		return o, err
	}
	for _, field := range []struct {
		name string
		to   *string
	}{{"Method", &o.method}, {"FallbackMethod", &o.fallbackMethod}, {"StatusCallbackMethod", &o.callbackMethod}} {
		if *field.to, err = method(params, field.name); err != nil {
			return o, err
		}
	}
	for event := range eventSet(strings.Join(params["StatusCallbackEvent"], ",")) {
		if !has("initiated ringing answered completed", event) {
			return o, badRequest(21626, "Invalid StatusCallbackEvent %q", event)
		}
	}
	if o.timeout, err = wholeSeconds(params, "Timeout", time.Minute); err != nil {
		return o, err
	}
	o.timeLimit, err = wholeSeconds(params, "TimeLimit", 0)
	return o, err
}

// checkURLs rejects a parameter that is no absolute URL. The host of a status callback may have no
// underscore, because certificates may not (https://www.twilio.com/docs/voice/api/call-resource).
func checkURLs(params url.Values, code int, names ...string) error {
	for _, name := range names {
		value := params.Get(name)
		if value == "" {
			continue
		}
		if parsed, err := url.Parse(value); !isWebURL(value) || err != nil || code == 21609 && strings.Contains(parsed.Host, "_") {
			return badRequest(code, "%s is not a valid URL: %s", name, value)
		}
	}
	return nil
}

func wholeSeconds(params url.Values, name string, fallback time.Duration) (time.Duration, error) {
	text := params.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, badRequest(21208, "Invalid %s %q", name, text)
	}
	return time.Duration(n) * time.Second, nil
}
