package bridge

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/rejection"
	"switchboard/shared/roster"
	"switchboard/shared/twilio"
)

const (
	callerCall     = "CA00000000000000000000000000000001"
	workerCall     = "CA00000000000000000000000000000002"
	task           = "WT00000000000000000000000000000001"
	reservationSID = "WR00000000000000000000000000000001"
	worker         = "WK00000000000000000000000000000001"
	workflow       = "WW00000000000000000000000000000001"
	unavailable    = "WA00000000000000000000000000000002"
	faultless      = "WA00000000000000000000000000000003" // FaultActivitySid
)

func ref() ledger.Ref {
	return ledger.Ref{CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID}
}

// desk is what the bridge works with: a clock, a ledger, and doubles that write down what they were
// asked.
type desk struct {
	handler      Handler
	ledger       ledger.Ledger
	store        *ledger.Memory
	now          time.Time
	away         []string // workers whose absence was recorded
	absence      roster.Absence
	workerStatus string    // of the worker call, as Twilio records it; "" = completed
	workerEnded  time.Time // of that call
	succeeded    int
	did          []string // "crm", "place +1… 15s", "reject", "end CA…", "complete" …

	placeErr, rejectErr, crmErr, cancelErr error
	queued                                 time.Duration // by Twilio, before it dials
	onPlace                                func()        // what happens while Twilio places the call
	minPlaceTimeout, crmTime               time.Duration // how long that, and the CRM step, may take
	onCRM, onReject                        func()
	pending                                bool // whether a reservation that is rejected is still pending
	taskStatus                             string
	living                                 []string // calls that have not ended
	left                                   bool     // whether the caller waits no more
	waitingErr                             error    // why the queue cannot be read
	from, to                               string   // as Twilio's record of the caller's call has them
}

func newDesk() *desk {
	d := &desk{store: &ledger.Memory{}, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), pending: true}
	clock := func() time.Time { return d.now }
	d.ledger = ledger.Ledger{Store: d.store, Now: clock}
	d.handler = Handler{
		Ledger: d.ledger, Twilio: d, Workers: d, Absences: d, Faults: d, RejectActivitySID: unavailable, CRM: d, Gate: true, Ring: 15 * time.Second,
		Rejecter: rejection.Rejecter{
			Absences: d, Ledger: d.ledger, Twilio: d, Activities: failure.Activities{Reject: unavailable, Fault: faultless}, Now: clock,
		},
		Now: clock, Logger: slog.New(slog.DiscardHandler),
	}
	return d
}

func (d *desk) Chosen(context.Context, string) (string, error) { return "", nil }

func (d *desk) RoutineActivities(context.Context) ([]string, error) { return nil, nil }

func (d *desk) Rejected(_ context.Context, rejected reconciler.Rejected) error {
	d.away = append(d.away, rejected.WorkerSID)
	return nil
}

func (d *desk) SignOff(_ context.Context, workerSID string, at time.Time) error {
	d.did = append(d.did, "sign off "+workerSID+" "+at.Format(time.TimeOnly))
	return nil
}

func (d *desk) PutAway(_ context.Context, workerSID string, absence roster.Absence) error {
	d.did = append(d.did, "put away "+workerSID+" "+string(absence.Cause))
	d.absence = absence
	return nil
}

func (d *desk) Return(_ context.Context, work deferred.Return) error {
	d.did = append(d.did, "reconcile "+work.WorkerSID)
	return nil
}

func (d *desk) CallEnded(_ context.Context, workerSID string, ended time.Time) error {
	d.did = append(d.did, "bring back "+workerSID+" "+ended.Format(time.TimeOnly))
	return nil
}

func (d *desk) AtShift(_ context.Context, work deferred.Shift) error {
	d.did = append(d.did, fmt.Sprint("shift ", work.WorkerSID, " ", work.At.Format(time.TimeOnly), " ", work.On))
	return nil
}

func (d *desk) FaultOver(context.Context) error {
	d.did = append(d.did, "fault over")
	return nil
}

func (d *desk) Succeeded(context.Context) error {
	d.succeeded++
	return nil
}

func (d *desk) Notify(ctx context.Context, _ crm.Document) error {
	deadline, _ := ctx.Deadline()
	d.crmTime = time.Until(deadline)
	d.did = append(d.did, "crm")
	if d.onCRM != nil {
		d.onCRM()
	}
	return d.crmErr
}

