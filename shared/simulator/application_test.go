package simulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/webhook"
)

// application is a small TaskRouter application: it queues callers, calls workers (or has Twilio
// dequeue), asks them to press 1, and asks the caller for a score at the end.
type application struct {
	t           *testing.T
	twilio      *simulator.Twilio
	base        string
	api         string // base URL of the REST API
	client      *http.Client
	workflow    string                   // that callers are enqueued for
	dequeue     bool                     // answer the assignment callback with a dequeue instruction
	postWork    string                   // activity in that instruction
	callback    string                   // status callback URL in that instruction
	instruction string                   // answer to the assignment callback, if not "": {call} and {reservation} stand for SIDs
	media       string                   // Content-Type of that answer
	before      func()                   // runs before that answer
	reject      func(worker string) bool // reject the reservation over REST before the worker is called
	answers     map[string]string        // TwiML by path, in place of the application's own
	statuses    map[string]int           // answers that fail, by path
	took        map[string]string        // virtual time that answers take, by path

	played   []string // paths of the recordings that were requested
	mu       sync.Mutex
	webhooks []string                // method, path and the parameters that matter
	forms    map[string][]url.Values // by path
	legs     map[string]string
}

const (
	callerNumber = "+15550000001"
	lineNumber   = "+15550000000"
	aliceNumber  = "+15550000011"
	bobNumber    = "+15550000012"
)

func (a *application) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if want := webhook.Sign(a.twilio.AuthToken(), a.base+r.URL.RequestURI(), r.PostForm); r.Header.Get("X-Twilio-Signature") != want {
		a.t.Errorf("%s %s is signed %q, want %q", r.Method, r.URL, r.Header.Get("X-Twilio-Signature"), want)
		http.Error(w, "signature", http.StatusForbidden)
		return
	}
	if strings.HasSuffix(r.URL.Path, ".mp3") {
		a.recording(w, r.URL.Path)
		return
	}
	a.note(r)
	if took := a.took[r.URL.Path]; took != "" {
		w.Header().Set(simulator.TookHeader, took)
	}
	if status := a.statuses[r.URL.Path]; status != 0 {
		w.WriteHeader(status)
		return
	}
	if document, ok := a.answers[r.URL.Path]; ok {
		writeTwiML(w, document)
		return
	}
	path, argument, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch path {
	case "assignment":
		a.assignment(w, r)
	case "events":
		a.event(r)
		w.WriteHeader(http.StatusNoContent)
	case "status":
		a.status(r, argument)
		w.WriteHeader(http.StatusNoContent)
	default:
		writeTwiML(w, a.document(path, argument, r))
	}
}

