// Package calls defines the calls of the demo and the rehearsal, runs them and judges the results.
package calls

import (
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/simulator/script"
)

// Contacts of the workers.
const (
	Alice = "+14155550191"
	Bob   = "+14155550192"
	carol = "client:carol"
)

// Call is one of the calls: who takes part, and what they do.
type Call struct {
	Title  string
	Mode   string // bridge mode: deferred, dequeue
	From   string // the caller's number
	Dials  string // "" = account.OurNumber
	Caller []script.Step
	Before *Earlier         // a caller who dials first; nil = none
	Staff  []account.Worker // in the order in which they are reserved
	Signs  []Signing        // how the first of the staff signs on and off
	Leaves bool             // the caller leaves a message, which becomes a task
	CRM    string           // contact of the worker for whom the CRM step fails; "" = none
	Later  *script.Phone    // the caller's when they are called back; nil = the desk does not

	// The expected result.
	Talks       string // contact of the worker who talks to the caller; "" = none
	QueueResult string
	Score       string
	Offers      []string // how each reservation ended, in order; nil = not judged
	Placed      []string // contacts of the workers who were called, in order; not judged without Offers
}

// Earlier is a caller whom the same worker serves first, so that the call itself is the worker's
// second one.
type Earlier struct {
	From   string
	Steps  []script.Step
	WrapUp time.Duration // between the two calls
}

// Signing is how a worker signs on or off: by a text, or by a call to the line for staff.
type Signing struct {
	After time.Duration // since the caller dialed; may be negative
	Text  string
	Call  []script.Step // if Text is ""
}

// AliceWith returns Alice with a phone, or with one for each call that she gets.
func AliceWith(phones ...script.Phone) account.Worker {
	return account.Worker{Name: "Alice", Contact: Alice, Phones: phones}
}

// BobWith returns Bob with a phone.
func BobWith(phone script.Phone) account.Worker {
	return account.Worker{Name: "Bob", Contact: Bob, Phones: []script.Phone{phone}}
}

// PressesOne returns the phone of a worker who answers, presses 1, talks and hangs up.
func PressesOne(ring, talk time.Duration) script.Phone {
	return script.AnswersAfter(
		ring, script.Hears("press 1"), script.Presses("1"), script.Talks(talk), script.HangsUp(),
	)
}

// TalksAndHangsUp returns the steps of a caller who hangs up first.
func TalksAndHangsUp(talk time.Duration) []script.Step {
	return []script.Step{script.Until(script.Bridged), script.Talks(talk), script.HangsUp()}
}

// Demo returns the seven calls of the demo, which the rehearsal runs too. talk is how long people
// talk, and ring how long a phone rings before a worker answers: minutes in virtual time, seconds
// in real time. wrapUp is WrapUpSeconds.
func Demo(ring, talk, wrapUp time.Duration) []Call {
	return []Call{
		{
			Title: "The worker answers, presses 1 and talks; the caller answers the survey",
			Mode:  "deferred",
			From:  "+14155550101",
			Caller: []script.Step{
				script.Hears("next in line"), script.Until(script.Bridged), script.Talks(10 * talk),
				script.Hears("from 1 to 5"), script.Presses("5"),
				script.Hears("after the tone"), script.Records(2 * time.Second), script.Presses("#"),
				script.Hears("goodbye"),
			},
			Staff:       []account.Worker{AliceWith(PressesOne(ring, talk))},
			Talks:       Alice,
			QueueResult: "bridged",
			Score:       "5",
		},
		{
			Title:  "Twilio dequeues to a client; the caller hangs up first",
			Mode:   "dequeue",
			From:   "+14155550102",
			Caller: TalksAndHangsUp(talk),
			Staff: []account.Worker{{
				Name:    "Carol",
				Contact: carol,
				Phones:  []script.Phone{script.AnswersAfter(ring, script.Talks(10*talk))},
			}},
			Talks:       carol,
			QueueResult: "bridged",
		},
		{
			Title: "The first worker does not answer, the next one does",
			Mode:  "deferred",
			From:  "+14155550103",
			Caller: []script.Step{
				script.Until(script.Bridged), script.Talks(10 * talk), script.Hears("from 1 to 5"),
				script.Says("four"), script.Hears("after the tone"), script.HangsUp(),
			},
			Staff:       []account.Worker{AliceWith(script.NeverAnswers()), BobWith(PressesOne(ring, talk))},
			Talks:       Bob,
			QueueResult: "bridged",
			Score:       "4",
		},
		{
			Title:  "The CRM step fails for the first worker, the next one is called",
			Mode:   "deferred",
			From:   "+14155550104",
			Caller: TalksAndHangsUp(talk),
			Staff: []account.Worker{
				AliceWith(PressesOne(ring, 10*talk)),
				BobWith(script.AnswersAfter(
					ring, script.Hears("press 1"), script.Presses("1"), script.Talks(10*talk),
				)),
			},
			CRM:         Alice,
			Talks:       Bob,
			QueueResult: "bridged",
		},
		{
			Title:  "A worker's second call: the next caller waits until the worker has wrapped up the first",
			Mode:   "deferred",
			From:   "+14155550111",
			Caller: append([]script.Step{script.Hears("thank you for waiting")}, TalksAndHangsUp(talk)...),
			Before: &Earlier{
				From:   "+14155550110",
				Steps:  TalksAndHangsUp(talk),
				WrapUp: wrapUp,
			},
			Staff:       []account.Worker{AliceWith(PressesOne(ring, 10*talk))},
			Talks:       Alice,
			QueueResult: "bridged",
			Offers:      []string{"completed"},
			Placed:      []string{Alice, Alice},
		},
		{
			Title:       "The caller leaves while the worker's phone rings",
			Mode:        "deferred",
			From:        "+14155550105",
			Caller:      []script.Step{script.Until(script.WorkerRings), script.Waits(ring), script.HangsUp()},
			Staff:       []account.Worker{AliceWith(script.NeverAnswers())},
			QueueResult: "hangup",
			Offers:      []string{"canceled"},
			Placed:      []string{Alice},
		},
		{
			Title: "The caller chooses Spanish in the menu, and hears it from then on",
			Mode:  "deferred",
			From:  "+14155550114",
			Dials: account.MenuNumber,
			Caller: []script.Step{
				script.Hears("oprima el dos"), script.Presses("2"), script.Hears("gracias por esperar"),
				script.Until(script.Bridged), script.Talks(10 * talk), script.Hears("del 1 al 5"),
				script.Presses("5"), script.Hears("después del tono"), script.HangsUp(),
			},
			Staff:       []account.Worker{AliceWith(PressesOne(ring, talk))},
			Talks:       Alice,
			QueueResult: "bridged",
			Score:       "5",
		},
	}
}

