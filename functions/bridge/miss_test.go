package bridge

import (
	"errors"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
)

func TestMissedReservations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		event      string
		workerCall string
		busy       string          // status of Twilio's own worker call
		ended      time.Duration   // that call, before the reservation
		task       string          // status; "" = reserved
		why        failure.Failure // in the ledger
		recorded   bool
		claimed    bool
		atGate     bool
		pressedOne bool
		want       roster.Cause // "" = nothing is done
		wantMove   string       // where a worker goes whom Twilio left available
	}{
		{
			name:       "dequeue to a busy phone",
			event:      taskrouter.ReservationFailed,
			workerCall: workerCall,
			busy:       "busy",
			want:       roster.Busy,
			wantMove:   unavailable,
		},
		{
			name:       "dequeue without an answer",
			event:      taskrouter.ReservationTimeout,
			workerCall: workerCall,
			busy:       "no-answer",
			want:       roster.Missed,
			wantMove:   unavailable,
		},
		{
			name:       "dequeue to a phone that rang until the reservation timed out",
			event:      taskrouter.ReservationTimeout,
			workerCall: workerCall,
			busy:       "canceled",
			want:       roster.Missed,
			wantMove:   unavailable,
		},
		{
			name:       "caller hung up while it rang",
			event:      taskrouter.ReservationFailed,
			workerCall: workerCall,
			busy:       "canceled",
		},
		{
			name:       "dequeue canceled without an answer",
			event:      taskrouter.ReservationCanceled,
			workerCall: workerCall,
			busy:       "no-answer",
			want:       roster.Missed,
			wantMove:   unavailable,
		},
		{
			name:       "dequeue canceled because the caller left",
			event:      taskrouter.ReservationCanceled,
			workerCall: workerCall,
			busy:       "no-answer",
			task:       "canceled",
		},
		{
			name:       "canceled before the phone rang, with an earlier worker call",
			event:      taskrouter.ReservationCanceled,
			workerCall: workerCall,
			busy:       "no-answer",
			ended:      time.Minute,
		},
		{
			name:     "our rejection came to nothing",
			event:    taskrouter.ReservationTimeout,
			claimed:  true,
			want:     roster.Fault,
			wantMove: unavailable,
		},
		{
			name:     "no key until the reservation timed out",
			event:    taskrouter.ReservationTimeout,
			claimed:  true,
			atGate:   true,
			want:     roster.Missed,
			wantMove: unavailable,
		},
		{
			name:       "pressed 1, and was not connected until the reservation timed out",
			event:      taskrouter.ReservationTimeout,
			claimed:    true,
			atGate:     true,
			pressedOne: true,
			want:       roster.Fault,
			wantMove:   unavailable,
		},
		{
			name:     "our rejection, of which the answer was lost",
			event:    taskrouter.ReservationRejected,
			claimed:  true,
			recorded: true,
			why:      failure.RingNoAnswer,
			want:     roster.Missed,
		},
		{
			name:  "rejected by the assignment callback's answer",
			event: taskrouter.ReservationRejected,
			want:  roster.Declined,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			d.workerStatus, d.taskStatus = test.busy, test.task
			if test.claimed {
				if _, _, err := d.ledger.Claim(t.Context(), ref(), ledger.Offer{WorkerSID: worker}); err != nil {
					t.Fatal(err)
				}
			}
			if test.atGate {
				if _, err := d.ledger.RecordAnswered(t.Context(), ref(), workerCall); err != nil {
					t.Fatal(err)
				}
			}
			if test.pressedOne {
				if _, err := d.ledger.RecordAccepted(t.Context(), ref(), workerCall); err != nil {
					t.Fatal(err)
				}
			}
			if test.recorded {
				if err := d.ledger.RecordRejectionFor(t.Context(), ref(), test.why, reservation.Rejected, true); err != nil {
					t.Fatal(err)
				}
			}
			at := d.now.Add(-time.Second)
			d.workerEnded = at.Add(-test.ended)
			d.deliver(t, deferred.Message{Miss: &deferred.Miss{
				CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID, WorkerSID: worker, WorkerCallSID: test.workerCall,
				Event: test.event, At: at,
			}})
			if test.want == "" {
				d.want(t)
				return
			}
			d.want(t, "put away "+worker+" "+string(test.want))
			want := roster.Absence{Cause: test.want, ReservationSID: reservationSID, Activity: test.wantMove, At: at, Move: true}
			if d.absence != want {
				t.Errorf("absence %+v, want %+v", d.absence, want)
			}
		})
	}
}

func TestRetryGateSignOff(t *testing.T) {
	t.Parallel()
	d := newDesk()
	if err := d.ledger.RecordRejectionFor(t.Context(), ref(), failure.GateSignedOff, reservation.Rejected, true); err != nil {
		t.Fatal(err)
	}
	d.deliver(t, deferred.Message{Miss: &deferred.Miss{
		CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID, WorkerSID: worker, Event: taskrouter.ReservationRejected, At: d.now,
	}})
	d.want(t, "sign off "+worker+" "+d.now.Format(time.TimeOnly))
}

func TestWorkersAreBroughtBack(t *testing.T) {
	t.Parallel()
	ended := time.Date(2026, 11, 24, 8, 59, 30, 0, time.UTC)
	wrapUp := deferred.WrapUp{CallSID: callerCall, TaskSID: task, WorkerCallSID: workerCall, WorkerSID: worker, Ended: ended}
	unknown := wrapUp
	unknown.WorkerSID = ""
	tests := []struct {
		name    string
		status  string // of the task
		message deferred.Message
		want    []string
	}{
		{
			name:    "task completed first",
			status:  "wrapping",
			message: deferred.Message{WrapUp: &wrapUp},
			want:    []string{"complete", "bring back " + worker + " 08:59:30"},
		},
		{
			name:    "task completed by Twilio",
			status:  "completed",
			message: deferred.Message{WrapUp: &wrapUp},
			want:    []string{"bring back " + worker + " 08:59:30"},
		},
		{
			name:    "message of an earlier release",
			status:  "wrapping",
			message: deferred.Message{WrapUp: &unknown},
			want:    []string{"complete"},
		},
		{
			name:    "pause over",
			message: deferred.Message{Return: &deferred.Return{WorkerSID: worker}},
			want:    []string{"reconcile " + worker},
		},
		{
			name:    "shift begins",
			message: deferred.Message{Shift: &deferred.Shift{WorkerSID: worker, At: ended, On: true}},
			want:    []string{"shift " + worker + " 08:59:30 true"},
		},
		{
			name:    "fault over",
			message: deferred.Message{FaultOver: &deferred.FaultOver{}},
			want:    []string{"fault over"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			d.taskStatus = test.status
			d.deliver(t, test.message)
			d.want(t, test.want...)
		})
	}
}

// TestSuccessIsReported once the worker's phone rings, and not when the bridge fails.
func TestSuccessIsReported(t *testing.T) {
	t.Parallel()
	for _, fails := range []error{nil, errors.New("CRM is down")} {
		d := newDesk()
		d.crmErr = fails
		work := d.bridge()
		d.deliver(t, deferred.Message{Bridge: &work})
		if want := map[bool]int{true: 1}[fails == nil]; d.succeeded != want {
			t.Errorf("CRM %v: success reported %d times, want %d", fails, d.succeeded, want)
		}
	}
}
