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
	// StatusURL receives the recording's status when its file exists, or if there is none.
	StatusURL string
	// NothingHeard is said if the caller records nothing.
	NothingHeard Line
	// EmptyURL is requested then; "" ends the call.
	EmptyURL string
}

// TakeMessage records a message of up to two minutes
// (https://www.twilio.com/docs/voice/twiml/record).
func TakeMessage(p MessageParams) Document {
	// <Record> without an action requests the current document again, and the
	// caller would be asked for messages without end.
	if p.ActionURL == "" {
		return SayAndHangUp(p.Lines...)
	}
	verbs := append(spoken(p.Lines), record(p.ActionURL, p.StatusURL, "120"))
	verbs = append(verbs, spoken([]Line{p.NothingHeard})...)
	if p.EmptyURL != "" {
		return render(append(verbs, redirect(p.EmptyURL))...)
	}
	return render(append(verbs, verb.VoiceHangup{})...)
}

// ReviewParams is what a caller can do with the message that they have recorded.
type ReviewParams struct {
	// MessageURL is the recording, played first; "" plays nothing.
	MessageURL string
	// Lines are the keys.
	Lines []Line
	// KeyURL receives the key as Digits, or no Digits if the caller presses none.
	KeyURL string
}

// Review lets a caller decide about a message.
func Review(p ReviewParams) Document {
	var inner []verb.Element
	if p.MessageURL != "" {
		inner = append(inner, verb.VoicePlay{Url: p.MessageURL})
	}
	return render(verb.VoiceGather{
		Action:        p.KeyURL,
		Method:        post,
		NumDigits:     "1",
		Timeout:       "5",
		InnerElements: append(inner, spoken(p.Lines)...),
	}, redirect(p.KeyURL))
}

// WaitThen requests url after two seconds.
func WaitThen(url string) Document {
	return render(verb.VoicePause{Length: "2"}, redirect(url))
}

// AskRemark records up to a minute. Twilio posts RecordingUrl and RecordingDuration to actionURL,
// and the recording's status to statusURL when its file exists, or if there is none.
// For an empty recording <Record> requests nothing and the document continues
// (https://www.twilio.com/docs/voice/twiml/record), so it then requests actionURL without them: the
// caller skipped.
func AskRemark(actionURL, statusURL string, lines ...Line) Document {
	return render(append(spoken(lines), record(actionURL, statusURL, "60"), redirect(actionURL))...)
}

// record stops at #, after five seconds of silence, or at maxSeconds.
func record(actionURL, statusURL, maxSeconds string) verb.Element {
	return verb.VoiceRecord{
		Action:                        actionURL,
		Method:                        post,
		MaxLength:                     maxSeconds,
		Timeout:                       "5",
		FinishOnKey:                   "#",
		PlayBeep:                      "true",
		RecordingStatusCallback:       statusURL,
		RecordingStatusCallbackMethod: post,
		RecordingStatusCallbackEvent:  "completed absent",
	}
}

// SayAndHangUp says lines to a caller and ends the call.
func SayAndHangUp(lines ...Line) Document {
	return render(append(spoken(lines), verb.VoiceHangup{})...)
}
