package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"switchboard/shared/expression"
)

// restTask answers requests for Tasks/{sid} and its reservations
// (https://www.twilio.com/docs/taskrouter/api/task,
// https://www.twilio.com/docs/taskrouter/api/reservations).
func (t *Twilio) restTask(rest *restCall, parts []string) (any, error) {
	k := t.taskBySID[parts[1]]
	if k == nil || k.gone(t.loop.Now()) {
		return nil, notFound(rest.path)
	}
	switch {
	case len(parts) == 2 && rest.method == http.MethodPost:
		return t.restUpdateTask(rest, k)
	case len(parts) == 2 && rest.method == http.MethodDelete:
		return t.restDeleteTask(rest, k)
	case len(parts) == 2:
		rest.etag = etag(k.version)
		return t.taskJSON(rest, k), nil
	case len(parts) == 3:
		return t.restListReservations(rest, k)
	}
	r := t.reservedBySID[parts[3]]
	if r == nil || r.task != k {
		return nil, notFound(rest.path)
	}
	if rest.method == http.MethodPost {
		return t.restUpdateReservation(rest, r)
	}
	rest.etag = etag(r.version)
	return t.reservationJSON(rest, r), nil
}

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

func (rest *restCall) matches(version int) error {
	if rest.ifMatch != "" && rest.ifMatch != "*" && rest.ifMatch != etag(version) {
		return restError{http.StatusPreconditionFailed, 20412, "The If-Match header does not match the resource's version"}
	}
	return nil
}

// restUpdateTask changes a task. It changes nothing if any part of the request is invalid.
func (t *Twilio) restUpdateTask(rest *restCall, k *task) (any, error) {
	if err := rest.matches(k.version); err != nil {
		return nil, err
	}
	status, attributes := rest.params.Get("AssignmentStatus"), rest.params.Get("Attributes")
	if status != "" && attributes != "" {
		return nil, badRequest(20001, "Cannot update attributes and assignment status in one request")
	}
	if err := t.refuse(rest.params, "TaskChannel"); err != nil {
		return nil, err
	}
	if err := k.allows(status, rest.params.Get("Reason")); err != nil {
		return nil, err
	}
	var decoded expression.Attributes
	if attributes != "" {
		var err error
		if decoded, err = decodeAttributes(attributes); err != nil {
			return nil, badRequest(20001, "%s", err)
		}
	}
	if err := t.restTaskPlace(rest, k); err != nil {
		return nil, err
	}
	if attributes != "" {
		k.attributes, k.json = decoded, attributes
		t.touch(k)
		if k.status == taskPending && t.cfg.Readings.AttributesReroute {
			t.reevaluate(k)
		}
	}
	switch status {
	case taskCanceled:
		t.cancel(k, rest.params.Get("Reason"))
		t.letCallerGo(k)
	case taskCompleted:
		t.completeTask(k, rest.params.Get("Reason"))
	case taskWrapping:
		t.wrapUp(k)
	}
	rest.etag = etag(k.version)
	return t.taskJSON(rest, k), nil
}

// earliestStart is the earliest virtual start time
// (https://www.twilio.com/docs/taskrouter/api/task).
const earliestStart = 1900

// restTaskPlace changes the priority and the start time, which decide a task's place in the line.
func (t *Twilio) restTaskPlace(rest *restCall, k *task) error {
	priority := k.priority
	asked, begins := rest.params.Get("Priority"), rest.params.Get("VirtualStartTime")
	f := fields{params: rest.params}
	if f.whole("Priority", &priority, 0, highestPriority); f.err != nil {
		return f.err
	}
	start, err := t.virtualStart(rest.params, k.start)
	if err != nil {
		return err
	}
	if asked != "" || begins != "" {
		k.priority, k.start = priority, start
		t.touch(k)
	}
	return nil
}

// virtualStart reads the VirtualStartTime, which may not be in the future. It returns absent if
// there is none.
func (t *Twilio) virtualStart(params url.Values, absent time.Time) (time.Time, error) {
	text := params.Get("VirtualStartTime")
	if text == "" {
		return absent, nil
	}
	start, err := time.Parse(time.RFC3339, text)
	if err != nil || start.After(t.loop.Now()) || start.Year() < earliestStart {
		return time.Time{}, badRequest(20001, "Invalid VirtualStartTime %q", text)
	}
	return start, nil
}

