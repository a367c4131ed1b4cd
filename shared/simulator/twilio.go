package simulator

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// Config configures New; every field has a default.
type Config struct {
	// AccountSID, WorkspaceSID and AuthToken are generated from the seed when empty.
	AccountSID, WorkspaceSID, AuthToken string
	// Empty makes an account without a workspace, like a new account at Twilio. POST Workspaces
	// creates the workspace; the first one gets WorkspaceSID.
	Empty bool
	// APIKeySID and APIKeySecret are a second pair of REST credentials, if set.
	APIKeySID, APIKeySecret string
	// Seed decides every identifier and every latency.
	Seed uint64
	// Loop is the clock; the default is a virtual one that starts on 2026-01-05 09:00 UTC.
	Loop *clock.Loop
	// Web carries the signed webhooks to the application: InProcess(handler), or
	// http.DefaultTransport, which is the default.
	Web http.RoundTripper
	// Trace receives every Entry, in order. It runs under the simulator's lock and must not call
	// the simulator.
	Trace func(Entry)
	// WebhookLatency is the virtual time that a webhook and its answer spend on the wire; the
	// default draws 20–80 ms from the seed. A real loop does not use it.
	WebhookLatency func() time.Duration
	// CallEvents keeps the webhooks of each call for GET Calls/{sid}/Events, which lists none
	// without it. CallEventsAfter is the time from the end of a call until they are listed; for
	// Twilio it is 15 minutes (https://www.twilio.com/docs/voice/api/call-event-resource).
	CallEvents      bool
	CallEventsAfter time.Duration
	Pace            Pace
	Readings        reading.Set
}

// Pace holds the times that people and machines take. A zero field has the default in its comment;
// shorten them for a run in real time.
type Pace struct {
	CharactersPerSecond float64       // spoken text; 15
	Play                time.Duration // a recording of unknown length; 30 s
	Reaction            time.Duration // from hearing something to pressing a key; 700 ms
	KeyInterval         time.Duration // between two keys; 250 ms
	Setup               time.Duration // from dialing to ringing; 500 ms
	SpeechEnd           time.Duration // silence that ends a spoken answer; 1 s
	Match               time.Duration // from a task or worker becoming free to the reservation; 100 ms
	Patience            time.Duration // maximum time that a person stays on a call; then they hang up and record a Problem; 1 h
	CallInterval        time.Duration // between calls placed with POST /Calls; 1 s (https://www.twilio.com/docs/voice/api/call-resource)
}

func (p Pace) withDefaults() Pace {
	if p.CharactersPerSecond == 0 {
		p.CharactersPerSecond = 15
	}
	for _, field := range []struct {
		value    *time.Duration
		standard time.Duration
	}{
		{&p.Play, 30 * time.Second},
		{&p.Reaction, 700 * time.Millisecond},
		{&p.KeyInterval, 250 * time.Millisecond},
		{&p.Setup, 500 * time.Millisecond},
		{&p.SpeechEnd, time.Second},
		{&p.Match, 100 * time.Millisecond},
		{&p.Patience, time.Hour},
		{&p.CallInterval, time.Second},
	} {
		if *field.value == 0 {
			*field.value = field.standard
		}
	}
	return p
}

