package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// restTask is Tasks/{sid} and what is below it (docs/taskrouter/api/task, docs/taskrouter/api/reservations).
func (t *Twilio) restTask(rest *restCall, parts []string) (any, error) {
	k := t.taskBySID[parts[1]]
	if k == nil || k.gone(t.loop.Now()) {
		return nil, notFound(rest.path)
	}
	switch {
	case len(parts) == 2 && rest.method == http.MethodPost:
		return t.restUpdateTask(rest, k)
	case len(parts) == 2:
		rest.etag = etag(k.version)
		return t.taskJSON(rest, k), nil
	case len(parts) == 3:
		return t.restListReservations(rest, k), nil
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

func (t *Twilio) restUpdateTask(rest *restCall, k *task) (any, error) {
	if err := rest.matches(k.version); err != nil {
		return nil, err
	}
	status, attributes := rest.params.Get("AssignmentStatus"), rest.params.Get("Attributes")
	if status != "" && attributes != "" {
		return nil, badRequest(20001, "Cannot update attributes and assignment status in one request")
	}
	if err := t.refuse(rest.params, "TaskChannel", "VirtualStartTime"); err != nil {
		return nil, err
	}
	if attributes != "" {
		decoded, err := decodeAttributes(attributes)
		if err != nil {
			return nil, badRequest(20001, "%s", err)
		}
		k.attributes, k.json = decoded, attributes
		t.touch(k)
	}
	if text := rest.params.Get("Priority"); text != "" {
		priority, err := strconv.Atoi(text)
		if err != nil || priority < 0 {
			return nil, badRequest(20001, "Invalid Priority %q", text)
		}
		k.priority = priority
		t.touch(k)
	}
	if err := t.restTaskStatus(k, status, rest.params.Get("Reason")); err != nil {
		return nil, err
	}
	rest.etag = etag(k.version)
	return t.taskJSON(rest, k), nil
}

func (t *Twilio) touch(k *task) {
	k.version++
	k.updated = t.loop.Now()
	t.taskEvent(k, "task.updated", "updated")
}

func (t *Twilio) restTaskStatus(k *task, status, reason string) error {
	switch status {
	case "":
		return nil
	case taskCanceled:
		if k.status != taskPending && k.status != taskReserved {
			return badRequest(20001, "Cannot cancel task %s because it is not pending or reserved", k.sid)
		}
		t.cancelOverREST(k, reason)
	case taskCompleted:
		if k.status != taskAssigned && k.status != taskWrapping {
			return badRequest(20001, "Cannot complete task %s because it is not assigned or wrapping", k.sid)
		}
		t.completeTask(k, reason)
	case taskWrapping:
		if k.status != taskAssigned {
			return badRequest(20001, "Cannot wrap up task %s because it is not assigned", k.sid)
		}
		t.wrapUp(k)
	default:
		return badRequest(20001, "Invalid AssignmentStatus %q", status)
	}
	return nil
}

func (t *Twilio) restUpdateReservation(rest *restCall, r *reservation) (any, error) {
	if err := rest.matches(r.version); err != nil {
		return nil, err
	}
	if err := t.refuse(rest.params, "Instruction"); err != nil {
		return nil, err
	}
	status := rest.params.Get("ReservationStatus")
	if status != reservationRejected && status != reservationAccepted {
		return nil, badRequest(20001, "Invalid ReservationStatus %q", status)
	}
	if r.status != reservationPending {
		return nil, badRequest(20001, "Reservation %s is already in state [%s] and cannot be updated to [%s]", r.sid, r.status, status)
	}
	activity := t.activity(rest.params.Get("WorkerActivitySid"))
	if sid := rest.params.Get("WorkerActivitySid"); sid != "" && activity == nil {
		return nil, badRequest(20001, "Invalid WorkerActivitySid %q", sid)
	}
	if status == reservationRejected {
		t.endReservation(r, reservationRejected, activity)
	} else {
		t.acceptReservation(r)
	}
	rest.etag = etag(r.version)
	return t.reservationJSON(rest, r), nil
}

func (t *Twilio) restListReservations(rest *restCall, k *task) any {
	var all []*reservation
	for _, r := range k.reservations {
		status := rest.params.Get("ReservationStatus")
		if status == "" || status == r.status {
			all = append(all, r)
		}
	}
	cut, number, size, pages := page(rest, all)
	reservations := []any{}
	for _, r := range cut {
		reservations = append(reservations, t.reservationJSON(rest, r))
	}
	path := t.workspaceURL(rest) + "/Tasks/" + k.sid + "/Reservations"
	return map[string]any{"reservations": reservations, "meta": listMeta(path, "reservations", number, size, pages)}
}

// listMeta are the paging fields of a list of taskrouter.twilio.com.
func listMeta(path, key string, number, size, pages int) map[string]any {
	at := func(n int) string { return fmt.Sprintf("%s?PageSize=%d&Page=%d", path, size, n) }
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
	return meta
}

func (t *Twilio) workspaceURL(rest *restCall) string {
	return rest.base + "/v1/Workspaces/" + t.cfg.WorkspaceSID
}

func (t *Twilio) taskJSON(rest *restCall, k *task) map[string]any {
	base := t.workspaceURL(rest)
	answer := map[string]any{
		"sid": k.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.cfg.WorkspaceSID, "age": int(k.age(t.loop.Now()).Seconds()),
		"assignment_status": k.status, "attributes": k.json, "addons": "{}", "priority": k.priority, "reason": nil,
		"date_created": rfc3339(k.created), "date_updated": rfc3339(k.updated), "task_queue_entered_date": rfc3339(k.entered),
		"virtual_start_time": rfc3339(k.start), "timeout": int(k.timeout.Seconds()), "ignore_capacity": false, "routing_target": nil,
		"task_channel_sid": t.channelSID(), "task_channel_unique_name": t.channelName(),
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

func (t *Twilio) reservationJSON(rest *restCall, r *reservation) map[string]any {
	base := t.workspaceURL(rest)
	task := base + "/Tasks/" + r.task.sid
	return map[string]any{
		"sid": r.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.cfg.WorkspaceSID, "task_sid": r.task.sid,
		"worker_sid": r.worker.sid, "worker_name": r.worker.name, "reservation_status": r.status,
		"date_created": rfc3339(r.created), "date_updated": rfc3339(r.updated), "url": task + "/Reservations/" + r.sid,
		"links": map[string]any{"task": task, "worker": base + "/Workers/" + r.worker.sid, "workspace": base},
	}
}

func rfc3339(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }
