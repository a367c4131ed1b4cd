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

	"switchboard/shared/announcement"
	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/failure"
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
	faultless   = "WA00000000000000000000000000000003" // for whoever had no part in a failure
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

	placeErr, rejectErr, crmErr, endErr error
	onPlace                             func()        // what happens while Twilio places the call
	placeTime                           time.Duration // how long that may take
	onCRM                               func()
	pending                             bool // whether a reservation that is rejected is still pending
	taskStatus                          string
	living                              []string // calls that have not ended
}

func newDesk() *desk {
	d := &desk{store: &ledger.Memory{}, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), pending: true}
	clock := func() time.Time { return d.now }
	d.ledger = ledger.Ledger{Store: d.store, Now: clock}
	d.handler = Handler{
		Ledger: d.ledger, Voice: d, Tasks: d, CRM: d, Gate: true, Ring: 15 * time.Second,
		Activities: failure.Activities{Reject: unavailable, Fault: faultless}, Now: clock, Logger: slog.New(slog.DiscardHandler),
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
	deadline, _ := ctx.Deadline()
	d.placeTime = time.Until(deadline)
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
	return d.endErr
}

func (d *desk) Ended(_ context.Context, sid string) (bool, error) {
	return !slices.Contains(d.living, sid), nil
}

func (d *desk) RejectReservation(_ context.Context, _, sid, activity string) (bool, error) {
	d.did = append(d.did, "reject "+sid+" "+activity)
	return d.pending, d.rejectErr
}

func (d *desk) TaskStatus(context.Context, string) (string, error) { return d.taskStatus, nil }

func (d *desk) CompleteTask(context.Context, string, string) error {
	d.did, d.taskStatus = append(d.did, "complete"), "completed"
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

const (
	rejected = "reject " + reservation + " " + faultless
	placed   = "place +14155550199 15s"
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

func TestTheWorkerIsCalledAfterTheCRMStep(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	if d.deliver(t, deferred.Message{Bridge: &work}) {
		t.Error("the message comes again")
	}
	d.want(t, "crm", placed)
	call, found, err := d.ledger.ByCall(t.Context(), workerCall)
	if err != nil || !found || call.CallSID() != callerCall {
		t.Errorf("the ledger does not link the two calls: %v %v", found, err)
	}
}

func TestTheRingIsCutToFit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		left time.Duration
		want string
	}{
		{115 * time.Second, placed},
		{17 * time.Second, placed},
		{17*time.Second - time.Millisecond, "place +14155550199 14s"},
		{12*time.Second + 900*time.Millisecond, "place +14155550199 10s"},
		{7 * time.Second, "place +14155550199 5s"},
		{7*time.Second - time.Millisecond, rejected},
		{0, rejected},
		{-time.Minute, rejected},
	}
	for _, test := range tests {
		d := newDesk()
		d.handler.CRM = nil
		work := d.bridge()
		work.Deadline = d.now.Add(test.left)
		if d.deliver(t, deferred.Message{Bridge: &work}) {
			t.Errorf("%s before the deadline: the message comes again", test.left)
		}
		d.want(t, test.want)
	}
}

func TestTheLedgerKnowsUntilWhenThePhoneMayBeginToRing(t *testing.T) {
	t.Parallel()
	for _, withCRM := range []bool{true, false} {
		for _, test := range []struct{ left, ring time.Duration }{{115 * time.Second, 15 * time.Second}, {12 * time.Second, 10 * time.Second}} {
			d := newDesk()
			if !withCRM {
				d.handler.CRM = nil
			}
			work := d.bridge()
			work.Deadline = d.now.Add(test.left)
			d.deliver(t, deferred.Message{Bridge: &work})
			known := d.known(t)
			if want := work.Deadline.Add(-test.ring); !known.DialBy(ref()).Equal(want) || !known.Deadline(ref()).Equal(work.Deadline) || known.State(ref()) != ledger.Ringing {
				t.Errorf("CRM %t, %s left: dial by %s of %s, %s; want by %s", withCRM, test.left, known.DialBy(ref()), known.Deadline(ref()), known.State(ref()), want)
			}
		}
	}
}

