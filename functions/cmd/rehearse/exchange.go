package main

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"slices"
	"sync"

	"switchboard/shared/simulator"
)

// httpExchange is the one address at which the stack finds the simulated Twilio and CRM of every
// call. A request goes to the call that it names, else to the latest call.
type httpExchange struct {
	mu       sync.Mutex
	accounts []callAccount
}

// callAccount is the simulated account of one call.
type callAccount struct {
	twilio  *simulator.Twilio
	handler http.Handler
}

func (e *httpExchange) add(twilio *simulator.Twilio, handler http.Handler) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.accounts = append(e.accounts, callAccount{twilio, handler})
}

// ServeHTTP implements http.Handler.
func (e *httpExchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if handler := e.handlerFor(subject.FindAllString(r.URL.Path+" "+string(body), -1)); handler != nil {
		handler.ServeHTTP(w, r)
		return
	}
	http.Error(w, "no call is running", http.StatusServiceUnavailable)
}

// subject matches the SID of a call, a task or a worker.
var subject = regexp.MustCompile(`(CA|WT|WK)[0-9a-f]{32}`)

func (e *httpExchange) handlerFor(sids []string) http.Handler {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, account := range e.accounts {
		if knows(account.twilio, sids) {
			return account.handler
		}
	}
	if len(e.accounts) == 0 {
		return nil
	}
	return e.accounts[len(e.accounts)-1].handler
}

// knows reports whether the account has one of the SIDs as a call, task or worker.
func knows(twilio *simulator.Twilio, sids []string) (found bool) {
	for _, worker := range twilio.Workers() {
		if slices.Contains(sids, worker.SID) {
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
