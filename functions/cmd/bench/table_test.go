package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTableHasMediansAndAims(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	samples, zips := map[string][]sample{}, map[string][]int64{}
	all := slices.Concat(targets(), nodeTargets())
	for _, each := range append(all, hello()) {
		samples[each.name] = []sample{{init: 2 * ms, first: ms, warm: ms / 10, slow: ms / 5, memory: 8e6, invokes: 10}}
		zips[each.function] = []int64{3_100_000, 4_600_000}
	}
	base := sample{init: 2 * ms, first: ms, initCPU: ms, firstCPU: ms, warm: ms / 10, memory: 8e6}
	samples["hello"] = append(samples["hello"], sample{init: 1}, samples["hello"][0])
	samples["bridge"] = []sample{{
		init:      9 * ms,
		first:     3 * ms,
		warm:      ms / 5,
		memory:    12e6,
		initCPU:   2 * ms,
		firstCPU:  ms,
		coldCalls: calls{"SSM": 1, "Twilio": 1},
		warmCalls: calls{"Twilio": 10},
		invokes:   10,
		base:      &base,
	}}
	samples["enqueue, Node, full SDK"] = []sample{{init: 50 * ms, first: 25 * ms, warm: ms, memory: 80e6, invokes: 10, base: &base}}
	samples["taskevents, Node, full SDK"] = []sample{{init: 30 * ms, first: 28 * ms, warm: ms, memory: 80e6, invokes: 10}}
	var out bytes.Buffer
	if err := writeTable(&out, all, samples, zips); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| hello | 2.00 | 1.00 | 1.00 | 1.00 | | 100, 200 | 1.00 | 8.0 | 1.00 | 3.10, **4.60** | none; none |",
		"| bridge | 9.00 | 3.00 | **4.00** | 1.50 | | 200, 0 | 2.00 | 12.0 | **1.50** | 3.10, **4.60** " +
			"| SSM 1, Twilio 1; Twilio 1 |",
		"| enqueue | 2.00 | 1.00 | 1.00 | 1.00 | 1/25.0 | 100, 200 | 1.00 | 8.0 | 1.00 | 3.10, **4.60** | none; none |",
		"| taskevents | 2.00 | 1.00 | 1.00 | 1.00 | **1/19.3** | 100, 200 | 1.00 | 8.0 | 1.00 | 3.10, **4.60** | none; none |",
		"| enqueue, Node, full SDK | 50.00 | 25.00 | 25.00 | n/a | | 1000, 0 | 10.00 | 80.0 | 10.00 | n/a | none; none |",
	} {
		found := false
		for line := range strings.Lines(out.String()) {
			found = found || strings.Join(strings.Fields(line), " ") == want
		}
		if !found {
			t.Errorf("the table has no row %q:\n%s", want, &out)
		}
	}
}

func TestCellsMarkMissedAims(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value, aim float64
		want       string
	}{
		{1.99, 2, "1.99"},
		{2.004, 2, "2.00"},
		{2.01, 2, "**2.01**"},
		{7, 0, "7.00"},
		{0, 2, "n/a"},
	} {
		if got := aimed(test.value, test.aim); got != test.want {
			t.Errorf("%v with the aim %v is %q, want %q", test.value, test.aim, got, test.want)
		}
	}
}
