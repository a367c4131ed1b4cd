package failure

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestREADME holds README's table against the code's.
func TestREADME(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	const head = "| step | failure | | reservation | worker goes to | task |\n| --- | --- | --- | --- | --- | --- |\n"
	_, table, found := strings.Cut(string(text), head)
	if !found {
		t.Fatalf("README has no table %q", head)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var want []string
	for _, row := range Table() {
		want = append(want, fmt.Sprintf("| %s | `%s` | %s | %s | %s | %s |", row.Step, row.Name, row.Cause, row.Reservation, row.activity(), row.Task()))
	}
	if got := strings.Split(strings.TrimSpace(table), "\n"); !slices.Equal(got, want) {
		t.Errorf("README's table is not the code's, which is\n%s", head+strings.Join(want, "\n"))
	}
}

func (r Row) activity() string {
	switch {
	case r.Reservation == TimedOut:
		return r.Activity()
	case r.Activity() == "":
		return "stays"
	}
	return "`" + r.Activity() + "`"
}

func TestRowsAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for f, row := range Table() {
		key := row.Step + " " + row.Name
		if row.Step == "" || row.Name == "" || row.Cause == "" || seen[key] {
			t.Errorf("row %d is empty or there twice: %+v", f, row)
		}
		seen[key] = true
		if named, found := Named(row.Step, row.Name); !found || named != Failure(f) {
			t.Errorf("%s is not found by its name", key)
		}
		if (row.Charge == ToCall) != (row.Reservation == Canceled) {
			t.Errorf("%s: charged to %s, and the reservation is %s", key, row.Charge, row.Reservation)
		}
		if !slices.Contains([]string{Rejected, Canceled, Stale, Unknown, TimedOut}, row.Reservation) {
			t.Errorf("%s: the reservation ends as %q", key, row.Reservation)
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
