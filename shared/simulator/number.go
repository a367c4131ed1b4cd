package simulator

import (
	"cmp"
	"slices"
	"strings"
)

// Number is a phone number of the account. An empty SID is derived from the account and the number,
// and an empty Name is the number in its national form. URLs are empty or absolute, and may have
// connection overrides behind #. Methods default to POST.
type Number struct {
	SID, Name                    string
	Number                       string
	VoiceURL, VoiceMethod        string
	FallbackURL, FallbackMethod  string
	StatusCallback, StatusMethod string
	// SMSURL receives the texts to the number; if empty, Twilio keeps texts and does not answer
	// them.
	SMSURL, SMSMethod                 string
	SMSFallbackURL, SMSFallbackMethod string
	// NoSMS removes the capability SMS from the number.
	NoSMS bool
}

// CallerID is a verified number outside the account, which calls may show. SID and Name are as in
// Number.
type CallerID struct{ SID, Name, Number string }

// AddNumber adds a phone number to the account, or replaces it.
func (t *Twilio) AddNumber(n Number) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n.setMethods()
	t.nameNumber(&n.SID, &n.Name, n.Number)
	t.numbers[n.Number] = &n
}

// SetApplication sets the URLs and methods for calls that are not to a phone number: calls of Voice
// SDK clients to a TwiML app, whose To is empty unless the client's program sets it, and calls of
// SIP endpoints to a SIP domain (https://www.twilio.com/docs/voice/twiml). Other fields of n have
// no effect.
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
		*method = cmp.Or(*method, "POST")
	}
}

// mayCallFrom reports whether the account owns a number or has verified it.
func (t *Twilio) mayCallFrom(number string) bool {
	return t.numbers[number] != nil || slices.ContainsFunc(t.callerIDs, func(c CallerID) bool { return c.Number == number })
}

// formatted returns a North American number in Twilio's national form, and other numbers unchanged.
func formatted(address string) string {
	if len(address) == 12 && strings.HasPrefix(address, "+1") {
		return "(" + address[2:5] + ") " + address[5:8] + "-" + address[8:]
	}
	return address
}
