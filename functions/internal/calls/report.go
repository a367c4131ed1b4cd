package calls

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"switchboard/functions/internal/timeline"
	"switchboard/shared/simulator"
)

// ErrBroken means that a call broke a rule.
var ErrBroken = errors.New("rules were broken")

// Report prints the results of a program's calls.
type Report struct {
	Out  io.Writer
	JSON bool // print one document, in Close
	Wire bool // print what went over the wire, instead of each call's story

	results []*Result
}

// Add adds the result of a call and prints what happened in it.
func (r *Report) Add(result *Result) {
	r.results = append(r.results, result)
	if r.JSON {
		return
	}
	fmt.Fprintf(r.Out, "── %s (%s)\n\n", result.Call.Title, result.Call.Mode)
	if r.Wire {
		result.Write(r.Out)
	} else {
		result.Story(r.Out)
	}
	fmt.Fprintln(r.Out)
}

// Close prints the table or the document. It returns ErrBroken if a rule was broken.
func (r *Report) Close() error {
	var err error
	if r.JSON {
		err = r.writeJSON()
	} else {
		err = r.writeTable()
	}
	broken := 0
	for _, result := range r.results {
		broken += len(result.Broken)
	}
	if err == nil && broken > 0 {
		err = fmt.Errorf("%w: %d", ErrBroken, broken)
	}
	return err
}

// writeTable prints each call with both CallSids, and then the broken rules.
func (r *Report) writeTable() error {
	tab := tabwriter.NewWriter(r.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "CALL\tMODE\tCALLER'S CALL\tWORKER CALL\tWORKER\tQUEUE RESULT\tSCORE\tRULES")
	for i, result := range r.results {
		caller, worker := result.caller(), result.worker()
		verdict := "kept"
		if len(result.Broken) > 0 {
			verdict = fmt.Sprintf("%d BROKEN", len(result.Broken))
		}
		who := worker.To
		if !caller.Bridged.IsZero() {
			who += " talked " + caller.BridgeEnded.Sub(caller.Bridged).Round(time.Second).String()
		} else if worker = result.lastWorkerCall(); worker.SID != "" {
			who = worker.To + " " + worker.Status
		}
		fmt.Fprintf(tab, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", i+1, result.Call.Mode, caller.SID, cmp.Or(worker.SID, "-"),
			cmp.Or(who, "-"), result.Call.QueueResult, cmp.Or(result.Link.Score, "-"), verdict)
	}
	err := tab.Flush()
	for i, result := range r.results {
		for _, rule := range result.Broken {
			fmt.Fprintf(r.Out, "call %d: %s\n", i+1, rule)
		}
	}
	return err
}

func (r *Result) lastWorkerCall() (last simulator.CallRecord) {
	for _, call := range r.Account.Calls() {
		if call.Direction != "inbound" {
			last = call
		}
	}
	return last
}

func (r *Report) writeJSON() error {
	type call struct {
		Title         string           `json:"title"`
		Mode          string           `json:"mode"`
		CallSID       string           `json:"call_sid"`
		WorkerCallSID string           `json:"worker_call_sid,omitempty"`
		TaskSID       string           `json:"task_sid"`
		QueueResults  []string         `json:"queue_results"`
		Broken        []string         `json:"rules_broken"`
		Timeline      []timeline.Entry `json:"timeline"`
	}
	document := make([]call, 0, len(r.results))
	for _, result := range r.results {
		caller := result.caller()
		document = append(document, call{
			Title:         result.Call.Title,
			Mode:          result.Call.Mode,
			CallSID:       caller.SID,
			WorkerCallSID: result.worker().SID,
			TaskSID:       caller.TaskSID,
			QueueResults:  caller.QueueResults,
			Broken:        append([]string{}, result.Broken...),
			Timeline:      result.ForScripts(),
		})
	}
	return timeline.WriteJSON(r.Out, document)
}
