package doctor

import (
	"encoding/json"
	"fmt"
	"maps"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/workflow"
	"switchboard/shared/expression"
)

func (e *evidence) routing() (workflow.Configuration, error) {
	found, _, err := workflow.Parse(e.workflow.Configuration, nil)
	return found, err
}

// checkFilters looks for steps that no worker of the workspace can match in any activity.
func (e *evidence) checkFilters() []Finding {
	subject := "workflow " + e.workflow.Name
	found, err := e.routing()
	if err != nil {
		return unreadable(subject, err, workflowPlace)
	}
	if len(e.account.Workers) == 0 {
		return finding(Skipped, subject, "there are no workers", "")
	}
	var findings []Finding
	for i, each := range found.Filters {
		name := each.Name
		if name == "" {
			name = fmt.Sprintf("number %d", i+1)
		}
		findings = append(findings, e.filterFindings("filter "+name, each.Expression, each.Targets)...)
	}
	if found.Default != nil {
		findings = append(findings, e.filterFindings("the default filter", "", []workflow.Target{*found.Default})...)
	}
	if len(findings) == 0 {
		return ok(subject, counted(found.Steps(), "step")+", each matches a worker")
	}
	return findings
}

// filterFindings returns a finding for each step that matches no worker, and for each for which
// that is unknown. The level is Error if no step of the filter can match a worker.
func (e *evidence) filterFindings(name, filter string, targets []workflow.Target) []Finding {
	var findings []Finding
	unmatched := 0
	for i, each := range targets {
		step := name
		if len(targets) > 1 {
			step = fmt.Sprintf("%s, step %d", name, i+1)
		}
		switch broken, unknown := e.unmatched(each.Queue, each.Expression, e.tasksFor(filter)); {
		case broken != "":
			unmatched++
			findings = append(findings, Finding{
				Level: Warning, Subject: step, Detail: broken,
				Remedy: workflowPlace + ", or Console → TaskRouter → Task queues, or the workers' attributes",
			})
		case unknown != "":
			findings = append(findings, Finding{Level: Skipped, Subject: step, Detail: "unknown: " + unknown})
		}
	}
	for i := range findings {
		if findings[i].Level == Warning && unmatched == len(targets) {
			findings[i].Level = Error
		}
	}
	return findings
}

// unmatched returns why a step matches no worker, or why that is unknown. Both are "" if it matches
// one.
func (e *evidence) unmatched(queueSID, source string, tasks []expression.Attributes) (broken, unknown string) {
	queue := e.taskQueue(queueSID)
	if queue == nil {
		return fmt.Sprintf("leads to task queue %q, which is not in the workspace", queueSID), ""
	}
	members, unknown := e.members(queue)
	switch {
	case unknown != "" && len(members) == 0:
		return "", unknown
	case len(members) == 0:
		return fmt.Sprintf("task queue %s (%s) matches no worker; its tasks will never be assigned", queue.Name,
			queue.TargetWorkers), ""
	case source == "":
		return "", unknown
	}
	step, err := expression.Parse(source, expression.PrefixedNames, expression.Options{})
	if err != nil {
		return "", fmt.Sprintf("TaskRouter accepted the expression, but twilioctl cannot parse it: %v", err)
	}
	names := qualified(source)
	if name := names.changing("worker"); name != "" {
		return "", "worker." + name + " depends on the moment of the call"
	}
	if !names.onlyOf("task", tasks) {
		return "", "the expression depends on attributes of the call"
	}
	if len(tasks) == 0 {
		tasks = []expression.Attributes{nil}
	}
	for _, task := range tasks {
		for _, worker := range members {
			if step.Match(task, worker) {
				return "", unknown
			}
		}
	}
	return fmt.Sprintf("no worker of task queue %s matches %s", queue.Name, source), ""
}

func (e *evidence) taskQueue(sid string) *account.TaskQueue {
	for _, each := range e.account.TaskQueues {
		if each.SID == sid {
			return &each
		}
	}
	return nil
}

// members returns the workers who can be in a task queue, with the fields that expressions may
// name. unknown says why some of them may not be.
func (e *evidence) members(queue *account.TaskQueue) (members []expression.Attributes, unknown string) {
	if queue.TargetWorkers == "" {
		return nil, ""
	}
	target, err := expression.Parse(queue.TargetWorkers, expression.WorkerNames, expression.Options{})
	moment := unqualified(queue.TargetWorkers).changing("")
	switch {
	case err != nil:
		return nil, fmt.Sprintf("TaskRouter accepted the expression of task queue %s, but twilioctl cannot parse it: %v", queue.Name, err)
	case moment != "":
		unknown = fmt.Sprintf("the workers of task queue %s depend on %s at the moment of the call", queue.Name, moment)
	}
	for _, each := range e.account.Workers {
		worker := expression.Attributes{}
		_ = json.Unmarshal([]byte(each.Attributes), &worker) // TaskRouter only accepts an object
		maps.Copy(worker, expression.Attributes{"sid": each.SID, "friendly_name": each.Name,
			"activity_sid": each.ActivitySID, "activity_name": each.ActivityName})
		if moment != "" || target.Match(nil, worker) {
			members = append(members, worker)
		}
	}
	return members, unknown
}

// tasksFor returns those of the tasks that a filter matches. It may match others that are not
// known.
func (e *evidence) tasksFor(source string) []expression.Attributes {
	parsed, err := expression.Parse(source, expression.TaskNames, expression.Options{})
	if err != nil {
		return nil
	}
	var taken []expression.Attributes
	for _, task := range e.tasks() {
		if parsed.Match(task.attributes, nil) {
			taken = append(taken, task.attributes)
		}
	}
	return taken
}

// checkDefaultFilter requires a default filter: without one, Twilio ends a call that no filter
// matches with error 14222.
func (e *evidence) checkDefaultFilter() []Finding {
	subject := "workflow " + e.workflow.Name
	found, err := e.routing()
	switch {
	case err != nil:
		return unreadable(subject, err, workflowPlace)
	case found.Default != nil:
		return ok(subject, "the default filter takes calls that no filter matches")
	}
	remedy := workflowPlace + ": Default task queue"
	if lost := e.lost(found); len(lost) > 0 {
		return finding(Error, subject,
			"no default filter, and no filter matches calls to "+listed(lost)+": they end with error 14222", remedy)
	}
	return finding(Warning, subject, "no default filter: a call that no filter matches ends with error 14222", remedy)
}

// lost returns the known calls that no filter matches, as far as that is known.
func (e *evidence) lost(found workflow.Configuration) []string {
	var lost []string
	for _, task := range e.tasks() {
		matched := task.of == ""
		for _, each := range found.Filters {
			filter, err := expression.Parse(each.Expression, expression.TaskNames, expression.Options{})
			matched = matched || err != nil || filter.Match(task.attributes, nil) ||
				!unqualified(each.Expression).onlyOf("", []expression.Attributes{task.attributes})
		}
		if !matched {
			lost = append(lost, task.of)
		}
	}
	return lost
}
