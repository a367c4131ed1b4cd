package twiml

import (
	"fmt"

	verb "github.com/twilio/twilio-go/twiml"
)

// DutyParams is what a worker hears on the line for staff.
type DutyParams struct {
	// KeyURL receives the key that the worker presses, as Digits. Required.
	KeyURL string
	// State is the worker's state, in whole sentences.
	State string
	// Waiting is the number of callers who wait; less than 0 is unknown.
	Waiting int
	// Last omits the offer to repeat the menu.
	Last bool
}

// Duty tells a worker their state and how many callers wait, and asks whether to change it: 1 signs
// on, 2 signs off, 3 repeats. Without a key the call ends.
func Duty(p DutyParams) Document {
	keys := "To sign on, press 1. To sign off, press 2."
	if !p.Last {
		keys += " To hear this again, press 3."
	}
	spoken := []verb.Element{say(p.State)}
	if p.Waiting >= 0 {
		spoken = append(spoken, say(waiting(p.Waiting)))
	}
	return render(
		verb.VoiceGather{Action: p.KeyURL, Method: post, NumDigits: "1", Timeout: "8", InnerElements: append(spoken, say(keys))},
		say("Goodbye."),
		verb.VoiceHangup{},
	)
}

func waiting(callers int) string {
	switch callers {
	case 0:
		return "No caller is waiting."
	case 1:
		return "One caller is waiting."
	}
	return fmt.Sprintf("%d callers are waiting.", callers)
}

// AskPIN asks a worker for the PIN of the line for staff; again says that the previous one was
// wrong. Twilio posts it to actionURL as Digits. Without a key the call ends.
func AskPIN(actionURL string, again bool) Document {
	question := "Please enter the PIN, then press pound."
	if again {
		question = wrongPIN + " " + question
	}
	return render(
		verb.VoiceGather{Action: actionURL, Method: post, FinishOnKey: "#", Timeout: "8", InnerElements: []verb.Element{say(question)}},
		say("Goodbye."),
		verb.VoiceHangup{},
	)
}

const wrongPIN = "That is not the PIN."

// WrongPIN ends the call of a worker who has had all tries.
func WrongPIN() Document { return HangUp(wrongPIN + " Goodbye.") }

// ForStaff tells a caller who is no worker that the line is not for them.
func ForStaff() Document { return HangUp("This line is for staff. Goodbye.") }

// DutyFailed tells a worker that the line for staff cannot be used now.
func DutyFailed() Document {
	return HangUp("We are sorry, this line cannot be used now. Please call again later. Goodbye.")
}

// Reply answers a text message with a text (https://www.twilio.com/docs/messaging/twiml). Empty is
// no reply.
func Reply(text string) Document {
	return render(verb.MessagingMessage{Body: text})
}
