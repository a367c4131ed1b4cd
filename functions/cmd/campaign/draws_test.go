package main

import (
	"reflect"
	"testing"
)

// drawsAlike returns the plan of a seed with and without the last draw, which adds something to
// some plans. It fails if the same seed draws another plan, or if the last draw changes a plan to
// which it adds nothing.
func drawsAlike(t *testing.T, seed uint64, last func(*plan), adds func(plan) bool, before ...func(*plan)) (p, without plan) {
	t.Helper()
	p, without = drawPlan(seed), drawPlan(seed)
	again := drawPlan(seed)
	for _, each := range []*plan{&p, &again, &without} {
		for _, draw := range before {
			draw(each)
		}
	}
	last(&p)
	last(&again)
	if !reflect.DeepEqual(p, again) {
		t.Fatalf("seed %d draws two plans", seed)
	}
	if !adds(p) && !reflect.DeepEqual(p, without) {
		t.Fatalf("seed %d gets nothing, and another plan", seed)
	}
	return p, without
}
