package survey_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/reservation"
	"switchboard/shared/twiml"
)

// TestCallerLeavesTheQueue has every QueueResult of
// https://www.twilio.com/docs/voice/twiml/enqueue, none, and one that is not documented, while a
// worker's phone rings.
func TestCallerLeavesTheQueue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		result        string
		want          twiml.Document // while the caller is still there
		wantRingEnded bool
		wantOver      bool
	}{
		{"bridged", english().AskScore(scoreURL, false), false, false},
		{"bridging-in-process", twiml.Empty(), false, false},
		{"error", takeMessage(prompt.Apology), true, true},
		{"hangup", twiml.Empty(), true, true},
		{"leave", takeMessage(prompt.NotTaken), true, true},
		{"redirected", twiml.Empty(), true, true},
		{"redirected-from-bridged", twiml.Empty(), false, false},
		{"queue-full", takeMessage(prompt.Busy), true, true},
		{"system-error", takeMessage(prompt.Apology), true, true},
		{"", takeMessage(prompt.Apology), true, true},
		{"abducted", takeMessage(prompt.Apology), true, true},
	}
	for _, test := range tests {
		for _, status := range []string{"in-progress", "completed", ""} {
			t.Run(test.result+" "+status, func(t *testing.T) {
				t.Parallel()
				want, wantOver := test.want, test.wantOver
				if status == "completed" {
					want, wantOver = twiml.Empty(), true
				}
				s := newStop(&ledger.Memory{})
				s.threeWorkers(t)
				if got := s.hears(t, "/survey", "QueueResult", test.result, "CallStatus", status); got != string(want) {
					t.Errorf("\n got %s\nwant %s", got, want)
				}
				call := s.known(t)
				if call.LeftQueueSince().IsZero() || call.QueueResult() != test.result || call.CannotBridge(ref(reservationOfA)) != wantOver {
					t.Errorf("left at %s with %q, over %t, want some time with %q, over %t", call.LeftQueueSince(), call.QueueResult(), call.CannotBridge(ref(reservationOfA)), test.result, wantOver)
				}
				var wantEnded []string
				wantState := reservation.Ringing
				if test.wantRingEnded {
					wantEnded = []string{ringing}
				}
				if test.wantRingEnded {
					wantState = reservation.CallerLeft
				}
				if a, b := call.State(ref(reservationOfA)), call.State(ref(reservationOfB)); a != wantState || b != reservation.Talked {
					t.Errorf("the phone that rings is %s, the talk %s, want %s, %s", a, b, wantState, reservation.Talked)
				}
				stopped, other := s.voice.canceled, s.voice.ended
				if status == "completed" || test.result == "hangup" {
					stopped, other = other, stopped
				}
				if !slices.Equal(stopped, wantEnded) || len(other) > 0 {
					t.Errorf("worker calls canceled %v, ended %v, want %v", s.voice.canceled, s.voice.ended, wantEnded)
				}
			})
		}
	}
}

// TestMailboxEndsWorkerCalls is a worker call that is being placed while its caller leaves the
// queue alive. The survey function knows no worker call yet, so the bridge function must learn that
// the caller left.
func TestMailboxEndsWorkerCalls(t *testing.T) {
	t.Parallel()
	for _, result := range []string{"leave", "error", "system-error", "abducted", "", "redirected"} {
		s := newStop(&ledger.Memory{})
		if _, made, err := s.ledger.Claim(t.Context(), ref(reservationOfA), ledger.Offer{WorkerSID: workerSID}); err != nil || !made {
			t.Fatalf("claim: %t, %v", made, err)
		}
		s.hears(t, "/survey", "QueueResult", result)
		if known, err := s.ledger.RecordPlaced(t.Context(), ref(reservationOfA), ringing); err != nil || !known.CannotBridge(ref(reservationOfA)) {
			t.Errorf("%q: the call that was just placed counts as one whose caller waits (%v)", result, err)
		}
	}
}

// TestCallerWaitsAgain has a late report of a caller's first queue, while a phone rings for their
// second task.
func TestCallerWaitsAgain(t *testing.T) {
	t.Parallel()
	for _, result := range []string{"redirected", "leave", "error", "queue-full", "system-error", ""} {
		for _, err := range []error{nil, errors.New("Twilio is down")} {
			s := newStop(&ledger.Memory{})
			s.threeWorkers(t)
			s.voice.waiting, s.voice.err = true, err
			s.hears(t, "/survey", "QueueResult", result)
			if call := s.known(t); len(s.voice.ended)+len(s.voice.canceled) > 0 || call.CannotBridge(ref(reservationOfA)) || call.State(ref(reservationOfA)) != reservation.Ringing {
				t.Errorf("%q, %v: ended %v, the bridge is %s", result, err, s.voice.ended, call.State(ref(reservationOfA)))
			}
		}
	}
}

// TestWorkerWhoTookTheCall is being connected, perhaps to the caller's next entry in the queue:
// while the call lives, no report of a queue ends that.
func TestWorkerWhoTookTheCall(t *testing.T) {
	t.Parallel()
	for result, status := range map[string]string{"redirected": "in-progress", "leave": "in-progress", "hangup": "completed"} {
		s := newStop(&ledger.Memory{})
		s.threeWorkers(t)
		if _, err := s.ledger.RecordAccepted(t.Context(), ref(reservationOfA), ringing); err != nil {
			t.Fatal(err)
		}
		s.hears(t, "/survey", "QueueResult", result, "CallStatus", status)
		if ended := len(s.voice.ended)+len(s.voice.canceled) > 0; ended != (result == "hangup") {
			t.Errorf("%s: worker calls ended: %v", result, s.voice.ended)
		}
	}
}

