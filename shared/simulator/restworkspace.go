package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// routeResources finds what a workspace consists of.
func (t *Twilio) routeResources(rest *restCall, parts []string) (any, error) {
	switch pattern(rest.method, parts) {
	case "GET Activities":
		return t.restListActivities(rest)
	case "GET Activities/*":
		return found(rest, t.activity(parts[1]), t.activityJSON)
	case "GET TaskQueues":
		return t.restListTaskQueues(rest)
	case "GET TaskQueues/*":
		return found(rest, t.taskQueue(parts[1]), t.taskQueueJSON)
	case "GET Tasks":
		return t.restListTasks(rest)
	case "GET Workers":
		return t.restListWorkers(rest)
	case "GET Workers/*", "POST Workers/*", "GET Workers/*/Channels", "GET Workers/*/Channels/*", "POST Workers/*/Channels/*",
		"GET Workers/*/Reservations", "GET Workers/*/Reservations/*", "POST Workers/*/Reservations/*":
		return t.restWorker(rest, parts)
	case "GET Workflows":
		return t.restListWorkflows(rest)
	case "GET Workflows/*":
		return found(rest, t.workflows[parts[1]], t.workflowJSON)
	case "POST Workflows/*":
		return t.restUpdateWorkflow(rest, t.workflows[parts[1]])
	}
	return t.notSimulated(rest)
}

func found[T any](rest *restCall, resource *T, show func(*restCall, *T) map[string]any) (any, error) {
	if resource == nil {
		return nil, notFound(rest.path)
	}
	return show(rest, resource), nil
}

// restList answers with a page of what the request's filters let through; filters gives a parameter's name in the resource.
func (t *Twilio) restList(rest *restCall, key string, all []map[string]any, filters map[string]string) (any, error) {
	wanted := slices.DeleteFunc(all, func(resource map[string]any) bool {
		for name, field := range filters {
			if asked := rest.params[name]; len(asked) > 0 && !slices.Contains(asked, fmt.Sprint(resource[field])) {
				return true
			}
		}
		return false
	})
	cut, number, size, pages := page(rest, wanted)
	meta := listMeta(rest.base+rest.path, key, number, size, pages)
	return map[string]any{key: append([]map[string]any{}, cut...), "meta": repeatFilters(meta, rest)}, nil
}

func (t *Twilio) restListActivities(rest *restCall) (any, error) {
	var all []map[string]any
	for _, a := range t.activities {
		all = append(all, t.activityJSON(rest, a))
	}
	return t.restList(rest, "activities", all, map[string]string{"FriendlyName": "friendly_name", "Available": "available"})
}

func (t *Twilio) restListTaskQueues(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "EvaluateWorkerAttributes", "WorkerSid", "Ordering"); err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, q := range t.queues {
		all = append(all, t.taskQueueJSON(rest, q))
	}
	return t.restList(rest, "task_queues", all, map[string]string{"FriendlyName": "friendly_name"})
}

// restListTasks is GET Tasks. Attributes are in the answer to a single task only (docs/taskrouter/api/task).
func (t *Twilio) restListTasks(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "EvaluateTaskAttributes", "RoutingTarget", "Ordering", "HasAddons"); err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, k := range t.tasks {
		if !k.gone(t.loop.Now()) {
			shown := t.taskJSON(rest, k)
			shown["attributes"] = nil
			all = append(all, shown)
		}
	}
	return t.restList(rest, "tasks", all, map[string]string{
		"Priority": "priority", "AssignmentStatus": "assignment_status", "WorkflowSid": "workflow_sid", "WorkflowName": "workflow_friendly_name",
		"TaskQueueSid": "task_queue_sid", "TaskQueueName": "task_queue_friendly_name",
	})
}

func (t *Twilio) restListWorkers(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "TargetWorkersExpression", "TaskQueueName", "TaskQueueSid", "Ordering"); err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, w := range t.workers {
		all = append(all, t.workerJSON(rest, w))
	}
	return t.restList(rest, "workers", all, map[string]string{
		"ActivitySid": "activity_sid", "ActivityName": "activity_name", "FriendlyName": "friendly_name", "Available": "available",
	})
}

