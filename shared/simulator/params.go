package simulator

import (
	"maps"
	"net/url"
	"strings"
)

// voiceParams are the parameters that Twilio sends with every voice webhook
// (https://www.twilio.com/docs/voice/twiml, "Request parameters").
func (t *Twilio) voiceParams(c *call) url.Values {
	params := url.Values{
		"CallSid": {c.sid}, "AccountSid": {t.cfg.AccountSID}, "Direction": {c.direction}, "CallStatus": {c.status}, "ApiVersion": {"2010-04-01"},
	}
	t.setAddress(params, "From", c.from)
	t.setAddress(params, "To", c.to)
	t.setAddress(params, "Caller", c.from)
	t.setAddress(params, "Called", c.to)
	if parent := c.parentSID(); parent != "" {
		params.Set("ParentCallSid", parent)
	}
	return params
}

func (t *Twilio) setAddress(f url.Values, side, address string) {
	f.Set(side, address)
	if !strings.HasPrefix(address, "+") {
		return
	}
	place := t.placeOf(address)
	maps.Copy(f, url.Values{side + "City": {place.city}, side + "State": {place.state}, side + "Zip": {place.zip}, side + "Country": {place.country}})
}

type place struct{ city, state, zip, country string }

// placeOf returns a place for a number: the country of the number, and San Francisco if it is in
// the United States.
func (t *Twilio) placeOf(number string) place {
	if known, ok := t.places[number]; ok {
		return known
	}
	found := place{country: countryOf(number)}
	switch {
	case found.country != "US":
	case len(number) > 4 && has(canadianAreas, number[2:5]):
		found.country = "CA"
	default:
		found = place{"SAN FRANCISCO", "CA", "94105", "US"}
	}
	t.places[number] = found
	return found
}

// canadianAreas are Canada's area codes. The list of dialing permissions does not separate them
// from those of the United States.
const canadianAreas = "204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 460 468 474 506 514 519 " +
	"548 579 581 584 587 600 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942"
