package main

import (
	"time"

	"switchboard/shared/simulator/script"
	"switchboard/shared/taskrouter"
)

// The account that the calls come to: made-up SIDs, the ones in .ci/example-parameters.yaml, and numbers set aside for
// fiction.
const (
	accountSID     = "AC00000000000000000000000000000001"
	workspaceSID   = "WS00000000000000000000000000000001"
	workflowSID    = "WW00000000000000000000000000000001"
	wrappingUpSID  = "WA00000000000000000000000000000001"
	unavailableSID = "WA00000000000000000000000000000002"
	availableSID   = "WA00000000000000000000000000000003"
	offlineSID     = "WA00000000000000000000000000000004"
	lunchSID       = "WA00000000000000000000000000000005"

	ourNumber   = "+12065550100"
	staffNumber = "+12065550122"
	alice       = "+14155550191"
	bob         = "+14155550192"
	carol       = "client:carol"

	musicURL           = "https://demo.twilio.com/docs/classic.mp3"
	reservationTimeout = 2 * time.Minute
	workerRing         = 15 * time.Second
	missedCallPause    = time.Minute
	missedCallLimit    = 3
	wrapUp             = 30 * time.Second
)

// call is one of the calls that the program takes: who is on the phone, and what they do.
type call struct {
	Title  string
	Mode   string // bridge mode: deferred, dequeue
	From   string // the caller's number
	Caller []script.Step
	Before *earlier           // a caller who dials first; nil = none does
	Staff  []member           // in the order in which they are reserved
	Again  *script.Phone      // of the first of the staff, from the second call on; nil = as at the first
	Signs  []signing          // what the first of the staff does about being on duty
	CRM    taskrouter.Contact // contact of the worker for whom the CRM step fails; "" = for nobody
	Fault  fault              // "" = none

	// What must come of it.
	Talks       string // contact of the worker who gets to talk to the caller; "" = none does
	QueueResult string
	Score       string
	Offers      []string // how each reservation ended, in order; nil = not judged
	Dialled     []string // contacts of the workers who were called, in order; not judged without Offers
}

// earlier is a caller whom the same worker serves first: the call itself is the worker's second one.
type earlier struct {
	From   string
	Steps  []script.Step
	WrapUp time.Duration // what the worker has between the two calls
}

// signing is what a worker does to sign on or off: a text, or a call to the line for staff.
type signing struct {
	After time.Duration // the caller's dialing
	Text  string
	Call  []script.Step // without a Text
}

// member is a worker and their phone.
type member struct {
	Name, Contact string
	Phone         script.Phone
}

// pressesOne is a worker who answers, presses 1, talks and hangs up.
func pressesOne(ring, talk time.Duration) script.Phone {
	return script.AnswersAfter(ring, script.Hears("press 1"), script.Presses("1"), script.Talks(talk), script.HangsUp())
}

