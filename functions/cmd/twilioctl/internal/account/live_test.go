package account

import (
	"maps"
	"testing"
)

// TestCountsAreNumbersOrTexts: Twilio's description of the statistics has texts, its examples have
// numbers.
func TestCountsAreNumbersOrTexts(t *testing.T) {
	t.Parallel()
	got := counts(map[string]any{"pending": 3.0, "reserved": "2", "assigned": "many", "wrapping": nil})
	if want := map[string]int{"pending": 3, "reserved": 2, "assigned": 0}; !maps.Equal(got, want) {
		t.Errorf("counts %v, want %v", got, want)
	}
	if got := counts(nil); len(got) > 0 {
		t.Errorf("counts %v of nothing", got)
	}
}

func TestLiveReadsNeedWorkspace(t *testing.T) {
	t.Parallel()
	c := &Client{}
	if _, err := c.WaitingTasks(t.Context(), "WS1", ""); err == nil {
		t.Error("tasks of no workspace are listed")
	}
	if _, err := c.RealTimeStatistics(t.Context(), "WS1"); err == nil {
		t.Error("statistics of no workspace are read")
	}
}
