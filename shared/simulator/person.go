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
	engaged  bool // the current step has begun
	timer    *clock.Timer
	patience *clock.Timer
	listened int // entries of Heard that earlier steps have matched
}

// takeUp connects a person with a call.
func (t *Twilio) takeUp(c *call, steps []script.Step) {
	c.person = &person{t: t, call: c, steps: steps}
	c.person.patience = t.after(t.pace.Patience, func() {
		t.problem(c, "%s lost patience after %s: nothing ended the call", c.name(), t.pace.Patience)
		t.endCall(c, callCompleted, c.side())
	})
	c.person.act()
}

// hear adds text to what the person on the call heard.
func (c *call) hear(text string) {
	c.heard = append(c.heard, text)
	if c.person != nil {
		c.person.act()
	}
}

// notice reports a moment to the person.
func (c *call) notice(m script.Moment) {
	c.happened[m] = true
	if c.person != nil {
		c.person.act()
	}
}

// act begins the current step if its condition is met.
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

// press presses the keys one after the other. The step ends before the last key, because that key
// may end the call.
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

// bridgeEnds moves a person who talked to the next step.
func (p *person) bridgeEnds() {
	if p.at < len(p.steps) && p.steps[p.at].Kind == script.KindTalks && p.engaged {
		p.timer.Stop()
		p.timer = p.t.after(0, p.done)
	}
}

// finish records a problem if the call ended before a step that must happen.
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

// insteadOf returns the last texts that the person heard while waiting for another text, for the
// reader of a failing test.
func (p *person) insteadOf(step script.Step) string {
	heard := p.call.heard[min(p.listened, len(p.call.heard)):]
	if step.Kind != script.KindHears || len(heard) == 0 {
		return ""
	}
	return fmt.Sprintf(" (but %q)", heard[max(len(heard)-3, 0):])
}
