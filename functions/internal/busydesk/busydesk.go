// Package busydesk is a desk at work: 25 workers, two task queues and two languages, with callers
// who talk, give up, leave messages and ask to be called back. Switchboard's functions run behind
// a simulated Twilio in virtual time, so that the same seed shows the same desk.
package busydesk

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// Name is what the desk is called.
const Name = "Example Services"

// Busy is how long after its start the desk has a line of callers.
const Busy = 45 * time.Minute

const (
	length  = 8 * time.Hour
	outside = "+1212555%04d"

	// Calls a minute, usually and around Busy.
	usual, rush = 4.0, 5.9
)

// names are the workers', in the order in which they are hired.
var names = []string{
	"Alice", "Bob", "Carmen", "Dan", "Elena", "Farid", "Grace", "Hugo", "Irina", "Jamal", "Katharina", "Luis", "Maria José", "Nadia", "Oscar",
	"Priya", "Quentin", "Rosa", "Sam", "Teresa", "Umar", "Vera", "Walter", "Ximena", "Yusuf",
}

// Desk is the desk, at an instant that RunFor moves.
type Desk struct {
	Twilio *simulator.Twilio
	Ledger ledger.Store
	Roster roster.Store
	Alarm  string // the alarm of the stack that has gone off; "" = none

	loop    *clock.Loop
	process *inprocess.Bundle
	random  *rand.Rand
	workers []string // SIDs
	mu      sync.Mutex
}

// Open returns the desk when it opens in the morning, which is an instant in zone. The same seed
// gives the same day.
func Open(ctx context.Context, seed uint64, morning time.Time) (*Desk, error) {
	d := &Desk{loop: clock.NewVirtual(morning), random: rand.New(rand.NewPCG(seed, 15)), Ledger: &ledger.Memory{}, Roster: &roster.Memory{}}
	secrets := account.Secrets(seed)
	if err := secrets.Write(account.SecretsPrefix, callers()); err != nil {
		return nil, fmt.Errorf("write the desk's settings: %w", err)
	}
	environment := account.Settings("deferred")
	environment["POST_WORK_ACTIVITY_SID"] = ""
	d.process = inprocess.New(d.loop, environment, bundle.Clients{
		Parameters: secrets, Table: d.Ledger, Roster: d.Roster,
		CRM: wire.InProcess(&fakecrm.CRM{Secret: secrets[account.CRMSecret]}),
	})
	config := d.process.Config(seed, nil)
	config.Pace.Patience = 2 * time.Hour
	d.Twilio = simulator.New(config)
	d.Twilio.AddRecordings(account.Music)
	d.process.Twilio.Set(d.Twilio)
	if err := d.setUp(); err != nil {
		return nil, fmt.Errorf("set the desk up: %w", err)
	}
	d.planCallers()
	d.planWorkers()
	trigger.Schedule(d.loop, trigger.Period, func() (again bool) {
		_, _ = d.process.Sweeps.Sweeper.Handle(ctx) // the next run retries what failed
		return ctx.Err() == nil
	})
	return d, nil
}

// Parameters are those of the stack that a board needs.
func (d *Desk) Parameters() map[string]string {
	return map[string]string{
		"WorkspaceSid": account.WorkspaceSID, "WorkflowSid": account.WorkflowSID, "AvailableActivitySid": account.AvailableSID,
		"RejectActivitySid": account.UnavailableSID, "OfflineActivitySid": account.OfflineSID,
		"WrapUpSeconds": account.Seconds(account.WrapUp), "MissedCallPauseSeconds": "60",
	}
}

// Now is the desk's time.
func (d *Desk) Now() time.Time { return d.loop.Now() }

// RunFor lets time pass at the desk.
func (d *Desk) RunFor(ctx context.Context, span time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.loop.RunFor(ctx, span)
}

// callers is what the desk decides about its callers.
func callers() settings.Settings {
	return settings.Settings{
		Numbers: map[string]settings.Number{
			account.OurNumber:  {Attributes: json.RawMessage(`{"skill":"billing"}`), Language: "en"},
			account.MenuNumber: {Attributes: json.RawMessage(`{"skill":"support"}`), Language: "es"},
			account.ShutNumber: {Hours: "rarely", Language: "en"},
		},
		Zone:      "UTC",
		Hours:     map[string]settings.Hours{"rarely": {Week: map[string]string{"sun": "03:00-03:01"}}},
		Callbacks: settings.Callbacks{Offered: true},
	}
}

