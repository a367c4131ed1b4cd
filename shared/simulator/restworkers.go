package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/shared/expression"
)

// restListWorkers lists the workers (https://www.twilio.com/docs/taskrouter/api/worker).
func (t *Twilio) restListWorkers(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "Ordering"); err != nil {
		return nil, err
	}
	wanted, err := t.eligible(rest)
	if err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, w := range t.workers {
		if wanted(w) {
			shown := t.workerJSON(rest, w)
			if t.cfg.Readings.NoAttributesInList {
				shown["attributes"] = nil
			}
			all = append(all, shown)
		}
	}
	return t.restList(rest, "workers", all, map[string]string{
		"ActivitySid": "activity_sid", "ActivityName": "activity_name", "FriendlyName": "friendly_name", "Available": "available",
	})
}

// eligible reads the filters for a task queue's workers and for the workers who match an
// expression.
func (t *Twilio) eligible(rest *restCall) (func(*worker) bool, error) {
	var wanted *expression.Expression
	if text := rest.params.Get("TargetWorkersExpression"); text != "" {
		if err := t.countFilter(); err != nil {
			return nil, err
		}
		parsed, err := t.parseExpression(text, expression.WorkerNames)
		if err != nil {
			return nil, badRequest(20001, "Invalid TargetWorkersExpression: %s", err)
		}
		wanted = parsed
	}
	sid, name := rest.params.Get("TaskQueueSid"), rest.params.Get("TaskQueueName")
	return func(w *worker) bool {
		if wanted != nil && !wanted.Match(nil, w.fields) {
			return false
		}
		return sid == "" && name == "" || slices.ContainsFunc(t.queues, func(q *taskQueue) bool {
			return (sid == "" || q.sid == sid) && (name == "" || q.name == name) && q.has(w)
		})
	}, nil
}

// filtersASecond is the maximum number of requests a second that filter by an expression (Twilio's
// changelog of 2024-10-18).
const filtersASecond = 3

func (t *Twilio) countFilter() error {
	now := t.loop.Now()
	t.filtered = slices.DeleteFunc(t.filtered, func(at time.Time) bool { return now.Sub(at) >= time.Second })
	if len(t.filtered) >= filtersASecond {
		return restError{http.StatusTooManyRequests, 20429, "Too Many Requests"}
	}
	t.filtered = append(t.filtered, now)
	return nil
}

func (t *Twilio) restCreateWorker(rest *restCall) (any, error) {
	var asked Worker
	if err := t.workerFields(rest, &asked); err != nil {
		return nil, err
	}
	w, err := t.addWorker(asked)
	if err != nil {
		return nil, badRequest(20001, "%s", err)
	}
	t.workerEvent(w, "worker.created", "Worker "+w.name+" created", nil)
	rest.etag = etag(w.version)
	return created(rest, t.workerJSON(rest, w))
}

// restWorker answers requests for Workers/{sid} and the resources below it
// (https://www.twilio.com/docs/taskrouter/api/worker).
func (t *Twilio) restWorker(rest *restCall, parts []string) (any, error) {
	w := t.worker(parts[1])
	switch {
	case w == nil:
		return nil, notFound(rest.path)
	case len(parts) > 2 && parts[2] == "Channels":
		return t.restWorkerChannels(rest, w, parts[3:])
	case len(parts) > 2:
		return t.restWorkerReservations(rest, w, parts[3:])
	}
	switch rest.method {
	case http.MethodDelete:
		return t.restDeleteWorker(rest, w)
	case http.MethodPost:
		if err := t.restUpdateWorker(rest, w); err != nil {
			return nil, err
		}
	}
	rest.etag = etag(w.version)
	return t.workerJSON(rest, w), nil
}

// restUpdateWorker changes a worker. It changes nothing if any part of the request is invalid.
func (t *Twilio) restUpdateWorker(rest *restCall, w *worker) error {
	if err := rest.matches(w.version); err != nil {
		return err
	}
	asked := Worker{SID: w.sid, Name: w.name, Activity: w.activity.SID, Attributes: w.json}
	if err := t.workerFields(rest, &asked); err != nil {
		return err
	}
	reject := false
	f := fields{params: rest.params}
	f.flag("RejectPendingReservations", &reject)
	activity := t.activity(asked.Activity)
	if reject && (activity.Available || rest.params.Get("ActivitySid") == "") && !t.cfg.Readings.RejectWhenAvailable {
		f.err = badRequest(20001, "RejectPendingReservations needs an ActivitySid of an unavailable activity")
	}
	if f.err != nil {
		return f.err
	}
	if rest.params.Get("Attributes") != "" {
		if err := t.changeWorker(w, asked.Attributes); err != nil {
			return badRequest(20001, "%s", err)
		}
	}
	if w.name != asked.Name {
		w.name = asked.Name
		t.touchWorker(w)
	}
	if rest.params.Get("ActivitySid") != "" {
		t.moveOnRequest(w, activity, reject)
	}
	return nil
}

// workerFields reads a worker's parameters.
func (t *Twilio) workerFields(rest *restCall, w *Worker) error {
	f := fields{params: rest.params}
	f.friendlyName(&w.Name)
	if rest.params.Get("ActivitySid") != "" {
		t.activityField(&f, "ActivitySid", &w.Activity)
	}
	if attributes := rest.params.Get("Attributes"); attributes != "" {
		w.Attributes = attributes
	}
	if f.err != nil {
		return f.err
	}
	if slices.ContainsFunc(t.workers, func(other *worker) bool { return other.sid != w.SID && strings.EqualFold(other.name, w.Name) }) {
		return nameTaken("Worker", w.Name)
	}
	return nil
}

// restDeleteWorker deletes a worker without tasks and without pending reservations.
func (t *Twilio) restDeleteWorker(rest *restCall, w *worker) (any, error) {
	if err := rest.matches(w.version); err != nil {
		return nil, err
	}
	if w.open > 0 {
		return nil, badRequest(20001, "Cannot delete Worker %s because it has reservations", w.sid)
	}
	t.workers = slices.DeleteFunc(t.workers, func(other *worker) bool { return other == w })
	t.workerEvent(w, "worker.deleted", "Worker "+w.name+" deleted", nil)
	return noContent(rest)
}

func (t *Twilio) workerJSON(rest *restCall, w *worker) map[string]any {
	base := t.workspaceURL(rest)
	own := base + "/Workers/" + w.sid
	return map[string]any{
		"sid": w.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "friendly_name": w.name, "attributes": w.json,
		"activity_sid": w.activity.SID, "activity_name": w.activity.Name, "available": w.activity.Available,
		"date_created": rfc3339(w.created), "date_updated": rfc3339(w.updated), "date_status_changed": rfc3339(w.since), "url": own,
		"links": map[string]any{
			"workspace": base, "activity": base + "/Activities/" + w.activity.SID, "channels": own + "/Channels",
			"reservations": own + "/Reservations", "worker_statistics": own + "/Statistics",
		},
	}
}
