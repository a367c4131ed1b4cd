package worker

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/rejection"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const (
	callerCall     = "CA00000000000000000000000000000001"
	workerCall     = "CA00000000000000000000000000000002"
	task           = "WT00000000000000000000000000000001"
	reservationSID = "WR00000000000000000000000000000001"
	wrappingUp     = "WA00000000000000000000000000000001"
	unavailable    = "WA00000000000000000000000000000002"
	faulty         = "WA00000000000000000000000000000003"
	path           = "/worker/" + callerCall + "/" + task + "/" + reservationSID + "/"
)

// phone is a worker's phone: it lets Twilio's webhooks come, and writes down what was asked of
// Twilio.
type phone struct {
	t      *testing.T
	ledger ledger.Ledger
	h      Handler
	now    time.Time
	did    []string
	err    error                 // of Twilio's REST
	away   []reconciler.Rejected // workers whose absence was recorded

	notPending bool // the reservation, whenever it is rejected
}

func newPhone(t *testing.T) *phone {
	p := &phone{t: t, now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return p.now }
	p.ledger = ledger.Ledger{Store: &ledger.Memory{}, Now: clock}
	p.h = Handler{
		Edge: webhooktest.Edge(), Ledger: p.ledger, Twilio: p, Queue: p,
		Rejecter: rejection.Rejecter{
			Absences: p, Ledger: p.ledger, Twilio: p, Activities: failure.Activities{Reject: unavailable, Fault: faulty}, Now: clock,
		},
		PostWorkActivitySID: wrappingUp, WrapUp: new(30 * time.Second),
		Now: clock, Logger: slog.New(slog.DiscardHandler),
	}
	return p
}

func (p *phone) Chosen(context.Context, string) (string, error) { return "", nil }

func (p *phone) RoutineActivities(context.Context) ([]string, error) { return nil, p.err }

func (p *phone) Rejected(_ context.Context, rejected reconciler.Rejected) error {
	p.away = append(p.away, rejected)
	return nil
}

func (p *phone) RejectReservation(_ context.Context, inTask, sid, activity string) (bool, error) {
	p.did = append(p.did, "reject "+inTask+" "+sid+" "+activity)
	return !p.notPending, p.err
}

func (p *phone) TaskStatus(context.Context, string) (string, error) { return "reserved", p.err }

func (p *phone) Waiting(context.Context, string) (bool, error) { return true, p.err }

func (p *phone) RedirectCall(_ context.Context, sid, url string) (bool, error) {
	p.did = append(p.did, "redirect "+sid+" "+url)
	return true, p.err
}

func (p *phone) CancelCall(_ context.Context, sid string) error {
	p.did = append(p.did, "cancel "+sid)
	return p.err
}

func (p *phone) Send(_ context.Context, message deferred.Message, delay time.Duration) error {
	p.did = append(p.did, "in "+delay.String()+" complete "+message.WrapUp.TaskSID+" after "+message.WrapUp.WorkerCallSID)
	return p.err
}

const (
	rejected = "reject " + task + " " + reservationSID + " " + unavailable
	stale    = "reject " + task + " " + reservationSID + " " + faulty
	canceled = "cancel " + workerCall
	wrapsUp  = "in 32s complete " + task + " after " + workerCall
)

// post lets a webhook come to a stop, with the parameters "Name=value".
func (p *phone) post(stop string, parameters ...string) webhook.Answer {
	p.t.Helper()
	form := url.Values{"CallSid": {workerCall}, "To": {"+14155550199"}}
	for _, parameter := range parameters {
		name, value, _ := strings.Cut(parameter, "=")
		form.Set(name, value)
	}
	answer, err := p.h.Handle(p.t.Context(), webhooktest.Event(path+stop, form))
	if err != nil {
		p.t.Fatalf("Handle: %v", err)
	}
	return answer
}

func (p *phone) hears(answer webhook.Answer, want twiml.Document) {
	p.t.Helper()
	if answer.StatusCode != http.StatusOK || answer.Body != string(want) {
		p.t.Errorf("answered %d %s\nwant %s", answer.StatusCode, answer.Body, want)
	}
}

