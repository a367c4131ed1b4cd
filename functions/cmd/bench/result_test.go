package main

import (
	"testing"
	"time"
)

func TestResultsAreMedians(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	each := target{name: "bridge", function: "bridge", coldAim: clientAim}
	samples := map[string][]sample{
		"hello": {
			{init: 2 * ms, first: 1 * ms, warm: ms / 10, memory: 8e6, invokes: 10},
			{init: 900 * ms, first: 1 * ms, warm: ms / 10, memory: 8e6, invokes: 10},
			{init: 2 * ms, first: 1 * ms, warm: ms / 10, memory: 8e6, invokes: 10},
		},
		"bridge": {
			{init: 4 * ms, first: 2 * ms, warm: ms / 5, memory: 12e6, coldCalls: calls{"SSM": 1, "Twilio": 1}, warmCalls: calls{"Twilio": 10}, invokes: 10},
		},
	}
	builds := map[string]binary{"hello": {}, "bridge": {zips: map[string]int64{"arm64": 4_600_000}}}
	all := results([]target{each}, samples, builds)
	if len(all) != 2 || all[0].Name != "hello" || all[0].InitMS != 2 {
		t.Fatalf("results are %+v, want hello's medians first", all)
	}
	got := all[1]
	if got.Cold != (ratio{2, clientAim}) || got.Cold.over() {
		t.Errorf("cold is %+v, want 2 within %v", got.Cold, clientAim)
	}
	if got.Warm != (ratio{2, warmAim}) || !got.Warm.over() {
		t.Errorf("warm is %+v, want 2 over %v", got.Warm, warmAim)
	}
	if got.Memory != (ratio{1.5, memoryAim}) {
		t.Errorf("memory is %+v, want 1.5", got.Memory)
	}
	if got.ZipMB["arm64"] != 4.6 {
		t.Errorf("zip is %v MB, want 4.6", got.ZipMB["arm64"])
	}
	if got.ColdCalls["SSM"] != 1 || got.WarmCalls["SSM"] != 0 || got.WarmCalls["Twilio"] != 1 {
		t.Errorf("calls are %v and %v, want SSM at the start only and Twilio once an invoke", got.ColdCalls, got.WarmCalls)
	}
}

func TestUnknownMemoryHasNoRatio(t *testing.T) {
	t.Parallel()
	samples := map[string][]sample{"hello": {{init: 1, warm: 1, invokes: 1}}, "hold": {{init: 1, warm: 1, invokes: 1}}}
	all := results([]target{{name: "hold", function: "hold"}}, samples, nil)
	if all[1].Memory.ToHello != 0 {
		t.Errorf("memory is %v × hello, want it unknown", all[1].Memory.ToHello)
	}
}
