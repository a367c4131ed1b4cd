package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	callerCall  = "CA00000000000000000000000000000001"
	workerCall  = "CA00000000000000000000000000000002"
	task        = "WT00000000000000000000000000000001"
	reservation = "WR00000000000000000000000000000001"
	worker      = "WK00000000000000000000000000000001"
	unavailable = "WA00000000000000000000000000000002"
)

func ref() ledger.Ref {
	return ledger.Ref{CallSID: callerCall, TaskSID: task, ReservationSID: reservation}
}

// desk is what the bridge works with: a clock, a ledger, and doubles that write down what they were asked.
type desk struct {
	handler Handler
	ledger  ledger.Ledger
	store   *ledger.Memory
	now     time.Time
	did     []string // "crm", "place +1… 15s", "reject", "end CA…", "complete" …

	placeErr, rejectErr, crmErr error
	onPlace                     func()        // what happens while Twilio places the call
	placeTime                   time.Duration // how long that may take
	onCRM                       func()
	pending                     bool // whether a reservation that is rejected is still pending
	taskStatus                  string
	talking                     bool
}

func newDesk() *desk {
	d := &desk{store: &ledger.Memory{}, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), pending: true}
	clock := func() time.Time { return d.now }
	d.ledger = ledger.Ledger{Store: d.store, Now: clock}
	d.handler = Handler{
		Ledger: d.ledger, Voice: d, Tasks: d, CRM: d, Gate: true, Ring: 15 * time.Second,
		RejectActivitySID: unavailable, Now: clock, Logger: slog.New(slog.DiscardHandler),
	}
	return d
}

func (d *desk) Tell(context.Context, crm.Document) error {
	d.did = append(d.did, "crm")
	if d.onCRM != nil {
		d.onCRM()
	}
	return d.crmErr
}

func (d *desk) PlaceCall(ctx context.Context, call twilio.WorkerCall) (string, error) {
	if deadline, found := ctx.Deadline(); found {
		d.placeTime = time.Until(deadline)
	}
	d.did = append(d.did, "place "+call.To+" "+call.Ring.String())
	if d.onPlace != nil {
		d.onPlace()
	}
	if d.placeErr != nil {
		return "", d.placeErr
	}
	return workerCall, nil
}

func (d *desk) EndCall(_ context.Context, sid string) error {
	d.did = append(d.did, "end "+sid)
	return nil
}

func (d *desk) Talking(context.Context, string) (bool, error) { return d.talking, nil }

func (d *desk) RejectReservation(_ context.Context, _, sid, activity string) (bool, error) {
	d.did = append(d.did, "reject "+sid+" "+activity)
	return d.pending, d.rejectErr
}

func (d *desk) TaskStatus(context.Context, string) (string, error) { return d.taskStatus, nil }

func (d *desk) CompleteTask(context.Context, string, string) error {
	d.did = append(d.did, "complete")
	return nil
}

func (d *desk) bridge() deferred.Bridge {
	return deferred.Bridge{
		CallSID: callerCall, TaskSID: task, ReservationSID: reservation, WorkerSID: worker,
		Contact: "+14155550199", CallerID: "+12065550100", BaseURL: "https://switchboard.example",
		Deadline:         d.now.Add(115 * time.Second),
		TaskAttributes:   json.RawMessage(`{"call_sid":"` + callerCall + `","from":"+14155550123","to":"+12065550100"}`),
		WorkerAttributes: json.RawMessage(`{"contact_uri":"+14155550199"}`),
	}
}

// deliver hands the message over as SQS does, and reports whether it comes again.
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

const rejected = "reject " + reservation + " " + unavailable

func TestTheWorkerIsCalledAfterTheCRMStep(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	if d.deliver(t, deferred.Message{Bridge: &work}) {
		t.Error("the message comes again")
	}
	d.want(t, "crm", "place +14155550199 15s")
	call, found, err := d.ledger.ByCall(t.Context(), workerCall)
	if err != nil || !found || call.CallSID() != callerCall {
		t.Errorf("the ledger does not link the two calls: %v %v", found, err)
	}
}

