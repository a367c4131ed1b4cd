package survey_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"switchboard/functions/survey"
	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook/webhooktest"
)

// hasNoWorker is a desk that offers another number while no worker takes calls.
func hasNoWorker(store ledger.Store) stop {
	s := newStop(store)
	s.Handler.Settings = settingstest.Desk(settings.Settings{
		NoWorker: &settings.NoWorker{After: 120, Offer: settings.AnotherNumber, Number: "+12065550199"},
	})
	s.Handler.Now = now
	return s
}

// connectsElsewhere is what a caller hears whose phone shows a number; "" = their own.
func connectsElsewhere(shown string) twiml.Document {
	return twiml.DialNumber(twiml.DialNumberParams{
		Lines:     []twiml.Line{english().Line(prompt.Connecting, nil)},
		Number:    "+12065550199",
		CallerID:  shown,
		ActionURL: webhooktest.BaseURL + "/survey/dialed",
	})
}

func TestWaitingCallerIsConnectedElsewhere(t *testing.T) {
	t.Parallel()
	const round = "3-2-60-95-1795510800"
	for name, test := range map[string]struct {
		from, result, status string
		later                time.Duration // after the key
		want                 twiml.Document
	}{
		"leaves for it":           {from: caller, result: "leave", want: connectsElsewhere("")},
		"from a hidden phone":     {from: "anonymous", result: "leave", want: connectsElsewhere(line)},
		"hung up":                 {from: caller, result: "hangup", status: "completed", want: twiml.Empty()},
		"a worker was faster":     {from: caller, result: "bridged", want: english().AskScore(scoreURL, false)},
		"waited again, and left":  {from: caller, result: "leave", later: 2 * time.Minute, want: takeMessage(prompt.NotTaken)},
		"our answer was no TwiML": {from: caller, result: "error", want: takeMessage(prompt.Apology)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := hasNoWorker(&ledger.Memory{})
			if got := s.hears(t, "/survey/number/"+round, "From", test.from, "To", line); got != string(twiml.Leave()) {
				t.Fatalf("key 2 leads to %s", got)
			}
			s.Now = func() time.Time { return now().Add(test.later) }
			got := s.hears(t, "/survey", "From", test.from, "To", line, "QueueResult", test.result, "CallStatus", test.status)
			if got != string(test.want) {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestSegmentsOfTheWait sends what only the hold function writes into a path, and rubbish.
func TestSegmentsOfTheWait(t *testing.T) {
	t.Parallel()
	for segment, want := range map[string]int{
		"0-0-0-0-0":                 http.StatusOK,
		"999999999999-0-0-0-0":      http.StatusOK,
		"":                          http.StatusNotFound,
		"3-2-60-95":                 http.StatusNotFound,
		"3-2-60-95-1795510800-":     http.StatusNotFound,
		"3-2-60-95-1795510800-1":    http.StatusNotFound,
		"3--60-95-1795510800":       http.StatusNotFound,
		"3-2-60-95-179551080012345": http.StatusNotFound,
		"+3-2-60-95-1795510800":     http.StatusNotFound,
		"key":                       http.StatusNotFound,
	} {
		s := hasNoWorker(&ledger.Memory{})
		if got := s.answer(t, "/survey/number/"+segment, form("From", caller, "To", line)); got.StatusCode != want {
			t.Errorf("segment %q is answered with %d, want %d", segment, got.StatusCode, want)
		}
	}
}

// TestCallerStaysInLine has a caller for whom another number cannot be noted, or is not offered.
func TestCallerStaysInLine(t *testing.T) {
	t.Parallel()
	const round = "3-2-60-95-1795510800"
	for name, s := range map[string]stop{
		"the ledger fails":  hasNoWorker(&ledger.Memory{}),
		"it is not offered": newStop(&ledger.Memory{}),
	} {
		if name == "the ledger fails" {
			s.Handler.Ledger = unwritable{s.Handler.Ledger}
		}
		got := s.hears(t, "/survey/es/number/"+round, "From", caller, "To", line)
		if want := twiml.Redirect(webhooktest.BaseURL + "/hold/es/" + round); got != string(want) {
			t.Errorf("%s: \n got %s\nwant %s", name, got, want)
		}
	}
}

// unwritable is a ledger that cannot note what a caller wants.
type unwritable struct{ survey.Ledger }

func (unwritable) WantsElsewhere(context.Context, string) error { return errors.New("down") }

func TestOtherNumberDoesNotAnswer(t *testing.T) {
	t.Parallel()
	s := hasNoWorker(&ledger.Memory{})
	if got := s.hears(t, "/survey/dialed", "DialCallStatus", "completed", "To", line); got != string(twiml.HangUp("")) {
		t.Errorf("after the talk: %s", got)
	}
	if got := s.hears(t, "/survey/dialed", "DialCallStatus", "no-answer", "To", line); got != string(takeMessage(prompt.NotTaken)) {
		t.Errorf("without an answer: %s", got)
	}
	if got := s.hears(t, "/survey/de/dialed", "DialCallStatus", "busy", "To", line); !strings.Contains(got, `language="de-DE"`) || !strings.Contains(got, "/survey/de/voicemail") {
		t.Errorf("in the language of the menu: %s", got)
	}
}
