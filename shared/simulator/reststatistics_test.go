package simulator_test

import (
	"encoding/json"
	"testing"
	"time"

	"switchboard/shared/simulator"
)

// TestStatisticsCountTheWorkspace has three callers who wait, and a worker who was moved away.
func TestStatisticsCountTheWorkspace(t *testing.T) {
	t.Parallel()
	a := newAccount(t, simulator.Config{Seed: 3}, aliceNumber)
	for _, at := range []time.Duration{0, 10 * time.Second, 20 * time.Second} {
		a.CallAfter(at, callerNumber, lineNumber)
	}
	if err := a.Loop().RunFor(t.Context(), 30*time.Second); err != nil {
		t.Fatal(err)
	}
	var got struct {
		ByStatus   map[string]int `json:"tasks_by_status"`
		ByPriority map[string]int `json:"tasks_by_priority"`
		Activities []struct {
			Name    string `json:"friendly_name"`
			Workers int
		} `json:"activity_statistics"`
		Longest    int    `json:"longest_task_waiting_age"`
		LongestSID string `json:"longest_task_waiting_sid"`
		Tasks      int    `json:"total_tasks"`
		Workers    int    `json:"total_workers"`
	}
	if err := json.Unmarshal([]byte(a.app.rest("GET", a.below("RealTimeStatistics"), nil)), &got); err != nil {
		t.Fatal(err)
	}
	first := a.Tasks()[0]
	if got.Tasks != 3 || got.ByStatus["pending"] != 3 || got.ByPriority["5"] != 3 {
		t.Errorf("tasks: %+v", got)
	}
	if got.LongestSID != first.SID || got.Longest < 20 || got.Longest > 30 {
		t.Errorf("longest: %+v", got)
	}
	if got.Workers != 1 || len(got.Activities) != 3 || got.Activities[1].Name != "Away" || got.Activities[1].Workers != 1 {
		t.Errorf("workers: %+v", got)
	}
}
