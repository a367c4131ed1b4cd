package taskrouter

import "strings"

// CallerID returns the number or client that a worker sees, "" if Twilio would refuse each
// candidate: the configured number, the number that the caller dialed, and, for client: and sip:
// workers, the caller's own client name. A call to a telephone needs a number: Twilio refuses
// others with error 21212 (https://www.twilio.com/docs/api/errors/21212).
func CallerID(contact Contact, configured, to, from string) string {
	for _, candidate := range []string{configured, to} {
		if IsNumber(candidate) {
			return candidate
		}
	}
	if contact.IsPhone() {
		return ""
	}
	for _, candidate := range []string{to, from} {
		parsed, err := ParseContact(candidate)
		if err == nil && (IsNumber(candidate) || strings.HasPrefix(string(parsed), "client:")) {
			return string(parsed)
		}
	}
	return ""
}
