package simulator

import (
	"net/http"
	"slices"
)

// restFault is a future REST request that RefuseREST rejects.
type restFault struct{ after, status int }

// RefuseREST rejects the n-th REST request from now on, 1 being the next. It answers with the HTTP
// status and Twilio's error for it: 401 (20003), 403 (20403), 429 (20429), or another status such
// as 500 or 503 with 20000. A rejected request has no effect.
func (t *Twilio) RefuseREST(n, status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.restFaults = append(t.restFaults, restFault{n, status})
}

// restFault counts a request and returns the error that rejects it, nil if none does.
func (t *Twilio) restFault() error {
	status := 0
	for i := range t.restFaults {
		t.restFaults[i].after--
		if t.restFaults[i].after == 0 {
			status = t.restFaults[i].status
		}
	}
	t.restFaults = slices.DeleteFunc(t.restFaults, func(f restFault) bool { return f.after <= 0 })
	switch status {
	case 0:
		return nil
	case http.StatusUnauthorized:
		return restError{status, 20003, "Authenticate"}
	case http.StatusForbidden:
		return restError{status, 20403, "The account lacks permission to access the Twilio API"}
	case http.StatusTooManyRequests:
		return restError{status, 20429, "Too Many Requests"}
	}
	return restError{status, 20000 + status, http.StatusText(status)}
}
