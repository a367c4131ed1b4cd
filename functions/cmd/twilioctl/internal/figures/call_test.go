package figures

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

const (
	caller   = "CA00000000000000000000000000000001"
	task     = "WT00000000000000000000000000000001"
	reserved = "WR00000000000000000000000000000001"
	alice    = "WK00000000000000000000000000000001"
	message  = "RE00000000000000000000000000000001"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// step is what a function records in the ledger.
type step func(ctx context.Context, l ledger.Ledger) error

// event is recorded some seconds after noon.
func event(kind string, second int) step {
	e := taskrouter.Event{Type: kind, Time: noon().Add(time.Duration(second) * time.Second), TaskSID: task, Queue: "Everyone"}
	e.Task.CallSID, e.Task.To, e.Task.Own = caller, "+12065550100", map[string]json.RawMessage{"language": json.RawMessage(`"es"`)}
	if kind != taskrouter.TaskCreated && kind != taskrouter.TaskCanceled && kind != taskrouter.TaskCompleted {
		e.ReservationSID = reserved
	}
	if kind != taskrouter.TaskCreated {
		e.WorkerSID, e.WorkerName = alice, "Alice"
	}
	return func(ctx context.Context, l ledger.Ledger) error { _, _, err := l.Event(ctx, e); return err }
}

func left(result string) step {
	return func(ctx context.Context, l ledger.Ledger) error {
		_, err := l.LeftQueue(ctx, caller, result, result == "hangup")
		return err
	}
}

func TestCallFromLedger(t *testing.T) {
	t.Parallel()
	created := event(taskrouter.TaskCreated, 0)
	voicemail := func(ctx context.Context, l ledger.Ledger) error { return l.LeftVoicemail(ctx, caller, message) }
	tests := []struct {
		name     string
		steps    []step
		want     Outcome
		wantWait time.Duration // -1 = not known
	}{
		{
			name: "answered",
			steps: []step{
				created, event(taskrouter.ReservationCreated, 1), event(taskrouter.ReservationAccepted, 9),
				event(taskrouter.ReservationWrapup, 69), event(taskrouter.TaskCompleted, 99), left("bridged"),
			},
			want:     Answered,
			wantWait: 9 * time.Second,
		},
		{
			name:     "answered, by its result alone",
			steps:    []step{created, left("bridged")},
			want:     Answered,
			wantWait: -1,
		},
		{name: "waits", steps: []step{created}, want: Waiting, wantWait: -1},
		{name: "rings", steps: []step{created, event(taskrouter.ReservationCreated, 1)}, want: Waiting, wantWait: -1},
		{name: "hung up", steps: []step{created, left("hangup")}, want: Abandoned, wantWait: 30 * time.Second},
		{name: "hung up, and the report was lost", steps: []step{created, event(taskrouter.TaskCanceled, 5)}, want: Abandoned, wantWait: -1},
		{name: "left with star, and said nothing", steps: []step{created, left("leave")}, want: Abandoned, wantWait: 30 * time.Second},
		{name: "left a message", steps: []step{created, left("leave"), voicemail}, want: Message, wantWait: 30 * time.Second},
		{name: "left a message while closed", steps: []step{voicemail}, want: Message, wantWait: -1},
		{name: "found the line full", steps: []step{left("queue-full")}, want: TurnedAway, wantWait: -1},
		{
			name: "could not be served",
			steps: []step{created, func(ctx context.Context, l ledger.Ledger) error {
				return l.Overflowed(ctx, caller, failure.CRMRefused)
			}, left("redirected")},
			want:     TurnedAway,
			wantWait: 30 * time.Second,
		},
		{
			name: "wants a call back",
			steps: []step{created, func(ctx context.Context, l ledger.Ledger) error {
				_, err := l.RecordCallerEnded(ctx, caller, "completed", noon())
				return err
			}, func(ctx context.Context, l ledger.Ledger) error { return l.PromisedCallback(ctx, caller) }},
			want:     Callback,
			wantWait: 30 * time.Second,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			call := recorded(t, test.steps...)
			wait, known := call.wait()
			if !known {
				wait = -1
			}
			if call.Outcome != test.want || wait != test.wantWait {
				t.Errorf("%s after %s, want %s after %s: %+v", call.Outcome, wait, test.want, test.wantWait, call)
			}
		})
	}
}

// recorded returns the call that Read finds after the steps, half a minute after noon.
func recorded(t *testing.T, steps ...step) Call {
	t.Helper()
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: func() time.Time { return noon().Add(30 * time.Second) }}
	for _, step := range steps {
		if err := step(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := l.Ask(t.Context(), ledger.Request{Key: message}, ledger.Left); err != nil {
		t.Fatal(err)
	}
	calls, err := Read(t.Context(), l, period(t, "2026-11-24", "2026-11-24"))
	if err != nil || len(calls) != 1 {
		t.Fatalf("%d calls, %v", len(calls), err)
	}
	return calls[0]
}

func TestAnsweredCallFromLedger(t *testing.T) {
	t.Parallel()
	call := recorded(t, event(taskrouter.TaskCreated, 0), event(taskrouter.ReservationCreated, 1), event(taskrouter.ReservationAccepted, 9),
		event(taskrouter.ReservationWrapup, 69), event(taskrouter.TaskCompleted, 99), event(taskrouter.ReservationCompleted, 99))
	if call.Number != "+12065550100" || call.Queue != "Everyone" || call.Language != "es" || call.Worker != alice || call.Name != "Alice" {
		t.Errorf("call %+v", call)
	}
	if talk, wrapUp := call.Ended.Sub(call.Answered), call.Done.Sub(call.Ended); talk != time.Minute || wrapUp != 30*time.Second {
		t.Errorf("talk %s, wrap-up %s", talk, wrapUp)
	}
	if len(call.Offers) != 1 || call.Offers[0].Worker != alice || call.Offers[0].State != reservation.Talked {
		t.Errorf("offers %+v", call.Offers)
	}
}

func TestMessageFromLedger(t *testing.T) {
	t.Parallel()
	call := recorded(t, func(ctx context.Context, l ledger.Ledger) error { return l.LeftVoicemail(ctx, caller, message) })
	if len(call.Requests) != 1 || call.Requests[0].Kind != taskrouter.Message || call.Requests[0].State != ledger.Left {
		t.Errorf("requests %+v", call.Requests)
	}
}
