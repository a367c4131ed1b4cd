package simulator

import (
	"slices"
	"strings"
)

// Number is a phone number of the account. When empty, SID is derived from the account and the
// number, and Name is the number in its national form. URLs are absolute, with connection overrides
// behind # if need be, or empty. Methods default to POST.
type Number struct {
	SID, Name                    string
	Number                       string
	VoiceURL, VoiceMethod        string
	FallbackURL, FallbackMethod  string
	StatusCallback, StatusMethod string
	// SMSURL receives the texts to the number; "" = texts are kept, and not answered.
	SMSURL, SMSMethod                 string
	SMSFallbackURL, SMSFallbackMethod string
	// NoSMS is a number without the capability SMS.
	NoSMS bool
}

// CallerID is a number outside the account that was verified: calls may come from it. SID and Name
// are as in Number.
type CallerID struct{ SID, Name, Number string }

// AddNumber adds a phone number to the account, or replaces what was said of it.
func (t *Twilio) AddNumber(n Number) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n.setMethods()
	t.nameNumber(&n.SID, &n.Name, n.Number)
	t.numbers[n.Number] = &n
}

// SetApplication sets what answers calls that are not to a phone number: those of Voice SDK clients
// to a TwiML app, whose To is empty unless the client's program sets it, and those of SIP endpoints
// to a SIP domain (https://www.twilio.com/docs/voice/twiml). Only the URLs and the methods of n
// count.
func (t *Twilio) SetApplication(n Number) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n.setMethods()
	t.application = &n
}

// AddCallerID verifies a number for the account.
func (t *Twilio) AddCallerID(c CallerID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.nameNumber(&c.SID, &c.Name, c.Number)
	t.callerIDs = append(t.callerIDs, c)
}

func (t *Twilio) nameNumber(sid, name *string, number string) {
	if *sid == "" {
		*sid = derivedSID("PN", t.cfg.AccountSID+number)
	}
	if *name == "" {
		*name = formatted(number)
	}
	t.stamp(*sid)
}

func (n *Number) setMethods() {
	for _, method := range []*string{&n.VoiceMethod, &n.FallbackMethod, &n.StatusMethod, &n.SMSMethod, &n.SMSFallbackMethod} {
		if *method == "" {
			*method = "POST"
		}
	}
}

// mayCallFrom says whether the account owns a number or has verified it.
func (t *Twilio) mayCallFrom(number string) bool {
	return t.numbers[number] != nil || slices.ContainsFunc(t.callerIDs, func(c CallerID) bool { return c.Number == number })
}

// formatted writes a North American number as Twilio does, and leaves others as they are.
func formatted(address string) string {
	if len(address) == 12 && strings.HasPrefix(address, "+1") {
		return "(" + address[2:5] + ") " + address[5:8] + "-" + address[8:]
	}
	return address
}
