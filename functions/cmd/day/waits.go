package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"switchboard/functions/internal/spread"
	"switchboard/shared/outlook"
	"switchboard/shared/prompt"
)

// announced is a range of waits that callers heard first, and how long they waited themselves.
type announced struct {
	outlook.Range
	Callers int     `json:"callers"`
	Sooner  float64 `json:"sooner"` // share of the callers who were answered before the range
	Within  float64 `json:"within"` // in it
	Median  float64 `json:"median"` // of their waits, in seconds
}

// Of callers who heard no range, and of all who heard one, together.
var (
	silence  = outlook.Range{From: -1}
	together = outlook.Range{From: -2}
)

// measureAnnounced compares what callers heard of the wait with their own, from dialing to talking.
func (h history) measureAnnounced() (all []announced) {
	waits := map[outlook.Range][]time.Duration{}
	for _, call := range h.callers {
		if !call.Bridged.IsZero() {
			first := firstRange(call.Heard)
			waits[first] = append(waits[first], call.Bridged.Sub(call.Created))
		}
	}
	total := announced{Range: together}
	var heard []time.Duration
	for _, each := range outlook.Ranges() {
		if len(waits[each]) == 0 {
			continue
		}
		compared := compare(each, waits[each])
		all, heard = append(all, compared), append(heard, waits[each]...)
		total.Callers += compared.Callers
		total.Sooner += compared.Sooner * float64(compared.Callers)
		total.Within += compared.Within * float64(compared.Callers)
	}
	if total.Callers > 0 {
		total.Sooner, total.Within, total.Median = total.Sooner/float64(total.Callers), total.Within/float64(total.Callers), spread.Percentile(heard, 50)
		all = append(all, total)
	}
	if len(waits[silence]) > 0 {
		all = append(all, compare(silence, waits[silence]))
	}
	return all
}

// firstRange returns the first range in what a caller heard.
func firstRange(heard []string) outlook.Range {
	for _, text := range heard {
		for _, each := range outlook.Ranges() {
			if strings.Contains(text, (prompt.Book{}).Wait(each.From, each.To).Text) {
				return each
			}
		}
	}
	return silence
}

func compare(said outlook.Range, waits []time.Duration) announced {
	a := announced{Range: said, Callers: len(waits), Median: spread.Percentile(waits, 50)}
	for _, wait := range waits {
		switch {
		case said == silence:
		case wait <= time.Duration(said.From)*time.Minute:
			a.Sooner += 1 / float64(len(waits))
		case said.Admits(wait):
			a.Within += 1 / float64(len(waits))
		}
	}
	return a
}

func (a announced) words() string {
	switch {
	case a.Range == silence:
		return "nothing"
	case a.Range == together:
		return "any range"
	case a.To == 0:
		return fmt.Sprintf("more than %d min", a.From)
	}
	return fmt.Sprintf("%d to %d min", a.From, a.To)
}

// writeAnnounced writes what callers heard of the wait against their own waits.
func writeAnnounced(out io.Writer, days []measures) error {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, each := range days {
		if len(each.Announced) == 0 {
			continue
		}
		fmt.Fprintf(tab, "\n%s DESK: WAIT ANNOUNCED\tcallers\tsooner, %%\twithin, %%\tlater, %%\tmedian wait\n", strings.ToUpper(each.Desk))
		for _, a := range each.Announced {
			shares := []string{"", "", ""}
			if a.Range != silence {
				for i, share := range []float64{a.Sooner, a.Within, 1 - a.Sooner - a.Within} {
					shares[i] = fmt.Sprintf("%.0f", 100*max(share, 0))
				}
			}
			median := time.Duration(a.Median * float64(time.Second)).Round(time.Second)
			fmt.Fprintf(tab, "%s\n", strings.Join(slices.Concat([]string{a.words(), fmt.Sprint(a.Callers)}, shares, []string{median.String()}), "\t"))
		}
	}
	return tab.Flush()
}
