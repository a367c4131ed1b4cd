package main

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	stack "switchboard/functions/internal/bundle"
	"switchboard/shared/crm"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// dayPlan is how large a day is.
type dayPlan struct {
	workers, callers int
	length           time.Duration
}

// wholeDay is the day that -day measures.
var wholeDay = dayPlan{workers: 25, callers: 1500, length: 8 * time.Hour}

const (
	meanTalk    = 4 * time.Minute
	talkSpread  = 0.7 // of a lognormal distribution
	longestTalk = 30 * time.Minute

	// Of the calls to a worker.
	notAnswered = 0.05
	busy        = 0.03
	declined    = 0.02

	lunchers = 0.8
)

// day is one day of a desk, in virtual time: in deferred mode, with the gate and a CRM.
type day struct {
	dayPlan

	kind   string // multitasking or single-tasking
	set    stack.Environment
	loop   *clock.Loop
	twilio *simulator.Twilio
	bundle *bundle
	random *rand.Rand

	began         time.Time
	lines         []*simulator.Line
	answeredTexts int
	ledger        *countedLedger
	roster        *countedRoster
	sweeps        [][2]int // the first and after the last REST request of each run of the sweeper
}

// countedLedger counts what the functions write.
type countedLedger struct {
	ledger.Store
	writes int
}

// Apply implements ledger.Store.
func (c *countedLedger) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	c.writes++
	return c.Store.Apply(ctx, change)
}

// countedRoster counts what the functions write.
type countedRoster struct {
	roster.Store
	writes int
}

// Save implements roster.Store.
func (c *countedRoster) Save(ctx context.Context, record roster.Record) (bool, error) {
	c.writes++
	return c.Store.Save(ctx, record)
}

// takeDay takes all calls of a day. Each of alter may change the bundle before.
func takeDay(ctx context.Context, plan dayPlan, kind string, seed uint64, alter ...func(*bundle)) (*day, error) {
	d := &day{
		dayPlan: plan, kind: kind, loop: clock.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)), random: rand.New(rand.NewPCG(seed, 25)),
		ledger: &countedLedger{Store: &ledger.Memory{}}, roster: &countedRoster{Store: &roster.Memory{}},
	}
	d.began = d.loop.Now()
	set, account := demoSettings("deferred"), &scenario.Scenario{}
	variant{desk: kind}.change(set, account)
	set["NOTIFY_FROM"] = staffNumber
	d.set = set
	keys := madeUpSecrets(seed)
	var rest swap
	d.bundle = bundleOf(d.loop, set, stack.Clients{
		Parameters: keys, Table: d.ledger, Roster: d.roster, REST: wire.InProcess(&rest),
		CRM:   wire.InProcess(&desk{secret: keys["/switchboard/crm-secret"], trace: func(crm.Document, int) {}}),
		Pause: noPause, Now: d.loop.Now, Logger: slog.New(slog.DiscardHandler),
	})
	for _, change := range alter {
		change(d.bundle)
	}
	d.twilio = simulator.New(simulator.Config{
		AccountSID: accountSID, WorkspaceSID: workspaceSID, AuthToken: keys["/switchboard/auth-token"], Seed: seed, Loop: d.loop,
		Web: wire.InProcess(d.bundle), Pace: simulator.Pace{Patience: 2 * time.Hour},
	})
	d.twilio.AddRecordings(set["HOLD_MUSIC_URL"])
	rest.set(d.twilio)
	if err := d.setUp(account.Account.SingleTasking); err != nil {
		return nil, fmt.Errorf("set up the day's account: %w", err)
	}
	d.planCallers()
	d.readTexts()
	d.sweep(ctx)
	return d, d.loop.Run(ctx)
}

func (d *day) setUp(singleTasking bool) error {
	stack := site(d.set["PUBLIC_BASE_URL"])
	for _, activity := range stack.Activities {
		if _, err := d.twilio.AddActivity(activity); err != nil {
			return err
		}
	}
	queue, err := d.twilio.AddTaskQueue(simulator.TaskQueue{Name: "Everyone", TargetWorkers: "1==1"})
	if err != nil {
		return err
	}
	if _, err := d.twilio.AddWorkflow(simulator.Workflow{
		SID: workflowSID, Name: "Calls", Configuration: fmt.Sprintf(`{"task_routing":{"default_filter":{"queue":%q}}}`, queue),
		AssignmentCallbackURL: stack.AssignmentCallbackURL, FallbackAssignmentCallbackURL: stack.FallbackAssignmentCallbackURL,
		ReservationTimeout: reservationTimeout,
	}); err != nil {
		return err
	}
	if err := d.twilio.SetWorkspace(simulator.Workspace{
		Name: "Support", EventCallbackURL: stack.EventCallbackURL, TimeoutActivity: unavailableSID, SingleTasking: singleTasking,
	}); err != nil {
		return err
	}
	d.twilio.AddNumber(simulator.Number{Number: ourNumber, VoiceURL: stack.VoiceURL})
	d.twilio.AddNumber(simulator.Number{Number: staffNumber, VoiceURL: stack.StaffVoiceURL, SMSURL: stack.SMSURL})
	for n := range d.workers {
		if err := d.addWorker(fmt.Sprintf("+1415555%04d", 200+n)); err != nil {
			return err
		}
	}
	return nil
}

