package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/queuelimit"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/taskrouter"
)

// The account of every world, with made-up SIDs and numbers that are reserved for fiction.
const (
	taskQueueSID = "WQ00000000000000000000000000000001"
	faultlessSID = "WA00000000000000000000000000000005"
	lunchSID     = "WA00000000000000000000000000000006"
	reservedSID  = "WA00000000000000000000000000000007"
	busySID      = "WA00000000000000000000000000000008"

	musicURL  = "https://music.example/hold.mp3"
	crmSecret = "whsec_c2lnbnMgd2hhdCB0aGUgQ1JNIGlzIHRvbGQ="

	firstToken  = "0123456789abcdef0123456789abcdef"
	secondToken = "fedcba9876543210fedcba9876543210"

	// patienceOfPeople is when every caller hangs up.
	patienceOfPeople = 4 * time.Minute
)

// world is one simulated account with the functions behind it.
type world struct {
	plan
	wiring      wiring
	loop        *clock.Loop
	twilio      *simulator.Twilio
	settings    bundle.Environment
	clients     bundle.Clients
	keys        bundle.Parameters
	store       callStore // without faults
	faults      faults
	lambda      lambda
	queue       *queue
	recordings  *recordings
	rotatedAt   time.Time // when Twilio begins to sign with the second token; zero = never
	replaced    bool
	lines       []*simulator.Line
	invocations []*invocation
	damages     map[damage]bool
	sent        map[string]sending // by identity
	before      map[string]ledger.Fields
	counted     map[string]bool // event SIDs that the ledger has counted
	stalled     bool            // an invocation took so much real time that a function's timeout may have passed
	swept       bool            // the sweeper found nothing left to do
	workerCalls int             // calls to workers
	broken      []broken
	timeline    func(simulator.Entry) // may be nil
	ear         *ear                  // hears what callers hear; nil = the plain desk

	// The workers.
	staff   []string // their SIDs, in the order of the plan
	choices []choice
	wishes  map[string][]wished // by worker SID, in order
	begun   map[int]bool        // indexes of errands that have begun

	askers []*invocation // sender of each REST request, in order; nil = an operator or another program
	sweeps []*invocation // those that finished without a failure

	// Set in a hostile world.
	foreign map[string]*foreignTask // by task SID
	mangled map[string]mangling     // by task SID
	leaves  map[string][]leaving    // by call SID, in order
}

// newWorld sets up a planned world. timeline, if not nil, gets an entry for everything that
// happens.
func newWorld(p plan, r *rates, without map[fault]bool, wired wiring, shared *callTable, timeline func(simulator.Entry)) (*world, error) {
	w := &world{
		plan: p, wiring: wired, loop: clock.NewVirtual(account.Morning), store: memoryStore{&ledger.Memory{}},
		faults:  faults{seed: p.seed, rates: r, storm: p.storm, without: without},
		keys:    keys(p),
		damages: map[damage]bool{}, sent: map[string]sending{}, before: map[string]ledger.Fields{}, counted: map[string]bool{}, timeline: timeline,
		wishes: map[string][]wished{}, begun: map[int]bool{},
	}
	w.lambda = lambda{world: w, idle: map[string][]environment{}}
	w.queue, w.recordings = newQueue(w), newRecordings(w)
	w.drawWorldFaults()
	if p.own != nil {
		w.setUpOwnDesk()
	}
	w.twilio = simulator.New(simulator.Config{
		AccountSID: account.SID, WorkspaceSID: account.WorkspaceSID, AuthToken: firstToken,
		APIKeySID: account.SID, APIKeySecret: firstToken, Seed: p.seed, Loop: w.loop,
		Web: gateway{w}, Trace: w.trace(), Readings: p.readings, Pace: simulator.Pace{Patience: p.patience()},
	})
	w.settings = w.plan.settings()
	if shared != nil {
		w.store = shared.store()
	}
	var store ledger.Store = w.store
	if wired.store != nil {
		store = wired.store(store)
	}
	w.clients = bundle.Clients{
		Parameters: parameterStore{w}, Table: table{w, store}, Queue: w.queue, Recordings: w.recordings, AWS: &w.recordings.files, Roster: rosterTable{w, &roster.Memory{}},
		REST: restAPI{w, recorded{w, wire.InProcess(w.twilio)}}, CRM: crmAPI{w}, Pause: w.pause, Now: w.now, Logger: w.logger(),
	}
	if err := w.setUp(); err != nil {
		return nil, fmt.Errorf("set up world of seed %d: %w", p.seed, err)
	}
	return w, nil
}

