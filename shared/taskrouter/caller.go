package taskrouter

import (
	"slices"
	"strings"
)

var (
	// withheldWords are what Twilio, or a carrier before it, has in the place of a number that it
	// must not or cannot show.
	withheldWords = []string{"anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld"}

	// withheldCodes are such words on a telephone's keys, as Twilio sends them.
	withheldCodes = []string{
		"266696687",   // ANONYMOUS
		"2562533",     // BLOCKED
		"7378742833",  // RESTRICTED
		"86282452253", // UNAVAILABLE
		"8656696",     // UNKNOWN
	}
)

// Withheld reports whether a From or Caller names no caller: it is empty, a word such as
// "Restricted", alone or as the user of a SIP address, or one of Twilio's codes for such words,
// +266696687, with or without a 1 before it (https://help.twilio.com/articles/223179988).
func Withheld(from string) bool {
	name := strings.ToLower(AddressName(from))
	digits := strings.TrimPrefix(name, "+")
	return name == "" || slices.Contains(withheldWords, name) ||
		slices.Contains(withheldCodes, digits) || slices.Contains(withheldCodes, strings.TrimPrefix(digits, "1"))
}

// AddressName is the part of a From or To that names a person or a number: alice of client:alice
// and of sip:alice@example.com, and all of a phone number.
func AddressName(address string) string {
	address = strings.TrimSpace(address)
	scheme, name, found := strings.Cut(address, ":")
	if !found {
		return address
	}
	switch strings.ToLower(scheme) {
	case "client":
		address = name
	case "sip", "sips":
		address, _, _ = strings.Cut(name, "@")
		address, _, _ = strings.Cut(address, ";") // parameters
		address, _, _ = strings.Cut(address, ":") // a password, or a port where there is no user
	}
	return strings.TrimSpace(address)
}
