package main

import (
	"strconv"
	"strings"
	"testing"
)

// parse changes the rates that a text names, such as "rest-fails=0.1,crm-down=0".
func (r *rates) parse(t *testing.T, text string) {
	t.Helper()
	for setting := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(setting, "=")
		rate, err := strconv.ParseFloat(value, 64)
		found := false
		for k, named := range kind(0).names() {
			if named.name == name {
				r.set(kind(k), rate)
				found = true
			}
		}
		if text != "" && (err != nil || !found) {
			t.Fatalf("%q is no rate of a fault", setting)
		}
	}
}
