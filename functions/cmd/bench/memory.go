package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"switchboard/functions/internal/memorysize"
	"switchboard/functions/internal/spread"
)

// needsOf returns what each target needs, hello first.
func needsOf(all []target, samples map[string][]sample) []memorysize.Need {
	var needs []memorysize.Need
	for _, t := range slices.Concat([]target{hello()}, all) {
		var starts, firsts, warm []time.Duration
		first, further, invokes := calls{}, calls{}, 0
		taken := samples[t.name]
		for _, each := range taken {
			starts, firsts, warm = append(starts, each.initCPU), append(firsts, each.firstCPU), append(warm, each.warmCPU...)
			first.add(each.coldCalls)
			further.add(each.warmCalls)
			invokes += each.invokes
		}
		needs = append(needs, memorysize.Need{
			Name:  t.name,
			Init:  step(starts, calls{}, len(taken)),
			First: step(firsts, first, len(taken)),
			Warm:  step(warm, further, invokes),
			Peak:  int64(medianOf(taken, sample.bytes)),
		})
	}
	return needs
}

func step(used []time.Duration, made calls, invokes int) memorysize.Step {
	perInvoke := map[string]int{}
	for service, count := range made {
		if each := (count + invokes/2) / invokes; each > 0 {
			perInvoke[service] = each
		}
	}
	var sum time.Duration
	for _, each := range used {
		sum += each
	}
	return memorysize.Step{Mean: sum / time.Duration(len(used)), P50: median(used), P99: spread.At(used, 99), Calls: perInvoke}
}

func writeMeasured(path string, needs []memorysize.Need) error {
	text, err := json.MarshalIndent(needs, "", "\t")
	if err != nil {
		return fmt.Errorf("encode measurements: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write measurements: %w", err)
	}
	return nil
}

// writeMemory prints a Markdown table of times in ms: p50 and p99 by step and memory size.
func writeMemory(out io.Writer, needs []memorysize.Need) error {
	tab := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprint(tab, "| ms: p50, p99\t")
	for _, name := range []string{"init", "first", "warm"} {
		for _, size := range memorysize.Sizes() {
			fmt.Fprintf(tab, "| %s, %d MB\t", name, size)
		}
	}
	fmt.Fprint(tab, "| of it waiting\t| peak MB\t|\n|")
	fmt.Fprintln(tab, " ---\t| ---:\t| ---:\t| ---:\t| ---:\t| ---:\t| ---:\t| ---:\t| ---:\t| ---:\t| ---:\t| ---:\t|")
	for _, need := range needs {
		fmt.Fprintf(tab, "| %s\t", need.Name)
		for _, part := range []memorysize.Step{need.Init, need.First, need.Warm} {
			for _, size := range memorysize.Sizes() {
				fmt.Fprintf(tab, "| %s, %s\t", milliseconds(part.Median(size)), milliseconds(part.Slow(size)))
			}
		}
		fmt.Fprintf(tab, "| %s, %s\t| %.0f\t|\n", milliseconds(need.First.Wait()), milliseconds(need.Warm.Wait()), float64(need.Peak)/1e6)
	}
	return tab.Flush()
}

func milliseconds(d time.Duration) string {
	if d > 0 && d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.0f", d.Seconds()*1000)
}
