package simulator

import (
	"net/http"
	"strconv"
)

// restWorker is Workers/{sid} and what is below it (docs/taskrouter/api/worker).
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

// restWorkerChannels is Workers/{sid}/Channels (docs/taskrouter/api/worker-channel); there is the channel of calls alone.
func (t *Twilio) restWorkerChannels(rest *restCall, w *worker, channel []string) (any, error) {
	if len(channel) == 0 {
		return t.restList(rest, "channels", []map[string]any{t.workerChannelJSON(rest, w)}, nil)
	}
	if channel[0] != t.workerChannelSID(w) && channel[0] != t.channelName() {
		return nil, notFound(rest.path)
	}
	if rest.method == http.MethodPost {
		changed := w.channel
		if text := rest.params.Get("Capacity"); text != "" {
			capacity, err := strconv.Atoi(text)
			if err != nil || capacity < 0 {
				return nil, badRequest(20001, "Invalid Capacity %q", text)
			}
			changed.Capacity = capacity
		}
		if text := rest.params.Get("Available"); text != "" {
			available, err := strconv.ParseBool(text)
			if err != nil {
				return nil, badRequest(20001, "Invalid Available %q", text)
			}
			changed.Unavailable = !available
		}
		t.changeChannel(w, changed)
	}
	return t.workerChannelJSON(rest, w), nil
}

func (t *Twilio) workerChannelSID(w *worker) string { return "WC" + w.sid[2:] }

func (t *Twilio) workerChannelJSON(rest *restCall, w *worker) map[string]any {
	left := 0
	if w.channel.Capacity > 0 {
		left = max(100*(w.channel.Capacity-w.occupied)/w.channel.Capacity, 0)
	}
	sid := t.workerChannelSID(w)
	return map[string]any{
		"sid": sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.cfg.WorkspaceSID, "worker_sid": w.sid,
		"task_channel_sid": t.channelSID(), "task_channel_unique_name": t.channelName(), "available": !w.channel.Unavailable,
		"configured_capacity": w.channel.Capacity, "assigned_tasks": w.occupied, "available_capacity_percentage": left,
		"date_created": rfc3339(w.created), "date_updated": rfc3339(w.updated),
		"url": t.workspaceURL(rest) + "/Workers/" + w.sid + "/Channels/" + sid,
	}
}

// restWorkerReservations is Workers/{sid}/Reservations: the reservations of all tasks that were offered to the worker.
func (t *Twilio) restWorkerReservations(rest *restCall, w *worker, one []string) (any, error) {
	if len(one) > 0 {
		if r := t.reservedBySID[one[0]]; r != nil && r.worker == w {
			return t.restTask(rest, []string{"Tasks", r.task.sid, "Reservations", r.sid})
		}
		return nil, notFound(rest.path)
	}
	var all []map[string]any
	for _, r := range t.reservations {
		if r.worker == w && !r.task.gone(t.loop.Now()) {
			all = append(all, t.reservationJSON(rest, r))
		}
	}
	return t.restList(rest, "reservations", all, map[string]string{"ReservationStatus": "reservation_status"})
}