func (p *phone) acknowledged(answer webhook.Answer, status int) {
	p.t.Helper()
	if answer.StatusCode != status {
		p.t.Errorf("answered %d, want %d", answer.StatusCode, status)
	}
}

func (p *phone) want(wanted ...string) {
	p.t.Helper()
	if !slices.Equal(p.did, wanted) {
		p.t.Errorf("did %q, want %q", p.did, wanted)
	}
}

func (p *phone) callerHangsUp() {
	p.t.Helper()
	if _, err := p.ledger.LeftQueue(p.t.Context(), callerCall, "hangup", true); err != nil {
		p.t.Fatal(err)
	}
}

func (p *phone) event(kind string) {
	p.t.Helper()
	event := taskrouter.Event{Type: kind, TaskSID: task, ReservationSID: reservationSID}
	event.Task.CallSID = callerCall
	if _, _, err := p.ledger.Event(p.t.Context(), event); err != nil {
		p.t.Fatal(err)
	}
}

func dialQueue() twiml.Document {
	return twiml.DialQueue(twiml.DialQueueParams{ReservationSID: reservationSID, PostWorkActivitySID: wrappingUp, ActionURL: webhooktest.BaseURL + path + "dialed"})
}

func TestTheWorkerPressesOneAndTalks(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.acknowledged(p.post("status", "CallStatus=initiated"), http.StatusNoContent)
	p.hears(p.post("gate"), twiml.Gate(webhooktest.BaseURL+path+"key", "A caller is waiting.", ""))
	p.hears(p.post("key", "Digits=1"), dialQueue())
	p.event(taskrouter.ReservationAccepted)
	p.hears(p.post("dialed", "DialCallStatus=completed", "DialBridged=true"), twiml.HangUp(""))
	p.acknowledged(p.post("status", "CallStatus=completed"), http.StatusNoContent)
	p.want(wrapsUp)
	call, found, err := p.ledger.ByEitherCall(t.Context(), workerCall)
	if err != nil || !found || call.CallSID() != callerCall || call.TalkStarted().IsZero() {
		t.Errorf("the ledger does not know of the talk: %v %v", found, err)
	}
}

func TestStatusBeforeDialAction(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.hears(p.post("dial"), dialQueue())
	p.event(taskrouter.ReservationAccepted)
	p.post("status", "CallStatus=completed")
	p.want(wrapsUp)
}

func TestUnansweredCallRejects(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"busy", "no-answer", "failed", "canceled", "completed"} {
		t.Run("the call is over: "+status, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			p.acknowledged(p.post("status", "CallStatus="+status), http.StatusNoContent)
			p.want(rejected)
		})
	}
	t.Run("another key", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		p.hears(p.post("key", "Digits=7"), twiml.Goodbye())
		p.want(rejected)
	})
	t.Run("a mailbox presses nothing", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		p.hears(p.post("key"), twiml.Goodbye())
		p.want(rejected)
	})
}

func TestTheDialActionWithoutABridge(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		parameters []string
		connected  bool
	}{
		{"the dequeue failed", []string{"DialCallStatus=failed"}, false},
		{"the queue was empty", []string{"DialCallStatus=no-answer"}, false},
		{"completed, but not bridged", []string{"DialCallStatus=completed", "DialBridged=false"}, false},
		{"a status of no source", []string{"DialCallStatus=error"}, false},
		{"no status", nil, false},
		{"completed, and nothing about a bridge", []string{"DialCallStatus=completed"}, true},
		{"answered", []string{"DialCallStatus=answered"}, true},
		{"bridged, with another status", []string{"DialCallStatus=failed", "DialBridged=true"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			answer := p.post("dialed", test.parameters...)
			if test.connected {
				p.hears(answer, twiml.HangUp(""))
				p.want()
				return
			}
			p.hears(answer, twiml.CallerGone())
			p.want(stale)
		})
	}
}

