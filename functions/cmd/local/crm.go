package main

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"switchboard/shared/crm"
	"switchboard/shared/taskrouter"
)

// desk is a CRM: it checks the signature, writes down who called whom, and fails for workers that it is told to fail for.
type desk struct {
	secret string
	trace  func(document crm.Document, status int)
	// checkTime is false in virtual time, which is not the time that a signature is judged by.
	checkTime bool

	// down reports whether the desk fails for all workers now; nil = it does not.
	down func() bool

	mu    sync.Mutex
	fails map[taskrouter.Contact]bool
}

// failFor makes the desk answer 503 for one worker, and only for that one.
func (d *desk) failFor(contact taskrouter.Contact) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fails = map[taskrouter.Contact]bool{contact: true}
}

// ServeHTTP implements http.Handler.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var document crm.Document
	status := d.judge(r.Header, body, &document)
	d.trace(document, status)
	w.WriteHeader(status)
}

func (d *desk) judge(header http.Header, body []byte, document *crm.Document) int {
	checker, err := standardwebhooks.NewWebhook(d.secret)
	if err != nil {
		return http.StatusInternalServerError
	}
	verify := checker.VerifyIgnoringTimestamp
	if d.checkTime {
		verify = checker.Verify
	}
	if verify(body, header) != nil {
		return http.StatusUnauthorized
	}
	if err := json.Unmarshal(body, document); err != nil {
		return http.StatusBadRequest
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails[document.Worker.Contact] || d.down != nil && d.down() {
		return http.StatusServiceUnavailable
	}
	return http.StatusNoContent
}
