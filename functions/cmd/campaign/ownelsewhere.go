package main

import (
	"math/rand/v2"
	"time"

	words "switchboard/shared/prompt"
	"switchboard/shared/simulator/script"
)

// drawLeavers draws callers who wait while no worker takes calls, and are connected to another
// number. They have their own random sequence, so that the other callers stay the same.
func (p *plan) drawLeavers() {
	d := draws{rand.New(rand.NewPCG(p.seed, 62))}
	if p.own.read.NumberWithoutWorker() == "" {
		return
	}
	for n := range p.callers {
		if c := &p.callers[n]; d.chance(0.5) {
			c.steps = []script.Step{
				script.Hears(p.cue(*c, words.OfferNumber)), script.Waits(d.span(0, 20*time.Second)), script.Presses("2"),
				pick(d, script.StaysOn(), script.StaysOn(), script.HangsUpAfter(d.span(0, 20*time.Second))),
			}
		}
	}
}
