// Package fakecrm is a CRM for tests of Switchboard's CRM step.
package fakecrm

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"switchboard/shared/crm"
	"switchboard/shared/simulator"
	"switchboard/shared/taskrouter"
)

// Kind is the kind of the CRM's entries in a timeline.
const Kind simulator.Kind = "crm"

// CRM checks the signature, records who is called for whom, and fails for some workers.
type CRM struct {
	Secret string
	Now    func() time.Time
	Trace  func(simulator.Entry)                // nil = no entries
	Fails  func(worker taskrouter.Contact) bool // workers for whom it answers 503; nil = none
	// CheckTime is false in virtual time, because signatures are checked by real time.
	CheckTime bool
}

// ServeHTTP implements http.Handler.
func (c *CRM) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var document crm.Document
	status := c.judge(r.Header, body, &document)
	if c.Trace != nil {
		c.Trace(simulator.Entry{
			At:             c.Now(),
			Kind:           Kind,
			CallSID:        document.Caller.CallSID,
			TaskSID:        document.Task.SID,
			ReservationSID: document.Reservation.SID,
			Text:           fmt.Sprintf("CRM is told that %s will be called", document.Worker.Contact),
			Status:         status,
		})
	}
	w.WriteHeader(status)
}

func (c *CRM) judge(header http.Header, body []byte, document *crm.Document) int {
	checker, err := standardwebhooks.NewWebhook(c.Secret)
	if err != nil {
		return http.StatusInternalServerError
	}
	verify := checker.VerifyIgnoringTimestamp
	if c.CheckTime {
		verify = checker.Verify
	}
	if verify(body, header) != nil {
		return http.StatusUnauthorized
	}
	if err := json.Unmarshal(body, document); err != nil {
		return http.StatusBadRequest
	}
	if c.Fails != nil && c.Fails(document.Worker.Contact) {
		return http.StatusServiceUnavailable
	}
	return http.StatusNoContent
}
