// Package workday is a day of a desk in virtual time: workers who miss calls and go to lunch, and
// callers who call mostly in the morning. The same seed gives the same day.
package workday

import (
	"context"
	"fmt"
	"io"
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
	"switchboard/shared/simulator/wire"
)

// Size is the size of a day.
type Size struct {
	Workers, Callers int
	Length           time.Duration
}

// Whole returns the day that programs measure.
func Whole() Size { return Size{Workers: 25, Callers: 1500, Length: 8 * time.Hour} }

const lunchers = 0.8 // share of the workers

// Plan says which day is to be taken.
type Plan struct {
	Size
	Desk string // account.Multitasking or account.SingleTasking
	Mode string // "deferred", with the gate and a CRM, or "dequeue"
	Seed uint64

	Watch func(*bundle.Clients)   // may put other clients in front of the functions'; nil = none
	Alter func(*inprocess.Bundle) // may change the bundle before the first call; nil = nothing
}

// Day is one day of a desk in virtual time, after its end.
type Day struct {
	Plan

	Twilio  *simulator.Twilio
	Process *inprocess.Bundle
	Began   time.Time
	Lines   []*simulator.Line // of the callers
	Ledger  *CountedLedger
	Roster  *CountedRoster
	Sweeps  [][2]int // indexes of the first REST request of each sweeper run, and of the first one after it

	loop          *clock.Loop
	random        *rand.Rand
	people        people.People // drawn from random
	answeredTexts int
}

// CountedLedger counts the functions' writes.
type CountedLedger struct {
	ledger.Store
	Writes int
}

// Apply implements ledger.Store.
func (c *CountedLedger) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	c.Writes++
	return c.Store.Apply(ctx, change)
}

// CountedRoster counts the functions' writes.
type CountedRoster struct {
	roster.Store
	Writes int
}

// Save implements roster.Store.
func (c *CountedRoster) Save(ctx context.Context, record roster.Record) (bool, error) {
	c.Writes++
	return c.Store.Save(ctx, record)
}