func (t *Twilio) restDeleteTask(rest *restCall, k *task) (any, error) {
	if err := rest.matches(k.version); err != nil {
		return nil, err
	}
	t.deleteTask(k, "task.deleted")
	return noContent(rest)
}

func (t *Twilio) touch(k *task) {
	k.version++
	k.updated = t.loop.Now()
	t.taskEvent(k, "task.updated", "updated")
}

// allows returns the error for an AssignmentStatus that the task cannot get, nil if it can.
func (k *task) allows(status, reason string) error {
	switch {
	case status == "":
		return nil
	case status == taskCanceled && k.status != taskPending && k.status != taskReserved:
		return badRequest(20001, "Cannot cancel task %s because it is not pending or reserved", k.sid)
	case status == taskCompleted && k.status != taskAssigned && k.status != taskWrapping:
		return badRequest(20001, "Cannot complete task %s because it is not assigned or wrapping", k.sid)
	case status == taskWrapping && k.status != taskAssigned:
		return badRequest(20001, "Cannot wrap up task %s because it is not assigned", k.sid)
	case status != taskCanceled && status != taskCompleted && status != taskWrapping:
		return badRequest(20001, "Invalid AssignmentStatus %q", status)
	case status != taskWrapping && reason == "":
		return badRequest(20001, "Reason is required to set AssignmentStatus %s", status) // https://www.twilio.com/docs/taskrouter/api/task
	}
	return nil
}

func (t *Twilio) workspaceURL(rest *restCall) string {
	return rest.base + "/v1/Workspaces/" + t.workspaceSID
}

func (t *Twilio) taskJSON(rest *restCall, k *task) map[string]any {
	base := t.workspaceURL(rest)
	channelSID, channelName := t.channelOf(k)
	answer := map[string]any{
		"sid": k.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "age": int(k.age(t.loop.Now()).Seconds()),
		"assignment_status": k.status, "attributes": k.json, "addons": "{}", "priority": k.priority, "reason": nil,
		"date_created": rfc3339(k.created), "date_updated": rfc3339(k.updated), "task_queue_entered_date": rfc3339(k.entered),
		"virtual_start_time": rfc3339(k.start), "timeout": int(k.timeout.Seconds()), "ignore_capacity": false, "routing_target": nil,
		"task_channel_sid": channelSID, "task_channel_unique_name": channelName,
		"task_queue_sid": nil, "task_queue_friendly_name": nil,
		"workflow_sid": k.workflow.SID, "workflow_friendly_name": k.workflow.Name, "url": base + "/Tasks/" + k.sid,
		"links": map[string]any{
			"workspace": base, "workflow": base + "/Workflows/" + k.workflow.SID,
			"reservations": base + "/Tasks/" + k.sid + "/Reservations",
		},
	}
	if k.queue != nil {
		answer["task_queue_sid"], answer["task_queue_friendly_name"] = k.queue.sid, k.queue.name
		answer["links"].(map[string]any)["task_queue"] = base + "/TaskQueues/" + k.queue.sid
	}
	if k.reason != "" {
		answer["reason"] = k.reason
	}
	return answer
}

func rfc3339(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

// restListTasks answers GET Tasks. Only the answer to a single task has attributes
// (https://www.twilio.com/docs/taskrouter/api/task).
func (t *Twilio) restListTasks(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "RoutingTarget", "Ordering", "HasAddons"); err != nil {
		return nil, err
	}
	wanted, err := t.attributeFilter(rest)
	if err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, k := range t.tasks {
		if t.taskBySID[k.sid] != nil && !k.gone(t.loop.Now()) && wanted(k) {
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

// attributeFilter returns the filter by the tasks' attributes; without one, every task matches. A
// bare name is a task's attribute, as in a workflow's filter
// (https://www.twilio.com/docs/taskrouter/expression-syntax).
func (t *Twilio) attributeFilter(rest *restCall) (func(*task) bool, error) {
	text := rest.params.Get("EvaluateTaskAttributes")
	if text == "" {
		return func(*task) bool { return true }, nil
	}
	if err := t.countFilter(); err != nil {
		return nil, err
	}
	wanted, err := t.parseExpression(text, expression.TaskNames)
	if err != nil {
		return nil, badRequest(20001, "Invalid EvaluateTaskAttributes: %s", err)
	}
	return func(k *task) bool { return wanted.Match(k.attributes, nil) }, nil
}
