package simulator

import "time"

// Phone is how a worker's phone behaves when it is called. ParsePhone reads one from text.
type Phone struct {
	outcome phoneOutcome
	after   time.Duration
	steps   []Step
}

type phoneOutcome int

const (
	answers phoneOutcome = iota
	neverAnswers
	busy
	fails
)

// AnswersAfter is a phone that rings for d and is then answered by somebody who follows the steps. If nobody waits that long, it
// counts as not answered.
func AnswersAfter(d time.Duration, steps ...Step) Phone {
	return Phone{outcome: answers, after: d, steps: steps}
}

// NeverAnswers is a phone that rings until the caller gives up.
func NeverAnswers() Phone { return Phone{outcome: neverAnswers} }

// Busy is a phone that is engaged, or whose owner declines.
func Busy() Phone { return Phone{outcome: busy} }

// Fails is a phone that cannot be reached.
func Fails() Phone { return Phone{outcome: fails} }

// Voicemail is a phone whose mailbox answers after d, presses nothing, listens for a minute and hangs up.
func Voicemail(d time.Duration) Phone { return AnswersAfter(d, HangsUpAfter(mailboxListens)) }

const mailboxListens = time.Minute

// Moment is something that happens elsewhere while a person is on the phone. A worker's moments reach the callers for whom that worker is
// reserved; a worker's own phone notices Bridged only.
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

// Step is one thing that a person on the phone does. Steps happen in order; the next begins when the one before is done. After the last
// step a person stays on the line until somebody else ends the call. ParseStep and ParseSteps read steps from text.
//
// A call that ends before a step that had to happen (Hears, Presses, Says, Records, Until, Talks) is a Problem.
type Step struct {
	does stepKind
	text string
	span time.Duration
}

type stepKind string

const (
	hears   stepKind = "hears"
	presses stepKind = "presses"
	nothing stepKind = "presses nothing"
	says    stepKind = "says"
	records stepKind = "records"
	waits   stepKind = "waits"
	until   stepKind = "until"
	talks   stepKind = "talks"
	hangsUp stepKind = "hangs up"
	staysOn stepKind = "stays on"
)

// Hears waits until text has been spoken to this person, whatever is spoken before; case does not matter. A recording is heard as
// the URL that <Play> names, from its first moment.
func Hears(text string) Step { return Step{does: hears, text: text} }

// Presses presses keys, any of 0123456789*#, after the time it takes to react.
func Presses(digits string) Step { return Step{does: presses, text: digits} }

// PressesNothing says that a question goes unanswered. It does nothing, and the next step begins at once.
func PressesNothing() Step { return Step{does: nothing} }

// Says speaks, after the time it takes to react: a <Gather> for speech understands it word for word.
func Says(words string) Step { return Step{does: says, text: words} }

// Records waits for the beep of a <Record> and speaks for d.
func Records(d time.Duration) Step { return Step{does: records, span: d} }

// Waits does nothing for d.
func Waits(d time.Duration) Step { return Step{does: waits, span: d} }

// Until waits for a moment; one that has passed already counts.
func Until(m Moment) Step { return Step{does: until, text: string(m)} }

// Talks waits to be bridged and then talks for d. When the other side hangs up first the step is done.
func Talks(d time.Duration) Step { return Step{does: talks, span: d} }

// HangsUp hangs up.
func HangsUp() Step { return Step{does: hangsUp} }

// HangsUpAfter hangs up in d.
func HangsUpAfter(d time.Duration) Step { return Step{does: hangsUp, span: d} }

// StaysOn does nothing more and leaves the ending to others.
func StaysOn() Step { return Step{does: staysOn} }

// mustHappen says whether a call that ends before this step leaves the script unfulfilled.
func (s Step) mustHappen() bool {
	switch s.does {
	case waits, hangsUp, staysOn, nothing:
		return false
	}
	return true
}
