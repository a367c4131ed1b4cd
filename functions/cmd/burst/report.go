package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"switchboard/functions/internal/spread"
)

// mostTexts is how many texts the table has, and textLength how many characters of each.
const (
	mostTexts  = 12
	textLength = 76
)

// table writes rows with a cell for each burst.
type table struct {
	*tabwriter.Writer
	bursts []measures
}

func (t table) row(name string, of func(measures) string) {
	cells := []string{name}
	for _, each := range t.bursts {
		cells = append(cells, of(each))
	}
	fmt.Fprintln(t, strings.Join(cells, "\t"))
}

func (t table) count(name string, of func(measures) int) {
	t.row(name, func(m measures) string { return fmt.Sprint(of(m)) })
}

func (t table) spread(name string, of func(measures) spread.Times) {
	t.row(name, func(m measures) string { return fmt.Sprintf("%.1f, %.1f, %.1f", of(m).P50, of(m).P99, of(m).Longest) })
}

// counts writes a row for each name that a burst has.
func (t table) counts(of func(measures) map[string]int) {
	names := map[string]bool{}
	for _, each := range t.bursts {
		for name := range of(each) {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		t.count("  "+name, func(m measures) int { return of(m)[name] })
	}
}

func writeTable(out io.Writer, bursts []measures) error {
	t := table{tabwriter.NewWriter(out, 0, 0, 2, ' ', 0), bursts}
	t.count("CALLS A SECOND OF THE TWILIO ACCOUNT", func(m measures) int { return m.CPS })
	t.count("callers", func(m measures) int { return m.Callers })
	t.count("  talked to a worker", func(m measures) int { return m.Talked })
	t.count("  hung up while they waited", func(m measures) int { return m.HungUp })
	t.count("  were sent to overflow", func(m measures) int { return m.Overflow })
	t.count("  heard of an application error", func(m measures) int { return m.Errors })
	t.count("  others", func(m measures) int { return m.Others })
	t.row("SECONDS", func(measures) string { return "p50, p99, longest" })
	t.spread("  from dialing to talking", func(m measures) spread.Times { return m.Wait })
	t.spread("  from dialing to hanging up", func(m measures) spread.Times { return m.GaveUp })
	t.spread("  silence before an answer", func(m measures) spread.Times { return m.Silence })
	t.spread("  worker call in Twilio's queue", func(m measures) spread.Times { return m.TwilioQueue })
	t.spread("  message in BridgeQueue", func(m measures) spread.Times { return m.BridgeQueue })
	t.count("WORKER CALLS", func(m measures) int { return m.Placed })
	t.count("  taken back from Twilio's queue", func(m measures) int { return m.NotDialed })
	t.row("RESERVATIONS", func(measures) string { return "" })
	t.counts(func(m measures) map[string]int { return m.Reservations })
	t.row("FAILURES, BY STEP", func(measures) string { return "" })
	t.counts(func(m measures) map[string]int { return m.Failures })
	t.count("  messages in the dead-letter queue", func(m measures) int { return m.DeadLetters })
	t.row("WEBHOOKS WITHOUT AN ANSWER", func(measures) string { return "" })
	t.counts(func(m measures) map[string]int { return m.Alerts })
	t.row("LIMITS", func(measures) string { return "peak, throttled, failed after retries" })
	for _, name := range slices.Sorted(maps.Keys(bursts[0].Limits)) {
		t.row("  "+name+": "+bursts[0].Limits[name].Limit, func(m measures) string {
			each := m.Limits[name]
			return fmt.Sprintf("%d, %d, %d", each.Peak, each.Throttled, each.Failed)
		})
	}
	t.count("  execution environments", func(m measures) int { return m.environments() })
	t.heard()
	if err := t.Flush(); err != nil {
		return err
	}
	for _, each := range bursts {
		for _, problem := range each.Problems {
			fmt.Fprintf(out, "%d calls a second: %s\n", each.CPS, problem)
		}
	}
	return nil
}

// heard writes what most callers heard in any burst.
func (t table) heard() {
	most, callers := map[string]int{}, map[string][]int{}
	for i, each := range t.bursts {
		for _, s := range each.Heard {
			if callers[s.Text] == nil {
				callers[s.Text] = make([]int, len(t.bursts))
			}
			callers[s.Text][i] = s.Callers
			most[s.Text] = max(most[s.Text], s.Callers)
		}
	}
	texts := slices.SortedFunc(maps.Keys(most), func(a, b string) int {
		return cmp.Or(most[b]-most[a], strings.Compare(a, b))
	})
	fmt.Fprintln(t, "CALLERS WHO HEARD\t")
	for _, text := range texts[:min(mostTexts, len(texts))] {
		short := text
		if characters := []rune(text); len(characters) > textLength {
			short = string(characters[:textLength]) + "…"
		}
		cells := []string{"  " + short}
		for _, n := range callers[text] {
			cells = append(cells, fmt.Sprint(n))
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
}