// Message returns the call in which a caller leaves a message after hours, which a worker hears.
func Message(ring time.Duration) Call {
	return Call{
		Title:  "A caller leaves a message after hours, and a worker hears it",
		Mode:   "deferred",
		From:   "+14155550115",
		Dials:  account.ShutNumber,
		Leaves: true,
		Caller: []script.Step{
			script.Hears("we are closed"), script.Records(2 * time.Second), script.Presses("#"),
			script.Hears("press 1 or hang up"), script.Presses("1"), script.Hears("has been sent"),
		},
		Staff: []account.Worker{AliceWith(script.AnswersAfter(
			ring, script.Hears("a message, from plus"), script.Presses("1"), script.Hears(".mp3"), script.Presses("2"), script.Hears("marked as done"),
		))},
		Offers: []string{},
		Placed: []string{Alice},
	}
}

// CallBack returns the call in which a caller asks to be called back instead of waiting, and a
// worker does.
func CallBack(ring, talk time.Duration) Call {
	return Call{
		Title:  "A caller leaves the line and is called back",
		Mode:   "deferred",
		From:   "+14155550116",
		Dials:  account.MenuNumber,
		Leaves: true,
		Caller: []script.Step{
			script.Hears("press 1"), script.Presses("1"), script.Hears("to be called back"), script.Presses("1"),
			script.Hears("call you back at"), script.Presses("1"), script.Hears("we will call you back"), script.HangsUp(),
		},
		Staff: []account.Worker{AliceWith(script.NeverAnswers(), script.AnswersAfter(
			ring, script.Hears("a call back, to plus"), script.Presses("1"), script.Hears("calling now"), script.Talks(10*talk),
		))},
		Later:       new(script.AnswersAfter(ring, script.Talks(talk), script.HangsUp())),
		QueueResult: "leave",
	}
}

// Returns returns the calls in which a worker comes back: after a missed call, and by signing on.
func Returns(ring, talk time.Duration) []Call {
	// A deployed stack needs time to handle one act before the next begins.
	const offBefore, onAfter = 8 * time.Second, 6 * time.Second
	answers := PressesOne(ring, 10*talk)
	waits := append([]script.Step{script.Hears("next in line")}, TalksAndHangsUp(talk)...)
	return []Call{
		{
			Title:       "The only worker misses the call, comes back after the pause, and answers",
			Mode:        "deferred",
			From:        "+14155550112",
			Caller:      waits,
			Staff:       []account.Worker{AliceWith(script.NeverAnswers(), answers)},
			Talks:       Alice,
			QueueResult: "bridged",
			Offers:      []string{"rejected", "completed"},
			Placed:      []string{Alice, Alice},
		},
		{
			Title:  "The only worker signs off by text, and on by phone while a caller waits",
			Mode:   "deferred",
			From:   "+14155550113",
			Caller: waits,
			Staff:  []account.Worker{AliceWith(answers)},
			Signs: []Signing{
				{
					After: -offBefore,
					Text:  "Off.",
				},
				{
					After: onAfter,
					Call: []script.Step{
						script.Hears("you are signed off"), script.Hears("one caller is waiting"),
						script.Presses("1"), script.Hears("you are signed on"),
					},
				},
			},
			Talks:       Alice,
			QueueResult: "bridged",
			Offers:      []string{"completed"},
			Placed:      []string{Alice},
		},
	}
}
