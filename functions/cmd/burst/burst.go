package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"switchboard/functions/bridge"
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/limits"
	"switchboard/functions/internal/people"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// size is the size of a burst.
type size struct {
	callers, workers   int
	cps                int           // worker calls that Twilio places in a second
	reservationTimeout time.Duration // of the workflow
}

const (
	length = time.Minute // in which all callers dial

	// meanPatience is after how long a caller who talks to no worker hangs up.
	meanPatience = 5 * time.Minute

	// Defaults of template.yaml.
	apiRate, apiBurst, bridgeConcurrency = 4000, 4000, 200

	// queueSize is Twilio's maximum (https://www.twilio.com/docs/taskrouter/limits).
	queueSize = 5000

	toCRM = 200 * time.Millisecond
)

// burst is one run, in virtual time and in deferred mode, with the gate and a CRM.
type burst struct {
	size

	network     limits.Network
	people      people.People
	environment bundle.Environment
	twilio      *simulator.Twilio
	process     *inprocess.Bundle
	began       time.Time
	lines       []*simulator.Line

	account  *limits.Account
	api      *limits.Rate
	refused  int // requests that the HTTP API throttled
	requests limits.Peak
	stops    map[string]*limits.Function[bundle.Stop]
	bridges  *limits.Function[bridge.Handler]
	ssm      *limits.SSM
	table    *limits.Table
	rest     *limits.API
	log      *failureLog
	ears     *ears
}

// newBurst connects the functions, behind the limits, to a simulated Twilio and a CRM. times draws
// how long requests take; nil = their medians.
func newBurst(of size, seed uint64, times *rand.Rand) (*burst, error) {
	loop := clock.NewVirtual(account.Morning)
	network := limits.Network{Loop: loop, Random: times}
	b := &burst{
		size: of, network: network, people: people.People{Random: rand.New(rand.NewPCG(seed, 26))}, began: loop.Now(),
		table: limits.NewTable(network),
		log:   &failureLog{failures: map[string]int{}},
		ears:  newEars(),
	}
	return b, b.open(seed)
}

// play runs a burst until its last caller has left. progress is called every ten seconds of virtual
// time.
func play(ctx context.Context, of size, seed uint64, progress func(since time.Duration)) (*burst, error) {
	b, err := newBurst(of, seed, rand.New(rand.NewPCG(seed, 27)))
	if err != nil {
		return nil, err
	}
	if err := b.beginDay(ctx); err != nil {
		return nil, err
	}
	b.planCallers()
	b.sweep(ctx)
	b.report(progress)
	if err := b.network.Loop.RunUntil(ctx, b.over); err != nil {
		return nil, err
	}
	// What is left is done: wrap-ups, and workers who come back.
	return b, b.network.Loop.RunFor(ctx, 10*time.Minute)
}

// over reports whether the last caller has left.
func (b *burst) over() bool { return b.since() > length && b.twilio.Idle() }

func (b *burst) since() time.Duration { return b.network.Loop.Now().Sub(b.began) }

func (b *burst) open(seed uint64) error {
	secrets := account.Secrets(seed)
	desk := account.Callers()
	desk.Waiting.Wait = true
	if err := secrets.Write(account.SecretsPrefix, desk); err != nil {
		return fmt.Errorf("set up the desk: %w", err)
	}
	b.environment = account.Settings("deferred")
	b.environment["POST_WORK_ACTIVITY_SID"] = ""
	b.environment["QUEUE_MAX_SIZE"] = strconv.Itoa(queueSize)
	b.environment["RESERVATION_TIMEOUT_SECONDS"] = account.Seconds(b.reservationTimeout)
	b.ssm = &limits.SSM{Network: b.network, Next: secrets, Rate: &limits.Rate{Loop: b.network.Loop, PerSecond: limits.ParameterReads}}
	b.rest = &limits.API{Network: b.network, Concurrency: limits.APIConcurrency}
	crm := &fakecrm.CRM{Secret: secrets[account.CRMSecret]}
	b.process = inprocess.New(b.network.Loop, b.environment, bundle.Clients{
		Parameters: b.ssm,
		Table:      b.table,
		Roster:     limits.Roster{Network: b.network, Store: &roster.Memory{}},
		CRM:        wire.InProcess(b.network.Slow(toCRM, crm)),
		REST:       wire.InProcess(b.rest),
		Pause:      func(ctx context.Context, d time.Duration) error { b.network.Loop.Sleep(d); return ctx.Err() },
		Logger:     slog.New(slog.NewJSONHandler(b.log, nil)),
	})
	b.limit()
	config := b.process.Config(seed, nil)
	config.Trace = b.ears.hear
	config.Pace.Patience = 4 * time.Hour
	config.Pace.CallInterval = time.Second / time.Duration(b.cps)
	b.twilio = simulator.New(config)
	b.twilio.AddRecordings(account.Music)
	b.rest.Next = b.twilio
	return b.setUp()
}

