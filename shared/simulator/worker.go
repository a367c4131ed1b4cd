package simulator

import (
	"maps"
	"net/url"
	"strconv"
	"time"

	"switchboard/shared/expression"
	"switchboard/shared/simulator/reading"
)

// worker is a TaskRouter Worker.
type worker struct {
	sid, name  string
	json       string
	attributes expression.Attributes
	fields     expression.Attributes // attributes and the fields that expressions may name
	memberOf   map[*taskQueue]bool
	activity   *Activity
	channel    WorkerChannel            // for calls
	others     map[string]WorkerChannel // configured channels; they get no tasks
	version    int
	moves      int // changes of activity, for WorkerVersion
	chosen     int // moves by a supervisor or the REST API

	created, updated time.Time
	since            time.Time // start of this activity
	idleSince        time.Time // see IdleClock
	open, occupied   int       // reservations; those that use capacity
	assigned         int       // those that are accepted
	before, placed   *Activity // the activity that a task queue's replaced, and the task queue's
}

// refreshFields sets the fields that expressions read: the attributes and the worker's own fields.
// Readings.AttributesHideFields decides between two of the same name.
func (t *Twilio) refreshFields(w *worker) {
	w.memberOf = map[*taskQueue]bool{}
	w.fields = maps.Clone(w.attributes)
	for _, field := range [...]struct{ name, value string }{
		{"sid", w.sid}, {"friendly_name", w.name}, {"activity_sid", w.activity.SID}, {"activity_name", w.activity.Name},
	} {
		if _, hidden := w.attributes[field.name]; !hidden || !t.cfg.Readings.AttributesHideFields {
			w.fields[field.name] = field.value
		}
	}
	if _, hidden := w.attributes["channel"]; !hidden || !t.cfg.Readings.AttributesHideFields {
		w.fields["channel"] = expression.Provided(func(name string) any { return t.channelFields(w, name) })
	}
}

// taskChannels are the task channels of every workspace
// (https://www.twilio.com/docs/taskrouter/multitasking).
const taskChannels = "voice sms chat video default"

// channelFields returns the fields of a worker's channel that expressions can read, such as
// worker.channel.voice.assigned_tasks (https://www.twilio.com/docs/taskrouter/multitasking); nil
// for a channel that the workspace does not have.
func (t *Twilio) channelFields(w *worker, name string) any {
	configured, assigned, occupied := 1, 0, 0
	switch other, known := w.others[name]; {
	case name == t.channelName():
		configured, assigned, occupied = w.channel.Capacity, w.assigned, w.occupied
	case known:
		configured = other.Capacity
	case !has(taskChannels, name):
		return nil
	}
	return map[string]any{
		"configured_capacity": float64(configured), "assigned_tasks": float64(assigned),
		"available_capacity_percentage": float64(percentageLeft(configured, occupied)),
	}
}

// percentageLeft returns floor((1 - occupied/configured) * 100), and 0 for a channel without
// capacity.
func percentageLeft(configured, occupied int) int {
	if configured <= 0 {
		return 0
	}
	return max(100*(configured-occupied)/configured, 0)
}

// free reports whether the worker can be offered a task.
func (t *Twilio) free(w *worker) bool {
	switch {
	case !w.activity.Available:
		return false
	case t.workspace.SingleTasking:
		return w.open == 0
	}
	return !w.channel.Unavailable && w.occupied < w.channel.Capacity
}

// moveWorker changes a worker's activity. A move to the current activity changes nothing.
func (t *Twilio) moveWorker(w *worker, to *Activity) {
	if w.activity != to {
		t.setActivity(w, to)
	}
}

func (t *Twilio) setActivity(w *worker, to *Activity) {
	now := t.loop.Now()
	from, stayed := w.activity, now.Sub(w.since)
	w.activity, w.since = to, now
	w.moves++
	if t.cfg.Readings.MoveResetsIdle {
		w.idleSince = now
	}
	t.touchWorker(w)
	fields := url.Values{
		"WorkerPreviousActivitySid":      {from.SID},
		"WorkerTimeInPreviousActivity":   {strconv.Itoa(int(stayed.Seconds()))},
		"WorkerTimeInPreviousActivityMs": {strconv.FormatInt(stayed.Milliseconds(), 10)},
	}
	if t.cfg.Readings.PreviousActivityName {
		fields.Set("WorkerPreviousActivityName", from.Name)
	}
	t.workerEvent(w, "worker.activity.update", "Worker "+w.name+" updated to "+to.Name+" Activity", fields)
	if to.Available {
		t.matchSoon()
	}
}

