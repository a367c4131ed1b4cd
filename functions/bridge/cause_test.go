package bridge

import (
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// TestWhyAReservationCameToNothing has the event of a reservation's end, and what is known of it.
func TestWhyAReservationCameToNothing(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name         string
		event        string
		workerCall   string // Twilio's own call of the worker; "" = none
		workerStatus string
		claimed      bool
		failed       failure.Failure // in the ledger; zero = none
		want         []string
	}{
		{
			name:  "rejected by an instruction",
			event: taskrouter.ReservationRejected,
			want:  []string{"put away " + worker + " declined"},
		},
		{
			name:   "rejected because the line was busy",
			event:  taskrouter.ReservationRejected,
			failed: failure.RingBusy,
			want:   []string{"put away " + worker + " busy"},
		},
		{
			name:   "signed off at the gate",
			event:  taskrouter.ReservationRejected,
			failed: failure.GateSignedOff,
			want:   []string{"sign off " + worker + " 12:00:00"},
		},
		{
			name:         "Twilio's own call was canceled because the caller left",
			event:        taskrouter.ReservationFailed,
			workerCall:   workerCall,
			workerStatus: "canceled",
		},
		{
			name:         "Twilio's own call rang until the reservation timed out",
			event:        taskrouter.ReservationTimeout,
			workerCall:   workerCall,
			workerStatus: "canceled",
			want:         []string{"put away " + worker + " missed call"},
		},
		{
			name:         "Twilio's own call was busy",
			event:        taskrouter.ReservationTimeout,
			workerCall:   workerCall,
			workerStatus: "busy",
			want:         []string{"put away " + worker + " busy"},
		},
		{
			name:    "our own call was placed, and its rejection lost",
			event:   taskrouter.ReservationTimeout,
			claimed: true,
			want:    []string{"put away " + worker + " fault"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			d.workerStatus = test.workerStatus
			ref := ledger.Ref{CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID}
			if test.claimed {
				if _, _, err := d.ledger.Claim(t.Context(), ref, ledger.Offer{WorkerSID: worker}); err != nil {
					t.Fatal(err)
				}
			}
			if test.failed != 0 {
				if err := d.ledger.RecordRejectionFor(t.Context(), ref, test.failed, reservation.Rejected, true); err != nil {
					t.Fatal(err)
				}
			}
			miss := &deferred.Miss{
				CallSID: callerCall, TaskSID: task, ReservationSID: reservationSID, WorkerSID: worker,
				WorkerCallSID: test.workerCall, Event: test.event, At: noon,
			}
			if d.deliver(t, deferred.Message{Miss: miss}) {
				t.Error("SQS delivers the message again")
			}
			d.want(t, test.want...)
		})
	}
}
