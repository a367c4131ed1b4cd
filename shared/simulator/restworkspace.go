package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// restListWorkspaces lists the workspaces, at most one
// (https://www.twilio.com/docs/taskrouter/api/workspace).
func (t *Twilio) restListWorkspaces(rest *restCall) (any, error) {
	var all []map[string]any
	if t.workspaceSID != "" {
		all = append(all, t.workspaceJSON(rest))
	}
	return t.restList(rest, "workspaces", all, map[string]string{"FriendlyName": "friendly_name"})
}

func (t *Twilio) restCreateWorkspace(rest *restCall) (any, error) {
	var w Workspace
	template := "NONE"
	f := fields{params: rest.params}
	t.workspaceFields(&f, &w)
	f.oneOf("Template", "NONE FIFO", &template)
	switch {
	case f.err != nil:
		return nil, f.err
	case t.workspaceSID != "" && strings.EqualFold(w.Name, t.workspace.Name):
		return nil, nameTaken("Workspace", w.Name)
	case t.workspaceSID != "":
		t.problem(nil, "not simulated: a second workspace")
		return nil, restError{http.StatusNotImplemented, 20001, "not simulated: a second workspace"}
	}
	if err := t.openWorkspace(w, template == "FIFO"); err != nil {
		return nil, err
	}
	return created(rest, t.workspaceJSON(rest))
}

// openWorkspace creates the workspace with Twilio's defaults: the activities Offline, Available and
// Unavailable, of which Offline is the default activity and the timeout activity
// (https://www.twilio.com/docs/taskrouter/activities). On request it adds a queue and a workflow.
func (t *Twilio) openWorkspace(w Workspace, fifo bool) error {
	t.workspaceSID = t.cfg.WorkspaceSID
	if _, used := t.dates[t.workspaceSID]; used {
		t.workspaceSID = t.sids.next("WS")
	}
	offline := t.addActivity(Activity{SID: t.sids.next("WA"), Name: "Offline"})
	t.addActivity(Activity{SID: t.sids.next("WA"), Name: "Available", Available: true})
	t.addActivity(Activity{SID: t.sids.next("WA"), Name: "Unavailable"})
	w.DefaultActivity, w.TimeoutActivity = offline.SID, offline.SID
	t.workspace = w
	t.stamp(t.workspaceSID)
	t.resourceEvent("workspace.created", t.workspaceSID, "Workspace "+w.Name+" created")
	if !fifo {
		return nil
	}
	queue, err := t.addTaskQueue(TaskQueue{Name: "Sample Queue", TargetWorkers: "1==1"})
	if err != nil {
		return err
	}
	_, err = t.setWorkflow(Workflow{Name: "Default Fifo Workflow", Configuration: `{"task_routing":{"default_filter":{"queue":"` + queue.sid + `"}}}`})
	return err
}

func (t *Twilio) restUpdateWorkspace(rest *restCall) (any, error) {
	changed := t.workspace
	f := fields{params: rest.params}
	t.workspaceFields(&f, &changed)
	t.activityField(&f, "DefaultActivitySid", &changed.DefaultActivity)
	t.activityField(&f, "TimeoutActivitySid", &changed.TimeoutActivity)
	if f.err != nil {
		return nil, f.err
	}
	if changed.SingleTasking && !t.workspace.SingleTasking {
		return nil, badRequest(20001, "A multi-tasking Workspace cannot be updated to single-tasking")
	}
	t.workspace = changed
	t.stamp(t.workspaceSID)
	t.resourceEvent("workspace.updated", t.workspaceSID, "Workspace "+changed.Name+" updated")
	t.matchSoon()
	return t.workspaceJSON(rest), nil
}

// workspaceFields reads the parameters that a workspace has at its creation and at an update.
func (t *Twilio) workspaceFields(f *fields, w *Workspace) {
	f.friendlyName(&w.Name)
	f.address("EventCallbackUrl", &w.EventCallbackURL)
	f.oneOf("PrioritizeQueueOrder", FIFO+" "+LIFO, &w.PrioritizeQueueOrder)
	multitasking := !w.SingleTasking
	f.flag("MultiTaskEnabled", &multitasking)
	w.SingleTasking = !multitasking
	if filter, given := f.params["EventsFilter"]; given {
		w.EventsFilter = nil
		for kind := range strings.SplitSeq(filter[0], ",") {
			if kind = strings.TrimSpace(kind); kind != "" {
				w.EventsFilter = append(w.EventsFilter, kind)
			}
			if kind != "" && !has(eventKinds, kind) {
				t.problem(nil, "the events filter names %q, which is no type of event", kind)
			}
		}
	}
}

// restDeleteWorkspace deletes the workspace with all its resources.
func (t *Twilio) restDeleteWorkspace(rest *restCall) (any, error) {
	if slices.ContainsFunc(t.tasks, func(k *task) bool { return k.ended.IsZero() }) {
		t.problem(nil, "not simulated: deleting a workspace that has open tasks")
		return nil, restError{http.StatusNotImplemented, 20001, "not simulated: deleting a workspace that has open tasks"}
	}
	t.resourceEvent("workspace.deleted", t.workspaceSID, "Workspace "+t.workspace.Name+" deleted")
	t.workspaceSID, t.workspace = "", Workspace{}
	t.activities, t.workers, t.queues = nil, nil, nil
	clear(t.workflows)
	clear(t.taskBySID)
	return noContent(rest)
}

func (t *Twilio) workspaceJSON(rest *restCall) map[string]any {
	own, w := t.workspaceURL(rest), t.workspace
	order := FIFO
	if w.PrioritizeQueueOrder != "" {
		order = w.PrioritizeQueueOrder
	}
	shown := map[string]any{
		"sid": t.workspaceSID, "account_sid": t.cfg.AccountSID, "friendly_name": w.Name, "multi_task_enabled": !w.SingleTasking,
		"event_callback_url": orNull(w.EventCallbackURL), "events_filter": orNull(strings.Join(w.EventsFilter, ",")), "prioritize_queue_order": order,
		"default_activity_sid": nil, "default_activity_name": nil, "timeout_activity_sid": nil, "timeout_activity_name": nil, "url": own,
		"links": map[string]any{
			"activities": own + "/Activities", "workers": own + "/Workers", "task_queues": own + "/TaskQueues", "workflows": own + "/Workflows",
			"tasks": own + "/Tasks", "events": own + "/Events", "task_channels": own + "/TaskChannels", "statistics": own + "/Statistics",
			"real_time_statistics": own + "/RealTimeStatistics", "cumulative_statistics": own + "/CumulativeStatistics",
		},
	}
	t.showDates(shown, t.workspaceSID)
	showActivity(shown, "default_activity", t.defaultActivity())
	showActivity(shown, "timeout_activity", t.activity(w.TimeoutActivity))
	return shown
}

func showActivity(shown map[string]any, field string, a *Activity) {
	if a != nil {
		shown[field+"_sid"], shown[field+"_name"] = a.SID, a.Name
	}
}

func (t *Twilio) showDates(shown map[string]any, sid string) {
	shown["date_created"], shown["date_updated"] = rfc3339(t.dates[sid].created), rfc3339(t.dates[sid].updated)
}