// addWorker adds a worker with a phone, who goes to lunch as a rule: by text or in the console.
func (d *day) addWorker(contact string) error {
	sid, err := d.twilio.AddWorker(simulator.Worker{Name: contact, Attributes: fmt.Sprintf(`{"contact_uri":%q}`, contact), Activity: availableSID})
	if err != nil {
		return err
	}
	d.twilio.SetPhone(contact, d.phones()...)
	if d.random.Float64() >= lunchers {
		return nil
	}
	from := d.between(d.length*3/10, d.length*6/10)
	until := from + d.between(30*time.Minute, 45*time.Minute)
	if d.random.IntN(2) == 0 {
		d.twilio.SendTextAfter(from, contact, staffNumber, "off")
		d.twilio.SendTextAfter(until, contact, staffNumber, "on")
		return nil
	}
	for at, activity := range map[time.Duration]string{from: lunchSID, until: availableSID} {
		d.loop.After(at, func() { _ = d.twilio.SetWorkerActivity(sid, activity) }) // both exist
	}
	return nil
}

// phones is what happens when a worker is called, each time of the day.
func (d *day) phones() []script.Phone {
	phones := make([]script.Phone, 8*d.callers/d.workers)
	for i := range phones {
		ring := d.between(2*time.Second, 9*time.Second)
		switch dice := d.random.Float64(); {
		case dice < notAnswered:
			phones[i] = script.NeverAnswers()
		case dice < notAnswered+busy:
			phones[i] = script.Busy()
		case dice < notAnswered+busy+declined:
			phones[i] = script.AnswersAfter(ring, script.Hears("to decline"), script.Presses("2"))
		default:
			phones[i] = pressesOne(ring, d.talk())
		}
	}
	return phones
}

// planCallers has callers come at random, most of them in the morning. One in four hangs up first, if the
// worker does not talk shorter; of the others every second one answers the survey.
func (d *day) planCallers() {
	arrivals := make([]time.Duration, d.callers)
	for i := range arrivals {
		arrivals[i] = d.arrival()
	}
	slices.Sort(arrivals)
	for i, at := range arrivals {
		steps := []script.Step{script.Until(script.Bridged)}
		switch i % 4 {
		case 0:
			steps = append(steps, script.Talks(d.talk()))
		case 1:
			steps = append(steps, script.Hears("from 1 to 5"))
		default:
			steps = append(steps, script.Hears("from 1 to 5"), script.Presses("5"), script.Hears("after the tone"))
		}
		d.lines = append(d.lines, d.twilio.CallAfter(at, fmt.Sprintf("+1212555%04d", i), ourNumber, append(steps, script.HangsUp())...))
	}
}

// arrival is when a caller calls. The peak, in the first third of the day, is about twice the
// rest.
func (d *day) arrival() time.Duration {
	const peak, width, base, height = 0.2, 0.1, 0.8, 1.2 // of the day, and of its mean
	for {
		at := d.random.Float64()
		if d.random.Float64()*(base+height) < base+height*math.Exp(-(at-peak)*(at-peak)/(2*width*width)) {
			return time.Duration(at * float64(d.length))
		}
	}
}

func (d *day) talk() time.Duration {
	mean := math.Log(meanTalk.Seconds()) - talkSpread*talkSpread/2
	seconds := math.Exp(mean + talkSpread*d.random.NormFloat64())
	return min(time.Duration(seconds*float64(time.Second)), longestTalk)
}

func (d *day) between(low, high time.Duration) time.Duration {
	return low + time.Duration(d.random.Int64N(int64(high-low)))
}

// readTexts has each worker who was told that missed calls signed them off sign on some minutes later.
func (d *day) readTexts() {
	d.loop.After(time.Minute, func() {
		texts := d.twilio.Texts()
		for _, text := range texts[d.answeredTexts:] {
			if strings.Contains(text.Body, "Reply ON") {
				d.twilio.SendTextAfter(d.between(time.Minute, 5*time.Minute), text.To, staffNumber, "on")
			}
		}
		d.answeredTexts = len(texts)
		if d.loop.Now().Before(d.began.Add(d.length)) {
			d.readTexts()
		}
	})
}

// sweep runs the sweeper on its schedule, until an hour after the last caller.
func (d *day) sweep(ctx context.Context) {
	d.loop.After(sweepPeriod, func() {
		before := len(d.twilio.Requests())
		_, _ = d.bundle.patrol.sweeper.Handle(ctx) // the next run repeats what this one could not do
		d.sweeps = append(d.sweeps, [2]int{before, len(d.twilio.Requests())})
		if d.loop.Now().Before(d.began.Add(d.length + time.Hour)) {
			d.sweep(ctx)
		}
	})
}
