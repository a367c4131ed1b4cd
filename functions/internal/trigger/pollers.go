package trigger

import (
	"time"

	"switchboard/shared/simulator/clock"
)

// How many batches of a standard queue an event source mapping processes at the same time: five at
// first, and up to 300 more a minute while messages are left
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
const (
	firstPollers = 5
	morePollers  = 5 // a second
)

// Pollers let a queue's function run for some messages at a time; more messages wait. AWS documents
// no speed at which the number goes back, so it stays.
type Pollers struct {
	Loop    *clock.Loop
	Maximum int // the event source mapping's MaximumConcurrency

	Most  int             // the largest number of messages that were processed at the same time
	Waits []time.Duration // how long each message waited once it was visible

	allowed, running int
	growing          bool
	waiting          []visible
}

// visible is a message that can be received.
type visible struct {
	since   time.Time
	process func()
}

// take processes a visible message as soon as a poller is free.
func (p *Pollers) take(process func()) {
	p.allowed = max(p.allowed, min(firstPollers, p.Maximum))
	p.waiting = append(p.waiting, visible{p.Loop.Now(), process})
	p.poll()
}

func (p *Pollers) poll() {
	for p.running < p.allowed && len(p.waiting) > 0 {
		message := p.waiting[0]
		p.waiting = p.waiting[1:]
		p.Waits = append(p.Waits, p.Loop.Now().Sub(message.since))
		p.running++
		p.Most = max(p.Most, p.running)
		p.Loop.Go(func() {
			message.process()
			p.running--
			p.Loop.Post(p.poll)
		})
	}
	if len(p.waiting) > 0 && p.allowed < p.Maximum && !p.growing {
		p.growing = true
		p.Loop.After(time.Second, p.grow)
	}
}

// grow adds a second's pollers. While messages are left, poll schedules the next ones.
func (p *Pollers) grow() {
	p.growing = false
	p.allowed = min(p.allowed+morePollers, p.Maximum)
	p.poll()
}
