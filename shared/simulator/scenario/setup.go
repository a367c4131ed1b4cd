package scenario

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"switchboard/shared/simulator"
)

// Site is the application's side of the account: the URLs that Twilio requests, and the identifiers
// that the application knows.
type Site struct {
	VoiceURL, FallbackURL, StatusCallback                string // of every number, but for VoiceURL of staff numbers
	StaffVoiceURL                                        string // of staff numbers
	SMSURL                                               string // of every number
	AssignmentCallbackURL, FallbackAssignmentCallbackURL string
	EventCallbackURL                                     string
	// WorkflowSID is generated when empty.
	WorkflowSID string
	// Activities are the account's when the scenario lists none. If a scenario's activity has the
	// name of one of these, it gets its SID.
	Activities []simulator.Activity
}

// Play is a scenario that is set up in an account. Run the account's loop, then call Unmet.
type Play struct {
	scenario *Scenario
	twilio   *simulator.Twilio
	lines    []*simulator.Line
	started  time.Time
	first    map[string]string       // each worker's first activity, by the worker's name
	calls    map[*simulator.Line]int // the line in the file of each call that an action makes
	ends     time.Duration

	available map[string]bool // activities in which workers are available, by name
}

// SetUp sets the account up, scripts the phones and schedules the calls. t must be new, and made
// with Scenario.Config.
func (s *Scenario) SetUp(t *simulator.Twilio, site Site) (*Play, error) {
	play := &Play{
		scenario: s, twilio: t, started: t.Loop().Now(), first: map[string]string{}, calls: map[*simulator.Line]int{},
		available: map[string]bool{},
	}
	b := &builder{s: s, t: t, site: site, play: play, activities: map[string]string{}, queues: map[string]string{}}
	for _, part := range []func() error{b.addActivities, b.addQueues, b.addWorkflow, b.addWorkers} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	for _, number := range b.numbers() {
		t.AddNumber(simulator.Number{
			Number: number, VoiceURL: site.VoiceURL, FallbackURL: site.FallbackURL, StatusCallback: site.StatusCallback, SMSURL: site.SMSURL,
		})
	}
	for _, number := range s.Account.StaffNumbers {
		t.AddNumber(simulator.Number{
			Number: number, VoiceURL: site.StaffVoiceURL, FallbackURL: site.FallbackURL, StatusCallback: site.StatusCallback, SMSURL: site.SMSURL,
		})
	}
	for _, other := range s.Others {
		if len(other.Phone) > 0 {
			t.SetPhone(other.Number, other.Phone...)
		}
		if err := b.plan("", other.Number, other.Does); err != nil {
			return nil, err
		}
	}
	for _, caller := range s.Callers {
		play.until(time.Duration(caller.After))
		dials := caller.Dials
		if dials == "" {
			dials = s.Account.Numbers[0]
		}
		play.lines = append(play.lines, t.CallAfter(time.Duration(caller.After), caller.From, dials, caller.Steps...))
	}
	return play, nil
}

// builder sets an account up.
type builder struct {
	s                  *Scenario
	t                  *simulator.Twilio
	site               Site
	play               *Play
	activities, queues map[string]string // SIDs by name
	available          string
	firstQueue         string
}

func (b *builder) wrong(path string, err error) error {
	return &Error{File: b.s.file, Line: b.s.Line("account." + path), Text: err.Error()}
}

func (b *builder) addActivities() error {
	wanted := b.site.Activities
	if len(wanted) == 0 {
		wanted = []simulator.Activity{{Name: "Available", Available: true}, {Name: "Unavailable"}, {Name: "Offline"}}
	}
	if listed := b.s.Account.Activities; len(listed) > 0 {
		wanted = nil
		for _, activity := range listed {
			sid := ""
			if i := slices.IndexFunc(b.site.Activities, func(a simulator.Activity) bool { return a.Name == activity.Name }); i >= 0 {
				sid = b.site.Activities[i].SID
			}
			wanted = append(wanted, simulator.Activity{SID: sid, Name: activity.Name, Available: activity.Available})
		}
	}
	for _, activity := range wanted {
		sid, err := b.t.AddActivity(activity)
		if err != nil {
			return b.wrong("activities", err)
		}
		b.activities[activity.Name], b.play.available[activity.Name] = sid, activity.Available
		if activity.Available && b.available == "" {
			b.available = sid
		}
	}
	timeout, err := b.activity("timeout_activity", b.s.Account.TimeoutActivity)
	if err != nil {
		return err
	}
	timeout = cmp.Or(timeout, b.activities["Offline"])
	return b.t.SetWorkspace(simulator.Workspace{EventCallbackURL: b.site.EventCallbackURL, TimeoutActivity: timeout, SingleTasking: b.s.Account.SingleTasking})
}

// activity returns an activity's SID, "" for the name "".
func (b *builder) activity(path, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	sid, found := b.activities[name]
	if !found {
		return "", b.wrong(path, fmt.Errorf("there is no activity %q", name))
	}
	return sid, nil
}

// named returns the name of an activity.
func (b *builder) named(sid string) string {
	for name, known := range b.activities {
		if known == sid {
			return name
		}
	}
	return ""
}

func (b *builder) addQueues() error {
	queues := b.s.Account.Queues
	if len(queues) == 0 {
		queues = []TaskQueue{{Name: "Everyone"}}
	}
	for i, queue := range queues {
		target := cmp.Or(queue.Workers, "1==1")
		sid, err := b.t.AddTaskQueue(simulator.TaskQueue{
			Name: queue.Name, TargetWorkers: target, TaskOrder: queue.TaskOrder, MaxReservedWorkers: queue.MaxReservedWorkers,
		})
		if err != nil {
			return b.wrong(fmt.Sprintf("queues[%d]", i), err)
		}
		b.queues[queue.Name] = sid
		if i == 0 {
			b.firstQueue = sid
		}
	}
	return nil
}

