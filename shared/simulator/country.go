package simulator

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// countriesCSV lists the countries that can be called: ISO code, name, continent, country codes. As
// at Twilio, the United States cover all of the North American numbering plan that has no entry of
// its own.
//
//go:embed countries.csv
var countriesCSV string

type country struct {
	iso, name, continent string
	codes                []string
}

var countries = sync.OnceValue(func() []country {
	records, err := csv.NewReader(strings.NewReader(countriesCSV)).ReadAll()
	if err != nil {
		panic("simulator: read countries.csv: " + err.Error()) // it is part of the program
	}
	all := make([]country, len(records))
	for i, r := range records {
		all[i] = country{iso: r[0], name: r[1], continent: r[2], codes: strings.Fields(r[3])}
	}
	return all
})

// SetDialingPermission allows or forbids calls to a country, by its ISO code, like the console's
// geo permissions for low-risk numbers. At first the account may call every country. An unknown
// country is an error.
func (t *Twilio) SetDialingPermission(iso string, allowed bool) error {
	if !slices.ContainsFunc(countries(), func(c country) bool { return c.iso == iso }) {
		return fmt.Errorf("set dialing permission: no country %q", iso)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.noDialing[iso] = !allowed
	return nil
}

// forbidden reports whether the account has no permission to call a number.
func (t *Twilio) forbidden(number string) bool {
	if len(t.noDialing) == 0 || !strings.HasPrefix(number, "+") {
		return false
	}
	return t.noDialing[countryOf(number)]
}

// countryOf returns the ISO code of the country with the longest code that is a prefix of the
// number, "" if there is none.
func countryOf(number string) string {
	longest, where := 0, ""
	for _, c := range countries() {
		for _, code := range c.codes {
			if len(code) > longest && strings.HasPrefix(number, code) {
				longest, where = len(code), c.iso
			}
		}
	}
	return where
}

// restCountries lists the dialing permissions
// (https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource).
func (t *Twilio) restCountries(rest *restCall) (any, error) {
	code := rest.params.Get("CountryCode")
	var shown []map[string]any
	for _, c := range countries() {
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
	i := slices.IndexFunc(countries(), func(c country) bool { return c.iso == iso })
	if i < 0 {
		return nil, notFound(rest.path)
	}
	return t.countryJSON(rest, countries()[i]), nil
}

func (t *Twilio) countryJSON(rest *restCall, c country) map[string]any {
	own := rest.base + "/v1/DialingPermissions/Countries/" + c.iso
	return map[string]any{
		"iso_code": c.iso, "name": c.name, "continent": c.continent, "country_codes": c.codes,
		"low_risk_numbers_enabled": !t.noDialing[c.iso], "high_risk_special_numbers_enabled": false, "high_risk_tollfraud_numbers_enabled": false,
		"url": own, "links": map[string]any{"highrisk_special_prefixes": own + "/HighRiskSpecialPrefixes"},
	}
}
