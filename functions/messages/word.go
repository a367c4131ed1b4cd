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

// orderOf reads a text that is one word, in any case. What stands before and after it does not
// count if it is neither a letter nor a digit. Any other text is unknown, "I am off tomorrow" too.
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

// The words that Twilio handles itself. It has answered already, and after one that opts out it
// refuses an answer of ours. https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
var (
	optsIn  = []string{"START", "UNSTOP", "YES"}
	twilios = slices.Concat([]string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "HELP", "INFO"}, optsIn)
)

// isOneOf reports whether a text is one of Twilio's words: the whole of it, in any case.
func isOneOf(words []string, text string) bool {
	return slices.Contains(words, strings.ToUpper(strings.TrimSpace(text)))
}
