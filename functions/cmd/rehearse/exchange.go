package main

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"slices"

	"switchboard/shared/simulator"
)

// exchange returns the handler of the one address at which a stack finds the simulated Twilio and
// CRM of every call: those of calls during a deployment, or those of all others. A request goes to
// the call that it names, or whose worker's number it names, else to the latest call.
func (r *rehearsal) exchange(deployed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) { r.pass(w, request, deployed) }
}

func (r *rehearsal) pass(w http.ResponseWriter, request *http.Request, deployed bool) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	handler := r.handlerFor(request.URL.RequestURI()+" "+string(body), deployed)
	if handler == nil {
		http.NotFound(w, request)
		return
	}
	handler.ServeHTTP(w, request)
}

// subject matches the SID of a call, a task, a worker or a recording.
var subject = regexp.MustCompile(`(CA|WT|WK|RE)[0-9a-f]{32}`)

// handlerFor returns nil if no such call has begun.
func (r *rehearsal) handlerFor(text string, deployed bool) (latest http.Handler) {
	sids := subject.FindAllString(text, -1)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls {
		if c.handler == nil || (c.deployment != "") != deployed {
			continue
		}
		if latest = c.handler; knows(c.result.Account.Twilio, sids) || c.hasNumber(text) {
			break
		}
	}
	return latest
}

// knows reports whether the account has one of the SIDs as a call, task, worker or recording.
func knows(twilio *simulator.Twilio, sids []string) (found bool) {
	for _, worker := range twilio.Workers() {
		if slices.Contains(sids, worker.SID) {
			return true
		}
	}
	for _, kept := range twilio.Recordings() {
		if slices.Contains(sids, kept.SID) {
			return true
		}
	}
	for _, call := range twilio.Calls() {
		if slices.Contains(sids, call.SID) || slices.Contains(sids, call.TaskSID) {
			return true
		}
	}
	return false
}
