package main

import (
	"math/rand/v2"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	words "switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/simulator/script"
)

// requests are a desk that calls callers back, and has their messages heard.
type requests struct {
	callbacks settings.Callbacks
	messages  settings.Messages
	customers map[string][]script.Phone // who are called back, by number
}

const (
	// otherNumber is one at which some callers want to be called back.
	otherNumber = "+14155550178"

	// closingTime is when all workers go home, at a desk with requests: a task without a caller
	// waits for hours, and workers who do not answer would be called for hours.
	closingTime = 16 * time.Minute
)

// drawRequests gives some worlds a desk with requests. It has its own random sequence, so that the
// other worlds stay the same. It comes after drawOwnDesk, whose callers and hours it changes.
func (p *plan) drawRequests() {
	d := draws{rand.New(rand.NewPCG(p.seed, 80))}
	if !d.chance(0.25) {
		return
	}
	p.requests = &requests{
		callbacks: settings.Callbacks{Offered: true, Tries: pick(d, 0, 1, 2, 2), Every: pick(d, 1, 1, 2, 5), Within: pick(d, 0, 1)},
		messages:  settings.Messages{KeepMinutes: pick(d, 1, 2, 5)},
		customers: map[string][]script.Phone{otherNumber: d.customer()},
	}
	if p.own != nil {
		p.own.callsBack(p.requests, d.chance(0.7))
	}
	callers := len(p.callers)
	for n := range callers {
		c := &p.callers[n]
		p.requests.customers[c.from] = d.customer()
		if d.chance(0.7) {
			c.steps = d.leavesRequest(p, *c)
		}
		if d.chance(0.25) {
			p.callers = append(p.callers, d.callsAgain(p, *c))
		}
	}
	late := d.chance(0.6) // or else most callers talk before they have heard the keys
	for n := range p.workers {
		if late {
			p.workers[n].offline = true
			p.errands = append(p.errands, errand{worker: n, does: pick(d, signsOn, isMadeAvailable), after: d.span(20*time.Second, 4*time.Minute), by: d.source()})
		}
		if d.chance(0.7) {
			p.workers[n].phones = d.takesRequests(p.deferred && p.gate && strings.HasPrefix(p.workers[n].contact, "+"))
		}
	}
}

// lateness is how much later than in other worlds the last caller may call: who calls again does.
func (r *requests) lateness() time.Duration {
	if r == nil {
		return 0
	}
	return latestAgain
}

// latestAgain is the longest time after which a caller calls again.
const latestAgain = 4 * time.Minute

// callsBack has the desk offer call backs; when it is closed, too, if wanted.
func (o *ownDesk) callsBack(r *requests, whenClosed bool) {
	o.written.Callbacks, o.written.Messages = r.callbacks, r.messages
	opening := o.written.Hours["desk"]
	for number, of := range o.written.Numbers {
		if whenClosed {
			of.Hours = "desk"
		}
		o.written.Numbers[number] = of
	}
	if whenClosed && opening.WhenClosed != settings.AnotherNumber {
		opening.WhenClosed = settings.Callback
		o.written.Hours = map[string]settings.Hours{"desk": opening}
	}
	o.read = without(o.written, o.unread)
}

// deskSettings returns the desk's settings, as functions can read them.
func (p plan) deskSettings() settings.Settings {
	if p.own != nil {
		return p.own.read
	}
	return plainDesk(p)
}

// cue is a line that a caller of a number hears.
func (p plan) cue(c caller, name words.Name) string {
	desk := p.deskSettings()
	return heard(desk.Book(desk.Number(c.to()).Language).Line(name, nil))
}

// leavesRequest draws what a caller does who leaves a request instead of waiting.
func (d draws) leavesRequest(p *plan, c caller) []script.Step {
	closed := false
	if p.own != nil {
		at := account.Morning.Add(c.after)
		_, closed = p.own.state(p.own.read.Number(c.to()), at, at)
	}
	switch {
	case closed && d.chance(0.7):
		return d.confirms(p, c)
	case closed:
		return append([]script.Step{script.Hears(p.cue(c, words.AskMessage))}, d.speaks(p, c)...)
	case d.chance(0.3):
		return append([]script.Step{
			script.Hears(p.cue(c, words.OfferMessage)), script.Waits(d.span(0, 20*time.Second)), script.Presses("*"), script.Hears(p.cue(c, words.AskMessage)),
		}, d.speaks(p, c)...)
	}
	return append([]script.Step{
		script.Hears(p.cue(c, words.OfferCallback)), script.Waits(d.span(0, 20*time.Second)), script.Presses("1"),
	}, d.confirms(p, c)...)
}

