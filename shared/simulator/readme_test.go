package simulator_test

import (
	"os"
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

func TestTheREADMEsGoIsTheExamples(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) == 0 {
		t.Error("the README has no Go")
	}
	for _, block := range blocks {
		if !strings.Contains(string(example), block[1]) {
			t.Errorf("example_test.go has not:\n%s", block[1])
		}
	}
}

// TestTheREADMEsLinesAreSteps reads what the tables of scripts have in their first column.
func TestTheREADMEsLinesAreSteps(t *testing.T) {
	t.Parallel()
	_, rest, _ := strings.Cut(readme(t), "## Scripted phones")
	section, _, _ := strings.Cut(rest, "\n## ")
	read := 0
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(section, -1) {
		for _, line := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			_, notStep := simulator.ParseStep(line[1])
			_, notPhone := simulator.ParsePhone(line[1])
			if notStep != nil && notPhone != nil {
				t.Errorf("%s is neither a step nor a phone", line[1])
			}
			read++
		}
	}
	if read < 16 {
		t.Errorf("read %d lines", read)
	}
}
