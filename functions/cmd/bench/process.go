package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

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
	api, err := startRuntimeAPI()
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(l.scratch, t.function+"-*.log")
	if err != nil {
		api.close()
		return nil, fmt.Errorf("create log file: %w", err)
	}
	command := exec.CommandContext(ctx, l.builds[t.function].path)
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

// invoke invokes once and checks the answer.
func (p *process) invoke(event []byte, check func([]byte) error) (time.Duration, error) {
	answer, took, err := p.api.invoke(p.alive, event)
	if err == nil {
		err = check(answer)
	}
	if err != nil {
		return 0, p.blame(err)
	}
	return took, nil
}

// invokeAgain invokes the process this many times and returns the median.
func (p *process) invokeAgain(times int, event func(n int) []byte, check func([]byte) error) (time.Duration, error) {
	took := make([]time.Duration, times)
	for n := range times {
		var err error
		if took[n], err = p.invoke(event(n+1), check); err != nil {
			return 0, err
		}
	}
	return median(took), nil
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
