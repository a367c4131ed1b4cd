package simulator

import (
	"fmt"
	"slices"
	"strconv"
)

// routeTaskRouter finds the list of workspaces, a workspace or a resource below it.
func (t *Twilio) routeTaskRouter(rest *restCall, parts []string) (any, error) {
	if number := rest.params.Get("Page"); number != "" && number != "0" && !rest.params.Has("PageToken") {
		return nil, badRequest(40153, "Absolute paging is not supported: follow next_page_url")
	}
	asked := pattern(rest.method, parts)
	t.checkParameters(rest, asked)
	switch asked {
	case "GET Workspaces", "POST Workspaces":
		return t.restWorkspaces(rest)
	}
	if len(parts) > 1 && (t.workspaceSID == "" || parts[1] != t.workspaceSID) {
		return nil, notFound(rest.path)
	}
	switch asked {
	case "GET Workspaces/*", "POST Workspaces/*", "DELETE Workspaces/*":
		return t.restWorkspace(rest)
	}
	if len(parts) > 2 {
		return t.routeWorkspace(rest, parts[2:])
	}
	return t.notSimulated(rest)
}

// routeWorkspace finds a resource below a workspace.
func (t *Twilio) routeWorkspace(rest *restCall, parts []string) (any, error) {
	switch pattern(rest.method, parts) {
	case "GET Activities", "POST Activities":
		return t.restActivities(rest)
	case "GET Activities/*", "POST Activities/*", "DELETE Activities/*":
		return t.restActivity(rest, t.activity(parts[1]))
	case "GET TaskQueues", "POST TaskQueues":
		return t.restTaskQueues(rest)
	case "GET TaskQueues/*", "POST TaskQueues/*", "DELETE TaskQueues/*":
		return t.restTaskQueue(rest, t.taskQueue(parts[1]))
	case "GET Workflows", "POST Workflows":
		return t.restWorkflows(rest)
	case "GET Workflows/*", "POST Workflows/*", "DELETE Workflows/*":
		return t.restWorkflow(rest, t.workflows[parts[1]])
	case "GET Workers", "POST Workers":
		return t.restWorkers(rest)
	case "GET Workers/*", "POST Workers/*", "DELETE Workers/*", "GET Workers/*/Channels", "GET Workers/*/Channels/*", "POST Workers/*/Channels/*",
		"GET Workers/*/Reservations", "GET Workers/*/Reservations/*", "POST Workers/*/Reservations/*":
		return t.restWorker(rest, parts)
	case "POST Tasks":
		return t.restCreateTask(rest)
	case "GET Tasks":
		return t.restListTasks(rest)
	case "GET Tasks/*", "POST Tasks/*", "DELETE Tasks/*", "GET Tasks/*/Reservations", "GET Tasks/*/Reservations/*", "POST Tasks/*/Reservations/*":
		return t.restTask(rest, parts)
	case "GET Events":
		return t.restListEvents(rest)
	}
	return t.notSimulated(rest)
}

// restList returns a page of the resources that match the request's filters. filters maps a
// parameter's name to the resource's field.
func (t *Twilio) restList(rest *restCall, key string, all []map[string]any, filters map[string]string) (any, error) {
	for name, known := range map[string]string{
		"ReservationStatus": "pending accepted rejected timeout canceled rescinded wrapping completed",
		"AssignmentStatus":  "pending reserved assigned canceled wrapping completed",
	} {
		for _, status := range rest.params[name] {
			if !has(known, status) {
				return nil, badRequest(20001, "Invalid %s %q", name, status)
			}
		}
	}
	wanted := slices.DeleteFunc(all, func(resource map[string]any) bool {
		for name, field := range filters {
			asked := rest.params[name]
			if name == "Available" && len(asked) > 0 {
				asked = []string{strconv.FormatBool(isYes(asked[0]))}
			}
			if len(asked) > 0 && !slices.Contains(asked, fmt.Sprint(resource[field])) {
				return true
			}
		}
		return false
	})
	cut, number, size, pages := page(rest, wanted)
	meta := listMeta(rest.base+rest.path, key, number, size, pages)
	return map[string]any{key: append([]map[string]any{}, cut...), "meta": repeatFilters(meta, rest)}, nil
}
