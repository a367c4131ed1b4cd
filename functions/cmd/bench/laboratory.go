package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

// sample is what one process took.
type sample struct {
	init   time.Duration // from the start of the process to its first question to the Runtime API
	first  time.Duration // of the first invoke
	warm   time.Duration // of a further one, the median
	memory int64         // peak resident bytes; 0 where the system does not tell

	coldCalls calls // network calls up to the first answer
	warmCalls calls // those of all further invokes
	invokes   int   // how many these were
}

// laboratory measures processes, one at a time.
type laboratory struct {
	root    string
	scratch string
	builds  map[string]binary // by function
	cloud   *standIn
	warm    int // further invokes of a process
}

// measure takes as many samples of each target as there are runs, by the target's name. A hello
// goes before each, so that whatever else this machine does hits both.
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
