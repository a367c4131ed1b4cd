package stage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"switchboard/shared/simulator"
	"switchboard/shared/taskrouter"
)

// KindFault is the kind of the entries that report a fault which a person asked for.
const KindFault simulator.Kind = "fault"

// Faults are those that a person has asked for and that have not happened yet, and the services
// that are down. A fault that waits names what it is for: the first segment of a webhook's path,
// or a function; "any" = the next one. "" = none waits.
type Faults struct {
	Lose   string `json:"lose"`
	Double string `json:"double"`
	Kill   string `json:"kill"`
	// CRM is "once" if it fails for the next worker who would be called, and "down" if for all.
	CRM string `json:"crm"`
	SSM bool   `json:"ssm"`
}

// Any is the target of a fault that happens to the next webhook or function.
const Any = "any"

// faults carry out Faults.
type faults struct {
	mu   sync.Mutex
	set  Faults
	lost string             // idempotency token of the webhook that is lost, with its retries
	hurt taskrouter.Contact // for whom the CRM fails once; "" = not known yet
	tell func(format string, args ...any)
}

func (f *faults) now() Faults {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.set
}

// change edits the faults.
func (f *faults) change(edit func(*Faults)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	edit(&f.set)
}

// strikes reports whether a waiting fault is for target, and then ends its wait.
func strikes(waiting *string, target string) bool {
	if *waiting != Any && *waiting != target || *waiting == "" {
		return false
	}
	*waiting = ""
	return true
}

// failsCRM reports whether the CRM step fails for a worker. If it fails once, it does so for all
// tries for one worker.
func (f *faults) failsCRM(worker taskrouter.Contact) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.set.CRM == "down":
		return true
	case f.set.CRM == "":
		f.hurt = ""
		return false
	case f.hurt == "":
		f.hurt = worker
	case f.hurt != worker:
		f.set.CRM, f.hurt = "", ""
		return false
	}
	return true
}

// kills reports whether the function must die in this run.
func (f *faults) kills(function string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strikes(&f.set.Kill, function)
}

// wire carries webhooks and loses or doubles those that a person chose.
type wire struct {
	*faults
	next http.RoundTripper
}

var errLost = errors.New("connection reset by peer")

// RoundTrip implements http.RoundTripper.
func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	lose, double := w.fate(r)
	switch {
	case lose:
		closeBody(r)
		return nil, errLost
	case double:
		return w.twice(r)
	}
	return w.next.RoundTrip(r)
}

func (w wire) fate(r *http.Request) (lose, double bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	token, target := r.Header.Get("I-Twilio-Idempotency-Token"), Target(r.URL.Path)
	if token != "" && token == w.lost {
		return true, false
	}
	if strikes(&w.set.Lose, target) {
		w.lost = token
		w.tell("You lost this webhook on its way, with all its retries: %s", r.URL.Path)
		return true, false
	}
	if strikes(&w.set.Double, target) {
		w.tell("You delivered this webhook twice: %s", r.URL.Path)
		return false, true
	}
	return false, false
}

// twice sends the request twice, one after the other, and returns the first answer.
func (w wire) twice(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	closeBody(r)
	if err != nil {
		return nil, fmt.Errorf("read webhook: %w", err)
	}
	again := r.Clone(r.Context())
	r.Body, again.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
	first, err := w.next.RoundTrip(r)
	if second, failed := w.next.RoundTrip(again); failed == nil {
		_ = second.Body.Close()
	}
	return first, err
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// Target returns the part of a webhook's path by which a fault names it: its first segment.
func Target(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}