// drawWorldFaults draws the faults that concern the whole world.
func (w *world) drawWorldFaults() {
	if dice, struck := w.faults.strikes(clockSkewed); struck {
		w.skew = between(dice, 0, 2*largestSkew) - largestSkew
	}
	if dice, struck := w.faults.strikes(tokenRotated); struck {
		after := between(dice, time.Millisecond, time.Minute)
		w.rotatedAt = w.loop.Now().Add(after)
		// Operators rotate in one of two ways: they put the second token into SSM first, or they
		// just replace the first.
		if w.replaced = dice>>40&1 == 1; !w.replaced {
			w.keys["/switchboard/auth-token-secondary"] = secondToken
		}
		w.loop.After(after, func() {
			w.twilio.SetAuthToken(secondToken)
			if w.replaced {
				w.keys[account.AuthToken] = secondToken
			}
		})
	}
	for range 3 {
		if dice, struck := w.faults.strikes(forgery); struck {
			w.loop.After(between(dice, time.Second, time.Minute), func() { w.forge(dice) })
		}
	}
}

// keys returns the parameters in SSM: the secrets and the desk's settings.
func keys(p plan) bundle.Parameters {
	keys := bundle.Parameters{account.AuthToken: firstToken, account.CRMSecret: crmSecret}
	if err := keys.Write(account.SecretsPrefix, plainDesk(p)); err != nil {
		panic(err) // they are constant
	}
	return keys
}

// plainDesk returns the settings of a desk without any of its own, but for shifts, requests and the
// survey.
func plainDesk(p plan) settings.Settings {
	desk := settings.Settings{
		Numbers: map[string]settings.Number{settings.OtherNumbers: {Attributes: json.RawMessage(`{"skill":"billing"}`)}},
		Waiting: settings.Waiting{Music: []string{musicURL}},
	}
	if s := p.shifts; s != nil {
		desk.Zone, desk.Shifts = s.zone, s.written
	}
	if p.survey != nil {
		desk.Survey = *p.survey
	}
	if r := p.requests; r != nil {
		desk.Callbacks, desk.Messages = r.callbacks, r.messages
	}
	return desk
}

func (p plan) settings() bundle.Environment {
	e := account.Settings(choose(p.deferred, "deferred", "dequeue"))
	maps.Copy(e, bundle.Environment{
		"POST_WORK_ACTIVITY_SID": p.desk.postWork, "FAULT_ACTIVITY_SID": p.desk.fault, "OFFLINE_ACTIVITY_SID": p.desk.offline,
		"MISSED_CALL_PAUSE_SECONDS": account.Seconds(p.desk.pause), "MISSED_CALL_LIMIT": strconv.Itoa(p.desk.limit),
		"WORKER_GATE": choose(p.gate, "press-1", "none"), "WORKER_RING_SECONDS": account.Seconds(p.ring),
		"RESERVATION_TIMEOUT_SECONDS": account.Seconds(p.reservationTimeout),
		"CRM_FAILURE":                 choose(p.connects(), "connect", "reject"),
	})
	if !p.crm {
		delete(e, "CRM_URL")
	}
	delete(e, "WRAP_UP_SECONDS")
	if p.wrapUp != nil {
		e["WRAP_UP_SECONDS"] = account.Seconds(*p.wrapUp)
	}
	if p.priority != nil {
		e["TASK_PRIORITY"] = strconv.Itoa(*p.priority)
	}
	if p.taskTimeout != nil {
		e["TASK_TIMEOUT_SECONDS"] = strconv.Itoa(*p.taskTimeout)
	}
	if p.maxSize > 0 {
		e["QUEUE_MAX_SIZE"] = strconv.Itoa(p.maxSize)
	}
	return e
}