// limit gives each function environments of its own, behind the limits of the HTTP API, of Lambda
// and of the queue's event source mapping.
func (b *burst) limit() {
	environment := b.environment
	b.account = &limits.Account{Concurrency: limits.AccountConcurrency}
	b.api, b.refused, b.requests = &limits.Rate{Loop: b.network.Loop, PerSecond: apiRate, Burst: apiBurst}, 0, limits.Peak{}
	b.stops = map[string]*limits.Function[bundle.Stop]{}
	clients := b.process.Clients
	clients.Queue = limits.SQS{Network: b.network, Next: b.process.Queue}
	b.process.Front = bundle.NewFront(func(route string) bundle.Stop {
		function := &limits.Function[bundle.Stop]{
			Network: b.network, Account: b.account, Timeout: timeoutOf(route),
			Start: func() bundle.Stop { return environment.Stop(route, clients) },
		}
		b.stops[route] = function
		return b.throttled(function)
	})
	b.bridges = &limits.Function[bridge.Handler]{
		Network: b.network, Account: b.account, Timeout: 45 * time.Second,
		Start: func() bridge.Handler { return environment.Bridge(clients) },
	}
	b.process.Queue.Pollers = &trigger.Pollers{Loop: b.network.Loop, Maximum: bridgeConcurrency}
	b.process.Queue.Receive = func(m *trigger.Message) (done bool) {
		b.bridges.Invoke(func(ctx context.Context, h bridge.Handler) { done = m.Invoke(ctx, h) })
		return done
	}
	b.process.Sweeps.Sweeper = environment.Sweeper(clients)
}

// timeoutOf returns the Timeout of the function with a route in template.yaml.
func timeoutOf(route string) time.Duration {
	switch route {
	case "/assignment", "/assignment/fallback":
		return 5 * time.Second
	case "/enqueue", "/hold":
		return 10 * time.Second
	}
	return 14 * time.Second
}

func (b *burst) setUp() error {
	stack, desk := account.Example, account.Desk{Timeout: b.reservationTimeout}
	stack.PostWorkActivitySID = ""
	for n := range b.workers {
		contact := contactOf(n)
		desk.Workers = append(desk.Workers, account.Worker{Name: contact, Contact: contact, Phones: b.people.Phones(8 + 2*b.callers/b.workers)})
	}
	if _, err := account.SetUp(b.twilio, stack, desk); err != nil {
		return fmt.Errorf("set up the account: %w", err)
	}
	return nil
}

// beginDay has a caller call before, who has the stack set the queue's size. The environments that
// served the call are gone by the time of the burst.
func (b *burst) beginDay(ctx context.Context) error {
	b.twilio.Call("+12125550100", account.OurNumber, script.HangsUpAfter(20*time.Second))
	if err := b.network.Loop.RunFor(ctx, 2*time.Minute); err != nil {
		return fmt.Errorf("play the first caller: %w", err)
	}
	b.began = b.network.Loop.Now()
	*b.ears = *newEars()
	b.limit()
	return nil
}

func contactOf(worker int) string { return fmt.Sprintf("+1415555%04d", worker) }

// planCallers has all callers dial at random times of the first minute.
func (b *burst) planCallers() {
	arrivals := make([]time.Duration, b.callers)
	for i := range arrivals {
		arrivals[i] = b.people.Between(0, length)
	}
	slices.Sort(arrivals)
	for i, at := range arrivals {
		line := b.twilio.CallAfter(at, fmt.Sprintf("+1212%07d", i), account.OurNumber, b.people.Caller(i)...)
		b.lines = append(b.lines, line)
		patience := time.Duration(b.people.Random.ExpFloat64() * float64(meanPatience))
		b.network.Loop.After(at+patience, func() {
			if call, found := b.twilio.FindCall(line.CallSID()); found && call.Bridged.IsZero() {
				_ = b.twilio.HangUp(call.SID) // unless the call has ended
			}
		})
	}
}

// sweep runs the sweeper on its schedule, until the last caller has left.
func (b *burst) sweep(ctx context.Context) {
	trigger.Schedule(b.network.Loop, trigger.Period, func() (again bool) {
		_, _ = b.process.Sweeps.Sweeper.Handle(ctx) // the next run retries what failed
		return !b.over()
	})
}

func (b *burst) report(progress func(since time.Duration)) {
	b.network.Loop.After(10*time.Second, func() {
		progress(b.since())
		if !b.over() {
			b.report(progress)
		}
	})
}

// failureLog counts what the functions log about bridges that failed.
type failureLog struct{ failures map[string]int }

// Write implements io.Writer: it gets one line of JSON.
func (l *failureLog) Write(line []byte) (int, error) {
	var entry struct{ Step, Failure string }
	if err := json.Unmarshal(line, &entry); err != nil {
		return 0, err
	}
	if entry.Failure != "" {
		l.failures[entry.Step+" "+entry.Failure]++
	}
	return len(line), nil
}