func (t *Twilio) touchWorker(w *worker) {
	w.updated = t.loop.Now()
	w.version++
	t.refreshFields(w)
}

// moveForTask moves a worker to a task queue's activity, if the queue has one and the workspace
// applies it.
func (t *Twilio) moveForTask(w *worker, to *Activity) {
	if to == nil || (!t.workspace.SingleTasking && !t.cfg.Readings.QueueActivitiesApplied) {
		return
	}
	if w.before == nil {
		w.before = w.activity
	}
	w.placed = to
	t.moveWorker(w, to)
}

// freeWorker moves a worker to an activity after a reservation has ended. With nil, a worker
// without another task returns to the activity before, unless a supervisor or the REST API has
// moved them since.
func (t *Twilio) freeWorker(w *worker, to *Activity) {
	if w.open == 0 {
		if to == nil && w.activity == w.placed {
			to = w.before
		}
		w.before, w.placed = nil, nil
	}
	if to != nil {
		t.moveWorker(w, to)
	}
}

// moveOnRequest moves a worker for a supervisor or the REST API, and rejects the worker's pending
// reservations on request.
func (t *Twilio) moveOnRequest(w *worker, to *Activity, reject bool) {
	moved := w.activity != to
	w.chosen++
	if moved || t.cfg.Readings.SameActivityUpdates {
		t.setActivity(w, to)
	}
	status := t.endOfOffers(to, moved, reject)
	if status == "" {
		return
	}
	for _, r := range t.pendingOf(w) {
		t.endReservation(r, status, to)
	}
}

// endOfOffers returns the status in which the pending reservations of a moved worker end; "" = they
// stay pending.
func (t *Twilio) endOfOffers(to *Activity, moved, reject bool) string {
	switch {
	case to.Available:
		return ""
	case reject && (moved || !t.cfg.Readings.UnmovedKeepsOffers):
		return reservationRejected
	case !moved:
		return ""
	}
	switch t.cfg.Readings.UnavailableOffers {
	case reading.OffersCanceled:
		return reservationCanceled
	case reading.OffersRejected:
		return reservationRejected
	}
	return ""
}

func (t *Twilio) pendingOf(w *worker) []*reservation {
	var pending []*reservation
	for _, k := range t.routable {
		for _, r := range k.offers {
			if r.worker == w {
				pending = append(pending, r)
			}
		}
	}
	return pending
}

func (t *Twilio) changeWorker(w *worker, attributes string) error {
	decoded, err := decodeAttributes(attributes)
	if err != nil {
		return err
	}
	w.attributes, w.json = decoded, attributes
	t.touchWorker(w)
	t.workerEvent(w, "worker.attributes.update", "Worker "+w.name+" attributes updated", nil)
	t.matchSoon()
	return nil
}

// changeChannel sets a worker's channel for calls and sends an event for each changed value
// (https://www.twilio.com/docs/taskrouter/api/event/reference).
func (t *Twilio) changeChannel(w *worker, to WorkerChannel) {
	from := w.channel
	w.channel = to
	event := func(kind string) {
		t.workerEvent(w, kind, "Worker "+w.name+" "+kind, url.Values{
			"TaskChannelSid": {t.channelSID()}, "TaskChannelUniqueName": {t.channelName()},
			"WorkerChannelAvailable":         {strconv.FormatBool(!to.Unavailable)},
			"WorkerChannelAvailableCapacity": {strconv.Itoa(percentageLeft(to.Capacity, w.occupied))},
			"WorkerChannelPreviousCapacity":  {strconv.Itoa(percentageLeft(from.Capacity, w.occupied))},
			"WorkerChannelTaskCount":         {strconv.Itoa(w.assigned)},
		})
	}
	if from.Capacity != to.Capacity {
		event("worker.capacity.update")
	}
	if from.Unavailable != to.Unavailable {
		event("worker.channel.availability.update")
	}
	t.matchSoon()
}
