package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"switchboard/shared/simulator"
)

// report tells what came of a run, and fails when a rule was broken.
func (r *result) report(ctx context.Context, out io.Writer, c campaign, asJSON bool) error {
	if asJSON {
		if err := r.writeJSON(out); err != nil {
			return err
		}
	} else {
		r.table(out)
	}
	if r.Example == nil {
		return nil
	}
	if err := c.explain(ctx, out, r.Example); err != nil {
		return err
	}
	return fmt.Errorf("seed %d: %w", r.Seed, errBroken)
}

func (r *result) table(out io.Writer) {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "FAULT\tINJECTED\t")
	for k, n := range r.Faults {
		fmt.Fprintf(tab, "%s\t%d\t\n", kind(k), n)
	}
	_ = tab.Flush()
	fmt.Fprintf(out, "\nseed %d: %d calls in %d worlds, %.0f calls a minute\n", r.Seed, r.Calls, r.Worlds, float64(r.Calls)/r.Took.Minutes())
	broken := 0
	for _, rule := range slices.Sorted(maps.Keys(r.Broken)) {
		fmt.Fprintf(out, "broken in %d worlds: %s\n", r.Broken[rule], rule)
		broken += r.Broken[rule]
	}
	fmt.Fprintf(out, "rules broken: %d\n", broken)
}

func (r *result) writeJSON(out io.Writer) error {
	faults := map[string]int{}
	for k, n := range r.Faults {
		faults[kind(k).String()] = n
	}
	document := map[string]any{
		"seed": r.Seed, "calls": r.Calls, "worlds": r.Worlds, "seconds": r.Took.Seconds(), "calls_per_minute": float64(r.Calls) / r.Took.Minutes(),
		"faults": faults, "broken": r.Broken,
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}

// explain tells one broken rule: with as few faults as it needs, and what happened.
func (c campaign) explain(ctx context.Context, out io.Writer, e *example) error {
	rule := e.broken[0].rule
	needed, without, err := c.shrink(ctx, e.index, rule)
	if err != nil {
		return err
	}
	var lines strings.Builder
	w, err := c.take(ctx, e.index, without, c.teller(&lines))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n-seed %d -call %d\n", c.seed, e.index)
	for _, b := range w.broken {
		fmt.Fprintf(out, "  %s\n", b)
	}
	fmt.Fprintf(out, "  faults that it needs: %v\n\n%s", needed, lines.String())
	return nil
}

// replay takes one world again.
func (c campaign) replay(ctx context.Context, out io.Writer, index uint64, verbose bool) error {
	var timeline func(simulator.Entry)
	if verbose {
		timeline = c.teller(out)
	}
	w, err := c.take(ctx, index, nil, timeline)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "-seed %d -call %d: %d callers, faults %v\n", c.seed, index, len(w.callers), w.faults.struck)
	if len(w.broken) == 0 {
		return nil
	}
	return c.explain(ctx, out, &example{index, w.broken})
}

// teller writes a timeline.
func (c campaign) teller(out io.Writer) func(simulator.Entry) {
	return func(e simulator.Entry) {
		at := e.At.Sub(start())
		fmt.Fprintf(out, "%3d:%06.3f  %-11s  %s\n", int(at.Minutes()), (at % 60e9).Seconds(), e.Kind, e.Text)
		switch {
		case e.Kind == simulator.KindWebhook && (strings.HasSuffix(e.URL, "/survey") || strings.HasSuffix(e.URL, "/status")):
			fmt.Fprintf(out, "%25s│ QueueResult=%s CallStatus=%s\n", "", e.Params.Get("QueueResult"), e.Params.Get("CallStatus"))
		case e.Kind == simulator.KindREST && len(e.Params) > 0:
			fmt.Fprintf(out, "%25s│ %s\n", "", e.Params.Encode())
		case e.Kind == simulator.KindAnswer && e.Body != "":
			fmt.Fprintf(out, "%25s│ %s\n", "", e.Body)
		}
	}
}
