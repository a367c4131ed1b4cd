package twiml

import (
	"mime"
	"slices"
)

// PlaysAudio reports whether <Play> plays an answer with the Content-Type; for any other Twilio
// says that an application error has occurred, error 13420
// (https://www.twilio.com/docs/voice/twiml/play, "Supported audio file types").
func PlaysAudio(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && slices.Contains([]string{
		"audio/mpeg", "audio/wav", "audio/wave", "audio/x-wav", "audio/aiff", "audio/x-aifc", "audio/x-aiff", "audio/x-gsm", "audio/gsm", "audio/ulaw",
	}, media)
}
