package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/functions/linkedcalls"
)

// heldCalls returns the numbers of the planned calls that an upgrade finds.
func heldCalls() (numbers []int) {
	for n, call := range plan() {
		if call.deployment == upgrade && call.hold != "" {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// TestHeldCallWaitsForRelease begins all held calls together, as .ci/upgrade.py does.
func TestHeldCallWaitsForRelease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := drive(t)
		d.process.Twilio.Set(d.exchange(true))
		held := heldCalls()
		d.do(t, "calls/%d", account.Example, held)
		time.Sleep(11 * time.Second)
		for _, n := range held {
			if s := d.state(n); !s.Held || s.Over {
				t.Errorf("the call is not held: %+v", s)
			}
		}
		d.do(t, "calls/%d/release", struct{}{}, held)
		time.Sleep(time.Minute)
		var links []linkedcalls.Link
		for _, n := range held {
			s := d.state(n)
			report, err := d.process.Links.Handle(t.Context(), linkedcalls.Request{CallSID: s.CallSID})
			if !s.Over || err != nil {
				t.Fatalf("the call does not continue: %+v, %v", s, err)
			}
			links = append(links, report.Calls...)
		}
		// There is one release here, so that this rule alone is broken.
		status, told := d.ask("POST", "verdict", links)
		if status != http.StatusConflict || strings.Count(told, "a held call outlasts the deployment: ") != len(held) || strings.Count(told, " 1 BROKEN") != len(held) {
			t.Errorf("verdict %d:\n%s", status, told)
		}
	})
}

func (d driven) do(t *testing.T, path string, document any, numbers []int) {
	t.Helper()
	for _, n := range numbers {
		if status, text := d.ask("POST", fmt.Sprintf(path, n), document); status != http.StatusOK {
			t.Fatalf("%s of call %d: %d %s", path, n, status, text)
		}
	}
}

func TestReleaseNeedsHeldCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := drive(t)
		for _, path := range []string{"calls/99/release", fmt.Sprintf("calls/%d/release", heldCalls()[1])} {
			if status, _ := d.ask("POST", path, struct{}{}); status != http.StatusBadRequest {
				t.Errorf("POST %s: %d, want 400", path, status)
			}
		}
	})
}

func TestCallIsAnsweredByBothReleases(t *testing.T) {
	t.Parallel()
	for _, releases := range [][]string{{"a"}, {"a", "b"}, {"a", "", "a", "b", "a"}} {
		c := &rehearsedCall{plannedCall: plannedCall{hold: talks}, result: &calls.Result{}}
		for _, release := range releases {
			c.answeredBy(release)
		}
		c.judgeDeployment()
		if broken, both := len(c.result.Broken) > 0, slices.Contains(releases, "b"); broken == both {
			t.Errorf("answered by %q: %v", releases, c.result.Broken)
		}
	}
}
