package taskrouter

import "slices"

// CallStatus is a call's CallStatus in webhooks, and its status over REST
// (https://www.twilio.com/docs/voice/api/call-resource).
type CallStatus string

// Ended reports that the call is at its end, however it came to it.
func (s CallStatus) Ended() bool {
	return slices.Contains([]CallStatus{"completed", "busy", "failed", "no-answer", "canceled"}, s)
}
