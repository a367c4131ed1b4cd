package simulator

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// restListWorkflows lists the workflows (https://www.twilio.com/docs/taskrouter/api/workflow).
func (t *Twilio) restListWorkflows(rest *restCall) (any, error) {
	all := shownAll(slices.Sorted(maps.Keys(t.workflows)), func(sid string) map[string]any { return t.workflowJSON(rest, t.workflows[sid]) })
	return t.restList(rest, "workflows", all, map[string]string{"FriendlyName": "friendly_name"})
}

func (t *Twilio) restCreateWorkflow(rest *restCall) (any, error) {
	var w Workflow
	if err := t.workflowFields(rest, &w); err != nil {
		return nil, err
	}
	added, err := t.setWorkflow(w)
	if err != nil {
		return nil, badRequest(20001, "%s", err)
	}
	t.resourceEvent("workflow.created", added.SID, "Workflow "+added.Name+" created")
	return created(rest, t.workflowJSON(rest, added))
}

// maxReservationTimeout is the maximum TaskReservationTimeout in seconds
// (https://www.twilio.com/docs/taskrouter/api/workflow).
const maxReservationTimeout = 86400

// workflowFields reads a workflow's parameters; parseWorkflow checks the configuration.
func (t *Twilio) workflowFields(rest *restCall, w *Workflow) error {
	f := fields{params: rest.params}
	f.friendlyName(&w.Name)
	f.required("Configuration", &w.Configuration)
	f.address("AssignmentCallbackUrl", &w.AssignmentCallbackURL)
	f.address("FallbackAssignmentCallbackUrl", &w.FallbackAssignmentCallbackURL)
	seconds := int(w.ReservationTimeout.Seconds())
	f.whole("TaskReservationTimeout", &seconds, 1, maxReservationTimeout)
	w.ReservationTimeout = time.Duration(seconds) * time.Second
	if f.err != nil {
		return f.err
	}
	for _, other := range t.workflows {
		if other.SID != w.SID && strings.EqualFold(other.Name, w.Name) {
			return nameTaken("Workflow", w.Name)
		}
	}
	return nil
}

// restUpdateWorkflow changes a workflow. Open tasks keep their filters unless ReEvaluateTasks is
// true. The next reservation uses the new callbacks and the new reservation timeout.
func (t *Twilio) restUpdateWorkflow(rest *restCall, w *workflow) (any, error) {
	changed := w.Workflow
	if err := t.workflowFields(rest, &changed); err != nil {
		return nil, err
	}
	updated, err := t.setWorkflow(changed)
	if err != nil {
		return nil, badRequest(20001, "%s", err)
	}
	for _, k := range t.routable {
		if k.workflow.SID == updated.SID {
			k.workflow.Workflow = updated.Workflow
		}
	}
	t.resourceEvent("workflow.updated", updated.SID, "Workflow "+updated.Name+" updated")
	if rest.params.Get("ReEvaluateTasks") == "true" {
		t.reevaluateAll(updated)
	}
	return t.workflowJSON(rest, updated), nil
}

// restDeleteWorkflow deletes a workflow without open tasks.
func (t *Twilio) restDeleteWorkflow(rest *restCall, w *workflow) (any, error) {
	if slices.ContainsFunc(t.tasks, func(k *task) bool { return k.workflow.SID == w.SID && k.ended.IsZero() }) {
		return nil, badRequest(20001, "Cannot delete Workflow %s because it has tasks", w.SID)
	}
	delete(t.workflows, w.SID)
	t.resourceEvent("workflow.deleted", w.SID, "Workflow "+w.Name+" deleted")
	return noContent(rest)
}

// leadsTo reports whether a task of the workflow can enter the queue.
func (w *workflow) leadsTo(q *taskQueue) bool {
	for _, f := range w.filters {
		if slices.ContainsFunc(f.targets, func(to target) bool { return to.queue == q }) {
			return true
		}
	}
	return w.standard != nil && w.standard.queue == q
}

func (t *Twilio) workflowJSON(rest *restCall, w *workflow) map[string]any {
	base := t.workspaceURL(rest)
	shown := map[string]any{
		"sid": w.SID, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "friendly_name": w.Name,
		"configuration": w.Configuration, "document_content_type": "application/json", "task_reservation_timeout": int(w.ReservationTimeout.Seconds()),
		"assignment_callback_url": orNull(w.AssignmentCallbackURL), "fallback_assignment_callback_url": orNull(w.FallbackAssignmentCallbackURL),
		"url": base + "/Workflows/" + w.SID, "links": map[string]any{"workspace": base},
	}
	t.showDates(shown, w.SID)
	return shown
}
