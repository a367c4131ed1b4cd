package twiml

import (
	verb "github.com/twilio/twilio-go/twiml"
)

// MessageParams is how a caller leaves a message.
type MessageParams struct {
	// Lines are said before the tone.
	Lines []Line
	// ActionURL receives RecordingUrl and RecordingDuration. "" takes no message: the call ends
	// after the lines.
	ActionURL string
	// NothingHeard is said if the caller records nothing.
	NothingHeard Line
}

// TakeMessage records a message of up to two minutes
// (https://www.twilio.com/docs/voice/twiml/record).
func TakeMessage(p MessageParams) Document {
	// <Record> without an action requests the current document again, and the
	// caller would be asked for messages without end.
	if p.ActionURL == "" {
		return SayAndHangUp(p.Lines...)
	}
	verbs := append(spoken(p.Lines), record(p.ActionURL, "120"))
	verbs = append(verbs, spoken([]Line{p.NothingHeard})...)
	return render(append(verbs, verb.VoiceHangup{})...)
}

// AskRemark records up to a minute. Twilio posts RecordingUrl and RecordingDuration to actionURL.
// For an empty recording <Record> requests nothing and the document continues
// (https://www.twilio.com/docs/voice/twiml/record), so it then requests actionURL without them: the
// caller skipped.
func AskRemark(actionURL string, lines ...Line) Document {
	return render(append(spoken(lines), record(actionURL, "60"), redirect(actionURL))...)
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

// SayAndHangUp says lines to a caller and ends the call.
func SayAndHangUp(lines ...Line) Document {
	return render(append(spoken(lines), verb.VoiceHangup{})...)
}
