package main

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"switchboard/functions/internal/timeline"
)

// write prints the timeline. The faults follow the table, at the end of the output.
func (p *play) write(out io.Writer) {
	if p.scenario != nil {
		fmt.Fprintf(out, "── %s %s\n\n", p.scenario, p.variant)
		p.Write(out)
		fmt.Fprintln(out)
	}
}

func (p *play) wrong() []string {
	var lines []string
	if p.err != nil {
		lines = append(lines, p.err.Error())
	}
	lines = append(lines, p.unmet...)
	for _, rule := range p.broken {
		lines = append(lines, "rule broken: "+rule)
	}
	return lines
}

func (p *play) title() string {
	if p.scenario == nil {
		return "-"
	}
	return p.scenario.Title
}

// report prints the table or the JSON of a run. It returns errFailed if a scenario failed.
func report(out io.Writer, plays []*play, asJSON bool) error {
	var err error
	if asJSON {
		err = writeJSON(out, plays)
	} else {
		err = writeTable(out, plays)
	}
	failed := 0
	for _, p := range plays {
		if p.failed() {
			failed++
		}
	}
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d %w", failed, len(plays), errFailed)
	}
	return err
}

// writeTable prints a line for each scenario, and below them what is wrong.
func writeTable(out io.Writer, plays []*play) error {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "VERDICT\tFILE\tPLAYED\tCALLS\tTALKED\tVIRTUAL TIME\tSCENARIO")
	for _, p := range plays {
		verdict, calls, talked, took := "ok", 0, 0, time.Duration(0)
		if p.failed() {
			verdict = "FAILED"
		}
		if p.twilio != nil {
			took = p.twilio.Loop().Now().Sub(p.Start).Round(time.Second)
			for _, call := range p.twilio.Calls() {
				calls++
				if call.Direction == "inbound" && !call.Bridged.IsZero() {
					talked++
				}
			}
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\t%d\t%d\t%s\t%s\n",
			verdict, filepath.Base(p.file), cmp.Or(p.variant.String(), "-"), calls, talked, took, p.title())
	}
	err := tab.Flush()
	for _, p := range plays {
		if p.failed() {
			fmt.Fprintf(out, "\n%s %s:\n%s\n", filepath.Base(p.file), p.variant, strings.Join(p.wrong(), "\n"))
		}
	}
	return err
}

// writeJSON prints the run as one document, for scripts.
func writeJSON(out io.Writer, plays []*play) error {
	type result struct {
		Title    string           `json:"title"`
		File     string           `json:"file"`
		Mode     string           `json:"mode,omitempty"`
		Desk     string           `json:"desk,omitempty"`
		OK       bool             `json:"ok"`
		Error    string           `json:"error,omitempty"`
		Unmet    []string         `json:"unmet"`
		Broken   []string         `json:"rules_broken"`
		CallSIDs []string         `json:"call_sids"`
		Timeline []timeline.Entry `json:"timeline"`
	}
	document := make([]result, 0, len(plays))
	for _, p := range plays {
		r := result{
			Title:    p.title(),
			File:     p.file,
			Mode:     p.variant.mode,
			Desk:     p.variant.desk,
			OK:       !p.failed(),
			Unmet:    append([]string{}, p.unmet...),
			Broken:   append([]string{}, p.broken...),
			CallSIDs: []string{},
			Timeline: p.ForScripts(),
		}
		if p.err != nil {
			r.Error = p.err.Error()
		}
		for i := range p.links {
			r.CallSIDs = append(r.CallSIDs, p.played.Caller(i).SID)
		}
		document = append(document, r)
	}
	return timeline.WriteJSON(out, document)
}
