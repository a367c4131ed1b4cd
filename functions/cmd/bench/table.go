package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// writeTable prints a Markdown table of the medians of each target, hello's first. A missed aim is
// bold.
func writeTable(out io.Writer, all []target, samples map[string][]sample, zips map[string][]int64) error {
	tab := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(tab, "| function\t| init ms\t| first ms\t| cold ×\t| cold CPU ×\t| of Node\t| warm µs: p50, p99\t| warm ×\t"+
		"| memory MB\t| memory ×\t| zip MB: arm64, x86_64\t| network calls: cold; warm\t|")
	fmt.Fprintln(tab, "| ---\t"+strings.Repeat("| ---:\t", 10)+"| ---\t|")
	for _, t := range slices.Concat([]target{hello()}, all) {
		taken := samples[t.name]
		invokes := 0
		cold, warm := calls{}, calls{}
		for _, s := range taken {
			invokes += s.invokes
			cold.add(s.coldCalls)
			warm.add(s.warmCalls)
		}
		coldTime, ownWarmAim, ownMemoryAim := medianOf(taken, sample.cold), 0.0, 0.0
		if t.script == "" {
			ownMemoryAim = memoryAim
			if len(warm) == 0 {
				ownWarmAim = warmAim
			}
		}
		fmt.Fprintf(tab, "| %s\t| %.2f\t| %.2f\t| %s\t| %s\t| %s\t| %.0f, %.0f\t| %s\t| %.1f\t| %s\t| %s\t| %s; %s\t|\n", t.name,
			medianOf(taken, sample.initTime)/1e6, medianOf(taken, sample.firstTime)/1e6,
			aimed(ratio(taken, sample.cold), t.coldAim), aimed(ratio(taken, sample.coldCPU), t.coldAim), ofNode(t, coldTime, samples),
			medianOf(taken, sample.warmTime)/1e3, medianOf(taken, sample.slowTime)/1e3,
			aimed(ratio(taken, sample.warmTime), ownWarmAim),
			medianOf(taken, sample.bytes)/1e6,
			aimed(ratio(taken, sample.bytes), ownMemoryAim),
			sizes(t, zips), cold.text(len(taken)), warm.text(invokes))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, `
Bold misses the aim. Cold is init plus the first invoke; cold CPU × compares processor time, of which Lambda gives a share.
Aims: cold at most %.2f × hello, %.2f × with REST or DynamoDB, 1/%.0f of Node with Twilio's whole SDK;
warm %.1f × without a network call, memory %.2f ×, zip %.1f MB.
`, twimlAim, clientAim, 1/nodeAim, warmAim, memoryAim, zipAim)
	return err
}

// ofNode is the cold start as a fraction of that in Node, such as 1/24; "" = there is none to
// compare with.
func ofNode(t target, cold float64, samples map[string][]sample) string {
	if t.inNode == "" {
		return ""
	}
	part := medianOf(samples[t.inNode], sample.cold) / cold
	if 1/part > nodeAim {
		return fmt.Sprintf("**1/%.1f**", part)
	}
	return fmt.Sprintf("1/%.1f", part)
}

// sizes are those of the two deployment packages; a function in Node has none.
func sizes(t target, zips map[string][]int64) string {
	if t.script != "" {
		return "n/a"
	}
	return aimed(float64(zips[t.function][0])/1e6, zipAim) + ", " + aimed(float64(zips[t.function][1])/1e6, zipAim)
}

// ratio is the median of what a target took compared with hello right before it: other work on this
// machine slows down both. 0 = not known.
func ratio(taken []sample, field func(sample) float64) float64 {
	return medianOf(taken, func(s sample) float64 {
		if s.base == nil {
			return 1
		}
		return field(s) / max(field(*s.base), 1)
	})
}

func (s sample) coldCPU() float64   { return float64(s.initCPU + s.firstCPU) }
func (s sample) initTime() float64  { return float64(s.init) }
func (s sample) firstTime() float64 { return float64(s.first) }
func (s sample) warmTime() float64  { return float64(s.warm) }
func (s sample) slowTime() float64  { return float64(s.slow) }
func (s sample) bytes() float64     { return float64(s.memory) }

// cold is init plus first invoke: a caller waits for both.
func (s sample) cold() float64 { return float64(s.init + s.first) }

func medianOf(taken []sample, field func(sample) float64) float64 {
	values := make([]float64, len(taken))
	for i, s := range taken {
		values[i] = field(s)
	}
	return median(values)
}

// median returns the median of at least one value; of two in the middle, the larger.
func median[T float64 | time.Duration](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// aimed formats a value, 0 = unknown, in bold if it misses the aim in the two decimals shown,
// 0 = no aim.
func aimed(value, aim float64) string {
	switch {
	case value == 0:
		return "n/a"
	case aim > 0 && value >= aim+0.005:
		return fmt.Sprintf("**%.2f**", value)
	}
	return fmt.Sprintf("%.2f", value)
}

func (c calls) add(others calls) {
	for service, count := range others {
		c[service] += count
	}
}

// text lists the counts of one invoke by service, such as "DynamoDB 2, Twilio 1"; "none" if there
// are none.
func (c calls) text(invokes int) string {
	var cells []string
	for _, service := range slices.Sorted(maps.Keys(c)) {
		cells = append(cells, fmt.Sprintf("%s %.3g", service, float64(c[service])/float64(invokes)))
	}
	return cmp.Or(strings.Join(cells, ", "), "none")
}
