package reading_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"switchboard/shared/simulator/reading"
)

func TestDraw(t *testing.T) {
	drawn := map[string]bool{}
	for seed := range uint64(200) {
		readings := reading.Draw(rand.New(rand.NewPCG(seed, 0)))
		if again := reading.Draw(rand.New(rand.NewPCG(seed, 0))); again != readings {
			t.Fatalf("seed %d draws %s and then %s", seed, readings, again)
		}
		parsed, err := reading.Parse(readings.String())
		if err != nil || parsed != readings {
			t.Fatalf("%s is read as %s, %v", readings, parsed, err)
		}
		for setting := range strings.SplitSeq(readings.String(), ",") {
			drawn[setting] = true
		}
	}
	// 51 switches of two readings, eight of three and one of four, without their defaults.
	if want := 51 + 8*2 + 3; len(drawn) != want {
		t.Errorf("%d readings are drawn, want %d: %v", len(drawn), want, drawn)
	}
}

func TestSetIsFlagValue(t *testing.T) {
	var readings reading.Set
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.Var(&readings, "readings", "")
	if err := flags.Parse([]string{"-readings", "channel=default worker-call-sid-on-dial-queue=yes"}); err != nil {
		t.Fatal(err)
	}
	if want := (reading.Set{DefaultChannel: true, WorkerCallSIDOnDialQueue: true}); readings != want {
		t.Errorf("readings %s, want %s", readings, want)
	}
	for _, wrong := range []string{"channel", "channel=fax", "chanel=voice", "worker-call-sid-on-dial-queue=maybe"} {
		if _, err := reading.Parse(wrong); err == nil {
			t.Errorf("%q is accepted", wrong)
		}
	}
}

func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestTableMatchesREADME parses each row of the table and writes it again.
func TestTableMatchesREADME(t *testing.T) {
	_, rest, _ := strings.Cut(readme(t), "## Readings")
	section, _, _ := strings.Cut(rest, "\n## ")
	var others []string // the last reading of each switch
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (`[^|]*) \\|").FindAllStringSubmatch(section, -1) {
		names := strings.Split(strings.ReplaceAll(row[2], "`", ""), ", ")
		for i, name := range names {
			setting := row[1] + "=" + name
			readings, err := reading.Parse(setting)
			if want := map[bool]string{true: "", false: setting}[i == 0]; err != nil || readings.String() != want {
				t.Errorf("%s is read as %q, %v", setting, readings, err)
			}
		}
		others = append(others, row[1]+"="+names[len(names)-1])
	}
	readings, err := reading.Parse(strings.Join(others, ","))
	if err != nil || strings.Count(readings.String(), "=") != len(others) {
		t.Errorf("all rows are read as %s, %v", readings, err)
	}
	if fields := reflect.TypeFor[reading.Set]().NumField(); fields != len(others) {
		t.Errorf("the table has %d switches, Readings has %d", len(others), fields)
	}
}

// The readings of a run are printed so that the run can be repeated.
func ExampleParse() {
	readings, err := reading.Parse("after-bridge=completed,event-order=shuffled")
	if err != nil {
		fmt.Println(err)
		return
	}
	readings.AcceptedAtInstruction = true
	fmt.Println(readings.AfterBridge == reading.Completed, readings)
	// Output:
	// true after-bridge=completed,dequeue-accepts=at-instruction,event-order=shuffled
}
