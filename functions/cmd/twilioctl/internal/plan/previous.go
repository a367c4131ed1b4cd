package plan

import (
	"slices"

	"switchboard/functions/cmd/twilioctl/internal/account"
)

const previousParameter = "PreviousWorkflowSid"

// OtherWorkflows lists the workflows of the workspace that the stack serves and that are not the
// file's: the one that calls enter until the next deployment, then the one before.
func (w Wish) OtherWorkflows(actual account.Snapshot) []account.Workflow {
	if w.Stack == nil {
		return nil
	}
	var others []account.Workflow
	for _, parameter := range []string{"WorkflowSid", previousParameter} {
		sid := w.Stack.Parameters[parameter]
		at := slices.IndexFunc(actual.Workflows, func(f account.Workflow) bool { return f.SID == sid && f.Name != w.File.Workflow.Name })
		if at >= 0 {
			others = append(others, actual.Workflows[at])
		}
	}
	return others
}

// previousWorkflow is the SID of the workflow whose last calls the stack is to serve; "" = none. It
// is the one that calls enter until this deployment, if that is another than the file's. After that
// it stays while it has open tasks.
func (w Wish) previousWorkflow(actual account.Snapshot) string {
	others := w.OtherWorkflows(actual)
	if len(others) == 0 || others[0].SID != w.Stack.Parameters["WorkflowSid"] && actual.OpenTasks[others[0].SID] == 0 {
		return ""
	}
	return others[0].SID
}

// openTasks warns about the tasks of workflows that are not the file's.
func (p *planner) openTasks() {
	for at, workflow := range p.OtherWorkflows(p.actual) {
		open := p.actual.OpenTasks[workflow.SID]
		switch {
		case open == 0:
		case at == 0:
			p.warn("workflow %q (%s) has %d open tasks, which the stack serves to their end with the parameter %s; "+
				"plan again when they have ended", workflow.Name, workflow.SID, open, previousParameter)
		default:
			p.warn("workflow %q (%s) has %d open tasks, whose calls this deployment leaves alone: deploy when they have ended",
				workflow.Name, workflow.SID, open)
		}
	}
}