// confirms draws what a caller does who is asked for the number to call back.
func (d draws) confirms(p *plan, c caller) []script.Step {
	asked, ends := script.Hears(p.cue(c, words.CallbackKeys)), pick(d, script.StaysOn(), script.StaysOn(), script.HangsUpAfter(d.span(0, 2*time.Second)))
	switch d.IntN(8) {
	case 0:
		return []script.Step{asked, script.HangsUpAfter(d.span(0, 3*time.Second))}
	case 1:
		return []script.Step{asked, script.Waits(20 * time.Second)}
	case 2, 3:
		number := pick(d, "4155550178#", "4155550178#", "12#")
		return []script.Step{asked, script.Presses("2"), script.Hears(p.cue(c, words.CallbackEnter)), script.Presses(number), asked, script.Presses("1"), ends}
	}
	return []script.Step{asked, script.Presses("1"), ends}
}

// speaks draws what a caller does who leaves a message.
func (d draws) speaks(p *plan, c caller) []script.Step {
	message := []script.Step{script.Records(d.span(time.Second, 20*time.Second)), script.Presses("#")}
	asked := script.Hears(p.cue(c, words.MessageKeys))
	switch d.IntN(6) {
	case 0:
		return append(message[:1:1], script.HangsUp())
	case 1:
		return append(message, asked, script.HangsUpAfter(d.span(0, 3*time.Second)))
	case 2:
		return append(append(message, asked, script.Presses("3"), script.Hears(p.cue(c, words.AskMessage))), message...)
	case 3:
		return append(message, asked, script.Presses("2"), script.Waits(5*time.Second), script.Presses("1"))
	}
	return append(message, asked, script.Presses("1"))
}

// callsAgain draws a caller who calls in while they wait to be called back.
func (d draws) callsAgain(p *plan, c caller) caller {
	c.after += d.span(20*time.Second, latestAgain)
	c.steps = []script.Step{script.Until(script.Bridged), script.Talks(d.span(2*time.Second, 40*time.Second)), script.HangsUp()}
	if d.chance(0.4) {
		c.steps = []script.Step{script.Hears(p.cue(c, words.KeepCallback)), script.Presses("1")}
	}
	return c
}

// customer draws how the phone of a person is answered who is called back.
func (d draws) customer() (phones []script.Phone) {
	answers := script.AnswersAfter(d.span(time.Second, 15*time.Second), script.Talks(d.span(2*time.Second, time.Minute)), script.HangsUp())
	for range 1 + d.IntN(3) {
		phones = append(phones, pick(d, answers, answers, answers, script.Busy(), script.NeverAnswers(), script.Fails(), script.Voicemail(3*time.Second)))
	}
	return phones
}

// takesRequests draws the phones of a worker who takes calls and requests: the key that they press
// after a message does nothing while they call back. In the end they take what they are offered,
// and mark a message as done: it would be offered a thousand times.
func (d draws) takesRequests(gated bool) (phones []script.Phone) {
	for range 2 + d.IntN(3) {
		steps := d.servesRequest()
		if gated {
			key := pick(d, "1", "1", "1", "1", "1", "1", "1", "2", "9")
			steps = append([]script.Step{script.Hears("press 1"), script.Presses(key)}, steps...)
		}
		answers := script.AnswersAfter(d.span(500*time.Millisecond, 10*time.Second), steps...)
		phones = append(phones, pick(d, answers, answers, answers, answers, answers, answers, script.Busy(), script.NeverAnswers()))
	}
	steps := d.presses("2")
	if gated {
		steps = append([]script.Step{script.Hears("press 1"), script.Presses("1")}, steps...)
	}
	return append(phones, script.AnswersAfter(time.Second, steps...))
}

// presses is a worker who presses the key after a message, and talks to one whom they call back.
func (d draws) presses(key string) []script.Step {
	return []script.Step{
		script.Waits(d.span(3*time.Second, 12*time.Second)), script.Presses(key),
		script.Talks(d.span(time.Second, time.Minute)), script.HangsUp(),
	}
}

// servesRequest draws what a worker does who has pressed 1.
func (d draws) servesRequest() []script.Step {
	steps := d.presses(pick(d, "2", "2", "2", "1", "3", "0"))
	switch d.IntN(6) {
	case 0: // presses nothing after a message
		return steps[2:]
	case 1: // hangs up early
		return []script.Step{script.HangsUpAfter(d.span(0, 20*time.Second))}
	}
	return steps
}

// setUpRequests adds those who are called back, and the end of the workers' day.
func (w *world) setUpRequests() {
	for number, phones := range w.requests.customers {
		w.twilio.SetPhone(number, phones...)
	}
	w.loop.After(closingTime, func() {
		for _, worker := range w.staff {
			w.choose(worker, account.OfflineSID)
		}
	})
}