func (d *desk) PlaceCall(ctx context.Context, call twilio.WorkerCall) (string, time.Duration, error) {
	deadline, _ := ctx.Deadline()
	d.minPlaceTimeout = time.Until(deadline)
	d.did = append(d.did, "place "+call.To+" "+call.Ring.String())
	if d.onPlace != nil {
		d.onPlace()
	}
	if d.placeErr != nil {
		return "", 0, d.placeErr
	}
	return workerCall, d.queued, nil
}

func (d *desk) CancelCall(_ context.Context, sid string) error {
	d.did = append(d.did, "cancel "+sid)
	return d.cancelErr
}

func (d *desk) CallRecord(_ context.Context, sid string) (twilio.CallRecord, error) {
	record := twilio.CallRecord{Status: "completed", From: d.from, To: d.to}
	if slices.Contains(d.living, sid) {
		record.Status = "in-progress"
	}
	if d.workerStatus != "" && sid == workerCall {
		record.Status, record.Ended = d.workerStatus, d.workerEnded
	}
	return record, nil
}

func (d *desk) Waiting(context.Context, string) (bool, error) {
	return !d.left, d.waitingErr
}

func (d *desk) RedirectCall(_ context.Context, sid, url string) (bool, error) {
	d.did = append(d.did, "redirect "+sid+" "+url)
	return true, nil
}

func (d *desk) RejectReservation(_ context.Context, _, sid, activity string) (bool, error) {
	d.did = append(d.did, "reject "+sid+" "+activity)
	if d.onReject != nil {
		d.onReject()
	}
	return d.pending, d.rejectErr
}

// TaskStatus is reserved where a test does not say.
func (d *desk) TaskStatus(context.Context, string) (string, error) {
	return cmp.Or(d.taskStatus, "reserved"), nil
}

func (d *desk) CompleteTask(context.Context, string, string) error {
	d.did, d.taskStatus = append(d.did, "complete"), "completed"
	return nil
}

func (d *desk) bridge() deferred.Bridge {
	return deferred.Bridge{
		CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID, WorkerSID: worker,
		From: "+14155550123", To: "+12065550100", Contact: "+14155550199", CallerID: "+12065550100", BaseURL: "https://switchboard.example",
		Deadline:         d.now.Add(115 * time.Second),
		TaskAttributes:   json.RawMessage(`{"call_sid":"` + callerCall + `","from":"+14155550123","to":"+12065550100"}`),
		WorkerAttributes: json.RawMessage(`{"contact_uri":"+14155550199"}`),
	}
}

// deliver delivers the message as SQS does, and reports whether SQS would retry it.
func (d *desk) deliver(t *testing.T, message deferred.Message) (again bool) {
	t.Helper()
	body, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	response, err := d.handler.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: string(body)}}})
	if err != nil {
		t.Fatalf("Handle: %v", err)
	}
	return len(response.BatchItemFailures) > 0
}

func (d *desk) want(t *testing.T, wanted ...string) {
	t.Helper()
	if !slices.Equal(d.did, wanted) {
		t.Errorf("did %q, want %q", d.did, wanted)
	}
}

const (
	rejected = "reject " + reservationSID + " " + faultless
	canceled = "cancel " + workerCall
	placed   = "place +14155550199 15s"
	overflow = "redirect " + callerCall + " https://switchboard.example/survey/overflow/"
)

// known is what the ledger knows of the call.
func (d *desk) known(t *testing.T) ledger.Call {
	t.Helper()
	known, found, err := d.ledger.ByCall(t.Context(), callerCall)
	if err != nil || !found {
		t.Fatalf("the ledger knows nothing: %v", err)
	}
	return known
}

// wantsCallback has the caller confirm that they want to be called back.
func (d *desk) wantsCallback(t *testing.T) {
	t.Helper()
	known, _, err := d.ledger.ByCall(t.Context(), callerCall)
	if err != nil {
		t.Fatal(err)
	}
	if _, wanted, err := d.ledger.WantCallback(t.Context(), callerCall, known); err != nil || !wanted {
		t.Fatal(wanted, err)
	}
}
