package doctor

import (
	"fmt"
	"slices"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/shell"
	"switchboard/shared/roster"
)

const (
	// maxFaultPause is the maximum pause after a fault of Switchboard: five minutes, and up to half
	// of that so that the workers become available one after the other.
	maxFaultPause = 7*time.Minute + 30*time.Second
	// sweepTime is the maximum delay of the sweeper: it runs every five minutes, for up to a minute
	// (template.yaml).
	sweepTime = 6 * time.Minute
)

// signOn returns the command line that signs a worker on.
func (e *evidence) signOn(name string) string {
	command := "go run ./functions/cmd/twilioctl workers "
	if stack := e.doctor.StackName; stack != "" && stack != deployment.DefaultStack {
		command += "--stack " + shell.Word(stack) + " "
	}
	return command + "--on " + shell.Word(name)
}

// pause returns how long a worker may stay in an activity. known is false if Switchboard does not
// bring workers back from it.
func (e *evidence) pause(activity string) (maximum time.Duration, known bool) {
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
		{fault, maxFaultPause, true},
	} {
		if each.known && each.activity == activity && activity != "" {
			maximum, known = max(maximum, each.pause), true
		}
	}
	return maximum, known
}

// signedOff reports whether the worker signed off, according to the workers' record.
func (e *evidence) signedOff(worker string) bool {
	return slices.ContainsFunc(e.records.value,
		func(r roster.Record) bool { return r.WorkerSID == worker && !r.WantsCalls() })
}

// checkHeld looks for workers whose pause has ended. A worker who signed off stays away.
func (e *evidence) checkHeld() []Finding {
	off := e.parameter("OfflineActivitySid")
	if off == "" {
		off = e.parameter("RejectActivitySid")
	}
	recorded := e.doctor.AWS != nil && e.doctor.Stack.Outputs["WorkersTable"] != "" && e.records.err == nil
	first := ""
	findings := e.blamed(Warning, "no pause is overdue", "still away after the pause ended, unless a person moved them",
		"",
		func(w account.Worker) string {
			maximum, ours := e.pause(w.ActivitySID)
			away := e.now.Sub(w.StatusChanged)
			stays := w.ActivitySID == off && !recorded || e.signedOff(w.SID)
			if !ours || stays || w.Available || w.StatusChanged.IsZero() || away <= maximum+sweepTime {
				return ""
			}
			if first == "" {
				first = w.Name
			}
			return fmt.Sprintf(" (%s for %s)", w.ActivityName, away.Truncate(time.Second))
		})
	if first != "" {
		findings[0].Remedy = e.signOn(first) + "; then read the log of SweeperFunction"
	}
	return findings
}
