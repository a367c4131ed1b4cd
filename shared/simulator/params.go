package simulator

import "strings"

// voiceParams are the parameters that Twilio sends with every voice webhook (docs/voice/twiml, "Request parameters").
func (t *Twilio) voiceParams(c *call) *form {
	params := newForm(32)
	params.set("CallSid", c.sid)
	params.set("AccountSid", t.cfg.AccountSID)
	params.set("Direction", c.direction)
	params.set("CallStatus", c.status)
	params.set("ApiVersion", "2010-04-01")
	params.setAddress("From", c.from)
	params.setAddress("To", c.to)
	params.setAddress("Caller", c.from)
	params.setAddress("Called", c.to)
	if parent := c.parentSID(); parent != "" {
		params.set("ParentCallSid", parent)
	}
	return params
}

func (f *form) setAddress(side, address string) {
	f.set(side, address)
	if !strings.HasPrefix(address, "+") {
		return
	}
	place := placeOf(address)
	f.set(side+"City", place.city)
	f.set(side+"State", place.state)
	f.set(side+"Zip", place.zip)
	f.set(side+"Country", place.country)
}

type place struct{ city, state, zip, country string }

// placeOf gives a number a place, as Twilio does; only the country depends on the number.
func placeOf(number string) place {
	switch {
	case strings.HasPrefix(number, "+1"):
		return place{"SAN FRANCISCO", "CA", "94105", "US"}
	case strings.HasPrefix(number, "+44"):
		return place{country: "GB"}
	}
	return place{}
}
