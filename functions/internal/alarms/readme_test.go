package alarms

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/functions/internal/templatetest"
)

// TestEveryAlarmIsExplained compares the alarms with the table that says what to do.
func TestEveryAlarmIsExplained(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../shared/metric/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows, alarms []string
	for _, match := range regexp.MustCompile(`(?m)^\| ([A-Z]\w+) \|[^|]+\|[^|]+\|[^|]+\|$`).FindAllStringSubmatch(string(readme), -1) {
		rows = append(rows, match[1])
	}
	for id := range templatetest.Resources(templatetest.Read(t), "AWS::CloudWatch::Alarm") {
		alarms = append(alarms, strings.TrimSuffix(id, "Alarm"))
	}
	slices.Sort(rows)
	slices.Sort(alarms)
	if !slices.Equal(rows, alarms) {
		t.Errorf("README explains %q\nthe template has %q", rows, alarms)
	}
}
