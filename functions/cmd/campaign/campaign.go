package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"switchboard/shared/simulator"
)

// campaign is one run of the program. Its seed decides every world.
type campaign struct {
	seed   uint64
	rates  *rates
	wiring wiring
	table  *callTable // of the ledger; nil = memory

	hostile    bool
	noRequests bool // no caller asks to be called back or leaves a message that becomes a task
}

// result sums up a run.
type result struct {
	Seed        uint64
	Calls       int // from callers
	WorkerCalls int // calls to workers
	Worlds      int
	Took        time.Duration
	Memory      uint64 // maximum that the process held, in bytes
	Faults      [kinds]int
	Broken      map[string]int // rule -> number of worlds that broke it
	Example     *example       // the broken world with the lowest index
}

// example is a world that broke rules.
type example struct {
	index  uint64
	broken []broken
}

// take runs one world. It runs a broken world again if the machine stalled, and one that is looked
// at: the functions' own timeouts follow the machine's clock, and a verdict must have one outcome.
// With DynamoDB every world takes real time, so take does not retry there. timeline and without may
// be nil.
func (c campaign) take(ctx context.Context, index uint64, without map[fault]bool, timeline func(simulator.Entry)) (*world, error) {
	const tries = 5
	for try := 1; ; try++ {
		var told []simulator.Entry
		var record func(simulator.Entry)
		if timeline != nil {
			record = func(e simulator.Entry) { told = append(told, e) }
		}
		w, err := newWorld(c.plan(index), c.rates, without, c.wiring, c.table, record)
		if err != nil {
			return nil, err
		}
		if err := w.run(ctx); err != nil {
			return nil, err
		}
		matters := len(w.broken) > 0 || timeline != nil || without != nil
		if w.stalled && matters && c.table == nil && try < tries {
			continue
		}
		for _, entry := range told {
			timeline(entry)
		}
		return w, w.store.forget(ctx)
	}
}

// plan draws a world.
func (c campaign) plan(index uint64) plan {
	p := drawPlan(worldSeed(c.seed, index))
	if c.hostile {
		p.drawHostility()
	}
	p.drawOwnDesk()
	p.drawShifts()
	if !c.noRequests {
		p.drawRequests()
	}
	p.drawSurvey()
	return p
}

// run takes this many calls, in as many worlds as they need, several worlds in parallel. When ctx
// ends, run starts no more worlds and finishes those that are running.
func (c campaign) run(ctx context.Context, calls, workers int, progress io.Writer) (*result, error) {
	if c.table != nil {
		workers = 1 // the sweeper looks for open calls in the whole table
	}
	total := &result{Seed: c.seed, Broken: map[string]int{}}
	began := time.Now()
	var mu sync.Mutex
	next, planned := uint64(0), 0
	takeNext := func() (uint64, bool) {
		mu.Lock()
		defer mu.Unlock()
		if planned >= calls || ctx.Err() != nil {
			return 0, false
		}
		index := next
		next++
		planned += callersOf(worldSeed(c.seed, index))
		return index, true
	}
	last := began
	add := func(index uint64, w *world) {
		mu.Lock()
		defer mu.Unlock()
		total.add(index, w)
		if len(w.broken) > 0 {
			fmt.Fprintf(progress, "-seed %d -call %d breaks a rule: %s\n", c.seed, index, w.broken[0])
		}
		if now := time.Now(); now.Sub(last) >= time.Second {
			last = now
			held := memory()
			total.Memory = max(total.Memory, held)
			fmt.Fprintf(progress, "%d calls, %.0f a minute, %d worlds with broken rules, %d MB\n",
				total.Calls, float64(total.Calls)/now.Sub(began).Minutes(), total.brokenWorlds(), held>>20)
		}
	}
	errs := make(chan error, workers)
	for range workers {
		go func() {
			for {
				index, more := takeNext()
				if !more {
					errs <- nil
					return
				}
				w, err := c.take(context.WithoutCancel(ctx), index, nil, nil)
				if err != nil {
					errs <- fmt.Errorf("run world %d of seed %d: %w", index, c.seed, err)
					return
				}
				add(index, w)
			}
		}()
	}
	var failure error
	for range workers {
		if err := <-errs; err != nil {
			failure = err
		}
	}
	total.Took, total.Memory = time.Since(began), max(total.Memory, memory())
	return total, failure
}

// memory returns the bytes that the process holds from the operating system.
func memory() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

func (r *result) add(index uint64, w *world) {
	r.Worlds++
	r.Calls += len(w.callers)
	r.WorkerCalls += w.workerCalls
	for _, f := range w.faults.struck {
		r.Faults[f.kind]++
	}
	rules := map[string]bool{}
	for _, b := range w.broken {
		rules[b.rule] = true
	}
	for rule := range rules {
		r.Broken[rule]++
	}
	if len(rules) > 0 && (r.Example == nil || index < r.Example.index) {
		r.Example = &example{index, slices.Clone(w.broken)}
	}
}

func (r *result) brokenWorlds() int {
	n := 0
	for count := range maps.Values(r.Broken) {
		n += count
	}
	return n
}
