package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/simulator"
)

// report prints the result, and returns errBroken when a rule was broken. After an interrupt it
// counts the broken rules and explains none.
func (r *result) report(ctx context.Context, out io.Writer, c campaign) error {
	r.table(out)
	if r.Example == nil {
		return nil
	}
	if ctx.Err() == nil {
		return c.show(ctx, out, r.Example)
	}
	return fmt.Errorf("seed %d, call %d: %w", r.Seed, r.Example.index, errBroken)
}

// show prints a broken world with as few faults as break it, and returns errBroken.
func (c campaign) show(ctx context.Context, out io.Writer, e *example) error {
	told, err := c.explain(ctx, e)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s", told)
	return fmt.Errorf("seed %d, call %d: %w", c.seed, e.index, errBroken)
}

func (r *result) table(out io.Writer) {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "FAULT\tINJECTED\t")
	for k, n := range r.Faults {
		fmt.Fprintf(tab, "%s\t%d\t\n", kind(k), n)
	}
	_ = tab.Flush()
	fmt.Fprintf(out, "\nseed %d: %d calls in %d worlds, %.0f calls a minute, at most %d MB of memory\n",
		r.Seed, r.Calls, r.Worlds, float64(r.Calls)/r.Took.Minutes(), r.Memory>>20)
	fmt.Fprintf(out, "including %d calls to workers: %.0f calls a minute\n",
		r.WorkerCalls, float64(r.Calls+r.WorkerCalls)/r.Took.Minutes())
	broken := 0
	for _, rule := range slices.Sorted(maps.Keys(r.Broken)) {
		fmt.Fprintf(out, "broken in %d worlds: %s\n", r.Broken[rule], rule)
		broken += r.Broken[rule]
	}
	fmt.Fprintf(out, "rules broken: %d\n", broken)
}

// replay runs one world and explains the first rule that it breaks.
func (c campaign) replay(ctx context.Context, out io.Writer, index uint64, verbose bool) error {
	var timeline func(simulator.Entry)
	if verbose {
		timeline = tell(out)
	}
	w, err := c.take(ctx, index, nil, timeline)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "-seed %d -call %d: %d callers, faults %v\n", c.seed, index, len(w.callers), w.faults.struck)
	if len(w.broken) == 0 {
		return nil
	}
	return c.show(ctx, out, &example{index, w.broken})
}

// tell returns a function that prints a timeline's entries.
func tell(out io.Writer) func(simulator.Entry) {
	return func(e simulator.Entry) {
		for _, line := range lines(e) {
			fmt.Fprintln(out, line)
		}
	}
}

// lines returns the lines of a timeline's entry.
func lines(e simulator.Entry) []string {
	at := e.At.Sub(account.Morning)
	lines := []string{fmt.Sprintf("%3d:%06.3f  %-11s  %s", int(at.Minutes()), (at % time.Minute).Seconds(), e.Kind, e.Text)}
	add := func(text string) { lines = append(lines, fmt.Sprintf("%25s│ %s", "", text)) }
	switch {
	case e.Kind == simulator.KindWebhook && (strings.HasSuffix(e.URL, "/survey") || strings.HasSuffix(e.URL, "/status")):
		add("QueueResult=" + e.Params.Get("QueueResult") + " CallStatus=" + e.Params.Get("CallStatus"))
	case e.Kind == simulator.KindREST && len(e.Params) > 0:
		add(e.Params.Encode())
	case e.Kind == simulator.KindAnswer && e.Body != "":
		add(e.Body)
	}
	return lines
}
