package twiml

import (
	verb "github.com/twilio/twilio-go/twiml"
)

// Question is what a caller answers with one key, or by voice: a menu, a score.
type Question struct {
	// Lines are the question.
	Lines []Line
	// ActionURL receives Digits or SpeechResult, or neither if there is no answer. Required.
	ActionURL string
	// Speech takes a spoken answer too; the other fields are for it.
	Speech bool
	// Hints are words that the caller may say, separated by commas; "" = none. Of more than 1,000
	// characters the rest is cut off.
	Hints string
	// Language is the caller's, such as es-US; "" = Twilio's default, en-US.
	Language string
}

// Ask asks a question and waits five seconds for the answer
// (https://www.twilio.com/docs/voice/twiml/gather). The calling code decides how often to ask.
func Ask(q Question) Document {
	gather := verb.VoiceGather{
		Action:        q.ActionURL,
		Method:        post,
		NumDigits:     "1",
		Timeout:       "5",
		InnerElements: spoken(q.Lines),
	}
	if q.Speech {
		gather.Input, gather.SpeechTimeout = "dtmf speech", "auto"
		gather.Hints, gather.Language = firstCharacters(q.Hints, maxHints), q.Language
	}
	return render(gather, redirect(q.ActionURL))
}

// AskNumber asks a caller for a phone number by keys, and waits ten seconds for the next key. The
// pound key ends it. Twilio posts Digits to actionURL, or nothing if no key is pressed.
func AskNumber(lines []Line, actionURL string) Document {
	gather := verb.VoiceGather{
		Action: actionURL, Method: post, FinishOnKey: "#", Timeout: "10", InnerElements: spoken(lines),
	}
	return render(gather, redirect(actionURL))
}

// Redirect says lines and continues with another document.
func Redirect(url string, lines ...Line) Document {
	return render(append(spoken(lines), redirect(url))...)
}
