package bridge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"switchboard/shared/crm"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
)

// wire is a desk with the real clients of Twilio and of the CRM, whose answers it gives, and a
// table that may be throttled.
type wire struct {
	*desk
	call, reject, crm func(*http.Request) (*http.Response, error)
	placed            int // requests to place a call
	activities        []string
	redirected        []string // the URLs that the caller was sent to
	throttled         func(ledger.Change) bool
	noKeys, noCRMKey  bool
	log               bytes.Buffer
}

func newWire() *wire {
	w := &wire{desk: newDesk(), throttled: func(ledger.Change) bool { return false }}
	w.call, w.crm = answer(http.StatusCreated, `{"sid":"`+workerCall+`"}`), answer(http.StatusNoContent, "")
	w.reject = answer(http.StatusOK, `{"reservation_status":"rejected"}`)
	client := twilio.NewClient("AC00000000000000000000000000000001", "WS00000000000000000000000000000001", "", keys{&w.noKeys})
	client.Workflows.Current = workflow
	client.Transport = w
	client.Pause = func(context.Context, time.Duration) error { return nil }
	w.handler.Twilio, w.handler.Rejecter.Twilio = client, client
	w.handler.Logger = slog.New(slog.NewJSONHandler(&w.log, nil))
	step := crm.Step{URL: "https://crm.example/calls", Secrets: keys{&w.noCRMKey}, Transport: w, Now: w.handler.Now, Logger: slog.New(slog.DiscardHandler)}
	w.handler.CRM = &crm.Breaker{Step: step, Now: w.handler.Now}
	kept := ledger.Ledger{Store: throttle{w.store, w}, Now: w.handler.Now}
	w.handler.Ledger, w.handler.Rejecter.Ledger = kept, kept
	return w
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	switch {
	case request.URL.Host == "crm.example":
		return w.crm(request)
	case strings.HasSuffix(request.URL.Path, "/Calls.json"):
		w.placed++
		return w.call(request)
	}
	if err := request.ParseForm(); err != nil {
		return nil, err
	}
	switch {
	case strings.HasSuffix(request.URL.Path, "/Queues.json"):
		return answer(http.StatusOK, `{"queues":[{"sid":"QU00000000000000000000000000000001","friendly_name":"`+workflow+`"}]}`)(request)
	case request.Method == http.MethodGet && strings.Contains(request.URL.Path, "/Tasks/"):
		return answer(http.StatusOK, `{"assignment_status":"reserved"}`)(request)
	case strings.Contains(request.URL.Path, "/Members/"):
		return answer(http.StatusOK, `{"call_sid":"`+callerCall+`"}`)(request)
	case request.PostForm.Has("Url"):
		w.redirected = append(w.redirected, request.PostForm.Get("Url"))
		return answer(http.StatusOK, `{"sid":"`+callerCall+`","status":"in-progress"}`)(request)
	}
	if request.PostForm.Get("ReservationStatus") == "rejected" && strings.HasSuffix(request.URL.Path, reservationSID) {
		w.activities = append(w.activities, request.PostForm.Get("WorkerActivitySid"))
	}
	return w.reject(request)
}

func answer(status int, body string) func(*http.Request) (*http.Response, error) {
	return func(request *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
	}
}

func twilioSays(status, code int) func(*http.Request) (*http.Response, error) {
	body, err := json.Marshal(map[string]any{"code": code, "status": status, "message": "No"})
	if err != nil {
		panic(err) // numbers and text always marshal
	}
	return answer(status, string(body))
}

func breaks(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// keys are secrets that may be missing once.
type keys struct{ missing *bool }

func (k keys) Get(context.Context) (secrets.Set, error) {
	if *k.missing {
		*k.missing = false
		return secrets.Set{}, errors.New("no SSM parameter")
	}
	return secrets.Set{AuthToken: secrets.New("0123456789abcdef0123456789abcdef")}, nil
}

func (k keys) Renew(ctx context.Context) (secrets.Set, error) { return k.Get(ctx) }

// throttle is a table that may be throttled.
type throttle struct {
	*ledger.Memory
	w *wire
}

func (t throttle) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	if t.w.throttled(change) {
		return nil, false, errors.New("ThrottlingException")
	}
	return t.Memory.Apply(ctx, change)
}

// moves matches the change that moves the reservation to a state.
func moves(to reservation.State) func(ledger.Change) bool {
	return func(change ledger.Change) bool { return change.Set[reservationSID+".state"] == string(to) }
}