func (b *builder) addWorkflow() error {
	configuration := fmt.Sprintf(`{"task_routing":{"default_filter":{"queue":%q}}}`, b.firstQueue)
	if written := b.s.Account.Workflow; written != "" {
		var err error
		if configuration, err = b.queuesBySID(string(written)); err != nil {
			return b.wrong("workflow", err)
		}
	}
	_, err := b.t.AddWorkflow(simulator.Workflow{
		SID: b.site.WorkflowSID, Name: "Calls", Configuration: configuration, ReservationTimeout: time.Duration(b.s.Account.ReservationTimeout),
		AssignmentCallbackURL: b.site.AssignmentCallbackURL, FallbackAssignmentCallbackURL: b.site.FallbackAssignmentCallbackURL,
	})
	if err != nil {
		return b.wrong("workflow", err)
	}
	return nil
}

// queuesBySID replaces the names of task queues in a workflow's configuration.
func (b *builder) queuesBySID(configuration string) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(configuration)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	if err := b.replaceQueues(value); err != nil {
		return "", err
	}
	text, err := json.Marshal(value)
	return string(text), err
}

func (b *builder) replaceQueues(value any) error {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			if err := b.replaceQueues(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for key, item := range value {
			name, isText := item.(string)
			switch sid, found := b.queues[name]; {
			case key != "queue" || !isText:
				if err := b.replaceQueues(item); err != nil {
					return err
				}
			case !found:
				return fmt.Errorf("there is no task queue %q: give it in account.queues", name)
			default:
				value[key] = sid
			}
		}
	}
	return nil
}

func (b *builder) addWorkers() error {
	for i, w := range b.s.Account.Workers {
		path := fmt.Sprintf("workers[%d]", i)
		activity, err := b.activity(path+".activity", w.Activity)
		if err != nil {
			return err
		}
		activity = cmp.Or(activity, b.available)
		b.play.first[w.Name] = b.named(activity)
		sid, err := b.t.AddWorker(simulator.Worker{Name: w.Name, Attributes: string(w.Attributes), Activity: activity, Channels: w.channels()})
		if err != nil {
			return b.wrong(path, err)
		}
		if len(w.Phone) > 0 {
			b.t.SetPhone(w.Contact(), w.Phone...)
		}
		if len(w.TextsFail) > 0 {
			b.t.SetTexting(w.Contact(), w.TextsFail.outcomes()...)
		}
		if err := b.plan(sid, w.Contact(), w.Does); err != nil {
			return err
		}
		for j, move := range w.Moves {
			to, err := b.activity(fmt.Sprintf("%s.moves[%d].activity", path, j), move.Activity)
			if err != nil {
				return err
			}
			b.play.until(time.Duration(move.After))
			b.t.Loop().After(time.Duration(move.After), func() {
				_ = b.t.SetWorkerActivity(sid, to) // both exist
			})
		}
	}
	return nil
}

// plan schedules what a person does during the day. sid is the worker's, "" for others.
func (b *builder) plan(sid, from string, actions Actions) error {
	for _, action := range actions {
		to := action.Number
		if to == "" {
			to = b.desk()
		}
		b.play.until(action.At)
		switch {
		case action.Activity != "":
			activity, found := b.activities[action.Activity]
			if !found {
				return &Error{File: b.s.file, Line: action.line, Text: fmt.Sprintf("there is no activity %q", action.Activity)}
			}
			b.t.Loop().After(action.At, func() {
				_ = b.t.SetWorkerActivity(sid, activity) // both exist
			})
		case action.Calls:
			b.play.calls[b.t.CallAfter(action.At, from, to, action.Steps...)] = action.line
		default:
			b.t.SendTextAfter(action.At, from, to, action.Body)
		}
	}
	return nil
}

// desk returns the number that staff call and text by default.
func (b *builder) desk() string {
	for _, number := range b.s.Account.StaffNumbers {
		return number
	}
	return b.numbers()[0]
}

// until records that the scenario has an action at a time.
func (p *Play) until(d time.Duration) { p.ends = max(p.ends, d) }

// LastAction returns when the last call, text or move of the file begins: the time since the start.
// The calls can last longer.
func (p *Play) LastAction() time.Duration { return p.ends }

// outcomes returns the results of texts. Errors of 21… are those that POST Messages returns.
func (n Numbers) outcomes() []simulator.Texting {
	var outcomes []simulator.Texting
	for _, code := range n {
		outcome := simulator.Texting{ErrorCode: code}
		if code/1000 == 21 {
			outcome = simulator.Texting{Refused: code}
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes
}

// channels gives the worker's capacity to every channel, because the channel of calls depends on a
// reading.
func (w Worker) channels() map[string]simulator.WorkerChannel {
	if w.Capacity == nil {
		return nil
	}
	channel := simulator.WorkerChannel{Capacity: *w.Capacity}
	return map[string]simulator.WorkerChannel{"voice": channel, "default": channel}
}

// numbers returns the account's numbers.
func (b *builder) numbers() []string {
	if len(b.s.Account.Numbers) > 0 {
		return b.s.Account.Numbers
	}
	var numbers []string
	for _, caller := range b.s.Callers {
		if !slices.Contains(numbers, caller.Dials) {
			numbers = append(numbers, caller.Dials)
		}
	}
	return numbers
}
