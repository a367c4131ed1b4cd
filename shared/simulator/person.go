package simulator

import (
	"fmt"
	"strings"
	"time"

	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
)

// person follows steps on one call.
type person struct {
	t        *Twilio
	call     *call
	steps    []script.Step
	at       int
	engaged  bool // the current step is under way
	timer    *clock.Timer
	patience *clock.Timer
	listened int // the things heard that earlier steps have used up
}

// takeUp puts somebody on a call.
func (t *Twilio) takeUp(c *call, steps []script.Step) {
	c.person = &person{t: t, call: c, steps: steps}
	c.person.patience = t.after(t.pace.Patience, func() {
		t.problem(c, "%s lost patience after %s: nothing ended the call", c.name(), t.pace.Patience)
		t.endCall(c, callCompleted, c.side())
	})
	c.person.act()
}

// hear lets the person on the call hear text.
func (c *call) hear(text string) {
	c.heard = append(c.heard, text)
	if c.person != nil {
		c.person.act()
	}
}

// notice tells the person of a moment.
func (c *call) notice(m script.Moment) {
	c.happened[m] = true
	if c.person != nil {
		c.person.act()
	}
}

// act begins the current step if what it waits for is there.
func (p *person) act() {
	if p.engaged || p.at >= len(p.steps) || p.call.over() {
		return
	}
	switch step := p.steps[p.at]; step.Kind {
	case script.KindHears:
		p.listen(step)
	case script.KindPresses:
		p.do(p.t.pace.Reaction, func() { p.press(step.Text) })
	case script.KindSays:
		p.do(p.t.pace.Reaction, func() { p.t.spoken(p.call, step.Text); p.done() })
	case script.KindRecords:
		if p.call.tape != nil {
			p.engaged = true
			p.t.record(p.call, step.Span)
			p.timer = p.t.after(step.Span, p.done)
		}
	case script.KindWaits, script.KindPressesNothing:
		p.do(step.Span, p.done)
	case script.KindUntil:
		if p.call.happened[script.Moment(step.Text)] {
			p.do(0, p.done)
		}
	case script.KindTalks:
		if p.call.talking() {
			p.do(step.Span, p.done)
		}
	case script.KindHangsUp:
		p.do(step.Span, func() { p.t.endCall(p.call, callCompleted, p.call.side()) })
	}
}

func (p *person) do(d time.Duration, fn func()) {
	p.engaged = true
	p.timer = p.t.after(d, func() {
		if !p.call.over() {
			fn()
		}
	})
}

func (p *person) done() {
	p.engaged = false
	p.at++
	p.act()
}

func (p *person) listen(step script.Step) {
	for i := p.listened; i < len(p.call.heard); i++ {
		if strings.Contains(strings.ToLower(p.call.heard[i]), strings.ToLower(step.Text)) {
			p.listened = i + 1
			p.engaged = true
			p.done()
			return
		}
	}
}

// press presses one key after the other. The step is done before the last one, because that one may
// end the call.
func (p *person) press(digits string) {
	if len(digits) > 1 {
		p.t.pressed(p.call, digits[:1])
		p.do(p.t.pace.KeyInterval, func() { p.press(digits[1:]) })
		return
	}
	p.at++
	p.engaged = false
	p.t.pressed(p.call, digits)
	p.act()
}

// bridgeEnds lets a person who was talking go on with what comes after.
func (p *person) bridgeEnds() {
	if p.at < len(p.steps) && p.steps[p.at].Kind == script.KindTalks && p.engaged {
		p.timer.Stop()
		p.timer = p.t.after(0, p.done)
	}
}

// finish reports what the person had still to do when the call ended.
func (p *person) finish() {
	p.timer.Stop()
	p.patience.Stop()
	rest := p.steps[min(p.at, len(p.steps)):]
	if p.engaged && len(rest) > 0 && rest[0].Kind != script.KindPresses {
		rest = rest[1:]
	}
	for _, step := range rest {
		if step.MustHappen() {
			p.t.problem(p.call, "the call of %s ended before this: %s%s", p.call.name(), step, p.insteadOf(step))
			return
		}
	}
}

// insteadOf tells what was heard while the person waited to hear something else: the last of it,
// for the reader of a failing test.
func (p *person) insteadOf(step script.Step) string {
	heard := p.call.heard[min(p.listened, len(p.call.heard)):]
	if step.Kind != script.KindHears || len(heard) == 0 {
		return ""
	}
	return fmt.Sprintf(" (but %q)", heard[max(len(heard)-3, 0):])
}
