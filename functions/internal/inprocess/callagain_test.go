package inprocess

import (
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/ledger"
	"switchboard/shared/simulator/script"
)

// TestCallerCallsAgainAtOnce has a caller call in within a minute after they asked to be called
// back, when no function that callers reach first can know of it. A worker comes ten minutes later.
func TestCallerCallsAgainAtOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		steps      []script.Step // after the caller has heard of the call back
		wantTalk   bool          // on the line
		wantCalled int           // how often the customer was called
	}{
		{"keeps the call back", []script.Step{script.Presses("1")}, false, 1},
		{"waits on the line", []script.Step{script.Until(script.Bridged), script.Talks(10 * time.Second), script.HangsUp()}, true, 0},
		{"hangs up, and says nothing", []script.Step{script.HangsUp()}, false, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := wished{table: &ledger.Memory{}, worker: 10 * time.Minute, steps: []script.Step{
				script.Hears("keep your place in line, press 1"), script.Presses("1"), script.Hears("press 1"), script.Presses("1"), script.StaysOn(),
			}}
			w.calls = append([]script.Step{script.Hears("To wait for our call, press 1")}, test.steps...)
			w.run(t)
			again := oneCaller{Twilio: w.twilio}.record(t, w.again)
			if talked := !again.Bridged.IsZero(); talked != test.wantTalk {
				t.Errorf("talked on the line: %t, want %t; heard %q", talked, test.wantTalk, again.Heard)
			}
			if heard := strings.Join(again.Heard, " "); !strings.Contains(heard, "We already have your number") {
				t.Errorf("heard %q", heard)
			}
			if calls := callsTo(w.twilio, customer); len(calls) != test.wantCalled {
				t.Errorf("the customer was called %q, want %d", calls, test.wantCalled)
			}
		})
	}
}

// callsAgain has the customer call again, at the same number.
func (w *wished) callsAgain() {
	if w.calls != nil {
		w.again = w.twilio.CallAfter(time.Minute, customer, account.OurNumber, w.calls...)
	}
}
