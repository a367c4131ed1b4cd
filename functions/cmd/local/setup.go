package main

import (
	"context"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
)

// newAccount is an account as Twilio makes it, with a number that leads nowhere yet. It gets its workspace over REST.
func newAccount(config simulator.Config) *simulator.Twilio {
	config.AccountSID, config.Empty = accountSID, true
	twilio := simulator.New(config)
	twilio.AddNumber(simulator.Number{Number: ourNumber})
	return twilio
}

// firstCall is the one that goes through an account which the operator has set up.
func firstCall(ring, talk time.Duration) call {
	first := calls(ring, talk, wrapUp)[0]
	first.Title, first.From = "An account that was empty; twilioctl has set it up", "+14155550109"
	return first
}

// setUp has the operator set an empty account up and deploy the stacks for it, takes a call there, and has the operator examine what there
// is, with faults planted in it. The stacks are known from then on.
func (s *stage) setUp(ctx context.Context, c call, seed uint64, told func(*take), operator *operator) (*take, error) {
	loop := clock.NewReal()
	taken := &take{Call: c}
	twilio := newAccount(s.config(taken, loop, seed))
	for _, member := range c.Staff {
		twilio.SetPhone(member.Contact, member.Phone)
	}
	taken.World = &world{Twilio: twilio, call: c}
	s.exchange.add(taken.World, c.Fault.front(twilio, s.desk(taken, loop), nil))
	if err := meanwhile(ctx, loop, func() (err error) {
		s.stacks, err = operator.setUp()
		return err
	}); err != nil {
		return nil, err
	}

	taken.Base, taken.Start, taken.Entries = s.stacks[c.Mode].base(), loop.Now(), nil
	if err := taken.dial(ctx, loop); err != nil {
		return nil, err
	}
	links, err := operator.lookUp(taken.World.line.CallSID())
	if err != nil {
		return nil, err
	}
	taken.judge(links)
	told(taken)
	opening := *taken // what is traced from now on is none of the call
	return &opening, meanwhile(ctx, loop, operator.examine)
}

// meanwhile keeps the loop running until do has returned, for whoever uses the account over REST.
func meanwhile(ctx context.Context, loop *clock.Loop, do func() error) error {
	var err error
	over := false
	go func() {
		result := do()
		loop.Post(func() { over, err = true, result })
	}()
	if stopped := loop.RunUntil(ctx, func() bool { return over }); stopped != nil {
		return stopped
	}
	return err
}
