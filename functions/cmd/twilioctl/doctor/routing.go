package doctor

import (
	"encoding/json"
	"fmt"
	"maps"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/shared/exactjson"
	"switchboard/shared/expression"
)

// routing is a workflow's configuration as far as it says who gets a call (docs/taskrouter/workflow-configuration).
type routing struct {
	Filters []filter `json:"filters"`
	Default *target  `json:"default_filter"`
}

type filter struct {
	Name       string   `json:"filter_friendly_name"`
	OldName    string   `json:"friendly_name"`
	Expression string   `json:"expression"`
	Targets    []target `json:"targets"`
}

type target struct {
	Queue      string `json:"queue"`
	Expression string `json:"expression"`
}

// steps counts the targets.
func (r routing) steps() int {
	n := 0
	if r.Default != nil {
		n = 1
	}
	for _, each := range r.Filters {
		n += len(each.Targets)
	}
	return n
}

func (e *evidence) routing() (routing, error) {
	var configuration struct {
		Routing routing `json:"task_routing"`
	}
	if err := exactjson.Unmarshal([]byte(e.workflow.Configuration), &configuration); err != nil {
		return routing{}, fmt.Errorf("decode the workflow's configuration: %w", err)
	}
	return configuration.Routing, nil
}

// checkFilters looks for steps that no worker of the workspace can ever match, whatever activity they are in.
func (e *evidence) checkFilters() []Finding {
	looked := "workflow " + e.workflow.Name
	found, err := e.routing()
	if err != nil {
		return unread(looked, err, workflowPlace)
	}
	if len(e.account.Workers) == 0 {
		return one(Skipped, looked, "there are no workers", "")
	}
	var findings []Finding
	for i, each := range found.Filters {
		name := each.Name + each.OldName
		if name == "" {
			name = fmt.Sprintf("number %d", i+1)
		}
		findings = append(findings, e.filterFindings("filter "+name, each.Expression, each.Targets)...)
	}
	if found.Default != nil {
		findings = append(findings, e.filterFindings("the default filter", "", []target{*found.Default})...)
	}
	if len(findings) == 0 {
		return fine(looked, counted(found.steps(), "step")+", each of which matches a worker")
	}
	return findings
}

// filterFindings has a finding for each step that matches no worker, and for each of which that is
// unknown. It is an error if no step of the filter can match a worker.
func (e *evidence) filterFindings(name, filter string, targets []target) []Finding {
	var findings []Finding
	queue := ""
	unmatched := 0
	for i, each := range targets {
		if each.Queue != "" {
			queue = each.Queue
		}
		step := name
		if len(targets) > 1 {
			step = fmt.Sprintf("%s, step %d", name, i+1)
		}
		switch broken, unknown := e.unmatched(queue, each.Expression, e.tasksFor(filter)); {
		case broken != "":
			unmatched++
			findings = append(findings, Finding{
				Level: Warning, Looked: step, Found: broken,
				Remedy: workflowPlace + ", or Console → TaskRouter → Task queues, or the workers' attributes",
			})
		case unknown != "":
			findings = append(findings, Finding{Level: Skipped, Looked: step, Found: "unknown: " + unknown})
		}
	}
	for i := range findings {
		if findings[i].Level == Warning && unmatched == len(targets) {
			findings[i].Level = Error
		}
	}
	return findings
}

