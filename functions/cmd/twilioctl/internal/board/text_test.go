package board

import (
	"bytes"
	"flag"
	"os"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden file")

// TestBoardAsText compares a board that has something of everything with a golden file.
func TestBoardAsText(t *testing.T) {
	t.Parallel()
	ago := func(d time.Duration) time.Time { return noon.Add(-d) }
	level, one := 0.8349, 1
	s := Snapshot{
		At: noon, Desk: "Support\x1b[31m",
		Callers: []Caller{
			{Number: "…0123", Language: "es", Queue: "Billing", Since: ago(271 * time.Second), Priority: 5, Rings: "Alice"},
			{Number: "withheld", Language: "en", Since: ago(3 * time.Second)},
			{Since: ago(time.Second)},
		},
		Workers: []Worker{
			{Name: "Alice", State: Ringing, Since: ago(4 * time.Second), Detail: "…0123", Missed: &one},
			{Name: "Bob", State: Talking, Since: ago(time.Hour), Detail: "…0124", Shift: "early"},
			{Name: "Carol", State: Available, Since: ago(time.Minute)},
			{Name: "Dan", State: Wrapping, Since: ago(10 * time.Second), Until: noon.Add(20 * time.Second)},
			{Name: "Eve", State: Away, Since: ago(20 * time.Second), Detail: "missed call", Until: noon.Add(40 * time.Second), Missed: &one},
			{Name: "Fay", State: Off, Since: ago(26 * time.Hour), Detail: "end of the shift"},
		},
		Today: &Today{
			Since: ago(12 * time.Hour), Calls: 430, Answered: 412, Abandoned: 17, Within: 20, ServiceLevel: &level, Longest: 362,
		},
		Requests: &Requests{Messages: 3, Callbacks: 1, GivenUp: 2, Oldest: ago(27 * time.Hour)},
		Counts:   &Counts{Tasks: map[string]int{"pending": 4, "reserved": 1, "assigned": 9, "wrapping": 2}, Longest: 271},
		Alarms:   []Alarm{{Name: "FaultsAlarm", Text: "Calls failed.", Since: ago(11 * time.Minute)}},
		Sources: []SourceState{
			{Name: "callers", Read: ago(30 * time.Second), Error: "no answer within 30 s", Remedy: "check this machine's network"},
			{Name: "workers", Read: noon},
			{Name: "alarms", Error: "missing right cloudwatch:DescribeAlarms", Remedy: "allow it in the IAM policy of your AWS credentials"},
		},
	}
	var out bytes.Buffer
	if err := s.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	out.WriteString("\n")
	if err := (Snapshot{At: noon, NoAlarms: true}).WriteText(&out); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/board.txt"
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != string(want) {
		t.Errorf("the text is\n%s\nwant\n%s\nIf it is right, go test -update writes it.", got, want)
	}
}
