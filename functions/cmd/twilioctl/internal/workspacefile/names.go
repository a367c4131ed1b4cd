package workspacefile

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/workflow"
	"switchboard/shared/taskrouter"
)

// names checks names and the references to them, defaults included.
func (c *checker) names() {
	f := c.file
	c.activities()
	var queues, workers []string
	for _, q := range f.TaskQueues {
		queues = append(queues, q.Name)
	}
	for _, w := range f.Workers {
		workers = append(workers, w.Name)
	}
	c.named("task_queues", ".name", queues)
	c.named("workers", ".name", workers)
	all := slices.Concat(f.Activities.Available, f.Activities.Unavailable)
	for i, w := range f.Workers {
		c.oneOf(fmt.Sprintf("workers[%d].activity", i), w.Activity, all...)
	}
	for i, filter := range f.Workflow.Filters {
		c.filter(fmt.Sprintf("workflow.filters[%d]", i), filter, queues)
	}
	if standard := f.Workflow.Default; standard != nil {
		c.target("workflow.default", *standard, queues)
		if standard.Queue == "" {
			c.fail("workflow.default", "want a queue: %s", strings.Join(queues, ", "))
		}
		if standard.Timeout != nil {
			c.fail("workflow.default.timeout", "leave it out: tasks of the default wait until TaskTimeoutSeconds")
		}
	}
}

func (c *checker) activities() {
	a := c.file.Activities
	all := slices.Concat(a.Available, a.Unavailable)
	c.named("activities.available", "", a.Available)
	c.named("activities.unavailable", "", a.Unavailable)
	for i, name := range a.Unavailable {
		if slices.Contains(a.Available, name) {
			c.fail(fmt.Sprintf("activities.unavailable[%d]", i), "%q is also listed as available", name)
		}
	}
	c.oneOf("activities.new_workers", a.NewWorkers, all...)
	c.oneOf("activities.after_call", a.AfterCall, all...)
	if a.SignedOn != "" && !slices.Contains(a.Available, a.SignedOn) {
		c.fail("activities.signed_on",
			"want one of the available activities, %s, not %q: a worker in an unavailable one gets no calls",
			strings.Join(a.Available, ", "), a.SignedOn)
	}
	timedOut := a.TimedOut
	if timedOut == a.Rejected {
		timedOut = "" // report one mistake once
	}
	for _, role := range []struct {
		field string
		name  string
	}{{"reservation_timeout", timedOut}, {"rejected", a.Rejected}, {"fault", a.Fault}, {"signed_off", a.SignedOff}} {
		if role.name != "" && !slices.Contains(a.Unavailable, role.name) {
			c.fail("activities."+role.field, "want one of the unavailable activities, %s, not %q: "+
				"TaskRouter offers a worker in an available one the next call immediately", strings.Join(a.Unavailable, ", "), role.name)
		}
	}
}

func (c *checker) filter(at string, filter workflow.Filter, queues []string) {
	if filter.Expression == "" {
		c.fail(at+".expression", `want an expression over task attributes, such as skill == "billing"`)
	}
	if len(filter.Targets) == 0 {
		c.fail(at+".targets", "want at least one target, with a queue: %s", strings.Join(queues, ", "))
		return
	}
	if filter.Targets[0].Queue == "" {
		c.fail(at+".targets[0].queue", "the first target needs a queue: %s", strings.Join(queues, ", "))
	}
	for i, target := range filter.Targets {
		c.target(fmt.Sprintf("%s.targets[%d]", at, i), target, queues)
	}
}

func (c *checker) target(at string, target workflow.Target, queues []string) {
	c.oneOf(at+".queue", target.Queue, queues...)
	c.within(at+".priority", target.Priority, 0, taskrouter.MaxPriority)
	c.within(at+".timeout", target.Timeout, 1, math.MaxInt32)
	if target.KnownWorkerSID != "" && target.KnownWorkerName != "" {
		c.fail(at+".known_worker_sid", "known_worker_friendly_name is also given: leave out one of the two")
	}
}
