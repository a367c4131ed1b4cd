package doctor

import (
	"fmt"
	"slices"
	"time"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/functions/cmd/twilioctl/deployment"
	"switchboard/functions/cmd/twilioctl/shell"
	"switchboard/shared/roster"
)

const (
	// longestFault is the longest pause after a fault of ours: five minutes, and up to half of that
	// so that the workers come back one after the other.
	longestFault = 7*time.Minute + 30*time.Second
	// sweepTime is what the sweeper needs until it sees a worker: it runs every five minutes, for a
	// minute at most (template.yaml).
	sweepTime = 6 * time.Minute
)

// signOn is the command line that signs a worker on.
func (e *evidence) signOn(name string) string {
	command := "go run ./functions/cmd/twilioctl workers "
	if stack := e.doctor.StackName; stack != "" && stack != deployment.UsualStack {
		command += "--stack " + shell.Word(stack) + " "
	}
	return command + "--on " + shell.Word(name)
}

// pause is how long a worker may be in an activity before they are brought back; false for an
// activity out of which they are not brought back.
func (e *evidence) pause(activity string) (longest time.Duration, known bool) {
	missed, given := e.seconds("MissedCallPauseSeconds")
	if !given {
		missed = time.Minute
	}
	wrapUp, wraps := e.seconds("WrapUpSeconds")
	fault := e.parameter("FaultActivitySid")
	if fault == "" {
		fault = e.parameter("RejectActivitySid")
	}
	for _, each := range []struct {
		activity string
		pause    time.Duration
		known    bool
	}{
		{e.parameter("PostWorkActivitySid"), wrapUp, wraps},
		{e.parameter("RejectActivitySid"), missed, true},
		{fault, longestFault, true},
	} {
		if each.known && each.activity == activity && activity != "" {
			longest, known = max(longest, each.pause), true
		}
	}
	return longest, known
}

// signedOff reports whether the worker wants no calls, by the record of the workers.
func (e *evidence) signedOff(worker string) bool {
	return slices.ContainsFunc(e.records.value, func(r roster.Record) bool { return r.WorkerSID == worker && !r.WantsCalls() })
}

// checkHeld looks for workers who should have been brought back. One who signed off stays away.
func (e *evidence) checkHeld() []Finding {
	off := e.parameter("OfflineActivitySid")
	if off == "" {
		off = e.parameter("RejectActivitySid")
	}
	recorded := e.doctor.AWS != nil && e.doctor.Stack.Outputs["WorkersTable"] != "" && e.records.err == nil
	first := ""
	findings := e.blamed(Warning, "each who was put away for a time is back", "not brought back in time, unless a person put them there",
		"",
		func(w account.Worker) string {
			longest, ours := e.pause(w.ActivitySID)
			away := e.now.Sub(w.StatusChanged)
			stays := w.ActivitySID == off && !recorded || e.signedOff(w.SID)
			if !ours || stays || w.Available || w.StatusChanged.IsZero() || away <= longest+sweepTime {
				return ""
			}
			if first == "" {
				first = w.Name
			}
			return fmt.Sprintf(" (%s for %s)", w.ActivityName, away.Truncate(time.Second))
		})
	if first != "" {
		findings[0].Remedy = e.signOn(first) + "; then the log of SweeperFunction"
	}
	return findings
}
