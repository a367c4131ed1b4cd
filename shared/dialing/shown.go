package dialing

import "switchboard/shared/taskrouter"

// Shown returns the number that a phone elsewhere shows to which a caller is connected; "" leaves
// it to Twilio, which shows the caller's. If the caller has no number, because they withhold it or
// call over SIP or from an app, it is the one that they dialed: Twilio refuses any other, and ends
// the <Dial> (https://www.twilio.com/docs/api/errors/13214). found is false if neither is a number.
func Shown(from, dialed string) (number string, found bool) {
	if taskrouter.Contact(from).IsPhone() {
		return "", true
	}
	to := taskrouter.Contact(dialed)
	return to.Number(), to.IsPhone()
}
