package simulator

import (
	"fmt"
	"maps"
	"net/http"
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
	case "GET Workspaces":
		return t.restListWorkspaces(rest)
	case "POST Workspaces":
		return t.restCreateWorkspace(rest)
	}
	if len(parts) > 1 && (t.workspaceSID == "" || parts[1] != t.workspaceSID) {
		return nil, notFound(rest.path)
	}
	switch asked {
	case "GET Workspaces/*":
		return t.workspaceJSON(rest), nil
	case "POST Workspaces/*":
		return t.restUpdateWorkspace(rest)
	case "DELETE Workspaces/*":
		return t.restDeleteWorkspace(rest)
	}
	if len(parts) > 2 {
		return t.routeWorkspace(rest, parts[2:])
	}
	return t.notSimulated(rest)
}

// routeWorkspace finds a resource below a workspace.
func (t *Twilio) routeWorkspace(rest *restCall, parts []string) (any, error) {
	switch pattern(rest.method, parts) {
	case "GET Activities":
		return t.restListActivities(rest)
	case "POST Activities":
		return t.restCreateActivity(rest)
	case "GET Activities/*", "POST Activities/*", "DELETE Activities/*":
		return resource(rest, t.activity(parts[1]), t.activityJSON, t.restUpdateActivity, t.restDeleteActivity)
	case "GET TaskQueues":
		return t.restListTaskQueues(rest)
	case "POST TaskQueues":
		return t.restCreateTaskQueue(rest)
	case "GET TaskQueues/*", "POST TaskQueues/*", "DELETE TaskQueues/*":
		return resource(rest, t.taskQueue(parts[1]), t.taskQueueJSON, t.restUpdateTaskQueue, t.restDeleteTaskQueue)
	case "GET Workflows":
		return t.restListWorkflows(rest)
	case "POST Workflows":
		return t.restCreateWorkflow(rest)
	case "GET Workflows/*", "POST Workflows/*", "DELETE Workflows/*":
		return resource(rest, t.workflows[parts[1]], t.workflowJSON, t.restUpdateWorkflow, t.restDeleteWorkflow)
	case "GET Workers":
		return t.restListWorkers(rest)
	case "POST Workers":
		return t.restCreateWorker(rest)
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
	case "GET RealTimeStatistics":
		return t.restRealTimeStatistics(rest)
	}
	return t.notSimulated(rest)
}

// resource fetches, updates or deletes one resource, which is nil if it does not exist.
func resource[T any](rest *restCall, one *T, show func(*restCall, *T) map[string]any, update, remove func(*restCall, *T) (any, error)) (any, error) {
	switch {
	case one == nil:
		return nil, notFound(rest.path)
	case rest.method == http.MethodPost:
		return update(rest, one)
	case rest.method == http.MethodDelete:
		return remove(rest, one)
	}
	return show(rest, one), nil
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
	return workspaceList(rest, key, wanted, func(shown map[string]any) map[string]any { return shown }), nil
}

// workspaceList returns a page of a list of taskrouter.twilio.com. The URLs of the other pages
// repeat the request's filters.
func workspaceList[T any](rest *restCall, key string, all []T, show func(T) map[string]any) map[string]any {
	cut, number, size, pages := page(rest, all)
	filters := maps.Clone(rest.params)
	for _, paging := range []string{"Page", "PageSize", "PageToken"} {
		delete(filters, paging)
	}
	query := ""
	if len(filters) > 0 {
		query = "&" + filters.Encode()
	}
	at := func(n int) string {
		return fmt.Sprintf("%s?PageSize=%d&Page=%d&PageToken=PA%d%s", rest.base+rest.path, size, n, n, query)
	}
	meta := map[string]any{
		"key": key, "page": number, "page_size": size, "url": at(number), "first_page_url": at(0),
		"next_page_url": nil, "previous_page_url": nil,
	}
	if number+1 < pages {
		meta["next_page_url"] = at(number + 1)
	}
	if number > 0 {
		meta["previous_page_url"] = at(number - 1)
	}
	return map[string]any{key: shownAll(cut, show), "meta": meta}
}

// shownAll returns resources as the REST API shows them: [] if there are none.
func shownAll[T any](all []T, show func(T) map[string]any) []map[string]any {
	shown := make([]map[string]any, len(all))
	for i, one := range all {
		shown[i] = show(one)
	}
	return shown
}