func choose[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// setUp configures the account as the README says.
func (w *world) setUp() error {
	w.twilio.AddRecordings(musicURL)
	if w.own != nil {
		w.addOwnDesk()
	}
	for _, activity := range []simulator.Activity{
		{SID: account.AvailableSID, Name: "Available", Available: true},
		{SID: account.WrappingUpSID, Name: "Wrapping up"},
		{SID: account.UnavailableSID, Name: "Unavailable"},
		{SID: account.OfflineSID, Name: "Offline"},
		{SID: faultlessSID, Name: "Not their fault"},
		{SID: lunchSID, Name: "Lunch"},
		{SID: reservedSID, Name: "Reserved"},
		{SID: busySID, Name: "Busy"},
	} {
		if _, err := w.twilio.AddActivity(activity); err != nil {
			return err
		}
	}
	if _, err := w.twilio.AddTaskQueue(w.desk.taskQueue()); err != nil {
		return err
	}
	if _, err := w.twilio.AddWorkflow(simulator.Workflow{
		SID: account.WorkflowSID, Name: "Calls",
		Configuration:         `{"task_routing":{"filters":[{"filter_friendly_name":"billing","expression":"skill == 'billing'","targets":` + fmt.Sprintf(w.targets, taskQueueSID) + `}]` + w.own.defaultFilter() + `}}`,
		AssignmentCallbackURL: account.BaseURL + "/assignment", FallbackAssignmentCallbackURL: account.BaseURL + "/assignment/fallback",
		ReservationTimeout: w.reservationTimeout,
	}); err != nil {
		return err
	}
	if err := w.twilio.SetWorkspace(w.workspace()); err != nil {
		return err
	}
	w.twilio.AddNumber(simulator.Number{Number: account.OurNumber, VoiceURL: w.voiceURL()})
	w.twilio.AddNumber(simulator.Number{Number: dutyNumber, VoiceURL: account.BaseURL + "/duty", SMSURL: account.BaseURL + "/messages"})
	for _, m := range w.workers {
		sid, err := w.twilio.AddWorker(simulator.Worker{Name: m.name, Attributes: m.attributes, Activity: m.first()})
		if err != nil {
			return err
		}
		w.staff = append(w.staff, sid)
		w.twilio.SetPhone(m.contact, m.phones...)
	}
	w.scheduleErrands()
	for _, c := range w.callers {
		w.lines = append(w.lines, w.twilio.CallAfter(c.after, c.from, c.to(), c.steps...))
	}
	if w.hostile != nil {
		w.twilio.AddNumber(simulator.Number{VoiceURL: w.voiceURL()}) // for calls without a To
		w.twilio.SetPhone(premiumNumber, premium())
		w.letOutsidersIn()
	}
	if w.requests != nil {
		w.setUpRequests()
	}
	w.sweepLoop()
	if w.maxSize > 0 {
		w.loop.After(2*time.Second, func() { w.loop.Go(w.limitQueue) })
	}
	return nil
}

// workspace returns the workspace with the events that twilioctl subscribes to, or with all events.
func (w *world) workspace() simulator.Workspace {
	workspace := simulator.Workspace{
		Name: "Support", EventCallbackURL: account.BaseURL + "/events", TimeoutActivity: w.desk.timeout(), SingleTasking: w.desk.singleTasking,
	}
	if !w.allEvents {
		workspace.EventsFilter = taskrouter.UsedEvents()
	}
	return workspace
}

// limitQueue is an operator who reduces the queue's maximum size.
func (w *world) limitQueue() {
	i := w.invocation("queuelimit", "", "")
	i.until = w.loop.Now().Add(time.Minute)
	defer func() {
		i.ended, i.status = w.loop.Now(), 200
		if died := recover(); died != nil && died != (killed{}) {
			panic(died)
		}
	}()
	_, _ = w.settings.QueueLimit(w.clients).Handle(i, queuelimit.Request{MaxSize: &w.maxSize})
}

// now returns the functions' time.
func (w *world) now() time.Time { return w.loop.Now().Add(w.skew) }

func (w *world) pause(ctx context.Context, d time.Duration) error {
	i := invocationOf(ctx)
	i.sleep(d)
	i.paused += d
	return i.Err()
}

// invocation adds an invocation that begins now.
func (w *world) invocation(function, path, body string) *invocation {
	i := &invocation{world: w, function: function, path: path, body: body, came: w.loop.Now(), began: w.loop.Now()}
	i.until = i.began.Add(time.Hour)
	w.invocations = append(w.invocations, i)
	return i
}

// strikes is faults.strikes for a webhook in transit.
func (w *world) strikes(k kind, path string) (uint64, bool) {
	dice, struck := w.faults.strikes(k)
	if struck {
		w.struck(path)
	}
	return dice, struck
}

// struck adds the last fault that struck to the timeline.
func (w *world) struck(where string) {
	if w.timeline != nil {
		w.tell("fault", w.faults.struck[len(w.faults.struck)-1].String()+" strikes "+where)
	}
}

// tell adds a line to the timeline.
func (w *world) tell(kind simulator.Kind, text string) {
	if w.timeline != nil {
		w.timeline(simulator.Entry{At: w.loop.Now(), Kind: kind, Text: text})
	}
}

// run runs the world to its end and judges it.
func (w *world) run(ctx context.Context) error {
	if err := w.loop.Run(ctx); err != nil {
		return err
	}
	w.judge()
	return nil
}
