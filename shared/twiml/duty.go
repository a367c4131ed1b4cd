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
	// Desk is what key 9 does; "" = nothing.
	Desk DeskKey
}

// DeskKey is what a worker who may do it does to the desk with key 9.
type DeskKey string

// The uses of key 9.
const (
	CloseDesk DeskKey = "close"
	OpenDesk  DeskKey = "open"
)

// Duty tells a worker their state and how many callers wait, and asks whether to change it: 1 signs
// on, 2 signs off, 3 repeats, 9 closes or opens the desk. Without a key the call ends.
func Duty(p DutyParams) Document {
	keys := "To sign on, press 1. To sign off, press 2."
	if !p.Last {
		keys += " To hear this again, press 3."
	}
	switch p.Desk {
	case CloseDesk:
		keys += " To close the desk, press 9."
	case OpenDesk:
		keys = "The desk is closed. To open it, press 9. " + keys
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

// AskReason asks why the desk is to be closed; again says that nothing was understood. Twilio posts
// what it heard to actionURL as SpeechResult, or a key as Digits, or neither.
func AskReason(actionURL string, again bool) Document {
	question := "Please say in one sentence what callers will hear. For the usual words, press 1."
	if again {
		question = "Sorry, I did not get that. " + question
	}
	return Ask(Question{Lines: []Line{{Text: question}}, ActionURL: actionURL, Speech: true})
}

// ConfirmClosing repeats what callers will hear, "" for the usual words, and asks for key 1.
func ConfirmClosing(actionURL, reason string) Document {
	heard := []string{"Callers will hear the usual words for a closed desk."}
	if reason != "" {
		heard = []string{"Callers will hear:", reason}
	}
	return confirm(actionURL, append(heard, "To close the desk for every number, press 1. To say something else, press 2. To leave it as it is, press 3.")...)
}

// ConfirmOpening asks for key 1.
func ConfirmOpening(actionURL string) Document {
	return confirm(actionURL, "To let the hours of each number decide again, press 1. To leave the desk closed, press 3.")
}

// confirm says the texts and asks for a key. Without one, Twilio requests actionURL without Digits.
func confirm(actionURL string, texts ...string) Document {
	var lines []verb.Element
	for _, text := range texts {
		lines = append(lines, say(text))
	}
	return render(
		verb.VoiceGather{Action: actionURL, Method: post, NumDigits: "1", Timeout: "8", InnerElements: lines},
		redirect(actionURL),
	)
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