func (t *Twilio) restListWorkflows(rest *restCall) (any, error) {
	var all []map[string]any
	for _, sid := range slices.Sorted(maps.Keys(t.workflows)) {
		all = append(all, t.workflowJSON(rest, t.workflows[sid]))
	}
	return t.restList(rest, "workflows", all, map[string]string{"FriendlyName": "friendly_name"})
}

func (t *Twilio) restUpdateWorkflow(rest *restCall, w *workflow) (any, error) {
	if w == nil {
		return nil, notFound(rest.path)
	}
	changed := w.Workflow
	for name, field := range map[string]*string{
		"FriendlyName": &changed.Name, "Configuration": &changed.Configuration,
		"AssignmentCallbackUrl": &changed.AssignmentCallbackURL, "FallbackAssignmentCallbackUrl": &changed.FallbackAssignmentCallbackURL,
	} {
		if values, ok := rest.params[name]; ok {
			*field = values[0]
		}
	}
	if text := rest.params.Get("TaskReservationTimeout"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 86400 {
			return nil, badRequest(20001, "Invalid TaskReservationTimeout %q", text)
		}
		changed.ReservationTimeout = time.Duration(n) * time.Second
	}
	updated, err := t.setWorkflow(changed)
	if err != nil {
		return nil, badRequest(20001, "%s", err)
	}
	if rest.params.Get("ReEvaluateTasks") == "true" {
		t.reevaluateAll(updated)
	}
	return t.workflowJSON(rest, updated), nil
}

func (t *Twilio) activityJSON(rest *restCall, a *Activity) map[string]any {
	base := t.workspaceURL(rest)
	return map[string]any{
		"sid": a.SID, "account_sid": t.cfg.AccountSID, "workspace_sid": t.cfg.WorkspaceSID, "friendly_name": a.Name, "available": a.Available,
		"date_created": rfc3339(t.opened), "date_updated": rfc3339(t.opened), "url": base + "/Activities/" + a.SID,
		"links": map[string]any{"workspace": base},
	}
}

func (t *Twilio) taskQueueJSON(rest *restCall, q *taskQueue) map[string]any {
	base := t.workspaceURL(rest)
	order := FIFO
	if q.newestFirst {
		order = LIFO
	}
	answer := map[string]any{
		"sid": q.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.cfg.WorkspaceSID, "friendly_name": q.name,
		"target_workers": q.targetWorkers, "task_order": order, "max_reserved_workers": q.workersAtOnce,
		"reservation_activity_sid": nil, "reservation_activity_name": nil, "assignment_activity_sid": nil, "assignment_activity_name": nil,
		"date_created": rfc3339(t.opened), "date_updated": rfc3339(t.opened), "url": base + "/TaskQueues/" + q.sid,
		"links": map[string]any{"workspace": base},
	}
	for name, activity := range map[string]*Activity{"reservation_activity": q.reserved, "assignment_activity": q.assigned} {
		if activity != nil {
			answer[name+"_sid"], answer[name+"_name"] = activity.SID, activity.Name
		}
	}
	return answer
}

func (t *Twilio) workflowJSON(rest *restCall, w *workflow) map[string]any {
	base := t.workspaceURL(rest)
	return map[string]any{
		"sid": w.SID, "account_sid": t.cfg.AccountSID, "workspace_sid": t.cfg.WorkspaceSID, "friendly_name": w.Name,
		"configuration": w.Configuration, "document_content_type": "application/json", "task_reservation_timeout": int(w.ReservationTimeout.Seconds()),
		"assignment_callback_url": textOrNull(w.AssignmentCallbackURL), "fallback_assignment_callback_url": textOrNull(w.FallbackAssignmentCallbackURL),
		"date_created": rfc3339(t.opened), "date_updated": rfc3339(t.opened), "url": base + "/Workflows/" + w.SID,
		"links": map[string]any{"workspace": base},
	}
}

func textOrNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
