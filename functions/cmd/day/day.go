package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/people"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// size is the size of a day.
type size struct {
	workers, callers int
	length           time.Duration
}

// wholeDay is the day that the program measures.
var wholeDay = size{
	workers: 25,
	callers: 1500,
	length:  8 * time.Hour,
}

const lunchers = 0.8 // share of the workers

// day is one day of a desk in virtual time, in deferred mode, with the gate and a CRM.
type day struct {
	size

	desk    string // account.Multitasking or account.SingleTasking
	loop    *clock.Loop
	twilio  *simulator.Twilio
	process *inprocess.Bundle
	random  *rand.Rand
	people  people.People // drawn from random

	began         time.Time
	lines         []*simulator.Line
	answeredTexts int
	ledger        *countedLedger
	roster        *countedRoster
	sweeps        [][2]int // indexes of the first REST request of each sweeper run, and of the first one after it
}

// countedLedger counts the functions' writes.
type countedLedger struct {
	ledger.Store
	writes int
}

// Apply implements ledger.Store.
func (c *countedLedger) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	c.writes++
	return c.Store.Apply(ctx, change)
}

// countedRoster counts the functions' writes.
type countedRoster struct {
	roster.Store
	writes int
}

// Save implements roster.Store.
func (c *countedRoster) Save(ctx context.Context, record roster.Record) (bool, error) {
	c.writes++
	return c.Store.Save(ctx, record)
}

// takeDay runs all calls of a day. Each of alter may change the bundle before the first.
func takeDay(
	ctx context.Context, of size, desk string, seed uint64, alter ...func(*inprocess.Bundle),
) (*day, error) {
	d := newDay(of, desk, seed, account.Morning)
	desks := account.Callers()
	desks.Waiting.Wait = true
	if err := d.open(desks, seed, &fakecrm.CRM{}, alter...); err != nil {
		return nil, err
	}
	if err := d.setUp(); err != nil {
		return nil, fmt.Errorf("set up the day's account: %w", err)
	}
	d.planCallers()
	d.readTexts()
	d.sweep(ctx)
	return d, d.loop.Run(ctx)
}

func newDay(of size, desk string, seed uint64, begin time.Time) *day {
	random := rand.New(rand.NewPCG(seed, 25))
	return &day{
		size:   of,
		desk:   desk,
		loop:   clock.NewVirtual(begin),
		random: random,
		people: people.People{Random: random},
		began:  begin,
		ledger: &countedLedger{Store: &ledger.Memory{}},
		roster: &countedRoster{Store: &roster.Memory{}},
	}
}

// open connects the functions, with the desk's settings, to a simulated Twilio and a CRM.
func (d *day) open(desks settings.Settings, seed uint64, records *fakecrm.CRM, alter ...func(*inprocess.Bundle)) error {
	environment, secrets := account.Settings("deferred"), account.Secrets(seed)
	if d.desk == account.Multitasking {
		environment["POST_WORK_ACTIVITY_SID"] = ""
	}
	environment["NOTIFY_FROM"] = account.StaffNumber
	if err := secrets.Write(account.SecretsPrefix, desks); err != nil {
		return fmt.Errorf("set up the day's desk: %w", err)
	}
	records.Secret = secrets[account.CRMSecret]
	d.process = inprocess.New(d.loop, environment, bundle.Clients{
		Parameters: secrets,
		Table:      d.ledger,
		Roster:     d.roster,
		CRM:        wire.InProcess(records),
	})
	for _, change := range alter {
		change(d.process)
	}
	config := d.process.Config(seed, nil)
	config.Pace.Patience = 2 * time.Hour
	d.twilio = simulator.New(config)
	d.twilio.AddRecordings(account.Music)
	d.process.Twilio.Set(d.twilio)
	return nil
}

func (d *day) setUp() error {
	lunch := simulator.Activity{SID: account.LunchSID, Name: "Lunch"}
	if _, err := d.twilio.AddActivity(lunch); err != nil {
		return err
	}
	// The worker's phones and lunch use the same random sequence.
	desk := account.Desk{SingleTasking: d.desk == account.SingleTasking}
	var plans []func(sid string)
	for n := range d.workers {
		contact := fmt.Sprintf("+1415555%04d", 200+n)
		worker := account.Worker{Name: contact, Contact: contact, Phones: d.people.Phones(8 * d.callers / d.workers)}
		desk.Workers, plans = append(desk.Workers, worker), append(plans, d.planLunch(contact))
	}
	sids, err := account.SetUp(d.twilio, account.Example, desk)
	for n, sid := range sids {
		plans[n](sid)
	}
	return err
}

// planLunch draws whether and when a worker goes to lunch, by text or in the console.
func (d *day) planLunch(contact string) (plan func(workerSID string)) {
	if d.random.Float64() >= lunchers {
		return func(string) {}
	}
	from := d.people.Between(d.length*3/10, d.length*6/10)
	until := from + d.people.Between(30*time.Minute, 45*time.Minute)
	if d.random.IntN(2) == 0 {
		return func(string) {
			d.twilio.SendTextAfter(from, contact, account.StaffNumber, "off")
			d.twilio.SendTextAfter(until, contact, account.StaffNumber, "on")
		}
	}
	return func(sid string) {
		for at, activity := range map[time.Duration]string{from: account.LunchSID, until: account.AvailableSID} {
			d.loop.After(at, func() { _ = d.twilio.SetWorkerActivity(sid, activity) }) // both exist
		}
	}
}

// planCallers plans callers at random times, most of them in the morning. One in four hangs up
// first, unless the worker talks for a shorter time. Half of the others answer the survey.
func (d *day) planCallers() {
	for i, at := range d.arrivals() {
		steps := []script.Step{script.Until(script.Bridged)}
		switch i % 4 {
		case 0:
			steps = append(steps, script.Talks(d.people.Talk()))
		case 1:
			steps = append(steps, script.Hears("from 1 to 5"))
		default:
			steps = append(steps, script.Hears("from 1 to 5"), script.Presses("5"), script.Hears("after the tone"))
		}
		d.lines = append(d.lines, d.twilio.CallAfter(at, fmt.Sprintf("+1212555%04d", i), account.OurNumber, append(steps, script.HangsUp())...))
	}
}

// arrivals draws when the callers dial, in order.
func (d *day) arrivals() []time.Duration {
	at := make([]time.Duration, d.callers)
	for i := range at {
		at[i] = d.arrival()
	}
	slices.Sort(at)
	return at
}

// arrival draws when a caller calls. The peak, in the first third of the day, is about twice the
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

// readTexts makes each worker whom missed calls signed off sign on some minutes after the text.
func (d *day) readTexts() {
	d.loop.After(time.Minute, func() {
		texts := d.twilio.Texts()
		for _, text := range texts[d.answeredTexts:] {
			if strings.Contains(text.Body, "Reply ON") {
				d.twilio.SendTextAfter(d.people.Between(time.Minute, 5*time.Minute), text.To, account.StaffNumber, "on")
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
	trigger.Schedule(d.loop, trigger.Period, func() (again bool) {
		before := len(d.twilio.Requests())
		_, _ = d.process.Sweeps.Sweeper.Handle(ctx) // the next run retries what failed
		d.sweeps = append(d.sweeps, [2]int{before, len(d.twilio.Requests())})
		return d.loop.Now().Before(d.began.Add(d.length + time.Hour))
	})
}
