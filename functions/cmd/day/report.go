package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"switchboard/functions/internal/spread"
	"switchboard/functions/internal/timeline"
)

func report(out io.Writer, days []measures, asJSON bool) error {
	var err error
	if asJSON {
		err = timeline.WriteJSON(out, days)
	} else {
		err = writeTable(out, days)
	}
	for _, each := range days {
		if faults := each.Lost + each.NoReturns + len(each.Problems); err == nil && faults > 0 {
			err = fmt.Errorf("%s desk: %d callers lost, %d workers not brought back, %d problems",
				each.Desk, each.Lost, each.NoReturns, len(each.Problems))
		}
	}
	return err
}

func writeTable(out io.Writer, days []measures) error {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name string, of func(measures) string) {
		cells := []string{name}
		for _, each := range days {
			cells = append(cells, of(each))
		}
		fmt.Fprintln(tab, strings.Join(cells, "\t"))
	}
	number := func(name, format string, of func(measures) any) {
		row(name, func(m measures) string { return fmt.Sprintf(format, of(m)) })
	}
	row("DESK", func(m measures) string { return strings.ToUpper(m.Desk) })
	number("workers", "%d", func(m measures) any { return m.Workers })
	number("callers in 8 h", "%d", func(m measures) any { return m.Callers })
	number("callers lost", "%d", func(m measures) any { return m.Lost })
	number("occupancy, %", "%.1f", func(m measures) any { return 100 * m.Occupancy })
	number("mean talk, s", "%.0f", func(m measures) any { return m.MeanTalk })
	number("offers per call", "%.3f", func(m measures) any { return m.Offers })
	number("workers signed off by missed calls", "%d", func(m measures) any { return m.SignedOff })
	span := func(name string, of func(measures) spread.Times) {
		row(name, func(m measures) string { return fmt.Sprintf("%.2f, %.2f, %.2f", of(m).P50, of(m).P99, of(m).Longest) })
	}
	row("seconds:", func(measures) string { return "p50, p99, longest" })
	span("  wait of callers", func(m measures) spread.Times { return m.Wait })
	span("  end of a talk to the next offer, while callers wait", func(m measures) spread.Times { return m.NextOffer })
	span("  end of a talk to the next ring", func(m measures) spread.Times { return m.NextRing })
	span("  the same, without Twilio's queue of one call a second", func(m measures) spread.Times { return m.NextRingAlone })
	number("talks after which callers waited", "%d", func(m measures) any { return m.Returns })
	number("workers not brought back", "%d", func(m measures) any { return m.NoReturns })
	number("SQS messages per call", "%.2f", func(m measures) any { return m.Messages })
	number("ledger writes per call", "%.2f", func(m measures) any { return m.LedgerWrites })
	number("roster writes per call", "%.2f", func(m measures) any { return m.RosterWrites })
	number("REST requests per sweep", "%.1f", func(m measures) any { return m.RESTPerSweep })
	number("REST requests per call", "%.2f", func(m measures) any { return m.RESTSum })
	number("  about workers", "%.2f", func(m measures) any { return m.RESTForWorkers })
	kinds := map[string]bool{}
	for _, each := range days {
		for kind := range each.REST {
			kinds[kind] = true
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		number("  "+kind, "%.3f", func(m measures) any { return m.REST[kind] })
	}
	err := errors.Join(tab.Flush(), writeAnnounced(out, days))
	for _, each := range days {
		for _, problem := range each.Problems {
			fmt.Fprintf(out, "%s: %s\n", each.Desk, problem)
		}
	}
	return err
}
