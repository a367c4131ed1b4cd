package bridge

import (
	"errors"
	"testing"
	"time"

	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/twilio"
)

const (
	secondReservation = "WR00000000000000000000000000000002"
	secondTask        = "WT00000000000000000000000000000002"
)

// offeredNext is the same task, offered to the next worker.
func offeredNext(work deferred.Bridge) deferred.Bridge {
	work.ReservationSID, work.WorkerSID = secondReservation, "WK00000000000000000000000000000002"
	return work
}

func TestRefusedCallerMovesNoWorker(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 409, 410, 422, 451} {
		d := newDesk()
		d.crmErr = &crm.Error{Status: status}
		work := d.bridge()
		next := offeredNext(work)
		for _, message := range []*deferred.Bridge{&work, &work, &next} {
			if d.deliver(t, deferred.Message{Bridge: message}) {
				t.Errorf("%d: SQS delivers the message again", status)
			}
		}
		d.want(t, "crm", overflow+"crm/refused")
	}
}

// TestSecondFaultIsTheCalls has a CRM that is down for each worker: the first worker is moved, and
// no other.
func TestSecondFaultIsTheCalls(t *testing.T) {
	t.Parallel()
	faults := map[string]struct {
		fail   func(*desk)
		did    []string
		reason string
	}{
		"the CRM is down": {
			fail:   func(d *desk) { d.crmErr = &crm.Error{Status: 503} },
			did:    []string{"crm"},
			reason: "crm/server-error",
		},
		"the CRM refuses us": {
			fail:   func(d *desk) { d.crmErr = &crm.Error{Status: 401} },
			did:    []string{"crm"},
			reason: "crm/forbidden",
		},
		"the breaker is open": {
			fail:   func(d *desk) { d.crmErr = &crm.OpenError{} },
			did:    []string{"crm"},
			reason: "crm/breaker-open",
		},
		"Twilio fails": {
			fail:   func(d *desk) { d.placeErr = &twilio.Error{Status: 500, Sent: true} },
			did:    []string{"crm", placed},
			reason: "dial/server-error",
		},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			fault.fail(d)
			work := d.bridge()
			next := offeredNext(work)
			d.deliver(t, deferred.Message{Bridge: &work})
			d.deliver(t, deferred.Message{Bridge: &next})
			want := append(append(append([]string{}, fault.did...), rejected), fault.did...)
			d.want(t, append(want, overflow+fault.reason)...)
		})
	}
}

// TestSecondFaultEndsNoTalk has an unknown outcome, and a caller who is being connected by the time
// of it.
func TestSecondFaultEndsNoTalk(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.placeErr = &twilio.Error{Status: 500, Sent: true}
	work := d.bridge()
	next := offeredNext(work)
	d.deliver(t, deferred.Message{Bridge: &work})
	d.onPlace = func() { d.left = true }
	d.deliver(t, deferred.Message{Bridge: &next})
	d.want(t, "crm", placed, rejected, "crm", placed)
}

// TestOtherTasksFaultsAreIgnored has a caller who is enqueued again after a fault of ours.
func TestOtherTasksFaultsAreIgnored(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.crmErr = &crm.Error{Status: 503}
	work := d.bridge()
	next := offeredNext(work)
	next.TaskSID = secondTask
	d.deliver(t, deferred.Message{Bridge: &work})
	d.deliver(t, deferred.Message{Bridge: &next})
	d.want(t, "crm", rejected, "crm", "reject "+secondReservation+" "+faultless)
}

func TestConnectDespiteTheCRM(t *testing.T) {
	t.Parallel()
	for _, err := range []error{&crm.Error{Status: 404}, &crm.Error{Status: 503}, &crm.OpenError{Until: time.Now()}} {
		d := newDesk()
		d.handler.CRMConnect, d.crmErr = true, err
		work := d.bridge()
		d.deliver(t, deferred.Message{Bridge: &work})
		d.want(t, "crm", placed)
	}
}

