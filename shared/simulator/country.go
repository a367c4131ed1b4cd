package simulator

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
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

// SetDialingPermission allows or forbids calls to a country, by its ISO code, like the console's
// geo permissions for low-risk numbers. At first the account may call every country. An unknown
// country is an error.
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
	all, err := countries()
	if err != nil {
		return ""
	}
	longest, where := 0, ""
	for _, c := range all {
		for _, code := range c.codes {
			if len(code) > longest && strings.HasPrefix(number, code) {
				longest, where = len(code), c.iso
			}
		}
	}
	return where
}
