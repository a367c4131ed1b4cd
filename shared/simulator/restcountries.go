package simulator

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// countriesCSV lists the countries that can be called: ISO code, name, continent, country codes. The United States stand for all of the
// North American numbering plan that has no entry of its own, as they do at Twilio.
//
//go:embed countries.csv
var countriesCSV string

type country struct {
	iso, name, continent string
	codes                []string
}

func countries() ([]country, error) {
	records, err := csv.NewReader(strings.NewReader(countriesCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read countries.csv: %w", err)
	}
	all := make([]country, len(records))
	for i, r := range records {
		all[i] = country{iso: r[0], name: r[1], continent: r[2], codes: strings.Fields(r[3])}
	}
	return all, nil
}

// SetDialingPermission allows or forbids calls to a country, by its ISO code: the console's geo permissions for low-risk numbers. At the
// start every country can be called. The error is a country that there is not.
func (t *Twilio) SetDialingPermission(iso string, allowed bool) error {
	all, err := countries()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(c country) bool { return c.iso == iso }) {
		return fmt.Errorf("set dialing permission: no country %q", iso)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.noDialling[iso] = !allowed
	return nil
}

// forbidden reports whether the account's permissions keep it from calling a number.
func (t *Twilio) forbidden(number string) bool {
	if len(t.noDialling) == 0 || !strings.HasPrefix(number, "+") {
		return false
	}
	return t.noDialling[countryOf(number)]
}

// countryOf is the ISO code of the country with the longest code that a number begins with, "" if there is none. Each account asks
// once for each number, and a campaign has hundreds of thousands of accounts: it reads the list without building it.
func countryOf(number string) string {
	longest, where := 0, ""
	for line := range strings.Lines(countriesCSV) {
		for code := range strings.FieldsSeq(line[strings.LastIndexByte(line, ',')+1:]) {
			if len(code) > longest && strings.HasPrefix(number, code) {
				longest, where = len(code), line[:2]
			}
		}
	}
	return where
}

// restCountries is the list of dialing permissions (docs/voice/api/dialingpermissions-country-resource).
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
		"low_risk_numbers_enabled": !t.noDialling[c.iso], "high_risk_special_numbers_enabled": false, "high_risk_tollfraud_numbers_enabled": false,
		"url": own, "links": map[string]any{"highrisk_special_prefixes": own + "/HighRiskSpecialPrefixes"},
	}
}
