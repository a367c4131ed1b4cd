package simulator

import (
	"net/http"
	"strconv"
)

// restWorker is Workers/{sid} (docs/taskrouter/api/worker).
func (t *Twilio) restWorker(rest *restCall, parts []string) (any, error) {
	w := t.worker(parts[1])
	if w == nil {
		return nil, notFound(rest.path)
	}
	if rest.method == http.MethodPost {
		if err := t.restUpdateWorker(rest, w); err != nil {
			return nil, err
		}
	}
	rest.etag = etag(w.version)
	return t.workerJSON(rest, w), nil
}

func (t *Twilio) restUpdateWorker(rest *restCall, w *worker) error {
	if err := rest.matches(w.version); err != nil {
		return err
	}
	if err := t.refuse(rest.params, "FriendlyName"); err != nil {
		return err
	}
	sid := rest.params.Get("ActivitySid")
	activity := t.activity(sid)
	if sid != "" && activity == nil {
		return badRequest(20001, "Invalid ActivitySid %q", sid)
	}
	reject, err := strconv.ParseBool(rest.params.Get("RejectPendingReservations"))
	if rest.params.Get("RejectPendingReservations") == "" {
		reject, err = false, nil
	}
	if err != nil || (reject && (activity == nil || activity.Available)) {
		return badRequest(20001, "RejectPendingReservations needs an ActivitySid of an unavailable activity")
	}
	if attributes := rest.params.Get("Attributes"); attributes != "" {
		if err := t.changeWorker(w, attributes); err != nil {
			return badRequest(20001, "%s", err)
		}
	}
	if activity != nil {
		t.moveOnRequest(w, activity, reject)
	}
	return nil
}

// restListWorkers is GET Workers; of its filters there are those that need no expression.
func (t *Twilio) restListWorkers(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "TargetWorkersExpression", "TaskQueueName", "TaskQueueSid", "Ordering"); err != nil {
		return nil, err
	}
	var all []*worker
	for _, w := range t.workers {
		if w.wanted(rest) {
			all = append(all, w)
		}
	}
	cut, number, size, pages := page(rest, all)
	workers := []any{}
	for _, w := range cut {
		workers = append(workers, t.workerJSON(rest, w))
	}
	meta := listMeta(t.workspaceURL(rest)+"/Workers", "workers", number, size, pages)
	return map[string]any{"workers": workers, "meta": repeatFilters(meta, rest)}, nil
}

func (w *worker) wanted(rest *restCall) bool {
	available := "0"
	if w.activity.Available {
		available = "1"
	}
	for name, value := range map[string]string{
		"ActivitySid": w.activity.SID, "ActivityName": w.activity.Name, "FriendlyName": w.name, "Available": available,
	} {
		if asked := rest.params.Get(name); asked != "" && asked != value && (name != "Available" || asked != strconv.FormatBool(w.activity.Available)) {
			return false
		}
	}
	return true
}

func (t *Twilio) workerJSON(rest *restCall, w *worker) map[string]any {
	base := t.workspaceURL(rest)
	own := base + "/Workers/" + w.sid
	return map[string]any{
		"sid": w.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.cfg.WorkspaceSID, "friendly_name": w.name, "attributes": w.json,
		"activity_sid": w.activity.SID, "activity_name": w.activity.Name, "available": w.activity.Available,
		"date_created": rfc3339(w.created), "date_updated": rfc3339(w.updated), "date_status_changed": rfc3339(w.since), "url": own,
		"links": map[string]any{
			"workspace": base, "activity": base + "/Activities/" + w.activity.SID, "channels": own + "/Channels",
			"reservations": own + "/Reservations", "worker_statistics": own + "/Statistics",
		},
	}
}
