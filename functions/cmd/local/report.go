package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"text/tabwriter"
	"time"

	"switchboard/shared/simulator"
)

// table closes a run: each call with both of its CallSids, as Twilio has them, and whether a rule was broken.
func table(out io.Writer, takes []*take) {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "CALL\tMODE\tCALLER'S CALL\tWORKER'S CALL\tWORKER\tQUEUE RESULT\tSCORE\tRULES")
	for i, taken := range takes {
		caller, worker := taken.caller(), taken.worker()
		verdict := "kept"
		if len(taken.Broken) > 0 {
			verdict = fmt.Sprintf("%d BROKEN", len(taken.Broken))
		}
		who := worker.To
		if !caller.Bridged.IsZero() {
			who += " talked " + caller.BridgeEnded.Sub(caller.Bridged).Round(time.Second).String()
		} else if worker = taken.lastLeg(); worker.SID != "" {
			who = worker.To + " " + worker.Status
		}
		fmt.Fprintf(tab, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", i+1, taken.Call.Mode, caller.SID, orDash(worker.SID), orDash(who),
			taken.Call.QueueResult, orDash(taken.Link.Score), verdict)
	}
	tab.Flush()
	for i, taken := range takes {
		for _, rule := range taken.Broken {
			fmt.Fprintf(out, "call %d: %s\n", i+1, rule)
		}
	}
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// happened is an entry of the timeline as scripts read it.
type happened struct {
	At             time.Time      `json:"at"`
	Kind           simulator.Kind `json:"kind"`
	CallSID        string         `json:"call_sid,omitempty"`
	TaskSID        string         `json:"task_sid,omitempty"`
	ReservationSID string         `json:"reservation_sid,omitempty"`
	MessageSID     string         `json:"message_sid,omitempty"`
	Text           string         `json:"text"`
	Method         string         `json:"method,omitempty"`
	URL            string         `json:"url,omitempty"`
	Params         url.Values     `json:"params,omitempty"`
	Status         int            `json:"status,omitempty"`
	ContentType    string         `json:"content_type,omitempty"`
	Body           string         `json:"body,omitempty"`
}

func timelineOf(entries []simulator.Entry) []happened {
	timeline := make([]happened, len(entries))
	for i, entry := range entries {
		timeline[i] = happened(entry)
	}
	return timeline
}

// writeJSON is the run for scripts, one document.
func writeJSON(out io.Writer, takes []*take) error {
	type told struct {
		Title         string     `json:"title"`
		Mode          string     `json:"mode"`
		CallSID       string     `json:"call_sid"`
		WorkerCallSID string     `json:"worker_call_sid,omitempty"`
		TaskSID       string     `json:"task_sid"`
		QueueResults  []string   `json:"queue_results"`
		Broken        []string   `json:"rules_broken"`
		Timeline      []happened `json:"timeline"`
	}
	document := make([]told, 0, len(takes))
	for _, taken := range takes {
		caller := taken.caller()
		broken := taken.Broken
		if broken == nil {
			broken = []string{}
		}
		document = append(document, told{taken.Call.Title, taken.Call.Mode, caller.SID, taken.worker().SID, caller.TaskSID, caller.QueueResults, broken, timelineOf(taken.Entries)})
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
