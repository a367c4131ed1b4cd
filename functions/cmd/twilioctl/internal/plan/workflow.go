package plan

import (
	"fmt"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/workflow"
)

func (p *planner) workflow() {
	x := newIndex(account.KindWorkflow, p.actual.Workflows,
		func(w account.Workflow) (string, string) { return w.Name, w.SID })
	file := p.File.Workflow
	for _, w := range p.actual.Workflows {
		if w.Name != file.Name {
			// Deleting a workflow ends its tasks, so --prune does not.
			p.extra(Extra{Kind: account.KindWorkflow, Name: w.Name, SID: w.SID}, false)
		}
	}
	found, exists, ok := find(p, x, file.Name)
	if !ok {
		return
	}
	change := Change{Action: Update, Kind: account.KindWorkflow, Name: file.Name, SID: found.SID}
	wanted := Routing{Filters: file.Filters, Default: file.Default}
	timeout := fmt.Sprint(*file.ReservationTimeout)
	var f fields
	if !exists {
		change.Action = Create
		f.made("FriendlyName", Text(file.Name))
		f.made("Configuration", wanted)
		f.made("TaskReservationTimeout", Text(timeout))
	} else {
		p.configuration(&f, found, wanted)
		f.text("TaskReservationTimeout", fmt.Sprint(int(found.ReservationTimeout/time.Second)), timeout)
	}
	if url := withOverrides(file.AssignmentCallbackURL, p.URLs.AssignmentCallbackURL, nil); url != "" {
		f.text("AssignmentCallbackUrl", found.AssignmentCallbackURL, url)
	}
	if url := withOverrides(file.FallbackAssignmentCallbackURL, p.URLs.FallbackAssignmentCallbackURL, nil); url != "" {
		f.text("FallbackAssignmentCallbackUrl", found.FallbackAssignmentCallbackURL, url)
	}
	change.Fields = f
	p.change(change)
}

func (p *planner) configuration(f *fields, found account.Workflow, wanted Routing) {
	names := map[string]string{}
	for _, q := range p.actual.TaskQueues {
		names[q.SID] = q.Name
	}
	_, was, err := workflow.Parse(found.Configuration, func(sid string) string {
		if name, known := names[sid]; known {
			return name
		}
		return sid
	})
	if err != nil {
		p.warn("workflow %q (%s): %v; apply replaces it", found.Name, found.SID, err)
	}
	f.document("Configuration", was, workflow.Configuration(wanted).Document(), wanted)
}

// voiceQueue plans MaxSize of the queue in which callers wait. Twilio creates it for the first
// call, with the workflow's SID as its name.
func (p *planner) voiceQueue() {
	wanted := ""
	if p.File.QueueMaxSize != nil {
		wanted = fmt.Sprint(*p.File.QueueMaxSize)
	} else if p.Stack != nil {
		wanted = p.Stack.Parameters["QueueMaxSize"]
	}
	if wanted == "" {
		return
	}
	workflow := workflowSID(p.actual, p.File.Workflow.Name)
	for _, q := range p.actual.Queues {
		if workflow != "" && q.Name == workflow {
			var f fields
			f.text("MaxSize", fmt.Sprint(q.MaxSize), wanted)
			p.change(Change{Action: Update, Kind: account.KindVoiceQueue, Name: q.Name, SID: q.SID, Fields: f})
			return
		}
	}
	if wanted != "100" {
		p.plan.Notes = append(p.plan.Notes,
			"the voice queue does not exist yet, so apply cannot set its MaxSize to "+wanted+
				": Twilio creates it for the first call, with MaxSize 100; then the stack sets QueueMaxSize, or another apply does")
	}
}
