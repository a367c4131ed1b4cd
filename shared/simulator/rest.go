package simulator

import (
	"cmp"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// restError is an error that the REST API returns
// (https://www.twilio.com/docs/usage/twilios-response).
type restError struct {
	status, code int
	message      string
}

func (e restError) Error() string { return fmt.Sprintf("%d: %s", e.code, e.message) }

func badRequest(code int, format string, args ...any) error {
	return restError{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

func notFound(path string) error {
	return restError{http.StatusNotFound, 20404, "The requested resource " + path + " was not found"}
}

// restCall is a request to the REST API and the parts of its answer.
type restCall struct {
	method, path string
	params       url.Values // query and form
	base         string     // scheme and host of absolute URLs in answers
	ifMatch      string
	user         string // an account's or an API key's SID
	etag         string // of the answer
	status       int    // of an answer without an error
	media        string // Content-Type of an answer that is no JSON
}

// ServeHTTP answers requests to the REST API: api.twilio.com, and taskrouter, monitor and
// voice.twilio.com, under any host name. A request takes effect immediately; its consequences
// happen on the loop.
func (t *Twilio) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest := &restCall{method: r.Method, path: r.URL.Path, base: baseOf(r), ifMatch: r.Header.Get("If-Match"), status: http.StatusOK}
	rest.user, _, _ = r.BasicAuth()
	err := r.ParseForm()
	rest.params = r.Form
	var answer any
	if err != nil {
		err = badRequest(20001, "the form cannot be parsed: %s", err)
	}
	t.mu.Lock()
	if err == nil {
		err = t.restFault()
	}
	if err == nil {
		err = t.authenticate(r)
	}
	if err == nil {
		err = rest.check(r.Header.Get("Content-Type"))
	}
	if err == nil {
		t.acting = actor{"account", t.cfg.AccountSID, "api", apiAddress}
		answer, err = t.route(rest)
		t.acting = actor{}
	}
	status, body := encodeAnswer(rest, answer, err)
	t.logRequest(rest, status, body)
	t.mu.Unlock()

	if !t.loop.Virtual() {
		t.loop.Post(func() {}) // makes RunUntil check its condition
	}
	w.Header().Set("Content-Type", cmp.Or(rest.media, "application/json"))
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	if rest.etag != "" {
		w.Header().Set("ETag", rest.etag)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// apiAddress and consoleAddress replace the address that a request came from.
const (
	apiAddress     = "192.0.2.1"
	consoleAddress = "192.0.2.2"
)

func encodeAnswer(rest *restCall, answer any, err error) (status int, body []byte) {
	status = rest.status
	if err != nil {
		refused, ok := err.(restError)
		if !ok {
			refused = restError{http.StatusInternalServerError, 20500, err.Error()}
		}
		status = refused.status
		answer = map[string]any{
			"code": refused.code, "message": refused.message, "status": refused.status,
			"more_info": "https://www.twilio.com/docs/errors/" + strconv.Itoa(refused.code),
		}
	}
	if status == http.StatusNoContent {
		return status, nil
	}
	if rest.media != "" && err == nil {
		return status, answer.([]byte)
	}
	body, err = json.Marshal(answer)
	if err != nil {
		return http.StatusInternalServerError, []byte(`{"code":20500,"status":500}`)
	}
	return status, body
}

func baseOf(r *http.Request) string {
	host := r.Host
	switch {
	case host == "":
		return "https://taskrouter.twilio.com"
	case r.TLS != nil || strings.HasSuffix(host, ".twilio.com"):
		return "https://" + host
	}
	return "http://" + host
}

func (t *Twilio) authenticate(r *http.Request) error {
	user, password, _ := r.BasicAuth()
	for _, pair := range [][2]string{{t.cfg.AccountSID, t.cfg.AuthToken}, {t.cfg.APIKeySID, t.cfg.APIKeySecret}} {
		if pair[0] != "" && user == pair[0] && subtle.ConstantTimeCompare([]byte(password), []byte(pair[1])) == 1 {
			return nil
		}
	}
	return restError{http.StatusUnauthorized, 20003, "Authenticate"}
}

func (t *Twilio) logRequest(rest *restCall, status int, body []byte) {
	t.requests = append(t.requests, Request{
		At: t.loop.Now(), Method: rest.method, Path: rest.path, Params: rest.params, Status: status, Body: string(body),
	})
	if t.tracing() {
		t.trace(Entry{
			Kind: KindREST, Method: rest.method, URL: rest.path, Params: rest.params, Status: status,
			ContentType: "application/json", Body: string(body),
			CallSID: pathSID(rest.path, "CA"), TaskSID: pathSID(rest.path, "WT"), ReservationSID: pathSID(rest.path, "WR"),
			Text: fmt.Sprintf("the application asks: %s %s, answered: %d %s", rest.method, rest.path, status, http.StatusText(status)),
		})
	}
}

func pathSID(path, prefix string) string {
	for part := range strings.SplitSeq(strings.TrimSuffix(path, ".json"), "/") {
		if isSID(prefix, part) {
			return part
		}
	}
	return ""
}

// route finds the resource. For a path that Twilio has and the simulator does not, it records a
// problem.
func (t *Twilio) route(rest *restCall) (any, error) {
	parts := strings.Split(strings.TrimPrefix(rest.path, "/"), "/")
	if len(parts) > 2 && parts[0] == "2010-04-01" && parts[1] == "Accounts" {
		parts[len(parts)-1] = strings.TrimSuffix(parts[len(parts)-1], ".json")
		if parts[2] != t.cfg.AccountSID {
			return nil, notFound(rest.path)
		}
		if len(parts) == 3 && rest.method == http.MethodGet {
			return t.restAccount(rest)
		}
		if len(parts) > 3 {
			return t.routeAccount(rest, parts[3:])
		}
	}
	if len(parts) > 1 && parts[0] == "v1" && parts[1] == "Workspaces" {
		return t.routeTaskRouter(rest, parts[1:])
	}
	switch asked := pattern(rest.method, parts); {
	case len(parts) > 1 && parts[0] == "v1" && parts[1] == "Alerts":
		return t.routeAlerts(rest, parts[1:])
	case asked == "GET v1/*/Countries" && parts[1] == "DialingPermissions":
		return t.restCountries(rest)
	case asked == "GET v1/*/Countries/*" && parts[1] == "DialingPermissions":
		return t.restCountry(rest, parts[3])
	}
	return t.notSimulated(rest)
}

func (t *Twilio) notSimulated(rest *restCall) (any, error) {
	t.problem(nil, "not simulated: %s %s", rest.method, rest.path)
	return nil, restError{http.StatusNotImplemented, 20001, "not simulated: " + rest.method + " " + rest.path}
}

func (t *Twilio) routeAccount(rest *restCall, parts []string) (any, error) {
	one := parts[len(parts)-1]
	asked := pattern(rest.method, parts)
	t.checkParameters(rest, asked)
	if page := rest.params.Get("Page"); page != "" && page != "0" && rest.params.Get("PageToken") == "" {
		return nil, badRequest(20001, "Page %s needs the PageToken of next_page_uri", page) // the code is documented nowhere (?)
	}
	switch asked {
	case "POST Calls":
		return t.restCreateCall(rest)
	case "GET Calls":
		return t.restListCalls(rest)
	case "GET Calls/*", "POST Calls/*":
		return resource(rest, t.callBySID[one], func(_ *restCall, c *call) map[string]any { return t.callJSON(c) }, t.restUpdateCall, nil)
	case "GET Calls/*/Events":
		return t.restCallEvents(rest, parts[1])
	case "GET Calls/*/Notifications":
		return t.restNotifications(rest, parts[1])
	case "POST Messages":
		return t.restCreateMessage(rest)
	case "GET Messages":
		return t.restMessages(rest)
	case "GET Messages/*":
		return t.restMessage(rest, one)
	case "GET Queues":
		return accountList(rest, "queues", t.voiceQueues, t.queueJSON), nil
	case "POST Queues":
		return t.restCreateQueue(rest)
	case "GET Queues/*", "POST Queues/*", "DELETE Queues/*", "GET Queues/*/Members", "GET Queues/*/Members/*", "POST Queues/*/Members/*":
		return t.restQueue(rest, parts)
	case "GET Recordings":
		return t.restRecordings(rest)
	case "GET Recordings/*", "DELETE Recordings/*":
		return t.restRecording(rest, one)
	case "GET IncomingPhoneNumbers":
		return t.restNumbers(rest)
	case "GET IncomingPhoneNumbers/*", "POST IncomingPhoneNumbers/*":
		return t.restNumber(rest, one)
	case "GET OutgoingCallerIds":
		return t.restCallerIDs(rest)
	case "GET OutgoingCallerIds/*":
		return t.restCallerID(rest, one)
	}
	return t.notSimulated(rest)
}

// pattern returns a method and a path with * in the place of identifiers: every second part, except
// in Workers/Statistics and the like.
func pattern(method string, parts []string) string {
	named := make([]string, len(parts))
	for i, part := range parts {
		named[i] = part
		if i%2 == 1 && !strings.HasSuffix(part, "Statistics") {
			named[i] = "*"
		}
	}
	return method + " " + strings.Join(named, "/")
}

// check rejects what no resource accepts: a body that is no form, and an impossible page. No public
// source gives the codes (?).
func (rest *restCall) check(contentType string) error {
	media, _, err := mime.ParseMediaType(contentType)
	if rest.method == http.MethodPost && contentType != "" && (err != nil || media != "application/x-www-form-urlencoded") {
		return restError{http.StatusUnsupportedMediaType, 20001, "Unsupported Media Type " + contentType}
	}
	for name, minimum := range map[string]int{"PageSize": 1, "Page": 0} {
		if text := rest.params.Get(name); text != "" {
			if n, err := strconv.Atoi(text); err != nil || n < minimum {
				return badRequest(20001, "Invalid %s %q", name, text)
			}
		}
	}
	return nil
}

// page returns the part of a list that the parameters PageSize and Page select.
func page[T any](rest *restCall, all []T) (cut []T, number, size, pages int) {
	size = 50
	if n, err := strconv.Atoi(rest.params.Get("PageSize")); err == nil && n > 0 {
		size = min(n, 1000)
	}
	if n, err := strconv.Atoi(rest.params.Get("Page")); err == nil && n > 0 {
		number = n
	}
	from := min(number*size, len(all))
	to := min(from+size, len(all))
	return all[from:to], number, size, (len(all) + size - 1) / size
}
