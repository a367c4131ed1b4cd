package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Workspace holds the settings of the account's only workspace, which is a multitasking one.
type Workspace struct {
	Name string
	// EventCallbackURL receives event callbacks; EventsFilter, if not empty, limits them to these types.
	EventCallbackURL string
	EventsFilter     []string
	// TimeoutActivity is the SID of the activity for a worker who lets a reservation time out.
	TimeoutActivity string
}

// Activity is a TaskRouter activity; SID is generated when empty.
type Activity struct {
	SID, Name string
	Available bool
}

// Worker is a TaskRouter worker; SID is generated when empty.
type Worker struct {
	SID, Name string
	// Attributes is a JSON object, at most 4,096 characters.
	Attributes string
	// Activity is an activity's SID.
	Activity string
}

// TaskQueue is a TaskRouter task queue; SID is generated when empty. TargetWorkers is an expression over worker attributes: use 1==1 for
// all workers; an empty one matches nobody.
type TaskQueue struct {
	SID, Name, TargetWorkers string
}

// Workflow is a TaskRouter workflow; SID is generated when empty. Configuration is the JSON of docs/taskrouter/workflow-configuration;
// ReservationTimeout is 120 s when zero.
type Workflow struct {
	SID, Name                                            string
	Configuration                                        string
	AssignmentCallbackURL, FallbackAssignmentCallbackURL string
	ReservationTimeout                                   time.Duration
}

// Number is a phone number of the account. Methods default to POST.
type Number struct {
	Number                       string
	VoiceURL, VoiceMethod        string
	FallbackURL, FallbackMethod  string
	StatusCallback, StatusMethod string
}

// SetWorkspace replaces the workspace's settings.
func (t *Twilio) SetWorkspace(w Workspace) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.TimeoutActivity != "" && t.activity(w.TimeoutActivity) == nil {
		return fmt.Errorf("set workspace: no timeout activity %s", w.TimeoutActivity)
	}
	if w.Name == "" {
		w.Name = t.workspace.Name
	}
	t.workspace = w
	return nil
}

// AddActivity adds an activity and returns its SID.
func (t *Twilio) AddActivity(a Activity) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	sid, err := t.identify("WA", a.SID)
	if err != nil {
		return "", fmt.Errorf("add activity %q: %w", a.Name, err)
	}
	a.SID = sid
	t.activities = append(t.activities, &a)
	return sid, nil
}

// AddWorker adds a worker and returns its SID. A worker without an activity gets the first unavailable one, else the first.
func (t *Twilio) AddWorker(w Worker) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	sid, err := t.identify("WK", w.SID)
	if err != nil {
		return "", fmt.Errorf("add worker %q: %w", w.Name, err)
	}
	if w.Attributes == "" {
		w.Attributes = "{}"
	}
	attributes, err := decodeAttributes(w.Attributes)
	if err != nil {
		return "", fmt.Errorf("add worker %q: %w", w.Name, err)
	}
	activity := t.activity(w.Activity)
	if w.Activity == "" {
		activity = t.defaultActivity()
	}
	if activity == nil {
		return "", fmt.Errorf("add worker %q: no activity %q", w.Name, w.Activity)
	}
	now := t.loop.Now()
	added := &worker{sid: sid, name: w.Name, json: w.Attributes, attributes: attributes, activity: activity, since: now, idleSince: now}
	added.refreshFields()
	t.workers = append(t.workers, added)
	t.matchSoon()
	return sid, nil
}

func (t *Twilio) defaultActivity() *Activity {
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

// SetWorkerActivity moves a worker to an activity, as a supervisor would.
func (t *Twilio) SetWorkerActivity(workerSID, activitySID string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	activity := t.activity(activitySID)
	for _, w := range t.workers {
		if w.sid == workerSID && activity != nil {
			t.moveWorker(w, activity)
			return nil
		}
	}
	return fmt.Errorf("move worker %s to activity %s: no such worker or activity", workerSID, activitySID)
}

// AddTaskQueue adds a task queue and returns its SID.
func (t *Twilio) AddTaskQueue(q TaskQueue) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	sid, err := t.identify("WQ", q.SID)
	if err != nil {
		return "", fmt.Errorf("add task queue %q: %w", q.Name, err)
	}
	added := &taskQueue{sid: sid, name: q.Name, targetWorkers: q.TargetWorkers}
	if q.TargetWorkers != "" {
		if added.target, err = ParseExpression(q.TargetWorkers, WorkerNames); err != nil {
			return "", fmt.Errorf("add task queue %q: %w", q.Name, err)
		}
	}
	t.queues = append(t.queues, added)
	return sid, nil
}

// AddWorkflow adds a workflow and returns its SID. The task queues that its configuration names must exist.
func (t *Twilio) AddWorkflow(w Workflow) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	sid, err := t.identify("WW", w.SID)
	if err != nil {
		return "", fmt.Errorf("add workflow %q: %w", w.Name, err)
	}
	if w.ReservationTimeout == 0 {
		w.ReservationTimeout = 120 * time.Second
	}
	w.SID = sid
	added, err := t.parseWorkflow(w)
	if err != nil {
		return "", fmt.Errorf("add workflow %q: %w", w.Name, err)
	}
	t.workflows[sid] = added
	return sid, nil
}

// AddNumber adds a phone number to the account.
func (t *Twilio) AddNumber(n Number) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, method := range []*string{&n.VoiceMethod, &n.FallbackMethod, &n.StatusMethod} {
		if *method == "" {
			*method = "POST"
		}
	}
	t.numbers[n.Number] = &n
}

// SetPhone scripts the phone at an address (+E.164, client:name or sip:…): the first call to it meets the first of phones, and so on;
// the last one serves all further calls.
func (t *Twilio) SetPhone(address string, phones ...Phone) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.phones[address] = slices.Clone(phones)
}

func (t *Twilio) activity(sid string) *Activity {
	for _, a := range t.activities {
		if a.SID == sid {
			return a
		}
	}
	return nil
}

func (t *Twilio) identify(prefix, sid string) (string, error) {
	if sid == "" {
		return t.sids.next(prefix), nil
	}
	if !isSID(prefix, sid) {
		return "", fmt.Errorf("%q is not an identifier of the form %s and 32 hexadecimal digits", sid, prefix)
	}
	return sid, nil
}

// attributesLimit is the number of characters that a task's or worker's attributes may have (docs/taskrouter/limits).
const attributesLimit = 4096

func decodeAttributes(text string) (Attributes, error) {
	if n := len([]rune(text)); n > attributesLimit {
		return nil, fmt.Errorf("attributes have %d characters, more than %d", n, attributesLimit)
	}
	var attributes Attributes
	if err := json.Unmarshal([]byte(text), &attributes); err != nil {
		return nil, fmt.Errorf("decode attributes: %w", err)
	}
	if attributes == nil {
		return nil, fmt.Errorf("attributes are not a JSON object: %s", text)
	}
	return attributes, nil
}

func encodeAttributes(attributes Attributes) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(attributes); err != nil {
		return "{}" // what encoding/json decoded it can encode
	}
	return strings.TrimSuffix(text.String(), "\n")
}
