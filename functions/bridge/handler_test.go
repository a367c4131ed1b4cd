package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/shared/announcement"
	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

func TestWorkerCallFollowsCRMStep(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	if d.deliver(t, deferred.Message{Bridge: &work}) {
		t.Error("SQS retries the message")
	}
	d.want(t, "crm", placed)
	call, found, err := d.ledger.ByEitherCall(t.Context(), workerCall)
	if err != nil || !found || call.CallSID() != callerCall {
		t.Errorf("the ledger does not link the two calls: %v %v", found, err)
	}
}

// TestClaimRecordsDialBy is one write, and not two, where nothing lies between them.
func TestClaimRecordsDialBy(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.handler.CRM = nil
	work := d.bridge()
	d.onPlace = func() {
		if state := d.known(t).State(ref()); state != reservation.Dialing {
			t.Errorf("while the call is placed the reservation is %s, want dialing", state)
		}
	}
	counting := &counter{Memory: d.store}
	d.handler.Ledger = ledger.Ledger{Store: counting, Now: d.handler.Now}
	d.deliver(t, deferred.Message{Bridge: &work})
	if counting.writes != 2 {
		t.Errorf("%d writes, want 2: the claim, and the call that was placed", counting.writes)
	}
}

// counter is a store that counts its writes.
type counter struct {
	*ledger.Memory
	writes int
}

func (c *counter) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	c.writes++
	return c.Memory.Apply(ctx, change)
}

func TestClaimRecordsAnnouncement(t *testing.T) {
	t.Parallel()
	said, err := announcement.Parse("A call from {from}.")
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk()
	d.handler.Announcement = said
	work := d.bridge()
	d.deliver(t, deferred.Message{Bridge: &work})
	if got := d.known(t).Announcement(ref()); got != "A call from plus 1 4 1 5 5 5 5 0 1 2 3." {
		t.Errorf("announcement %q", got)
	}
}

func TestOneReservationIsOneCall(t *testing.T) {
	t.Parallel()
	t.Run("SQS delivers twice", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		d.deliver(t, deferred.Message{Bridge: &work})
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("SQS retries the second delivery")
		}
		d.want(t, "crm", placed)
	})
	t.Run("the second delivery comes while the first is at work", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		d.onCRM = func() {
			d.onCRM = nil
			if !d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("SQS does not retry the second delivery, although the outcome is unknown")
			}
		}
		d.deliver(t, deferred.Message{Bridge: &work})
		d.want(t, "crm", placed)
	})
	t.Run("the answer to the claim is lost, and the SDK asks again", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		d.handler.Ledger = insisting{d.ledger}
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("SQS retries the message: the attempt took its own claim for another one's")
		}
		d.want(t, "crm", placed)
	})
	t.Run("the callback is answered too late, and the fallback defers too", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work, again := d.bridge(), d.bridge()
		again.Deadline, again.BaseURL = work.Deadline.Add(-5*time.Second), "https://other.example"
		for _, message := range []*deferred.Bridge{&work, &again, &work, &again} {
			d.deliver(t, deferred.Message{Bridge: message})
		}
		d.want(t, "crm", placed)
	})
	t.Run("the first attempt died at an unknown step", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		if _, claimed, err := d.ledger.Claim(t.Context(), ref(), ledger.Offer{WorkerSID: worker, DialBy: d.now}); !claimed || err != nil {
			t.Fatalf("claim: %t %v", claimed, err)
		}
		d.now = d.now.Add(time.Minute)
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("SQS retries the message")
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
		if _, err := d.ledger.RecordWorkerCall(t.Context(), ref(), workerCall, false); err != nil {
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
			t.Error("SQS does not retry the message, although Twilio did not accept the rejection")
		}
		d.now, d.rejectErr = d.now.Add(time.Minute), nil
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("SQS retries the message a second time")
		}
		d.want(t, "crm", rejected, rejected)
	})
}

// TestRejectResolvedReservation leaves the end to TaskRouter's event: the reservation may have been
// accepted.
func TestRejectResolvedReservation(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	d.crmErr, d.pending = &crm.Error{Status: 503}, false
	d.deliver(t, deferred.Message{Bridge: &work})
	d.want(t, "crm", rejected)
	if state := d.known(t).State(ref()); state != reservation.CRM {
		t.Errorf("the reservation is %s, want crm still", state)
	}
}

// TestBridgeCallerWhoWaitsOn has a caller who wants to be called back and hears that it failed:
// another copy of their answer was recorded.
func TestBridgeCallerWhoWaitsOn(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	d.wantsCallback(t)
	d.deliver(t, deferred.Message{Bridge: &work})
	d.want(t, "crm", placed)
}

