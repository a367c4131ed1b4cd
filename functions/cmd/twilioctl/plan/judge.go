package plan

import (
	"maps"
	"time"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/functions/cmd/twilioctl/deployment"
)

// judge says what is allowed and not wise, and what is left out.
func (p *planner) judge() {
	if p.Stack == nil {
		p.plan.Notes = append(p.plan.Notes, "URLs are left as they are: "+p.NoStack)
	}
	timeout := time.Duration(*p.File.Workflow.ReservationTimeout) * time.Second
	budget, err := deployment.NewBudget(p.parameters())
	switch {
	case err != nil:
		p.warn("%v", err)
	case timeout < budget.Total():
		p.warn("a reservation timeout of %s is too short for %s, %s together", timeout, budget, budget.Total())
	}
	if p.actual.Workspace != nil && !p.actual.Workspace.MultiTask {
		p.warn("workspace %q is a single-tasking one, which Twilio keeps for old applications only", p.actual.Workspace.Name)
		if p.File.Activities.AfterCall == "" {
			p.warn("activities.after_call is missing, and a single-tasking workspace needs it: " +
				"a worker would stay in the task queue's activity after a call")
		}
	}
	if a := p.File.Activities; a.TimedOut != a.Rejected {
		p.warn("a worker whose reservation timed out goes to activity %q and is not brought back from there: "+
			"leave out activities.reservation_timeout, or name %q", a.TimedOut, a.Rejected)
	}
	if p.File.Workflow.NoDefault {
		p.warn("the workflow has no default: a call that no filter matches is not queued")
	}
}

// parameters are those of the stack, as the file would have them.
func (w Wish) parameters() map[string]string {
	parameters := map[string]string{}
	if w.Stack != nil {
		maps.Copy(parameters, w.Stack.Parameters)
	}
	maps.Copy(parameters, w.File.Deploy)
	return parameters
}

// activitySID finds an activity, "" when it does not exist.
func activitySID(actual account.Snapshot, name string) string {
	for _, each := range actual.Activities {
		if each.Name == name {
			return each.SID
		}
	}
	return ""
}

// workflowSID finds a workflow, "" when it does not exist.
func workflowSID(actual account.Snapshot, name string) string {
	for _, each := range actual.Workflows {
		if each.Name == name {
			return each.SID
		}
	}
	return ""
}
