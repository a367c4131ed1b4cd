package workday

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/people"
	"switchboard/shared/ledger"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/taskrouter"
)

// Mixed returns the day that a report shows: callers do all that callers do, and the CRM is down
// for some minutes.
func Mixed() Size { return Size{Workers: 24, Callers: 1500, Length: 8 * time.Hour} }

// mixedMorning returns nine in the morning in Los Angeles.
func mixedMorning() time.Time { return time.Date(2026, time.November, 24, 17, 0, 0, 0, time.UTC) }

const (
	mixedZone     = "America/Los_Angeles"
	spanishNumber = account.MenuNumber
	billingNumber = account.ShutNumber

	// Shares of the callers.
	impatient    = 0.10 // who hang up while they wait
	leaveMessage = 0.03
	wantCallback = 0.03
	answerSurvey = 0.45

	outageFrom, outageUntil = 5 * time.Hour, 5*time.Hour + 12*time.Minute
)

var mixedNames = []string{
	"Alma", "Ben", "Carla", "Dora", "Emil", "Fay", "Gus", "Hana", "Ines", "Jack", "Kira", "Leo", "Mia", "Nils", "Olga", "Paul", "Quinn", "Rosa",
	"Sam", "Tara", "Uma", "Vera", "Will", "Xena",
}

// mixedDesk has three numbers, two languages and two skills.
func mixedDesk() settings.Settings {
	billing, general := json.RawMessage(`{"skill":"billing"}`), json.RawMessage(`{"skill":"general"}`)
	return settings.Settings{
		Zone: mixedZone,
		Numbers: map[string]settings.Number{
			account.OurNumber: {Menu: "main", Attributes: general},
			spanishNumber:     {Language: "es", Attributes: general},
			billingNumber:     {Attributes: billing},
		},
		Menus: map[string]settings.Menu{"main": {Choices: []settings.Choice{
			{Key: "1", Say: map[string]string{"en": "For billing, press 1."}, Attributes: billing},
			{Key: "2", Say: map[string]string{"en": "For anything else, press 2."}},
			{Key: "3", Say: map[string]string{"es": "Para español, oprima el tres."}, Language: "es"},
		}}},
		Waiting:   settings.Waiting{Wait: true},
		Callbacks: settings.Callbacks{Offered: true},
	}
}

// TakeMixed runs all calls of a mixed day.
func TakeMixed(ctx context.Context, of Size, seed uint64) (*Day, error) {
	d := newDay(Plan{Size: of, Desk: account.Multitasking, Mode: "deferred", Seed: seed}, mixedMorning())
	records := &fakecrm.CRM{Fails: func(taskrouter.Contact) bool {
		since := d.loop.Now().Sub(d.Began)
		return since >= outageFrom && since < outageUntil
	}}
	if err := d.open(mixedDesk(), records); err != nil {
		return nil, err
	}
	if err := d.setUpMixed(); err != nil {
		return nil, fmt.Errorf("set up the day's account: %w", err)
	}
	d.planMixedCallers()
	d.readTexts()
	d.sweep(ctx)
	return d, d.loop.Run(ctx)
}

func (d *Day) setUpMixed() error {
	if _, err := d.Twilio.AddActivity(simulator.Activity{SID: account.LunchSID, Name: "Lunch"}); err != nil {
		return err
	}
	if _, err := account.SetUp(d.Twilio, account.Example, account.Desk{}); err != nil {
		return err
	}
	var targets []any
	for _, queue := range []simulator.TaskQueue{
		{Name: "Billing", TargetWorkers: `skills HAS "billing"`}, {Name: "General", TargetWorkers: "1==1"},
	} {
		sid, err := d.Twilio.AddTaskQueue(queue)
		if err != nil {
			return err
		}
		targets = append(targets, sid)
	}
	base := account.Example.Base()
	if _, err := d.Twilio.AddWorkflow(simulator.Workflow{
		SID:  account.WorkflowSID,
		Name: "Calls",
		Configuration: fmt.Sprintf(`{"task_routing":{"filters":[{"filter_friendly_name":"Billing","expression":"skill == 'billing'",
			"targets":[{"queue":%[1]q,"timeout":120},{"queue":%[2]q}]}],"default_filter":{"queue":%[2]q}}}`, targets...),
		AssignmentCallbackURL:         base + "/assignment",
		FallbackAssignmentCallbackURL: base + "/assignment/fallback",
		ReservationTimeout:            account.ReservationTimeout,
	}); err != nil {
		return err
	}
	for n := range d.Workers {
		contact, skill := fmt.Sprintf("+1415555%04d", 200+n), "general"
		if n%3 == 0 {
			skill = "billing"
		}
		plan := d.planLunch(contact)
		d.Twilio.SetPhone(contact, d.people.Phones(8*d.Callers/d.Workers)...)
		sid, err := d.Twilio.AddWorker(simulator.Worker{
			Name:       mixedNames[n%len(mixedNames)],
			Attributes: fmt.Sprintf(`{"contact_uri":%q,"skills":[%q]}`, contact, skill),
			Activity:   account.AvailableSID,
		})
		if err != nil {
			return err
		}
		plan(sid)
	}
	return nil
}

