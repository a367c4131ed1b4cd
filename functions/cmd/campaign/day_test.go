package main

import (
	"reflect"
	"testing"
)

// TestDayIsDrawn checks that each setting and each deed is drawn within a few hundred worlds, and
// that a seed draws the same twice.
func TestDayIsDrawn(t *testing.T) {
	t.Parallel()
	seen := map[any]bool{}
	for seed := range uint64(600) {
		p, again := drawPlan(seed), drawPlan(seed)
		if !reflect.DeepEqual(p.desk, again.desk) || !reflect.DeepEqual(p.errands, again.errands) {
			t.Fatalf("seed %d: %+v %+v, then %+v %+v", seed, p.desk, p.errands, again.desk, again.errands)
		}
		if p.desk.singleTasking && p.desk.postWork == "" {
			t.Errorf("seed %d: a single-tasking workspace without a post-work activity", seed)
		}
		for _, drawn := range []any{
			"post-work " + p.desk.postWork, "fault " + p.desk.fault, "offline " + p.desk.offline, p.desk.pause, p.desk.limit,
			[2]bool{p.desk.singleTasking, p.desk.routine},
		} {
			seen[drawn] = true
		}
		for _, e := range p.errands {
			seen[e.does], seen["upon "+e.upon], seen[e.by] = true, true, true
			seen["back"] = seen["back"] || e.back > 0
		}
		for _, m := range p.workers {
			seen["offline at first"] = seen["offline at first"] || m.offline
		}
	}
	// 2 × 3 activities, 4 pauses, 3 limits, 3 workspaces, 6 deeds, 7 moments, 3 sources, and 2
	// more.
	if want := 6 + 4 + 3 + 3 + 6 + 7 + 3 + 2; len(seen) != want {
		t.Errorf("%d of %d were drawn: %v", len(seen), want, seen)
	}
}