// TestTheClaimSaysThatTheCallFollows is one write, and not two, where nothing lies between them.
func TestTheClaimSaysThatTheCallFollows(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.handler.CRM = nil
	work := d.bridge()
	d.onPlace = func() {
		if state := d.known(t).State(ref()); state != ledger.Dialling {
			t.Errorf("while the call is placed the reservation is %s, want dialling", state)
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

func TestTheGateKnowsWhatToSayOfTheCaller(t *testing.T) {
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
			t.Error("the second delivery comes again")
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
				t.Error("the second delivery was taken for done while nobody knew the outcome")
			}
		}
		d.deliver(t, deferred.Message{Bridge: &work})
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
	t.Run("the first attempt died, nobody knows where", func(t *testing.T) {
		t.Parallel()
		d := newDesk()
		work := d.bridge()
		if _, claimed, err := d.ledger.Claim(t.Context(), ref(), ledger.Offer{WorkerSID: worker, DialBy: d.now}); !claimed || err != nil {
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

// TestARequestThatTakesLongLeavesTimeForTheRing gives the request its 8 seconds, or what is left before the ring must begin.
func TestARequestThatTakesLongLeavesTimeForTheRing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ left, want time.Duration }{
		{115 * time.Second, 8 * time.Second}, {19 * time.Second, 4 * time.Second}, {17 * time.Second, 2 * time.Second}, {10 * time.Second, 2 * time.Second},
	} {
		d := newDesk()
		work := d.bridge()
		work.Deadline = d.now.Add(test.left)
		d.deliver(t, deferred.Message{Bridge: &work})
		if d.placeTime > test.want || d.placeTime < test.want-500*time.Millisecond {
			t.Errorf("%s before the deadline, placing the call may take %s, want %s", test.left, d.placeTime, test.want)
		}
	}
}

// TestAWriteThatTakesTheTimeOfTheRequestIsTheEnd fixes the ring before the ledger is asked: afterwards it may no longer fit.
func TestAWriteThatTakesTheTimeOfTheRequestIsTheEnd(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.handler.CRM = nil
	work := d.bridge()
	work.Deadline = d.now.Add(10 * time.Second)
	d.handler.Ledger = slow{d.ledger, func() { d.now = d.now.Add(1500 * time.Millisecond) }}
	d.deliver(t, deferred.Message{Bridge: &work})
	d.want(t, rejected)
	if state := d.known(t).State(ref()); state != ledger.Stale {
		t.Errorf("the reservation is %s, want stale", state)
	}
}

// slow is a ledger that takes its time for a claim.
type slow struct {
	ledger.Ledger
	wait func()
}

func (s slow) Claim(ctx context.Context, ref ledger.Ref, offer ledger.Offer) (ledger.Call, bool, error) {
	defer s.wait()
	return s.Ledger.Claim(ctx, ref, offer)
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
		t.Run(name+" during the CRM step", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			d.onCRM = func() { leaves(t, d) }
			if d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("the message comes again")
			}
			d.want(t, "crm")
		})
		t.Run(name+" while Twilio places the call, which then cannot be ended", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			d.onPlace, d.endErr = func() { leaves(t, d) }, errors.New("503")
			if !d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("a phone that rings for nobody was forgotten")
			}
			d.endErr = nil
			if d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("the message comes a third time")
			}
			d.want(t, "crm", placed, "end "+workerCall, "end "+workerCall)
		})
		t.Run(name+" while Twilio places the call", func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := d.bridge()
			d.onPlace = func() { leaves(t, d) }
			d.deliver(t, deferred.Message{Bridge: &work})
			d.want(t, "crm", placed, "end "+workerCall)
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
	d.want(t, "crm", placed)
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
