package simulator

import (
	"net/http"
	"strconv"
)

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
	sid := t.workerChannelSID(w)
	return map[string]any{
		"sid": sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "worker_sid": w.sid,
		"task_channel_sid": t.channelSID(), "task_channel_unique_name": t.channelName(), "available": !w.channel.Unavailable,
		"configured_capacity": w.channel.Capacity, "assigned_tasks": w.assigned,
		"available_capacity_percentage": percentageLeft(w.channel.Capacity, w.occupied),
		"date_created":                  rfc3339(w.created), "date_updated": rfc3339(w.updated),
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
