package worker

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
)

// TestTheFailureTable has each row of the worker's steps, the last of them for a step here: what is
// named in it happens, and the reservation, the worker, the log and the ledger are as the row says.
func TestTheFailureTable(t *testing.T) {
	t.Parallel()
	posting := func(stop string, parameters ...string) func(*phone) {
		return func(p *phone) { p.post(stop, parameters...) }
	}
	arrange := map[failure.Failure]func(*phone){
		failure.RingBusy:     posting("status", "CallStatus=busy"),
		failure.RingNoAnswer: posting("status", "CallStatus=no-answer"),
		failure.RingFailed:   posting("status", "CallStatus=failed"),
		failure.RingLate: func(p *phone) {
			p.placed()
			p.now = p.now.Add(31 * time.Second)
			p.post("status", "CallStatus=initiated")
		},
		failure.GateNoKey:          posting("key"),
		failure.GateDeclined:       posting("key", "Digits=2"),
		failure.GateSignedOff:      posting("key", "Digits=9"),
		failure.GateOtherKey:       posting("key", "Digits=7"),
		failure.GateHungUp:         posting("status", "CallStatus=completed"),
		failure.BridgeNotConnected: posting("dialed", "DialCallStatus=failed"),
		failure.RejectFailed: func(p *phone) {
			p.err = errors.New("Twilio is down")
			p.post("key", "Digits=2")
		},
	}
	for f, row := range failure.Table {
		if !slices.Contains([]string{failure.Ring, failure.Gate, failure.Bridge, failure.Reject}, row.Step) {
			continue
		}
		t.Run(row.Step+" "+row.Name+": "+string(row.End)+", charged to "+string(row.Charge), func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			var log bytes.Buffer
			p.h.Logger = slog.New(slog.NewJSONHandler(&log, nil))
			arrange[failure.Failure(f)](p)
			p.judge(failure.Failure(f), log.String())
		})
	}
}

// placed records a worker call that may begin to ring within 30 s.
func (p *phone) placed() {
	p.t.Helper()
	ref := ledger.Ref{CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID}
	offer := ledger.Offer{WorkerSID: "WK00000000000000000000000000000001", Deadline: p.now.Add(45 * time.Second), DialBy: p.now.Add(30 * time.Second)}
	if _, claimed, err := p.ledger.Claim(p.t.Context(), ref, offer); !claimed || err != nil {
		p.t.Fatalf("claim: %t, %v", claimed, err)
	}
}

func (p *phone) judge(f failure.Failure, log string) {
	p.t.Helper()
	row := f.Row()
	if f != failure.RejectFailed {
		want := map[failure.Charge]string{failure.ToUs: stale, failure.ToWorker: rejected, failure.ToWish: rejected}[row.Charge]
		if len(p.did) == 0 || p.did[0] != want {
			p.t.Errorf("did %q, want %q first", p.did, want)
		}
		known, found, err := p.ledger.ByCall(p.t.Context(), callerCall)
		ref := ledger.Ref{CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID}
		if err != nil || !found || known.State(ref) != row.End {
			p.t.Errorf("the reservation is %q, %v; want %s", known.State(ref), err, row.End)
		}
	}
	for text := range strings.Lines(log) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			p.t.Fatal(err)
		}
		if line["step"] == row.Step && line["failure"] == row.Name && line["charged_to"] == string(row.Charge) && line["reservation_sid"] == reservationSID {
			return
		}
	}
	p.t.Errorf("no log line with step %s and failure %s: %s", row.Step, row.Name, log)
}