func TestSkipBridgeAfterCallerLeft(t *testing.T) {
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
	isCalledBack := func(t *testing.T, d *desk) {
		d.wantsCallback(t)
		d.left = true
	}
	for name, leaves := range map[string]func(*testing.T, *desk){
		"the caller hangs up":                      hangsUp,
		"the task is canceled":                     cancels,
		"the caller leaves the line for call back": isCalledBack,
	} {
		t.Run(name+" before the message comes", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			leaves(t, d)
			d.deliver(t, deferred.Message{Bridge: &work})
			d.want(t)
		})
		t.Run(name+" during the CRM step", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			d.onCRM = func() { leaves(t, d) }
			if d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("SQS retries the message")
			}
			d.want(t, "crm")
		})
		t.Run(name+" while Twilio places the call, which then cannot be ended", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			d.onPlace, d.cancelErr = func() { leaves(t, d) }, errors.New("503")
			if !d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("SQS does not retry the message, although the phone still rings")
			}
			d.cancelErr = nil
			if d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("SQS retries the message a second time")
			}
			d.want(t, "crm", placed, canceled, canceled)
		})
		t.Run(name+" while Twilio places the call", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			d.onPlace = func() { leaves(t, d) }
			d.deliver(t, deferred.Message{Bridge: &work})
			d.want(t, "crm", placed, canceled)
		})
	}
}

// TestTalkOutlivesItsTask has an operator complete the task of two who talk, and loses the event of
// their talk. A further delivery, or a late answer to POST /Calls, may only cancel an unanswered
// call.
func TestTalkOutlivesItsTask(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{taskrouter.TaskCompleted, taskrouter.TaskDeleted, taskrouter.TaskSystemDeleted} {
		for _, late := range []bool{true, false} {
			d := newDesk()
			work := d.bridge()
			talk := func() {
				if _, err := d.ledger.RecordAccepted(t.Context(), ref(), workerCall); err != nil {
					t.Fatal(err)
				}
				event := taskrouter.Event{SID: "EV00000000000000000000000000000001", Type: kind, TaskSID: task}
				event.Task.CallSID = callerCall
				if _, _, err := d.ledger.Event(t.Context(), event); err != nil {
					t.Fatal(err)
				}
			}
			if late {
				d.onPlace = talk
			}
			d.deliver(t, deferred.Message{Bridge: &work})
			if !late {
				talk()
				d.deliver(t, deferred.Message{Bridge: &work})
			}
			d.want(t, "crm", placed, canceled)
		}
	}
}

// TestTalkIsNotEnded has the worker accept before Twilio answers the request, and a false event of
// a timeout.
func TestTalkIsNotEnded(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	d.onPlace = func() {
		for i, kind := range []string{taskrouter.ReservationAccepted, taskrouter.ReservationTimeout} {
			event := taskrouter.Event{SID: "EV0000000000000000000000000000000" + strconv.Itoa(i), Type: kind, TaskSID: task, ReservationSID: reservationSID, WorkerSID: worker}
			event.Task.CallSID = callerCall
			if _, _, err := d.ledger.Event(t.Context(), event); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 2 {
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Error("SQS retries the message")
		}
	}
	d.want(t, "crm", placed)
}

// insisting is a ledger whose SDK makes a claim a second time.
type insisting struct{ ledger.Ledger }

func (i insisting) Claim(ctx context.Context, ref ledger.Ref, offer ledger.Offer) (ledger.Call, bool, error) {
	if call, claimed, err := i.Ledger.Claim(ctx, ref, offer); err != nil || !claimed {
		return call, claimed, err
	}
	return i.Ledger.Claim(ctx, ref, offer)
}

func TestPlacedCallSurvivesLedgerError(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	d.handler.Ledger = forgetful{d.ledger}
	if d.deliver(t, deferred.Message{Bridge: &work}) {
		t.Error("SQS retries the message, and that would reject a worker whose phone rings")
	}
	d.want(t, "crm", placed)
}

// forgetful is a ledger that does not record placed calls.
type forgetful struct{ ledger.Ledger }

func (forgetful) RecordPlaced(context.Context, ledger.Ref, string) (ledger.Call, error) {
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
		j := d.handler.job(work, time.Time{})
		got := j.workerURL(j.firstStop())
		want := "https://switchboard.example/worker/" + callerCall + "/" + task + "/" + reservationSID + "/" + test.want
		if got != want {
			t.Errorf("%s with gate %t begins at %s, want %s", test.contact, test.gate, got, want)
		}
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
	d.want(t, "crm", placed)
}

func TestEmptyFailureListIsNotNull(t *testing.T) {
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
