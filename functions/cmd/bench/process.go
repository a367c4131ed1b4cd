package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/functions/internal/spread"
)

// sample is the measurement of one process.
type sample struct {
	init   time.Duration // from the start of the process to its first request for an event
	first  time.Duration // of the first invoke
	warm   time.Duration // median of the further invokes
	slow   time.Duration // their 99th percentile
	memory int64         // peak resident bytes; 0 = unknown

	// Processor time for the same; 0 = unknown.
	initCPU, firstCPU time.Duration
	warmCPU           []time.Duration // of each further invoke

	base *sample // hello's, measured right before; nil = this is hello's

	coldCalls calls // network calls before the first answer
	warmCalls calls // network calls of all further invokes
	invokes   int   // number of further invokes
}

// laboratory measures one process at a time.
type laboratory struct {
	root    string // of the module
	scratch string // folder of the binaries and logs
	cloud   *standIn
	warm    int // number of further invokes of each process
	targets []target
	noZips  bool // build for this machine only
}

// measure builds all functions, and returns one sample of each target for each run, by the target's
// name, and the zips by function. It measures hello before each target, so that other load on this
// machine affects both.
func (l laboratory) measure(ctx context.Context, runs int, progress io.Writer) (map[string][]sample, map[string][]int64, error) {
	samples, zips := map[string][]sample{}, map[string][]int64{}
	for _, t := range slices.Concat(l.targets, []target{hello()}) {
		if zips[t.function] != nil || t.script != "" {
			continue
		}
		fmt.Fprintf(progress, "build %s\n", t.function)
		var err error
		if zips[t.function], err = l.build(ctx, t); err != nil {
			return nil, nil, err
		}
	}
	for run := range runs {
		fmt.Fprintf(progress, "run %d of %d\n", run+1, runs)
		for _, each := range l.targets {
			var base *sample
			for _, t := range []target{hello(), each} {
				taken, err := l.sample(ctx, t)
				if err != nil {
					return nil, nil, fmt.Errorf("measure %s: %w", t.name, err)
				}
				taken.base = base
				samples[t.name] = append(samples[t.name], taken)
				base = &taken
			}
		}
	}
	return samples, zips, nil
}

func (l laboratory) sample(ctx context.Context, t target) (taken sample, err error) {
	event, err := t.load(l.root)
	if err != nil {
		return taken, err
	}
	before := l.cloud.calls()
	p, err := l.start(ctx, t)
	if err != nil {
		return taken, err
	}
	defer p.end()
	ready, err := p.api.started(p.alive)
	if err != nil {
		return taken, p.blame(err)
	}
	taken = sample{init: ready.Sub(p.began), initCPU: p.cpuTime(), invokes: l.warm}
	if taken.first, err = p.invoke(event(0), t.wants); err != nil {
		return taken, err
	}
	cold, took, used := l.cloud.calls(), make([]time.Duration, l.warm), p.cpuTime()
	taken.firstCPU = used - taken.initCPU
	for n := range took {
		if took[n], err = p.invoke(event(n+1), t.wants); err != nil {
			return taken, err
		}
		now := p.cpuTime()
		taken.warmCPU = append(taken.warmCPU, now-used)
		used = now
	}
	taken.warm, taken.slow, taken.memory = median(took), spread.At(took, 99), p.peakMemory()
	taken.coldCalls, taken.warmCalls = cold.minus(before), l.cloud.calls().minus(cold)
	return taken, errors.Join(p.complaints(), l.cloud.complaints())
}

// process is one running function.
type process struct {
	api     *runtimeAPI
	command *exec.Cmd
	log     *os.File
	began   time.Time
	alive   context.Context // ends with the process; its cause is how the process ended
	gone    chan struct{}   // closed when the process has ended
}

func (l laboratory) start(ctx context.Context, t target) (*process, error) {
	if err := l.unpack(t); err != nil {
		return nil, err
	}
	api, err := startRuntimeAPI()
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(l.scratch, t.function+"-*.log")
	if err != nil {
		api.close()
		return nil, fmt.Errorf("create log file: %w", err)
	}
	command := l.command(ctx, t)
	command.Dir = l.scratch
	command.Env = settings(t, api.address, l.cloud.url)
	command.Stdout, command.Stderr = log, log
	began := time.Now()
	if err := command.Start(); err != nil {
		api.close()
		_ = log.Close()
		return nil, fmt.Errorf("start %s: %w", t.function, err)
	}
	alive, ended := context.WithCancelCause(ctx)
	p := &process{api: api, command: command, log: log, began: began, alive: alive, gone: make(chan struct{})}
	go func() {
		ended(fmt.Errorf("the process ended: %w", cmp.Or(command.Wait(), errors.New("exit status 0"))))
		close(p.gone)
	}()
	return p, nil
}

// end kills the process without a warning, as Lambda does.
func (p *process) end() {
	_ = p.command.Process.Kill() // it may have ended already
	<-p.gone
	p.api.close()
	_ = p.log.Close()
}

// invoke invokes once, and checks that the answer contains all that is wanted.
func (p *process) invoke(event []byte, wants []string) (time.Duration, error) {
	answer, took, err := p.api.invoke(p.alive, event)
	if err != nil {
		return 0, p.blame(err)
	}
	for _, want := range wants {
		if !strings.Contains(string(answer), want) {
			return 0, p.blame(fmt.Errorf("the answer is %s, want one with %s", answer, want))
		}
	}
	return took, nil
}

// cpuTime returns the processor time that the process has used; 0 on systems without that clock.
func (p *process) cpuTime() time.Duration {
	used, err := cpuTime(p.command.Process.Pid)
	if err != nil {
		return 0
	}
	return used
}

// peakMemory returns VmHWM of proc_pid_status(5) in bytes; 0 on systems without that file.
func (p *process) peakMemory() int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "VmHWM:" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return kilobytes * 1024
		}
	}
	return 0
}

// complaints returns an error with the first line of the log that is a warning or an error, because
// then the process did not take its usual way.
func (p *process) complaints() error {
	log, err := os.ReadFile(p.log.Name())
	if err != nil {
		return fmt.Errorf("read log: %w", err)
	}
	for line := range bytes.Lines(log) {
		var record struct {
			Level string `json:"level"`
		}
		if json.Unmarshal(line, &record) != nil || (record.Level != "INFO" && record.Level != "DEBUG") {
			return fmt.Errorf("the function logged %s", bytes.TrimSpace(line))
		}
	}
	return nil
}

// blame adds the function's own complaint to an error.
func (p *process) blame(err error) error {
	if complaint := p.complaints(); complaint != nil {
		return fmt.Errorf("%w; %w", err, complaint)
	}
	return err
}
