package ledger

import (
	"slices"
	"testing"
	"time"
)

func TestMomentsAreInOrder(t *testing.T) {
	t.Parallel()
	const task, offer = "WT00000000000000000000000000000001", "WR00000000000000000000000000000001"
	at := func(second int) time.Time { return time.Date(2026, 11, 24, 12, 0, second, 0, time.UTC) }
	call := Call{Fields{
		"call_sid":           "CA00000000000000000000000000000001",
		"day":                "2026-11-24",
		"first_seen":         text(at(1)),
		task + ".created":    text(at(2)),
		offer + ".claimed":   text(at(6)),
		offer + ".created":   text(at(4)),
		offer + ".deadline":  text(at(55)),
		offer + ".task_sid":  task,
		"callback.2026.held": text(at(3)),
		"ended":              text(at(30)),
	}}
	want := []Moment{{at(1), "", "first_seen"}, {at(2), task, "created"}, {at(4), offer, "created"}, {at(6), offer, "claimed"}, {at(30), "", "ended"}}
	if got := call.Moments(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
