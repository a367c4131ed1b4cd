package worker

import (
	"net/http"
	"testing"
	"time"
)

const otherCall = "CA00000000000000000000000000000003"

// stops are what each stop of a worker call is sent, one request a line.
func stops() map[string][]string {
	return map[string][]string{
		"gate":                      {"gate"},
		"key 1":                     {"key", "Digits=1"},
		"key 2":                     {"key", "Digits=2"},
		"key 3":                     {"key/1", "Digits=3"},
		"no key":                    {"key"},
		"dial":                      {"dial"},
		"dialed, not connected":     {"dialed", "DialCallStatus=failed"},
		"status, ringing":           {"status", "CallStatus=ringing"},
		"status, no answer":         {"status", "CallStatus=no-answer"},
		"status, completed":         {"status", "CallStatus=completed"},
		"status, an hour and a bit": {"status", "CallStatus=ringing", "Timestamp=Tue, 24 Nov 2026 10:59:59 +0000"},
	}
}

// TestCallerCallIsNoWorkerCall sends each stop the caller's own CallSid: nothing may be asked
// of Twilio, whose answer would be to cancel the caller's call.
func TestCallerCallIsNoWorkerCall(t *testing.T) {
	t.Parallel()
	for name, request := range stops() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			p.callerHangsUp()
			before, _, _ := p.ledger.ByCall(t.Context(), callerCall)
			p.acknowledged(p.post(request[0], append(request[1:], "CallSid="+callerCall)...), http.StatusBadRequest)
			p.want()
			if after, _, _ := p.ledger.ByCall(t.Context(), callerCall); after.WorkerCall(ref()) != "" || len(after.Reservations()) != len(before.Reservations()) {
				t.Error("the ledger has the caller's call as a worker's")
			}
		})
	}
}

// TestAReservationHasOneWorkerCall sends each stop the CallSid of a call that we did not place.
func TestAReservationHasOneWorkerCall(t *testing.T) {
	t.Parallel()
	for name, request := range stops() {
		for ending, ends := range map[string]func(*phone){"caller waits": func(*phone) {}, "caller has left": (*phone).callerHangsUp} {
			t.Run(name+", "+ending, func(t *testing.T) {
				t.Parallel()
				p := newPhone(t)
				p.offered("About billing.")
				if _, err := p.ledger.RecordPlaced(t.Context(), ref(), workerCall); err != nil {
					t.Fatal(err)
				}
				ends(p)
				p.acknowledged(p.post(request[0], append(request[1:], "CallSid="+otherCall)...), http.StatusBadRequest)
				p.want()
				if call, _, _ := p.ledger.ByCall(t.Context(), callerCall); call.WorkerCall(ref()) != workerCall {
					t.Errorf("worker call = %q", call.WorkerCall(ref()))
				}
			})
		}
	}
}

func TestAnOldStatusCallbackIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		age        time.Duration
		wantStatus int
		want       []string
	}{
		{
			name:       "a second",
			age:        time.Second,
			wantStatus: http.StatusNoContent,
			want:       []string{rejected},
		},
		{
			name:       "two hours",
			age:        2 * time.Hour,
			wantStatus: http.StatusNoContent,
			want:       []string{rejected},
		},
		{
			name:       "two hours and a second",
			age:        2*time.Hour + time.Second,
			wantStatus: http.StatusBadRequest,
			want:       nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			p.offered("")
			stamp := p.now.Add(-test.age).Format(time.RFC1123Z)
			p.acknowledged(p.post("status", "CallStatus=no-answer", "Timestamp="+stamp), test.wantStatus)
			p.want(test.want...)
		})
	}
}
