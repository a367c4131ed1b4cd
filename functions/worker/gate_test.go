package worker

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook/webhooktest"
)

func ref() ledger.Ref {
	return ledger.Ref{CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID}
}

// offered is a reservation that the bridge is about to call the worker for, until a minute from now
// at the latest.
func (p *phone) offered(announcement string) {
	p.t.Helper()
	offer := ledger.Offer{WorkerSID: "WK00000000000000000000000000000001", Deadline: p.now.Add(75 * time.Second), DialBy: p.now.Add(time.Minute), Announcement: announcement}
	if _, made, err := p.ledger.Claim(p.t.Context(), ref(), offer); err != nil || !made {
		p.t.Fatalf("claim: %t, %v", made, err)
	}
}

func (p *phone) dialed() {
	p.t.Helper()
	if _, err := p.ledger.RecordPlaced(p.t.Context(), ref(), workerCall); err != nil {
		p.t.Fatal(err)
	}
}

// state is where the ledger has the bridge.
func (p *phone) state(want reservation.State) {
	p.t.Helper()
	known, _, err := p.ledger.ByCall(p.t.Context(), callerCall)
	if err != nil || known.State(ref()) != want {
		p.t.Errorf("the bridge is %q, %v, want %q", known.State(ref()), err, want)
	}
}

func gateOf(key, announcement string) twiml.Document {
	return twiml.Gate(webhooktest.BaseURL+path+key, "A caller is waiting.", announcement)
}

func TestGateAnnouncesThenDeclines(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.offered("About billing.")
	p.dialed()
	p.hears(p.post("gate"), gateOf("key", "About billing."))
	p.state(reservation.Gate)
	p.hears(p.post("key", "Digits=2"), twiml.Goodbye())
	p.want(rejected)
	p.state(reservation.Rejected)
	p.acknowledged(p.post("status", "CallStatus=completed"), http.StatusNoContent)
	p.want(rejected)
}

func TestGateRepeatsThenBridges(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.offered("About billing.")
	p.hears(p.post("gate"), gateOf("key", "About billing."))
	p.hears(p.post("key", "Digits=3"), gateOf("key/1", "About billing."))
	p.hears(p.post("key/1", "Digits=3"), gateOf("key/2", "About billing."))
	p.hears(p.post("key/2", "Digits=1"), dialQueue())
	p.want()
}

func TestGateRepeatLimit(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.offered("About billing.")
	p.hears(p.post("key/2", "Digits=3"), gateOf("key/3", ""))
	p.hears(p.post("key/3", "Digits=3"), twiml.Goodbye())
	p.want(rejected)
	for _, digits := range []string{"2", "", "7"} {
		p := newPhone(t)
		p.offered("About billing.")
		p.hears(p.post("key/3", "Digits="+digits), twiml.Goodbye())
		p.want(rejected)
	}
}

func TestCallerLeavesDuringGate(t *testing.T) {
	t.Parallel()
	for name, leaves := range map[string]func(*phone){
		"hangs up":                          (*phone).callerHangsUp,
		"the task is canceled":              func(p *phone) { p.event(taskrouter.TaskCanceled) },
		"the reservation is canceled":       func(p *phone) { p.event(taskrouter.ReservationCanceled) },
		"the reservation timed out":         func(p *phone) { p.event(taskrouter.ReservationTimeout) },
		"it was rejected by us, as stale":   func(p *phone) { p.rejectSent(reservation.Expired) },
		"by us, before this call was known": func(p *phone) { p.rejectSent(reservation.Unknown) },
		"by us, the worker did not answer":  func(p *phone) { p.rejectSent(reservation.Rejected) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			p.offered("About billing.")
			p.hears(p.post("gate"), gateOf("key", "About billing."))
			leaves(p)
			for _, stop := range []string{"gate", "dial"} {
				p.hears(p.post(stop), twiml.CallerGone())
			}
			for _, digit := range []string{"1", "3"} {
				p.hears(p.post("key", "Digits="+digit), twiml.CallerGone())
			}
			p.want()
		})
	}
}

func (p *phone) rejectSent(end reservation.State) {
	p.t.Helper()
	if err := p.ledger.RecordRejection(p.t.Context(), ref(), end, true); err != nil {
		p.t.Fatal(err)
	}
}