// unmatched says why a step matches no worker, or why that is unknown; both are "" when it matches
// one.
func (e *evidence) unmatched(queueSID, source string, tasks []expression.Attributes) (broken, unknown string) {
	queue := e.taskQueue(queueSID)
	if queue == nil {
		return fmt.Sprintf("it leads to task queue %q, which the workspace does not have", queueSID), ""
	}
	members, unknown := e.members(queue)
	switch {
	case unknown != "" && len(members) == 0:
		return "", unknown
	case len(members) == 0:
		return fmt.Sprintf("task queue %s (%s) has no worker: its callers wait until the task ends", queue.Name, queue.TargetWorkers), ""
	case source == "":
		return "", unknown
	}
	step, err := expression.Parse(source, expression.PrefixedNames, expression.Options{})
	if err != nil {
		return "", fmt.Sprintf("TaskRouter took the expression, and twilioctl cannot read it: %v", err)
	}
	names := qualified(source)
	if name := names.ofTheMoment("worker"); name != "" {
		return "", "worker." + name + " is what it is when a call comes in"
	}
	if !names.onlyOf("task", tasks) {
		return "", "the expression is over attributes that only the call brings"
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

// members are the workers who can be in a task queue, with the fields that expressions may name.
// unknown says why they may not all be.
func (e *evidence) members(queue *account.TaskQueue) (members []expression.Attributes, unknown string) {
	if queue.TargetWorkers == "" {
		return nil, ""
	}
	target, err := expression.Parse(queue.TargetWorkers, expression.WorkerNames, expression.Options{})
	moment := unqualified(queue.TargetWorkers).ofTheMoment("")
	switch {
	case err != nil:
		return nil, fmt.Sprintf("TaskRouter took the expression of task queue %s, and twilioctl cannot read it: %v", queue.Name, err)
	case moment != "":
		unknown = fmt.Sprintf("who is in task queue %s depends on %s, which is what it is when a call comes in", queue.Name, moment)
	}
	for _, each := range e.account.Workers {
		worker := expression.Attributes{}
		_ = json.Unmarshal([]byte(each.Attributes), &worker) // TaskRouter takes nothing but an object
		maps.Copy(worker, expression.Attributes{"sid": each.SID, "friendly_name": each.Name, "activity_sid": each.ActivitySID, "activity_name": each.ActivityName})
		if moment != "" || target.Match(nil, worker) {
			members = append(members, worker)
		}
	}
	return members, unknown
}

// tasks are those that calls to the numbers of NumberAttributes become, as far as the attributes are known beforehand.
func (e *evidence) tasks() map[string]expression.Attributes {
	var table map[string]expression.Attributes
	_ = json.Unmarshal([]byte(e.parameter("NumberAttributes")), &table)
	for number, attributes := range table {
		if number != "*" && attributes != nil {
			attributes["to"], attributes["called"] = number, number
		}
	}
	return table
}

// tasksFor are those among them that a filter takes. An expression over anything else takes tasks that nobody knows: none is returned.
func (e *evidence) tasksFor(source string) []expression.Attributes {
	parsed, err := expression.Parse(source, expression.TaskNames, expression.Options{})
	if err != nil {
		return nil
	}
	var taken []expression.Attributes
	for _, task := range e.tasks() {
		if parsed.Match(task, nil) {
			taken = append(taken, task)
		}
	}
	return taken
}

// checkDefaultFilter asks what becomes of a call that no filter takes: without a default it is refused with error 14222.
func (e *evidence) checkDefaultFilter() []Finding {
	looked := "workflow " + e.workflow.Name
	found, err := e.routing()
	switch {
	case err != nil:
		return unread(looked, err, workflowPlace)
	case found.Default != nil:
		return fine(looked, "a call that no filter takes goes to the default filter")
	}
	remedy := workflowPlace + ": Default task queue"
	if lost := e.lost(found); len(lost) > 0 {
		return one(Error, looked, "there is no default filter, and no filter takes calls to "+listed(lost)+": they end with error 14222", remedy)
	}
	return one(Warning, looked, "there is no default filter: a call that no filter takes ends with error 14222", remedy)
}

// lost are the numbers of NumberAttributes whose calls no filter takes, as far as that is known beforehand.
func (e *evidence) lost(found routing) []string {
	var lost []string
	tasks := e.tasks()
	for _, number := range e.ours() {
		task, taken := tasks[number], false
		for _, each := range found.Filters {
			filter, err := expression.Parse(each.Expression, expression.TaskNames, expression.Options{})
			taken = taken || err != nil || filter.Match(task, nil) || !unqualified(each.Expression).onlyOf("", []expression.Attributes{task})
		}
		if !taken {
			lost = append(lost, number)
		}
	}
	return lost
}