func (d *Desk) setUp() error {
	stack := account.Example
	stack.PostWorkActivitySID = ""
	// The queues and the workers with their skills replace those of the example.
	if _, err := account.SetUp(d.Twilio, stack, account.Desk{}); err != nil {
		return err
	}
	if _, err := d.Twilio.AddActivity(simulator.Activity{SID: account.LunchSID, Name: "Lunch"}); err != nil {
		return err
	}
	queues := map[string]string{}
	for _, name := range []string{"Billing", "Support"} {
		sid, err := d.Twilio.AddTaskQueue(simulator.TaskQueue{Name: name, TargetWorkers: fmt.Sprintf("queues HAS %q", name)})
		if err != nil {
			return err
		}
		queues[name] = sid
	}
	if _, err := d.Twilio.AddWorkflow(simulator.Workflow{
		SID:  stack.WorkflowSID,
		Name: "Calls",
		Configuration: fmt.Sprintf(`{"task_routing":{"filters":[{"filter_friendly_name":"Support","expression":"skill == 'support'","targets":[{"queue":%q}]}],
			"default_filter":{"queue":%q}}}`, queues["Support"], queues["Billing"]),
		AssignmentCallbackURL:         stack.Base() + "/assignment",
		FallbackAssignmentCallbackURL: stack.Base() + "/assignment/fallback",
		ReservationTimeout:            account.ReservationTimeout,
	}); err != nil {
		return err
	}
	for n, name := range names {
		if err := d.hire(n, name, stack.AvailableActivitySID); err != nil {
			return err
		}
	}
	return nil
}

// hire adds a worker. Two of five take calls of both queues.
func (d *Desk) hire(n int, name, activity string) error {
	contact, takes := fmt.Sprintf("+1415555%04d", 200+n), []string{"Billing"}
	switch n % 5 {
	case 1:
		takes = []string{"Support"}
	case 2, 4:
		takes = []string{"Billing", "Support"}
	}
	attributes, err := json.Marshal(map[string]any{"contact_uri": contact, "queues": takes})
	if err != nil {
		return err
	}
	sid, err := d.Twilio.AddWorker(simulator.Worker{Name: name, Attributes: string(attributes), Activity: activity})
	if err != nil {
		return err
	}
	d.Twilio.SetPhone(contact, d.phones()...)
	d.workers = append(d.workers, sid)
	return nil
}

// phones draws what happens at each call to a worker.
func (d *Desk) phones() []script.Phone {
	phones := make([]script.Phone, 200)
	for i := range phones {
		phones[i] = calls.PressesOne(d.between(2*time.Second, 9*time.Second), d.between(time.Minute, 7*time.Minute))
		if d.random.IntN(25) == 0 {
			phones[i] = script.NeverAnswers()
		}
	}
	return phones
}

// planWorkers has some workers sign off, and others go to lunch.
func (d *Desk) planWorkers() {
	for n, sid := range d.workers {
		from := d.between(Busy-25*time.Minute, Busy-time.Minute)
		switch n {
		case 8, 23:
			from = d.between(time.Minute, 30*time.Minute)
			d.move(sid, from, account.OfflineSID)
		case 3, 15:
			d.move(sid, from, account.LunchSID)
			d.move(sid, from+40*time.Minute, account.AvailableSID)
		}
	}
}

func (d *Desk) move(worker string, after time.Duration, activity string) {
	d.loop.After(after, func() { _ = d.Twilio.SetWorkerActivity(worker, activity) }) // both exist
}

// planCallers draws when callers call, and what they do.
func (d *Desk) planCallers() {
	for at, n := time.Duration(0), 0; at < length; n++ {
		rate := usual
		if at > Busy-5*time.Minute && at < Busy+3*time.Minute {
			rate = rush
		}
		at += time.Duration(d.random.ExpFloat64() / rate * float64(time.Minute))
		from, to := fmt.Sprintf(outside, n), account.OurNumber
		if d.random.IntN(3) == 0 {
			to = account.MenuNumber
		}
		steps := []script.Step{script.Until(script.Bridged), script.HangsUpAfter(time.Hour)}
		switch dice := d.random.IntN(200); {
		case dice < 24: // gives up
			steps = []script.Step{script.HangsUpAfter(d.between(15*time.Second, 2*time.Minute))}
		case dice < 30 && to == account.OurNumber:
			steps = []script.Step{
				script.Hears("To be called back"), script.Presses("1"), script.Hears("call you back at"), script.Presses("1"), script.HangsUpAfter(time.Minute),
			}
			d.Twilio.SetPhone(from, script.AnswersAfter(4*time.Second, script.Talks(2*time.Minute), script.HangsUp()))
		case dice >= 198:
			to = account.ShutNumber
			steps = []script.Step{
				script.Hears("we are closed"), script.Records(4 * time.Second), script.Presses("#"),
				script.Hears("press 1 or hang up"), script.Presses("1"), script.Hears("has been sent"),
			}
		}
		d.Twilio.CallAfter(at, from, to, steps...)
	}
}

func (d *Desk) between(low, high time.Duration) time.Duration {
	return low + time.Duration(d.random.Int64N(int64(high-low)))
}
