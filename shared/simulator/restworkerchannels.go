package simulator

import (
	"math"
	"net/http"
	"slices"
	"strings"
)

// restWorkerChannels answers requests for Workers/{sid}/Channels
// (https://www.twilio.com/docs/taskrouter/api/worker-channel). A worker has one for each task
// channel of the workspace.
func (t *Twilio) restWorkerChannels(rest *restCall, w *worker, channel []string) (any, error) {
	names := strings.Fields(taskChannels)
	if len(channel) == 0 {
		all := shownAll(names, func(name string) map[string]any { return t.workerChannelJSON(rest, w, name) })
		return t.restList(rest, "channels", all, nil)
	}
	i := slices.IndexFunc(names, func(name string) bool { return channel[0] == name || channel[0] == t.workerChannelSID(w, name) })
	if i < 0 {
		return nil, notFound(rest.path)
	}
	name := names[i]
	if rest.method == http.MethodPost {
		changed := w.channelOf(t, name)
		available := !changed.Unavailable
		f := fields{params: rest.params}
		f.whole("Capacity", &changed.Capacity, 0, math.MaxInt)
		f.flag("Available", &available)
		if f.err != nil {
			return nil, f.err
		}
		changed.Unavailable = !available
		if name == t.channelName() {
			t.changeChannel(w, changed)
		} else {
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