func (a *application) recording(w http.ResponseWriter, path string) {
	w.Header().Set("Content-Type", "audio/mpeg")
	if status := a.statuses[path]; status != 0 {
		w.WriteHeader(status)
	}
	if media := a.answers[path]; media != "" {
		w.Header().Set("Content-Type", media)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.played = append(a.played, path)
}

func writeTwiML(w http.ResponseWriter, document string) {
	w.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(w, "<Response>"+document+"</Response>")
}

func (a *application) note(r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	line := r.Method + " " + r.URL.Path
	for _, name := range []string{"EventType", "QueueResult", "QueuePosition", "DialCallStatus", "CallStatus", "Digits", "SpeechResult"} {
		if value, ok := r.Form[name]; ok {
			line += fmt.Sprintf(" %s=%s", name, value[0])
		}
	}
	a.webhooks = append(a.webhooks, line)
	a.forms[r.URL.Path] = append(a.forms[r.URL.Path], r.Form)
}

func (a *application) document(path, reservation string, r *http.Request) string {
	switch path {
	case "voice":
		return `<Enqueue workflowSid="` + a.workflow + `" action="/survey" waitUrl="/hold"><Task priority="5" timeout="600">{"kind":"sales"}</Task></Enqueue>`
	case "hold":
		return "<Say>You are at position " + r.Form.Get("QueuePosition") + "</Say><Play>/music.mp3</Play>"
	case "gate":
		return `<Gather numDigits="1" action="/connect/` + reservation + `" timeout="4"><Say>A call. Press 1 to take it.</Say></Gather><Hangup/>`
	case "connect":
		return `<Dial action="/parted"><Queue reservationSid="` + reservation + `" postWorkActivitySid="` + wrapUpSID + `"/></Dial>`
	case "parted":
		if r.Form.Get("DialCallStatus") == "failed" {
			return "<Say>The caller has gone.</Say>"
		}
		return "<Say>The call is over.</Say>"
	case "survey":
		if r.Form.Get("QueueResult") == "bridged" && r.Form.Get("CallStatus") == "in-progress" {
			return `<Gather input="dtmf speech" numDigits="1" action="/score"><Say>How was it?</Say></Gather>`
		}
		return "<Say>Goodbye, " + r.Form.Get("QueueResult") + "</Say>"
	case "score":
		return `<Say>Thank you.</Say><Record action="/remark" timeout="3" maxLength="60"/><Say>No remark.</Say>`
	}
	return "<Say>Thanks for your remark.</Say>"
}

func (a *application) assignment(w http.ResponseWriter, r *http.Request) {
	form := r.PostForm
	if a.media != "" {
		w.Header().Set("Content-Type", a.media)
	}
	if a.before != nil {
		a.before()
	}
	if a.instruction != "" {
		_, caller, _ := strings.Cut(form.Get("TaskAttributes"), `"call_sid":"`)
		instruction := strings.NewReplacer("{call}", caller[:34], "{reservation}", form.Get("ReservationSid")).Replace(a.instruction)
		if instruction = strings.TrimSpace(instruction); instruction != "" {
			_, _ = io.WriteString(w, instruction)
		}
		return
	}
	if a.dequeue {
		callback := ""
		if a.callback != "" {
			callback = `,"status_callback_url":"` + a.callback + `"`
		}
		_, _ = io.WriteString(w, `{"instruction":"dequeue","post_work_activity_sid":"`+a.postWork+`","timeout":15`+callback+`}`)
		return
	}
	a.twilio.Loop().After(30*time.Millisecond, func() { a.callWorker(form) })
}

func (a *application) callWorker(form url.Values) {
	reservation := form.Get("ReservationSid")
	if a.reject != nil && a.reject(form.Get("WorkerAttributes")) {
		a.rejectReservation(form.Get("TaskSid"), reservation)
		return
	}
	_, contact, _ := strings.Cut(form.Get("WorkerAttributes"), `"contact_uri":"`)
	contact, _, _ = strings.Cut(contact, `"`)
	answer := a.rest("POST", "/2010-04-01/Accounts/"+a.twilio.AccountSID()+"/Calls.json", url.Values{
		"To": {contact}, "From": {lineNumber}, "Url": {a.base + "/gate/" + reservation}, "Timeout": {"15"},
		"StatusCallback":      {a.base + "/status/" + form.Get("TaskSid") + "/" + reservation},
		"StatusCallbackEvent": {"initiated", "ringing", "answered", "completed"},
	})
	_, sid, _ := strings.Cut(answer, `"sid":"`)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.legs[form.Get("TaskSid")] = sid[:34]
}

func (a *application) status(r *http.Request, argument string) {
	switch r.Form.Get("CallStatus") {
	case "busy", "no-answer", "failed":
		task, reservation, _ := strings.Cut(argument, "/")
		a.rejectReservation(task, reservation)
	}
}

// event ends the worker call when the caller has left.
func (a *application) event(r *http.Request) {
	a.mu.Lock()
	leg := a.legs[r.Form.Get("TaskSid")]
	a.mu.Unlock()
	if r.Form.Get("EventType") == "task.canceled" && leg != "" {
		a.rest("POST", "/2010-04-01/Accounts/"+a.twilio.AccountSID()+"/Calls/"+leg+".json", url.Values{"Status": {"completed"}})
	}
}

func (a *application) rejectReservation(task, reservation string) {
	a.rest("POST", "/v1/Workspaces/"+a.twilio.WorkspaceSID()+"/Tasks/"+task+"/Reservations/"+reservation,
		url.Values{"ReservationStatus": {"rejected"}, "WorkerActivitySid": {awaySID}})
}

func (a *application) rest(method, path string, form url.Values) string {
	request, err := http.NewRequest(method, a.api+path, strings.NewReader(form.Encode()))
	if err != nil {
		a.t.Error(err)
		return ""
	}
	request.SetBasicAuth(a.twilio.AccountSID(), a.twilio.AuthToken())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := a.client.Do(request)
	if err != nil {
		a.t.Error(err)
		return ""
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Error(err)
	}
	return string(body)
}

// web makes a transport from a function.
type web func(*http.Request) (*http.Response, error)

func (w web) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }
