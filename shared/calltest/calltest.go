// Package calltest has what the tests of several functions share: SIDs, the time, and stand-ins for
// Twilio and the reconciler where workers sign on and off.
package calltest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/twilio"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

// The SIDs of one call.
const (
	AccountSID     = "AC00000000000000000000000000000001"
	WorkflowSID    = "WW00000000000000000000000000000001"
	CallSID        = "CA00000000000000000000000000000001"
	WorkerCallSID  = "CA00000000000000000000000000000002"
	TaskSID        = "WT00000000000000000000000000000001"
	ReservationSID = "WR00000000000000000000000000000001"
	WorkerSID      = "WK00000000000000000000000000000001"
	OtherWorkerSID = "WK00000000000000000000000000000002"

	// WorkerNumber is the worker's phone number.
	WorkerNumber = "+14155550199"
)

// Noon is the time of the tests.
func Noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// Twilio knows which workers have WorkerNumber.
type Twilio struct {
	Workers []twilio.Worker
	Asked   int // requests
	Err     error
}

// WorkersAt returns Workers for WorkerNumber.
func (t *Twilio) WorkersAt(_ context.Context, number string) ([]twilio.Worker, error) {
	t.Asked++
	if number != WorkerNumber || t.Err != nil {
		return nil, t.Err
	}
	return t.Workers, nil
}

// Workers records who signs on and off.
type Workers struct {
	Current reconciler.State // that State returns
	Signed  []string         // "on WK… phone"
	Err     error
}

// SignOn records a worker who signs on.
func (w *Workers) SignOn(_ context.Context, worker string, by roster.Source) (reconciler.State, error) {
	return w.sign("on", worker, by, reconciler.Ready)
}

// SignOff records a worker who signs off.
func (w *Workers) SignOff(_ context.Context, worker string, by roster.Source) (reconciler.State, error) {
	return w.sign("off", worker, by, reconciler.SignedOff)
}

func (w *Workers) sign(wish, worker string, by roster.Source, standing reconciler.Standing) (reconciler.State, error) {
	w.Signed = append(w.Signed, wish+" "+worker+" "+string(by))
	return reconciler.State{Standing: standing}, w.Err
}

// State returns Current.
func (w *Workers) State(context.Context, string) (reconciler.State, error) { return w.Current, w.Err }

// WantSigned fails the test unless these workers signed on and off.
func (w *Workers) WantSigned(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(w.Signed, want) {
		t.Errorf("signed %q, want %q", w.Signed, want)
	}
}

// Handle is a function's method of that name.
type Handle func(context.Context, webhook.Event) (webhook.Answer, error)

// Answer returns the answer to a signed webhook.
func (handle Handle) Answer(t *testing.T, path string, form url.Values) webhook.Answer {
	t.Helper()
	answer, err := handle(t.Context(), webhooktest.Event(path, form))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// Document returns the TwiML that answers a signed webhook.
func (handle Handle) Document(t *testing.T, path string, form url.Values) string {
	t.Helper()
	answer := handle.Answer(t, path, form)
	if answer.StatusCode != http.StatusOK || answer.Headers["Content-Type"] != twiml.ContentType {
		t.Fatalf("answer = %+v, want TwiML with status 200", answer)
	}
	return answer.Body
}
