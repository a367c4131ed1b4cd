package main

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/taskrouter"
)

// recorded is Twilio's REST API with a record of who sent each request. The judge uses it to tell
// our requests from those of operators and other programs.
type recorded struct {
	world *world
	next  http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (r recorded) RoundTrip(request *http.Request) (*http.Response, error) {
	r.world.askers = append(r.world.askers, invocationOf(request.Context()))
	return r.next.RoundTrip(request)
}

// asks sends a REST request of an operator or another program.
func (w *world) asks(path string, form url.Values) {
	r, err := http.NewRequest(http.MethodPost, "https://api.twilio.com"+path, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(account.SID, w.twilio.AuthToken())
	// Twilio may refuse it: an operator can be late for a call or task that has ended.
	_, _ = recorded{w, wire.InProcess(w.twilio)}.RoundTrip(r)
}

const (
	callsPath = "/2010-04-01/Accounts/" + account.SID + "/Calls/"
	tasksPath = "/v1/Workspaces/" + account.WorkspaceSID + "/Tasks"
)

// letOutsidersIn schedules the hostile acts of the plan.
func (w *world) letOutsidersIn() {
	h := w.hostile
	w.foreign, w.mangled, w.leaves = map[string]*foreignTask{}, map[string]mangling{}, map[string][]leaving{}
	for _, o := range h.operators {
		if !o.afterQueue {
			w.loop.After(o.after, func() { w.redirect(o) })
		}
	}
	for n := range h.foreign {
		w.loop.After(h.foreign[n].after, func() { w.createForeign(&h.foreign[n]) })
	}
	for _, s := range h.scripts {
		w.loop.After(w.callers[s.caller].after+s.after, func() { w.mangle(s) })
	}
}

func (w *world) redirect(o intervention) {
	if call := w.lines[o.caller].CallSID(); call != "" {
		w.asks(callsPath+call+".json", url.Values{"Url": {o.url}})
	}
}

func (w *world) createForeign(f *foreignTask) {
	before := len(w.twilio.Tasks())
	w.asks(tasksPath, url.Values{
		"WorkflowSid": {account.WorkflowSID}, "TaskChannel": {f.channel}, "Attributes": {f.attributes},
		"Timeout": {strconv.Itoa(int(f.timeout.Seconds()))},
	})
	if tasks := w.twilio.Tasks(); len(tasks) > before {
		w.foreign[tasks[before].SID] = f
	}
}

// programHears lets another program answer the reservation of its task. The program learns of it
// from the workspace's events, because the assignment callback is ours.
func (w *world) programHears(body string) {
	task, reservation := field(body, "TaskSid"), field(body, "ReservationSid")
	f := w.foreign[task]
	if f == nil || !f.answered {
		return
	}
	w.loop.After(f.accepts, func() {
		w.asks(tasksPath+"/"+task+"/Reservations/"+reservation, url.Values{"ReservationStatus": {"accepted"}})
	})
	w.loop.After(f.accepts+f.finishes, func() {
		w.asks(tasksPath+"/"+task, url.Values{"AssignmentStatus": {"completed"}, "Reason": {"answered"}})
	})
}

// mangling is a script's edit of a task's attributes.
type mangling struct {
	at   time.Time
	edit edit
}

// losesCall reports whether the edit had removed the call's SID from the task by then.
func (m mangling) losesCall(by time.Time) bool {
	return !m.at.IsZero() && !m.at.After(by) && m.edit.losesCall()
}

// mangle edits the latest task of a caller who has one.
func (w *world) mangle(s attributeEdit) {
	call := w.lines[s.caller].CallSID()
	var latest simulator.TaskRecord
	for _, k := range w.twilio.Tasks() {
		if call != "" && k.CallSID == call {
			latest = k
		}
	}
	if latest.SID == "" || !latest.Ended.IsZero() {
		return
	}
	w.mangled[latest.SID] = mangling{w.loop.Now(), s.edit}
	w.asks(tasksPath+"/"+latest.SID, url.Values{"Attributes": {s.edit.edited(latest.Attributes, call)}})
}

// leaving records how and when a caller left a queue.
type leaving struct {
	at     time.Time
	result string
	ours   bool // Twilio told an action URL of ours
}

// isAction reports whether a path is our action URL of <Enqueue>, which has the language that the
// caller chose.
func isAction(path string) bool {
	rest, found := strings.CutPrefix(path, "/survey")
	return found && (rest == "" || taskrouter.IsLanguage(rest[1:]))
}

// callerLeaves records what Twilio sends to the action URL of an <Enqueue>, the customer's or ours.
func (w *world) callerLeaves(path, body string) {
	call, result := field(body, "CallSid"), field(body, "QueueResult")
	w.leaves[call] = append(w.leaves[call], leaving{w.loop.Now(), result, isAction(path)})
	if result != "leave" && result != "bridged" || len(w.leaves[call]) > 1 {
		return
	}
	for _, o := range w.hostile.operators {
		if o.afterQueue && w.lines[o.caller].CallSID() == call {
			w.loop.After(o.after, func() { w.redirect(o) })
		}
	}
}

// outsiderHears shows a webhook to operators, other programs and the customer's own server. It
// returns the customer's answer if the webhook is theirs, else nil.
func (w *world) outsiderHears(r *http.Request, body string) *http.Response {
	if field(body, "QueueResult") != "" && (isAction(r.URL.Path) || r.URL.Path == afterPath) && w.isFirstTry(r, body) {
		w.callerLeaves(r.URL.Path, body)
	}
	if r.URL.Path == "/assignment" && w.isFirstTry(r, body) {
		w.programHears(body)
	}
	if r.URL.Host != "customer.example" {
		return nil
	}
	return answered(r, http.StatusOK, http.Header{"Content-Type": {"text/xml"}}, customerDocument(r.URL.Path))
}

func (w *world) isFirstTry(r *http.Request, body string) bool {
	return w.sent[w.identity(r, body)].tries == 0
}

// customerDocument returns the customer's own TwiML at a path.
func customerDocument(path string) string {
	enqueue := func(action string) string {
		return `<Enqueue workflowSid="` + account.WorkflowSID + `"` + action +
			` waitUrl="` + account.BaseURL + `/hold"><Task>{"skill":"billing"}</Task></Enqueue>`
	}
	switch path {
	case voicePath + "/verbs":
		return `<Response>` + enqueue("") + enqueue(` action="`+account.BaseURL+`/survey"`) + `</Response>`
	case voicePath + "/actions":
		return `<Response>` + enqueue(` action="`+customerURL+afterPath+`"`) + `</Response>`
	case backPath:
		return `<Response><Say>One moment, please.</Say><Pause length="3"/><Redirect>` + account.BaseURL + `/enqueue</Redirect></Response>`
	}
	return `<Response><Redirect>` + account.BaseURL + `/enqueue</Redirect></Response>`
}

// voiceURL returns the number's VoiceUrl.
func (p plan) voiceURL() string {
	if p.hostile != nil {
		switch p.hostile.ownTwiML {
		case twoVerbs:
			return customerURL + voicePath + "/verbs"
		case twoActions:
			return customerURL + voicePath + "/actions"
		}
	}
	return account.BaseURL + "/enqueue"
}

// refuses returns the status with which the CRM refuses a request; 0 = it accepts.
func (w *world) refuses(r *http.Request) int {
	temper, now := w.hostile.crm, w.loop.Now().Sub(account.Morning)
	if now >= temper.from && now < temper.until {
		return http.StatusServiceUnavailable
	}
	if temper.status == 0 || r.GetBody == nil {
		return 0
	}
	sent, err := r.GetBody()
	if err != nil {
		return 0
	}
	body, err := io.ReadAll(sent)
	if call := w.lines[temper.caller].CallSID(); err == nil && call != "" && strings.Contains(string(body), call) {
		return temper.status
	}
	return 0
}
