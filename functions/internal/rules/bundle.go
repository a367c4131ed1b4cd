package rules

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	"switchboard/functions/internal/trigger"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/reservation"
	"switchboard/shared/simulator"
)

var phoneNumber = regexp.MustCompile(`\+[0-9]{7,15}`)

// Logs searches the functions' log for secrets, phone numbers and bodies.
func Logs(logs []byte, secrets map[string]string, breaks Breaks) {
	for name, secret := range secrets {
		if bytes.Contains(logs, []byte(secret)) {
			breaks(Discreet, "%s is in the log", name)
		}
	}
	if phoneNumber.Match(logs) {
		breaks(Discreet, "a phone number is in the log")
	}
	if bytes.Contains(logs, []byte("AccountSid=")) {
		breaks(Discreet, "a raw body is in the log")
	}
}

// DeadLetters reports each message in the dead-letter queue.
func DeadLetters(dead []*trigger.Message, breaks Breaks) {
	for _, message := range dead {
		breaks(NoDeadLetter, "%s", message.Body)
	}
}

// Forged sends a webhook that Twilio did not sign to each route. Every route must refuse it.
func Forged(web http.Handler, base string, breaks Breaks) error {
	for _, route := range []string{
		"/enqueue", "/hold", "/assignment", "/assignment/fallback", "/survey", "/worker/a/b/c/gate", "/events",
		"/duty", "/messages",
	} {
		form := url.Values{"CallSid": {"CA" + strings.Repeat("0", 32)}}
		request, err := http.NewRequest(http.MethodPost, base+route, strings.NewReader(form.Encode()))
		if err != nil {
			return fmt.Errorf("forge webhook: %w", err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("X-Twilio-Signature", "forged")
		answer := httptest.NewRecorder()
		web.ServeHTTP(answer, request)
		if answer.Code != http.StatusForbidden {
			breaks(SignedOnly, "a forged webhook to %s was answered %d", route, answer.Code)
		}
	}
	return nil
}

// Link compares what the ledger has of a call with what Twilio has.
func Link(link linkedcalls.Link, caller simulator.CallRecord, breaks Breaks) {
	if link.CallSID == "" {
		if caller.TaskSID != "" {
			breaks(Remembered, "the ledger does not know call %s", caller.SID)
		}
		return
	}
	for _, compared := range []struct{ what, got, want string }{
		{"call", link.CallSID, caller.SID},
		{"task", link.TaskSID, caller.TaskSID},
		{"worker call", link.WorkerCallSID, caller.PeerSID},
		{"QueueResult", link.QueueResult, strings.Join(caller.QueueResults, ",")},
	} {
		if compared.got != compared.want {
			breaks(Remembered, "the ledger has %s %q, want %q", compared.what, compared.got, compared.want)
		}
	}
	if caller.PeerSID != "" && link.Bridged.IsZero() {
		breaks(Remembered, "the ledger does not know that call %s was bridged", caller.SID)
	}
}

// Tries compares each reservation of a caller's task in the ledger with Twilio: how it ended, and
// its worker call.
func (a Account) Tries(link linkedcalls.Link, caller simulator.CallRecord, breaks Breaks) {
	calls := map[string]string{}
	for _, call := range a.Calls {
		calls[ReservationSID(call)] = call.SID
	}
	known := map[string]linkedcalls.Try{}
	for _, try := range link.Tries {
		known[try.ReservationSID] = try
	}
	made := 0
	for _, r := range a.Reservations {
		if r.TaskSID != caller.TaskSID {
			continue
		}
		made++
		try := known[r.SID]
		if try.State != stateOf(r.Status) {
			breaks(Remembered, "reservation %s is %q in the ledger, and %s in Twilio", r.SID, try.State, r.Status)
		}
		if try.WorkerSID != r.WorkerSID || try.TaskSID != r.TaskSID {
			breaks(Remembered, "reservation %s belongs to worker %s and task %s in the ledger", r.SID, try.WorkerSID, try.TaskSID)
		}
		if try.WorkerCallSID != calls[r.SID] {
			breaks(Remembered, "the ledger has worker call %q for reservation %s, want %q", try.WorkerCallSID, r.SID, calls[r.SID])
		}
	}
	if len(known) != made {
		breaks(Remembered, "the ledger has %d reservations of %d", len(known), made)
	}
}

// stateOf returns the ledger's state for a reservation's final status in Twilio.
func stateOf(status string) reservation.State {
	switch status {
	case "wrapping", "completed":
		return reservation.Talked
	case "rejected":
		return reservation.Rejected
	case "canceled":
		return reservation.CallerLeft
	}
	return reservation.Expired
}
