package main

import (
	"switchboard/functions/local/stack"
	"switchboard/shared/simulator/scenario"
)

// way is how a scenario is played: it may name several.
type way struct {
	mode string        // bridge mode
	desk scenario.Text // "" = as the file's account and parameters have it
}

func (w way) String() string {
	if w.desk == "" {
		return w.mode
	}
	return w.mode + ", " + string(w.desk)
}

// The desks: a multitasking workspace without an activity for after a call, which is what twilioctl sets up, and a
// single-tasking one with it.
const (
	multitasking  scenario.Text = "multitasking"
	singleTasking scenario.Text = "single-tasking"
)

const defaultMode = "deferred"

// waysOf lists a file's ways. One that cannot be read is played once, which says why.
func waysOf(file string) []way {
	var set settings
	if read, err := scenario.Read(file); err == nil {
		_ = read.Decode(read.Application, &set)
	}
	modes, desks := set.BridgeMode, set.Desks
	if len(modes) == 0 {
		modes = scenario.Texts{defaultMode}
	}
	if len(desks) == 0 {
		desks = scenario.Texts{""}
	}
	var ways []way
	for _, desk := range desks {
		for _, mode := range modes {
			ways = append(ways, way{string(mode), desk})
		}
	}
	return ways
}

// prepare makes the account one of the desk.
func (w way) prepare(file *scenario.Scenario) {
	if w.desk == "" {
		return
	}
	file.Account.SingleTasking = w.desk == singleTasking
	if file.Account.TimeoutActivity == "" {
		file.Account.TimeoutActivity = "Unavailable"
	}
}

// settings are the demo's in the mode and at the desk.
func (w way) settings() stack.Settings {
	set := demoSettings(w.mode)
	if w.desk == multitasking {
		set.PostWorkActivitySID = ""
	}
	return set
}
