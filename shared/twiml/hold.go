package twiml

import (
	"fmt"
	"strings"
	"time"

	verb "github.com/twilio/twilio-go/twiml"
)

// HoldParams is what a waiting caller hears about.
type HoldParams struct {
	// KeyURL receives the key that the caller presses, as Digits. Required.
	KeyURL string
	// MusicURL is played after the announcement; "" leaves ten seconds of silence.
	MusicURL string
	// Position counts from 1, as Twilio's QueuePosition does; less is unknown.
	Position int
	// AverageWait is unknown when it is not positive.
	AverageWait time.Duration
}

// Hold tells a waiting caller their position and expected wait, offers to take a message on star,
// and plays music. When the document ends, Twilio requests the wait URL again
// (https://www.twilio.com/docs/voice/twiml/enqueue), which repeats the announcement.
//
// The whole document is one <Gather>, so that star works all the time, in the
// announcement and in the music. Gather's default finishOnKey is #, so star arrives
// as a digit.
func Hold(p HoldParams) Document {
	// Without music the document needs a pause, or Twilio would request the wait URL as fast as it
	// is spoken.
	var wait verb.Element = verb.VoicePause{Length: "10"}
	if p.MusicURL != "" {
		wait = verb.VoicePlay{Url: p.MusicURL}
	}
	return render(verb.VoiceGather{
		Action:        p.KeyURL,
		Method:        post,
		NumDigits:     "1",
		Timeout:       "1",
		InnerElements: []verb.Element{say(announcement(p)), wait},
	})
}

func announcement(p HoldParams) string {
	sentences := []string{"Thank you for waiting."}
	switch {
	case p.Position == 1:
		sentences = append(sentences, "You are next in line.")
	case p.Position > 1:
		sentences = append(sentences, fmt.Sprintf("You are number %d in line.", p.Position))
	}
	if p.AverageWait > 0 {
		sentences = append(sentences, "The expected wait is "+spokenWait(p.AverageWait)+".")
	}
	sentences = append(sentences, "To leave a message instead of waiting, press star.")
	return strings.Join(sentences, " ")
}

// spokenWait rounds to minutes: an average of the past is no more exact.
func spokenWait(wait time.Duration) string {
	switch minutes := int(wait.Round(time.Minute) / time.Minute); {
	case wait < time.Minute:
		return "less than a minute"
	case minutes == 1:
		return "about 1 minute"
	case minutes < 60:
		return fmt.Sprintf("about %d minutes", minutes)
	default:
		return "an hour or more"
	}
}

// Leave takes the caller out of the queue. Twilio then requests the action URL of <Enqueue> with
// QueueResult=leave (https://www.twilio.com/docs/voice/twiml/leave). It is allowed only in an
// answer to the wait URL or below it.
func Leave() Document {
	return render(verb.VoiceLeave{})
}
