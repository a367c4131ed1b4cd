package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"switchboard/shared/simulator/script"
)

// SetWorkspace replaces the workspace's settings.
func (t *Twilio) SetWorkspace(w Workspace) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.workspaceSID == "" {
		return fmt.Errorf("set workspace: the account has no workspace")
	}
	if w.TimeoutActivity != "" && t.activity(w.TimeoutActivity) == nil {
		return fmt.Errorf("set workspace: no timeout activity %s", w.TimeoutActivity)
	}
	if w.DefaultActivity != "" && t.activity(w.DefaultActivity) == nil {
		return fmt.Errorf("set workspace: no default activity %s", w.DefaultActivity)
	}
	if !isTaskOrder(w.PrioritizeQueueOrder) {
		return fmt.Errorf("set workspace: the queue order %q is neither FIFO nor LIFO", w.PrioritizeQueueOrder)
	}
	w.Name = cmp.Or(w.Name, t.workspace.Name)
	t.workspace = w
	t.stamp(t.workspaceSID)
	return nil
}

// AddActivity adds an activity and returns its SID. A malformed SID, or one that is in use, is an
// error.
func (t *Twilio) AddActivity(a Activity) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	sid, err := t.identify("WA", a.SID)
	if err != nil {
		return "", fmt.Errorf("add activity %q: %w", a.Name, err)
	}
	a.SID = sid
	t.addActivity(a)
	return sid, nil
}

// AddWorker adds a worker and returns its SID. As at Twilio, a worker without an activity gets the
// workspace's default activity, which is usually unavailable for calls. Attributes that are no JSON
// object and an unknown activity are errors.
func (t *Twilio) AddWorker(w Worker) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	added, err := t.addWorker(w)
	if err != nil {
		return "", fmt.Errorf("add worker %q: %w", w.Name, err)
	}
	return added.sid, nil
}

func (t *Twilio) addWorker(w Worker) (*worker, error) {
	sid, err := t.identify("WK", w.SID)
	if err != nil {
		return nil, err
	}
	w.Attributes = cmp.Or(w.Attributes, "{}")
	attributes, err := decodeAttributes(w.Attributes)
	if err != nil {
		return nil, err
	}
	activity := t.activity(w.Activity)
	if w.Activity == "" {
		activity = t.defaultActivity()
	}
	if activity == nil {
		return nil, fmt.Errorf("no activity %q", w.Activity)
	}
	now := t.loop.Now()
	added := &worker{
		sid: sid, name: w.Name, json: w.Attributes, attributes: attributes, activity: activity, channel: WorkerChannel{Capacity: 1}, others: map[string]WorkerChannel{},
		created: now, updated: now, since: now, idleSince: now,
	}
	maps.Copy(added.others, w.Channels)
	if channel, ok := w.Channels[t.channelName()]; ok {
		added.channel = channel
	}
	t.refreshFields(added)
	t.workers = append(t.workers, added)
	t.matchSoon()
	return added, nil
}

func (t *Twilio) addActivity(a Activity) *Activity {
	t.activities = append(t.activities, &a)
	t.stamp(a.SID)
	return &a
}

// defaultActivity returns the activity of a worker who is added without one: the workspace's
// default, or else the first unavailable one.
func (t *Twilio) defaultActivity() *Activity {
	if a := t.activity(t.workspace.DefaultActivity); a != nil {
		return a
	}
	for _, a := range t.activities {
		if !a.Available {
			return a
		}
	}
	if len(t.activities) > 0 {
		return t.activities[0]
	}
	return nil
}

// SetWorkerActivity moves a worker to an activity, like a supervisor in Twilio's console: the
// events have actor_type "user" and source "console".
func (t *Twilio) SetWorkerActivity(workerSID, activitySID string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	w, activity := t.worker(workerSID), t.activity(activitySID)
	if w == nil || activity == nil {
		return fmt.Errorf("move worker %s to activity %s: no such worker or activity", workerSID, activitySID)
	}
	t.acting = actor{"user", derivedSID("US", t.cfg.AccountSID), "console", consoleAddress}
	t.moveOnRequest(w, activity, false)
	t.acting = actor{}
	return nil
}

// SetWorkerAttributes replaces a worker's attributes, a JSON object.
func (t *Twilio) SetWorkerAttributes(workerSID, attributes string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.worker(workerSID)
	if w == nil {
		return fmt.Errorf("set attributes of worker %s: no such worker", workerSID)
	}
	if err := t.changeWorker(w, attributes); err != nil {
		return fmt.Errorf("set attributes of worker %s: %w", workerSID, err)
	}
	return nil
}

// SetWorkerChannel sets the capacity and availability of a worker's channel for calls.
func (t *Twilio) SetWorkerChannel(workerSID string, c WorkerChannel) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.worker(workerSID)
	if w == nil {
		return fmt.Errorf("set channel of worker %s: no such worker", workerSID)
	}
	t.changeChannel(w, c)
	return nil
}

// AddTaskQueue adds a task queue and returns its SID. An expression that TaskRouter would reject is
// an error.
func (t *Twilio) AddTaskQueue(q TaskQueue) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	added, err := t.addTaskQueue(q)
	if err != nil {
		return "", fmt.Errorf("add task queue %q: %w", q.Name, err)
	}
	return added.sid, nil
}

func (t *Twilio) addTaskQueue(q TaskQueue) (*taskQueue, error) {
	sid, err := t.identify("WQ", q.SID)
	if err != nil {
		return nil, err
	}
	added, err := t.parseTaskQueue(q)
	if err != nil {
		return nil, err
	}
	added.sid = sid
	t.queues = append(t.queues, added)
	t.stamp(sid)
	return added, nil
}

// AddWorkflow adds a workflow, or replaces the one with this SID, and returns its SID. The task
// queues in its configuration must exist. Open tasks keep the configuration that they were created
// with.
func (t *Twilio) AddWorkflow(w Workflow) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	added, err := t.setWorkflow(w)
	if err != nil {
		return "", fmt.Errorf("add workflow %q: %w", w.Name, err)
	}
	return added.SID, nil
}

func (t *Twilio) setWorkflow(w Workflow) (*workflow, error) {
	sid, err := t.identify("WW", w.SID)
	if err != nil {
		return nil, err
	}
	if w.ReservationTimeout == 0 {
		w.ReservationTimeout = 120 * time.Second
	}
	w.SID = sid
	parsed, err := t.parseWorkflow(w)
	if err != nil {
		return nil, err
	}
	t.workflows[sid] = parsed
	t.stamp(sid)
	return parsed, nil
}

// SetPhone scripts the phone at an address (+E.164, client:name or sip:…). The first call to it
// reaches the first of phones, the second the second, and so on; the last one repeats. A call to an
// address without a phone fails and records a Problem.
func (t *Twilio) SetPhone(address string, phones ...script.Phone) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.phones[address] = slices.Clone(phones)
}
