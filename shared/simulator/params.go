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
	city, state, zip, country := placeNames(side)
	f.set(city, place.city)
	f.set(state, place.state)
	f.set(zip, place.zip)
	f.set(country, place.country)
}

// placeNames are the parameters of a side's place; every webhook of a call has those of four sides.
func placeNames(side string) (city, state, zip, country string) {
	switch side {
	case "From":
		return "FromCity", "FromState", "FromZip", "FromCountry"
	case "To":
		return "ToCity", "ToState", "ToZip", "ToCountry"
	case "Caller":
		return "CallerCity", "CallerState", "CallerZip", "CallerCountry"
	}
	return "CalledCity", "CalledState", "CalledZip", "CalledCountry"
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
