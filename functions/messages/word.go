package messages

import (
	"slices"
	"strings"
	"unicode"
)

// order is what a worker's text asks for.
type order int

const (
	unknown order = iota
	signOn
	signOff
	status
)

// orderOf parses a text that is one word, in any case. It ignores characters before and after the
// word that are neither letters nor digits. Any other text is unknown, even "I am off tomorrow".
func orderOf(text string) order {
	word := strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	switch strings.ToLower(word) {
	case "on", "available", "in":
		return signOn
	case "off", "away", "out":
		return signOff
	case "status":
		return status
	}
	return unknown
}

// The words that Twilio itself handles: it answers them, and after one that opts out it refuses a
// reply from us. https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
var (
	optsIn  = []string{"START", "UNSTOP", "YES"}
	twilios = slices.Concat([]string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "HELP", "INFO"}, optsIn)
)

// isOneOf reports whether the whole text is one of Twilio's words, in any case.
func isOneOf(words []string, text string) bool {
	return slices.Contains(words, strings.ToUpper(strings.TrimSpace(text)))
}
