//go:build !linux

package main

import (
	"errors"
	"time"
)

// cpuTime needs a clock that only Linux has.
func cpuTime(int) (time.Duration, error) {
	return 0, errors.New("the processor time of a process is read on Linux only")
}