// planMixedCallers plans callers at random times, most of them in the morning.
func (d *Day) planMixedCallers() {
	for i, at := range d.arrivals() {
		from := fmt.Sprintf("+1212555%04d", i)
		to, spanish, steps := d.chooses()
		steps = append(append(steps, script.Until(script.Enqueued)), d.waits(from, spanish)...)
		d.Lines = append(d.Lines, d.Twilio.CallAfter(at, from, to, append(steps, script.HangsUp())...))
	}
}

// chooses draws the number that a caller dials, and what they choose there.
func (d *Day) chooses() (to string, spanish bool, steps []script.Step) {
	switch dice := d.random.Float64(); {
	case dice < 0.15:
		return spanishNumber, true, nil
	case dice < 0.30:
		return billingNumber, false, nil
	case dice < 0.55:
		return account.OurNumber, false, []script.Step{script.Hears("press 1"), script.Presses("1")}
	case dice < 0.65:
		return account.OurNumber, true, []script.Step{script.Hears("el tres"), script.Presses("3")}
	}
	return account.OurNumber, false, []script.Step{script.Hears("press 2"), script.Presses("2")}
}

// waits draws what a caller does in the line and after the talk.
func (d *Day) waits(from string, spanish bool) []script.Step {
	switch dice := d.random.Float64(); {
	case dice < impatient:
		return []script.Step{script.Waits(d.people.Between(15*time.Second, 4*time.Minute))}
	case dice < impatient+leaveMessage && !spanish:
		return []script.Step{
			script.Waits(d.people.Between(10*time.Second, time.Minute)), script.Presses("*"), script.Hears("after the tone"),
			script.Records(d.people.Between(5*time.Second, 20*time.Second)), script.Presses("#"), script.Hears("press 1 or hang up"),
		}
	case dice > 1-wantCallback && !spanish:
		d.Twilio.SetPhone(from, script.NeverAnswers(), script.AnswersAfter(5*time.Second, script.Talks(d.people.Talk()), script.HangsUp()))
		return []script.Step{
			script.Waits(d.people.Between(10*time.Second, time.Minute)), script.Presses("1"), script.Hears("call you back at"),
			script.Presses("1"), script.Hears("we will call you back"),
		}
	}
	steps := []script.Step{script.Until(script.Bridged), script.Talks(people.MaxTalk)}
	question, remark := "from 1 to 5", "after the tone"
	if spanish {
		question, remark = "del 1 al 5", "después del tono"
	}
	if d.random.Float64() > answerSurvey {
		return append(steps, script.Hears(question))
	}
	score := "554453554152345"[d.random.IntN(15)]
	return append(steps, script.Hears(question), script.Presses(string(score)), script.Hears(remark))
}

// WriteItems writes the items of the day's ledger, one JSON object a line.
func (d *Day) WriteItems(out io.Writer) error {
	kept, ok := d.Ledger.Store.(*ledger.Memory)
	if !ok {
		return fmt.Errorf("write the ledger's items: the day's ledger is a %T", d.Ledger.Store)
	}
	encoder := json.NewEncoder(out)
	for _, item := range kept.Items() {
		if err := encoder.Encode(item); err != nil {
			return fmt.Errorf("write the ledger's items: %w", err)
		}
	}
	return nil
}
