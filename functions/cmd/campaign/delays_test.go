package main

import (
	"testing"
	"testing/synctest"
	"time"

	"switchboard/shared/simulator/script"
)

// TestJudgeAllowsInjectedDelays replays worlds in which the judge blamed the functions for a
// webhook that the campaign itself had delayed.
func TestJudgeAllowsInjectedDelays(t *testing.T) {
	t.Parallel()
	tests := []struct {
		seed, call uint64
		faults     string
	}{
		{
			seed:   66,
			call:   7875,
			faults: "clock-skewed=1,token-rotated=1,forgery=1,webhook-late=0.1,webhook-twice=0.1",
		},
		{
			seed:   68,
			call:   8013,
			faults: "webhook-late=0.3,webhook-twice=0.3,sqs-twice=0.5,sqs-late=0.5,cold-start=0.5",
		},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			c := sound(test.seed)
			c.rates.parse(t, test.faults)
			w, err := c.take(t.Context(), test.call, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(w.broken) > 0 {
				t.Errorf("seed %d, faults %s, call %d: %v", test.seed, test.faults, test.call, w.broken)
			}
		})
	}
}

// TestCallerLeavesBeforeLateEvent delays every webhook, and has a caller hang up at each of 300
// instants after the task has ended.
func TestCallerLeavesBeforeLateEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		late, longest := rates{}, time.Duration(0)
		late.set(webhookLate, 1)
		for step := range uint64(300) {
			seconds, p := 5, oneLeaves(step, 0)
			p.storm, p.taskTimeout, p.workers[0].phones = 1, &seconds, []script.Phone{script.NeverAnswers()}
			p.callers[0].steps = []script.Step{script.HangsUpAfter(5*time.Second + time.Duration(step)*50*time.Millisecond)}
			w := lived(t, p, &late, wiring{})
			for _, text := range rulesOf(w.broken) {
				t.Errorf("step %d: %s", step, text)
			}
			for _, i := range w.invocations {
				if i.path != "" {
					longest = max(longest, i.came.Sub(i.signed)+maxLatency)
				}
			}
		}
		if longest > reach || longest < reach-500*time.Millisecond {
			t.Errorf("a webhook took up to %s, and the judge reckons with %s", longest, reach)
		}
	})
}
