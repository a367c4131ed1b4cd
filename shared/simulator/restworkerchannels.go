package simulator

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// restWorkerChannels answers requests for Workers/{sid}/Channels
// (https://www.twilio.com/docs/taskrouter/api/worker-channel). A worker has one for each task
// channel of the workspace.
func (t *Twilio) restWorkerChannels(rest *restCall, w *worker, channel []string) (any, error) {
	if len(channel) == 0 {
		var all []map[string]any
		for name := range strings.FieldsSeq(taskChannels) {
			all = append(all, t.workerChannelJSON(rest, w, name))
		}
		return t.restList(rest, "channels", all, nil)
	}
	name := ""
	for each := range strings.FieldsSeq(taskChannels) {
		if channel[0] == each || channel[0] == t.workerChannelSID(w, each) {
			name = each
		}
	}
	if name == "" {
		return nil, notFound(rest.path)
	}
	if rest.method == http.MethodPost {
		changed := w.channelOf(t, name)
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
		if name == t.channelName() {
			t.changeChannel(w, changed)
		} else {
			w.others = maps.Clone(w.others)
			if w.others == nil {
				w.others = map[string]WorkerChannel{}
			}
			w.others[name] = changed
		}
	}
	return t.workerChannelJSON(rest, w, name), nil
}

// channelOf returns the worker's channel with this name. Its default capacity is 1.
func (w *worker) channelOf(t *Twilio, name string) WorkerChannel {
	if name == t.channelName() {
		return w.channel
	}
	if other, known := w.others[name]; known {
		return other
	}
	return WorkerChannel{Capacity: 1}
}

// workerChannelSID returns a SID derived from the worker's and the name. The channel of calls has
// the worker's digits.
func (t *Twilio) workerChannelSID(w *worker, name string) string {
	if name == t.channelName() {
		return "WC" + w.sid[2:]
	}
	return derivedSID("WC", w.sid+name)
}

// taskChannelSID returns the SID of a task channel of the workspace.
func (t *Twilio) taskChannelSID(name string) string {
	if name == t.channelName() {
		return t.channelSID()
	}
	return derivedSID("TC", t.workspaceSID+name)
}

func (t *Twilio) workerChannelJSON(rest *restCall, w *worker, name string) map[string]any {
	sid, channel := t.workerChannelSID(w, name), w.channelOf(t, name)
	assigned, occupied := 0, 0
	if name == t.channelName() {
		assigned, occupied = w.assigned, w.occupied
	}
	return map[string]any{
		"sid": sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "worker_sid": w.sid,
		"task_channel_sid": t.taskChannelSID(name), "task_channel_unique_name": name, "available": !channel.Unavailable,
		"configured_capacity": channel.Capacity, "assigned_tasks": assigned,
		"available_capacity_percentage": percentageLeft(channel.Capacity, occupied),
		"date_created":                  rfc3339(w.created), "date_updated": rfc3339(w.updated),
		"url": t.workspaceURL(rest) + "/Workers/" + w.sid + "/Channels/" + sid,
	}
}

// restWorkerReservations answers requests for Workers/{sid}/Reservations: the reservations of all
// tasks that the worker was offered.
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
