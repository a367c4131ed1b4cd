package twiml

import (
	verb "github.com/twilio/twilio-go/twiml"
)

// HoldParams is what a waiting caller hears.
type HoldParams struct {
	// Lines are said first.
	Lines []Line
	// MusicURL is played after them; "" leaves ten seconds of silence.
	MusicURL string
	// KeyURL receives the key that the caller presses, as Digits. Required.
	KeyURL string
	// NextURL is requested when the music ends. Its path can say what the caller has heard, which
	// Twilio's request to the wait URL cannot. "" ends the document.
	NextURL string
}

// Hold speaks to a waiting caller and plays music. When the document ends, Twilio requests the wait
// URL again (https://www.twilio.com/docs/voice/twiml/enqueue), which repeats it.
//
// Lines and music are in one <Gather>, so that a key works all the time. Gather's default
// finishOnKey is #, so star arrives as a digit.
func Hold(p HoldParams) Document {
	// Without music the document needs a pause, or Twilio would request the wait URL as fast as it
	// is spoken.
	var wait verb.Element = verb.VoicePause{Length: "10"}
	if p.MusicURL != "" {
		wait = verb.VoicePlay{Url: p.MusicURL}
	}
	verbs := []verb.Element{verb.VoiceGather{
		Action:        p.KeyURL,
		Method:        post,
		NumDigits:     "1",
		Timeout:       "1",
		InnerElements: append(spoken(p.Lines), wait),
	}}
	if p.NextURL != "" {
		verbs = append(verbs, redirect(p.NextURL))
	}
	return render(verbs...)
}

// Leave takes the caller out of the queue. Twilio then requests the action URL of <Enqueue> with
// QueueResult=leave (https://www.twilio.com/docs/voice/twiml/leave). It is allowed only in an
// answer to the wait URL or below it.
func Leave() Document {
	return render(verb.VoiceLeave{})
}