// TestNoQuestionWithoutABridge counts the requests while a caller waits for the answer.
func TestNoQuestionWithoutABridge(t *testing.T) {
	t.Parallel()
	for _, result := range []string{"leave", "queue-full", "bridged", "redirected", "hangup"} {
		s := newStop(&ledger.Memory{})
		s.hears(t, "/survey", "QueueResult", result)
		if s.voice.asked+len(s.voice.ended)+len(s.voice.canceled) > 0 {
			t.Errorf("%s: %d questions, %d calls ended, want none", result, s.voice.asked, len(s.voice.ended))
		}
	}
}

// TestOverflowSaysWhy records the failure in the path, and takes no other words for one.
func TestOverflowSaysWhy(t *testing.T) {
	t.Parallel()
	for f, row := range failure.Table {
		s, why := newStop(&ledger.Memory{}), failure.Failure(f)
		if got := s.hears(t, "/survey/overflow"+why.Path()); got != string(takeMessage(prompt.Busy)) {
			t.Errorf("%s: the caller hears %s", why.Path(), got)
		}
		if got, want := s.known(t).Overflow(), row.Step+"/"+row.Name; got != want {
			t.Errorf("the ledger has %q, want %s", got, want)
		}
	}
	for _, path := range []string{"/survey/overflow/crm/bored", "/survey/overflow/crm", "/survey/overflow/crm/refused/again", "/survey/overflow//"} {
		if got := newStop(&ledger.Memory{}).answer(t, path, form()); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, got.StatusCode)
		}
	}
}

// TestHangUpHeardTwice ends the worker call again while the ledger does not know that it has ended,
// and stops doing so after its status callback.
func TestHangUpHeardTwice(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	s.threeWorkers(t)
	for range 2 {
		if got := s.hears(t, "/survey", "QueueResult", "hangup", "CallStatus", "completed"); got != string(twiml.Empty()) {
			t.Errorf("body = %s, want an empty document", got)
		}
	}
	if _, err := s.ledger.RecordWorkerCall(t.Context(), ref(reservationOfA), ringing, true); err != nil {
		t.Fatal(err)
	}
	s.hears(t, "/survey", "QueueResult", "hangup", "CallStatus", "completed")
	if want := []string{ringing, ringing}; !slices.Equal(s.voice.ended, want) {
		t.Errorf("worker calls ended: %v, want %v", s.voice.ended, want)
	}
}

func TestFailuresStillAnswerCaller(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path string
		parameters []string
		want       twiml.Document
	}{
		{"after a talk", "/survey", []string{"QueueResult", "bridged"}, english().AskScore(scoreURL, false)},
		{"after star", "/survey", []string{"QueueResult", "leave"}, takeMessage(prompt.NotTaken)},
		{"full queue", "/survey", []string{"QueueResult", "queue-full"}, takeMessage(prompt.Busy)},
		{"hung up", "/survey", []string{"QueueResult", "hangup", "CallStatus", "completed"}, twiml.Empty()},
		{"not served", "/survey/overflow/crm/refused", nil, takeMessage(prompt.Busy)},
		{"task has died", "/survey/overflow", nil, takeMessage(prompt.Busy)},
		{"score", "/survey/score", []string{"Digits", "5"}, askRemark()},
		{"remark", "/survey/remark", []string{"RecordingUrl", recordingURL}, english().Thanks()},
		{"voicemail", "/survey/voicemail", []string{"RecordingUrl", recordingURL}, review()},
	}
	for _, test := range tests {
		t.Run("ledger: "+test.name, func(t *testing.T) {
			t.Parallel()
			if got := newStop(brokenStore{}).hears(t, test.path, test.parameters...); got != string(test.want) {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
		t.Run("REST: "+test.name, func(t *testing.T) {
			t.Parallel()
			s := newStop(&ledger.Memory{})
			s.threeWorkers(t)
			s.voice.err = errors.New("Twilio is down")
			if got := s.hears(t, test.path, test.parameters...); got != string(test.want) {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// slow is a ledger with so many reservations to mark that it takes until its context is done.
type slow struct{ ledger.Ledger }

func (slow) MarkBridgesCallerLeft(ctx context.Context, _ ...ledger.Ref) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestLedgerDoesNotDelayCaller is a call that was offered to hundreds of workers, of whom none took
// it.
func TestLedgerDoesNotDelayCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStop(&ledger.Memory{})
		s.threeWorkers(t)
		s.Ledger = slow{s.ledger}
		began := time.Now()
		if got := s.hears(t, "/survey", "QueueResult", "error"); got != string(takeMessage(prompt.Apology)) {
			t.Errorf("the caller hears %s", got)
		}
		if waited := time.Since(began); waited > 2*time.Second {
			t.Errorf("the caller waited for %s", waited)
		}
	})
}

// TestCallerNeverQueued comes straight from the number's webhook, where CallStatus is "ringing".
func TestCallerNeverQueued(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	if got, want := s.hears(t, "/survey", "QueueResult", "queue-full", "CallStatus", "ringing"), string(takeMessage(prompt.Busy)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// TestUnreadableResult has a copy of a report that took the next parameter into QueueResult.
func TestUnreadableResult(t *testing.T) {
	t.Parallel()
	s := newStop(&ledger.Memory{})
	s.hears(t, "/survey", "QueueResult", "bridged")
	s.hears(t, "/survey", "QueueResult", "bridgedQueueSidQU00000000000000000000000000000001")
	if got := s.known(t).QueueResult(); got != "bridged" {
		t.Errorf("queue result %q, want bridged", got)
	}
}
