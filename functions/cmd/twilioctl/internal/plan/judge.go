package plan

import (
	"maps"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
)

// judge adds warnings and notes about the whole file.
func (p *planner) judge() {
	if p.Stack == nil {
		p.plan.Notes = append(p.plan.Notes, "planned without a stack; URLs stay unchanged: "+p.NoStack)
	}
	timeout := time.Duration(*p.File.Workflow.ReservationTimeout) * time.Second
	budget, err := deployment.NewBudget(p.parameters())
	switch {
	case err != nil:
		p.warn("%v", err)
	case timeout < budget.Total():
		p.warn("a reservation timeout of %s is too short for %s, which is %s", timeout, budget, budget.Total())
	}
	if p.actual.Workspace != nil && !p.actual.Workspace.MultiTask {
		p.warn("workspace %q is single-tasking, which Twilio only supports for old applications",
			p.actual.Workspace.Name)
		if p.File.Activities.AfterCall == "" {
			p.warn("activities.after_call is missing, which a single-tasking workspace needs: " +
				"without it a worker stays in the task queue's activity after a call")
		}
	}
	if a := p.File.Activities; a.TimedOut != a.Rejected {
		p.warn("a timed-out reservation moves its worker to activity %q, from which Switchboard does not bring them back: "+
			"leave out activities.reservation_timeout, or set it to %q", a.TimedOut, a.Rejected)
	}
	p.openTasks()
	if p.File.Workflow.NoDefault {
		p.warn("the workflow has no default: Twilio does not queue a call that no filter matches")
	}
}

// parameters returns the stack's parameters, with the file's values.
func (w Wish) parameters() map[string]string {
	parameters := map[string]string{}
	if w.Stack != nil {
		maps.Copy(parameters, w.Stack.Parameters)
	}
	maps.Copy(parameters, w.File.Deploy)
	return parameters
}

// activitySID returns the SID of an activity; "" = it does not exist.
func activitySID(actual account.Snapshot, name string) string {
	for _, each := range actual.Activities {
		if each.Name == name {
			return each.SID
		}
	}
	return ""
}

// workflowSID returns the SID of a workflow; "" = it does not exist.
func workflowSID(actual account.Snapshot, name string) string {
	for _, each := range actual.Workflows {
		if each.Name == name {
			return each.SID
		}
	}
	return ""
}
