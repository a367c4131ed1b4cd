package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	stack "switchboard/functions/internal/bundle"
)

// brokenByMany lists the rules that were broken, as broken does for one caller. What the scenario itself expects to go
// wrong, in Twilio's debugger and with reservations, its expectations judge.
func (p *played) brokenByMany(keys stack.Parameters) []string {
	var broken []string
	check := checkInto(&broken)
	check(len(p.Dead) == 0, "%d messages ended in the dead-letter queue", len(p.Dead))
	p.checkAnswers(check)
	p.checkREST(check)
	p.checkCalls(check)
	p.checkEnd(check)
	p.checkWorkers(check)
	p.checkLogs(check, keys)
	p.checkLedger(check)
	return broken
}

// checkLedger: the ledger tells the same as Twilio.
func (p *played) checkLedger(check check) {
	for i, link := range p.links {
		caller := p.play.Caller(i)
		if link.CallSID == "" {
			check(caller.TaskSID == "", "the ledger does not know the call of %s", caller.From)
			continue
		}
		check(link.CallSID == caller.SID && link.TaskSID == caller.TaskSID, "the ledger links call %s and task %s, want %s and %s", link.CallSID, link.TaskSID, caller.SID, caller.TaskSID)
		check(link.WorkerCallSID == caller.PeerSID, "the ledger links worker's call %q, want %q", link.WorkerCallSID, caller.PeerSID)
		check(link.QueueResult == strings.Join(caller.QueueResults, ","), "the ledger has QueueResult %q, want %v", link.QueueResult, caller.QueueResults)
	}
}

func (p *played) unmetByLedger(expected []outcome) []string {
	var unmet []string
	for i, want := range expected {
		if want.Score != nil && p.links[i].Score != *want.Score {
			unmet = append(unmet, fmt.Sprintf("%s:%d: the ledger has score %q, want %q", p.scenario.File(),
				p.scenario.Line(fmt.Sprintf("callers[%d].expect.application.score", i)), p.links[i].Score, *want.Score))
		}
	}
	return unmet
}

// tell prints the timeline. What is wrong follows the verdicts, where it is not scrolled away.
func (p *played) tell(out io.Writer) {
	if p.scenario != nil {
		fmt.Fprintf(out, "── %s %s\n\n", p.scenario, p.under)
		p.timeline(out)
		fmt.Fprintln(out)
	}
}

func (p *played) wrong() []string {
	var lines []string
	if p.err != nil {
		lines = append(lines, p.err.Error())
	}
	lines = append(lines, p.unmet...)
	for _, rule := range p.Broken {
		lines = append(lines, "rule broken: "+rule)
	}
	return lines
}

func (p *played) title() string {
	if p.scenario == nil {
		return "-"
	}
	return p.scenario.Title
}

// verdicts closes a run: a line for each scenario.
func verdicts(out io.Writer, plays []*played) {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "VERDICT\tFILE\tPLAYED\tCALLS\tTALKED\tVIRTUAL TIME\tSCENARIO")
	for _, p := range plays {
		verdict, calls, talked, took := "ok", 0, 0, time.Duration(0)
		if p.failed() {
			verdict = "FAILED"
		}
		if p.World != nil {
			took = p.World.Loop().Now().Sub(p.Start).Round(time.Second)
			for _, call := range p.World.Calls() {
				calls++
				if call.Direction == "inbound" && !call.Bridged.IsZero() {
					talked++
				}
			}
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\t%d\t%d\t%s\t%s\n", verdict, filepath.Base(p.file), orDash(p.under.String()), calls, talked, took, p.title())
	}
	tab.Flush()
	for _, p := range plays {
		if p.failed() {
			fmt.Fprintf(out, "\n%s %s:\n%s\n", filepath.Base(p.file), p.under, strings.Join(p.wrong(), "\n"))
		}
	}
}

// writeScenarios is the run for scripts, one document.
func writeScenarios(out io.Writer, plays []*played) error {
	type told struct {
		Title    string     `json:"title"`
		File     string     `json:"file"`
		Mode     string     `json:"mode,omitempty"`
		Desk     string     `json:"desk,omitempty"`
		OK       bool       `json:"ok"`
		Error    string     `json:"error,omitempty"`
		Unmet    []string   `json:"unmet"`
		Broken   []string   `json:"rules_broken"`
		CallSIDs []string   `json:"call_sids"`
		Timeline []happened `json:"timeline"`
	}
	document := make([]told, 0, len(plays))
	for _, p := range plays {
		t := told{Title: p.title(), File: p.file, Mode: p.under.mode, Desk: p.under.desk, OK: !p.failed(), Unmet: append([]string{}, p.unmet...), Broken: append([]string{}, p.Broken...), CallSIDs: []string{}, Timeline: timelineOf(p.Entries)}
		if p.err != nil {
			t.Error = p.err.Error()
		}
		for i := range p.links {
			t.CallSIDs = append(t.CallSIDs, p.play.Caller(i).SID)
		}
		document = append(document, t)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