// Twilio is a simulated Twilio account with one TaskRouter workspace at most. Set it up with the
// Add and Set methods, script phones with SetPhone, place calls with Call, and run its Loop. All
// methods are safe for concurrent use.
type Twilio struct {
	cfg  Config
	pace Pace
	loop *clock.Loop

	// mu guards everything below. It is held while the simulator's own events run and released
	// while a webhook is at the application, which may therefore use the REST API before it
	// answers.
	mu     sync.Mutex
	sids   sids
	random *rand.Rand

	opened       time.Time
	workspaceSID string // empty without a workspace
	workspace    Workspace
	activities   []*Activity
	workers      []*worker
	queues       []*taskQueue
	workflows    map[string]*workflow
	numbers      map[string]*Number
	application  *Number // for calls to anything but a number; nil = none
	callerIDs    []CallerID
	phones       map[string][]script.Phone
	texting      map[string][]Texting // by number
	services     []*MessagingService
	dates        map[string]dates

	voiceQueues   []*voiceQueue
	conferences   []*conference
	calls         []*call
	callBySID     map[string]*call
	tasks         []*task
	taskBySID     map[string]*task
	reservations  []*reservation
	reservedBySID map[string]*reservation
	texts         []*message
	optedOut      map[optOut]bool
	events        []*event
	recordings    map[string]bool // URLs that <Play> has found, or need not request
	audios        []*audio        // what <Record> has recorded

	// watchesChannels reports that an expression reads workers' channels, so that each change of a
	// reservation can make a worker match.
	watchesChannels bool

	routable []*task // pending and reserved
	matching bool
	toDial   []*call   // legs that wait for the account's rate of calls
	nextDial time.Time // when that allows the next one
	dialing  bool      // the first one is scheduled
	inFlight int
	planned  int
	live     int

	enqueueFault func() bool
	restFaults   []restFault
	filtered     []time.Time      // the last second's requests with an expression as a filter
	noDialing    map[string]bool  // by country
	noTexting    map[string]bool  // by country
	places       map[string]place // by number

	acting actor // author of the current request; zero = Twilio itself

	requests []Request
	debugger []Alert
	problems []Problem
}

// New returns an account with an empty workspace, or without one if Config.Empty is set.
func New(cfg Config) *Twilio {
	t := &Twilio{
		cfg:           cfg,
		pace:          cfg.Pace.withDefaults(),
		loop:          cfg.Loop,
		sids:          sids{rand.New(rand.NewPCG(cfg.Seed, 1))},
		random:        rand.New(rand.NewPCG(cfg.Seed, 2)),
		workflows:     map[string]*workflow{},
		numbers:       map[string]*Number{},
		phones:        map[string][]script.Phone{},
		callBySID:     map[string]*call{},
		taskBySID:     map[string]*task{},
		reservedBySID: map[string]*reservation{},
		recordings:    map[string]bool{},
		dates:         map[string]dates{},
		noDialing:     map[string]bool{},
		noTexting:     map[string]bool{},
		texting:       map[string][]Texting{},
		optedOut:      map[optOut]bool{},
		places:        map[string]place{},
	}
	if t.loop == nil {
		t.loop = clock.NewVirtual(time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC))
	}
	if t.cfg.Web == nil {
		t.cfg.Web = http.DefaultTransport
	}
	for _, field := range []struct {
		value  *string
		prefix string
	}{
		{&t.cfg.AccountSID, "AC"}, {&t.cfg.WorkspaceSID, "WS"}, {&t.cfg.AuthToken, ""},
	} {
		if *field.value == "" {
			*field.value = t.sids.next(field.prefix)
		}
	}
	if t.cfg.WebhookLatency == nil {
		t.cfg.WebhookLatency = func() time.Duration {
			return 20*time.Millisecond + time.Duration(t.random.Int64N(int64(60*time.Millisecond)))
		}
	}
	t.opened = t.loop.Now()
	if !cfg.Empty {
		t.workspaceSID, t.workspace.Name = t.cfg.WorkspaceSID, "Simulated"
		t.stamp(t.workspaceSID)
	}
	return t
}

// Loop returns the account's clock and event queue.
func (t *Twilio) Loop() *clock.Loop { return t.loop }

// AccountSID returns the account's identifier, AC….
func (t *Twilio) AccountSID() string { return t.cfg.AccountSID }

// WorkspaceSID returns the workspace's identifier, WS…, or "" if there is no workspace.
func (t *Twilio) WorkspaceSID() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.workspaceSID
}

// AuthToken returns the token that signs webhooks and authenticates REST requests.
func (t *Twilio) AuthToken() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cfg.AuthToken
}

// SetAuthToken replaces the token, like the promotion of the secondary token in Twilio's console.
func (t *Twilio) SetAuthToken(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cfg.AuthToken = token
}

// Idle reports whether no call is live or planned, no text is on its way or planned, and no webhook
// is on its way.
func (t *Twilio) Idle() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.live == 0 && t.planned == 0 && t.inFlight == 0
}

// Waiting reports whether a webhook is on its way, so that the next event may be the answer.
func (t *Twilio) Waiting() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.inFlight > 0
}

// after schedules one of the simulator's own events: fn runs with the lock held.
func (t *Twilio) after(d time.Duration, fn func()) *clock.Timer {
	return t.loop.After(d, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		fn()
	})
}
