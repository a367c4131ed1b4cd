package simulator_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"switchboard/shared/simulator"
)

func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestTheREADMEsReadingsAreAll parses each row of the table and writes it again.
func TestTheREADMEsReadingsAreAll(t *testing.T) {
	t.Parallel()
	_, rest, _ := strings.Cut(readme(t), "## Readings")
	section, _, _ := strings.Cut(rest, "\n## ")
	var others []string // the last reading of each switch
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (`[^|]*) \\|").FindAllStringSubmatch(section, -1) {
		names := strings.Split(strings.ReplaceAll(row[2], "`", ""), ", ")
		for i, name := range names {
			setting := row[1] + "=" + name
			readings, err := simulator.ParseReadings(setting)
			if want := map[bool]string{true: "", false: setting}[i == 0]; err != nil || readings.String() != want {
				t.Errorf("%s is read as %q, %v", setting, readings, err)
			}
		}
		others = append(others, row[1]+"="+names[len(names)-1])
	}
	readings, err := simulator.ParseReadings(strings.Join(others, ","))
	if err != nil || strings.Count(readings.String(), "=") != len(others) {
		t.Errorf("all rows are read as %s, %v", readings, err)
	}
	if fields := reflect.TypeFor[simulator.Readings]().NumField(); fields != len(others) {
		t.Errorf("the table has %d switches, Readings has %d", len(others), fields)
	}
}
