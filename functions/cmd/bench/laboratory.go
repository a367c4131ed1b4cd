package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

// sample is the measurement of one process.
type sample struct {
	init   time.Duration // from the start of the process to its first request for an event
	first  time.Duration // of the first invoke
	warm   time.Duration // median of the further invokes
	memory int64         // peak resident bytes; 0 = unknown

	coldCalls calls // network calls before the first answer
	warmCalls calls // network calls of all further invokes
	invokes   int   // number of further invokes
}

// laboratory measures one process at a time.
type laboratory struct {
	root    string
	scratch string
	builds  map[string]binary // by function
	cloud   *standIn
	warm    int // number of further invokes of each process
}

// measure returns one sample of each target for each run, by the target's name. It measures hello
// before each target, so that other load on this machine affects both.
func (l laboratory) measure(ctx context.Context, chosen []target, runs int, progress io.Writer) (map[string][]sample, error) {
	samples := map[string][]sample{}
	for run := range runs {
		fmt.Fprintf(progress, "run %d of %d\n", run+1, runs)
		for _, each := range chosen {
			for _, t := range []target{hello(), each} {
				taken, err := l.sample(ctx, t)
				if err != nil {
					return nil, fmt.Errorf("measure %s: %w", t.name, err)
				}
				samples[t.name] = append(samples[t.name], taken)
			}
		}
	}
	return samples, nil
}

func (l laboratory) sample(ctx context.Context, t target) (sample, error) {
	event, err := t.load(l.root)
	if err != nil {
		return sample{}, err
	}
	before, err := l.cloud.calls()
	if err != nil {
		return sample{}, err
	}
	p, err := l.start(ctx, t)
	if err != nil {
		return sample{}, err
	}
	defer p.end()
	ready, err := p.api.started(p.alive)
	if err != nil {
		return sample{}, p.blame(err)
	}
	taken := sample{init: ready.Sub(p.began), invokes: l.warm}
	if taken.first, err = p.invoke(event(0), t.check); err != nil {
		return sample{}, err
	}
	cold, err := l.cloud.calls()
	if err != nil {
		return sample{}, err
	}
	if taken.warm, err = p.invokeAgain(l.warm, event, t.check); err != nil {
		return sample{}, err
	}
	warm, err := l.cloud.calls()
	if err != nil {
		return sample{}, err
	}
	taken.coldCalls, taken.warmCalls = cold.minus(before), warm.minus(cold)
	taken.memory = p.peakMemory()
	return taken, p.complaints()
}
