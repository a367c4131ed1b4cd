package twiml

import (
	"strconv"
	"time"

	verb "github.com/twilio/twilio-go/twiml"
)

// DialNumberParams names the phone that a caller is connected to.
type DialNumberParams struct {
	// Lines are said before the phone rings.
	Lines []Line
	// Number is the phone's, in E.164. Required.
	Number string
	// CallerID is what the phone shows: the caller's own number or one of the account's, in E.164.
	// "" leaves it to Twilio, which shows the caller's.
	CallerID string
	// Ring is how long the phone rings, in whole seconds; 0 = Twilio's 30 seconds.
	Ring time.Duration
	// ActionURL is requested when the other call ends, with DialCallStatus. Required: without it
	// the caller of a busy number would hear nothing more.
	ActionURL string
}

// DialNumber connects the caller to another phone (https://www.twilio.com/docs/voice/twiml/dial).
func DialNumber(p DialNumberParams) Document {
	dial := verb.VoiceDial{
		Action:        p.ActionURL,
		Method:        post,
		CallerId:      p.CallerID,
		InnerElements: []verb.Element{verb.VoiceNumber{PhoneNumber: p.Number}},
	}
	if p.Ring > 0 {
		dial.Timeout = strconv.Itoa(int(p.Ring / time.Second))
	}
	return render(append(spoken(p.Lines), dial)...)
}
