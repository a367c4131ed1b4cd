package simulator

import (
	"fmt"
	"unicode/utf8"

	"switchboard/shared/simulator/script"
)

// The methods of this file are a person's hand on a phone, for a program that shows phones to
// people. They act immediately, and on live calls only: on any other they return an error and do
// nothing. They also work on a call whose person follows a script, next to it.

// PickUp answers a ringing call of Twilio's to a phone of script.ByHand. The person then follows
// the steps, if there are some.
func (t *Twilio) PickUp(callSID string, steps ...script.Step) error {
	return t.onRinging(callSID, func(c *call) {
		c.interrupt()
		t.answer(c, script.Phone{Outcome: script.OutcomeByHand, Steps: steps})
	})
}

// Decline rejects a ringing call of Twilio's, which ends as busy.
func (t *Twilio) Decline(callSID string) error {
	return t.onRinging(callSID, func(c *call) { t.endCall(c, callBusy, c.side()) })
}

// HangUp ends a call from the person's side, answered or not.
func (t *Twilio) HangUp(callSID string) error {
	return t.onLive(callSID, func(c *call) error {
		if c.direction != inbound && c.answered.IsZero() {
			return fmt.Errorf("call %s is not answered", callSID)
		}
		t.endCall(c, callCompleted, c.side())
		return nil
	})
}

// Press presses one key, any of 0123456789*#.
func (t *Twilio) Press(callSID, key string) error {
	if len(key) != 1 || !has("0 1 2 3 4 5 6 7 8 9 * #", key) {
		return fmt.Errorf("%q is no key", key)
	}
	return t.onAnswered(callSID, func(c *call) { t.pressed(c, key) })
}

// maxWords is the maximum number of characters of Say.
const maxWords = 1000

// Say says words, which a <Gather> for speech understands word for word.
func (t *Twilio) Say(callSID, words string) error {
	if n := utf8.RuneCountInString(words); n == 0 || n > maxWords {
		return fmt.Errorf("%d characters: want 1 to %d", n, maxWords)
	}
	return t.onAnswered(callSID, func(c *call) { t.spoken(c, words) })
}

// Speak begins to speak into a running <Record>, until FallSilent or the end of the recording.
func (t *Twilio) Speak(callSID string) error {
	return t.onTape(callSID, func(c *call, tape *recording) {
		tape.spoken = true
		t.traceCall(KindDoes, c, "speaks")
		t.during(c, tape.maxLength-t.loop.Now().Sub(tape.began), func() { t.recorded(c, tape, "") })
	})
}

// FallSilent stops speaking into a running <Record>, which then ends after its timeout.
func (t *Twilio) FallSilent(callSID string) error {
	return t.onTape(callSID, func(c *call, tape *recording) {
		left := tape.maxLength - t.loop.Now().Sub(tape.began)
		t.during(c, min(tape.timeout, left), func() { t.recorded(c, tape, "") })
	})
}

func (t *Twilio) onLive(callSID string, act func(*call) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.callBySID[callSID]
	if c == nil || c.over() {
		return fmt.Errorf("call %q is not live", callSID)
	}
	return act(c)
}

func (t *Twilio) onRinging(callSID string, act func(*call)) error {
	return t.onLive(callSID, func(c *call) error {
		if c.direction == inbound || c.status != callRinging {
			return fmt.Errorf("call %s does not ring", callSID)
		}
		act(c)
		return nil
	})
}

func (t *Twilio) onAnswered(callSID string, act func(*call)) error {
	return t.onLive(callSID, func(c *call) error {
		if c.answered.IsZero() {
			return fmt.Errorf("call %s is not answered", callSID)
		}
		act(c)
		return nil
	})
}

func (t *Twilio) onTape(callSID string, act func(*call, *recording)) error {
	return t.onLive(callSID, func(c *call) error {
		if c.tape == nil {
			return fmt.Errorf("call %s is not recorded", callSID)
		}
		act(c, c.tape)
		return nil
	})
}
