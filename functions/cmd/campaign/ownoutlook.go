package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/outlook"
	words "switchboard/shared/prompt"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
)

// drawOutlook draws what the desk says of waits and missing workers, and what SSM knows of both
// from before the world. It has its own random sequence, so that the rest of the desk stays the
// same. Two workers at most take calls, whom the count does not know: the functions believe it.
func (p *plan) drawOutlook() {
	d, o := draws{rand.New(rand.NewPCG(p.seed, 61))}, p.own
	before := account.Morning.Add(-d.span(time.Second, 2*time.Minute))
	if d.chance(0.5) {
		o.written.NoWorker = &settings.NoWorker{After: 60, Offer: pick(d, "", settings.Message, settings.Goodbye, settings.AnotherNumber)}
		if o.written.NoWorker.Offer == settings.AnotherNumber {
			o.written.NoWorker.Number = elsewhereNumber
		}
	}
	if d.chance(0.5) {
		o.written.Waiting.Wait = true
		o.written.Menus["main"].Choices[1].Priority = nil
	}
	o.read = without(o.written, o.unread)
	if d.chance(0.2) {
		return // a new stack
	}
	o.outlook = outlook.Outlook{Answered: before, Waited: pick(d, 20, 50, 70, 100, 400, 4000)}.Count(3, before)
	if !slices.ContainsFunc(p.workers, func(m member) bool { return !m.offline }) {
		o.outlook = o.outlook.Count(0, before.Add(-5*time.Minute)).Count(0, before)
	}
}

// writeOutlook puts into SSM what functions knew before the world.
func (w *world) writeOutlook() {
	if w.own.outlook == (outlook.Outlook{}) {
		return
	}
	text, err := w.own.outlook.Encode()
	if err != nil {
		panic(err) // the times are of this year
	}
	w.keys[account.SecretsPrefix+"/"+secrets.Outlook] = text
}

// expectations are what an ear listens for in a language.
type expectations struct {
	waits     map[outlook.Range]string
	noWorkers string
}

func expectationsOf(book words.Book) expectations {
	e := expectations{map[outlook.Range]string{}, heard(book.Line(words.NoWorkers, nil))}
	for _, each := range outlook.Ranges() {
		e.waits[each] = heard(book.Wait(each.From, each.To))
	}
	return e
}

// knownAfter is how long functions may not know that a worker has signed on: an event writes it
// within a minute of another write, and they read it a minute later.
const knownAfter = 3 * time.Minute

// absence is that a caller heard that no worker takes calls.
type absence struct {
	call string
	at   time.Time
}

// hearsExpectations judges what a caller hears of waits, and notes what they hear of workers.
func (e *ear) hearsExpectations(call string, l *listener, text string, at time.Time) {
	for _, language := range e.expects {
		for wait, line := range language.waits {
			if strings.Contains(text, line) && !wait.Admits(l.waited) {
				e.world.breaks(honestWait, "caller %s, who had waited for %s, heard %q", call, l.waited, line)
			}
		}
		if strings.Contains(text, language.noWorkers) {
			e.absences = append(e.absences, absence{call, at})
		}
	}
}

// judgeAbsences checks that no worker took calls while callers heard so. In a world with faults the
// event of a worker who signed on may have been lost.
func (day staffed) judgeAbsences(worker string) {
	if day.ear == nil || len(day.faults.struck) > 0 {
		return
	}
	for _, heard := range day.ear.absences {
		for _, s := range day.spells[worker] {
			known := !s.from.Add(knownAfter).After(heard.at) && (s.until.IsZero() || s.until.After(heard.at))
			if known && s.activity == account.AvailableSID {
				day.breaks(trueAbsence, "caller %s heard it at %s; worker %s was available from %s on", heard.call, timeOfDay(heard.at), worker, timeOfDay(s.from))
			}
		}
	}
}

// toldOfAbsence reports whether a document says that no worker takes calls, which a desk wants.
func (o *ownDesk) toldOfAbsence(document string) bool {
	return o.read.NoWorker != nil && slices.ContainsFunc(words.Languages(), func(language words.Language) bool {
		return strings.Contains(document, heard(o.read.Book(string(language)).Line(words.NoWorkers, nil)))
	})
}