func TestWhoeverCannotBeCalledIsRejected(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		arrange func(*desk, *deferred.Bridge)
		want    []string
	}{
		{"the CRM says no", func(d *desk, _ *deferred.Bridge) { d.crmErr = errors.New("503") }, []string{"crm", rejected}},
		{"Twilio refuses the call", func(d *desk, _ *deferred.Bridge) { d.placeErr = &twilio.Error{Status: 400} }, []string{"crm", "place +14155550199 15s", rejected}},
		{"nobody knows whether Twilio placed it", func(d *desk, _ *deferred.Bridge) { d.placeErr = &twilio.Error{Status: 0} }, []string{"crm", "place +14155550199 15s", rejected}},
		{"the ring would outlast the reservation", func(d *desk, work *deferred.Bridge) { work.Deadline = d.now.Add(14 * time.Second) }, []string{rejected}},
		{"the CRM takes the time that the ring needs", func(d *desk, _ *deferred.Bridge) {
			d.onCRM = func() { d.now = d.now.Add(101 * time.Second) }
		}, []string{"crm", rejected}},
		{"the message comes after the reservation", func(d *desk, work *deferred.Bridge) { work.Deadline = d.now.Add(-time.Minute) }, []string{rejected}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			test.arrange(d, &work)
			if d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("the message comes again")
			}
			d.want(t, test.want...)
		})
	}
}

func TestARingThatJustFitsIsPlaced(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	work.Deadline = d.now.Add(15 * time.Second)
	d.deliver(t, deferred.Message{Bridge: &work})
	d.want(t, "crm", "place +14155550199 15s")
}

func TestOneReservationIsOneCall(t *testing.T) {
	t.Parallel()
	t.Run("SQS delivers twice", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		d.deliver(t, deferred.Message{Bridge: &work})
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("the second delivery comes again")
		}
		d.want(t, "crm", "place +14155550199 15s")
	})
	t.Run("the second delivery comes while the first is at work", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		d.onCRM = func() {
			d.onCRM = nil
			if !d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("the second delivery was taken for done while nobody knew the outcome")
			}
		}
		d.deliver(t, deferred.Message{Bridge: &work})
		d.want(t, "crm", "place +14155550199 15s")
	})
	t.Run("the first attempt died, nobody knows where", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		if _, claimed, err := d.ledger.Claim(t.Context(), ref(), ledger.Offer{WorkerSID: worker}); !claimed || err != nil {
			t.Fatalf("claim: %t %v", claimed, err)
		}
		d.now = d.now.Add(time.Minute)
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("the message comes again")
		}
		d.want(t, rejected)
	})
	t.Run("the first attempt died, but its call was heard of", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		if _, _, err := d.ledger.Claim(t.Context(), ref(), ledger.Offer{WorkerSID: worker}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.ledger.LegSeen(t.Context(), ref(), workerCall, false); err != nil {
			t.Fatal(err)
		}
		d.now = d.now.Add(time.Minute)
		d.deliver(t, deferred.Message{Bridge: &work})
		d.want(t)
	})
	t.Run("the rejection failed and is made up for", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		d.crmErr, d.rejectErr = errors.New("503"), errors.New("Twilio is down")
		if !d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("a reservation that could not be rejected was forgotten")
		}
		d.now, d.rejectErr = d.now.Add(time.Minute), nil
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("the message comes a third time")
		}
		d.want(t, "crm", rejected, rejected)
	})
}

func TestARequestThatTakesLongLeavesTimeForTheRing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ left, want time.Duration }{{115 * time.Second, 100 * time.Second}, {19 * time.Second, 4 * time.Second}, {15 * time.Second, time.Second}} {
		d := newDesk()
		work := d.bridge()
		work.Deadline = d.now.Add(test.left)
		d.deliver(t, deferred.Message{Bridge: &work})
		if d.placeTime > test.want || d.placeTime < test.want-500*time.Millisecond {
			t.Errorf("%s before the deadline, placing the call may take %s, want %s", test.left, d.placeTime, test.want)
		}
	}
}

func TestACallerWhoHasLeftIsNotBridged(t *testing.T) {
	t.Parallel()
	hangsUp := func(t *testing.T, d *desk) {
		if _, err := d.ledger.LeftQueue(t.Context(), callerCall, "hangup", true); err != nil {
			t.Fatal(err)
		}
	}
	cancels := func(t *testing.T, d *desk) {
		event := taskrouter.Event{SID: "EV00000000000000000000000000000001", Type: taskrouter.TaskCanceled, TaskSID: task}
		event.Task.CallSID = callerCall
		if _, _, err := d.ledger.Event(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	for name, leaves := range map[string]func(*testing.T, *desk){"the caller hangs up": hangsUp, "the task is cancelled": cancels} {
		t.Run(name+" before the message comes", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			leaves(t, d)
			d.deliver(t, deferred.Message{Bridge: &work})
			d.want(t)
		})
		t.Run(name+" while Twilio places the call", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			d.onPlace = func() { leaves(t, d) }
			d.deliver(t, deferred.Message{Bridge: &work})
			d.want(t, "crm", "place +14155550199 15s", "end "+workerCall)
		})
	}
}