func TestCancelCallAfterCallerLeft(t *testing.T) {
	t.Parallel()
	t.Run("the status callback comes after the caller has left", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		p.callerHangsUp()
		p.acknowledged(p.post("status", "CallStatus=initiated"), http.StatusNoContent)
		p.want(canceled)
	})
	t.Run("the worker answers after the caller has left", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		p.callerHangsUp()
		p.hears(p.post("key", "Digits=1"), twiml.CallerGone())
		p.want()
	})
	t.Run("the reservation was rejected with an unknown outcome, and the phone rings after all", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		p.event(taskrouter.ReservationRejected)
		p.post("status", "CallStatus=ringing")
		p.want(canceled)
	})
	t.Run("Twilio cannot end it: it may tell again", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		p.callerHangsUp()
		p.err = errors.New("502")
		p.acknowledged(p.post("status", "CallStatus=ringing"), http.StatusServiceUnavailable)
	})
	t.Run("its end, told late, rejects nothing", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		p.callerHangsUp()
		p.post("status", "CallStatus=canceled")
		p.want()
	})
}

// broken is a table that cannot be reached.
type broken struct{ ledger.Store }

func (broken) Apply(context.Context, ledger.Change) (ledger.Fields, bool, error) {
	return nil, false, errors.New("the table is down")
}

func TestLedgerErrorStillBridges(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.h.Ledger = ledger.Ledger{Store: broken{}, Now: time.Now}
	p.hears(p.post("gate"), twiml.Gate(webhooktest.BaseURL+path+"key", "A caller is waiting.", ""))
	p.hears(p.post("key", "Digits=1"), dialQueue())
	p.hears(p.post("dialed", "DialBridged=true"), twiml.HangUp(""))
	p.want()
	p.acknowledged(p.post("status", "CallStatus=no-answer"), http.StatusNoContent)
	p.want(rejected)
}

func TestRubbishHasNoEffect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path string
		call       string
		want       int
	}{
		{"no stop", "/worker/" + callerCall + "/" + task + "/" + reservationSID, workerCall, http.StatusNotFound},
		{"another stop", path + "other", workerCall, http.StatusNotFound},
		{"too deep", path + "dial/1", workerCall, http.StatusNotFound},
		{"too often", path + "key/4", workerCall, http.StatusNotFound},
		{"too deep in the keys", path + "key/1/2", workerCall, http.StatusNotFound},
		{"another route", "/enqueue", workerCall, http.StatusNotFound},
		{"no reservation", "/worker/" + callerCall + "/" + task + "/WR1/key", workerCall, http.StatusBadRequest},
		{"SIDs in another order", "/worker/" + task + "/" + callerCall + "/" + reservationSID + "/key", workerCall, http.StatusBadRequest},
		{"no call", path + "key", "", http.StatusBadRequest},
		{"half a call", path + "status", "CA123", http.StatusBadRequest},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			answer, err := p.h.Handle(t.Context(), webhooktest.Event(test.path, url.Values{"CallSid": {test.call}, "Digits": {"2"}, "CallStatus": {"busy"}}))
			if err != nil || answer.StatusCode != test.want {
				t.Errorf("answered %d, %v; want %d", answer.StatusCode, err, test.want)
			}
			p.want()
		})
	}
}

func TestAForgedWebhookHasNoEffect(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	answer, err := p.h.Handle(t.Context(), webhooktest.Event(path+"key", url.Values{"CallSid": {workerCall}, "Digits": {"2"}}, webhooktest.SignedWith("67890")))
	if err != nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("answered %d, %v; want 403", answer.StatusCode, err)
	}
	p.want()
}

func TestTheEventFileMeetsTheGate(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	answer, err := p.h.Handle(t.Context(), webhooktest.File(t, "../../events/worker.json"))
	if err != nil {
		t.Fatal(err)
	}
	p.hears(answer, twiml.Gate(webhooktest.BaseURL+path+"key", "A caller is waiting.", ""))
}