// TestACallThatTwilioKeptBack begins to ring when the reservation can no longer outlast it.
func TestACallThatTwilioKeptBack(t *testing.T) {
	t.Parallel()
	stamp := func(p *phone, after time.Duration) string {
		return "Timestamp=" + p.now.Add(after).Format(time.RFC1123Z)
	}
	tests := []struct {
		name   string
		passes time.Duration // since the bridge asked for the call
		stamp  func(*phone) string
		first  func(*phone)
		want   []string
	}{
		{"in time", time.Minute, nil, nil, nil},
		{"too late", 61 * time.Second, nil, nil, []string{stale, canceled}},
		{"too late by Twilio's clock too", 65 * time.Second, func(p *phone) string { return stamp(p, -2*time.Second) }, nil, []string{stale, canceled}},
		{"in time, but we hear of it late", 65 * time.Second, func(p *phone) string { return stamp(p, -10*time.Second) }, nil, nil},
		{"in time by ours, Twilio's clock is ahead", 55 * time.Second, func(p *phone) string { return stamp(p, time.Hour) }, nil, nil},
		{"too late, and a stamp that is none", 61 * time.Second, func(*phone) string { return "Timestamp=yesterday" }, nil, []string{stale, canceled}},
		{"the worker is at the gate by now", 65 * time.Second, nil, func(p *phone) { p.post("gate") }, nil},
		{"the worker talks by now", 65 * time.Second, nil, func(p *phone) { p.event(taskrouter.ReservationAccepted) }, nil},
		{"the caller has gone", 65 * time.Second, nil, (*phone).callerHangsUp, []string{canceled}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			p.offered("")
			if test.first != nil {
				test.first(p)
			}
			p.now = p.now.Add(test.passes)
			parameters := []string{"CallStatus=initiated"}
			if test.stamp != nil {
				parameters = append(parameters, test.stamp(p))
			}
			p.acknowledged(p.post("status", parameters...), http.StatusNoContent)
			p.want(test.want...)
			if strings.Join(test.want, " ") == stale+" "+canceled {
				p.state(reservation.Expired)
				p.acknowledged(p.post("status", "CallStatus=canceled"), http.StatusNoContent)
				p.want(test.want...)
			}
		})
	}
}

func TestUnknownBridgeIsNeverLate(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.acknowledged(p.post("status", "CallStatus=initiated"), http.StatusNoContent)
	p.want()
}

// TestATalkIsNeverEnded has every reason to end the worker's call come while worker and caller
// talk, and then its status callbacks again.
func TestATalkIsNeverEnded(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(*phone){
		"an operator completes the task": func(p *phone) { p.event(taskrouter.TaskCompleted) },
		"the task is deleted":            func(p *phone) { p.event(taskrouter.TaskDeleted) },
		"the caller leaves":              (*phone).callerHangsUp,
		"the deadline passes":            func(p *phone) { p.now = p.now.Add(time.Hour) },
		"a late rejection is told of":    func(p *phone) { p.event(taskrouter.ReservationRejected) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			p.offered("")
			p.post("key", "Digits=1")
			p.event(taskrouter.ReservationAccepted)
			happens(p)
			for _, status := range []string{"initiated", "ringing", "in-progress"} {
				p.acknowledged(p.post("status", "CallStatus="+status), http.StatusNoContent)
			}
			p.want()
		})
	}
}

// TestLateRejectionKeepsTalk has Twilio refuse each rejection, because the reservation was
// accepted; the event of that comes late.
func TestLateRejectionKeepsTalk(t *testing.T) {
	t.Parallel()
	for name, webhook := range map[string][]string{
		"no key": {"key"}, "declined": {"key", "Digits=2"}, "not connected": {"dialed", "DialCallStatus=failed"}, "hung up": {"status", "CallStatus=completed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			p.notPending = true
			p.offered("")
			p.dialed()
			p.post("gate")
			p.post(webhook[0], webhook[1:]...)
			p.state(reservation.Gate)
			p.event(taskrouter.ReservationAccepted)
			p.state(reservation.Talking)
		})
	}
}

func TestNoCompletionWithoutWrapUpSeconds(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.h.WrapUp = nil
	p.event(taskrouter.ReservationAccepted)
	p.acknowledged(p.post("status", "CallStatus=completed"), http.StatusNoContent)
	p.want()
}
