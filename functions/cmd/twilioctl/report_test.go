package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// reported is a stack whose ledger has a call of 2025-11-24 22:30 in New York, which is the day
// after in UTC.
func reported(t *testing.T) *bench {
	t.Helper()
	b := withMessages(t)
	b.env = map[string]string{} // no credentials of Twilio
	b.ssm[settingsPath+"hours"] = `{"version":1,"zone":"America/New_York","hours":{}}`
	at := time.Date(2025, 11, 25, 3, 30, 0, 0, time.UTC)
	l := ledger.Ledger{Store: b.ledger, Now: func() time.Time { return at }}
	event := taskrouter.Event{SID: "EV1", Type: taskrouter.TaskCanceled, TaskSID: "WT00000000000000000000000000000009", Time: at, Queue: "Night"}
	event.Task.CallSID, event.Task.To = "CA00000000000000000000000000000009", "+12065550100"
	if _, _, err := l.Event(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReportIsWritten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		args      []string
		wantCalls int
		wantFile  string
		want      string // in the page
	}{
		{
			name:      "of the desk's day",
			args:      []string{"--day", "2025-11-24"},
			wantCalls: 1,
			wantFile:  "calls-2025-11-24.html",
			want:      "Night",
		},
		{
			name:     "of a day without calls",
			args:     []string{"--day", "2025-11-25"},
			wantFile: "calls-2025-11-25.html",
			want:     "There were no calls.",
		},
		{
			name:      "of another time zone",
			args:      []string{"--day", "2025-11-25", "--timezone", "Europe/Berlin"},
			wantCalls: 1,
			wantFile:  "calls-2025-11-25.html",
			want:      "Europe/Berlin",
		},
		{
			name:      "of some days",
			args:      []string{"--from", "2025-11-23", "--to", "2025-11-29", "--within", "30s"},
			wantCalls: 1,
			wantFile:  "calls-2025-11-23-to-2025-11-29.html",
			want:      "answered within 30 s",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "made")
			out := reported(t).must(append([]string{"report", "--json", "--output", folder}, test.args...)...)
			var document reportDocument
			if err := json.Unmarshal([]byte(out), &document); err != nil || document.Calls != test.wantCalls || document.Page != filepath.Join(folder, test.wantFile) {
				t.Fatalf("%+v, %v", document, err)
			}
			page, err := os.ReadFile(document.Page)
			if err != nil || !strings.Contains(string(page), test.want) {
				t.Errorf("the page has no %q, %v", test.want, err)
			}
			if table, err := os.ReadFile(document.CSV); err != nil || !strings.HasPrefix(string(table), "table,row,detail,count,") {
				t.Errorf("the CSV is %.40q, %v", table, err)
			}
		})
	}
}

func TestReportOfItems(t *testing.T) {
	t.Parallel()
	b := reported(t)
	var lines strings.Builder
	for _, item := range b.ledger.Items() {
		if err := json.NewEncoder(&lines).Encode(item); err != nil {
			t.Fatal(err)
		}
	}
	b.input, b.noAWS = strings.NewReader(lines.String()), context.Canceled
	folder := t.TempDir()
	out := b.must("report", "--items", "-", "--day", "2025-11-25", "--output", folder)
	want := filepath.Join(folder, "calls-2025-11-25.html") + "\n" + filepath.Join(folder, "calls-2025-11-25.csv") + "\n"
	if out != want {
		t.Errorf("printed %q, want %q", out, want)
	}
}

func TestReportRejectsBadInput(t *testing.T) {
	t.Parallel()
	b := reported(t)
	for _, args := range [][]string{
		{"2025-11-24"}, {"--day", "yesterday"}, {"--from", "2025-11-24"}, {"--day", "2025-11-24", "--from", "2025-11-23", "--to", "2025-11-24"},
		{"--from", "2025-11-24", "--to", "2025-11-23"}, {"--from", "2025-01-01", "--to", "2025-11-23"}, {"--within", "0s"}, {"--within", "1500ms"},
		{"--timezone", "Mars"}, {"--timezone", "Local"},
	} {
		if code, _, stderr := b.run(append([]string{"report", "--output", t.TempDir()}, args...)...); code != exitUsage {
			t.Errorf("report %q: exit code %d\n%s", args, code, stderr)
		}
	}
	for _, items := range []string{"{", `{"day":"2025-11-24"}`, "[]"} {
		b.input = strings.NewReader(items)
		if code, _, stderr := b.run("report", "--items", "-", "--output", t.TempDir()); code != exitUsage || !strings.Contains(stderr, "item 1") {
			t.Errorf("items %q: exit code %d\n%s", items, code, stderr)
		}
	}
	if code, _, stderr := b.run("report", "--no-stack"); code != exitWrong || !strings.Contains(stderr, "--no-stack was given") {
		t.Errorf("without a stack: %d %s", code, stderr)
	}
}
