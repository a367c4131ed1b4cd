// Package script describes how people behave on the phone, in Go or in text: a caller's steps, and
// how a worker's phone answers.
package script

import "time"

// Phone is how a worker's phone behaves when it is called. ParsePhone reads one from text.
type Phone struct {
	Outcome Outcome
	After   time.Duration // ringing time before the answer
	Steps   []Step        // of the person who answers
}

// Outcome is what happens when a phone is called.
type Outcome int

// The outcomes of calling a phone.
const (
	OutcomeAnswers Outcome = iota
	OutcomeNoAnswer
	OutcomeBusy
	OutcomeFails
	OutcomeByHand
)

// AnswersAfter returns a phone that rings for d; then a person answers and follows the steps. A
// call that ends earlier is not answered.
func AnswersAfter(d time.Duration, steps ...Step) Phone {
	return Phone{Outcome: OutcomeAnswers, After: d, Steps: steps}
}

// NeverAnswers returns a phone that rings until the call ends.
func NeverAnswers() Phone { return Phone{Outcome: OutcomeNoAnswer} }

// Busy returns a phone that is engaged, or whose owner declines the call.
func Busy() Phone { return Phone{Outcome: OutcomeBusy} }

// Fails returns a phone that cannot be reached.
func Fails() Phone { return Phone{Outcome: OutcomeFails} }

// ByHand returns a phone that rings until a program answers or declines it, as a person at a screen
// does: see Twilio.PickUp and Twilio.Decline in package simulator.
func ByHand() Phone { return Phone{Outcome: OutcomeByHand} }

// Voicemail returns a phone whose mailbox answers after d, presses nothing, listens for a minute
// and hangs up.
func Voicemail(d time.Duration) Phone { return AnswersAfter(d, HangsUpAfter(mailboxListens)) }

const mailboxListens = time.Minute

// Moment is an event elsewhere that a person on the phone can wait for. A worker's moments reach
// the callers for whom that worker is reserved; the worker's own phone gets Bridged only.
type Moment string

// The moments that a step can wait for.
const (
	Enqueued       Moment = "enqueued"           // the caller has entered the queue
	WorkerReserved Moment = "worker is reserved" // a reservation was created for the caller's task
	WorkerRings    Moment = "worker's phone rings"
	WorkerAnswers  Moment = "worker answers"
	Bridged        Moment = "bridged"
	TaskCanceled   Moment = "task is canceled" // and the caller is still there
)

// Step is one action of a person on the phone. Steps happen in order; each begins when the one
// before has ended. After the last step the person stays on the line until the call ends. ParseStep
// and ParseSteps read steps from text.
//
// The simulator reports a Problem for a call that ends before a step that must happen: Hears,
// Presses, Says, Records, Until, Talks.
type Step struct {
	Kind Kind
	Text string
	Span time.Duration
}

// Kind is the action of a step, as ParseStep reads it.
type Kind string

// The kinds of steps.
const (
	KindHears          Kind = "hears"
	KindPresses        Kind = "presses"
	KindPressesNothing Kind = "presses nothing"
	KindSays           Kind = "says"
	KindRecords        Kind = "records"
	KindWaits          Kind = "waits"
	KindUntil          Kind = "until"
	KindTalks          Kind = "talks"
	KindHangsUp        Kind = "hangs up"
	KindStaysOn        Kind = "stays on"
)

// Hears waits until the person has heard text, after any other words; case does not matter. For a
// recording, text is the URL that <Play> names, and counts as heard when it begins.
func Hears(text string) Step { return Step{Kind: KindHears, Text: text} }

// Presses presses keys, any of 0123456789*#, after the person's reaction time.
func Presses(digits string) Step { return Step{Kind: KindPresses, Text: digits} }

// PressesNothing leaves a question unanswered. It has no effect and takes no time.
func PressesNothing() Step { return Step{Kind: KindPressesNothing} }

// Says speaks, after the person's reaction time. A <Gather> for speech understands it word for
// word.
func Says(words string) Step { return Step{Kind: KindSays, Text: words} }

// Records waits for the beep of a <Record> and speaks for d.
func Records(d time.Duration) Step { return Step{Kind: KindRecords, Span: d} }

// Waits does nothing for d.
func Waits(d time.Duration) Step { return Step{Kind: KindWaits, Span: d} }

// Until waits for a moment. It ends immediately if the moment has passed.
func Until(m Moment) Step { return Step{Kind: KindUntil, Text: string(m)} }

// Talks waits to be bridged and then talks for d, or until the other side hangs up.
func Talks(d time.Duration) Step { return Step{Kind: KindTalks, Span: d} }

// HangsUp hangs up.
func HangsUp() Step { return Step{Kind: KindHangsUp} }

// HangsUpAfter hangs up after d.
func HangsUpAfter(d time.Duration) Step { return Step{Kind: KindHangsUp, Span: d} }

// StaysOn does nothing more and lets the other side end the call.
func StaysOn() Step { return Step{Kind: KindStaysOn} }

// MustHappen reports whether a call that ends before this step leaves the script unfulfilled.
func (s Step) MustHappen() bool {
	switch s.Kind {
	case KindWaits, KindHangsUp, KindStaysOn, KindPressesNothing:
		return false
	}
	return true
}