func TestAPlacedCallIsNotRejectedBecauseItCouldNotBeNoted(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	d.handler.Ledger = forgetful{d.ledger}
	if d.deliver(t, deferred.Message{Bridge: &work}) {
		t.Error("the message comes again, and would reject a worker whose phone rings")
	}
	d.want(t, "crm", "place +14155550199 15s")
}

// forgetful is a ledger that loses what was dialled.
type forgetful struct{ ledger.Ledger }

func (forgetful) Dialed(context.Context, ledger.Ref, string) (ledger.Call, error) {
	return ledger.Call{}, errors.New("throttled")
}

func TestOnlyTelephonesHaveAGate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		contact taskrouter.Contact
		gate    bool
		want    string
	}{
		{"+14155550199", true, "gate"},
		{"+14155550199", false, "dial"},
		{"client:alice", true, "dial"},
		{"sip:alice@example.com", true, "dial"},
	}
	for _, test := range tests {
		d := newDesk()
		work := d.bridge()
		work.Contact = test.contact
		d.handler.Gate = test.gate
		got := job{h: d.handler, work: work, ref: ref()}.workerURL(job{h: d.handler, work: work}.firstStop())
		want := "https://switchboard.example/worker/" + callerCall + "/" + task + "/" + reservation + "/" + test.want
		if got != want {
			t.Errorf("%s with gate %t begins at %s, want %s", test.contact, test.gate, got, want)
		}
	}
}

func TestATaskIsCompletedAfterItsWrapUpTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, status string
		talking      bool
		wantAgain    bool
		want         []string
	}{
		{"it is wrapping", "wrapping", false, false, []string{"complete"}},
		{"its worker still talks", "wrapping", true, true, nil},
		{"it was completed by hand", "completed", false, false, nil},
		{"it is gone", "", false, false, nil},
		{"it was assigned again", "assigned", false, false, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			d.taskStatus, d.talking = test.status, test.talking
			again := d.deliver(t, deferred.Message{WrapUp: &deferred.WrapUp{CallSID: callerCall, TaskSID: task, WorkerCallSID: workerCall}})
			if again != test.wantAgain {
				t.Errorf("comes again: %t, want %t", again, test.wantAgain)
			}
			d.want(t, test.want...)
		})
	}
}

func TestAPoisonMessageBlocksNoOther(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	good, err := json.Marshal(deferred.Message{Bridge: &work})
	if err != nil {
		t.Fatal(err)
	}
	response, err := d.handler.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{
		{MessageId: "poison", Body: `{"bridge":{"call_sid":"CA1/../../Accounts"}}`}, {MessageId: "good", Body: string(good)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(response.BatchItemFailures) != 1 || response.BatchItemFailures[0].ItemIdentifier != "poison" {
		t.Errorf("failures %v, want poison alone", response.BatchItemFailures)
	}
	d.want(t, "crm", "place +14155550199 15s")
}

func TestAnEmptyListOfFailuresIsNotNull(t *testing.T) {
	t.Parallel()
	response, err := newDesk().handler.Handle(t.Context(), events.SQSEvent{})
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(response)
	if err != nil || string(document) != `{"batchItemFailures":[]}` {
		t.Errorf("response %s, %v", document, err)
	}
}

func TestTheEventFileIsABridge(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../events/bridge.json")
	if err != nil {
		t.Fatal(err)
	}
	var event events.SQSEvent
	if err := json.Unmarshal(file, &event); err != nil {
		t.Fatal(err)
	}
	d := newDesk()
	response, err := d.handler.Handle(t.Context(), event)
	if err != nil || len(response.BatchItemFailures) > 0 {
		t.Fatalf("failures %v, %v", response.BatchItemFailures, err)
	}
	if len(d.did) != 2 || !strings.HasPrefix(d.did[1], "place ") {
		t.Errorf("did %q", d.did)
	}
}
