package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	"switchboard/functions/cmd/twilioctl/workspacefile"
)

// routing is the workflow of a file as Twilio's configuration, with names for SIDs (docs/taskrouter/workflow-configuration).
func routing(w workspacefile.Workflow) Routing {
	filters := []any{}
	for _, f := range w.Filters {
		targets := []any{}
		for _, t := range f.Targets {
			targets = append(targets, target(t))
		}
		filters = append(filters, trimmed(map[string]any{
			"filter_friendly_name": f.Name, "expression": f.Expression, "targets": targets,
		}))
	}
	whole := map[string]any{"filters": filters}
	if w.Default != nil {
		whole["default_filter"] = target(*w.Default)
	}
	return inherit(map[string]any{"task_routing": whole})
}

func target(t workspacefile.Target) map[string]any {
	document := map[string]any{
		"queue": t.Queue, "expression": t.Expression, "order_by": t.OrderBy, "skip_if": t.SkipIf,
		"known_worker_sid": t.KnownWorkerSID, "known_worker_friendly_name": t.KnownWorkerName,
	}
	for key, number := range map[string]*int{"priority": t.Priority, "timeout": t.Timeout} {
		if number != nil {
			document[key] = json.Number(strconv.Itoa(*number))
		}
	}
	return trimmed(document)
}

// ReadRouting reads a workflow's configuration so that two that mean the same are the same: numbers that Twilio's own examples write as
// texts are numbers, empty members are left out, a target without a queue has that of the one before, and a task queue has the name that
// name finds for its SID.
func ReadRouting(configuration string, name func(sid string) string) (Routing, error) {
	value, err := decode(configuration)
	if err != nil {
		return nil, fmt.Errorf("read workflow configuration: %w", err)
	}
	whole, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("read workflow configuration: it is no object")
	}
	tasks, _ := whole["task_routing"].(map[string]any)
	if tasks == nil {
		tasks = map[string]any{}
	}
	filters, _ := tasks["filters"].([]any)
	if filters == nil {
		filters = []any{}
	}
	for i, each := range filters {
		if filter, ok := each.(map[string]any); ok {
			if old, found := filter["friendly_name"]; found && filter["filter_friendly_name"] == nil {
				filter["filter_friendly_name"] = old
				delete(filter, "friendly_name")
			}
			filters[i] = trimmed(filter)
		}
	}
	tasks["filters"] = filters
	whole["task_routing"] = trimmed(tasks)
	named := eachTarget(trimmed(whole), func(target map[string]any) {
		for _, key := range []string{"priority", "timeout"} {
			if text, ok := target[key].(string); ok {
				if number, err := strconv.Atoi(text); err == nil {
					target[key] = json.Number(strconv.Itoa(number))
				}
			}
		}
		if sid, ok := target["queue"].(string); ok {
			target["queue"] = name(sid)
		}
	})
	return inherit(named), nil
}

// inherit writes a filter's queue into those of its targets that leave it out.
func inherit(whole map[string]any) Routing {
	tasks, _ := whole["task_routing"].(map[string]any)
	filters, _ := tasks["filters"].([]any)
	for _, each := range filters {
		filter, _ := each.(map[string]any)
		targets, _ := filter["targets"].([]any)
		var queue any
		for _, each := range targets {
			target, _ := each.(map[string]any)
			if target["queue"] == nil && queue != nil {
				target["queue"] = queue
			}
			queue = target["queue"]
		}
	}
	return whole
}

// eachTarget copies a configuration and lets change change the targets of the copy.
func eachTarget(whole map[string]any, change func(map[string]any)) map[string]any {
	tasks, _ := whole["task_routing"].(map[string]any)
	tasks = maps.Clone(tasks)
	filters, _ := tasks["filters"].([]any)
	copied := []any{}
	for _, each := range filters {
		filter, ok := each.(map[string]any)
		if !ok {
			copied = append(copied, each)
			continue
		}
		filter = maps.Clone(filter)
		targets, _ := filter["targets"].([]any)
		var changed []any
		for _, each := range targets {
			if target, ok := each.(map[string]any); ok {
				target = trimmed(target)
				change(target)
				each = target
			}
			changed = append(changed, each)
		}
		if changed != nil {
			filter["targets"] = changed
		}
		copied = append(copied, filter)
	}
	if tasks != nil {
		tasks["filters"] = copied
	}
	if standard, ok := tasks["default_filter"].(map[string]any); ok {
		standard = trimmed(standard)
		change(standard)
		tasks["default_filter"] = standard
	}
	result := maps.Clone(whole)
	result["task_routing"] = tasks
	return result
}

// trimmed is a copy without empty members.
func trimmed(object map[string]any) map[string]any {
	whole := map[string]any{}
	for key, value := range object {
		if value != nil && value != "" {
			whole[key] = value
		}
	}
	return whole
}

// decode reads JSON without rounding numbers.
func decode(text string) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}
