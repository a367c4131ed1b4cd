package twiml

import (
	verb "github.com/twilio/twilio-go/twiml"
)

// maxSpoken is the shortest limit among Twilio's voices, in characters. Twilio does not read longer
// text (warning 13521).
const maxSpoken = 3000

// Overflow takes a message from a caller who cannot be served. Twilio posts RecordingUrl and
// RecordingDuration to actionURL; "" takes no message.
func Overflow(actionURL string) Document {
	return takeMessage("All our lines are busy.", actionURL)
}

// Voicemail takes a message from a caller who chose not to wait. actionURL is as
// for Overflow.
func Voicemail(actionURL string) Document {
	return takeMessage("We are sorry that we could not take your call.", actionURL)
}

// Apology takes a message from a caller whose call we failed to handle. actionURL
// is as for Overflow.
func Apology(actionURL string) Document {
	return takeMessage("We are sorry, something went wrong.", actionURL)
}

func takeMessage(reason, actionURL string) Document {
	// <Record> without an action requests the current document again, and the
	// caller would be asked for messages without end.
	if actionURL == "" {
		return HangUp(reason + " Please call again later. Goodbye.")
	}
	return render(
		say(reason+" Please leave a message after the tone, then press pound."),
		record(actionURL, "120"),
		say("We did not hear a message. Goodbye."),
		verb.VoiceHangup{},
	)
}

// record stops at #, after five seconds of silence, or at maxSeconds.
func record(actionURL, maxSeconds string) verb.Element {
	return verb.VoiceRecord{
		Action:      actionURL,
		Method:      post,
		MaxLength:   maxSeconds,
		Timeout:     "5",
		FinishOnKey: "#",
		PlayBeep:    "true",
	}
}

func say(text string) verb.Element {
	return verb.VoiceSay{Message: firstCharacters(text, maxSpoken)}
}

func firstCharacters(text string, limit int) string {
	n := 0
	for i := range text {
		if n == limit {
			return text[:i]
		}
		n++
	}
	return text
}