// TestCallerWhoCameBackIsBridged has a caller who left a queue and was put into it again, with a
// second task. The report of the leaving comes before the second bridge begins, or during it.
func TestCallerWhoCameBackIsBridged(t *testing.T) {
	t.Parallel()
	for _, result := range []string{"redirected", "redirected-from-bridged", "leave", "bridged", "queue-full", "error", "system-error"} {
		for _, left := range []bool{false, true} {
			for _, when := range []string{"before", "during the CRM step", "while the call is placed"} {
				t.Run(result+" "+when, func(t *testing.T) {
					t.Parallel()
					d := newDesk()
					work := d.bridge()
					work.TaskSID = secondTask
					report := func() {
						d.now = d.now.Add(time.Millisecond)
						d.left = left
						if _, err := d.ledger.LeftQueue(t.Context(), callerCall, result, false); err != nil {
							t.Fatal(err)
						}
					}
					want := []string{"crm", placed}
					switch when {
					case "before":
						report()
						if left {
							want = nil
						}
					case "during the CRM step":
						d.onCRM = report
						if left {
							want = []string{"crm"}
						}
					default:
						d.onPlace = report
						if left {
							want = []string{"crm", placed, canceled}
						}
					}
					if d.deliver(t, deferred.Message{Bridge: &work}) {
						t.Error("SQS delivers the message again")
					}
					d.want(t, want...)
					ref := ledger.Ref{CallSID: callerCall, TaskSID: secondTask, ReservationSID: reservationSID}
					if state := d.known(t).State(ref); left != (state == reservation.CallerLeft) {
						t.Errorf("the reservation is %s", state)
					}
				})
			}
		}
	}
}

// TestUnreadQueueIsReadAgain has Twilio not answer until the worker call is placed.
func TestUnreadQueueIsReadAgain(t *testing.T) {
	t.Parallel()
	d := newDesk()
	if _, err := d.ledger.LeftQueue(t.Context(), callerCall, "error", false); err != nil {
		t.Fatal(err)
	}
	d.left, d.waitingErr = true, errors.New("no answer")
	d.onPlace = func() { d.waitingErr = nil }
	work := d.bridge()
	d.deliver(t, deferred.Message{Bridge: &work})
	d.want(t, "crm", placed, canceled)
}

// TestTaskWithoutItsCall has attributes that a script has replaced, and a task of another program.
func TestTaskWithoutItsCall(t *testing.T) {
	t.Parallel()
	unnamed := func(d *desk) deferred.Bridge {
		work := d.bridge()
		work.CallSID, work.From, work.To, work.CallerID = "", "", "", ""
		work.TaskAttributes = []byte(`{"customer":"gold"}`)
		return work
	}
	known := func(t *testing.T, d *desk) {
		earlier := ledger.Ref{CallSID: callerCall, TaskSID: task, ReservationSID: secondReservation}
		if _, claimed, err := d.ledger.Claim(t.Context(), earlier, ledger.Offer{WorkerSID: worker}); err != nil || !claimed {
			t.Fatalf("claim: %t, %v", claimed, err)
		}
		d.from, d.to = "+14155550123", "+12065550100"
	}
	tests := []struct {
		name    string
		arrange func(*testing.T, *desk, *deferred.Bridge)
		want    []string
	}{
		{
			name:    "another program's",
			arrange: func(*testing.T, *desk, *deferred.Bridge) {},
		},
		{
			name:    "a call that the ledger knows",
			arrange: func(t *testing.T, d *desk, _ *deferred.Bridge) { known(t, d) },
			want:    []string{"crm", placed},
		},
		{
			name: "a call without a number to show",
			arrange: func(t *testing.T, d *desk, _ *deferred.Bridge) {
				known(t, d)
				d.from, d.to = "client:anna", ""
			},
			want: []string{overflow + "assignment/caller-id"},
		},
		{
			name: "a call, and a worker without a contact",
			arrange: func(t *testing.T, d *desk, work *deferred.Bridge) {
				known(t, d)
				work.Contact = ""
			},
			want: []string{"reject " + reservationSID + " " + unavailable},
		},
		{
			name:    "another program's, and a worker without a contact",
			arrange: func(_ *testing.T, _ *desk, work *deferred.Bridge) { work.Contact = "" },
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			work := unnamed(d)
			test.arrange(t, d, &work)
			if d.deliver(t, deferred.Message{Bridge: &work}) {
				t.Error("SQS delivers the message again")
			}
			d.want(t, test.want...)
		})
	}
}

// TestLateRecordOfAPlacedCall has the record of a placed call take long: the worker was busy, and
// the next one is being called by then. That bridge is none of this attempt's.
func TestLateRecordOfAPlacedCall(t *testing.T) {
	t.Parallel()
	d := newDesk()
	work := d.bridge()
	next := ledger.Ref{CallSID: callerCall, TaskSID: task, ReservationSID: secondReservation}
	d.onPlace = func() {
		if err := d.ledger.RecordRejection(t.Context(), ref(), reservation.Rejected, true); err != nil {
			t.Fatal(err)
		}
		if _, claimed, err := d.ledger.Claim(t.Context(), next, ledger.Offer{WorkerSID: worker, CRM: true}); err != nil || !claimed {
			t.Fatalf("claim: %t, %v", claimed, err)
		}
	}
	d.deliver(t, deferred.Message{Bridge: &work})
	if state := d.known(t).State(next); state != reservation.CRM {
		t.Errorf("the next reservation is %s, want crm", state)
	}
}