// Take runs all calls of a day.
func Take(ctx context.Context, plan Plan) (*Day, error) {
	d := newDay(plan, account.Morning)
	desks := account.Callers()
	desks.Waiting.Wait = true
	if err := d.open(desks, &fakecrm.CRM{}); err != nil {
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

func newDay(plan Plan, begin time.Time) *Day {
	random := rand.New(rand.NewPCG(plan.Seed, 25))
	return &Day{
		Plan:   plan,
		Began:  begin,
		Ledger: &CountedLedger{Store: &ledger.Memory{}},
		Roster: &CountedRoster{Store: &roster.Memory{}},
		loop:   clock.NewVirtual(begin),
		random: random,
		people: people.People{Random: random, NoGate: plan.Mode == "dequeue"},
	}
}

// open connects the functions, with the desk's settings, to a simulated Twilio and a CRM.
func (d *Day) open(desks settings.Settings, records *fakecrm.CRM) error {
	environment, secrets := account.Settings(d.Mode), account.Secrets(d.Seed)
	if d.Desk == account.Multitasking {
		environment["POST_WORK_ACTIVITY_SID"] = ""
	}
	environment["NOTIFY_FROM"] = account.StaffNumber
	environment["METRICS_NAMESPACE"] = "Switchboard/switchboard"
	if err := secrets.Write(account.SecretsPrefix, desks); err != nil {
		return fmt.Errorf("set up the day's desk: %w", err)
	}
	records.Secret = secrets[account.CRMSecret]
	clients := bundle.Clients{
		Parameters: secrets,
		Table:      d.Ledger,
		Roster:     d.Roster,
		CRM:        wire.InProcess(records),
		Metrics:    io.Discard,
	}
	if d.Watch != nil {
		d.Watch(&clients)
	}
	d.Process = inprocess.New(d.loop, environment, clients)
	if d.Alter != nil {
		d.Alter(d.Process)
	}
	config := d.Process.Config(d.Seed, nil)
	config.Pace.Patience = 2 * time.Hour
	d.Twilio = simulator.New(config)
	d.Twilio.AddRecordings(account.Music)
	d.Process.Twilio.Set(d.Twilio)
	return nil
}

func (d *Day) setUp() error {
	lunch := simulator.Activity{SID: account.LunchSID, Name: "Lunch"}
	if _, err := d.Twilio.AddActivity(lunch); err != nil {
		return err
	}
	// The worker's phones and lunch use the same random sequence.
	desk := account.Desk{SingleTasking: d.Desk == account.SingleTasking}
	var plans []func(sid string)
	for n := range d.Workers {
		contact := fmt.Sprintf("+1415555%04d", 200+n)
		worker := account.Worker{Name: contact, Contact: contact, Phones: d.people.Phones(8 * d.Callers / d.Workers)}
		desk.Workers, plans = append(desk.Workers, worker), append(plans, d.planLunch(contact))
	}
	sids, err := account.SetUp(d.Twilio, account.Example, desk)
	for n, sid := range sids {
		plans[n](sid)
	}
	return err
}

// planLunch draws whether and when a worker goes to lunch, by text or in the console.
func (d *Day) planLunch(contact string) (plan func(workerSID string)) {
	if d.random.Float64() >= lunchers {
		return func(string) {}
	}
	from := d.people.Between(d.Length*3/10, d.Length*6/10)
	until := from + d.people.Between(30*time.Minute, 45*time.Minute)
	if d.random.IntN(2) == 0 {
		return func(string) {
			d.Twilio.SendTextAfter(from, contact, account.StaffNumber, "off")
			d.Twilio.SendTextAfter(until, contact, account.StaffNumber, "on")
		}
	}
	return func(sid string) {
		for at, activity := range map[time.Duration]string{from: account.LunchSID, until: account.AvailableSID} {
			d.loop.After(at, func() { _ = d.Twilio.SetWorkerActivity(sid, activity) }) // both exist
		}
	}
}

// planCallers plans callers at random times, most of them in the morning.
func (d *Day) planCallers() {
	for i, at := range d.arrivals() {
		d.Lines = append(d.Lines, d.Twilio.CallAfter(at, fmt.Sprintf("+1212555%04d", i), account.OurNumber, d.people.Caller(i)...))
	}
}

// arrivals draws when the callers dial, in order.
func (d *Day) arrivals() []time.Duration {
	at := make([]time.Duration, d.Callers)
	for i := range at {
		at[i] = d.arrival()
	}
	slices.Sort(at)
	return at
}

// arrival draws when a caller calls. The peak, in the first third of the day, is about twice the
// rest.
func (d *Day) arrival() time.Duration {
	const peak, width, base, height = 0.2, 0.1, 0.8, 1.2 // of the day, and of its mean
	for {
		at := d.random.Float64()
		if d.random.Float64()*(base+height) < base+height*math.Exp(-(at-peak)*(at-peak)/(2*width*width)) {
			return time.Duration(at * float64(d.Length))
		}
	}
}

// readTexts makes each worker whom missed calls signed off sign on some minutes after the text.
func (d *Day) readTexts() {
	d.loop.After(time.Minute, func() {
		texts := d.Twilio.Texts()
		for _, text := range texts[d.answeredTexts:] {
			if strings.Contains(text.Body, "Reply ON") {
				d.Twilio.SendTextAfter(d.people.Between(time.Minute, 5*time.Minute), text.To, account.StaffNumber, "on")
			}
		}
		d.answeredTexts = len(texts)
		if d.loop.Now().Before(d.Began.Add(d.Length)) {
			d.readTexts()
		}
	})
}

// sweep runs the sweeper on its schedule, until an hour after the last caller.
func (d *Day) sweep(ctx context.Context) {
	trigger.Schedule(d.loop, trigger.Period, func() (again bool) {
		before := len(d.Twilio.Requests())
		_, _ = d.Process.Sweeps.Sweeper.Handle(ctx) // the next run retries what failed
		d.Sweeps = append(d.Sweeps, [2]int{before, len(d.Twilio.Requests())})
		return d.loop.Now().Before(d.Began.Add(d.Length + time.Hour))
	})
}