// calls are the six that the demo and the rehearsal take. talk is how long people talk, and ring how long a phone rings
// before somebody answers it: minutes in virtual time, seconds in real time. wrapUp is WrapUpSeconds.
func calls(ring, talk, wrapUp time.Duration) []call {
	answersTheSurvey := []script.Step{
		script.Hears("next in line"), script.Until(script.Bridged), script.Talks(10 * talk),
		script.Hears("from 1 to 5"), script.Presses("5"),
		script.Hears("after the tone"), script.Records(2 * time.Second), script.Presses("#"), script.Hears("goodbye"),
	}
	talksAndHangsUp := []script.Step{script.Until(script.Bridged), script.Talks(talk), script.HangsUp()}
	saysNothingMore := []script.Step{script.Until(script.Bridged), script.Talks(10 * talk), script.Hears("from 1 to 5"), script.Says("four"), script.Hears("after the tone"), script.HangsUp()}
	return []call{
		{
			Title: "The worker answers, presses 1 and talks; the caller answers the survey", Mode: "deferred", From: "+14155550101",
			Caller: answersTheSurvey,
			Staff:  []member{{"Alice", alice, pressesOne(ring, talk)}},
			Talks:  alice, QueueResult: "bridged", Score: "5",
		},
		{
			Title: "Twilio dequeues to a client; the caller hangs up first", Mode: "dequeue", From: "+14155550102",
			Caller: talksAndHangsUp,
			Staff:  []member{{"Carol", carol, script.AnswersAfter(ring, script.Talks(10*talk))}},
			Talks:  carol, QueueResult: "bridged",
		},
		{
			Title: "The first worker does not answer, the next one does", Mode: "deferred", From: "+14155550103",
			Caller: saysNothingMore,
			Staff:  []member{{"Alice", alice, script.NeverAnswers()}, {"Bob", bob, pressesOne(ring, talk)}},
			Talks:  bob, QueueResult: "bridged", Score: "4",
		},
		{
			Title: "The CRM step fails for the first worker, the next one is called", Mode: "deferred", From: "+14155550104",
			Caller: talksAndHangsUp,
			Staff:  []member{{"Alice", alice, pressesOne(ring, 10*talk)}, {"Bob", bob, script.AnswersAfter(ring, script.Hears("press 1"), script.Presses("1"), script.Talks(10*talk))}},
			CRM:    alice, Talks: bob, QueueResult: "bridged",
		},
		{
			Title: "A worker's second call: the next caller waits until the worker has wrapped up the first", Mode: "deferred", From: "+14155550111",
			Caller: append([]script.Step{script.Hears("next in line")}, talksAndHangsUp...),
			Before: &earlier{From: "+14155550110", Steps: talksAndHangsUp, WrapUp: wrapUp},
			Staff:  []member{{"Alice", alice, pressesOne(ring, 10*talk)}},
			Talks:  alice, QueueResult: "bridged", Offers: []string{"completed"}, Dialled: []string{alice, alice},
		},
		{
			Title: "The caller leaves while the worker's phone rings", Mode: "deferred", From: "+14155550105",
			Caller:      []script.Step{script.Until(script.WorkerRings), script.Waits(ring), script.HangsUp()},
			Staff:       []member{{"Alice", alice, script.NeverAnswers()}},
			QueueResult: "hangup", Offers: []string{"canceled"}, Dialled: []string{alice},
		},
	}
}

// workersCalls are those that a rehearsal takes besides the demo's, to see workers come back.
func workersCalls(ring, talk time.Duration) []call {
	answers := pressesOne(ring, 10*talk)
	waits := []script.Step{script.Hears("next in line"), script.Until(script.Bridged), script.Talks(talk), script.HangsUp()}
	return []call{
		{
			Title: "The only worker misses the call, comes back after the pause, and answers", Mode: "deferred", From: "+14155550112",
			Caller: waits, Staff: []member{{"Alice", alice, script.NeverAnswers()}}, Again: &answers,
			Talks: alice, QueueResult: "bridged", Offers: []string{"rejected", "completed"}, Dialled: []string{alice, alice},
		},
		{
			Title: "The only worker signs off by text, and on by phone while a caller waits", Mode: "deferred", From: "+14155550113",
			Caller: waits, Staff: []member{{"Alice", alice, answers}},
			Signs: []signing{
				{After: -offBefore, Text: "Off."},
				{After: onAfter, Call: []script.Step{
					script.Hears("you are signed off"), script.Hears("one caller is waiting"), script.Presses("1"), script.Hears("you are signed on"),
				}},
			},
			Talks: alice, QueueResult: "bridged", Offers: []string{"completed"}, Dialled: []string{alice},
		},
	}
}

// offBefore and onAfter are when the worker signs off before the caller dials, and on after it: a deployed
// stack has to be done with the one before the next begins.
const offBefore, onAfter = 8 * time.Second, 6 * time.Second
