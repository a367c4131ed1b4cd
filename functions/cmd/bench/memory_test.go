package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/memorysize"
)

// TestMemoryTableHasComputedTimes computes times of one function from two samples.
func TestMemoryTableHasComputedTimes(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	enqueue := target{name: "enqueue", function: "enqueue"}
	one := sample{initCPU: 2 * ms, firstCPU: ms, warmCPU: []time.Duration{ms / 2, ms / 4}, memory: 8e6, invokes: 2}
	two := one
	two.initCPU, two.coldCalls, two.warmCalls = 4*ms, calls{"SSM": 1, "DynamoDB": 1}, calls{"DynamoDB": 2}
	one.coldCalls, one.warmCalls = two.coldCalls, two.warmCalls
	needs := needsOf([]target{enqueue}, map[string][]sample{"hello": {one}, "enqueue": {one, two}})
	got := needs[1]
	if len(needs) != 2 || got.Name != "enqueue" || got.Init.Mean != 3*ms || got.Init.P99 != 4*ms || got.First.Calls["SSM"] != 1 || got.Warm.Calls["DynamoDB"] != 1 {
		t.Fatalf("needs %+v", needs)
	}
	var out bytes.Buffer
	if err := writeMemory(&out, needs); err != nil {
		t.Fatal(err)
	}
	// 4 ms of a whole processor with 256 MB; DynamoDB's and SSM's wait, then DynamoDB's.
	for _, want := range []string{"| 28, 28", "| 25, 5.0"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	path := filepath.Join(t.TempDir(), "measured.json")
	if err := writeMeasured(path, needs); err != nil {
		t.Fatal(err)
	}
	var read []memorysize.Need
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &read) != nil || len(read) != 2 || read[1].Init.Mean != 3*ms {
		t.Errorf("read %+v, %v", read, err)
	}
}
