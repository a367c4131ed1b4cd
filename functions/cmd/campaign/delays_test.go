package main

import (
	"testing"
	"testing/synctest"
	"time"

	"switchboard/shared/simulator/script"
)

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
