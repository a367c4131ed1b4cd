package simulator

import (
	"slices"
	"strings"
)

// restCountries lists the dialing permissions
// (https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource).
func (t *Twilio) restCountries(rest *restCall) (any, error) {
	all, err := countries()
	if err != nil {
		return nil, err
	}
	code := rest.params.Get("CountryCode")
	var shown []map[string]any
	for _, c := range all {
		if code == "" || slices.Contains(c.codes, "+"+strings.TrimPrefix(code, "+")) {
			shown = append(shown, t.countryJSON(rest, c))
		}
	}
	return t.restList(rest, "content", shown, map[string]string{
		"IsoCode": "iso_code", "Continent": "continent", "LowRiskNumbersEnabled": "low_risk_numbers_enabled",
		"HighRiskSpecialNumbersEnabled": "high_risk_special_numbers_enabled", "HighRiskTollfraudNumbersEnabled": "high_risk_tollfraud_numbers_enabled",
	})
}

func (t *Twilio) restCountry(rest *restCall, iso string) (any, error) {
	all, err := countries()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(c country) bool { return c.iso == iso })
	if i < 0 {
		return nil, notFound(rest.path)
	}
	return t.countryJSON(rest, all[i]), nil
}

func (t *Twilio) countryJSON(rest *restCall, c country) map[string]any {
	own := rest.base + "/v1/DialingPermissions/Countries/" + c.iso
	return map[string]any{
		"iso_code": c.iso, "name": c.name, "continent": c.continent, "country_codes": c.codes,
		"low_risk_numbers_enabled": !t.noDialing[c.iso], "high_risk_special_numbers_enabled": false, "high_risk_tollfraud_numbers_enabled": false,
		"url": own, "links": map[string]any{"highrisk_special_prefixes": own + "/HighRiskSpecialPrefixes"},
	}
}
