package twiml

import (
	"time"

	verb "github.com/twilio/twilio-go/twiml"
)

const callerGone = "The caller has gone."

// GateTime is about the maximum time of a worker at the gate: both questions are spoken, and each
// waits for a key.
const GateTime = 25 * time.Second

// Gate asks twice that the person who answered press 1, so that a voicemail is never connected to
// the caller. waits says who does: "A caller is waiting." It says the announcement, of whom the
// call is from, once and offers it again; "" announces nothing. Twilio posts the key to keyURL as
// Digits: 1 takes the call, 2 declines it, 3 repeats the announcement. Without a key, Twilio
// requests keyURL without Digits, after GateTime and the announcement.
func Gate(keyURL, waits, announcement string) Document {
	keys := say("Press 1 to take the call, 2 to decline, 9 to sign off.")
	if announcement != "" {
		keys = say("Press 1 to take the call, 2 to decline, 3 to hear this again, 9 to sign off.")
	}
	ask := func(spoken ...verb.Element) verb.Element {
		return verb.VoiceGather{Action: keyURL, Method: post, NumDigits: "1", Timeout: "8", InnerElements: spoken}
	}
	waiting := say(waits)
	if announcement == "" {
		return render(ask(waiting, keys), ask(waiting, keys), redirect(keyURL))
	}
	return render(ask(waiting, say(announcement), keys), ask(waiting, keys), redirect(keyURL))
}

// SignedOff ends the call of a worker who has asked to be offered no more calls.
func SignedOff() Document {
	return HangUp("You are signed off. Goodbye.")
}

// DialQueueParams names what the worker is bridged to.
type DialQueueParams struct {
	// ReservationSID (WR…) must still be pending: <Dial> accepts it itself, and
	// fails when anyone has accepted it before (error 14215).
	ReservationSID string
	// PostWorkActivitySID (WA…) is the worker's activity after the call; ""
	// leaves it to TaskRouter.
	PostWorkActivitySID string
	// ActionURL is requested when the bridge ends or cannot be made.
	ActionURL string
}

// DialQueue bridges the worker to the caller of a reservation
// (https://www.twilio.com/docs/voice/twiml/queue,
// https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
func DialQueue(p DialQueueParams) Document {
	dial := verb.VoiceDial{
		Action: p.ActionURL,
		Method: post,
		InnerElements: []verb.Element{verb.VoiceQueue{
			ReservationSid:      p.ReservationSID,
			PostWorkActivitySid: p.PostWorkActivitySID,
		}},
	}
	// The rest runs only if Twilio does not request the action URL. Then the worker must not hear
	// silence.
	return render(dial, say(callerGone), verb.VoiceHangup{})
}

// CallerGone tells a worker that the caller has left.
func CallerGone() Document {
	return HangUp(callerGone)
}

// RequestGone tells a worker that a request no longer needs them.
func RequestGone() Document {
	return HangUp("This has been settled meanwhile. Goodbye.")
}

// HeardParams is what a worker hears of a caller's message.
type HeardParams struct {
	MessageURL string // of the recording; "" = it no longer exists
	KeyURL     string
	CanCall    bool // the caller has a number
}

// Heard plays a caller's message and asks twice what is to become of it. Twilio posts the key to
// KeyURL as Digits: 1 calls the person back, 2 marks the message as done, 3 keeps it for later, 0
// plays it again. Without a key, Twilio requests KeyURL without Digits.
func Heard(p HeardParams) Document {
	keys := "Press 2 to mark the message as done, 3 to keep it for later, 0 to hear it again."
	if p.CanCall {
		keys = "Press 1 to call the person back, 2 to mark the message as done, 3 to keep it for later, 0 to hear it again."
	}
	ask := func(spoken ...verb.Element) verb.Element {
		return verb.VoiceGather{Action: p.KeyURL, Method: post, NumDigits: "1", Timeout: "8", InnerElements: spoken}
	}
	var played verb.Element = verb.VoicePlay{Url: p.MessageURL}
	if p.MessageURL == "" {
		played = say("The recording no longer exists.")
	}
	return render(ask(played, say(keys)), ask(say(keys)), redirect(p.KeyURL))
}

// MessageDone tells a worker that a message needs nothing more.
func MessageDone() Document {
	return HangUp("The message is marked as done. Goodbye.")
}

// MessageKept tells a worker that a message is offered again.
func MessageKept() Document {
	return HangUp("The message is kept for later. Goodbye.")
}

// NotReached tells a worker that the customer did not answer, and whether they are called again.
func NotReached(again bool) Document {
	if again {
		return HangUp("There was no answer. We will try again later. Goodbye.")
	}
	return HangUp("There was no answer. Goodbye.")
}

// HangUp says text, unless it is empty, and ends the call.
func HangUp(text string) Document {
	if text == "" {
		return render(verb.VoiceHangup{})
	}
	return render(say(text), verb.VoiceHangup{})
}

// Goodbye ends the call of a worker who has nothing else to hear.
func Goodbye() Document {
	return HangUp("Goodbye.")
}

func redirect(url string) verb.Element {
	return verb.VoiceRedirect{Url: url, Method: post}
}
