package twiml

import (
	verb "github.com/twilio/twilio-go/twiml"
)

// AskScore asks for a score from 1 to 5, by key or by voice. Twilio posts Digits or SpeechResult to
// actionURL, or neither if the caller gave no answer
// (https://www.twilio.com/docs/voice/twiml/gather). retry words the question for an answer that was
// not understood; the calling code decides how often to ask.
func AskScore(actionURL string, retry bool) Document {
	question := "How would you rate this call, from 1 to 5? Press or say a number, where 5 is best."
	if retry {
		question = "Sorry, I did not get that. Please press or say a number from 1 to 5, where 5 is best."
	}
	return render(
		verb.VoiceGather{
			Action:        actionURL,
			Method:        post,
			Input:         "dtmf speech",
			NumDigits:     "1",
			Timeout:       "5",
			SpeechTimeout: "auto",
			Hints:         "one, two, three, four, five, 1, 2, 3, 4, 5",
			InnerElements: []verb.Element{say(question)},
		},
		redirect(actionURL),
	)
}

// AskRemark records up to a minute. Twilio posts RecordingUrl and RecordingDuration to actionURL.
// For an empty recording <Record> requests nothing and the document continues
// (https://www.twilio.com/docs/voice/twiml/record), so it then requests actionURL without them: the
// caller skipped.
func AskRemark(actionURL string) Document {
	return render(
		say("After the tone leave a remark, then press pound. To skip, press pound or hang up."),
		record(actionURL, "60"),
		redirect(actionURL),
	)
}

// Thanks ends a survey or a message.
func Thanks() Document {
	return HangUp("Thank you. Goodbye.")
}

// Goodbye ends a call that has nothing else to hear.
func Goodbye() Document {
	return HangUp("Goodbye.")
}
