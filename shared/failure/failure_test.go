package failure

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/reservation"
)

// TestREADMEShowsFailures compares the rows of README's tables, which are grouped by who bears the
// failure; only README has the causes.
func TestREADMEShowsFailures(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, charge := range []Charge{ToCall, ToWorker, ToWish, ToUs} {
		_, table, _ := strings.Cut(string(text), fmt.Sprintf("`charged_to`: `%s`\n", charge))
		_, table, _ = strings.Cut(table, "| step | failure | cause | state |\n| --- | --- | --- | --- |\n")
		table, _, _ = strings.Cut(table, "\n\n")
		var got, want []string
		for row := range strings.SplitSeq(strings.TrimSpace(table), "\n") {
			cells := strings.Split(strings.Trim(row, "| "), " | ")
			if len(cells) != 4 || cells[2] == "" {
				t.Fatalf("%s: row %q, want step, failure, cause, state", charge, row)
			}
			got = append(got, fmt.Sprint(cells[0], cells[1], cells[3]))
		}
		for _, row := range Table {
			if row.Charge == charge {
				want = append(want, fmt.Sprint(row.Step, "`"+row.Name+"`", row.End))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("README's table of %s is\n%q, the code's is\n%q", charge, got, want)
		}
	}
}

func TestRowsAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for f, row := range Table {
		key := row.Step + " " + row.Name
		if row.Step == "" || row.Name == "" || seen[key] {
			t.Errorf("row %d is empty or there twice: %+v", f, row)
		}
		seen[key] = true
		if parsed, found := Parse(Failure(f).Path()[1:]); !found || parsed != Failure(f) {
			t.Errorf("%s is not found by its path %s", key, Failure(f).Path())
		}
		if (row.Charge == ToCall) != (row.End == reservation.CallerLeft) {
			t.Errorf("%s: charged to %s, and the reservation is %s", key, row.Charge, row.End)
		}
		if !row.End.Ended() {
			t.Errorf("%s: the reservation ends as %q", key, row.End)
		}
		if want := []any{"step", row.Step, "failure", row.Name, "charged_to", string(row.Charge)}; !slices.Equal(Failure(f).Fields(), want) {
			t.Errorf("%s: log fields %v, want %v", key, Failure(f).Fields(), want)
		}
	}
}

func TestUnknownFailure(t *testing.T) {
	t.Parallel()
	for _, name := range [][2]string{{"crm", ""}, {"", "refused"}, {"crm", "Refused"}, {"..", "refused"}, {"assignment", "refused"}} {
		if f, found := Named(name[0], name[1]); found {
			t.Errorf("%q: found %d", name, f)
		}
	}
}

func TestActivities(t *testing.T) {
	t.Parallel()
	const reject, fault = "WA00000000000000000000000000000001", "WA00000000000000000000000000000002"
	tests := []struct {
		name       string
		activities Activities
		failure    Failure
		want       string
	}{
		{"a fault of ours", Activities{Reject: reject, Fault: fault}, CRMServerError, fault},
		{"the worker's own", Activities{Reject: reject, Fault: fault}, RingBusy, reject},
		{"the call's own, if the caller cannot be redirected", Activities{Reject: reject, Fault: fault}, CRMRefused, fault},
		{"the worker's wish", Activities{Reject: reject, Offline: fault}, GateSignedOff, fault},
		{"the worker's wish, and no activity for that", Activities{Reject: reject}, GateSignedOff, reject},
		{"a fault of ours, and no activity for those", Activities{Reject: reject}, CRMServerError, reject},
	}
	for _, test := range tests {
		if got := test.activities.For(test.failure); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
